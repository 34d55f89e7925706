//===- PaperKernels.h - Kernels over planes of f16 bits ---------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_PAPERKERNELS_H
#define ALIGNED_UNITTESTS_CONVERSION_PAPERKERNELS_H

#include "../Support/CompiledKernels.h"
#include "../Support/KernelScene.h"
#include "EmulatedKernels.h"

#include "gtest/gtest.h"

#include <memory>
#include <string>

namespace aligned::test {

inline Shape paperShape() {
  Shape shape;
  shape.query = shape.cache = "f16";
  shape.encoding = "ieee";
  shape.budget = kPaperBudget;
  return shape;
}

/// What kernels are for: this machine, or a GPU, which is emulated.
enum class Target { Cpu, Gpu };

inline std::string nameOf(Target target) {
  return target == Target::Cpu ? "cpu" : "gpu";
}
inline std::string nameOfTarget(const testing::TestParamInfo<Target> &info) {
  return nameOf(info.param);
}

inline std::unique_ptr<Kernels> compilePaper(const Shape &shape,
                                             Target target) {
  if (target == Target::Cpu)
    return std::make_unique<CompiledKernels>(shape.kernels());
  return std::make_unique<EmulatedKernels>(shape.kernels());
}

class PaperOnTarget : public testing::TestWithParam<Target> {
protected:
  std::unique_ptr<Kernels> compile(const Shape &shape) const {
    return compilePaper(shape, GetParam());
  }
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_PAPERKERNELS_H
