//===- Passes.td - Kernels as tile programs for the CPU ---*- tablegen -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLOOPS_PASSES
#define ALIGNED_CONVERSION_ALIGNEDTOLOOPS_PASSES

include "mlir/Pass/PassBase.td"

def AlignedToLoops : Pass<"aligned-to-loops", "::mlir::ModuleOp"> {
  let summary = "Turn every `aligned.kernel` into tile programs for the CPU";
  let description = [{
    A kernel becomes one function for each phase that KernelABI.h lists for its
    kind, of scf, vector, arith, math and llvm operations. What is read of the
    cache, and how far, is still to be seen: every read of planes is an
    `aligned.load_planes`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif // ALIGNED_CONVERSION_ALIGNEDTOLOOPS_PASSES
