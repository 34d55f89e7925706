//===- ContinuationTest.cpp - Tests of synthetic histories ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "support/Continuation.h"

#include "support/Elements.h"

#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace aligned;

static constexpr int64_t kHeads = 2, kTokens = 500, kChannels = 3;

/// Rows of which V follows K, and the channels of K each other.
static RecordedLayer makeLayer() {
  RecordedLayer layer;
  layer.key = {kHeads, kTokens, kChannels, {}};
  layer.value = layer.key;
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  for (int64_t row = 0; row < kHeads * kTokens; ++row) {
    double common = normal(random);
    for (int64_t d = 0; d < kChannels; ++d) {
      double key = 2 + common + 0.5 * normal(random);
      layer.key.bits.push_back(toBits16("f16", key));
      layer.value.bits.push_back(toBits16("f16", common - 1));
    }
  }
  return layer;
}

static std::vector<double> readRow(const RecordedRows &rows, int64_t head,
                                   int64_t token) {
  std::vector<double> row;
  toDoubles("f16", rows.bits.data(), (head * rows.tokens + token) * kChannels,
            kChannels, row);
  return row;
}

namespace {
struct Moments {
  double mean[2] = {}, square = 0, cross = 0;
};
} // namespace

/// Of channels 0 and 1 of K, and of channel 0 of K with that of V.
static Moments measure(const RecordedLayer &layer, int64_t head) {
  Moments m;
  auto count = static_cast<double>(layer.key.tokens);
  for (int64_t t = 0; t < layer.key.tokens; ++t) {
    std::vector<double> k = readRow(layer.key, head, t),
                        v = readRow(layer.value, head, t);
    m.mean[0] += k[0] / count;
    m.mean[1] += v[0] / count;
    m.square += k[0] * k[1] / count;
    m.cross += k[0] * v[0] / count;
  }
  m.square -= m.mean[0] * m.mean[0];
  m.cross -= m.mean[0] * m.mean[1];
  return m;
}

TEST(ContinuationTest, KeepsBothEndsOfTheRecording) {
  RecordedLayer layer = makeLayer();
  for (int64_t tokens : {100, 500, 3000}) {
    RecordedLayer changed = changeLength(layer, "f16", tokens);
    ASSERT_EQ(changed.key.bits.size(), size_t(kHeads * tokens * kChannels));
    for (int64_t head = 0; head < kHeads; ++head) {
      for (int64_t t = 0; t < kKeptFront; ++t)
        EXPECT_EQ(readRow(changed.key, head, t), readRow(layer.key, head, t));
      int64_t behind = std::min(tokens, kTokens) - kKeptFront;
      for (int64_t i = 1; i <= behind; ++i)
        ASSERT_EQ(readRow(changed.value, head, tokens - i),
                  readRow(layer.value, head, kTokens - i))
            << tokens << " tokens, " << i << " from the end";
    }
  }
}

TEST(ContinuationTest, KeepsMeansAndCovariances) {
  RecordedLayer layer = makeLayer();
  RecordedLayer changed = changeLength(layer, "f16", 60000);
  for (int64_t head = 0; head < kHeads; ++head) {
    Moments was = measure(layer, head), is = measure(changed, head);
    // Runs of 64 leave about a thousand independent draws: 4 deviations.
    EXPECT_NEAR(is.mean[0], was.mean[0], 0.14);
    EXPECT_NEAR(is.mean[1], was.mean[1], 0.14);
    EXPECT_NEAR(is.square / was.square, 1, 0.2);
    EXPECT_NEAR(is.cross / was.cross, 1, 0.2);
    EXPECT_GT(was.cross, 0.5);
  }
}

TEST(ContinuationTest, HasNoRowTwiceAndIsReproducible) {
  RecordedLayer layer = makeLayer();
  RecordedLayer changed = changeLength(layer, "f16", 5000);
  std::set<std::vector<double>> rows;
  for (int64_t t = 0; t < 5000; ++t)
    rows.insert(readRow(changed.key, 0, t));
  EXPECT_GT(rows.size(), 4990u) << "three f16 numbers may meet by chance";
  EXPECT_EQ(changeLength(layer, "f16", 5000).key.bits, changed.key.bits);
}
