//===- Timer.h - Times of calls that take turns -----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_TIMER_H
#define ALIGNED_TOOLS_BENCH_TIMER_H

#include "aligned-c/Aligned.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace aligned {

/// What is timed: `call(copy, stream)` for copies 0 .. copies - 1 in turn.
struct Timed {
  int64_t copies;
  std::function<void(int64_t copy, void *stream)> call;
};

/// What a call costs beside its work on the device, in seconds.
struct LaunchTimes {
  std::vector<double> host;   ///< until a call returns, which waits for nothing
  std::vector<double> replay; ///< until the launch of its graph does, a call
  std::vector<double> eager;  ///< of one of many calls, one behind the other,
                              ///< from the first one's start to the last's end
};

/// Measures on one device. What is compared takes turns, so that whatever else
/// the machine does falls on all alike.
class Timer {
public:
  virtual ~Timer() = default;
  /// Seconds of one call, `samples` times for each.
  virtual std::vector<std::vector<double>> run(const std::vector<Timed> &timed,
                                               int64_t samples) = 0;
  /// The same calls outside a graph, to compare with what run() says of them
  /// in one. Nothing on the CPU, where a call has done its work when it
  /// returns.
  virtual std::vector<LaunchTimes>
  measureLaunches(const std::vector<Timed> &timed, int64_t samples) = 0;
  /// Bytes of the device's last-level cache; 0 if it does not say.
  virtual int64_t cacheBytes() const = 0;
  /// Bytes a second of reading memory once, measured now.
  virtual double measurePeakRead() = 0;
};

/// Time that passes, or time that processors spend on this process: with one
/// thread, what would pass if nothing else ran.
enum class Clock { Wall, Processor };

/// A sample is one call.
std::unique_ptr<Timer> createCpuTimer(Clock clock);

/// A sample is the replay of a CUDA graph of all copies, by events, over their
/// number. Leaves if the driver lacks what that takes. `name`: of the device.
std::unique_ptr<Timer> createCudaTimer(const std::string &name);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_TIMER_H
