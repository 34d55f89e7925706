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
  int64_t sequences, queryHeads, kvHeads, channels;
  /// Tokens of the sequences, which take them in turn: one number if all
  /// sequences are equally long, else as many as go into them evenly.
  std::vector<int64_t> lengths;

  int64_t group() const { return queryHeads / kvHeads; }
  int64_t turns() const { return static_cast<int64_t>(lengths.size()); }
  bool isSkewed() const { return turns() > 1; }
  int64_t tokens(int64_t sequence) const { return lengths[sequence % turns()]; }
  int64_t longest() const;
  /// Of all sequences.
  int64_t totalTokens() const;
  /// Rows of K, laid out as in a Workload, that lie before those of kv head
  /// `head` of all [sequences][kv heads].
  int64_t rowsBefore(int64_t head) const;
  /// Bytes of K and V in 16 bits.
  int64_t cacheBytes() const {
    return 2 * kvHeads * totalTokens() * channels *
           static_cast<int64_t>(sizeof(uint16_t));
  }
  /// As many tokens in sequences of one length, which is rounded up.
  Shape equalised() const;
  /// "8x32x8x128x32768", "8x32x8x128x1024+65536"
  std::string name() const;
};

/// Reads "8x32x8x128x32k": sequences, query heads, kv heads, channels, tokens;
/// `k` counts 1024. Sequences of different lengths take those of a list in
/// turn, "8x32x8x128x1k+64k". Leaves if it is none.
Shape parseShape(const std::string &text);

/// Rows of a cache and the queries of a step, the bits of f16 or bf16.
struct Workload {
  Shape shape;
  std::string cacheType;       ///< of all three
  std::string data;            ///< "spread 3.6", "recorded"
  std::vector<uint16_t> query; ///< [sequences][query heads][channels]
  /// [sequences][kv heads][tokens of the sequence][channels]
  std::vector<uint16_t> key, value;
};

/// Synthetic rows. Keys have channels of very different sizes, four of them ten
/// times larger than others; the queries of a group are alike (correlation
/// 0.95) and of such a norm that the logits' standard deviation is `spread`:
/// 3.6 nats look like real heads, 1 is flat. Values have a mean. The same seed
/// gives the same bits, whatever the number of threads.
Workload makeSynthetic(const Shape &shape, const std::string &cacheType,
                       double spread, uint64_t seed, int64_t threads);

/// Where there are more tokens than a recording has: its rows again from the
/// first one on, or synthetic ones that are mixes of them (Continuation.h).
enum class Beyond { Repeat, Mix };

/// The heads of a recording, repeated to fill the shape, over layers and heads;
/// one that comes again has the queries of positions before. Heads of fewer
/// channels are put side by side; leaves if that does not come out even. Of a
/// recording longer than the shape, `Repeat` takes the first rows, `Mix` those
/// that changeLength does.
Workload tileRecording(const Shape &shape, const Recording &recording,
                       Beyond beyond);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_WORKLOAD_H
