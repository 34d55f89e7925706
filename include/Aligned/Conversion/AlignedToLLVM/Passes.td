//===- Passes.td - From the aligned dialect to LLVM -------*- tablegen -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES
#define ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES

include "mlir/Pass/PassBase.td"

def AlignedLoadPlanesToLLVM : Pass<"aligned-load-planes-to-llvm"> {
  let summary = "Lower `aligned.load_planes` to vector loads";
  let description = [{
    Each plane of a partial load becomes one load of 32-bit words and, for a
    4-bit plane, a shift and two masks for every four of its bytes. What comes
    out is in the llvm, arith and vector dialects, the same for every target.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::vector::VectorDialect"];
}

#endif // ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES
