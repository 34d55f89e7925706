//===- HostRun.h - One run of a compiled host function -------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the functions of HostABI.h do, and the program's kernels that they name.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_HOSTRUN_H
#define ALIGNED_RUNTIME_CORE_HOSTRUN_H

#include "Kernel.h"
#include "Planes.h"

namespace aligned {

/// The kernels of a package by name, on one device.
struct KernelTable {
  std::shared_ptr<Module> module;
  std::map<std::string, std::unique_ptr<AlignedKernelImpl>> decodes;
  std::map<std::string, PlanesKernel> planes; ///< append and unpack

  Error load(AlignedDeviceImpl *device,
             const std::shared_ptr<const PackageData> &package);

private:
  Error addPlanes(const PackageData &package, const std::string &name,
                  PageLayout layout, const std::string &type);
};

/// The planes, the reports and the first error of a run. `Current` makes one
/// what the functions of HostABI.h on this thread work with.
class HostRun {
public:
  /// `budget` and `certified`: 0 and 0 for what the program says.
  HostRun(const KernelTable &kernels, ScratchPool &pool, float budget,
          float certified)
      : kernels(kernels), pool(pool), budget(budget), certified(certified) {}

  Error pack(const std::string &kernel, const HostRows &rows, Planes *&planes);
  Error append(const std::string &kernel, Planes *planes, const HostRows &rows,
               const int64_t *positions, int64_t stride);
  Error unpack(const std::string &kernel, Planes *planes, const HostRows &rows);
  Error decode(const std::string &kernel, const HostDecode &args);

  /// Runs `body` unless an error is kept, and keeps the error that it returns.
  template <typename Body> void step(Body &&body) noexcept {
    if (!error)
      error = Error(guarded(body));
  }

  Error error;
  std::vector<std::vector<AlignedHeadReport>> reports;

  class Current {
  public:
    explicit Current(HostRun &run);
    ~Current();

  private:
    HostRun *before;
  };

private:
  Error findPlanes(const std::string &kernel, const PlanesKernel *&found) const;
  Error checkDecode(const AlignedKernelImpl &kernel,
                    const HostDecode &args) const;

  const KernelTable &kernels;
  ScratchPool &pool;
  float budget, certified;
  std::vector<std::unique_ptr<Planes>> allPlanes;
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_HOSTRUN_H
