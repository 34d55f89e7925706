//===- CudaGraph.h - Calls that are captured and replayed -------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_CUDAGRAPH_H
#define ALIGNED_TOOLS_BENCH_CUDAGRAPH_H

#include "CudaApi.h"

#include <functional>

namespace aligned::cuda {

/// A stream in the primary context of a device, which is what the runtime works
/// in, too. The context is current on this thread from then on. What fails
/// makes the tool leave.
class OwnedStream {
public:
  explicit OwnedStream(int ordinal);
  ~OwnedStream();
  OwnedStream(const OwnedStream &) = delete;
  OwnedStream &operator=(const OwnedStream &) = delete;

  void synchronize() const;

  const Api api;
  Device device = 0;
  Stream stream = nullptr;
};

/// Calls as one graph.
class CapturedGraph {
public:
  /// Captures what `calls` puts on the stream, and does none of it.
  CapturedGraph(const OwnedStream &on, const std::function<void()> &calls);
  ~CapturedGraph();
  CapturedGraph(const CapturedGraph &) = delete;
  CapturedGraph &operator=(const CapturedGraph &) = delete;

  /// Puts all of it on the stream once more.
  void launch() const;

private:
  const OwnedStream &on;
  Graph graph = nullptr;
  GraphExec exec = nullptr;
};

} // namespace aligned::cuda

#endif // ALIGNED_TOOLS_BENCH_CUDAGRAPH_H
