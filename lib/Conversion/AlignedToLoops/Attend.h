//===- Attend.h - Tiers and weights of a chunk -----------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_ATTEND_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_ATTEND_H

#include "Dots.h"

namespace aligned::loops {

/// Tokens of a chunk in the order of their positions: i32, counted from the
/// chunk's first.
struct TokenList {
  Val tokens;
  Val count;

  /// Token `index`; the last one behind the end.
  Val at(Val index) const;
};

/// Which rows of the chunk were read how far.
struct Tiers {
  TokenList keyPlane1, keyPlane2; ///< the second is part of the first; not of
                                  ///< `ieee` planes
  /// Rows of V by the number of planes that were read, from one on; disjoint.
  llvm::SmallVector<TokenList, 3> values;
};

/// What `attend` knows of its chunk, in buffers.
struct AttendState {
  AttendState(DecodePhase &p, Chunk chunk);

  /// Page and row of a token of the chunk.
  Dots::Place keyPlace(Val token) const;
  Dots::Place valuePlace(Val token) const;
  /// kLanes elements of a buffer with one f32 for each token.
  Val tokens(Val buffer, Val position) const;
  void setTokens(Val value, Val buffer, Val position) const;

  DecodePhase &p;
  PhaseBuilder &b;
  Chunk chunk;
  Val keyPages[kChunkPages], valuePages[kChunkPages];
  // One f32 for each token.
  Val keyScales, valueScales, needs, keyErrors, valueErrors;
  /// One f32 for each page and row: the weight of the page's centre.
  Val centreWeights;
};

/// The tokens for which `wanted(need, position)`, of kLanes, is true.
TokenList selectTokens(AttendState &state,
                       llvm::function_ref<Val(Val need, Val position)> wanted);

/// Decides how far rows of V are read, from scores that are as they will be:
/// the tiers of `paper`.
Tiers choosePaperTiers(AttendState &state);

/// Decides how far rows are read, and corrects the scores of K's.
Tiers refineScores(AttendState &state, Dots &dots);

/// Turns scores into weights u_t, in place, and writes the chunk's statistics.
void weighTokens(AttendState &state, const Tiers &tiers);

/// partial[row] = sum of u_t v_t(read).
void sumValues(AttendState &state, const Tiers &tiers);

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_ATTEND_H
