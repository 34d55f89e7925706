//===- Passes.h - Passes on the aligned dialect ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace aligned {
/// How K and V of a decode become planes.
enum class KvMode { Pack, Retype };

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "Aligned/Dialect/Aligned/Transforms/Passes.h.inc"
} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PASSES_H
