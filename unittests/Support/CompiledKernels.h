//===- CompiledKernels.h - Kernels compiled for this machine ---*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_COMPILEDKERNELS_H
#define ALIGNED_UNITTESTS_SUPPORT_COMPILEDKERNELS_H

#include "Kernels.h"

#include "Aligned/Pipelines/NativeObject.h"

#include <memory>
#include <string>

namespace aligned::test {

/// The functions that a module of kernels compiles to.
class CompiledKernels : public Kernels {
public:
  /// Compiles `source`; a test fails where that does.
  explicit CompiledKernels(llvm::StringRef source,
                           llvm::StringRef cpu = "native");
  ~CompiledKernels() override;

  const std::vector<std::string> &features() const { return needed; }

private:
  void runPhase(llvm::StringRef symbol, const void *params, int32_t xs,
                int32_t ys, int32_t zs) const override;
  void *find(llvm::StringRef symbol) const;

  void *library = nullptr;
  std::vector<std::string> needed;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_COMPILEDKERNELS_H
