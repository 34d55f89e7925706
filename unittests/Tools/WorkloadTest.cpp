//===- WorkloadTest.cpp - Tests of what is benchmarked --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-bench/Workload.h"
#include "aligned-bench/BlockedAttention.h"

#include "support/Elements.h"
#include "support/Exact.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace aligned;

TEST(Workload, ShapesHaveNames) {
  Shape shape = parseShape("8x32x4x128x32k");
  EXPECT_EQ(shape.name(), "8x32x4x128x32768");
  EXPECT_EQ(shape.group(), 8);
  EXPECT_EQ(shape.cacheBytes(), int64_t(2) * 8 * 4 * 128 * 32768 * 2);
}

TEST(Workload, SequencesTakeLengthsInTurn) {
  Shape shape = parseShape("4x4x2x64x1k+3");
  EXPECT_EQ(shape.name(), "4x4x2x64x1024+3");
  EXPECT_TRUE(shape.isSkewed());
  EXPECT_EQ(shape.tokens(0), 1024);
  EXPECT_EQ(shape.tokens(3), 3);
  EXPECT_EQ(shape.longest(), 1024);
  EXPECT_EQ(shape.totalTokens(), 2 * (1024 + 3));
  // Heads 0 and 1 are of the first sequence, 2 and 3 of the second, ..
  const int64_t before[] = {0, 1024, 2048, 2051, 2054, 3078, 4102, 4105, 4108};
  for (int64_t head = 0; head < 9; ++head)
    EXPECT_EQ(shape.rowsBefore(head), before[head]) << head;
  // 1027 / 2, and what is over.
  EXPECT_EQ(shape.equalised().name(), "4x4x2x64x514");
  EXPECT_FALSE(shape.equalised().isSkewed());
}

static std::vector<double> widen(const Workload &w,
                                 const std::vector<uint16_t> &bits,
                                 int64_t from, int64_t count) {
  std::vector<double> numbers;
  toDoubles(w.cacheType, bits.data(), from, count, numbers);
  return numbers;
}

/// Standard deviation of the logits of query head `query` over its keys.
static double spreadOf(const Workload &w, int64_t query) {
  int64_t channels = w.shape.channels, head = query / w.shape.group(),
          tokens = w.shape.tokens(head / w.shape.kvHeads);
  auto q = widen(w, w.query, query * channels, channels);
  auto k =
      widen(w, w.key, w.shape.rowsBefore(head) * channels, tokens * channels);
  double sum = 0, squares = 0;
  for (int64_t t = 0; t < tokens; ++t) {
    double logit = 0;
    for (int64_t d = 0; d < channels; ++d)
      logit += q[d] * k[t * channels + d];
    logit /= std::sqrt(static_cast<double>(channels));
    sum += logit;
    squares += logit * logit;
  }
  double mean = sum / static_cast<double>(tokens);
  return std::sqrt(squares / static_cast<double>(tokens) - mean * mean);
}

TEST(Workload, LogitsHaveTheSpread) {
  for (double spread : {3.6, 1.0}) {
    Workload w = makeSynthetic(parseShape("2x8x2x128x2k"), "bf16", spread,
                               /*seed=*/3, /*threads=*/2);
    // Of 2048 tokens, the deviation is known to a few per cent.
    for (int64_t query : {0, 3, 9, 15})
      EXPECT_NEAR(spreadOf(w, query) / spread, 1, 0.08) << query;
    Workload skewed = makeSynthetic(parseShape("2x8x2x128x1k+3k"), "bf16",
                                    spread, /*seed=*/3, /*threads=*/2);
    for (int64_t query : {0, 7, 9, 15})
      EXPECT_NEAR(spreadOf(skewed, query) / spread, 1, 0.1) << query;
  }
}

