//===- GpuEmulator.h - Kernels of threads, run without a GPU ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the LLVM IR that PTX is made of on the host. Every thread of a block is
// a fiber; what NVVM intrinsics say, functions of this file do. A collective
// that not every thread reaches, or that threads reach at different places of
// the code, ends the launch with an error. The order in which fibers run is
// drawn at random, so that a missing barrier shows.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_GPUEMULATOR_H
#define ALIGNED_UNITTESTS_CONVERSION_GPUEMULATOR_H

#include "Aligned/Pipelines/Ptx.h"

#include <cstdint>
#include <memory>
#include <string>

namespace aligned::test {

struct Grid {
  int32_t x, y, z;
};

class GpuEmulator {
public:
  /// Kernels of the aligned.kernel operations of `module`; all, or those that
  /// `only` names.
  static llvm::Expected<std::unique_ptr<GpuEmulator>>
  create(mlir::ModuleOp module, llvm::ArrayRef<llvm::StringRef> only = {});
  ~GpuEmulator();

  /// Runs all blocks, one after the other; an empty string, or what went wrong.
  /// `threads` of a block, if not 0, else as many as the kernel may have.
  std::string launch(llvm::StringRef kernel, Grid grid, const void *params,
                     int threads = 0);
  /// The same of blocks that may wait for each other.
  std::string launchResident(llvm::StringRef kernel, int32_t blocks,
                             const void *params);

  /// Begins another order of the fibers.
  void setSeed(uint32_t seed);

private:
  GpuEmulator();
  std::string run(llvm::StringRef kernel, Grid grid, const void *params,
                  int threads, bool areResident);
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_GPUEMULATOR_H
