//===- Aligned.h - Python objects over the C interface ----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each Python object holds a handle and shares ownership of what must outlive
// it. An error of the library becomes a Python exception with its message.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PYTHON_ALIGNED_H
#define ALIGNED_PYTHON_ALIGNED_H

#include "aligned-c/Aligned.h"

#include <nanobind/nanobind.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace aligned::python {

namespace nb = nanobind;

/// What Python sees as aligned.AlignedError.
class LibraryError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Throws what `error` says: ValueError for what the caller gave, AlignedError
/// for the rest.
void check(AlignedError error);

struct Device {
  explicit Device(const std::string &name);
  ~Device() { alignedDeviceDestroy(handle); }
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;

  bool isGpu() const { return alignedDeviceIsGpu(handle) != 0; }

  AlignedDevice handle = nullptr;
};

struct Package {
  explicit Package(AlignedPackage handle) : handle(handle) {}
  ~Package() { alignedPackageDestroy(handle); }
  Package(const Package &) = delete;
  Package &operator=(const Package &) = delete;

  AlignedPackage handle;
};

struct Kernel {
  Kernel(std::shared_ptr<Device> device, const Package &package, int64_t index);
  ~Kernel() { alignedKernelDestroy(handle); }
  Kernel(const Kernel &) = delete;
  Kernel &operator=(const Kernel &) = delete;

  std::shared_ptr<Device> device;
  AlignedKernel handle = nullptr;
  AlignedProblem problem = {};
};

struct Cache {
  Cache(std::shared_ptr<Kernel> kernel, const AlignedCacheOptions &options);
  ~Cache() { alignedCacheDestroy(handle); }
  Cache(const Cache &) = delete;
  Cache &operator=(const Cache &) = delete;

  std::shared_ptr<Kernel> kernel;
  AlignedCacheOptions options;
  AlignedCache handle = nullptr;
};

void bindDevice(nb::module_ &module);
void bindPackage(nb::module_ &module);
void bindCache(nb::module_ &module);
void bindBatch(nb::module_ &module);

/// A stream as Python has it: the integer value of a CUstream.
inline void *asStream(uintptr_t stream) {
  return reinterpret_cast<void *>(stream);
}

} // namespace aligned::python

#endif // ALIGNED_PYTHON_ALIGNED_H
