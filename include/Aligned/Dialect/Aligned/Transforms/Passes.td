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

    A function with TOSA operations is lowered to linalg first, by the passes of
    MLIR (see `aligned-lower-tosa`); where it has no attention it stays as it
    was.

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

def AlignedLowerTosa
    : Pass<"aligned-lower-tosa", "::mlir::func::FuncOp"> {
  let summary = "Lower TOSA to linalg, in functions that have any";
  let description = [{
    Runs MLIR's own conversions of TOSA to linalg, tensor, arith and scf.
    `aligned-raise-attention` does so itself; this pass is for functions that
    have TOSA but no attention, on their way to code.
  }];
}

def AlignedAlignPrecision
    : Pass<"aligned-align-precision", "::mlir::ModuleOp"> {
  let summary = "K and V of decode attentions become planes, read to a precision";
  let description = [{
    Each `aligned.attention` on tensors with 1 to 8 query rows becomes an
    `aligned.decode`. With `kv=pack` signatures stay, and K and V are packed
    where they are read. With `kv=retype` function arguments that are only
    appended to and attended over become planes, and so does what is returned
    of them; the others are packed. An argument with the caches of all layers
    becomes one for each first, and a loop over layers is unrolled for it;
    pages that rows are gathered out of become the rows of each sequence in
    order. Rows that are written at a position cut the planes off behind them:
    that lengths or a mask hide what a tensor would still have there is
    asserted (docs/cache.md).

    What stays as it is (prefill, f64, shapes that are not static, ...) does so
    with a missed remark of the category `aligned` that says why and what to
    change.
  }];
  let options =
      [Option<"precision", "precision", "std::string", /*default=*/"",
              "`budget<B>`, `full`, `certified<E>` or `paper`; default by the "
              "cache's element type: "
              "budget<12> for bf16, budget<15> for f16 and narrowed f32">,
       Option<"kv", "kv", "::aligned::KvMode",
              /*default=*/"::aligned::KvMode::Pack",
              "how K and V become planes", [{::llvm::cl::values(
               clEnumValN(::aligned::KvMode::Pack, "pack", "pack where they are read"),
               clEnumValN(::aligned::KvMode::Retype, "retype", "arguments become planes"))}]>,
       Option<"allowNarrowing", "allow-narrowing", "bool", /*default=*/"false",
              "store K and V of f32 in 16 bits">];
  let dependentDialects = [
    "::aligned::AlignedDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
}

def AlignedOutlineKernels
    : Pass<"aligned-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Name the kernel that each operation on planes needs";
  let description = [{
    Every decode, pack, append and unpack gets the symbol of an
    `aligned.kernel`; identical problems share one. Each decode brings the
    append and unpack kernels of its cache along, so that a runtime can hold one,
    and every module with planes has `aligned_advance`.
  }];
  let dependentDialects = ["::aligned::AlignedDialect"];
}

def AlignedDecomposeAggregates
    : Pass<"aligned-decompose-aggregates", "::mlir::func::FuncOp"> {
  let summary = "Decompose what bufferization or loops have no lowering for";
  let description = [{
    Attentions that stayed, `linalg.softmax` and `tensor.concat` become plain
    linalg and slices, for host code.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES
