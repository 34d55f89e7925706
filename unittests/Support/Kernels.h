//===- Kernels.h - Kernels that tests can call -----------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_KERNELS_H
#define ALIGNED_UNITTESTS_SUPPORT_KERNELS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace aligned::test {

/// A module of kernels for some target, over memory of the host.
class Kernels {
public:
  virtual ~Kernels() = default;

  /// Runs the phase `symbol` over its grid; a test fails where that does.
  template <typename Params>
  void run(llvm::StringRef symbol, const Params &params, int32_t xs, int32_t ys,
           int32_t zs) const {
    runPhase(symbol, &params, xs, ys, zs);
  }

private:
  virtual void runPhase(llvm::StringRef symbol, const void *params, int32_t xs,
                        int32_t ys, int32_t zs) const = 0;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_KERNELS_H
