//===- CudaTimer.cpp - Times on a GPU, by CUDA graphs ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaGraph.h"
#include "Timer.h"
#include "Tool.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

using namespace aligned;
using namespace aligned::cuda;

namespace {

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

/// Two events, and the time between them.
class Interval {
public:
  Interval(const Api &api, Stream stream) : api(api), stream(stream) {
    for (Event *event : {&before, &after})
      api.check(api.eventCreate(event, 0), "cuEventCreate");
  }
  ~Interval() {
    api.eventDestroy(before);
    api.eventDestroy(after);
  }
  Interval(const Interval &) = delete;
  Interval &operator=(const Interval &) = delete;

  /// Seconds on the device of what `submit()` puts on the stream.
  template <typename Submit> double measure(const Submit &submit) {
    api.check(api.eventRecord(before, stream), "cuEventRecord");
    submit();
    api.check(api.eventRecord(after, stream), "cuEventRecord");
    api.check(api.eventSynchronize(after), "cuEventSynchronize");
    float milliseconds = 0;
    api.check(api.eventElapsedTime(&milliseconds, before, after),
              "cuEventElapsedTime");
    return milliseconds * 1e-3;
  }

private:
  const Api &api;
  Stream stream;
  Event before = nullptr, after = nullptr;
};

template <typename Call> double hostSeconds(const Call &call) {
  auto start = std::chrono::steady_clock::now();
  call();
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  return seconds.count();
}

/// Calls as one graph, with the time that it takes.
class Replay {
public:
  Replay(const OwnedStream &on, const Timed &timed)
      : copies(timed.copies), interval(on.api, on.stream),
        graph(on, captured(on, timed)) {}

  void launch() { graph.launch(); }
  /// Seconds of one call.
  double run() {
    return interval.measure([&] { launch(); }) / static_cast<double>(copies);
  }

private:
  static std::function<void()> captured(const OwnedStream &on,
                                        const Timed &timed) {
    // What a first call sets up is not to be captured.
    timed.call(0, on.stream);
    on.synchronize();
    return [&on, &timed] {
      for (int64_t i = 0; i < timed.copies; ++i)
        timed.call(i, on.stream);
    };
  }

  int64_t copies;
  Interval interval;
  CapturedGraph graph;
};

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// ReadPeak.mlir, compiled.
constexpr char kReadPeakPtx[] =
#include "ReadPeak.ptx.inc"
    ;

/// Memory that its kernel reads.
class ReadPeak {
public:
  /// `multiprocessors`: of the device. There are `leastBytes` or more to read.
  ReadPeak(const Api &api, int multiprocessors, int64_t leastBytes)
      : api(api), blocks(multiprocessors * kBlocksEach) {
    int64_t step = int64_t(blocks) * kThreads * kLoads * kLoadBytes;
    bytes = (leastBytes + step - 1) / step * step;
    api.check(api.moduleLoadDataEx(&module, kReadPeakPtx, 0, nullptr, nullptr),
              "cuModuleLoadDataEx");
    api.check(api.moduleGetFunction(&function, module, "read_all"),
              "cuModuleGetFunction");
    api.check(api.memAlloc(&data, bytes), "cuMemAlloc");
    api.check(api.memsetD8(data, 0, bytes), "cuMemsetD8");
    api.check(api.memAlloc(&sink, sizeof(int)), "cuMemAlloc");
  }
  ~ReadPeak() {
    api.memFree(data);
    api.memFree(sink);
    api.moduleUnload(module);
  }
  ReadPeak(const ReadPeak &) = delete;
  ReadPeak &operator=(const ReadPeak &) = delete;

  void launch(void *stream) {
    int64_t count = bytes / kLoadBytes;
    void *params[] = {&data, &count, &sink};
    api.check(api.launchKernel(function, blocks, 1, 1, kThreads, 1, 1, 0,
                               static_cast<Stream>(stream), params, nullptr),
              "cuLaunchKernel");
  }

  int64_t bytes;

private:
  /// As ReadPeak.mlir has them.
  static constexpr int64_t kThreads = 256, kLoads = 4, kLoadBytes = 16;
  static constexpr int kBlocksEach = 8;

  const Api &api;
  unsigned blocks;
  ModuleHandle module = nullptr;
  FunctionHandle function = nullptr;
  DevicePointer data = 0, sink = 0;
};

//===----------------------------------------------------------------------===//
// The timer
//===----------------------------------------------------------------------===//

class CudaTimer : public Timer {
public:
  explicit CudaTimer(int ordinal) : on(ordinal), api(on.api) {}

  std::vector<std::vector<double>> run(const std::vector<Timed> &timed,
                                       int64_t samples) override {
    std::vector<std::unique_ptr<Replay>> replays;
    for (const Timed &one : timed)
      replays.push_back(std::make_unique<Replay>(on, one));
    std::vector<std::vector<double>> seconds(timed.size());
    for (int64_t i = -kWarmUp; i < samples; ++i)
      for (size_t k = 0; k < timed.size(); ++k) {
        double one = replays[k]->run();
        if (i >= 0)
          seconds[k].push_back(one);
      }
    return seconds;
  }

  std::vector<LaunchTimes> measureLaunches(const std::vector<Timed> &timed,
                                           int64_t samples) override {
    std::vector<LaunchTimes> times;
    for (const Timed &one : timed)
      times.push_back(measureLaunches(one, samples));
    return times;
  }

  int64_t cacheBytes() const override { return attribute(kL2CacheSize); }

  double measurePeakRead() override {
    constexpr int64_t kSamples = 15;
    ReadPeak peak(api, attribute(kMultiprocessorCount), int64_t(2) << 30);
    Timed timed = {1, [&](int64_t, void *stream) { peak.launch(stream); }};
    std::vector<double> seconds = run({timed}, kSamples).front();
    return static_cast<double>(peak.bytes) /
           *std::min_element(seconds.begin(), seconds.end());
  }

private:
  static constexpr int kWarmUp = 3;

  LaunchTimes measureLaunches(const Timed &timed, int64_t samples) {
    // Of a few launches each, these fit the driver's queue: when that is full
    // the host waits.
    constexpr int64_t kCalls = 64;
    Interval interval(api, on.stream);
    // One call alone, as an engine captures it among other things.
    const Timed alone = {1, timed.call};
    Replay replay(on, alone);
    LaunchTimes times;
    for (int64_t i = -kWarmUp; i < samples; ++i) {
      LaunchTimes round;
      double eager = interval.measure([&] {
        for (int64_t k = 0; k < kCalls; ++k)
          round.host.push_back(
              hostSeconds([&] { timed.call(k % timed.copies, on.stream); }));
      });
      for (int64_t k = 0; k < kCalls; ++k)
        round.replay.push_back(hostSeconds([&] { replay.launch(); }));
      on.synchronize();
      if (i < 0)
        continue;
      times.eager.push_back(eager / kCalls);
      times.host.insert(times.host.end(), round.host.begin(), round.host.end());
      times.replay.insert(times.replay.end(), round.replay.begin(),
                          round.replay.end());
    }
    return times;
  }
  int attribute(int which) const {
    int value = 0;
    api.check(api.deviceGetAttribute(&value, which, on.device),
              "cuDeviceGetAttribute");
    return value;
  }

  OwnedStream on;
  const Api &api;
};

} // namespace

std::unique_ptr<Timer> aligned::createCudaTimer(const std::string &name) {
  size_t colon = name.find(':');
  return std::make_unique<CudaTimer>(
      colon == std::string::npos ? 0 : std::atoi(name.c_str() + colon + 1));
}
