//===- UnfoldTest.cpp - Bodies as terms ----------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParsedFunction.h"
#include "Terms.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;

namespace {

TEST(Unfold, AFusedBodyIsTheSameTermAsOperationsApart) {
  ParsedFunction f(R"mlir(
    #id = affine_map<(i) -> (i)>
    func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
      %empty = tensor.empty() : tensor<4xf32>
      %d = arith.subf %x, %y : tensor<4xf32>
      %apart = math.exp %d : tensor<4xf32>
      %fused = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
          ins(%x, %y : tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
      ^bb0(%a: f32, %b: f32, %out: f32):
        %s = arith.subf %a, %b : f32
        %e = math.exp %s : f32
        linalg.yield %e : f32
      } -> tensor<4xf32>
      return %apart, %fused : tensor<4xf32>, tensor<4xf32>
    })mlir");
  Terms terms;
  Term *apart = terms.anyElement(f.returned());
  mlir::Value fused =
      f.function.getBody().front().getTerminator()->getOperand(1);
  EXPECT_TRUE(terms.equal(apart, terms.element(fused, apart->indices)));
  EXPECT_FALSE(terms.equal(apart, terms.anyElement(fused))); // other indices
  EXPECT_TRUE(terms.head(apart)->isApply(Term::Exp));
}

TEST(Unfold, DividedLoopsAreParts) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<2x5xf32>) -> tensor<6x5xf32> {
      %empty = tensor.empty() : tensor<6x5xf32>
      %b = linalg.generic {indexing_maps = [affine_map<(h, d) -> (h floordiv 3, d)>, affine_map<(h, d) -> (h, d)>], iterator_types = ["parallel", "parallel"]}
          ins(%x : tensor<2x5xf32>) outs(%empty : tensor<6x5xf32>) {
      ^bb0(%a: f32, %out: f32):
        linalg.yield %a : f32
      } -> tensor<6x5xf32>
      return %b : tensor<6x5xf32>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  Term *source = terms.peel(element, false);
  EXPECT_EQ(source->value, f.argument(0));
  Digits heads = terms.axes.resolve(element->indices[0]);
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_EQ(source->indices[0], Digits{heads[0]});
}

TEST(Unfold, AGatherIsAFunctionOfItsIndices) {
  ParsedFunction f(R"mlir(
    func.func @f(%pages: tensor<8x5xf32>, %table: tensor<3xi64>) -> tensor<3x5xf32> {
      %empty = tensor.empty() : tensor<3x5xf32>
      %g = linalg.generic {indexing_maps = [affine_map<(p, d) -> (p)>, affine_map<(p, d) -> (p, d)>], iterator_types = ["parallel", "parallel"]}
          ins(%table : tensor<3xi64>) outs(%empty : tensor<3x5xf32>) {
      ^bb0(%page: i64, %out: f32):
        %i = arith.index_cast %page : i64 to index
        %d = linalg.index 1 : index
        %x = tensor.extract %pages[%i, %d] : tensor<8x5xf32>
        linalg.yield %x : f32
      } -> tensor<3x5xf32>
      return %g : tensor<3x5xf32>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  Term *gather = terms.head(element);
  ASSERT_TRUE(gather->is(Term::Apply));
  EXPECT_EQ(gather->operands.size(), 2u);
  EXPECT_TRUE(terms.dependsOn(gather, element->indices[0]));
  EXPECT_TRUE(terms.dependsOn(gather, element->indices[1]));
}

} // namespace
