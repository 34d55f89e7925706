//===- RecognizerTest.cpp - What is recognised, and how it is arranged -===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Domain.h"
#include "ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;

namespace {

/// softmax of what `scores` makes of %p, the product of query and key, times V.
std::string attention(const std::string &scores, const std::string &more = "") {
  return R"mlir(
    func.func @f(%q: tensor<2x3x4x16xf32>, %k: tensor<2x3x24x16xf32>, %v: tensor<2x3x24x8xf32>)mlir" +
         more + R"mlir() -> tensor<2x3x4x8xf32> {
      %zs = arith.constant dense<0.0> : tensor<2x3x4x24xf32>
      %zo = arith.constant dense<0.0> : tensor<2x3x4x8xf32>
      %empty = tensor.empty() : tensor<2x3x4x24xf32>
      %p = linalg.contract indexing_maps = [affine_map<(b, h, m, n, d) -> (b, h, m, d)>, affine_map<(b, h, m, n, d) -> (b, h, n, d)>, affine_map<(b, h, m, n, d) -> (b, h, m, n)>]
          ins(%q, %k : tensor<2x3x4x16xf32>, tensor<2x3x24x16xf32>) outs(%zs : tensor<2x3x4x24xf32>) -> tensor<2x3x4x24xf32>
  )mlir" + scores + R"mlir(
      %w = linalg.softmax dimension(3) ins(%s : tensor<2x3x4x24xf32>) outs(%empty : tensor<2x3x4x24xf32>) -> tensor<2x3x4x24xf32>
      %o = linalg.contract indexing_maps = [affine_map<(b, h, m, n, d) -> (b, h, m, n)>, affine_map<(b, h, m, n, d) -> (b, h, n, d)>, affine_map<(b, h, m, n, d) -> (b, h, m, d)>]
          ins(%w, %v : tensor<2x3x4x24xf32>, tensor<2x3x24x8xf32>) outs(%zo : tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
      return %o : tensor<2x3x4x8xf32>
    })mlir";
}

const std::string kPlain = R"mlir(
      %scale = arith.constant dense<0.25> : tensor<2x3x4x24xf32>
      %s = arith.mulf %p, %scale : tensor<2x3x4x24xf32>)mlir";

double scaleOf(AttentionDescriptor &attention) {
  double scale = 1;
  for (const Factor &factor : attention.scale) {
    double number = attention.terms->getNumber(factor.term).value_or(0);
    scale = factor.inverse ? scale / number : scale * number;
  }
  return scale;
}

TEST(Recognizer, TellsOperandsAndScale) {
  ParsedFunction f(attention(kPlain));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.reason;
  EXPECT_EQ(found->query.value, f.argument(0));
  EXPECT_EQ(found->key.value, f.argument(1));
  EXPECT_EQ(found->value.value, f.argument(2));
  EXPECT_DOUBLE_EQ(scaleOf(*found), 0.25);
  EXPECT_FALSE(found->mask);
  EXPECT_FALSE(found->zeroMaskedRows);
}

TEST(Recognizer, ArrangesBatchRowsTokensAndChannels) {
  ParsedFunction f(attention(kPlain));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found);
  std::string reason;
  std::optional<Domain> domain = arrange(*found, reason);
  ASSERT_TRUE(domain) << reason;
  EXPECT_EQ(domain->numBatch, 2u);
  EXPECT_EQ(domain->numGroup, 0u);
  std::vector<int64_t> sizes;
  for (const Digits &dim : domain->dims)
    sizes.push_back(countPositions(dim));
  EXPECT_EQ(sizes, (std::vector<int64_t>{2, 3, 4, 24, 16, 8}));
}

TEST(Recognizer, AScaleBehindAnAddendScalesTheAddend) {
  ParsedFunction f(attention(R"mlir(
      %scale = arith.constant dense<0.25> : tensor<2x3x4x24xf32>
      %a = arith.addf %bias, %p : tensor<2x3x4x24xf32>
      %s = arith.mulf %a, %scale : tensor<2x3x4x24xf32>)mlir",
                             ", %bias: tensor<2x3x4x24xf32>"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.reason;
  ASSERT_TRUE(found->mask);
  EXPECT_TRUE(found->mask->isApply(Term::Mul));
}

TEST(Recognizer, SoftcapIsANumberAndAScale) {
  ParsedFunction f(attention(R"mlir(
      %cap = arith.constant dense<32.0> : tensor<2x3x4x24xf32>
      %a = arith.divf %p, %cap : tensor<2x3x4x24xf32>
      %t = math.tanh %a : tensor<2x3x4x24xf32>
      %s = arith.mulf %cap, %t : tensor<2x3x4x24xf32>)mlir"));
  Recognizer recognizer;
  auto found = recognizer.recognize(f.returned());
  ASSERT_TRUE(found) << recognizer.reason;
  EXPECT_EQ(found->softcap, 32.0);
  EXPECT_DOUBLE_EQ(scaleOf(*found), 1.0);
}

TEST(Recognizer, ANumberThatIsNoMaskIsRefused) {
  ParsedFunction f(attention(R"mlir(
      %ten = arith.constant dense<10.0> : tensor<2x3x4x24xf32>
      %s = arith.select %keep, %p, %ten : tensor<2x3x4x24xi1>, tensor<2x3x4x24xf32>)mlir",
                             ", %keep: tensor<2x3x4x24xi1>"));
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_EQ(recognizer.reason,
            "scores are replaced by 10.00, which is no masking value");
}

TEST(Recognizer, AProductAloneLooksLikeNothing) {
  ParsedFunction f(R"mlir(
    func.func @f(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) -> tensor<4x8xf32> {
      %z = arith.constant dense<0.0> : tensor<4x8xf32>
      %o = linalg.matmul ins(%a, %b : tensor<4x16xf32>, tensor<16x8xf32>) outs(%z : tensor<4x8xf32>) -> tensor<4x8xf32>
      return %o : tensor<4x8xf32>
    })mlir");
  Recognizer recognizer;
  EXPECT_FALSE(recognizer.recognize(f.returned()));
  EXPECT_TRUE(recognizer.reason.empty());
}

} // namespace
