//===- Decode.h - What score and attend have in common ----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_DECODE_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_DECODE_H

#include "GpuBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"
#include "Aligned/Conversion/Tile/Rounds.h"
#include "Aligned/Conversion/Tile/Rule.h"

namespace aligned::gpu {

/// exp2 and log2 as the hardware has them.
tile::Functions hardwareFunctions();

/// One kv head of one sequence of a decode.
struct DecodeItem {
  GpuBuilder &b;
  DecodeProblemAttr problem;
  tile::Fields<DecodeParams> params;
  tile::Rule rule;
  tile::Workspace work;
  Val sequence, head;
  Val slot, length;
  Val from;       ///< first position that any row sees
  Val chunkShift; ///< log2 of the positions of a chunk
  Val firstChunk; ///< chunks [firstChunk, endChunk) have visible positions
  Val endChunk;

  DecodeItem(GpuBuilder &b, DecodeProblemAttr problem, Val sequence, Val head);
  /// The same for a known slot and length.
  DecodeItem(GpuBuilder &b, DecodeProblemAttr problem, Val sequence, Val head,
             Val slot, Val length);

  int64_t groupRows() const { return problem.getGroupRows(); }
  /// Calls `body` with the first of every `atOnce` rows: without a loop where
  /// that is all of them.
  void forRows(int64_t atOnce,
               llvm::function_ref<void(Val firstRow)> body) const;
  /// Whether the group has a row of this number, and that row, or the last.
  Val hasRow(Val row) const { return row < static_cast<double>(groupRows()); }
  Val knownRow(Val row) const { return b.minInt(row, b.c32(groupRows() - 1)); }
  /// Page number `page` (position / kPageTokens) of K or V; it must exist.
  Val keyPage(Val page) const;
  Val valuePage(Val page) const;
  /// Of the round that runs.
  Val budget() const;
  /// Calls `body` where the group has anything left to do: of a problem that is
  /// not `certified`, without a question.
  void ifActive(llvm::function_ref<void()> body) const;
  tile::Visible visible(Val row) const;
  /// The visible score of a row at a position; both may be out of range, and
  /// the position is then not seen.
  Val score(Val raw, Val row, Val position) const;
};

/// Where a maximum is subtracted: itself, or 0 where nothing is visible.
Val finiteMax(GpuBuilder &b, Val max);

/// A log-sum-exp in parts: max, and the sum of exp2(s - max).
struct LogSum {
  Val max, sum;
};
LogSum join(const DecodeItem &item, LogSum a, LogSum b);
/// Of all lanes, in a fixed order; every lane has the result. `from` > 1 leaves
/// lanes apart that differ in the bits below it.
LogSum joinLanes(const DecodeItem &item, LogSum part, int64_t from = 1);
/// `sum` and some scores of the lane.
LogSum addScores(const DecodeItem &item, LogSum sum,
                 llvm::ArrayRef<Val> scores);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_DECODE_H
