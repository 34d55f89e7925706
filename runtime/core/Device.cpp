//===- Device.cpp - What runs kernels -------------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include <charconv>
#include <cstring>

using namespace aligned;

Error AlignedDeviceImpl::load(const std::shared_ptr<const PackageData> &package,
                              std::shared_ptr<Module> &module) {
  std::lock_guard<std::mutex> lock(mutex);
  // A module keeps its package alive, so while the entry can be locked the
  // address is this package's.
  std::weak_ptr<Module> &entry = modules[package.get()];
  module = entry.lock();
  if (module)
    return nullptr;
  ALIGNED_TRY(loadModule(package, module));
  entry = module;
  return nullptr;
}

static Error openDevice(const std::string &name,
                        std::unique_ptr<AlignedDeviceImpl> &device) {
  if (name == "cpu")
    return openCpuDevice(device);
  if (name == "cuda")
    return openCudaDevice(0, device);
  if (name.rfind("cuda:", 0) == 0) {
    const char *begin = name.data() + 5, *end = name.data() + name.size();
    int ordinal = -1;
    auto [stop, status] = std::from_chars(begin, end, ordinal);
    if (status == std::errc() && stop == end && ordinal >= 0)
      return openCudaDevice(ordinal, device);
  }
  return makeError(ALIGNED_INVALID_ARGUMENT, "no device is called '", name,
                   "': expected cpu, cuda or cuda:N");
}

AlignedError alignedDeviceOpen(const char *name, AlignedDevice *device) {
  return guarded([&]() -> Error {
    if (!name || !device)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedDeviceOpen: a pointer is null");
    std::unique_ptr<AlignedDeviceImpl> opened;
    ALIGNED_TRY(openDevice(name, opened));
    *device = opened.release();
    return nullptr;
  });
}

void alignedDeviceDestroy(AlignedDevice device) { delete device; }

const char *alignedDeviceGetDescription(AlignedDevice device) {
  return device->description.c_str();
}

const char *alignedDeviceGetTargets(AlignedDevice device) {
  return device->targets.c_str();
}

int alignedDeviceIsGpu(AlignedDevice device) { return device->isGpu(); }

AlignedError alignedDeviceAllocate(AlignedDevice device, size_t bytes,
                                   void **memory) {
  return guarded([&] {
    void *allocated = nullptr;
    Error error = device->allocate(bytes, &allocated);
    if (!error)
      *memory = allocated;
    return error;
  });
}

void alignedDeviceFree(AlignedDevice device, void *memory) {
  if (memory)
    device->free(memory);
}

AlignedError alignedDeviceUpload(AlignedDevice device, void *to,
                                 const void *from, size_t bytes, void *stream) {
  return guarded([&]() -> Error {
    ALIGNED_TRY(device->uploadAsync(to, from, bytes, stream));
    return device->synchronize(stream);
  });
}

AlignedError alignedDeviceDownload(AlignedDevice device, void *to,
                                   const void *from, size_t bytes,
                                   void *stream) {
  return guarded([&] { return device->download(to, from, bytes, stream); });
}

AlignedError alignedDeviceSynchronize(AlignedDevice device, void *stream) {
  return guarded([&] { return device->synchronize(stream); });
}
