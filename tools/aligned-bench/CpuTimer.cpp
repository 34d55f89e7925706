//===- CpuTimer.cpp - Times on this machine's own cores -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Timer.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

using namespace aligned;

static double now(Clock clock) {
  timespec time;
  clock_gettime(clock == Clock::Processor ? CLOCK_PROCESS_CPUTIME_ID
                                          : CLOCK_MONOTONIC,
                &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

static double measure(Clock clock, const std::function<void()> &call) {
  double start = now(clock);
  call();
  return now(clock) - start;
}

/// Sum of all words, so that every byte is asked for.
static uint64_t sumWords(const uint64_t *words, int64_t count) {
  uint64_t sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(static)
  for (int64_t i = 0; i < count; ++i)
    sum += words[i];
  return sum;
}

namespace {
class CpuTimer : public Timer {
public:
  explicit CpuTimer(Clock clock) : clock(clock) {}

  std::vector<std::vector<double>> run(const std::vector<Timed> &timed,
                                       int64_t samples) override {
    std::vector<std::vector<double>> seconds(timed.size());
    // The first round warms up.
    for (int64_t i = -1; i < samples; ++i)
      for (size_t k = 0; k < timed.size(); ++k) {
        double one = measure(clock, [&] {
          timed[k].call((i + timed[k].copies) % timed[k].copies,
                        /*stream=*/nullptr);
        });
        if (i >= 0)
          seconds[k].push_back(one);
      }
    return seconds;
  }

  std::vector<LaunchTimes> measureLaunches(const std::vector<Timed> &timed,
                                           int64_t) override {
    return std::vector<LaunchTimes>(timed.size());
  }

  int64_t cacheBytes() const override {
    return std::max<long>(sysconf(_SC_LEVEL3_CACHE_SIZE), 0);
  }

  double measurePeakRead() override {
    constexpr int64_t kRepeats = 10;
    int64_t bytes = std::max<int64_t>(4 * cacheBytes(), int64_t(256) << 20);
    int64_t count = bytes / static_cast<int64_t>(sizeof(uint64_t));
    std::vector<uint64_t> words(count, 1);
    double best = 1e30;
    for (int64_t i = 0; i < kRepeats; ++i)
      best = std::min(best, measure(clock, [&] {
                        // As many as there are: nothing was left out.
                        if (sumWords(words.data(), count) !=
                            static_cast<uint64_t>(count))
                          std::abort();
                      }));
    return static_cast<double>(bytes) / best;
  }

private:
  Clock clock;
};
} // namespace

std::unique_ptr<Timer> aligned::createCpuTimer(Clock clock) {
  return std::make_unique<CpuTimer>(clock);
}
