//===- Staging.h - Host tensors as kernels can read them ------ -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program's operands are strided host memory. On the CPU kernels read them
// where they are; for a GPU they are made dense and copied.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_STAGING_H
#define ALIGNED_RUNTIME_CORE_STAGING_H

#include "Device.h"

#include <array>
#include <vector>

namespace aligned {

/// Device memory that is given back to be used again, not freed: a program that
/// runs twice allocates once.
class ScratchPool {
public:
  class Loan {
  public:
    Loan() = default;
    Loan(Loan &&other) noexcept { *this = std::move(other); }
    Loan &operator=(Loan &&other) noexcept {
      std::swap(pool, other.pool);
      std::swap(bytes, other.bytes);
      std::swap(memory, other.memory);
      return *this;
    }
    ~Loan() {
      if (pool)
        pool->idle.emplace(bytes, std::move(memory));
    }
    template <typename T> T *as() const { return memory.as<T>(); }

  private:
    friend class ScratchPool;
    ScratchPool *pool = nullptr;
    size_t bytes = 0;
    DeviceMemory memory;
  };

  explicit ScratchPool(AlignedDeviceImpl *device) : device(device) {}
  /// What is in it is whatever was there before.
  Error borrow(size_t bytes, Loan &loan);

  AlignedDeviceImpl *const device;

private:
  std::multimap<size_t, DeviceMemory> idle;
};

/// Copies elements of `bytes` bytes; strides count elements.
void copyStrided(void *to, const int64_t *toStrides, const void *from,
                 const int64_t *fromStrides, const int64_t *sizes, int rank,
                 size_t bytes);

/// A tensor in host memory and, staged, in the device's. Strides of 0, of
/// operands that are broadcast, stay 0.
template <size_t Rank> struct Staged {
  std::array<int64_t, Rank> sizes;
  std::array<int64_t, Rank> hostStrides;
  size_t elementBytes;
  std::array<int64_t, Rank> strides = {}; ///< of `device`
  void *device = nullptr;
  ScratchPool::Loan loan;

  /// Makes room for it on the device.
  Error prepare(ScratchPool &pool, void *host) {
    if (!pool.device->isGpu()) {
      device = host;
      strides = hostStrides;
      return nullptr;
    }
    int64_t count = 1;
    for (size_t i = Rank; i-- != 0;) {
      if (hostStrides[i] == 0)
        sizes[i] = 1;
      strides[i] = hostStrides[i] == 0 ? 0 : count;
      count *= sizes[i];
    }
    buffer.resize(static_cast<size_t>(count) * elementBytes);
    ALIGNED_TRY(pool.borrow(buffer.size(), loan));
    device = loan.as<void>();
    return nullptr;
  }
  Error upload(ScratchPool &pool, const void *host) {
    ALIGNED_TRY(prepare(pool, const_cast<void *>(host)));
    if (device == host)
      return nullptr;
    copyStrided(buffer.data(), strides.data(), host, hostStrides.data(),
                sizes.data(), static_cast<int>(Rank), elementBytes);
    return pool.device->uploadAsync(device, buffer.data(), buffer.size(),
                                    /*stream=*/nullptr);
  }
  Error download(ScratchPool &pool, void *host) {
    if (device == host)
      return nullptr;
    ALIGNED_TRY(pool.device->download(buffer.data(), device, buffer.size(),
                                      /*stream=*/nullptr));
    copyStrided(host, hostStrides.data(), buffer.data(), strides.data(),
                sizes.data(), static_cast<int>(Rank), elementBytes);
    return nullptr;
  }

private:
  std::vector<char> buffer;
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_STAGING_H
