//===- TensorTests.h - Tests of all elements when run -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_TENSORTESTS_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_TENSORTESTS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace aligned {

/// Whether all elements of `inputs`, which `maps` read side by side, are as
/// `test` says. It is built inside the body of a linalg operation, which has a
/// loop for each dimension of the maps.
mlir::Value buildAll(
    mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange inputs,
    llvm::ArrayRef<mlir::AffineMap> maps,
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)> test);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_TENSORTESTS_H
