//===- SyntheticInterface.cpp - Synthetic rows for scripts ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// benchmarks/workload.py gives other libraries' kernels the rows that
// aligned-bench measures ours on.
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include <algorithm>

using namespace aligned;

/// makeSynthetic into memory of the caller, laid out as Workload says. `sizes`:
/// sequences, query heads, kv heads, channels, then `numLengths` lengths.
extern "C" __attribute__((visibility("default"))) void
alignedBenchMakeSynthetic(const int64_t *sizes, int64_t numLengths, int isBf16,
                          double spread, uint64_t seed, int64_t threads,
                          uint16_t *query, uint16_t *key, uint16_t *value) {
  Workload workload =
      makeSynthetic({sizes[0],
                     sizes[1],
                     sizes[2],
                     sizes[3],
                     {sizes + 4, sizes + 4 + numLengths}},
                    isBf16 ? "bf16" : "f16", spread, seed, threads);
  std::copy(workload.query.begin(), workload.query.end(), query);
  std::copy(workload.key.begin(), workload.key.end(), key);
  std::copy(workload.value.begin(), workload.value.end(), value);
}
