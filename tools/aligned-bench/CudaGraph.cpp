//===- CudaGraph.cpp - Calls that are captured and replayed ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaGraph.h"

using namespace aligned::cuda;

OwnedStream::OwnedStream(int ordinal) : api(loadApi()) {
  api.check(api.deviceGet(&device, ordinal), "cuDeviceGet");
  Context context;
  api.check(api.primaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
  api.check(api.ctxSetCurrent(context), "cuCtxSetCurrent");
  api.check(api.streamCreate(&stream, kNonBlocking), "cuStreamCreate");
}

OwnedStream::~OwnedStream() {
  api.streamDestroy(stream);
  api.primaryCtxRelease(device);
}

void OwnedStream::synchronize() const {
  api.check(api.streamSynchronize(stream), "cuStreamSynchronize");
}

CapturedGraph::CapturedGraph(const OwnedStream &on,
                             const std::function<void()> &calls)
    : on(on) {
  const Api &api = on.api;
  api.check(api.beginCapture(on.stream, kCaptureThreadLocal),
            "cuStreamBeginCapture");
  calls();
  api.check(api.endCapture(on.stream, &graph), "cuStreamEndCapture");
  api.check(api.graphInstantiate(&exec, graph, 0), "cuGraphInstantiate");
}

CapturedGraph::~CapturedGraph() {
  on.api.graphExecDestroy(exec);
  on.api.graphDestroy(graph);
}

void CapturedGraph::launch() const {
  on.api.check(on.api.graphLaunch(exec, on.stream), "cuGraphLaunch");
}
