//===- BodySlice.h - What a value of a body is computed by ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_BODYSLICE_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_BODYSLICE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace aligned {

/// The operations of `body` that `value` is computed by, in order.
llvm::SmallVector<mlir::Operation *> getSliceOf(mlir::Block *body,
                                                mlir::Value value);

/// The operands of `op` that `value` is computed from inside its body.
llvm::SmallVector<mlir::OpOperand *> getInputsOf(mlir::linalg::LinalgOp op,
                                                 mlir::Value value);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_BODYSLICE_H
