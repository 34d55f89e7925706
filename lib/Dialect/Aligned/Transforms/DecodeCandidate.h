//===- DecodeCandidate.h - Attentions that planes can serve -----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_DECODECANDIDATE_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_DECODECANDIDATE_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Refusal.h"

namespace aligned {

/// An attention that a decode can compute, and the planes it needs.
struct DecodeCandidate {
  AttentionOp op;
  llvm::SmallVector<int64_t, 4> keyOrder, valueOrder;
  Encoding encoding;

  PlanesType getKeyType() const;
  PlanesType getValueType() const;
};

/// Whether `op` is a decode over planes of `encoding`. On failure `refusal`
/// says why not.
mlir::FailureOr<DecodeCandidate> analyzeDecode(AttentionOp op,
                                               bool allowNarrowing,
                                               Encoding encoding,
                                               Refusal &refusal);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_DECODECANDIDATE_H
