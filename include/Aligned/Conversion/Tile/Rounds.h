//===- Rounds.h - The rounds of certified<e> -------------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `certified<e>`: the bounds of a group's rows say whether the group is done,
// or which budget it goes on with. A round begins anew, so that it is the
// decode of its budget and nothing else; what it reads again is counted again.
// The same on every target, and in the same order of operations.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_TILE_ROUNDS_H
#define ALIGNED_CONVERSION_TILE_ROUNDS_H

#include "Aligned/Conversion/Tile/Rule.h"

namespace aligned::tile {

/// What a round says of its group.
struct RoundResult {
  Val worst;  ///< the largest Rule::excess of its rows; NaN if any is
  Val length; ///< of the sequence
  Val planeBytes, bytes; ///< that the round has fetched, i64
};

/// Starts the first round of a group.
void startRounds(const Fields<GroupRounds> &rounds,
                 const Fields<DecodeParams> &params);
/// Whether the group has anything left to do.
Val isActive(const Fields<GroupRounds> &rounds);
/// Ends a round of an active group.
void endRound(const Rule &rule, const Fields<GroupRounds> &rounds,
              const RoundResult &result);
/// HeadReport.certificate of a row; where more rounds follow, they write it
/// again. `limit` is DecodeParams.certify.
Val certificate(Val excess, Val limit);

} // namespace aligned::tile

#endif // ALIGNED_CONVERSION_TILE_ROUNDS_H
