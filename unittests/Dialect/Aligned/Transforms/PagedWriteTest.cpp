//===- PagedWriteTest.cpp - Rows written into a pool of pages -------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PagedWrite.h"
#include "GatherText.h"
#include "Recognition/ParsedFunction.h"

#include "gtest/gtest.h"

using namespace aligned;

namespace {

/// [sequence, token, head, channel].
const int64_t kOrder[] = {0, 2, 1, 3};

/// `rows` new rows of 3 heads of 4 channels are scattered into a pool that, in
/// another `shape`, two sequences' rows are gathered from at `indices`.
std::string step(const std::string &rows, const std::string &view,
                 const std::string &shape, const std::string &indices) {
  return "func.func @f(%table: tensor<2x6xindex>, %old: tensor<9x3x4xf32>, "
         "%n: tensor<" +
         rows + "x3x4xf32>, %at: tensor<" + rows +
         R"mlir(x1xindex>) -> tensor<2x6x3x4xf32> {
      %pool = tensor.scatter %n into %old[%at] scatter_dims([0]) unique : (tensor<)mlir" +
         rows + "x3x4xf32>, tensor<9x3x4xf32>, tensor<" + rows +
         "x1xindex>) -> tensor<9x3x4xf32>\n" + view +
         gatherRows("%x = tensor.extract %view[" + indices + "] : tensor<" +
                    shape + "xf32>");
}

/// Why it is no append; nothing if it is one.
std::string refusalOf(const std::string &text) {
  ParsedFunction f(text);
  std::optional<PoolGather> gather = PoolGather::match(f.returned(), kOrder);
  if (!gather)
    return "no gather";
  mlir::Operation *writer = nullptr;
  f.function.walk([&](mlir::tensor::ScatterOp op) { writer = op; });
  std::optional<RowScatter> scatter = matchRowScatter(writer);
  if (!scatter)
    return "no scatter";
  Refusal refusal;
  (void)checkPagedWrite(*scatter, *gather, refusal);
  return refusal.reason;
}

const std::string kSame =
    "%view = tensor.cast %pool : tensor<9x3x4xf32> to tensor<9x3x4xf32>";

TEST(PagedWrite, ARowOfEachSequence) {
  EXPECT_EQ(refusalOf(step("2", kSame, "9x3x4", "%row, %h, %d")), "");
}

TEST(PagedWrite, PagesOfSlotsAreRowsAllTheSame) {
  EXPECT_EQ(refusalOf(step("2",
                           "%view = tensor.expand_shape %pool [[0, 1], [2], "
                           "[3]] output_shape [9, 1, 3, 4] : tensor<9x3x4xf32> "
                           "into tensor<9x1x3x4xf32>",
                           "9x1x3x4", "%row, %zero, %h, %d")),
            "");
}

TEST(PagedWrite, OneRowForTwoSequencesIsRefused) {
  EXPECT_EQ(refusalOf(step("1", kSame, "9x3x4", "%row, %h, %d")),
            "not one row of each sequence is written into its pages");
}

TEST(PagedWrite, HeadsInOtherPlacesAreRefused) {
  EXPECT_EQ(refusalOf(step("2",
                           "%flat = tensor.collapse_shape %pool [[0], [1, 2]] "
                           ": tensor<9x3x4xf32> into tensor<9x12xf32>\n"
                           "%view = tensor.expand_shape %flat [[0], [1, 2]] "
                           "output_shape [9, 4, 3] : tensor<9x12xf32> into "
                           "tensor<9x4x3xf32>",
                           "9x4x3", "%row, %d, %h")),
            "rows are written into its pages in another layout than they are "
            "gathered in");
}

TEST(PagedWrite, APartOfThePoolIsRefused) {
  EXPECT_EQ(refusalOf(step("2",
                           "%view = tensor.extract_slice %pool[1, 0, 0] [8, 3, "
                           "4] [1, 1, 1] : tensor<9x3x4xf32> to "
                           "tensor<8x3x4xf32>",
                           "8x3x4", "%row, %h, %d")),
            "rows are written into its pages in another layout than they are "
            "gathered in");
}

} // namespace
