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

def AlignedRaiseAttention
    : Pass<"aligned-raise-attention", "::mlir::func::FuncOp"> {
  let summary = "Find attention in linalg and rewrite it to `aligned.attention`";
  let description = [{
    Starts from each sum of products and follows it back: it is the output of
    an attention if one factor is a softmax over what is summed, of the scaled
    and masked product of a query and a key. Reshapes, transposes, broadcasts
    (grouped heads), casts, and how the elementwise parts are split or fused
    make no difference; the names of operations and the order of operands do
    not either. Query, key and value become operands from where something was
    last computed of them, in the types that they have there: roundings between
    the two contractions are left out.

    Dynamic broadcasts as torch-mlir writes them (`size == 1 ? 0 : i`) are taken
    for what they are in attention, no broadcasts; unless the sizes are visibly
    the same, a `cf.assert` says so.

    What is left alone although it has a softmax gets a remark with the reason
    (`--remarks-filter=aligned`). Run before elementwise fusion where there is a
    choice: fused forms are found as long as the softmax can still be told from
    the contraction.
  }];
  let dependentDialects = [
    "::aligned::AlignedDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES
