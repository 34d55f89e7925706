//===- ScoresTest.cpp - Scale, soft-cap and masks ------------------------===//
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

TEST(Scores, AScaleBehindAnAddendScalesTheAddend) {
  ParsedFunction f(attentionOf(R"mlir(
      %scale = arith.constant dense<0.25> : tensor<2x3x4x24xf32>
      %a = arith.addf %bias, %p : tensor<2x3x4x24xf32>
      %s = arith.mulf %a, %scale : tensor<2x3x4x24xf32>)mlir",
                               ", %bias: tensor<2x3x4x24xf32>"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  ASSERT_TRUE(found->mask);
  EXPECT_TRUE(found->mask->isApply(Term::Mul));
}

TEST(Scores, SoftcapIsANumberAndAScale) {
  ParsedFunction f(attentionOf(R"mlir(
      %cap = arith.constant dense<32.0> : tensor<2x3x4x24xf32>
      %a = arith.divf %p, %cap : tensor<2x3x4x24xf32>
      %t = math.tanh %a : tensor<2x3x4x24xf32>
      %s = arith.mulf %cap, %t : tensor<2x3x4x24xf32>)mlir"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  EXPECT_EQ(found->softcap, 32.0);
  EXPECT_DOUBLE_EQ(scaleOf(*found), 1.0);
}

TEST(Scores, ANumberThatIsNoMaskIsRefused) {
  ParsedFunction f(attentionOf(R"mlir(
      %ten = arith.constant dense<10.0> : tensor<2x3x4x24xf32>
      %s = arith.select %keep, %p, %ten : tensor<2x3x4x24xi1>, tensor<2x3x4x24xf32>)mlir",
                               ", %keep: tensor<2x3x4x24xi1>"));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "scores are replaced by 10.00, which is no masking value");
}

TEST(Scores, AVeryNegativeNumberMasks) {
  ParsedFunction f(attentionOf(R"mlir(
      %low = arith.constant dense<-1.0e+09> : tensor<2x3x4x24xf32>
      %s = arith.select %keep, %p, %low : tensor<2x3x4x24xi1>, tensor<2x3x4x24xf32>)mlir",
                               ", %keep: tensor<2x3x4x24xi1>"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  ASSERT_TRUE(found->mask);
  EXPECT_TRUE(found->mask->isApply(Term::Select));
  EXPECT_TRUE(found->finiteFill);
}

TEST(Scores, AClampIsRefused) {
  ParsedFunction f(attentionOf(R"mlir(
      %most = arith.constant dense<10.0> : tensor<2x3x4x24xf32>
      %s = arith.minimumf %p, %most : tensor<2x3x4x24xf32>)mlir"));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "the scores are clamped, which aligned.attention cannot say");
}

} // namespace
