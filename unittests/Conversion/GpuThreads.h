//===- GpuThreads.h - Threads of blocks, and what they tell each other ----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads as fibers, and functions that do what NVVM intrinsics say; what
// GpuEmulator runs code with.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_GPUTHREADS_H
#define ALIGNED_UNITTESTS_CONVERSION_GPUTHREADS_H

#include "GpuEmulator.h"

#include "llvm/ADT/ArrayRef.h"

#include <random>
#include <vector>

namespace aligned::test {

/// A function that stands for an intrinsic.
struct Shim {
  const char *intrinsic; ///< how its name begins
  const char *name;
  void *address;
};
llvm::ArrayRef<Shim> gpuShims();

/// The variables in shared memory, which the blocks have one after the other.
using SharedMemory = std::vector<llvm::MutableArrayRef<char>>;

struct GpuLaunch {
  void (*kernel)(const void *params);
  const void *params;
  int threads; ///< of a block
  Grid grid;
};

/// Runs blocks that are resident together, their threads in an order that is
/// drawn at random, until all are done; an empty string, or what went wrong.
std::string runGpuBlocks(const GpuLaunch &launch, llvm::ArrayRef<Grid> which,
                         const SharedMemory &shared, std::mt19937 &random);

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_GPUTHREADS_H
