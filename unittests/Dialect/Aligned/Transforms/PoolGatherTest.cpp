//===- PoolGatherTest.cpp - Rows out of pages -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PoolGather.h"
#include "GatherText.h"
#include "Recognition/ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned;

namespace {

/// [sequence, token, head, channel].
const int64_t kOrder[] = {0, 2, 1, 3};

/// %x out of a pool [rows, heads, channels] and a table [sequences, tokens].
std::string gather(const std::string &body) {
  return "func.func @f(%table: tensor<2x6xindex>, %pool: tensor<9x3x4xf32>) "
         "-> tensor<2x6x3x4xf32> {" +
         gatherRows(body);
}

TEST(PoolGather, RowsThatATableNames) {
  ParsedFunction f(
      gather("%x = tensor.extract %pool[%row, %h, %d] : tensor<9x3x4xf32>"));
  std::optional<PoolGather> found = PoolGather::match(f.returned(), kOrder);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->getArgument(), f.argument(1));
  // Heads are four channels apart.
  auto kept = found->getKept();
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ((*kept)[0].dim, PlanesType::Head);
  EXPECT_EQ((*kept)[0].stride, 4);
  EXPECT_EQ((*kept)[1].dim, PlanesType::Channel);
  llvm::SmallVector<mlir::Value> tables;
  EXPECT_TRUE(found->canBuildElements(tables));
  EXPECT_EQ(tables, llvm::SmallVector<mlir::Value>{f.argument(0)});
}

TEST(PoolGather, HeadsInAnotherOrderAreOtherRows) {
  ParsedFunction f(gather(R"mlir(
        %other = arith.subi %c2, %h : index
        %x = tensor.extract %pool[%row, %other, %d] : tensor<9x3x4xf32>)mlir"));
  EXPECT_FALSE(PoolGather::match(f.returned(), kOrder));
}

TEST(PoolGather, ATableOfHeadsIsRefused) {
  ParsedFunction f(gather(R"mlir(
        %i = arith.addi %row, %h : index
        %x = tensor.extract %pool[%i, %h, %d] : tensor<9x3x4xf32>)mlir"));
  EXPECT_FALSE(PoolGather::match(f.returned(), kOrder));
}

TEST(PoolGather, ChangedRowsAreRefused) {
  ParsedFunction f(gather(R"mlir(
        %y = tensor.extract %pool[%row, %h, %d] : tensor<9x3x4xf32>
        %x = arith.addf %y, %y : f32)mlir"));
  EXPECT_FALSE(PoolGather::match(f.returned(), kOrder));
}

TEST(PoolGather, WithoutATableItIsNoGather) {
  ParsedFunction f(
      gather("%x = tensor.extract %pool[%t, %h, %d] : tensor<9x3x4xf32>"));
  EXPECT_FALSE(PoolGather::match(f.returned(), kOrder));
}

} // namespace
