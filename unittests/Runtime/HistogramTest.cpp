//===- HistogramTest.cpp - Tests of histograms ----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Histogram.h"

#include <gtest/gtest.h>

using Small = aligned::Histogram<-2, 1>;

TEST(HistogramTest, BoundsAreHalfOctaves) {
  const double bounds[] = {0.25, 0.375, 0.5, 0.75, 1, 1.5, 2};
  ASSERT_EQ(Small::kBuckets, 8);
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(Small::bound(i), bounds[i]);
  EXPECT_TRUE(std::isinf(Small::bound(7)));
}

TEST(HistogramTest, EveryNumberIsInTheBucketWithTheNextBoundAbove) {
  for (int i = 0; i < Small::kBuckets; ++i) {
    Small histogram;
    auto bound = static_cast<float>(Small::bound(i));
    histogram.add(bound);
    if (i)
      histogram.add(
          std::nextafter(static_cast<float>(Small::bound(i - 1)), 1e9f));
    EXPECT_EQ(histogram.counts[static_cast<size_t>(i)], i ? 2u : 1u)
        << "bucket up to " << bound;
  }
}

TEST(HistogramTest, WhatIsOutsideIsInTheOuterBuckets) {
  Small histogram;
  for (float value : {0.0f, -3.0f, 1e-30f, 0.1f})
    histogram.add(value);
  for (float value : {2.1f, 1e30f, std::numeric_limits<float>::infinity()})
    histogram.add(value);
  EXPECT_EQ(histogram.counts.front(), 4u);
  EXPECT_EQ(histogram.counts.back(), 3u);
  EXPECT_EQ(histogram.total, 7u);
}

TEST(HistogramTest, QuantilesAreBoundsThatHold) {
  Small histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0);
  for (int i = 0; i < 98; ++i)
    histogram.add(0.3f);
  histogram.add(0.9f);
  histogram.add(1.2f);
  EXPECT_EQ(histogram.quantile(0.5), 0.375);
  EXPECT_EQ(histogram.quantile(0.98), 0.375);
  EXPECT_EQ(histogram.quantile(0.99), 1);
  EXPECT_EQ(histogram.quantile(1), 1.5);
}
