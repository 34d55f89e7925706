//===- Passes.td - Passes on the aligned dialect -----------*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def AlignedDecomposeAttention
    : Pass<"aligned-decompose-attention", "::mlir::func::FuncOp"> {
  let summary = "Rewrite `aligned.attention` to the linalg that it means";
  let description = [{
    Each attention on tensors becomes linalg operations for its scores, row
    maxima, exponentials, row sums and outputs, with arithmetic in f32 (f64 for
    an f64 query). What comes out is the meaning of the operation, made to
    compare against rather than to be fast.

    An attention on memrefs is an error: decompose before bufferization.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES
