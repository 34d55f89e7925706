//===- Device.h - What runs kernels --------------------------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One class for each kind of device behind one interface; what is above it
// (caches, batches, programs) is the same for all.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_DEVICE_H
#define ALIGNED_RUNTIME_CORE_DEVICE_H

#include "Error.h"
#include "Metrics.h"
#include "Package.h"

#include <map>
#include <mutex>

namespace aligned {

/// A phase that can be launched.
struct Function {
  void *address = nullptr; ///< a CPU function, or a CUfunction
  uint32_t threads = 1;
  uint32_t sharedBytes = 0;
  bool overlaps = false; ///< waits for the launch before it itself
  /// Blocks that the device holds at one time; 0 where that means nothing.
  int64_t residentBlocks = 0;
};

/// Number of items in x, y and z.
struct Grid {
  int64_t x, y, z;
};

/// Code of one package, loaded on one device.
class Module {
public:
  explicit Module(std::shared_ptr<const PackageData> package)
      : package(std::move(package)) {}
  virtual ~Module() = default;
  virtual Error lookup(const std::string &symbol, Function &function) = 0;
  /// Whether the code has this phase: some targets have phases of their own.
  virtual bool has(const std::string &symbol) const = 0;

protected:
  std::shared_ptr<const PackageData> package;
};

} // namespace aligned

struct AlignedDeviceImpl {
  virtual ~AlignedDeviceImpl() = default;
  virtual bool isGpu() const = 0;
  /// Zeroed, at a multiple of 256 bytes.
  virtual aligned::Error allocate(size_t bytes, void **memory) = 0;
  virtual void free(void *memory) = 0;
  /// Host to device. The host's memory may change after the call.
  virtual aligned::Error uploadAsync(void *to, const void *from, size_t bytes,
                                     void *stream) = 0;
  /// Device to device.
  virtual aligned::Error copyAsync(void *to, const void *from, size_t bytes,
                                   void *stream) = 0;
  /// Device to host; waits.
  virtual aligned::Error download(void *to, const void *from, size_t bytes,
                                  void *stream) = 0;
  virtual aligned::Error synchronize(void *stream) = 0;
  /// `params` is copied.
  virtual aligned::Error launch(const aligned::Function &function,
                                const void *params, aligned::Grid grid,
                                void *stream) = 0;
  /// Launches `blocks` blocks that run at the same time, and so may wait for
  /// each other; at most function.residentBlocks.
  virtual aligned::Error launchResident(const aligned::Function &function,
                                        const void *params, int64_t blocks,
                                        void *stream) {
    return aligned::makeError(ALIGNED_INVALID_ARGUMENT, description,
                              " cannot keep blocks resident");
  }
  /// The code of a package; loaded once, while anyone holds it.
  aligned::Error
  load(const std::shared_ptr<const aligned::PackageData> &package,
       std::shared_ptr<aligned::Module> &module);

  std::string description;
  aligned::Metrics metrics;
  std::string targets; ///< what to compile for it, as AlignedJitOptions has it

protected:
  virtual aligned::Error
  loadModule(const std::shared_ptr<const aligned::PackageData> &package,
             std::shared_ptr<aligned::Module> &module) = 0;

private:
  std::mutex mutex;
  std::map<const aligned::PackageData *, std::weak_ptr<aligned::Module>>
      modules;
};

namespace aligned {

Error openCpuDevice(std::unique_ptr<AlignedDeviceImpl> &device);
Error openCudaDevice(int ordinal, std::unique_ptr<AlignedDeviceImpl> &device);

/// Loads the code of a package for this CPU. Programs on a GPU need it too, for
/// what surrounds the kernels.
Error loadCpuModule(const std::shared_ptr<const PackageData> &package,
                    std::shared_ptr<Module> &module);

/// Device memory that is freed with its owner.
class DeviceMemory {
public:
  DeviceMemory() = default;
  DeviceMemory(DeviceMemory &&other) noexcept { *this = std::move(other); }
  DeviceMemory &operator=(DeviceMemory &&other) noexcept {
    std::swap(device, other.device);
    std::swap(memory, other.memory);
    return *this;
  }
  ~DeviceMemory() {
    if (memory)
      device->free(memory);
  }
  Error allocate(AlignedDeviceImpl *onDevice, size_t bytes) {
    DeviceMemory fresh;
    ALIGNED_TRY(onDevice->allocate(bytes, &fresh.memory));
    fresh.device = onDevice;
    *this = std::move(fresh);
    return nullptr;
  }
  template <typename T> T *as() const { return static_cast<T *>(memory); }

private:
  AlignedDeviceImpl *device = nullptr;
  void *memory = nullptr;
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_DEVICE_H
