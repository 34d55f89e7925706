//===- Passes.h - From host operations to calls ----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES_H
#define ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace aligned {

/// What entries are called: this and the name of the function.
constexpr const char *kEntryPrefix = "aligned_entry_";

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "Aligned/Conversion/AlignedToLLVM/Passes.h.inc"
} // namespace aligned

#endif // ALIGNED_CONVERSION_ALIGNEDTOLLVM_PASSES_H