TEST(Workload, KeysHaveOutlierChannels) {
  Workload w = makeSynthetic(parseShape("1x1x1x128x512"), "f16", 3.6, 1, 1);
  auto k = widen(w, w.key, 0, 512 * 128);
  std::vector<double> sizes(128);
  for (size_t i = 0; i < k.size(); ++i)
    sizes[i % 128] += k[i] * k[i] / 512;
  std::sort(sizes.begin(), sizes.end());
  // Four channels are ten times as large as they would be: a hundred times in
  // the square, where others differ by e^(sqrt(2)) or so.
  double middle = sizes[64];
  EXPECT_GT(sizes[124], 10 * middle);
  EXPECT_LT(sizes[119], 10 * middle);
}

TEST(Workload, OneSeedGivesTheSameBits) {
  Shape shape = parseShape("2x4x2x64x100");
  Workload one = makeSynthetic(shape, "bf16", 1, 7, /*threads=*/1),
           four = makeSynthetic(shape, "bf16", 1, 7, /*threads=*/4),
           other = makeSynthetic(shape, "bf16", 1, 8, /*threads=*/4);
  EXPECT_EQ(one.query, four.query);
  EXPECT_EQ(one.key, four.key);
  EXPECT_EQ(one.value, four.value);
  EXPECT_NE(one.key, other.key);
  // Neither heads nor sequences are copies of each other.
  int64_t head = 100 * 64;
  for (int64_t i = 1; i < 4; ++i)
    EXPECT_FALSE(std::equal(one.key.begin(), one.key.begin() + head,
                            one.key.begin() + i * head));
}

/// Two heads of two channels and three tokens; every element says which it is.
static Recording smallRecording() {
  RecordedLayer layer;
  layer.name = "0";
  layer.positions = 2;
  layer.queryHeads = 4;
  for (int i = 0; i < 2 * 4 * 2; ++i)
    layer.query.push_back(static_cast<float>(i));
  layer.key = layer.value = {2, 3, 2, {}};
  for (int i = 0; i < 2 * 3 * 2; ++i) {
    layer.key.bits.push_back(toBits16("f16", 100 + i));
    layer.value.bits.push_back(toBits16("f16", 200 + i));
  }
  return {"f16", {layer}};
}

TEST(Workload, RecordingsAreRepeated) {
  Workload w =
      tileRecording(parseShape("1x4x2x2x5"), smallRecording(), Beyond::Repeat);
  // Head 0, tokens 0 1 2 0 1; then head 1.
  EXPECT_EQ(
      widen(w, w.key, 0, 10),
      (std::vector<double>{100, 101, 102, 103, 104, 105, 100, 101, 102, 103}));
  EXPECT_EQ(widen(w, w.value, 10, 4),
            (std::vector<double>{206, 207, 208, 209}));
  // Queries of the last position first: heads 0 and 1 of kv head 0.
  EXPECT_EQ(widen(w, w.query, 0, 4), (std::vector<double>{8, 9, 10, 11}));
}

TEST(Workload, HeadsThatComeAgainHaveOtherQueries) {
  Workload w =
      tileRecording(parseShape("2x4x2x2x3"), smallRecording(), Beyond::Repeat);
  // Of the second sequence, whose heads are those of the first.
  EXPECT_EQ(widen(w, w.key, 2 * 3 * 2, 2), (std::vector<double>{100, 101}));
  EXPECT_EQ(widen(w, w.query, 8, 4), (std::vector<double>{0, 1, 2, 3}));
}

TEST(Workload, RecordingsFillEachLength) {
  Workload w = tileRecording(parseShape("2x2x1x2x1+4"), smallRecording(),
                             Beyond::Repeat);
  // Head 0 for the first sequence, head 1 for the second.
  EXPECT_EQ(
      widen(w, w.key, 0, 10),
      (std::vector<double>{100, 101, 106, 107, 108, 109, 110, 111, 106, 107}));
  EXPECT_EQ(w.value.size(), 10u);
}

