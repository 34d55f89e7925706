//===- Summary.cpp - Table and JSON of an evaluation ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Summary.h"

#include "Statistics.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

using namespace aligned;

/// Of the longest name of a precision.
static int nameWidth(const Evaluation &e) {
  size_t width = 12;
  for (const Measurements &m : e.measurements)
    width = std::max(width, m.precision.name.size());
  return static_cast<int>(width);
}

static void printEvaluation(const Subject &subject, const Evaluation &e) {
  int width = nameWidth(e);
  for (const Measurements &m : e.measurements)
    std::printf("%-*s %9.2e %9.2e %9.2e %9.2e %9.2e %6.2f %6.2f %7.1f%% "
                "%9.2f %7lld %10.0f %9.1f\n",
                width, m.precision.name.c_str(), mean(m.error), median(m.error),
                quantile(m.error, .99), quantile(m.error, 1),
                mean(m.errorRounded), mean(m.keyBits), mean(m.valueBits),
                fraction(m) * 100, median(m.estimateRatio),
                static_cast<long long>(m.boundViolated), mean(m.bytes),
                median(m.microseconds));
  for (const Measurements &m : e.measurements)
    if (m.certified + m.readEverything != 0)
      std::printf("%s: the bound is met for %lld of %lld kv heads, the others "
                  "have read everything\n",
                  m.precision.name.c_str(), static_cast<long long>(m.certified),
                  static_cast<long long>(m.certified + m.readEverything));
  std::printf("%-*s %9s %9s %9s %9s %9.2e  p99 %.2e: weights and output "
              "rounded, in float64 otherwise\n",
              width, (subject.cacheType + " kernel").c_str(), "", "", "", "",
              mean(e.kernelError), quantile(e.kernelError, .99));
}

/// Where rows come back worst, over its place in the sequence.
static void printRows(const Evaluation &e) {
  double largest = 0;
  for (const RowErrors &part : e.rows)
    largest = std::max(largest, part.largest);
  const RowErrors &first = e.rows.front(), &last = e.rows.back();
  std::printf("stored rows: largest difference %.2e of a row's largest number; "
              "mean %.2e in the first eighth, %.2e in the last\n",
              largest, first.sum / static_cast<double>(first.rows),
              last.sum / static_cast<double>(last.rows));
}

void aligned::printTable(const Subject &subject) {
  std::printf("%s: %lld layers, %s cache, on %s\n", subject.file.c_str(),
              static_cast<long long>(subject.layers), subject.cacheType.c_str(),
              subject.device.c_str());
  std::printf("relative error of a head's output against float64; f32 output, "
              "then its mean as %s\n",
              subject.cacheType.c_str());
  int width = nameWidth(subject.evaluations.front());
  std::printf("%-*s %9s %9s %9s %9s %9s %6s %6s %8s %9s %7s %10s %9s\n", width,
              "precision", "mean", "median", "p99", "max",
              ("as " + subject.cacheType).c_str(), "K bits", "V bits",
              "fraction", "est/true", "beyond", "bytes", "time_us");
  for (const Evaluation &e : subject.evaluations) {
    std::printf("-- %lld tokens, %s; attention rests on %.0f (median)\n",
                static_cast<long long>(e.tokens), e.attention.c_str(),
                median(e.effectiveTokens));
    printEvaluation(subject, e);
    printRows(e);
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

using Json = nlohmann::ordered_json;

static Json describe(const std::vector<double> &errors) {
  return {{"mean", mean(errors)},
          {"median", median(errors)},
          {"p99", quantile(errors, .99)},
          {"max", quantile(errors, 1)}};
}

/// Four significant digits say all that there is.
static double brief(double number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", number);
  return std::strtod(text, nullptr);
}

static Json describeSpread(const std::vector<double> &errors) {
  Json spread = Json::array();
  for (int i = 0; i <= 100; ++i)
    spread.push_back(brief(quantile(errors, i / 100.0)));
  return spread;
}

/// Bits read of an element, in at most kColumns parts of the sequence.
static Json describeTiers(const TierMap &map) {
  constexpr size_t kColumns = 128;
  size_t each = (map.chunks.size() + kColumns - 1) / kColumns;
  Json key = Json::array(), value = Json::array();
  for (size_t from = 0; from < map.chunks.size(); from += each) {
    double visible = 0, keyBits = 0, valueBits = 0;
    for (size_t i = from; i < std::min(from + each, map.chunks.size()); ++i) {
      const AlignedChunkReads &chunk = map.chunks[i];
      visible += chunk.visible;
      keyBits += 4.0 * chunk.keyRows[0] + 8.0 * chunk.keyRows[1] +
                 16.0 * chunk.keyRows[2];
      valueBits += 8.0 * chunk.valueRows[1] + 16.0 * chunk.valueRows[2];
    }
    key.push_back(brief(keyBits / visible));
    value.push_back(brief(valueBits / visible));
  }
  return {{"layer", map.layer},
          {"kv_head", map.kvHead},
          {"positions_each", each * map.chunks.front().positions},
          {"k", key},
          {"v", value}};
}

static Json describeResult(const Measurements &m, const Evaluation &e,
                           bool alone) {
  Json result = {{"precision", m.precision.name}};
  // What tells results apart is text.
  if (!alone) {
    result["attention"] = e.attention;
    result["context"] = std::to_string(e.tokens) + " tokens";
  }
  result.update({{"error", describe(m.error)},
                 {"error_rounded", describe(m.errorRounded)},
                 {"bits", {{"k", mean(m.keyBits)}, {"v", mean(m.valueBits)}}},
                 {"fraction", fraction(m)},
                 {"bytes", mean(m.bytes)},
                 {"estimate_ratio", median(m.estimateRatio)},
                 {"bound_violated", m.boundViolated},
                 {"tokens", e.tokens},
                 {"time_us", median(m.microseconds)},
                 {"cpu_time_us", median(m.cpuMicroseconds)},
                 {"spread", describeSpread(m.error)},
                 {"tiers", Json::array()}});
  if (m.certified + m.readEverything != 0)
    result["certified"] = {{"met", m.certified},
                           {"read_everything", m.readEverything}};
  for (const TierMap &map : m.tiers)
    result["tiers"].push_back(describeTiers(map));
  return result;
}

static Json describeContext(const Evaluation &e) {
  Json rows = Json::array();
  for (const RowErrors &part : e.rows)
    rows.push_back({{"from", part.from},
                    {"to", part.to},
                    {"mean", part.sum / static_cast<double>(part.rows)},
                    {"max", part.largest}});
  return {{"tokens", e.tokens},
          {"attention", e.attention},
          {"effective_tokens", median(e.effectiveTokens)},
          {"kernel_16_bit", {{"error", describe(e.kernelError)}}},
          {"stored_rows", rows}};
}

Json aligned::formatJson(const Subject &subject) {
  Json contexts = Json::array(), results = Json::array();
  bool alone = subject.evaluations.size() == 1;
  for (const Evaluation &e : subject.evaluations) {
    contexts.push_back(describeContext(e));
    for (const Measurements &m : e.measurements)
      results.push_back(describeResult(m, e, alone));
  }
  return {{"file", subject.file},       {"device", subject.device},
          {"cache", subject.cacheType}, {"layers", subject.layers},
          {"contexts", contexts},       {"results", results}};
}
