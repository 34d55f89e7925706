//===- FakeCudaDriver.cpp - A libcuda.so.1 that runs on the CPU -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stands in for NVIDIA's driver where there is no GPU: what the runtime asks of
// a driver is checked as a driver would, and "PTX" is the path of a shared
// object whose functions are launched. Device memory lies in host memory, in
// blocks that are known, so that a host pointer in a device's place is an
// error. ALIGNED_FAKE_CUDA_ARCH is the architecture, 90 without it.
//
//===----------------------------------------------------------------------===//

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <string>

namespace {
using Result = int;
using Pointer = unsigned long long;
enum : Result {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kInvalidContext = 201,
  kInvalidPtx = 218,
  kNotFound = 500
};

/// As cuda.h has them.
struct LaunchAttribute {
  int id;
  char padding[4];
  union {
    char bytes[64];
    int value;
  };
};
struct LaunchConfig {
  unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes;
  void *stream;
  LaunchAttribute *attributes;
  unsigned numAttributes;
};

std::map<Pointer, size_t> blocks;
int contextObject, retained = 0;
void *current = nullptr;

bool inBlock(Pointer pointer, size_t bytes) {
  auto after = blocks.upper_bound(pointer);
  if (after == blocks.begin())
    return false;
  auto block = std::prev(after);
  return pointer + bytes <= block->first + block->second;
}
void *host(Pointer pointer) { return reinterpret_cast<void *>(pointer); }
/// What the GPU has, and how many blocks each of them holds.
constexpr int kMultiprocessors = 2, kBlocks = 3;
bool ready() { return retained != 0 && current == &contextObject; }
} // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT Result cuInit(unsigned) { return kSuccess; }
EXPORT Result cuGetErrorName(Result result, const char **name) {
  *name = result == kOutOfMemory      ? "CUDA_ERROR_OUT_OF_MEMORY"
          : result == kInvalidContext ? "CUDA_ERROR_INVALID_CONTEXT"
          : result == kInvalidPtx     ? "CUDA_ERROR_INVALID_PTX"
          : result == kNotFound       ? "CUDA_ERROR_NOT_FOUND"
                                      : "CUDA_ERROR_INVALID_VALUE";
  return kSuccess;
}
EXPORT Result cuGetErrorString(Result, const char **text) {
  *text = "as the tests' driver sees it";
  return kSuccess;
}
EXPORT Result cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return kSuccess;
}
EXPORT Result cuDeviceGetCount(int *count) {
  *count = 1;
  return kSuccess;
}
EXPORT Result cuDeviceGetName(char *name, int bytes, int) {
  std::strncpy(name, "Fake GPU", static_cast<size_t>(bytes));
  return kSuccess;
}
EXPORT Result cuDeviceGetAttribute(int *value, int attribute, int) {
  const char *text = std::getenv("ALIGNED_FAKE_CUDA_ARCH");
  int architecture = text ? std::atoi(text) : 90;
  *value = attribute == 16   ? kMultiprocessors
           : attribute == 75 ? architecture / 10
                             : architecture % 10;
  return kSuccess;
}
EXPORT Result cuDevicePrimaryCtxRetain(void **context, int) {
  ++retained;
  *context = &contextObject;
  return kSuccess;
}
EXPORT Result cuDevicePrimaryCtxRelease_v2(int) {
  --retained;
  return kSuccess;
}
EXPORT Result cuCtxGetCurrent(void **context) {
  *context = current;
  return kSuccess;
}
EXPORT Result cuCtxPushCurrent_v2(void *context) {
  current = context;
  return kSuccess;
}
EXPORT Result cuCtxPopCurrent_v2(void **context) {
  *context = current;
  current = nullptr;
  return kSuccess;
}

