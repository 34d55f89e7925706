//===- Metrics.h - What a device has done, in numbers --------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_METRICS_H
#define ALIGNED_RUNTIME_CORE_METRICS_H

#include "Aligned/Support/KernelABI.h"
#include "Histogram.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

namespace aligned {

using TimeHistogram = Histogram<-20, 3>;  ///< seconds: 1 us to 8 s
using ErrorHistogram = Histogram<-20, 4>; ///< relative errors: 1e-6 to 16

/// Counters; see docs/monitoring.md.
struct Counters {
  TimeHistogram decode, launch, append;
  ErrorHistogram estimate, bound;
  uint64_t reportedDecodes = 0, appendedTokens = 0;
  uint64_t rows[2][3] = {};       ///< K, V; by tier, as HeadReport
  uint64_t planeBytes[2][3] = {}; ///< of those rows
  uint64_t bytes = 0;             ///< all that was fetched
  uint64_t fullBytes = 0;         ///< what 16-bit rows would have been
  uint64_t nonFiniteHeads = 0;
};

/// How full the caches of a device are, now.
struct Occupancy {
  std::atomic<int64_t> caches{0}, cacheBytes{0}, pages{0}, usedPages{0},
      sequences{0};
};

class Metrics {
public:
  using Clock = std::chrono::steady_clock;

  bool isEnabled() const { return enabled.load(std::memory_order_relaxed); }
  void enable(bool on) { enabled.store(on, std::memory_order_relaxed); }
  void reset();
  Counters read() const;

  /// Counts a call that decodes. On a GPU it ends when everything is launched.
  void addDecodeCall(bool isGpu, double seconds);
  void addDecode(double seconds);
  void addAppend(int64_t tokens, double seconds);
  /// Reports of one decode of `groups` groups of `rows` heads and query rows.
  void addReports(const PageLayout (&layouts)[2], const HeadReport *reports,
                  int64_t groups, int64_t rows);

  Occupancy occupancy;

private:
  std::atomic<bool> enabled{true};
  mutable std::mutex mutex; ///< of `counters`
  Counters counters;
};

/// Time since it was made.
class Stopwatch {
public:
  double seconds() const {
    return std::chrono::duration<double>(Metrics::Clock::now() - start).count();
  }

private:
  Metrics::Clock::time_point start = Metrics::Clock::now();
};

std::string formatJson(const std::string &device, const Metrics &metrics);
std::string formatPrometheus(const std::string &device, const Metrics &metrics);

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_METRICS_H
