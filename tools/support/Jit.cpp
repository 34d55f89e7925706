//===- Jit.cpp - The JIT library, loaded when needed ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Jit.h"

#include "Tool.h"

#include <dlfcn.h>

using namespace aligned;

Jit aligned::loadJit() {
  auto fail = [] {
    const char *why = dlerror();
    fatal(std::string("compiling MLIR takes the JIT library: ") +
          (why ? why : ALIGNED_JIT_LIBRARY) +
          "; install it, or compile elsewhere with aligned-compile and give "
          "the package");
  };
  void *library = dlopen(ALIGNED_JIT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    fail();
  Jit jit;
  jit.compile = reinterpret_cast<decltype(jit.compile)>(
      dlsym(library, "alignedJitCompile"));
  jit.getRemarks = reinterpret_cast<decltype(jit.getRemarks)>(
      dlsym(library, "alignedJitGetRemarks"));
  if (!jit.compile || !jit.getRemarks)
    fail();
  return jit;
}
