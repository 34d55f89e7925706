//===- Certify.h - Whether another round is needed --------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The end of a round of `certified<e>`, in `merge`: a row counts itself when it
// knows by how much its bound is too large, and the last one of its group
// decides for all of them. See Tile/Rounds.h for what it decides.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_CERTIFY_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_CERTIFY_H

#include "Decode.h"

namespace aligned::gpu {

/// Bytes, i64, as HeadReport has them.
struct Reads {
  Val planeBytes, bytes;
};

/// A round's reads with those of the rounds before, where the problem has any.
Reads addEarlierReads(const DecodeItem &item, Reads reads);

/// Ends the round for a row; for the group, if it is the last. A whole warp has
/// the row, and has used what of GroupRounds it needs. `excess`: Rule::excess
/// of the row; `reads`: of the group, in this round.
void emitEndRound(const DecodeItem &item, Val row, Val excess, Reads reads);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_CERTIFY_H
