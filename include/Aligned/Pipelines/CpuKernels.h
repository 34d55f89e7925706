//===- CpuKernels.h - Kernels to the LLVM dialect for the CPU --*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_CPUKERNELS_H
#define ALIGNED_PIPELINES_CPUKERNELS_H

#include "mlir/Pass/PassManager.h"

namespace aligned {

/// Every `aligned.kernel` of a module to functions in the LLVM dialect, and
/// whatever else of the module is in arith, math, vector, scf and func.
void buildCpuKernelsPipeline(mlir::OpPassManager &passes);

/// Registers it as `aligned-cpu-kernels`.
void registerCpuKernelsPipeline();

} // namespace aligned

#endif // ALIGNED_PIPELINES_CPUKERNELS_H
