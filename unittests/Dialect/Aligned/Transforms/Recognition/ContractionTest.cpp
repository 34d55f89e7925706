//===- ContractionTest.cpp - Q K^T, and the weighted sum of V ------------===//
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

TEST(Contraction, TellsOperandsAndScale) {
  ParsedFunction f(attentionOf(kScaled));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  EXPECT_EQ(found->query.value, f.argument(0));
  EXPECT_EQ(found->key.value, f.argument(1));
  EXPECT_EQ(found->value.value, f.argument(2));
  EXPECT_DOUBLE_EQ(scaleOf(*found), 0.25);
  EXPECT_FALSE(found->mask);
  EXPECT_FALSE(found->zeroMaskedRows);
}

TEST(Contraction, AProductAloneLooksLikeNothing) {
  ParsedFunction f(R"mlir(
    func.func @f(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) -> tensor<4x8xf32> {
      %z = arith.constant dense<0.0> : tensor<4x8xf32>
      %o = linalg.matmul ins(%a, %b : tensor<4x16xf32>, tensor<16x8xf32>) outs(%z : tensor<4x8xf32>) -> tensor<4x8xf32>
      return %o : tensor<4x8xf32>
    })mlir");
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_TRUE(recognizer.refusal.reason.empty());
}

TEST(Contraction, AScaleOfTheQueryIsNoPartOfIt) {
  ParsedFunction f(R"mlir(
    #q = affine_map<(m, n, d) -> (m, d)>
    #k = affine_map<(m, n, d) -> (n, d)>
    #s = affine_map<(m, n, d) -> (m, n)>
    func.func @f(%q: tensor<4x16xf32>, %k: tensor<24x16xf32>, %v: tensor<24x8xf32>) -> tensor<4x8xf32> {
      %zs = arith.constant dense<0.0> : tensor<4x24xf32>
      %zo = arith.constant dense<0.0> : tensor<4x8xf32>
      %eight = arith.constant dense<8.0> : tensor<4x16xf32>
      %scaled = arith.divf %q, %eight : tensor<4x16xf32>
      %p = linalg.contract indexing_maps = [#k, #q, #s]
          ins(%k, %scaled : tensor<24x16xf32>, tensor<4x16xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
      %w = linalg.softmax dimension(1) ins(%p : tensor<4x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
      %o = linalg.matmul ins(%w, %v : tensor<4x24xf32>, tensor<24x8xf32>) outs(%zo : tensor<4x8xf32>) -> tensor<4x8xf32>
      return %o : tensor<4x8xf32>
    })mlir");
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.refusal.reason;
  // The key is the first operand here.
  EXPECT_EQ(found->query.value, f.argument(0));
  EXPECT_EQ(found->key.value, f.argument(1));
  EXPECT_DOUBLE_EQ(scaleOf(*found), 0.125);
}

TEST(Contraction, AProductThatDoesNotStartFromZeroIsRefused) {
  std::string text = attentionOf(kScaled, ", %init: tensor<2x3x4x24xf32>");
  text.replace(text.find("outs(%zs"), 8, "outs(%init");
  ParsedFunction f(text);
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "the product of query and key does not start from zero");
}

TEST(Contraction, AKeyOfIntegersIsRefused) {
  std::string text = attentionOf(kScaled, ", %bytes: tensor<2x3x24x16xi8>");
  text.replace(text.find("%q, %k :"), 6, "%q, %wide");
  text.insert(text.find("%zs ="),
              "%wide = arith.sitofp %bytes : tensor<2x3x24x16xi8> to "
              "tensor<2x3x24x16xf32>\n");
  ParsedFunction f(text);
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.refusal.reason,
            "the key is dequantised from integers: it has fewer bits than "
            "planes would read");
}

} // namespace
