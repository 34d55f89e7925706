//===- Report.cpp - Results of a benchmark, as they are written -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "Statistics.h"

#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace aligned;
using Json = nlohmann::ordered_json;

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static Json describeErrors(const std::vector<double> &errors) {
  return {{"mean", mean(errors)},
          {"p99", quantile(errors, .99)},
          {"max", quantile(errors, 1)}};
}

/// Bytes by what they are of: planes by the bits they bring a row to.
static Json describeBytes(const Measurement &m) {
  Json json = {{"total", m.bytes}};
  if (!m.isOurs())
    return json;
  double planes = m.earlierRounds;
  for (const auto &[name, bytes] : m.planeBytes) {
    json[name] = bytes;
    planes += bytes;
  }
  if (m.certified + m.readEverything != 0)
    json["earlier_rounds"] = m.earlierRounds;
  json["other"] = m.bytes - planes;
  return json;
}

/// In microseconds.
static Json describeTimes(const std::vector<double> &seconds) {
  return {{"median", median(seconds) * 1e6},
          {"p10", quantile(seconds, .1) * 1e6},
          {"p90", quantile(seconds, .9) * 1e6}};
}

static Json describeMeasurement(const Measurement &m, double peakRead) {
  double time = median(m.seconds), bandwidth = m.bytes / time;
  Json json = {{"kernel", m.kernel},
               {"shape", m.shape.name()},
               {"cache", m.cacheType},
               {"data", m.data},
               {"tokens", static_cast<double>(m.shape.totalTokens()) /
                              static_cast<double>(m.shape.sequences)},
               {"time_us", describeTimes(m.seconds)},
               {"bytes", describeBytes(m)},
               {"bandwidth_gbs", bandwidth * 1e-9},
               {"share_of_peak", bandwidth / peakRead}};
  if (m.isOurs())
    json["fraction"] = m.fraction();
  if (int64_t asked = m.certified + m.readEverything)
    json["certified"] = {{"met", m.certified},
                         {"read_everything", m.readEverything},
                         {"share", static_cast<double>(m.certified) /
                                       static_cast<double>(asked)}};
  if (!m.launches.host.empty())
    json["launch"] = {{"host_us", describeTimes(m.launches.host)},
                      {"replay_us", describeTimes(m.launches.replay)},
                      {"eager_us", describeTimes(m.launches.eager)}};
  if (!m.error.empty())
    json["error"] = describeErrors(m.error);
  if (!m.modelled.empty())
    json["kernel_16_bit"] = {{"error", describeErrors(m.modelled)}};
  return json;
}

std::string aligned::textOf(const Json &result, const char *key) {
  auto found = result.find(key);
  return found != result.end() && found->is_string() ? found->get<std::string>()
                                                     : "";
}

double aligned::figureOf(const Json &result, const std::string &path) {
  const Json *at = &result;
  std::istringstream keys(path);
  for (std::string key; std::getline(keys, key, '.');) {
    auto found = at->find(key);
    if (found == at->end())
      return NAN;
    at = &*found;
  }
  return at->is_number() ? at->get<double>() : NAN;
}

static double timeOf(const Json &result) {
  return figureOf(result, "time_us.median");
}

/// Whether a result is of somebody else's decode over 16-bit rows.
static bool isPeer16(const Json &result) {
  std::string cache = textOf(result, "cache");
  return !result.contains("fraction") && textOf(result, "kernel") != "append" &&
         (cache == "f16" || cache == "bf16");
}

static void addSpeedup(Json &result, const Json &all) {
  if (textOf(result, "kernel") == "append")
    return;
  double full = NAN, best = NAN, bestElsewhere = NAN;
  for (const Json &other : all) {
    if (textOf(other, "shape") != textOf(result, "shape"))
      continue;
    bool sameData = textOf(other, "data") == textOf(result, "data");
    if (isPeer16(other))
      (sameData ? best : bestElsewhere) =
          std::fmin(sameData ? best : bestElsewhere, timeOf(other));
    if (sameData && textOf(other, "kernel") == "full" &&
        textOf(other, "cache") == textOf(result, "cache"))
      full = timeOf(other);
  }
  // What they read does not depend on the data: any will do.
  if (std::isnan(best))
    best = bestElsewhere;
  Json speedup = Json::object();
  if (std::isfinite(full))
    speedup["over_full"] = full / timeOf(result);
  if (std::isfinite(best))
    speedup["over_best_16_bit"] = best / timeOf(result);
  if (!speedup.empty())
    result["speedup"] = speedup;
}

/// Sets a skewed batch beside one of as many tokens in equal lengths.
static void addBalance(Json &result, const Json &all) {
  std::string shape = textOf(result, "shape");
  if (shape.find('+') == std::string::npos ||
      textOf(result, "kernel") == "append")
    return;
  std::string equal = parseShape(shape).equalised().name();
  for (const Json &other : all)
    if (textOf(other, "shape") == equal &&
        textOf(other, "kernel") == textOf(result, "kernel") &&
        textOf(other, "cache") == textOf(result, "cache") &&
        textOf(other, "data") == textOf(result, "data"))
      result["balance"] = {{"time", timeOf(other) / timeOf(result)},
                           {"bandwidth", figureOf(result, "bandwidth_gbs") /
                                             figureOf(other, "bandwidth_gbs")}};
}

