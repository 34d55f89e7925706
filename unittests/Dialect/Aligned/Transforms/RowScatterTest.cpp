//===- RowScatterTest.cpp - Rows of sequences, each at its own place ------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowScatter.h"
#include "Recognition/ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned;

namespace {

using Dims = llvm::SmallVector<int64_t>;

std::optional<RowScatter> scatterOf(ParsedFunction &f) {
  return matchRowScatter(f.returned().getDefiningOp());
}

TEST(RowScatter, AScatterHasARowForEachSequence) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<2x3x8x4xf32>, %n: tensor<2x3x4xf32>, %at: tensor<2x2xi64>) -> tensor<2x3x8x4xf32> {
      %r = tensor.scatter %n into %k[%at] scatter_dims([0, 2]) unique
          : (tensor<2x3x4xf32>, tensor<2x3x8x4xf32>, tensor<2x2xi64>) -> tensor<2x3x8x4xf32>
      return %r : tensor<2x3x8x4xf32>
    })mlir");
  std::optional<RowScatter> scatter = scatterOf(f);
  ASSERT_TRUE(scatter);
  EXPECT_EQ(scatter->dest, f.argument(0));
  EXPECT_EQ(scatter->rows, f.argument(1));
  EXPECT_EQ(scatter->sequences, 2);
  EXPECT_EQ(scatter->placed, (Dims{0, 2}));
  EXPECT_EQ(scatter->along, (Dims{RowScatter::kSequence, 1, 3}));
}

TEST(RowScatter, ScatteredRowsMayKeepDimensionsOfSizeOne) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<2x3x8x4xf32>, %n: tensor<2x1x3x1x4xf32>, %at: tensor<2x2xi64>) -> tensor<2x3x8x4xf32> {
      %r = tensor.scatter %n into %k[%at] scatter_dims([0, 2]) unique
          : (tensor<2x1x3x1x4xf32>, tensor<2x3x8x4xf32>, tensor<2x2xi64>) -> tensor<2x3x8x4xf32>
      return %r : tensor<2x3x8x4xf32>
    })mlir");
  std::optional<RowScatter> scatter = scatterOf(f);
  ASSERT_TRUE(scatter);
  EXPECT_EQ(scatter->along, (Dims{RowScatter::kSequence, RowScatter::kUnit, 1,
                                  RowScatter::kUnit, 3}));
}

/// A loop over two sequences with `body`, whose %new is inserted and %i counts.
std::string loop(const std::string &body, const std::string &end = "%two") {
  return R"mlir(
    func.func @f(%k: tensor<2x3x8x4xf32>, %n: tensor<2x3x4xf32>, %at: tensor<2xindex>) -> tensor<2x3x8x4xf32> {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %two = arith.constant 2 : index
      %r = scf.for %i = %zero to )mlir" +
         end +
         R"mlir( step %one iter_args(%older = %k) -> tensor<2x3x8x4xf32> {
        %p = tensor.extract %at[%i] : tensor<2xindex>
        )mlir" +
         body + R"mlir(
        %newer = tensor.insert_slice %new into %older[%i, 0, %p, 0] [1, 3, 1, 4] [1, 1, 1, 1] : tensor<3x4xf32> into tensor<2x3x8x4xf32>
        scf.yield %newer : tensor<2x3x8x4xf32>
      }
      return %r : tensor<2x3x8x4xf32>
    })mlir";
}

const std::string kRow =
    "%new = tensor.extract_slice %n[%i, 0, 0] [1, 3, 4] [1, 1, 1] : "
    "tensor<2x3x4xf32> to tensor<3x4xf32>";

TEST(RowScatter, ALoopOverSequencesWritesARowOfEach) {
  ParsedFunction f(loop(kRow));
  std::optional<RowScatter> scatter = scatterOf(f);
  ASSERT_TRUE(scatter);
  EXPECT_EQ(scatter->rows, f.argument(1));
  EXPECT_EQ(scatter->sequences, 2);
  EXPECT_EQ(scatter->placed, (Dims{0, 2}));
  EXPECT_EQ(scatter->along, (Dims{RowScatter::kSequence, 1, 3}));
}

