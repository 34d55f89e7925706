//===- CudaApi.h - What CUDA graphs and events take of the driver -*- C++
//-*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime has the driver for what every user of it needs; what only a
// benchmark does is here. Declarations are of the driver's stable interface, so
// that no toolkit is needed to build.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_CUDAAPI_H
#define ALIGNED_TOOLS_BENCH_CUDAAPI_H

#include <cstddef>

namespace aligned::cuda {

using Result = int;
using Device = int;
using Pointer = unsigned long long;
using Context = struct ContextObject *;
using ModuleHandle = struct ModuleObject *;
using FunctionHandle = struct FunctionObject *;
using Stream = struct StreamObject *;
using Graph = struct GraphObject *;
using GraphExec = struct GraphExecObject *;
using Event = struct EventObject *;

enum DeviceAttribute : int { kMultiprocessorCount = 16, kL2CacheSize = 38 };
enum StreamFlags : unsigned { kNonBlocking = 1 };
enum CaptureMode : int { kCaptureThreadLocal = 1 };

/// X(member, exported name, parameters)
#define ALIGNED_BENCH_CUDA_FUNCTIONS(X)                                        \
  X(init, cuInit, (unsigned flags))                                            \
  X(getErrorName, cuGetErrorName, (Result, const char **))                     \
  X(deviceGet, cuDeviceGet, (Device *, int ordinal))                           \
  X(deviceGetAttribute, cuDeviceGetAttribute, (int *, int attribute, Device))  \
  X(primaryCtxRetain, cuDevicePrimaryCtxRetain, (Context *, Device))           \
  X(primaryCtxRelease, cuDevicePrimaryCtxRelease_v2, (Device))                 \
  X(ctxSetCurrent, cuCtxSetCurrent, (Context))                                 \
  X(memAlloc, cuMemAlloc_v2, (Pointer *, size_t bytes))                        \
  X(memFree, cuMemFree_v2, (Pointer))                                          \
  X(memsetD8, cuMemsetD8_v2, (Pointer, unsigned char, size_t))                 \
  X(moduleLoadData, cuModuleLoadData, (ModuleHandle *, const void *image))     \
  X(moduleUnload, cuModuleUnload, (ModuleHandle))                              \
  X(moduleGetFunction, cuModuleGetFunction,                                    \
    (FunctionHandle *, ModuleHandle, const char *name))                        \
  X(launchKernel, cuLaunchKernel,                                              \
    (FunctionHandle, unsigned gridX, unsigned gridY, unsigned gridZ,           \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     Stream, void **params, void **extra))                                     \
  X(streamCreate, cuStreamCreate, (Stream *, unsigned flags))                  \
  X(streamDestroy, cuStreamDestroy_v2, (Stream))                               \
  X(streamSynchronize, cuStreamSynchronize, (Stream))                          \
  X(beginCapture, cuStreamBeginCapture_v2, (Stream, int mode))                 \
  X(endCapture, cuStreamEndCapture, (Stream, Graph *))                         \
  X(graphInstantiate, cuGraphInstantiateWithFlags,                             \
    (GraphExec *, Graph, unsigned long long flags))                            \
  X(graphDestroy, cuGraphDestroy, (Graph))                                     \
  X(graphExecDestroy, cuGraphExecDestroy, (GraphExec))                         \
  X(graphLaunch, cuGraphLaunch, (GraphExec, Stream))                           \
  X(eventCreate, cuEventCreate, (Event *, unsigned flags))                     \
  X(eventDestroy, cuEventDestroy_v2, (Event))                                  \
  X(eventRecord, cuEventRecord, (Event, Stream))                               \
  X(eventSynchronize, cuEventSynchronize, (Event))                             \
  X(eventElapsedTime, cuEventElapsedTime, (float *milliseconds, Event, Event))

/// The functions of the driver that was found.
struct Api {
#define ALIGNED_BENCH_CUDA_MEMBER(member, symbol, parameters)                  \
  Result(*member) parameters = nullptr;
  ALIGNED_BENCH_CUDA_FUNCTIONS(ALIGNED_BENCH_CUDA_MEMBER)
#undef ALIGNED_BENCH_CUDA_MEMBER

  /// Leaves if `result` is no success, naming the call.
  void check(Result result, const char *call) const;
};

/// Loads the driver; leaves if it is absent or lacks a function.
Api loadApi();

} // namespace aligned::cuda

#endif // ALIGNED_TOOLS_BENCH_CUDAAPI_H
