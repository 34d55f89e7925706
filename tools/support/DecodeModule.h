//===- DecodeModule.h - The attention that a tool compiles ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_DECODEMODULE_H
#define ALIGNED_TOOLS_SUPPORT_DECODEMODULE_H

#include "Handles.h"

#include <cstdint>
#include <string>

namespace aligned {

/// Plain attention of one query row, for any number of sequences, kv heads and
/// tokens.
struct DecodeModule {
  int64_t group; ///< query heads for each kv head
  int64_t keyChannels, valueChannels;
  std::string queryType, cacheType, outputType;
  /// What it is compiled for: "paper" has planes of its own; empty: the
  /// default.
  std::string precision = {};

  /// 1 / sqrt(channels), as models have it.
  float scale() const;
  /// As MLIR.
  std::string text() const;
};

/// What decodes over the planes of one module.
struct DecodeKernels {
  AlignedKernel kernel;
  /// For certified<e>; null if `kernel` does that, too.
  AlignedKernel certifying;
};

/// Compiles it for a device; leaves if that fails.
OwnedKernel compileFor(AlignedDevice device, const DecodeModule &module);

/// Loads the first decode kernel of a package file; leaves if it has none, or
/// if it computes something other than `module`.
OwnedKernel loadKernel(AlignedDevice device, const std::string &path,
                       const DecodeModule &module);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_DECODEMODULE_H
