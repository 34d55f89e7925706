//===- EmulatedKernels.h - Kernels of a GPU on an emulator -----*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_EMULATEDKERNELS_H
#define ALIGNED_UNITTESTS_CONVERSION_EMULATEDKERNELS_H

#include "../Support/Kernels.h"
#include "GpuEmulator.h"

#include "mlir/IR/MLIRContext.h"

namespace aligned::test {

/// The kernels of threads that a module compiles to.
class EmulatedKernels : public Kernels {
public:
  /// Compiles `source`; a test fails where that does.
  explicit EmulatedKernels(llvm::StringRef source);

  /// Begins another order of threads.
  void setSeed(uint32_t seed) { emulator->setSeed(seed); }

private:
  void runPhase(llvm::StringRef symbol, const void *params, int32_t xs,
                int32_t ys, int32_t zs) const override;

  std::unique_ptr<GpuEmulator> emulator;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_EMULATEDKERNELS_H
