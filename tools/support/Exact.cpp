//===- Exact.cpp - Attention in float64 -----------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Exact.h"

#include "Elements.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

using namespace aligned;

static std::vector<double> readHead(const RecordedRows &rows, int64_t head,
                                    const std::string &type) {
  std::vector<double> numbers;
  int64_t count = rows.tokens * rows.channels;
  toDoubles(type, rows.bits.data(), head * count, count, numbers);
  return numbers;
}

/// Sum of weight[t] * row[t] over the first `tokens` rows.
static void weigh(const std::vector<double> &weights,
                  const std::vector<double> &rows, int64_t tokens,
                  int64_t channels, double *sum) {
  std::fill(sum, sum + channels, 0.0);
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t d = 0; d < channels; ++d)
      sum[d] += weights[t] * rows[t * channels + d];
}

/// All positions and query heads of one kv head.
static void computeHead(const RecordedLayer &layer, int64_t kvHead,
                        const std::string &cacheType, float scale,
                        ExactLayer &exact) {
  const std::vector<double> key = readHead(layer.key, kvHead, cacheType),
                            value = readHead(layer.value, kvHead, cacheType);
  int64_t depth = layer.key.channels, width = layer.value.channels;
  std::vector<double> weights(layer.key.tokens), rounded(width);
  for (int64_t p = 0; p < layer.positions; ++p)
    for (int64_t g = 0; g < layer.group(); ++g) {
      int64_t row = p * layer.queryHeads + kvHead * layer.group() + g;
      const float *query = &layer.query[row * depth];
      double *output = &exact.output[row * width];
      int64_t tokens = layer.key.tokens - layer.positions + p + 1;
      double largest = -INFINITY, sum = 0;
      for (int64_t t = 0; t < tokens; ++t) {
        double score = 0;
        for (int64_t d = 0; d < depth; ++d)
          score += query[d] * key[t * depth + d];
        weights[t] = score * scale;
        largest = std::max(largest, weights[t]);
      }
      for (int64_t t = 0; t < tokens; ++t)
        sum += weights[t] = std::exp(weights[t] - largest);
      weigh(weights, value, tokens, width, output);

      for (int64_t t = 0; t < tokens; ++t)
        weights[t] = roundTo(cacheType, weights[t]);
      weigh(weights, value, tokens, width, rounded.data());
      double norm = 0, off = 0;
      for (int64_t d = 0; d < width; ++d) {
        output[d] /= sum;
        double difference = roundTo(cacheType, rounded[d] / sum) - output[d];
        off += difference * difference;
        norm += output[d] * output[d];
      }
      exact.kernelError[row] = std::sqrt(off / norm);
    }
}

ExactLayer aligned::computeExact(const RecordedLayer &layer,
                                 const std::string &cacheType, float scale,
                                 int64_t threads) {
  ExactLayer exact;
  int64_t rows = layer.positions * layer.queryHeads;
  exact.output.resize(rows * layer.value.channels);
  exact.kernelError.resize(rows);
  std::atomic<int64_t> next{0};
  auto work = [&] {
    for (int64_t head; (head = next++) < layer.key.heads;)
      computeHead(layer, head, cacheType, scale, exact);
  };
  std::vector<std::thread> pool;
  for (int64_t i = 1; i < std::min(threads, layer.key.heads); ++i)
    pool.emplace_back(work);
  work();
  for (std::thread &thread : pool)
    thread.join();
  return exact;
}
