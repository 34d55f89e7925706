//===- MaskedTail.h - Positions that must not be seen -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_MASKEDTAIL_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_MASKEDTAIL_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/IR/Builders.h"

namespace aligned {

/// Whether `op` has lengths or a mask that can hide positions at the end.
bool canHideTail(AttentionOp op);

/// Where positions that may be seen end: an index, or a tensor of one for each
/// index along `sequence`, a dimension of the attention's domain.
struct VisibleEnd {
  mlir::Value value;
  unsigned sequence = 0;

  bool isOfSequences() const {
    return llvm::isa<mlir::RankedTensorType>(value.getType());
  }
};

/// Asserts that the mask of `op` hides every position from `end` on: that the
/// attention over the positions before `end` is the same. A finite masking
/// value hides nothing in a row in which it is everywhere, so such a row has to
/// see a position before `end`.
void assertTailIsMasked(mlir::OpBuilder &builder, AttentionOp op,
                        VisibleEnd end);

/// Asserts that the lengths of `op` let no position from `end` on be seen.
void assertTailIsBeyondLengths(mlir::OpBuilder &builder, AttentionOp op,
                               VisibleEnd end);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_MASKEDTAIL_H
