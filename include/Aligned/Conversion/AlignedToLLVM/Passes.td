//===- Passes.td - From the aligned dialect to LLVM ----------*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES
#define ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES

include "mlir/Pass/PassBase.td"

def AlignedToLLVM : Pass<"aligned-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Turn operations on planes in host code into calls of the runtime";
  let description = [{
    Pack, append, unpack, length and decode on memrefs become calls of the
    functions that `Aligned/Support/HostABI.h` lists, and planes become
    `!llvm.ptr`. Copies of memrefs that are not dense become loops. Everything
    else stays; upstream conversions lower it. A query
    or an output whose channels are not dense, or whose heads of a group have no
    single stride, goes through a dense copy. Kernels have to be outlined
    before, and functions bufferized.
  }];
  // The conversions that follow in `aligned-host-to-llvm` name these, and want
  // them loaded whether the module has any of them or not.
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::index::IndexDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::ub::UBDialect",
    "::mlir::vector::VectorDialect"];
}

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

def AlignedAddEntries : Pass<"aligned-add-entries", "::mlir::ModuleOp"> {
  let summary = "Give every public function an entry that the runtime can call";
  let description = [{
    Adds `aligned_entry_NAME(arguments, results)` for every public function with
    a body, as `Aligned/Support/HostABI.h` has it. Runs on memrefs, behind
    `aligned-to-llvm`. The functions themselves become private.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def AlignedRecordAsserts : Pass<"aligned-record-asserts", "::mlir::ModuleOp"> {
  let summary = "Report failed assertions to the runtime instead of aborting";
  let description = [{
    In functions that only entries call, a failed `cf.assert` calls
    `aligned_rt_fail` and returns zeros, which the runtime does not look at.
    Assertions in other functions stay, and abort: their callers would go on.
    Runs when functions are `llvm.func` and branches still `cf`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES
