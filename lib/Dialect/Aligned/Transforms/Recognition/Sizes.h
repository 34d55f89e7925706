//===- Sizes.h - Where a size known at run time comes from -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_RECOGNITION_SIZES_H
#define ALIGNED_TRANSFORMS_RECOGNITION_SIZES_H

#include "Axes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace aligned::recognition {

/// A number, through what does not change it.
Size getSize(mlir::Value number);
Size getSize(mlir::OpFoldResult number);
/// Where the size of a dimension comes from, through what takes it over.
Size getSize(mlir::Value tensor, int64_t dim);
/// Nothing where both are unknown.
std::optional<Size> add(const Size &lhs, const Size &rhs);
/// Sizes of loop `loop`, as those operands of `op` say it that do not know it.
llvm::SmallVector<Size> getLoopSizes(mlir::linalg::LinalgOp op, unsigned loop);

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_SIZES_H
