//===- Memory.h - Device memory that frees itself ---------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_MEMORY_H
#define ALIGNED_TOOLS_SUPPORT_MEMORY_H

#include "Tool.h"

#include <cstddef>

namespace aligned {

/// Device memory that frees itself. What fails makes the tool leave.
class Memory {
public:
  /// Zeroed.
  Memory(AlignedDevice device, size_t bytes) : device(device), bytes(bytes) {
    check(alignedDeviceAllocate(device, bytes, &data));
  }
  Memory(AlignedDevice device, const void *from, size_t bytes)
      : Memory(device, bytes) {
    check(alignedDeviceUpload(device, data, from, bytes, /*stream=*/nullptr));
  }
  ~Memory() { alignedDeviceFree(device, data); }
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;

  void download(void *to) const {
    check(alignedDeviceDownload(device, to, data, bytes, /*stream=*/nullptr));
  }

  void *data = nullptr;

private:
  AlignedDevice device;
  size_t bytes;
};

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_MEMORY_H
