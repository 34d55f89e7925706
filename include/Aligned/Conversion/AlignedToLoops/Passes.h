//===- Passes.h - Kernels as tile programs for the CPU ---------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLOOPS_PASSES_H
#define ALIGNED_CONVERSION_ALIGNEDTOLOOPS_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace aligned {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "Aligned/Conversion/AlignedToLoops/Passes.h.inc"
} // namespace aligned

#endif // ALIGNED_CONVERSION_ALIGNEDTOLOOPS_PASSES_H