/// Ten rows of two channels, no two alike.
static Recording longerRecording() {
  RecordedLayer layer;
  layer.name = "0";
  layer.positions = layer.queryHeads = 1;
  layer.query = {1, 2};
  layer.key = layer.value = {1, 10, 2, {}};
  for (int i = 0; i < 20; ++i) {
    layer.key.bits.push_back(toBits16("f16", 100 + i * i));
    layer.value.bits.push_back(toBits16("f16", 200 + i * i));
  }
  return {"f16", {layer}};
}

TEST(Workload, RecordingsAreContinued) {
  Recording recording = longerRecording();
  Workload w =
      tileRecording(parseShape("2x1x1x2x25+6"), recording, Beyond::Mix);
  EXPECT_EQ(w.data, "continued");
  // The first rows and the last ones are the recording's.
  auto all = widen(w, recording.layers[0].key.bits, 0, 20);
  auto longer = widen(w, w.key, 0, 50), shorter = widen(w, w.key, 50, 12);
  EXPECT_TRUE(std::equal(all.begin(), all.begin() + 8, longer.begin()));
  EXPECT_TRUE(std::equal(all.begin() + 8, all.end(), longer.end() - 12));
  EXPECT_TRUE(std::equal(all.begin(), all.begin() + 8, shorter.begin()));
  EXPECT_TRUE(std::equal(all.end() - 4, all.end(), shorter.end() - 4));
  // No row is there twice.
  std::set<std::vector<double>> rows;
  for (size_t t = 0; t < 25; ++t)
    rows.insert({longer[2 * t], longer[2 * t + 1]});
  EXPECT_EQ(rows.size(), 25u);
}

TEST(Workload, HeadsAreJoinedToReachTheChannels) {
  Workload w =
      tileRecording(parseShape("1x3x1x4x3"), smallRecording(), Beyond::Repeat);
  EXPECT_EQ(widen(w, w.key, 0, 8),
            (std::vector<double>{100, 101, 106, 107, 102, 103, 108, 109}));
  // A group larger than the recording's goes on with the position before.
  EXPECT_EQ(widen(w, w.query, 0, 12),
            (std::vector<double>{8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5}));
}

/// One sequence of a workload, as a layer of a recording.
static RecordedLayer layerOf(const Workload &w, int64_t sequence) {
  const Shape &shape = w.shape;
  RecordedLayer layer;
  layer.positions = 1;
  layer.queryHeads = shape.queryHeads;
  int64_t first = shape.rowsBefore(sequence * shape.kvHeads) * shape.channels,
          last =
              shape.rowsBefore((sequence + 1) * shape.kvHeads) * shape.channels;
  auto part = [&](const std::vector<uint16_t> &rows) {
    return RecordedRows{shape.kvHeads,
                        shape.tokens(sequence),
                        shape.channels,
                        {rows.begin() + first, rows.begin() + last}};
  };
  layer.key = part(w.key);
  layer.value = part(w.value);
  int64_t queries = shape.queryHeads * shape.channels;
  for (double q : widen(w, w.query, sequence * queries, queries))
    layer.query.push_back(static_cast<float>(q));
  return layer;
}

TEST(BlockedAttention, AgreesWithFloat64) {
  // More than one part, a last block that is not whole, a group of three.
  for (const char *type : {"bf16", "f16"})
    for (const char *text : {"2x6x2x96x1043", "4x6x2x96x1043+31"}) {
      Shape shape = parseShape(text);
      Workload w = makeSynthetic(shape, type, 2, 1, 2);
      std::vector<float> output(w.query.size());
      decodeBlocked(w, w.key.data(), w.value.data(), output.data());
      for (int64_t s = 0; s < shape.sequences; ++s) {
        ExactLayer exact = computeExact(layerOf(w, s), type,
                                        1 / std::sqrt(96.0f), /*threads=*/2);
        int64_t queries = shape.queryHeads * shape.channels;
        for (int64_t i = 0; i < queries; ++i)
          ASSERT_NEAR(output[s * queries + i], exact.output[i], 1e-5)
              << text << ", " << s << ", " << i;
      }
    }
}
