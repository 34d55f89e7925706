//===- Regressions.cpp - Two files of results, compared -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Regressions.h"

#include "Results.h"
#include "Tool.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

using namespace aligned;
using Json = nlohmann::ordered_json;

static bool begins(const std::string &name, const char *with) {
  return name.rfind(with, 0) == 0;
}

/// The tolerance for a figure; negative if it is not compared.
static double toleranceOf(const std::string &figure,
                          const Tolerances &tolerances, bool sameDevice) {
  if (begins(figure, "error"))
    return tolerances.error;
  if (begins(figure, "bits") || begins(figure, "bytes") || figure == "fraction")
    return tolerances.bytes;
  if (begins(figure, "time_us"))
    return sameDevice ? tolerances.time : -1;
  return figure == "bound_violated" ? 0 : -1;
}

/// Leaves if the files say that they are of different things.
static void checkSameSubject(const Json &before, const std::string &beforePath,
                             const Json &after, const std::string &afterPath) {
  for (const char *key : {"tool", "cache", "layers"})
    if (before.contains(key) && after.contains(key) &&
        before[key] != after[key])
      fatal(beforePath + " and " + afterPath + " cannot be compared: '" + key +
            "' is " + before[key].dump() + " and " + after[key].dump());
}

/// Leaves if results of one name are of different lengths.
static void checkSameLength(const Result &before, const std::string &beforePath,
                            const Result &after, const std::string &afterPath) {
  const double *was = before.find("tokens"), *is = after.find("tokens");
  if (!was || !is || *was == *is)
    return;
  char text[64];
  std::snprintf(text, sizeof(text), "%.0f tokens and %.0f", *was, *is);
  fatal(beforePath + " and " + afterPath + " cannot be compared: " +
        before.name + " is of " + text + "; evaluate the same --tokens");
}

static const Result *findResult(const std::vector<Result> &results,
                                const std::string &name) {
  for (const Result &result : results)
    if (result.name == name)
      return &result;
  return nullptr;
}

/// `width`: of the longest name.
static std::string formatLine(size_t width, const std::string &name,
                              const std::string &figure, double before,
                              double after, const char *remark) {
  char text[320];
  std::snprintf(text, sizeof(text), "%-*s %-20s %10.4g %10.4g %+8.1f%% %s\n",
                static_cast<int>(width), name.c_str(), figure.c_str(), before,
                after, before == after ? 0.0 : (after / before - 1) * 100,
                remark);
  return text;
}

static std::string describe(const std::string &name, const std::string &figure,
                            double before, double after, double tolerance) {
  char text[320];
  std::snprintf(text, sizeof(text),
                "%s: %s was %.4g and is %.4g, more than %g %% above",
                name.c_str(), figure.c_str(), before, after, tolerance * 100);
  return text;
}

static void compareResult(const Result &before, const Result &after,
                          const Tolerances &tolerances, bool sameDevice,
                          size_t width, Comparison &comparison) {
  for (const auto &[figure, was] : before.figures) {
    double tolerance = toleranceOf(figure, tolerances, sameDevice);
    if (tolerance < 0)
      continue;
    const double *is = after.find(figure);
    if (!is) {
      comparison.regressions.push_back(before.name + ": " + figure +
                                       " is missing");
      continue;
    }
    // Not a number now, and a number before, is worse than any number.
    bool worse = !(*is <= was * (1 + tolerance)) && !std::isnan(was);
    bool better = *is < was * (1 - tolerance);
    comparison.table += formatLine(width, before.name, figure, was, *is,
                                   worse    ? "worse"
                                   : better ? "better"
                                            : "");
    if (worse)
      comparison.regressions.push_back(
          describe(before.name, figure, was, *is, tolerance));
  }
}

Comparison aligned::compareResults(const Json &before,
                                   const std::string &beforePath,
                                   const Json &after,
                                   const std::string &afterPath,
                                   const Tolerances &tolerances) {
  std::vector<Result> old = collectResults(before, beforePath),
                      fresh = collectResults(after, afterPath);
  checkSameSubject(before, beforePath, after, afterPath);
  bool sameDevice =
      before.value("device", Json()) == after.value("device", Json());
  Comparison comparison;
  size_t width = std::string("result").size();
  for (const Result &result : old)
    width = std::max(width, result.name.size());
  char head[320];
  std::snprintf(head, sizeof(head), "%-*s %-20s %10s %10s %9s\n",
                static_cast<int>(width), "result", "figure", "before", "after",
                "change");
  comparison.table = head;
  Json oldFile = before.value("file", Json()),
       newFile = after.value("file", Json());
  if (oldFile != newFile)
    comparison.table += "the recordings are called " + oldFile.dump() +
                        " and " + newFile.dump() + "\n";
  if (!sameDevice)
    comparison.table += "times are of different devices, and not compared\n";
  bool any = false;
  for (const Result &result : old) {
    const Result *now = findResult(fresh, result.name);
    any |= now != nullptr;
    if (now) {
      checkSameLength(result, beforePath, *now, afterPath);
      compareResult(result, *now, tolerances, sameDevice, width, comparison);
    } else
      comparison.regressions.push_back(result.name + " is missing from " +
                                       afterPath);
  }
  if (!any)
    fatal(beforePath + " and " + afterPath + " have no result in common");
  for (const Result &result : fresh)
    if (!findResult(old, result.name))
      comparison.table += result.name + " is new\n";
  if (comparison.regressions.empty())
    comparison.table += "nothing is worse\n";
  return comparison;
}
