//===- TermsTest.cpp - Elements and what they are computed from -------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Terms.h"
#include "ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;

namespace {

TEST(Terms, PeelsWhatChangesNothing) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4x6xf16>) -> tensor<6x2x2xf32> {
      %zero = arith.constant dense<0.0> : tensor<4x6xf32>
      %one = arith.constant dense<1.0> : tensor<4x6xf32>
      %wide = arith.extf %x : tensor<4x6xf16> to tensor<4x6xf32>
      %sum = arith.addf %zero, %wide : tensor<4x6xf32>
      %product = arith.mulf %sum, %one : tensor<4x6xf32>
      %empty = tensor.empty() : tensor<6x4xf32>
      %t = linalg.transpose ins(%product : tensor<4x6xf32>) outs(%empty : tensor<6x4xf32>) permutation = [1, 0]
      %e = tensor.expand_shape %t [[0], [1, 2]] output_shape [6, 2, 2] : tensor<6x4xf32> into tensor<6x2x2xf32>
      return %e : tensor<6x2x2xf32>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  Term *source = terms.peel(element, /*roundings=*/false);
  ASSERT_TRUE(source->is(Term::Element));
  EXPECT_EQ(source->value, f.argument(0));
  EXPECT_EQ(source->indices[1], element->indices[0]);
  EXPECT_EQ(source->indices[0].size(), 2u);
}

TEST(Terms, KeepsRoundingsUnlessAskedNotTo) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf16> {
      %y = arith.truncf %x : tensor<4xf32> to tensor<4xf16>
      return %y : tensor<4xf16>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  EXPECT_EQ(terms.peel(element, /*roundings=*/false), element);
  EXPECT_EQ(terms.peel(element, /*roundings=*/true)->value, f.argument(0));
}

TEST(Terms, AFusedBodyIsTheSameTermAsOperationsApart) {
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

TEST(Terms, DependsOnTheAxesThatIndexWhatIsRead) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4xf32>) -> tensor<4x6xf32> {
      %empty = tensor.empty() : tensor<4x6xf32>
      %b = linalg.broadcast ins(%x : tensor<4xf32>) outs(%empty : tensor<4x6xf32>) dimensions = [1]
      return %b : tensor<4x6xf32>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  EXPECT_TRUE(terms.dependsOn(element, element->indices[0]));
  EXPECT_FALSE(terms.dependsOn(element, element->indices[1]));
  EXPECT_FALSE(terms.isUniform(element));
}

TEST(Terms, DividedLoopsAreParts) {
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

TEST(Terms, AGatherIsAFunctionOfItsIndices) {
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

TEST(Terms, ASliceOfAConcatenationIsThePiece) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4x6xf32>, %y: tensor<4x1xf32>) -> tensor<4x6xf32> {
      %c = tensor.concat dim(1) %x, %y : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x7xf32>
      %e = math.exp %c : tensor<4x7xf32>
      %s = tensor.extract_slice %e[0, 0] [4, 6] [1, 1] : tensor<4x7xf32> to tensor<4x6xf32>
      return %s : tensor<4x6xf32>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  Term *exponential = terms.head(element);
  ASSERT_TRUE(exponential->isApply(Term::Exp));
  Term *piece = terms.head(exponential->operands[0]);
  EXPECT_EQ(piece->value, f.argument(0));
  EXPECT_EQ(piece->indices[1], element->indices[1]);
}

TEST(Terms, AConcatenationOfCopiesIsABroadcast) {
  auto concat = [](const std::string &second) {
    return R"mlir(
    func.func @f(%x: tensor<4x1x6xf32>, %y: tensor<4x1x6xf32>) -> tensor<4x2x6xf32> {
      %c = tensor.concat dim(1) %x, )mlir" +
           second +
           R"mlir( : (tensor<4x1x6xf32>, tensor<4x1x6xf32>) -> tensor<4x2x6xf32>
      return %c : tensor<4x2x6xf32>
    })mlir";
  };
  ParsedFunction copies(concat("%x"));
  Terms terms;
  Term *element = terms.anyElement(copies.returned());
  Term *row = terms.peel(element, /*roundings=*/false);
  EXPECT_EQ(row->value, copies.argument(0));
  EXPECT_FALSE(terms.dependsOn(row, element->indices[1]));
  EXPECT_EQ(row->indices[2], element->indices[2]);

  ParsedFunction others(concat("%y"));
  Term *whole = terms.anyElement(others.returned());
  EXPECT_EQ(terms.peel(whole, /*roundings=*/false), whole);
}

TEST(Terms, WhatIsComputedInAPartIsComputedOfThePiece) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4x6xf32>, %y: tensor<4x1xf32>, %z: tensor<4x7xf32>) -> tensor<4x1xf32> {
      %c = tensor.concat dim(1) %x, %y : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x7xf32>
      %e = math.exp %c : tensor<4x7xf32>
      %s = arith.mulf %e, %z : tensor<4x7xf32>
      %r = tensor.extract_slice %s[0, 6] [4, 1] [1, 1] : tensor<4x7xf32> to tensor<4x1xf32>
      return %r : tensor<4x1xf32>
    })mlir");
  Terms terms;
  Term *product =
      terms.unfoldParts(terms.unfold(terms.anyElement(f.returned())));
  ASSERT_TRUE(product->isApply(Term::Mul));
  ASSERT_TRUE(product->operands[0]->isApply(Term::Exp));
  EXPECT_EQ(product->operands[0]->operands[0]->value, f.argument(1));
  // What starts there has no piece to be computed of.
  EXPECT_EQ(product->operands[1]->value, f.argument(2));
}

TEST(Terms, AComputedShapeLinesUpWhereSizesAreKnownToBeTheSame) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<6x?x?xf32>) -> tensor<2x3x?x?xf32> {
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %c3 = arith.constant 3 : index
      %m = tensor.dim %x, %c1 : tensor<6x?x?xf32>
      %n = tensor.dim %x, %c2 : tensor<6x?x?xf32>
      %shape = tensor.from_elements %c2, %c3, %m, %n : tensor<4xindex>
      %r = tensor.reshape %x(%shape) : (tensor<6x?x?xf32>, tensor<4xindex>) -> tensor<2x3x?x?xf32>
      return %r : tensor<2x3x?x?xf32>
    })mlir");
  Terms terms;
  Term *element = terms.anyElement(f.returned());
  Term *source = terms.peel(element, false);
  EXPECT_EQ(source->value, f.argument(0));
  EXPECT_EQ(source->indices[2], element->indices[3]);
  EXPECT_TRUE(terms.assumptions.empty());
}

TEST(Terms, InsertionsThatLeaveAHoleAreNoPieces) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4x6xf32>, %y: tensor<4x1xf32>, %z: tensor<4x9xf32>) -> tensor<4x9xf32> {
      %a = tensor.insert_slice %x into %z[0, 0] [4, 6] [1, 1] : tensor<4x6xf32> into tensor<4x9xf32>
      %b = tensor.insert_slice %y into %a[0, 8] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<4x9xf32>
      return %b : tensor<4x9xf32>
    })mlir");
  EXPECT_FALSE(getPieces(f.returned()));
}

} // namespace
