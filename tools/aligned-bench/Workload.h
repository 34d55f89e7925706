//===- Workload.h - What a benchmark decodes --------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_WORKLOAD_H
#define ALIGNED_TOOLS_BENCH_WORKLOAD_H

#include "Recording.h"

namespace aligned {

/// One decode: a query row of every query head of every sequence.
struct Shape {
  int64_t sequences, queryHeads, kvHeads, channels, tokens;

  int64_t group() const { return queryHeads / kvHeads; }
  /// Bytes of K and V in 16 bits.
  int64_t cacheBytes() const {
    return 2 * sequences * kvHeads * tokens * channels *
           static_cast<int64_t>(sizeof(uint16_t));
  }
  /// "8x32x8x128x32768"
  std::string name() const;
};

/// Reads "8x32x8x128x32k": sequences, query heads, kv heads, channels, tokens;
/// `k` counts 1024. Leaves if it is none.
Shape parseShape(const std::string &text);

/// Rows of a cache and the queries of a step, the bits of f16 or bf16.
struct Workload {
  Shape shape;
  std::string cacheType;            ///< of all three
  std::string data;                 ///< "spread 3.6", "recorded"
  std::vector<uint16_t> query;      ///< [sequences][query heads][channels]
  std::vector<uint16_t> key, value; ///< [sequences][kv heads][tokens][channels]
};

/// Synthetic rows. Keys have channels of very different sizes, four of them ten
/// times larger than others; the queries of a group are alike (correlation
/// 0.95) and of such a norm that the logits' standard deviation is `spread`:
/// 3.6 nats look like real heads, 1 is flat. Values have a mean. The same seed
/// gives the same bits, whatever the number of threads.
Workload makeSynthetic(const Shape &shape, const std::string &cacheType,
                       double spread, uint64_t seed, int64_t threads);

/// The heads of a recording, repeated to fill the shape: over layers and heads,
/// and over positions until there are as many tokens. Heads of fewer channels
/// are put side by side. Leaves if that does not come out even.
Workload tileRecording(const Shape &shape, const Recording &recording);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_WORKLOAD_H
