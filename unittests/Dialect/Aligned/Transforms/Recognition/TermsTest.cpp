//===- TermsTest.cpp - Elements and what they are computed from ----------===//
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

} // namespace
