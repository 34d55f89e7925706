//===- Passes.td - Kernels to GPU modules ------------------*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOGPU_PASSES
#define ALIGNED_CONVERSION_ALIGNEDTOGPU_PASSES

include "mlir/Pass/PassBase.td"

def AlignedToGPU : Pass<"aligned-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Make GPU kernels of aligned.kernel operations";
  let description = [{
    Each `aligned.kernel` becomes one kernel for each of its phases (see
    `Aligned/Support/KernelABI.h`) in the GPU module `@aligned_kernels`, as an
    `llvm.func` over NVVM, `arith`, `vector` and `scf` operations; partial loads
    stay explicit as `aligned.load_planes`. Parameters arrive by value, and the
    threads of a block are recorded as `nvvm.maxntid`.

    First-plane scores and their corrections are integer products on tensor
    cores. Nothing needs a math library. Sums are in an order that depends on
    the length of a sequence alone.

    Head sizes are multiples of 16 up to 256, and a group has at most 128 query
    rows; other problems are errors.

    With `overlap-launches`, the kernels of a decode begin while the launch
    before them ends (`nvvm.griddepcontrol`, compute capability 9.0), where they
    are launched so that they may: until they wait for it they touch nothing
    that a decode writes.
  }];
  let options = [
    Option<"overlapLaunches", "overlap-launches", "bool", "false",
           "Let the kernels of a decode wait for the launch before them">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // ALIGNED_CONVERSION_ALIGNEDTOGPU_PASSES
