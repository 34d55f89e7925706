//===- DomainTest.cpp - How what is recognised is arranged ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Domain.h"
#include "AttentionText.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;

namespace {

/// What is recognised in a function, and its domain.
struct Arranged {
  ParsedFunction f;
  Recognizer recognizer;
  decltype(recognizer.recognize(mlir::Value())) found;
  std::optional<Domain> domain;
  std::string reason;

  explicit Arranged(
      const std::string &text,
      llvm::function_ref<mlir::Value(mlir::Value)> outputOf =
          [](mlir::Value returned) { return returned; })
      : f(text), found(recognizer.recognize(outputOf(f.returned()))) {
    if (found)
      domain = arrange(*found, reason);
    else
      reason = recognizer.refusal.reason;
  }
};

TEST(Domain, ArrangesBatchRowsTokensAndChannels) {
  Arranged arranged(attentionOf(kScaled));
  const std::optional<Domain> &domain = arranged.domain;
  ASSERT_TRUE(domain) << arranged.reason;
  EXPECT_EQ(domain->numBatch, 2u);
  EXPECT_EQ(domain->numGroup, 0u);
  std::vector<int64_t> sizes;
  for (const Digits &dim : domain->dims)
    sizes.push_back(countPositions(dim));
  EXPECT_EQ(sizes, (std::vector<int64_t>{2, 3, 4, 24, 16, 8}));
}

TEST(Domain, QueryHeadsThatShareAKeyHeadAreAGroup) {
  const char *text = R"mlir(
    #q = affine_map<(h, g, n, d) -> (h, g, d)>
    #k = affine_map<(h, g, n, d) -> (h, n, d)>
    #s = affine_map<(h, g, n, d) -> (h, g, n)>
    func.func @f(%q: tensor<3x4x16xf32>, %k: tensor<3x24x16xf32>, %v: tensor<3x24x8xf32>) -> tensor<12x8xf32> {
      %zs = arith.constant dense<0.0> : tensor<3x4x24xf32>
      %zo = arith.constant dense<0.0> : tensor<3x4x8xf32>
      %p = linalg.contract indexing_maps = [#q, #k, #s]
          ins(%q, %k : tensor<3x4x16xf32>, tensor<3x24x16xf32>) outs(%zs : tensor<3x4x24xf32>) -> tensor<3x4x24xf32>
      %w = linalg.softmax dimension(2) ins(%p : tensor<3x4x24xf32>) outs(%zs : tensor<3x4x24xf32>) -> tensor<3x4x24xf32>
      %o = linalg.contract indexing_maps = [#s, #k, #q]
          ins(%w, %v : tensor<3x4x24xf32>, tensor<3x24x8xf32>) outs(%zo : tensor<3x4x8xf32>) -> tensor<3x4x8xf32>
      %c = tensor.collapse_shape %o [[0, 1], [2]] : tensor<3x4x8xf32> into tensor<12x8xf32>
      return %c : tensor<12x8xf32>
    })mlir";
  Arranged arranged(text, [](mlir::Value returned) {
    return returned.getDefiningOp()->getOperand(0);
  });
  const std::optional<Domain> &domain = arranged.domain;
  ASSERT_TRUE(domain) << arranged.reason;
  EXPECT_EQ(domain->numBatch, 1u);
  ASSERT_EQ(domain->numGroup, 1u);
  EXPECT_EQ(countPositions(domain->dims[domain->numBatch]), 4);
  EXPECT_EQ(countPositions(domain->dims[domain->m()]), 1);
}

TEST(Domain, ATensorIsLaidOutOverTheDimensionsThatItHas) {
  Arranged arranged(attentionOf(kScaled));
  const std::optional<Domain> &domain = arranged.domain;
  ASSERT_TRUE(domain) << arranged.reason;
  auto &found = arranged.found;
  std::optional<Layout> layout =
      layOut(*domain, found->terms->axes, found->key, domain->ofKey(),
             /*complete=*/true);
  ASSERT_TRUE(layout);
  using Dims = llvm::SmallVector<unsigned, 2>;
  EXPECT_EQ(*layout,
            (Layout{Dims{0}, Dims{1}, Dims{domain->n()}, Dims{domain->k1()}}));
  // The query's dimensions are others: the key has tokens.
  EXPECT_FALSE(layOut(*domain, found->terms->axes, found->key,
                      domain->ofQuery(), /*complete=*/true));
}

} // namespace
