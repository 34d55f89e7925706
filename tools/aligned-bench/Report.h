//===- Report.h - Results of a benchmark, as they are written ---*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_REPORT_H
#define ALIGNED_TOOLS_BENCH_REPORT_H

#include "Measure.h"

#include <nlohmann/json_fwd.hpp>

namespace aligned {

/// What was measured, and on what.
struct Session {
  std::string device;
  double peakRead = 0; ///< bytes a second
  std::vector<Measurement> measurements;
};

/// As JSON: an object with an array "results" (tools/support/Results.h).
/// `peers` are results in the same form, of other kernels, that join ours.
nlohmann::ordered_json describe(const Session &session,
                                const nlohmann::ordered_json &peers);

/// Text of a result, "" if it has none of this name; a number of it by its path
/// ("error.mean"), NaN if it has none.
std::string textOf(const nlohmann::ordered_json &result, const char *key);
double figureOf(const nlohmann::ordered_json &result, const std::string &path);

/// For people, from that JSON: a line a result.
void printTable(const nlohmann::ordered_json &json);
/// With a tab between columns, and their names first.
std::string formatTsv(const nlohmann::ordered_json &json);
/// HTML that needs no other file: time against context, error against time.
std::string formatPage(const nlohmann::ordered_json &json);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_REPORT_H
