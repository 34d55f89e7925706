//===- CacheUpdateTest.cpp - Where rows go --------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheUpdate.h"
#include "Recognition/ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned;

namespace {

/// Sequence, kv head, token, channel, in that order.
const int64_t kOrder[] = {0, 1, 2, 3};

std::optional<CacheUpdate> updateOf(ParsedFunction &f) {
  return matchCacheUpdate(f.returned().getDefiningOp(), kOrder);
}

/// A row of %n where the position along the tokens is `position`, which the
/// block has as %p.
std::string selection(const std::string &positions, const std::string &map) {
  return R"mlir(
    #row = affine_map<(b, h, t, d) -> (b, h, 0, d)>
    #all = affine_map<(b, h, t, d) -> (b, h, t, d)>
    func.func @f(%k: tensor<2x3x8x4xf32>, %n: tensor<2x3x1x4xf32>, %at: )mlir" +
         positions + R"mlir() -> tensor<2x3x8x4xf32> {
      %r = linalg.generic {indexing_maps = [affine_map<(b, h, t, d) -> )mlir" +
         map +
         R"mlir(>, #row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
          ins(%at, %n : )mlir" +
         positions +
         R"mlir(, tensor<2x3x1x4xf32>) outs(%k : tensor<2x3x8x4xf32>) {
      ^bb0(%p: i32, %new: f32, %old: f32):
        %i = linalg.index 2 : index
        %j = arith.index_cast %i : index to i32
        %c = arith.cmpi eq, %p, %j : i32
        %x = arith.select %c, %new, %old : f32
        linalg.yield %x : f32
      } -> tensor<2x3x8x4xf32>
      return %r : tensor<2x3x8x4xf32>
    })mlir";
}

TEST(CacheUpdate, OnePositionForAllSequences) {
  ParsedFunction f(selection("tensor<1xi32>", "(0)"));
  std::optional<CacheUpdate> update = updateOf(f);
  ASSERT_TRUE(update);
  EXPECT_EQ(update->past, f.argument(0));
  EXPECT_EQ(update->rows, f.argument(1));
  EXPECT_EQ(update->positionTensor, f.argument(2));
  EXPECT_FALSE(update->sequenceDim);
}

TEST(CacheUpdate, APositionForEachSequence) {
  ParsedFunction f(selection("tensor<1x2xi32>", "(0, b)"));
  std::optional<CacheUpdate> update = updateOf(f);
  ASSERT_TRUE(update);
  EXPECT_EQ(update->positionTensor, f.argument(2));
  EXPECT_EQ(update->sequenceDim, 1);
}

TEST(CacheUpdate, PositionsOfHeadsAreNoUpdate) {
  ParsedFunction f(selection("tensor<3xi32>", "(h)"));
  EXPECT_FALSE(updateOf(f));
}

TEST(CacheUpdate, ConcatenationGoesBehindTheLastRow) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<2x3x7x4xf32>, %n: tensor<2x3x1x4xf32>) -> tensor<2x3x8x4xf32> {
      %r = tensor.concat dim(2) %k, %n : (tensor<2x3x7x4xf32>, tensor<2x3x1x4xf32>) -> tensor<2x3x8x4xf32>
      return %r : tensor<2x3x8x4xf32>
    })mlir");
  std::optional<CacheUpdate> update = updateOf(f);
  ASSERT_TRUE(update);
  EXPECT_FALSE(update->isAtPosition());
}

TEST(CacheUpdate, ConcatenationOfHeadsIsNoUpdate) {
  ParsedFunction f(R"mlir(
    func.func @f(%k: tensor<2x3x8x4xf32>, %n: tensor<2x1x8x4xf32>) -> tensor<2x4x8x4xf32> {
      %r = tensor.concat dim(1) %k, %n : (tensor<2x3x8x4xf32>, tensor<2x1x8x4xf32>) -> tensor<2x4x8x4xf32>
      return %r : tensor<2x4x8x4xf32>
    })mlir");
  EXPECT_FALSE(updateOf(f));
}

} // namespace
