//===- Profile.h - Ranges for profilers ----------------------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Built with NVTX, what the runtime does shows as ranges of the domain
// "aligned" in Nsight and other tools that read NVTX. Without such a tool a
// range costs a test of a pointer; built without NVTX, nothing.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_PROFILE_H
#define ALIGNED_RUNTIME_CORE_PROFILE_H

#ifdef ALIGNED_HAVE_NVTX
#include <nvtx3/nvtx3.hpp>

namespace aligned {

struct NvtxDomain {
  static constexpr const char *name = "aligned";
};

/// A range of the thread, from here to the end of the scope.
using ProfileRange = nvtx3::scoped_range_in<NvtxDomain>;

} // namespace aligned
#else
namespace aligned {

struct ProfileRange {
  explicit ProfileRange(const char *) {}
  ~ProfileRange() {}
};

} // namespace aligned
#endif

#endif // ALIGNED_RUNTIME_CORE_PROFILE_H
