//===- Jit.h - The JIT library, loaded when needed --------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM is a quarter of a gigabyte: a tool that is given a package starts
// without it, and runs where it is not installed.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_JIT_H
#define ALIGNED_TOOLS_SUPPORT_JIT_H

#include "aligned-c/Jit.h"

namespace aligned {

struct Jit {
  decltype(&alignedJitCompile) compile;
  decltype(&alignedJitGetRemarks) getRemarks;
};

/// Loads libaligned-jit; leaves if it is not there.
Jit loadJit();

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_JIT_H
