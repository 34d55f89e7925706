//===- Passes.h - Kernels to GPU modules ------------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOGPU_PASSES_H
#define ALIGNED_CONVERSION_ALIGNEDTOGPU_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace aligned {

/// Largest head size and number of query rows of a group that the pass takes.
constexpr int64_t kMaxGpuHeadDim = 256;
constexpr int64_t kMaxGpuGroupRows = 128;

/// Name of the GPU module that kernels go to.
constexpr llvm::StringLiteral kGpuModuleName = "aligned_kernels";

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "Aligned/Conversion/AlignedToGPU/Passes.h.inc"

} // namespace aligned

#endif // ALIGNED_CONVERSION_ALIGNEDTOGPU_PASSES_H
