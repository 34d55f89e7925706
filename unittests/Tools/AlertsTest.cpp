//===- AlertsTest.cpp - What figures must stay within ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "support/Alerts.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace aligned;

namespace {

std::vector<Result> results() {
  return collectResults(nlohmann::ordered_json::parse(
                            R"({"results": [{"precision": "budget<12>",
                           "error": {"mean": 4e-4, "p99": null},
                           "fraction": 0.28},
                          {"precision": "full", "attention": "flat",
                           "error": {"mean": 4e-5, "p99": 1e-4},
                           "fraction": 1, "rounds": 3}]})"),
                        "text");
}

std::vector<std::string> violations(const std::string &alert) {
  return findViolations({parseAlert(alert)}, results());
}

TEST(ResultsTest, TextNamesAndNumbersAreFigures) {
  std::vector<Result> all = results();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "budget<12>");
  EXPECT_EQ(all[1].name, "full, flat");
  ASSERT_TRUE(all[1].find("error.p99"));
  EXPECT_EQ(*all[1].find("error.p99"), 1e-4);
  EXPECT_EQ(all[1].find("p99"), nullptr);
}

TEST(AlertsTest, Parse) {
  Alert alert = parseAlert("budget<12>:error.p99<=5e-3");
  EXPECT_EQ(alert.result, "budget<12>");
  EXPECT_EQ(alert.figure, "error.p99");
  EXPECT_EQ(alert.relation, "<=");
  EXPECT_EQ(alert.limit, 5e-3);
  EXPECT_EQ(parseAlert("speedup>1.2").relation, ">");
  EXPECT_EQ(parseAlert("speedup>1.2").result, "");
}

TEST(AlertsTest, RelationsAtTheLimit) {
  EXPECT_FALSE(parseAlert("x<2").holds(2));
  EXPECT_TRUE(parseAlert("x<=2").holds(2));
  EXPECT_FALSE(parseAlert("x>2").holds(2));
  EXPECT_TRUE(parseAlert("x>=2").holds(2));
  EXPECT_FALSE(parseAlert("x>=2").holds(1));
}

TEST(AlertsTest, EveryResultIsHeldToAnAlertWithoutName) {
  std::vector<std::string> found = violations("fraction<0.2");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], "budget<12>: fraction is 0.28, expected <0.2");
  EXPECT_EQ(found[1], "full, flat: fraction is 1, expected <0.2");
  EXPECT_TRUE(violations("fraction<=1").empty());
}

TEST(AlertsTest, ResultsWithoutTheFigureAreHeldToNothing) {
  EXPECT_TRUE(violations("rounds<4").empty());
  EXPECT_EQ(violations("rounds<3").size(), 1u);
}

TEST(AlertsTest, ANameSelects) {
  EXPECT_TRUE(violations("budget<12>:fraction<0.4").empty());
  EXPECT_EQ(violations("full:fraction<0.4").size(), 1u);
  EXPECT_EQ(violations("full, flat:fraction<0.4").size(), 1u);
}

TEST(AlertsTest, NotANumberKeepsWithinNothing) {
  EXPECT_EQ(violations("budget<12>:error.p99<1").size(), 1u);
  EXPECT_EQ(violations("budget<12>:error.p99>0").size(), 1u);
}

TEST(AlertsDeathTest, WhatIsRefused) {
  auto exits = [](const char *text, const char *why) {
    EXPECT_EXIT(violations(text), testing::ExitedWithCode(1), why) << text;
  };
  exits("error.p99", "there is no relation in it");
  exits("<5", "no figure is named");
  exits(":fraction<5", "no result is named");
  exits("fraction<", "the limit '' is not a number");
  exits("fraction<0.4x", "the limit '0.4x' is not a number");
  exits("error.p9<1", "budget<12> has no figure 'error.p9'; it has "
                      "'error.mean', 'error.p99', 'fraction'");
  exits("budget<12>:rounds<1", "budget<12> has no figure 'rounds'");
  exits("budget<9>:fraction<1",
        "no result 'budget<9>'; there are 'budget<12>', 'full, flat'");
}

} // namespace
