//===- Kernel.h - A decode kernel with those of its cache ----- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_KERNEL_H
#define ALIGNED_RUNTIME_CORE_KERNEL_H

#include "Aligned/Support/KernelABI.h"
#include "Aligned/Support/Workspace.h"
#include "Device.h"

struct AlignedKernelImpl {
  AlignedDeviceImpl *device = nullptr;
  std::shared_ptr<const aligned::PackageData> package;
  std::shared_ptr<aligned::Module> module;
  const aligned::ManifestDecode *decode = nullptr; ///< of the package
  aligned::Function prepare, score, attend, merge;
  aligned::Function estimate; ///< of `ieee` planes
  aligned::Function certify;  ///< of CPUs, over planes of the encoding `fixed`
  aligned::Function sweep;    ///< no address where the target has none
  aligned::Function append[2], unpack[2]; ///< K, V
  aligned::Function advance;
  /// In one launch; no address where the target has none.
  aligned::Function extend, pack;

  const aligned::ManifestProblem &problem() const { return decode->problem; }
  aligned::PageLayout layout(int role) const {
    return role == 0
               ? aligned::PageLayout{aligned::PlaneRole::Key,
                                     problem().keyHeadDim, problem().encoding}
               : aligned::PageLayout{aligned::PlaneRole::Value,
                                     problem().valueHeadDim,
                                     problem().encoding};
  }
  /// The scratch memory of a decode of `sequences` of up to `tokens`.
  aligned::WorkspaceShape workspace(int64_t sequences, int64_t kvHeads,
                                    int64_t tokens) const;
  /// The precision of a call, which says 0 and 0 for the problem's own.
  aligned::Error choosePrecision(float budget, float certified,
                                 aligned::DecodeParams &params) const;
  /// Launches the phases over what `params` says.
  aligned::Error launchDecode(const aligned::DecodeParams &params,
                              void *stream) const;
  aligned::Error launchAppend(const aligned::ExtendParams &params,
                              void *stream) const;

private:
  /// Whether it can go on until a bound is met.
  bool canCertify() const;
  /// `score`, `attend` and `merge`.
  aligned::Error launchRound(const aligned::DecodeParams &params,
                             void *stream) const;
  int64_t sweepWarps() const; ///< of a block
  /// `merge` on a GPU, with as many warps as pay: the same bits with any.
  aligned::Function sizedMerge(const aligned::DecodeParams &params) const;
  /// Whether a decode is one launch of `sweep`, or `score` and `attend`: the
  /// same bits either way.
  bool shouldSweep(const aligned::DecodeParams &params) const;
};

namespace aligned {

Error loadKernel(AlignedDeviceImpl *device,
                 const std::shared_ptr<const PackageData> &package,
                 const ManifestDecode &decode,
                 std::unique_ptr<AlignedKernelImpl> &kernel);

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_KERNEL_H
