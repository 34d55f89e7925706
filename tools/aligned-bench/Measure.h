//===- Measure.h - Decodes of one workload, measured ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_MEASURE_H
#define ALIGNED_TOOLS_BENCH_MEASURE_H

#include "DecodeModule.h"
#include "Timer.h"
#include "Workload.h"

#include "Aligned/Support/Precision.h"

#include <string>
#include <utility>
#include <vector>

namespace aligned {

/// Of one kernel on one workload.
struct Measurement {
  std::string kernel; ///< the precision, "blocked" or "append"
  std::string cacheType, data;
  Shape shape;
  std::vector<double> seconds; ///< of one decode
  LaunchTimes launches;        ///< empty where they were not asked for
  double bytes = 0;            ///< fetched, scales and all
  /// Of which of each plane, by the bits that it brings an element to: "k4",
  /// "v16"; none for others' kernels.
  std::vector<std::pair<std::string, double>> planeBytes;
  /// Bytes of planes that rounds of certified<e> before the last one fetched.
  double earlierRounds = 0;
  /// Kv heads, by what became of certified<e>.
  int64_t certified = 0, readEverything = 0;
  /// |o - o64| / |o64| of query heads, o in f32; empty where none was asked
  /// for.
  std::vector<double> error;
  /// Of the same heads, what a kernel errs that rounds weights and output to
  /// the cache's type; empty for others' kernels.
  std::vector<double> modelled;

  bool isOurs() const { return !planeBytes.empty(); }
  /// Of a 16-bit cache's planes, what was read, in all rounds of certified<e>.
  double fraction() const;
};

struct MeasureOptions {
  std::vector<std::pair<std::string, Precision>> precisions; ///< with names
  int64_t samples;
  int64_t copies;     ///< of the cache; 0: as many as exceed 4 x the LLC
  int64_t errorHeads; ///< kv heads whose errors are measured
  int64_t threads;    ///< of float64 attention
  bool withBlocked;   ///< on the CPU, the plain kernel beside ours
  bool withLaunches;  ///< on a GPU, also what a call costs beside its work
};

/// Measures packing, every precision and, if wanted, plain attention. Decodes
/// of all of the workloads take turns.
std::vector<Measurement> measure(AlignedDevice device,
                                 const DecodeKernels &kernels, Timer &timer,
                                 const std::vector<Workload> &workloads,
                                 const MeasureOptions &options);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_MEASURE_H
