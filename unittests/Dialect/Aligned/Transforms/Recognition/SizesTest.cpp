//===- SizesTest.cpp - Sizes that are computed ------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sizes.h"
#include "ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned::recognition;

namespace {

TEST(Sizes, ADimensionIsFollowedToWhereItStarts) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<2x?xf32>) -> tensor<?x2xf32> {
      %c1 = arith.constant 1 : index
      %n = tensor.dim %x, %c1 : tensor<2x?xf32>
      %empty = tensor.empty(%n) : tensor<?x2xf32>
      %t = linalg.transpose ins(%x : tensor<2x?xf32>) outs(%empty : tensor<?x2xf32>) permutation = [1, 0]
      return %t : tensor<?x2xf32>
    })mlir");
  Size size = getSize(f.returned(), 0);
  EXPECT_EQ(size, getSize(f.argument(0), 1));
  EXPECT_EQ(size.tensor, f.argument(0));
  EXPECT_TRUE(getSize(f.returned(), 1) == Size::constant(2));
}

TEST(Sizes, ACollapsedDimensionAmongOnesIsWhatItWas) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<1x?x3x?xf32>) -> tensor<?x?xf32> {
      %c = tensor.collapse_shape %x [[0, 1], [2, 3]] : tensor<1x?x3x?xf32> into tensor<?x?xf32>
      return %c : tensor<?x?xf32>
    })mlir");
  EXPECT_EQ(getSize(f.returned(), 0), getSize(f.argument(0), 1));
  EXPECT_EQ(getSize(f.returned(), 1).tensor, f.returned());
}

TEST(Sizes, ACollapsedDimensionMayBeTheLastOfMany) {
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<1x1x1x1x1x1x?xf32>) -> tensor<1x1x1x1x?xf32> {
      %c = tensor.collapse_shape %x [[0], [1], [2], [3], [4, 5, 6]] : tensor<1x1x1x1x1x1x?xf32> into tensor<1x1x1x1x?xf32>
      return %c : tensor<1x1x1x1x?xf32>
    })mlir");
  EXPECT_EQ(getSize(f.returned(), 4), getSize(f.argument(0), 6));
}

TEST(Sizes, GuardsOfTorchAreSeenThrough) {
  // max(min((n + 1) - 1 < 0 ? -1 : (n + 1) - 1, n + 1) - min(n + 1, 0), 0)
  ParsedFunction f(R"mlir(
    func.func @f(%x: tensor<?xf32>) -> index {
      %c0 = arith.constant 0 : index
      %cm1 = arith.constant -1 : index
      %z = arith.constant 0 : i64
      %n = tensor.dim %x, %c0 : tensor<?xf32>
      %all = affine.apply affine_map<()[s0] -> (s0 + 1)>()[%n]
      %i = arith.index_cast %all : index to i64
      %lo = arith.minsi %i, %z : i64
      %begin = arith.index_cast %lo : i64 to index
      %end = arith.addi %all, %cm1 : index
      %neg = arith.cmpi slt, %end, %c0 : index
      %wrapped = arith.select %neg, %cm1, %end : index
      %clamped = arith.minsi %wrapped, %all : index
      %length = arith.subi %clamped, %begin : index
      %size = arith.maxsi %length, %c0 : index
      return %size : index
    })mlir");
  EXPECT_EQ(getSize(f.returned()), getSize(f.argument(0), 0));
}

TEST(Sizes, WhatMayBeNegativeStaysAsItIs) {
  ParsedFunction f(R"mlir(
    func.func @f(%n: index) -> index {
      %c0 = arith.constant 0 : index
      %m = arith.maxsi %n, %c0 : index
      return %m : index
    })mlir");
  // A number is no dimension: the maximum matters.
  EXPECT_EQ(getSize(f.returned()).number, f.returned());
}

TEST(Sizes, ConstantsAreAdded) {
  EXPECT_EQ(*add(Size::constant(2), Size::constant(3)), Size::constant(5));
}

} // namespace
