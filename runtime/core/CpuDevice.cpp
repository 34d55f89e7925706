//===- CpuDevice.cpp - Kernels on this machine's own cores ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <omp.h>

using namespace aligned;

namespace {
class CpuDevice : public AlignedDeviceImpl {
public:
  CpuDevice();
  bool isGpu() const override { return false; }
  Error allocate(size_t bytes, void **memory) override;
  void free(void *memory) override { std::free(memory); }
  Error uploadAsync(void *to, const void *from, size_t bytes,
                    void *stream) override {
    return copyAsync(to, from, bytes, stream);
  }
  Error copyAsync(void *to, const void *from, size_t bytes,
                  void * /*stream*/) override {
    if (bytes != 0)
      std::memmove(to, from, bytes);
    return nullptr;
  }
  Error download(void *to, const void *from, size_t bytes,
                 void *stream) override {
    return copyAsync(to, from, bytes, stream);
  }
  Error synchronize(void * /*stream*/) override { return nullptr; }
  Error launch(const Function &function, const void *params, Grid grid,
               void *stream) override;

protected:
  Error loadModule(const std::shared_ptr<const PackageData> &package,
                   std::shared_ptr<Module> &module) override {
    return loadCpuModule(package, module);
  }
};
} // namespace

CpuDevice::CpuDevice() {
#if defined(__x86_64__)
  const char *vectors = "SSE2";
  if (__builtin_cpu_supports("avx512vnni"))
    vectors = "AVX-512 VNNI";
  else if (__builtin_cpu_supports("avx512f"))
    vectors = "AVX-512";
  else if (__builtin_cpu_supports("avx2"))
    vectors = "AVX2";
#else
  const char *vectors = "scalar";
#endif
  targets = "cpu";
  int threads = omp_get_max_threads();
  description = std::string("cpu: ") + vectors + ", " +
                std::to_string(threads) +
                (threads == 1 ? " thread" : " threads");
}

Error CpuDevice::allocate(size_t bytes, void **memory) {
  constexpr size_t kAlignment = 256;
  if (bytes > SIZE_MAX - kAlignment ||
      posix_memalign(memory, kAlignment, bytes == 0 ? 1 : bytes) != 0)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "cannot allocate ", bytes,
                     " bytes of host memory");
  std::memset(*memory, 0, bytes);
  return nullptr;
}

Error CpuDevice::launch(const Function &function, const void *params, Grid grid,
                        void * /*stream*/) {
  auto *phase =
      reinterpret_cast<void (*)(const void *, int32_t, int32_t, int32_t)>(
          function.address);
  int64_t items = grid.x * grid.y * grid.z;
  // Items differ in cost: a chunk behind a short sequence's end has none, and
  // there may be thousands of those. Threads take several at a time, as they
  // contend for each turn, but no more than keeps them busy to the end.
  constexpr int64_t kMostAtATime = 8, kLeastTurns = 32;
  int64_t atATime = std::clamp<int64_t>(
      items / (kLeastTurns * omp_get_max_threads()), 1, kMostAtATime);
#pragma omp parallel for schedule(dynamic, atATime) if (items > 1)
  for (int64_t i = 0; i < items; ++i)
    phase(params, static_cast<int32_t>(i % grid.x),
          static_cast<int32_t>(i / grid.x % grid.y),
          static_cast<int32_t>(i / (grid.x * grid.y)));
  return nullptr;
}

Error aligned::openCpuDevice(std::unique_ptr<AlignedDeviceImpl> &device) {
  device = std::make_unique<CpuDevice>();
  return nullptr;
}
