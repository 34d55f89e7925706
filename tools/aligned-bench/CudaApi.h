//===- CudaApi.h - What CUDA graphs and events take of the driver ---------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime's own table (runtime/core/CudaDriver.h) has what every user of it
// needs; what only a benchmark calls is here.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_CUDAAPI_H
#define ALIGNED_TOOLS_BENCH_CUDAAPI_H

#include "CudaDriver.h"

namespace aligned::cuda {

using Graph = struct GraphObject *;
using GraphExec = struct GraphExecObject *;
using Event = struct EventObject *;

constexpr int kL2CacheSize = 38; ///< a DeviceAttribute
enum StreamFlags : unsigned { kNonBlocking = 1 };
enum CaptureMode : int { kCaptureThreadLocal = 1 };

/// X(member, exported name, parameters)
#define ALIGNED_BENCH_CUDA_FUNCTIONS(X)                                        \
  X(ctxSetCurrent, cuCtxSetCurrent, (Context))                                 \
  X(streamCreate, cuStreamCreate, (Stream *, unsigned flags))                  \
  X(streamDestroy, cuStreamDestroy_v2, (Stream))                               \
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
struct Api : Driver {
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
