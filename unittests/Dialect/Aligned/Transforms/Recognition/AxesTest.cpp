//===- AxesTest.cpp - Digits through reshapes -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Axes.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;
using mlir::ShapedType;

namespace {

constexpr int64_t kDynamic = ShapedType::kDynamic;

std::vector<int64_t> sizesOf(const Digits &digits) {
  std::vector<int64_t> sizes;
  for (Axis *axis : digits)
    sizes.push_back(axis->size);
  return sizes;
}

TEST(Axes, DimensionOfSizeOneHasNoDigits) {
  Axes axes;
  EXPECT_TRUE(axes.create(1).empty());
  EXPECT_EQ(countPositions({}), 1);
}

TEST(Axes, CutAlongDigitsGivesThemBack) {
  Axes axes;
  Digits heads = axes.create(6), rows = axes.create(5), both = heads;
  both.append(rows);
  std::optional<Indices> parts = axes.cut(both, {6, 5});
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)[0], heads);
  EXPECT_EQ((*parts)[1], rows);
}

TEST(Axes, CutInsideADigitSplitsItForAll) {
  Axes axes;
  Digits heads = axes.create(6);
  std::optional<Indices> parts = axes.cut(heads, {2, 3});
  ASSERT_TRUE(parts);
  Digits resolved = axes.resolve(heads);
  EXPECT_EQ(sizesOf(resolved), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(resolved[0], (*parts)[0][0]);
  EXPECT_EQ(resolved[1], (*parts)[1][0]);
}

TEST(Axes, OneUnknownSizeIsWhatTheOthersLeave) {
  Axes axes;
  Digits tokens = axes.create(kDynamic), index = axes.create(4);
  index.append(tokens);
  std::optional<Indices> parts = axes.cut(index, {2, 2, kDynamic});
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)[2], tokens);
  EXPECT_EQ(sizesOf((*parts)[0]), (std::vector<int64_t>{2}));
}

TEST(Axes, SizesThatDoNotLineUpAreRefused) {
  Axes axes;
  Digits index = axes.create(4);
  index.append(axes.create(6));
  // 8 x 3 would cut 6 into 2 and 3, and join 4 and 2: that is fine.
  EXPECT_TRUE(axes.cut(index, {8, 3}));
  Axes others;
  Digits other = others.create(4);
  other.append(others.create(3));
  EXPECT_FALSE(others.cut(other, {2, 6, 2})); // not as many positions
  EXPECT_FALSE(others.cut(other, {3, 4}));    // 3 does not divide 4
}

TEST(Axes, SpanIsCutOnlyFromDimensionsOfSizeOne) {
  Axes axes;
  Digits positions = axes.create(6);
  Digits span =
      axes.createSpan({Size::constant(1), Size::constant(6), positions});
  std::optional<Indices> indices = axes.cut(span, {1, 7, 1});
  ASSERT_TRUE(indices);
  EXPECT_EQ((*indices)[1], span);
  EXPECT_TRUE((*indices)[0].empty());
  EXPECT_FALSE(axes.cut(span, {7, 2}));
}

TEST(Axes, SpanIsOneAndTheSameForTheSamePositions) {
  Axes axes;
  Digits tokens = axes.create(24);
  Span span{Size::constant(1), Size::constant(24), tokens};
  Digits index = axes.createSpan(span);
  EXPECT_EQ(axes.createSpan(span), index);
  EXPECT_NE(axes.createSpan({Size::constant(0), Size::constant(24), tokens}),
            index);
  ASSERT_TRUE(getSpan(index));
  EXPECT_EQ(getSpan(index)->positions, tokens);
  // It leaves positions of its dimension out, so it is no number to be cut.
  EXPECT_FALSE(axes.cut(index, {2, 12}));
  EXPECT_TRUE(axes.cut(index, {25}));
}

} // namespace
