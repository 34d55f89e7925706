//===- ExactTest.cpp - Tests of float64 attention -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "support/Exact.h"

#include "support/Elements.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace aligned;

/// One kv head of two query heads, two positions over three tokens, one
/// channel: small enough for the formula.
static RecordedLayer smallLayer() {
  RecordedLayer layer;
  layer.name = "0";
  layer.positions = 2;
  layer.queryHeads = 2;
  layer.query = {1, -2, 0.5, 4};
  layer.key = {1, 3, 1, {}};
  layer.value = {1, 3, 1, {}};
  for (double k : {0.5, 1.0, -1.0})
    layer.key.bits.push_back(toBits16("bf16", k));
  for (double v : {1.0, 2.0, 4.0})
    layer.value.bits.push_back(toBits16("bf16", v));
  return layer;
}

static double attend(double query, int tokens) {
  const double key[] = {0.5, 1, -1}, value[] = {1, 2, 4};
  double sum = 0, output = 0;
  for (int t = 0; t < tokens; ++t) {
    sum += std::exp(0.5 * query * key[t]);
    output += std::exp(0.5 * query * key[t]) * value[t];
  }
  return output / sum;
}

TEST(ExactTest, EachPositionSeesTheTokensUpToItsOwn) {
  ExactLayer exact = computeExact(smallLayer(), "bf16", 0.5f, /*threads=*/1);
  ASSERT_EQ(exact.output.size(), 4u);
  EXPECT_NEAR(exact.output[0], attend(1, 2), 1e-14);
  EXPECT_NEAR(exact.output[1], attend(-2, 2), 1e-14);
  EXPECT_NEAR(exact.output[2], attend(0.5, 3), 1e-14);
  EXPECT_NEAR(exact.output[3], attend(4, 3), 1e-14);
}

TEST(ExactTest, KernelErrorIsThatOfItsRoundings) {
  ExactLayer exact = computeExact(smallLayer(), "bf16", 0.5f, /*threads=*/4);
  for (double error : exact.kernelError) {
    EXPECT_GT(error, 0);
    EXPECT_LT(error, 3 * 0x1p-8);
  }
}

TEST(ExactTest, EffectiveTokensAreTheExponentOfTheEntropy) {
  ExactLayer exact = computeExact(smallLayer(), "bf16", 0.5f, /*threads=*/2);
  // Query -2 over keys 0.5 and 1.
  double a = std::exp(-0.5), b = std::exp(-1.0), sum = a + b;
  EXPECT_NEAR(
      exact.effectiveTokens[1],
      std::exp(-a / sum * std::log(a / sum) - b / sum * std::log(b / sum)),
      1e-12);
}

TEST(ExactTest, SharpenedQueriesRestOnAsManyTokensAsAskedFor) {
  RecordedLayer layer = smallLayer();
  std::vector<float> before = layer.query;
  // The last cannot rest on more tokens than it does, and stays as it is.
  sharpenQueries(layer, "bf16", 0.5f, /*threads=*/2, {1.5, 1.5, 1.5, 3});
  ExactLayer exact = computeExact(layer, "bf16", 0.5f, /*threads=*/1);
  for (int row = 0; row < 3; ++row)
    EXPECT_NEAR(exact.effectiveTokens[row], 1.5, 1e-4);
  EXPECT_EQ(layer.query[3], before[3]);
}
