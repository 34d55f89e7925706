//===- CompareTest.cpp - Tests of tolerances ------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-run/Compare.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace aligned;

/// A [2, 2] tensor called out0 over four numbers.
static SafetensorsTensor tensor(const double *numbers) {
  return {"out0", "F64", {2, 2}, numbers, 4 * sizeof(double)};
}

static std::string compare(const double *result, const double *reference,
                           Tolerance tolerance) {
  testing::internal::CaptureStdout();
  std::string beyond =
      compareTensors(tensor(result), tensor(reference), tolerance);
  testing::internal::GetCapturedStdout();
  return beyond;
}

static const double kReference[] = {3, 4, 300, 400};

TEST(CompareTest, ElementwiseIsRelativeAboveOne) {
  const double result[] = {3, 4, 300, 404};
  EXPECT_EQ(compare(result, kReference, {0.0101, {}}), "");
  EXPECT_EQ(compare(result, kReference, {0.0099, {}}),
            "'out0': 1 of 2 rows are beyond tolerance, first at [1, 1]: got "
            "404, expected 400 (the row is off by 4 of its norm 500)");
}

TEST(CompareTest, ElementwiseIsAbsoluteBelowOne) {
  const double reference[] = {0.1, 0, 0, 0}, result[] = {0.105, 0, 0, 0};
  EXPECT_EQ(compare(result, reference, {0.006, {}}), "");
  EXPECT_NE(compare(result, reference, {0.004, {}}), "");
}

TEST(CompareTest, RowIsRelativeToItsNorm) {
  const double result[] = {3.05, 4, 300, 400}; // 1 % of the norm, 5
  EXPECT_EQ(compare(result, kReference, {{}, 0.0101}), "");
  EXPECT_NE(compare(result, kReference, {{}, 0.0099}), "");
}

TEST(CompareTest, BothAddUp) {
  const double result[] = {3.09, 4, 300, 400};
  EXPECT_EQ(compare(result, kReference, {0.02, 0.0061}), ""); // 0.06 + 0.03
  EXPECT_NE(compare(result, kReference, {0.02, 0.0059}), "");
}

TEST(CompareTest, WithoutToleranceNothingIsBeyond) {
  const double result[] = {0, 0, 0, NAN};
  EXPECT_EQ(compare(result, kReference, {}), "");
}

TEST(CompareTest, NaNMatchesOnlyNaN) {
  const double reference[] = {NAN, 1, INFINITY, 1};
  const double wrong[] = {0, 1, INFINITY, 1}, worse[] = {NAN, NAN, INFINITY, 1},
               other[] = {NAN, 1, -INFINITY, 1};
  EXPECT_EQ(compare(reference, reference, {0.0, {}}), "");
  EXPECT_NE(compare(wrong, reference, {1.0, 1.0}), "");
  EXPECT_NE(compare(worse, reference, {1.0, 1.0}), "");
  EXPECT_NE(compare(other, reference, {1.0, 1.0}), "");
}
