//===- ElementsTest.cpp - Tests of conversions of elements ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "support/Elements.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace aligned;

TEST(ElementsTest, RoundsToNearestEven) {
  EXPECT_EQ(roundTo("bf16", 1 + 0x1p-8), 1);              // a tie, to even
  EXPECT_EQ(roundTo("bf16", 1 + 3 * 0x1p-8), 1 + 0x1p-6); // a tie, to even
  EXPECT_EQ(roundTo("f16", 1 + 0x1p-11), 1);
  EXPECT_EQ(roundTo("f32", 1 + 0x1p-24), 1);
  EXPECT_EQ(roundTo("bf16", -1.5), -1.5);
}

TEST(ElementsTest, RoundsOnce) {
  // Through f32 these would become ties, and go the wrong way.
  EXPECT_EQ(roundTo("bf16", 1 + 0x1p-8 + 0x1p-40), 1 + 0x1p-7);
  EXPECT_EQ(roundTo("bf16", 1 + 3 * 0x1p-8 - 0x1p-40), 1 + 0x1p-7);
}

TEST(ElementsTest, KeepsWhatIsNotFinite) {
  EXPECT_TRUE(std::isnan(roundTo("bf16", NAN)));
  EXPECT_EQ(roundTo("bf16", -INFINITY), -INFINITY);
  EXPECT_EQ(roundTo("bf16", 1e39), INFINITY);
  EXPECT_EQ(roundTo("f16", 1e6), INFINITY);
}

TEST(ElementsTest, ReadsEveryType) {
  const uint16_t brain[] = {0x3f80, 0xc000}, half[] = {0x3c00, 0xc000};
  const float single[] = {1, -2};
  const int64_t whole[] = {1, -2};
  std::vector<double> numbers, expected = {1, -2};
  EXPECT_TRUE(toDoubles("bf16", brain, 0, 2, numbers));
  EXPECT_EQ(numbers, expected);
  EXPECT_TRUE(toDoubles("f16", half, 0, 2, numbers));
  EXPECT_EQ(numbers, expected);
  EXPECT_TRUE(toDoubles("f32", single, 0, 2, numbers));
  EXPECT_EQ(numbers, expected);
  EXPECT_TRUE(toDoubles("i64", whole, 1, 1, numbers));
  EXPECT_EQ(numbers, std::vector<double>{-2});
  EXPECT_FALSE(toDoubles("f8E5M2", whole, 0, 1, numbers));
}

TEST(ElementsTest, BitsReadBackAsTheNumber) {
  for (const char *type : {"f16", "bf16"})
    for (double number : {0.0, 1.0, -0.3, 1e-6, 300.0}) {
      uint16_t bits = toBits16(type, number);
      std::vector<double> back;
      ASSERT_TRUE(toDoubles(type, &bits, 0, 1, back));
      EXPECT_EQ(back[0], roundTo(type, number)) << type;
    }
}
