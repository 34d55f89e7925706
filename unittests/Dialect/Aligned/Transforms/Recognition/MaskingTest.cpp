//===- MaskingTest.cpp - Tokens that count nothing, rows without any -----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionText.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;

namespace {

const std::string kKeep = ", %keep: tensor<2x3x4x24xi1>";
const std::string kExp = "%x = math.exp %p : tensor<2x3x4x24xf32>\n";

/// %x where tokens are kept, zero elsewhere.
std::string zeroed(const std::string &result, const std::string &value) {
  return "\n%" + result + " = arith.select %keep, %" + value +
         ", %zs : tensor<2x3x4x24xi1>, tensor<2x3x4x24xf32>\n";
}

std::string divided(const std::string &result, const std::string &value) {
  return elementwise(result, "divf", value, "l", "#rows", "tensor<2x3x4xf32>");
}

TEST(Masking, ExponentialsThatAreZeroInTheSumTooAreAMask) {
  ParsedFunction f(attention(
      kExp + zeroed("y", "x") + sumOf("l", "y") + divided("w", "y"), kKeep));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  EXPECT_TRUE(found->mask);
  // A row of zeros is 0 / 0.
  EXPECT_FALSE(found->zeroMaskedRows);
}

TEST(Masking, WeightsThatAreZeroAfterwardsMakeRowsZero) {
  ParsedFunction f(attention(kExp + zeroed("y", "x") + sumOf("l", "y") +
                                 divided("u", "x") + zeroed("w", "u"),
                             kKeep));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  EXPECT_TRUE(found->mask);
  EXPECT_TRUE(found->zeroMaskedRows);
}

TEST(Masking, TokensThatTheSumStillHasAreRefused) {
  ParsedFunction f(attention(
      kExp + sumOf("l", "x") + divided("u", "x") + zeroed("w", "u"), kKeep));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason, "tokens are masked after the softmax");
}

TEST(Masking, TokensThatTheSumAloneLacksAreRefused) {
  ParsedFunction f(attention(
      kExp + zeroed("y", "x") + sumOf("l", "y") + divided("w", "x"), kKeep));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "the sum of the weights leaves out tokens that the weights do not");
}

} // namespace
