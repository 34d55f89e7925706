//===- DecodePhase.h - What the phases of a decode share -------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_DECODEPHASE_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_DECODEPHASE_H

#include "PhaseBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"
#include "Aligned/Conversion/Tile/Rounds.h"
#include "Aligned/Conversion/Tile/Rule.h"

namespace aligned::loops {

/// The part of the cache that one item of `score` or `attend` works on.
/// Positions, i32.
struct Chunk {
  Val first;    ///< first position, visible or not
  Val from, to; ///< positions that some row sees
  Val tileFrom; ///< `from`, down to a multiple of kLanes
};

/// What one round read for a group, as HeadReport has it.
struct Reads {
  llvm::SmallVector<Val, 3> keyRows, valueRows;
  Val planeBytes, bytes;
};

/// One phase of a decode for one kv head (y) of one sequence (z).
struct DecodePhase {
  DecodePhase(KernelOp kernel, DecodeProblemAttr problem,
              llvm::StringRef phase);

  /// Starts the group's first round.
  void startRounds();
  /// Ends the phase `score` of a chunk: its parts of the log-sum-exps that all
  /// decisions use, and the whole of them where it is the last to be scored.
  void finishScores(const Chunk &chunk);
  Val firstLogSum(Val row) { return b.load(b.f32(), work.firstLogSum(row)); }
  /// Whether the group has anything left to do.
  Val isActive() { return tile::isActive(work.rounds()); }
  /// The part of chunk `index` that has to be read.
  Chunk chunk(Val index);
  /// Chunks [first, second) have visible positions.
  std::pair<Val, Val> visibleChunks();
  Val keyPage(Val number);
  Val valuePage(Val number);

  /// What row `row` of the group sees.
  tile::Visible visible(Val row) {
    return rule.visible(length, row % problem.getRows());
  }
  /// Scores of the kLanes positions from `position` on, after softcap and
  /// mask, from the raw ones in the workspace.
  Val scores(Val row, const tile::Visible &visible, Val position);

  /// An f32 of a buffer.
  Val loadFloat(Val buffer, Val index) {
    return b.load(b.f32(), b.element(buffer, index, b.f32()));
  }
  void storeFloat(Val value, Val buffer, Val index) {
    b.store(value, b.element(buffer, index, b.f32()));
  }
  /// Whether anyone wants to know how exact the answer is.
  Val needsErrors() {
    return b.isPresent(params.get(&DecodeParams::report)) |
           params.get(&DecodeParams::certify) > 0;
  }
  /// Of `ieee` planes: the bits, i32, that the group reads of a channel of K.
  Val channelBits(Val channel);
  /// From the statistics of row `row` of the chunks; all rows have the same.
  Reads countReads(Val row);
  /// 0 instead of -inf, so that differences from a maximum make sense.
  Val finiteBase(Val maximum);

  PhaseBuilder b;
  DecodeProblemAttr problem;
  PageLayout keys, values;
  int64_t rows; ///< of the group
  tile::Rule rule;
  tile::Fields<DecodeParams> params;
  Val slot, length;
  tile::Workspace work;

private:
  void storeChunkSum(const Chunk &chunk, Val row);
  void sumChunks(Val row);
  Val maskTile(Val row, Val position);
};

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_DECODEPHASE_H
