//===- RowCoder.h - Rows to digits, in registers ----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row of an append lies in the registers of neighbouring lanes, eight
// channels each: 16 bytes of the source in one load, and words of digits
// without an exchange of bytes. A warp has as many rows as fit; every thread
// computes, and rows that do not exist are neither read nor written.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ROWCODER_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ROWCODER_H

#include "GpuBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"
#include "Aligned/Conversion/Tile/Rule.h"

namespace aligned::gpu {

/// What one (sequence, kv head) of an append is about.
struct AppendItem {
  GpuBuilder &b;
  PageLayout layout;
  mlir::Type type; ///< of the rows
  tile::Fields<AppendParams> params;
  Val sequence, head, slot;
  Val start, end; ///< positions of the rows

  Val page(Val number) const {
    return tile::pageAddress(params.sub(&AppendParams::planes), slot, number,
                             head);
  }
  /// status[slot] |= bits. Blocks of several heads may do so at once.
  void raise(uint32_t bits) const;
};

/// Channels of a row that one lane has.
constexpr int64_t kLaneChannels = 8;

class RowCoder {
public:
  explicit RowCoder(const AppendItem &item);

  /// Lanes that share a row: a power of two, so that rows do not cross warps.
  static int64_t lanesOf(const PageLayout &layout);
  static constexpr int64_t kMinLanes = 8;

  /// One value for each of the lane's channels.
  using Channels = llvm::SmallVector<Val>;

  /// The row at `position`, zeros if it does not exist, as words of memory.
  llvm::SmallVector<Val> load(Val position, Val exists,
                              bool isKnownDense = false) const;
  /// Begins to move that row to the L2 cache.
  void prefetch(Val position, Val exists) const;

  /// A row that was loaded, in the basis of the planes.
  Channels rotate(llvm::ArrayRef<Val> words) const;

  /// Words and values are meaningless if the row is not finite.
  struct Row {
    /// Digits of the lane's channels, 8 bytes each: the last ones, and those
    /// of V above, or a part of both of K's 4-bit planes.
    llvm::SmallVector<Val> last, above;
    Channels values; ///< what the planes will say
    tile::RowScale scale;
    Val isNotFinite; ///< i1
  };
  Row encode(llvm::ArrayRef<Val> rotated, llvm::ArrayRef<Val> centre) const;
  /// Stores digits and scale. The status says if a row is not finite.
  void store(Val page, Val position, const Row &row, Val exists) const;

  /// The lane's channels of a page's centre; zeros where a row has none.
  Channels loadCentre(Val page) const;

  const int64_t lanes;
  Val rank;      ///< of the lane in its row
  Val channel;   ///< the lane's first
  Val hasDigits; ///< whether planes have its channels
  Val isDense;   ///< whether the source can be loaded by 16 bytes

private:
  Val sourceAddress(Val position) const;
  llvm::SmallVector<Val> loadDense(Val position) const;
  llvm::SmallVector<Val> loadStrided(Val position) const;
  Channels toFloats(llvm::ArrayRef<Val> words) const;
  Val largest(llvm::ArrayRef<Val> values) const;
  void packDigits(llvm::ArrayRef<Val> codes, Row &row) const;
  llvm::SmallVector<Val> packBytes(llvm::ArrayRef<Val> codes,
                                   int64_t byte) const;
  void storeDigits(Val page, Val index, llvm::ArrayRef<Val> last,
                   llvm::ArrayRef<Val> above) const;
  void storeWords(Val page, Val row, int plane, Val byte,
                  llvm::ArrayRef<Val> words) const;
  llvm::SmallVector<Val> mixNibbles(llvm::ArrayRef<Val> digitA,
                                    llvm::ArrayRef<Val> digitB) const;

  GpuBuilder &b;
  const AppendItem &item;
  int64_t elementBytes;
  Val hasSource;                ///< whether the source has the lane's channels
  Val source;                   ///< the row at item.start
  Val tokenBytes, channelBytes; ///< strides
  llvm::SmallVector<Val> signs; ///< of the rotation, for each word loaded
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ROWCODER_H
