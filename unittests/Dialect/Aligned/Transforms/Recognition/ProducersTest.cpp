//===- ProducersTest.cpp - What tensors are put together from ------------===//
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

TEST(Producers, ASliceOfAConcatenationIsThePiece) {
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

TEST(Producers, AConcatenationOfCopiesIsABroadcast) {
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

TEST(Producers, AComputedShapeLinesUpWhereSizesAreKnownToBeTheSame) {
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

TEST(Producers, InsertionsThatLeaveAHoleAreNoPieces) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<4x6xf32>, %y: tensor<4x1xf32>, %z: tensor<4x9xf32>) -> tensor<4x9xf32> {
      %a = tensor.insert_slice %x into %z[0, 0] [4, 6] [1, 1] : tensor<4x6xf32> into tensor<4x9xf32>
      %b = tensor.insert_slice %y into %a[0, 8] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<4x9xf32>
      return %b : tensor<4x9xf32>
    })mlir");
  EXPECT_FALSE(getPieces(f.returned()));
}

} // namespace
