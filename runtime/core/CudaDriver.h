//===- CudaDriver.h - The part of the CUDA driver that is used - -*- C++
//-*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declarations of NVIDIA's driver interface, so that no toolkit is needed to
// build, and the table of its functions, which are looked up in libcuda.so.1
// when the first GPU is opened. Values are those of the driver's stable ABI.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_CUDADRIVER_H
#define ALIGNED_RUNTIME_CORE_CUDADRIVER_H

#include "Error.h"

#include <cstddef>
#include <cstdint>

namespace aligned::cuda {

using Result = int;
using Device = int;
using DevicePointer = unsigned long long;
using Context = struct ContextObject *;
using ModuleHandle = struct ModuleObject *;
using FunctionHandle = struct FunctionObject *;
using Stream = struct StreamObject *;

enum : Result { kSuccess = 0, kErrorNoDevice = 100, kErrorInvalidDevice = 101 };

enum DeviceAttribute : int {
  kMultiprocessorCount = 16,
  kComputeCapabilityMajor = 75,
  kComputeCapabilityMinor = 76
};

enum FunctionAttribute : int {
  kMaxDynamicSharedSizeBytes = 8,
  kPreferredSharedMemoryCarveout = 9 ///< per cent
};

enum JitOption : int {
  kJitInfoLogBuffer = 3,
  kJitInfoLogBufferSizeBytes = 4,
  kJitErrorLogBuffer = 5,
  kJitErrorLogBufferSizeBytes = 6
};

enum LaunchAttributeID : int {
  kCooperative = 2,
  kProgrammaticStreamSerialization = 6 ///< may begin before the last one ends
};

struct LaunchAttribute {
  LaunchAttributeID id;
  int padding;
  union {
    char bytes[64];
    int value;
  };
};

struct LaunchConfig {
  unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes;
  Stream stream;
  LaunchAttribute *attributes;
  unsigned numAttributes;
};

/// X(member, exported name, parameters). The exported names carry the version
/// of the parameters that are declared here.
#define ALIGNED_CUDA_FUNCTIONS(X)                                              \
  X(init, cuInit, (unsigned flags))                                            \
  X(getErrorName, cuGetErrorName, (Result, const char **))                     \
  X(getErrorString, cuGetErrorString, (Result, const char **))                 \
  X(deviceGet, cuDeviceGet, (Device *, int ordinal))                           \
  X(deviceGetCount, cuDeviceGetCount, (int *))                                 \
  X(deviceGetName, cuDeviceGetName, (char *, int bytes, Device))               \
  X(deviceGetAttribute, cuDeviceGetAttribute, (int *, int attribute, Device))  \
  X(primaryCtxRetain, cuDevicePrimaryCtxRetain, (Context *, Device))           \
  X(primaryCtxRelease, cuDevicePrimaryCtxRelease_v2, (Device))                 \
  X(ctxGetCurrent, cuCtxGetCurrent, (Context *))                               \
  X(ctxPushCurrent, cuCtxPushCurrent_v2, (Context))                            \
  X(ctxPopCurrent, cuCtxPopCurrent_v2, (Context *))                            \
  X(memAlloc, cuMemAlloc_v2, (DevicePointer *, size_t bytes))                  \
  X(memFree, cuMemFree_v2, (DevicePointer))                                    \
  X(memsetD8, cuMemsetD8_v2, (DevicePointer, unsigned char, size_t))           \
  X(memcpyHtoDAsync, cuMemcpyHtoDAsync_v2,                                     \
    (DevicePointer, const void *, size_t, Stream))                             \
  X(memcpyDtoHAsync, cuMemcpyDtoHAsync_v2,                                     \
    (void *, DevicePointer, size_t, Stream))                                   \
  X(memcpyDtoDAsync, cuMemcpyDtoDAsync_v2,                                     \
    (DevicePointer, DevicePointer, size_t, Stream))                            \
  X(streamSynchronize, cuStreamSynchronize, (Stream))                          \
  X(moduleLoadDataEx, cuModuleLoadDataEx,                                      \
    (ModuleHandle *, const void *image, unsigned numOptions, int *options,     \
     void **values))                                                           \
  X(moduleUnload, cuModuleUnload, (ModuleHandle))                              \
  X(moduleGetFunction, cuModuleGetFunction,                                    \
    (FunctionHandle *, ModuleHandle, const char *name))                        \
  X(funcSetAttribute, cuFuncSetAttribute, (FunctionHandle, int, int))          \
  X(occupancyMaxActiveBlocks, cuOccupancyMaxActiveBlocksPerMultiprocessor,     \
    (int *, FunctionHandle, int threads, size_t sharedBytes))                  \
  X(launchKernelEx, cuLaunchKernelEx,                                          \
    (const LaunchConfig *, FunctionHandle, void **params, void **extra))

/// The functions of the driver that was found.
struct Driver {
#define ALIGNED_CUDA_MEMBER(member, symbol, parameters)                        \
  Result(*member) parameters = nullptr;
  ALIGNED_CUDA_FUNCTIONS(ALIGNED_CUDA_MEMBER)
#undef ALIGNED_CUDA_MEMBER

  /// Null if `result` is success; else an error that says `call`, with CUDA's
  /// name and text for it.
  Error check(Result result, const char *call) const;
};

/// The driver, loaded and initialised at the first call that succeeds. It is
/// never unloaded: its threads outlive any user of it.
Error getDriver(const Driver *&driver);

} // namespace aligned::cuda

#endif // ALIGNED_RUNTIME_CORE_CUDADRIVER_H
