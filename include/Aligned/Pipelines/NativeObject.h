//===- NativeObject.h - LLVM dialect to a shared object --------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_NATIVEOBJECT_H
#define ALIGNED_PIPELINES_NATIVEOBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace aligned {

/// Machine code for a CPU of this machine's architecture.
struct NativeObject {
  /// An ELF shared object that needs libm and libc.
  std::string bytes;
  /// What it needs of the CPU, in the names of `__builtin_cpu_supports`.
  std::vector<std::string> features;
};

/// Compiles a module in the LLVM dialect, optimised for `cpu`: "native" (the
/// machine that this runs on) or a name that LLVM knows, "x86-64-v3" say.
llvm::Expected<NativeObject> compileToSharedObject(mlir::ModuleOp module,
                                                   llvm::StringRef cpu);

} // namespace aligned

#endif // ALIGNED_PIPELINES_NATIVEOBJECT_H
