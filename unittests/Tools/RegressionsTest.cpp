//===- RegressionsTest.cpp - Tests of comparing results -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-eval/Regressions.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace aligned;
using Json = nlohmann::ordered_json;

namespace {

Json makeResults() {
  return Json::parse(R"({
    "device": "cpu", "cache": "bf16", "layers": 4,
    "results": [
      {"precision": "budget<12>", "error": {"mean": 4e-4, "p99": 1e-3},
       "fraction": 0.3, "bytes": 1000, "estimate_ratio": 0.8,
       "bound_violated": 0, "time_us": 100},
      {"precision": "full", "error": {"mean": 4e-5, "p99": 1e-4},
       "fraction": 1, "bytes": 4000, "bound_violated": 0, "time_us": 200}]})");
}

std::vector<std::string> compare(const Json &after) {
  return compareResults(makeResults(), "old.json", after, "new.json",
                        Tolerances())
      .regressions;
}

TEST(RegressionsTest, TheSameIsNoRegression) {
  EXPECT_TRUE(compare(makeResults()).empty());
}

TEST(RegressionsTest, EachKindHasItsTolerance) {
  struct Case {
    const char *figure;
    double within, beyond;
  };
  for (const Case &c :
       {Case{"p99", 1.04e-3, 1.06e-3}, Case{"bytes", 1009, 1011},
        Case{"fraction", 0.302, 0.304}, Case{"time_us", 124, 126}}) {
    Json after = makeResults();
    Json &result = after["results"][0];
    Json &figure =
        (result.contains(c.figure) ? result : result["error"])[c.figure];
    figure = c.within;
    EXPECT_TRUE(compare(after).empty()) << c.figure;
    figure = c.beyond;
    std::vector<std::string> found = compare(after);
    ASSERT_EQ(found.size(), 1u) << c.figure;
    EXPECT_EQ(found[0].rfind("budget<12>: ", 0), 0u) << found[0];
    // Less is no regression, whatever the figure.
    figure = 0;
    EXPECT_TRUE(compare(after).empty()) << c.figure;
  }
}

TEST(RegressionsTest, FiguresWithoutABetterAreNotCompared) {
  Json after = makeResults();
  after["results"][0]["estimate_ratio"] = 100;
  EXPECT_TRUE(compare(after).empty());
}

TEST(RegressionsTest, OneViolatedBoundIsARegression) {
  Json after = makeResults();
  after["results"][1]["bound_violated"] = 1;
  EXPECT_EQ(compare(after).size(), 1u);
}

TEST(RegressionsTest, WhatIsGoneOrNoNumberIsARegression) {
  Json after = makeResults();
  after["results"].erase(1);
  EXPECT_EQ(compare(after),
            std::vector<std::string>{"full is missing from new.json"});
  after = makeResults();
  after["results"][0]["error"].erase("p99");
  EXPECT_EQ(compare(after),
            std::vector<std::string>{"budget<12>: error.p99 is missing"});
  after = makeResults();
  after["results"][0]["error"]["p99"] = nullptr;
  EXPECT_EQ(compare(after).size(), 1u);
}

TEST(RegressionsTest, TimesOfOtherDevicesAreNotCompared) {
  Json after = makeResults();
  after["device"] = "cuda:0";
  after["results"][0]["time_us"] = 1000;
  EXPECT_TRUE(compare(after).empty());
  after["results"][0]["bytes"] = 2000;
  EXPECT_EQ(compare(after).size(), 1u);
}

TEST(RegressionsDeathTest, OtherSubjectsAreRefused) {
  Json after = makeResults();
  after["layers"] = 2;
  EXPECT_EXIT(compare(after), testing::ExitedWithCode(1),
              "old.json and new.json cannot be compared: 'layers' is 4 and 2");
  after = makeResults();
  for (Json &result : after["results"])
    result["precision"] = "budget<1>";
  EXPECT_EXIT(compare(after), testing::ExitedWithCode(1),
              "have no result in common");
  EXPECT_EXIT(compare(Json::object()), testing::ExitedWithCode(1),
              "new.json: there is no array \"results\"");
}

} // namespace
