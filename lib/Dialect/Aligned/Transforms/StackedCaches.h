//===- StackedCaches.h - One tensor for all layers' caches ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_STACKEDCACHES_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_STACKEDCACHES_H

#include "DecodeCandidate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace aligned {

/// The slice that `tensor` is, but for views; null if it is none.
mlir::tensor::ExtractSliceOp getLayerSlice(mlir::Value tensor);

/// Splits arguments of `func` that hold the K or V of several layers, and of
/// which a candidate reads one layer as a slice, into an argument for each
/// layer. If run time chooses the layer, and it is the same one everywhere, the
/// argument becomes that layer alone. Results that are newer versions of them
/// follow. Remarks say what was done, and what could not be.
void splitStackedCaches(mlir::func::FuncOp func,
                        llvm::ArrayRef<DecodeCandidate> candidates);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_STACKEDCACHES_H
