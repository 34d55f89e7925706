//===- LoadPlanes.h - Partial loads as vector loads ------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLLVM_LOADPLANES_H
#define ALIGNED_CONVERSION_ALIGNEDTOLLVM_LOADPLANES_H

#include "mlir/IR/PatternMatch.h"

namespace aligned {

/// Adds the pattern that rewrites `aligned.load_planes` to llvm loads of
/// 32-bit words and arith and vector operations on them. A load with the
/// attribute `aligned.invariant` may be moved freely: nothing writes the
/// planes while the kernel runs.
void populateLoadPlanesToLLVMPatterns(mlir::RewritePatternSet &patterns);

} // namespace aligned

#endif // ALIGNED_CONVERSION_ALIGNEDTOLLVM_LOADPLANES_H