Json aligned::describe(const Session &session, const Json &peers) {
  Json results = Json::array();
  for (const Measurement &m : session.measurements)
    results.push_back(describeMeasurement(m, session.peakRead));
  for (const Json &peer : peers)
    results.push_back(peer);
  for (Json &result : results) {
    addSpeedup(result, results);
    addBalance(result, results);
  }
  Json json = {{"device", session.device},
               {"peak_read_gbs", session.peakRead * 1e-9}};
  json["results"] = results;
  return json;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

namespace {
/// A column of numbers: which figure it is, and how they are printed.
struct Column {
  const char *name, *path, *format;
  double factor;
};
} // namespace

static constexpr Column kColumns[] = {
    {"time_us", "time_us.median", "%.1f", 1},
    {"p10", "time_us.p10", "%.1f", 1},
    {"p90", "time_us.p90", "%.1f", 1},
    {"host_us", "launch.host_us.median", "%.2f", 1},
    {"replay_us", "launch.replay_us.median", "%.2f", 1},
    {"eager_us", "launch.eager_us.median", "%.1f", 1},
    {"x_full", "speedup.over_full", "%.2f", 1},
    {"x_16bit", "speedup.over_best_16_bit", "%.2f", 1},
    {"x_equal", "balance.time", "%.2f", 1},
    {"bw_equal", "balance.bandwidth", "%.2f", 1},
    {"MB", "bytes.total", "%.3f", 1e-6},
    {"K4", "bytes.k4", "%.3f", 1e-6},
    {"K8", "bytes.k8", "%.3f", 1e-6},
    {"K12", "bytes.k12", "%.3f", 1e-6},
    {"K16", "bytes.k16", "%.3f", 1e-6},
    {"V8", "bytes.v8", "%.3f", 1e-6},
    {"V12", "bytes.v12", "%.3f", 1e-6},
    {"V16", "bytes.v16", "%.3f", 1e-6},
    {"rounds", "bytes.earlier_rounds", "%.3f", 1e-6},
    {"read%", "fraction", "%.1f", 100},
    {"met%", "certified.share", "%.1f", 100},
    {"GB/s", "bandwidth_gbs", "%.1f", 1},
    {"peak%", "share_of_peak", "%.0f", 100},
    {"error", "error.mean", "%.2e", 1},
    {"p99", "error.p99", "%.2e", 1},
    {"16-bit", "kernel_16_bit.error.mean", "%.2e", 1},
    {"16-bit_p99", "kernel_16_bit.error.p99", "%.2e", 1},
};

/// Cells of one result; "-" where it has no such figure.
static std::vector<std::string> cellsOf(const Json &result) {
  std::vector<std::string> cells;
  for (const char *key : {"kernel", "shape", "cache", "data"})
    cells.push_back(textOf(result, key));
  for (const Column &column : kColumns) {
    double number = figureOf(result, column.path);
    char text[64] = "-";
    if (!std::isnan(number))
      std::snprintf(text, sizeof(text), column.format, number * column.factor);
    cells.push_back(text);
  }
  return cells;
}

static std::vector<std::vector<std::string>> rowsOf(const Json &json) {
  std::vector<std::string> names = {"kernel", "shape", "cache", "data"};
  for (const Column &column : kColumns)
    names.push_back(column.name);
  std::vector<std::vector<std::string>> rows = {names};
  for (const Json &result : json["results"])
    rows.push_back(cellsOf(result));
  return rows;
}

std::string aligned::formatTsv(const Json &json) {
  std::string text;
  for (const auto &row : rowsOf(json)) {
    for (size_t i = 0; i < row.size(); ++i)
      text += (i ? "\t" : "") + row[i];
    text += "\n";
  }
  return text;
}

/// Geometric means over the shapes, of each kernel, cache and data.
static void printMeans(const Json &json) {
  std::map<std::string, std::vector<double>> logs[2];
  const char *const paths[] = {"speedup.over_full", "speedup.over_best_16_bit"};
  for (const Json &result : json["results"])
    for (int i = 0; i < 2; ++i)
      if (double speedup = figureOf(result, paths[i]); speedup > 0)
        logs[i][textOf(result, "kernel") + ", " + textOf(result, "cache") +
                ", " + textOf(result, "data")]
            .push_back(std::log(speedup));
  auto print = [](const char *what, const auto &of) {
    for (const auto &[name, numbers] : of)
      if (numbers.size() > 1)
        std::printf("%s: %.2f times as fast as %s, geometric mean of %zu "
                    "shapes\n",
                    name.c_str(), std::exp(mean(numbers)), what,
                    numbers.size());
  };
  print("full", logs[0]);
  print("the best 16-bit kernel", logs[1]);
}

void aligned::printTable(const Json &json) {
  std::printf("%s; peak read %.1f GB/s\n",
              json["device"].get<std::string>().c_str(),
              json["peak_read_gbs"].get<double>());
  auto rows = rowsOf(json);
  std::vector<size_t> widths(rows.front().size());
  for (const auto &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  constexpr size_t kTextColumns = 4;
  for (const auto &row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      int width = static_cast<int>(widths[i]);
      std::printf("%s%*s", i ? "  " : "", i < kTextColumns ? -width : width,
                  row[i].c_str());
    }
    std::printf("\n");
  }
  printMeans(json);
}
