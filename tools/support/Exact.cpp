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

namespace {

/// One query row and the tokens it sees.
struct Query {
  int64_t row, kvHead, tokens;
};

} // namespace

/// Calls `use(query)` for all of a layer's, on `threads` threads.
template <typename Use>
static void forEachQuery(const RecordedLayer &layer, int64_t threads, Use use) {
  int64_t count = layer.positions * layer.queryHeads;
  std::atomic<int64_t> next{0};
  auto work = [&] {
    for (int64_t row; (row = next++) < count;)
      use(Query{row, row % layer.queryHeads / layer.group(),
                layer.key.tokens - layer.positions + row / layer.queryHeads +
                    1});
  };
  std::vector<std::thread> pool;
  for (int64_t i = 1; i < std::min(threads, count); ++i)
    pool.emplace_back(work);
  work();
  for (std::thread &thread : pool)
    thread.join();
}

/// Calls `use(token, row)` for the first `tokens` rows of a head.
template <typename Use>
static void forEachRow(const RecordedRows &rows, int64_t head, int64_t tokens,
                       const std::string &type, Use use) {
  constexpr int64_t kBlock = 256;
  std::vector<double> numbers;
  for (int64_t from = 0; from < tokens; from += kBlock) {
    int64_t count = std::min(kBlock, tokens - from);
    toDoubles(type, rows.bits.data(),
              (head * rows.tokens + from) * rows.channels,
              count * rows.channels, numbers);
    for (int64_t t = 0; t < count; ++t)
      use(from + t, &numbers[t * rows.channels]);
  }
}

static std::vector<double> computeScores(const RecordedLayer &layer,
                                         const Query &query,
                                         const std::string &cacheType,
                                         float scale) {
  std::vector<double> scores(query.tokens);
  int64_t depth = layer.key.channels;
  const float *q = &layer.query[query.row * depth];
  forEachRow(layer.key, query.kvHead, query.tokens, cacheType,
             [&](int64_t token, const double *key) {
               double score = 0;
               for (int64_t d = 0; d < depth; ++d)
                 score += q[d] * key[d];
               scores[token] = score * scale;
             });
  return scores;
}

/// exp of the entropy of softmax(factor * scores).
static double countEffective(const std::vector<double> &scores, double factor) {
  double largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0, sumScore = 0;
  for (double score : scores) {
    double below = factor * (score - largest), weight = std::exp(below);
    sum += weight;
    sumScore += weight * below;
  }
  return std::exp(std::log(sum) - sumScore / sum);
}

static void computeQuery(const RecordedLayer &layer, const Query &query,
                         const std::string &cacheType, float scale,
                         ExactLayer &exact) {
  std::vector<double> weights = computeScores(layer, query, cacheType, scale);
  exact.effectiveTokens[query.row] = countEffective(weights, 1);
  double largest = *std::max_element(weights.begin(), weights.end()), sum = 0;
  for (double &weight : weights)
    sum += weight = std::exp(weight - largest);

  int64_t width = layer.value.channels;
  double *output = &exact.output[query.row * width];
  std::vector<double> rounded(width);
  forEachRow(layer.value, query.kvHead, query.tokens, cacheType,
             [&](int64_t token, const double *value) {
               double weight = weights[token],
                      roundedWeight = roundTo(cacheType, weight);
               for (int64_t d = 0; d < width; ++d) {
                 output[d] += weight * value[d];
                 rounded[d] += roundedWeight * value[d];
               }
             });
  double norm = 0, off = 0;
  for (int64_t d = 0; d < width; ++d) {
    output[d] /= sum;
    double difference = roundTo(cacheType, rounded[d] / sum) - output[d];
    off += difference * difference;
    norm += output[d] * output[d];
  }
  exact.kernelError[query.row] = std::sqrt(off / norm);
}

ExactLayer aligned::computeExact(const RecordedLayer &layer,
                                 const std::string &cacheType, float scale,
                                 int64_t threads) {
  ExactLayer exact;
  int64_t rows = layer.positions * layer.queryHeads;
  exact.output.resize(rows * layer.value.channels);
  exact.kernelError.resize(rows);
  exact.effectiveTokens.resize(rows);
  forEachQuery(layer, threads, [&](const Query &query) {
    computeQuery(layer, query, cacheType, scale, exact);
  });
  return exact;
}

void aligned::sharpenQueries(RecordedLayer &layer, const std::string &cacheType,
                             float scale, int64_t threads,
                             const std::vector<double> &effectiveTokens) {
  forEachQuery(layer, threads, [&](const Query &query) {
    std::vector<double> scores = computeScores(layer, query, cacheType, scale);
    double wanted = effectiveTokens[query.row];
    double low = 1, high = 1;
    while (countEffective(scores, high) > wanted && high < 64)
      low = high, high *= 2;
    for (int step = 0; step < 20 && low < high; ++step) {
      double middle = (low + high) / 2;
      (countEffective(scores, middle) > wanted ? low : high) = middle;
    }
    float *q = &layer.query[query.row * layer.key.channels];
    for (int64_t d = 0; d < layer.key.channels; ++d)
      q[d] *= static_cast<float>(high);
  });
}
