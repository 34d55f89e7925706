//===- SoftmaxTest.cpp - Weights that a softmax gives --------------------===//
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

const std::string kExp = "%x = math.exp %p : tensor<2x3x4x24xf32>\n";

std::string divided(const std::string &sum) {
  return elementwise("w", "divf", "x", sum, "#rows", "tensor<2x3x4xf32>");
}

TEST(Softmax, NeedsNoMaximum) {
  ParsedFunction f(attention(kExp + sumOf("l", "x") + divided("l")));
  Recognizer recognizer;
  EXPECT_TRUE(recognizer.recognize(f.returned())) << recognizer.refusal.reason;
}

TEST(Softmax, WhatIsTakenOffAllTokensMakesNoDifference) {
  std::string shifted =
      elementwise("t", "subf", "p", "any", "#rows", "tensor<2x3x4xf32>") +
      "%x = math.exp %t : tensor<2x3x4x24xf32>\n";
  ParsedFunction f(attention(shifted + sumOf("l", "x") + divided("l"),
                             ", %any: tensor<2x3x4xf32>"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  EXPECT_FALSE(found->mask);
}

TEST(Softmax, WhatDiffersBetweenTokensIsAMask) {
  std::string shifted = elementwise("t", "subf", "p", "any") +
                        "%x = math.exp %t : tensor<2x3x4x24xf32>\n";
  ParsedFunction f(attention(shifted + sumOf("l", "x") + divided("l"),
                             ", %any: tensor<2x3x4x24xf32>"));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "the scores are not a scaled and masked product of query and key");
}

TEST(Softmax, AnotherTensorsSumDoesNotNormalize) {
  ParsedFunction f(attention(kExp + sumOf("l", "other") + divided("l"),
                             ", %other: tensor<2x3x4x24xf32>"));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(
      recognizer.refusal.reason,
      "the exponentials are not divided by their own sum over the tokens");
}

TEST(Softmax, BaseTwoIsAScale) {
  ParsedFunction f(attention("%x = math.exp2 %p : tensor<2x3x4x24xf32>\n" +
                             sumOf("l", "x") + divided("l")));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  // In f32, as the constant is.
  EXPECT_FLOAT_EQ(scaleOf(*found), 0.6931471805599453);
}

TEST(Softmax, ALogitOfTheSumAloneIsASink) {
  std::string sink = R"mlir(
      %e = math.exp %sink : tensor<2x3x4xf32>
      %l = arith.addf %tokens, %e : tensor<2x3x4xf32>)mlir";
  ParsedFunction f(attention(kExp + sumOf("tokens", "x") + sink + divided("l"),
                             ", %sink: tensor<2x3x4xf32>"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  ASSERT_TRUE(found->sinks);
  EXPECT_EQ(found->sinks->value, f.argument(3));
}

TEST(Softmax, WeightsThatAreMultipliedAreRefused) {
  ParsedFunction f(attention(
      kExp + sumOf("l", "x") +
          elementwise("u", "divf", "x", "l", "#rows", "tensor<2x3x4xf32>") +
          elementwise("w", "mulf", "u", "drop"),
      ", %drop: tensor<2x3x4x24xf32>"));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "the weights are multiplied by something else after the softmax");
}

} // namespace
