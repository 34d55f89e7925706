//===- CompiledKernels.h - Kernels compiled for this machine ---*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_COMPILEDKERNELS_H
#define ALIGNED_UNITTESTS_SUPPORT_COMPILEDKERNELS_H

#include "Aligned/Pipelines/NativeObject.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>

namespace aligned::test {

/// The functions that a module of kernels compiles to.
class CompiledKernels {
public:
  /// Compiles `source`; a test fails where that does.
  explicit CompiledKernels(llvm::StringRef source,
                           llvm::StringRef cpu = "native");
  ~CompiledKernels();

  template <typename Params>
  using Phase = void (*)(const Params *, int32_t, int32_t, int32_t);
  /// Runs the phase `symbol` over its grid.
  template <typename Params>
  void run(llvm::StringRef symbol, const Params &params, int32_t xs, int32_t ys,
           int32_t zs) const {
    auto phase = reinterpret_cast<Phase<Params>>(find(symbol));
    for (int32_t z = 0; phase && z < zs; ++z)
      for (int32_t y = 0; y < ys; ++y)
        for (int32_t x = 0; x < xs; ++x)
          phase(&params, x, y, z);
  }
  const std::vector<std::string> &features() const { return needed; }

private:
  void *find(llvm::StringRef symbol) const;

  void *library = nullptr;
  std::vector<std::string> needed;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_COMPILEDKERNELS_H