EXPORT Result cuMemAlloc_v2(Pointer *pointer, size_t bytes) {
  if (!ready())
    return kInvalidContext;
  void *memory = bytes > (size_t(1) << 36) ? nullptr : std::malloc(bytes);
  if (!memory)
    return kOutOfMemory;
  std::memset(memory, 0xa5, bytes);
  *pointer = reinterpret_cast<Pointer>(memory);
  blocks[*pointer] = bytes;
  return kSuccess;
}
EXPORT Result cuMemFree_v2(Pointer pointer) {
  if (!ready() || blocks.erase(pointer) == 0)
    return kInvalidValue;
  std::free(host(pointer));
  return kSuccess;
}
EXPORT Result cuMemsetD8_v2(Pointer to, unsigned char value, size_t bytes) {
  if (!ready() || !inBlock(to, bytes))
    return kInvalidValue;
  std::memset(host(to), value, bytes);
  return kSuccess;
}
EXPORT Result cuMemcpyHtoDAsync_v2(Pointer to, const void *from, size_t bytes,
                                   void *) {
  if (!ready() || !inBlock(to, bytes))
    return kInvalidValue;
  std::memcpy(host(to), from, bytes);
  return kSuccess;
}
EXPORT Result cuMemcpyDtoHAsync_v2(void *to, Pointer from, size_t bytes,
                                   void *) {
  if (!ready() || !inBlock(from, bytes))
    return kInvalidValue;
  std::memcpy(to, host(from), bytes);
  return kSuccess;
}
EXPORT Result cuMemcpyDtoDAsync_v2(Pointer to, Pointer from, size_t bytes,
                                   void *) {
  if (!ready() || !inBlock(to, bytes) || !inBlock(from, bytes))
    return kInvalidValue;
  std::memmove(host(to), host(from), bytes);
  return kSuccess;
}
/// How often the host has waited for the device.
static int waits = 0;
EXPORT int fakeCudaWaits() { return waits; }

EXPORT Result cuStreamSynchronize(void *) {
  ++waits;
  return ready() ? kSuccess : kInvalidContext;
}

EXPORT Result cuModuleLoadDataEx(void **module, const void *image,
                                 unsigned numOptions, int *options,
                                 void **values) {
  if (!ready())
    return kInvalidContext;
  *module = dlopen(static_cast<const char *>(image), RTLD_NOW | RTLD_LOCAL);
  if (*module)
    return kSuccess;
  for (unsigned i = 0; i < numOptions; ++i)
    if (options[i] == 5) // the error log's buffer
      std::strcpy(static_cast<char *>(values[i]), "ptxas: not a path");
  return kInvalidPtx;
}
EXPORT Result cuModuleUnload(void *module) {
  dlclose(module);
  return ready() ? kSuccess : kInvalidContext;
}
EXPORT Result cuModuleGetFunction(void **function, void *module,
                                  const char *name) {
  *function = dlsym(module, name);
  return *function ? kSuccess : kNotFound;
}
EXPORT Result cuFuncSetAttribute(void *, int attribute, int) {
  return attribute == 8 ? kSuccess : kInvalidValue;
}
EXPORT Result cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *,
                                                          int, size_t) {
  *blocks = kBlocks;
  return kSuccess;
}
EXPORT Result cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                             unsigned gridZ, unsigned blockX, unsigned blockY,
                             unsigned blockZ, unsigned sharedBytes, void *,
                             void **params, void **) {
  if (!ready())
    return kInvalidContext;
  // What sharedBytes is checked against is what was asked for. A launch may
  // have fewer warps than a kernel may have.
  if (gridX == 0 || gridY == 0 || gridZ == 0 ||
      (blockX != 32 && blockX != 64) || blockY != 1 || blockZ != 1 ||
      sharedBytes != 1000)
    return kInvalidValue;
  auto *phase =
      reinterpret_cast<void (*)(const void *, int, int, int)>(function);
  for (unsigned z = 0; z < gridZ; ++z)
    for (unsigned y = 0; y < gridY; ++y)
      for (unsigned x = 0; x < gridX; ++x)
        phase(params[0], static_cast<int>(x), static_cast<int>(y),
              static_cast<int>(z));
  return kSuccess;
}

/// How many launches might begin before the one before them had ended.
static int overlaps = 0;
EXPORT int fakeCudaOverlaps() { return overlaps; }

EXPORT Result cuLaunchKernelEx(const LaunchConfig *config, void *function,
                               void **params, void **extra) {
  for (unsigned i = 0; i < config->numAttributes; ++i) {
    const LaunchAttribute &attribute = config->attributes[i];
    if (attribute.value != 1)
      return kInvalidValue;
    if (attribute.id == 6) // programmatic stream serialization
      ++overlaps;
    else if (attribute.id != 2) // cooperative
      return kInvalidValue;
    // All blocks must fit at one time.
    else if (config->gridX * config->gridY * config->gridZ >
             kMultiprocessors * kBlocks)
      return kInvalidValue;
  }
  return cuLaunchKernel(function, config->gridX, config->gridY, config->gridZ,
                        config->blockX, config->blockY, config->blockZ,
                        config->sharedBytes, config->stream, params, extra);
}