TEST(RowScatter, ALoopOverSomeOfTheSequencesDoesNot) {
  ParsedFunction f(loop(kRow, "%one"));
  EXPECT_FALSE(scatterOf(f));
}

TEST(RowScatter, TheSameRowForAllSequencesIsNotTheirs) {
  ParsedFunction f(
      loop("%new = tensor.extract_slice %n[0, 0, 0] [1, 3, 4] [1, 1, 1] : "
           "tensor<2x3x4xf32> to tensor<3x4xf32>"));
  EXPECT_FALSE(scatterOf(f));
}

TEST(RowScatter, ARowOfTheOlderVersionIsNotNew) {
  ParsedFunction f(
      loop("%new = tensor.extract_slice %older[%i, 0, %one, 0] [1, 3, 1, 4] "
           "[1, 1, 1, 1] : tensor<2x3x8x4xf32> to tensor<3x4xf32>"));
  EXPECT_FALSE(scatterOf(f));
}

TEST(RowScatter, AnInsertionIsOfOneSequence) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<8x5x3x4xf32>, %n: tensor<1x3x4xf32>, %p: index, %s: index) -> tensor<8x5x3x4xf32> {
      %r = tensor.insert_slice %n into %k[%p, %s, 0, 0] [1, 1, 3, 4] [1, 1, 1, 1] : tensor<1x3x4xf32> into tensor<8x5x3x4xf32>
      return %r : tensor<8x5x3x4xf32>
    })mlir");
  std::optional<RowScatter> scatter = scatterOf(f);
  ASSERT_TRUE(scatter);
  EXPECT_EQ(scatter->sequences, 1);
  EXPECT_EQ(scatter->placed, (Dims{0, 1}));
  EXPECT_EQ(scatter->along, (Dims{RowScatter::kUnit, 2, 3}));
}

TEST(RowScatter, PartsOfRowsAreRefused) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<8x3x4xf32>, %n: tensor<1x2x4xf32>, %p: index) -> tensor<8x3x4xf32> {
      %r = tensor.insert_slice %n into %k[%p, 1, 0] [1, 2, 4] [1, 1, 1] : tensor<1x2x4xf32> into tensor<8x3x4xf32>
      return %r : tensor<8x3x4xf32>
    })mlir");
  EXPECT_FALSE(scatterOf(f));
}

TEST(RowScatter, ALoopForKAndVBecomesTwo) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<8x4xf32>, %v: tensor<8x4xf32>, %n: tensor<2x4xf32>, %at: tensor<2xindex>) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %two = arith.constant 2 : index
      %r:2 = scf.for %i = %zero to %two step %one iter_args(%ko = %k, %vo = %v) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
        %p = tensor.extract %at[%i] : tensor<2xindex>
        %new = tensor.extract_slice %n[%i, 0] [1, 4] [1, 1] : tensor<2x4xf32> to tensor<1x4xf32>
        %kn = tensor.insert_slice %new into %ko[%p, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<8x4xf32>
        %vn = tensor.insert_slice %new into %vo[%p, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<8x4xf32>
        scf.yield %kn, %vn : tensor<8x4xf32>, tensor<8x4xf32>
      }
      return %r#0, %r#1 : tensor<8x4xf32>, tensor<8x4xf32>
    })mlir");
  EXPECT_FALSE(scatterOf(f));
  splitRowLoops(f.function);
  std::optional<RowScatter> scatter = scatterOf(f);
  ASSERT_TRUE(scatter);
  EXPECT_EQ(scatter->dest, f.argument(0));
  EXPECT_TRUE(mlir::succeeded(f.module->verifyInvariants()));
}

} // namespace
