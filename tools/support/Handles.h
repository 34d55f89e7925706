//===- Handles.h - Owners of what the C interface hands out -----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_HANDLES_H
#define ALIGNED_TOOLS_SUPPORT_HANDLES_H

#include "aligned-c/Aligned.h"
#include "aligned-c/Program.h"

#include <memory>

namespace aligned {

template <auto Destroy> struct Destroyer {
  template <typename T> void operator()(T *object) const { Destroy(object); }
};

using OwnedDevice =
    std::unique_ptr<AlignedDeviceImpl, Destroyer<alignedDeviceDestroy>>;
using OwnedPackage =
    std::unique_ptr<AlignedPackageImpl, Destroyer<alignedPackageDestroy>>;
using OwnedKernel =
    std::unique_ptr<AlignedKernelImpl, Destroyer<alignedKernelDestroy>>;
using OwnedCache =
    std::unique_ptr<AlignedCacheImpl, Destroyer<alignedCacheDestroy>>;
using OwnedBatch =
    std::unique_ptr<AlignedBatchImpl, Destroyer<alignedBatchDestroy>>;
using OwnedProgram =
    std::unique_ptr<AlignedProgramImpl, Destroyer<alignedProgramDestroy>>;

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_HANDLES_H
