//===- MergeChunks.h - Partial outputs of a row, added up -------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chunks are dealt out to squads, so many neighbours to each in turn. A warp
// adds up a squad, relative to the largest score that it has met, and the first
// warp adds up the squads: what is added to what depends on the number of
// chunks alone, not on how many warps there are.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_MERGECHUNKS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_MERGECHUNKS_H

#include "Decode.h"

#include "llvm/Support/MathExtras.h"

namespace aligned::gpu {

/// Squads of a row, and most warps of `merge`.
constexpr int64_t kMergeSquads = 16;

/// Neighbouring channels of a lane, and channels of a warp.
constexpr int64_t kColumn = 4, kColumns = kColumn * kWarp;

/// Numbers of the words of ChunkStats.
template <typename T> int64_t wordOf(T ChunkStats::*field) {
  return tile::Fields<ChunkStats>::offsetOf(field) / 4;
}
/// The words that are looked at, one by each lane.
constexpr int64_t kWords = 16;
static_assert(kWords * 4 == sizeof(ChunkStats));

/// One row of a decode. A lane has a few channels of the output, and one word
/// of the statistics.
struct ChunkMerger {
  ChunkMerger(GpuBuilder &b, DecodeProblemAttr problem);

  DecodeItem item;
  GpuBuilder &b;
  int64_t channels;
  Val row;

  /// The lane's, over chunks that it has seen, relative to the largest score.
  struct Totals {
    llvm::SmallVector<Val> output; ///< vectors of kColumn channels
    Val sum, count, most;          ///< of its word

    llvm::SmallVector<Val> values() const;
    static Totals of(llvm::ArrayRef<Val> values);
  };

  /// Leaves the squads of this warp in shared memory.
  void addChunks() const;

  /// For the first warp, when all squads are there: the largest score of them
  /// and of the sink, and the totals of all relative to it.
  void findMax();
  void addSquads();
  Totals totals;
  Val max, base;
  Val sink; ///< the row's, in log2 units; where the problem has sinks

  Val parts; ///< [squads][channels] f32, shared; free after addSquads

  int64_t numColumns() const { return llvm::divideCeil(channels, kColumns); }
  Val channel(int64_t column) const {
    return b.lane * b.c32(kColumn) + column * kColumns;
  }
  /// The same, but the last that exist for lanes beyond the last: they have
  /// values of others, and do not keep them.
  Val knownChannel(int64_t column) const {
    return b.minInt(channel(column), b.c32(channels - kColumn));
  }
  /// Calls `body` for the lane's columns that exist.
  void
  forColumns(llvm::function_ref<void(int64_t column, Val channel)> body) const;

private:
  Val numSquads() const;
  Val wordAt(int64_t kind, Val squad) const;
  Val partAt(Val squad, Val channel) const;
  Totals none() const;
  Totals scaled(const Totals &totals, Val factor) const;
  Totals orNone(const Totals &totals, Val exists) const;
  void add(const Totals &from, Totals &into) const;
  llvm::SmallVector<Val> loadDeal(Val first) const;
  llvm::SmallVector<Val> addDeal(Val first, llvm::ArrayRef<Val> loaded,
                                 llvm::ArrayRef<Val> carried) const;
  void storeSquad(Val squad, const Totals &sums, Val top) const;
  void addSquad(Val squad) const;
  Totals loadSquad(Val squad) const;

  Val words; ///< [3][squads][kWords]: float sums, i32 sums, maxima
  Val tops;  ///< [squads] f32: what their sums are relative to
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_MERGECHUNKS_H
