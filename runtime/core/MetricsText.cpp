//===- MetricsText.cpp - Metrics as JSON and for Prometheus ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics.h"

#include <cstdio>
#include <nlohmann/json.hpp>

using namespace aligned;
using Json = nlohmann::ordered_json;

static const char *const kOperands[] = {"k", "v"};
static const char *const kTierBits[2][3] = {{"4", "8", "16"}, {"0", "8", "16"}};

static uint64_t sumPlaneBytes(const Counters &c) {
  uint64_t sum = 0;
  for (const auto &operand : c.planeBytes)
    for (uint64_t bytes : operand)
      sum += bytes;
  return sum;
}

/// Share of 16-bit rows that was read; 0 where nothing was.
static double fraction(const Counters &c) {
  return c.fullBytes ? static_cast<double>(sumPlaneBytes(c)) /
                           static_cast<double>(c.fullBytes)
                     : 0;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// Buckets that hold something, as [upper bound, count]; the last bound, which
/// is infinite, is null.
template <typename T> static Json describe(const T &histogram) {
  Json buckets = Json::array();
  for (int i = 0; i < T::kBuckets; ++i)
    if (uint64_t count = histogram.counts[static_cast<size_t>(i)])
      buckets.push_back({T::bound(i), count});
  return {{"count", histogram.total},        {"sum", histogram.sum},
          {"p50", histogram.quantile(0.5)},  {"p90", histogram.quantile(0.9)},
          {"p99", histogram.quantile(0.99)}, {"buckets", buckets}};
}

std::string aligned::formatJson(const std::string &device,
                                const Metrics &metrics) {
  const Counters c = metrics.read();
  const Occupancy &now = metrics.occupancy;
  Json rows, planeBytes;
  for (int role : {0, 1})
    for (int tier = 0; tier < 3; ++tier) {
      const char *operand = kOperands[role], *bits = kTierBits[role][tier];
      rows[operand][bits] = c.rows[role][tier];
      planeBytes[operand][bits] = c.planeBytes[role][tier];
    }
  Json json = {{"device", device},
               {"decode_seconds", describe(c.decode)},
               {"decode_launch_seconds", describe(c.launch)},
               {"append_seconds", describe(c.append)},
               {"appended_tokens", c.appendedTokens},
               {"reported_decodes", c.reportedDecodes},
               {"rows", rows},
               {"plane_bytes", planeBytes},
               {"bytes", c.bytes},
               {"full_bytes", c.fullBytes},
               {"fraction", fraction(c)},
               {"estimate", describe(c.estimate)},
               {"bound", describe(c.bound)},
               {"nonfinite_heads", c.nonFiniteHeads},
               {"caches",
                {{"count", now.caches.load()},
                 {"bytes", now.cacheBytes.load()},
                 {"pages", now.pages.load()},
                 {"used_pages", now.usedPages.load()},
                 {"sequences", now.sequences.load()}}}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

//===----------------------------------------------------------------------===//
// Prometheus
//===----------------------------------------------------------------------===//

namespace {

/// Text exposition format 0.0.4.
class Exposition {
public:
  explicit Exposition(const std::string &device) {
    label = "device=\"";
    for (char c : device)
      label += c == '\\'   ? "\\\\"
               : c == '"'  ? "\\\""
               : c == '\n' ? "\\n"
                           : std::string(1, c);
    label += '"';
  }
  void begin(const char *newName, const char *type, const char *help) {
    name = newName;
    text += std::string("# HELP aligned_") + name + " " + help + "\n# TYPE " +
            "aligned_" + name + " " + type + "\n";
  }
  void sample(double value, const std::string &labels = "",
              const char *suffix = "") {
    char number[32];
    std::snprintf(number, sizeof(number), "%.17g", value);
    write(number, labels, suffix);
  }
  void sample(uint64_t value, const std::string &labels = "",
              const char *suffix = "") {
    write(std::to_string(value), labels, suffix);
  }
  void sample(const std::atomic<int64_t> &value) {
    write(std::to_string(value.load()), "", "");
  }
  template <typename T>
  void histogram(const char *newName, const char *help, const T &of) {
    begin(newName, "histogram", help);
    uint64_t below = 0;
    for (int i = 0; i < T::kBuckets; ++i) {
      below += of.counts[static_cast<size_t>(i)];
      char bound[48] = "le=\"+Inf\"";
      if (i + 1 < T::kBuckets)
        std::snprintf(bound, sizeof(bound), "le=\"%.10g\"", T::bound(i));
      sample(below, bound, "_bucket");
    }
    sample(of.sum, "", "_sum");
    sample(of.total, "", "_count");
  }

  std::string text;

private:
  void write(const std::string &value, const std::string &labels,
             const char *suffix) {
    text += std::string("aligned_") + name + suffix + "{" + label +
            (labels.empty() ? "" : "," + labels) + "} " + value + "\n";
  }

  std::string label;
  const char *name = "";
};

} // namespace

static void writeTiers(Exposition &out, const uint64_t (&counts)[2][3]) {
  for (int role : {0, 1})
    for (int tier = 0; tier < 3; ++tier)
      out.sample(counts[role][tier], std::string("operand=\"") +
                                         kOperands[role] + "\",bits=\"" +
                                         kTierBits[role][tier] + "\"");
}

static void writeCounter(Exposition &out, const char *name, const char *help,
                         uint64_t value) {
  out.begin(name, "counter", help);
  out.sample(value);
}

static void writeGauge(Exposition &out, const char *name, const char *help,
                       const std::atomic<int64_t> &value) {
  out.begin(name, "gauge", help);
  out.sample(value);
}

std::string aligned::formatPrometheus(const std::string &device,
                                      const Metrics &metrics) {
  const Counters c = metrics.read();
  const Occupancy &now = metrics.occupancy;
  Exposition out(device);
  out.histogram("decode_seconds", "Duration of a decode of one layer.",
                c.decode);
  out.histogram("decode_launch_seconds",
                "Time on the host of launching a decode on a GPU.", c.launch);
  out.histogram("append_seconds",
                "Duration of an append, on a GPU of launching it.", c.append);
  writeCounter(out, "appended_tokens_total",
               "Tokens appended to a layer, over all sequences.",
               c.appendedTokens);
  writeCounter(out, "reported_decodes_total",
               "Decodes whose reports were counted below.", c.reportedDecodes);
  out.begin("rows_total", "counter",
            "Rows of K and V, by the number of bits that were read of them.");
  writeTiers(out, c.rows);
  out.begin("plane_bytes_total", "counter",
            "Bytes of planes fetched for rows, by the same.");
  writeTiers(out, c.planeBytes);
  writeCounter(out, "cache_read_bytes_total",
               "All bytes of caches fetched, scales and centres too.", c.bytes);
  writeCounter(out, "full_bytes_total",
               "Bytes of planes that reading all 16 bits would have fetched.",
               c.fullBytes);
  out.begin("fraction", "gauge",
            "Share of the planes that was read since counting began.");
  out.sample(fraction(c));
  out.histogram("relative_error_estimate",
                "Estimate of a head's error over the norm of its output.",
                c.estimate);
  out.histogram("relative_error_bound",
                "Bound of a head's error over the norm of its output.",
                c.bound);
  writeCounter(out, "nonfinite_heads_total",
               "Heads whose output was not finite.", c.nonFiniteHeads);
  writeGauge(out, "caches", "Caches on the device.", now.caches);
  writeGauge(out, "cache_bytes", "Bytes of their pages.", now.cacheBytes);
  writeGauge(out, "cache_pages", "Their pages of 128 positions.", now.pages);
  writeGauge(out, "cache_used_pages", "Pages that sequences hold.",
             now.usedPages);
  writeGauge(out, "sequences", "Live sequences.", now.sequences);
  return out.text;
}
