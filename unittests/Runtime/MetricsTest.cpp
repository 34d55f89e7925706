//===- MetricsTest.cpp - Tests of the counters of a device ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/Metrics.h"

#include "CacheFixture.h"
#include "ReferenceShape.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <thread>

using namespace aligned;
using namespace aligned::test;
using Json = nlohmann::json;

namespace {

class MetricsTest : public CacheFixture {
protected:
  static constexpr int64_t kReports = 2 * kHeads * kReferenceGroup;

  void SetUp() override {
    CacheFixture::SetUp();
    ASSERT_TRUE(succeeded(makeCache(4, 16, kMaxTokens)));
  }
  bool isGpu() { return alignedDeviceIsGpu(device) != 0; }
  std::string format(AlignedMetricsFormat which) {
    size_t size = 0;
    EXPECT_TRUE(
        succeeded(alignedMetricsFormat(device, which, nullptr, 0, &size)));
    // Numbers grow while other threads count.
    std::string text(2 * size, '?');
    EXPECT_TRUE(succeeded(
        alignedMetricsFormat(device, which, text.data(), text.size(), &size)));
    EXPECT_EQ(text[size], '\0');
    text.resize(size);
    return text;
  }
  Json metrics() { return Json::parse(format(ALIGNED_METRICS_JSON)); }
  /// Two sequences of 300 positions, and a batch of them.
  void makeSequences() {
    for (int64_t i : {0, 1}) {
      sequences.push_back(makeSequence(300));
      appendAll(sequences.back(), i + 1, 0, 300);
    }
    ASSERT_TRUE(succeeded(alignedBatchCreate(kernel, cache, sequences.data(), 2,
                                             kMaxTokens, &batch)));
  }
  void decode(bool withReport) {
    DeviceFloats query(device, kReports * 16), output(device, kReports * 16),
        reports(device, kReports * sizeof(AlignedHeadReport) / sizeof(float));
    AlignedDecodeArgs args = {};
    args.query = query.data;
    args.querySequenceStride = 64;
    args.queryKvHeadStride = 32;
    args.queryGroupStride = 16;
    args.output = output.data;
    args.outputSequenceStride = 64;
    args.outputKvHeadStride = 32;
    args.outputGroupStride = 16;
    args.report =
        withReport ? static_cast<AlignedHeadReport *>(reports.data) : nullptr;
    ASSERT_TRUE(succeeded(alignedDecode(batch, 0, &args, nullptr)));
  }

  std::vector<int64_t> sequences;
  Batch batch;
};

} // namespace

TEST_F(MetricsTest, OccupancyFollowsTheCaches) {
  auto expect = [&](int caches, int pages, int used, int live) {
    Json now = metrics()["caches"];
    EXPECT_EQ(now["count"], caches);
    EXPECT_EQ(now["pages"], pages);
    EXPECT_EQ(now["used_pages"], used);
    EXPECT_EQ(now["sequences"], live);
    EXPECT_EQ(now["bytes"], caches ? 16 * alignedCacheGetPageBytes(cache) : 0);
  };
  expect(1, 16, 0, 0);
  int64_t first = makeSequence(300); // three pages
  expect(1, 16, 3, 1);
  appendAll(first, 1, 0, 300);
  int64_t fork = -1; // shares two pages, and has a copy of the third
  ASSERT_TRUE(
      succeeded(alignedSequenceFork(cache, first, 290, nullptr, &fork)));
  expect(1, 16, 4, 2);
  ASSERT_TRUE(succeeded(alignedSequenceTruncate(cache, fork, 256, nullptr)));
  expect(1, 16, 3, 2);
  ASSERT_TRUE(succeeded(alignedSequenceDestroy(cache, first)));
  expect(1, 16, 2, 1);
  cache.reset(); // with a live sequence
  expect(0, 0, 0, 0);
}

TEST_F(MetricsTest, DecodesAreCountedWhereTheyAreKnown) {
  makeSequences();
  alignedMetricsReset(device);
  decode(/*withReport=*/true);
  decode(/*withReport=*/false);
  Json now = metrics();
  EXPECT_EQ(now["decode_launch_seconds"]["count"], isGpu() ? 2 : 0);
  EXPECT_EQ(now["decode_seconds"]["count"], isGpu() ? 0 : 2);
  EXPECT_EQ(now["reported_decodes"], isGpu() ? 0 : 1);
  if (!isGpu()) {
    EXPECT_GT(now["decode_seconds"]["sum"], 0);
    EXPECT_GT(now["decode_seconds"]["p99"], 0);
  }
  ASSERT_TRUE(succeeded(append(batch, 2, 0, 1, 300, 0)));
  ASSERT_TRUE(
      succeeded(alignedSequenceReserve(cache, sequences[0], 310, nullptr)));
  ASSERT_TRUE(
      succeeded(alignedSequenceReserve(cache, sequences[1], 310, nullptr)));
  ASSERT_TRUE(succeeded(append(batch, 2, 0, 1, 300, 5)));
  now = metrics();
  EXPECT_EQ(now["append_seconds"]["count"], 1) << "no tokens, no append";
  EXPECT_EQ(now["appended_tokens"], 10);
}

/// Reports as kernels would write them: the sums can be told by hand.
TEST_F(MetricsTest, ReportsOfAGpuAreCountedOnceTheyAreHere) {
  makeSequences();
  alignedMetricsReset(device);
  std::vector<AlignedHeadReport> reports(kReports);
  for (size_t i = 0; i < kReports; ++i) {
    // Every second is that of another head of the same group.
    AlignedHeadReport &report = reports[i];
    report.norm = 2;
    report.estimate = 0.002f;
    report.bound = 0.2f;
    report.visible = 300;
    for (int tier : {0, 1, 2}) {
      report.keyRows[tier] = 200 - 100 * tier + 10;
      report.valueRows[tier] = 100 + 10 * tier - 10;
    }
    report.keyRows[2] = 80;
    report.bytes = 1000;
  }
  reports[1].norm = NAN;
  reports[2].norm = 0; // nothing to be relative to
  ASSERT_TRUE(succeeded(alignedMetricsRecord(batch, reports.data(), 1e-3)));
  ASSERT_TRUE(succeeded(alignedMetricsRecord(batch, nullptr, -1)));
  Json now = metrics();
  if (!isGpu()) {
    // alignedDecode counts there; a caller of both would count twice.
    EXPECT_EQ(now["reported_decodes"], 0);
    EXPECT_EQ(now["decode_seconds"]["count"], 0);
    return;
  }
  EXPECT_EQ(now["reported_decodes"], 1);
  EXPECT_EQ(now["decode_seconds"]["count"], 1);
  EXPECT_NEAR(now["decode_seconds"]["sum"].get<double>(), 1e-3, 1e-9);
  constexpr int kGroups = kReports / kReferenceGroup;
  EXPECT_EQ(
      now["rows"]["k"],
      (Json{{"4", kGroups * 210}, {"8", kGroups * 110}, {"16", kGroups * 80}}));
  EXPECT_EQ(
      now["rows"]["v"],
      (Json{{"0", kGroups * 90}, {"8", kGroups * 100}, {"16", kGroups * 110}}));
  // Both are padded to 32 channels: 16, 32 and 64 bytes a row.
  EXPECT_EQ(now["plane_bytes"]["k"], (Json{{"4", kGroups * 210 * 16},
                                           {"8", kGroups * 110 * 32},
                                           {"16", kGroups * 80 * 64}}));
  EXPECT_EQ(
      now["plane_bytes"]["v"],
      (Json{{"0", 0}, {"8", kGroups * 100 * 32}, {"16", kGroups * 110 * 64}}));
  EXPECT_EQ(now["full_bytes"], kGroups * 400 * 128);
  EXPECT_NEAR(now["fraction"].get<double>(),
              (210 * 16 + 110 * 32 + 80 * 64 + 100 * 32 + 110 * 64) /
                  (400 * 128.0),
              1e-12);
  EXPECT_EQ(now["bytes"], kGroups * 1000);
  EXPECT_EQ(now["nonfinite_heads"], 1);
  EXPECT_EQ(now["estimate"]["count"], kReports - 2);
  EXPECT_NEAR(now["bound"]["sum"].get<double>(), 0.1 * (kReports - 2), 1e-5);
  EXPECT_EQ(now["bound"]["p99"], 0.125);
}

TEST_F(MetricsTest, NothingWaitsForTheDevice) {
  auto *waits = fakeCudaCounter("fakeCudaWaits");
  if (!waits)
    GTEST_SKIP() << "no driver that counts";
  makeSequences();
  DeviceFloats memory(device, 1024);
  AlignedDecodeArgs args = {};
  args.query = args.output = memory.data;
  int before = waits();
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(succeeded(alignedDecode(batch, 0, &args, nullptr)));
  metrics();
  EXPECT_EQ(waits(), before);
  memory.download();
  EXPECT_GT(waits(), before) << "the driver counts nothing";
}

TEST_F(MetricsTest, OffMeansNothingIsCounted) {
  makeSequences();
  alignedMetricsReset(device);
  Json zero = metrics();
  alignedMetricsEnable(device, 0);
  decode(/*withReport=*/true);
  EXPECT_EQ(metrics(), zero);
  alignedMetricsEnable(device, 1);
  decode(/*withReport=*/true);
  EXPECT_NE(metrics(), zero);
  alignedMetricsReset(device);
  EXPECT_EQ(metrics(), zero);
}

/// Every line of the text exposition format, and what histograms must satisfy.
TEST_F(MetricsTest, PrometheusText) {
  makeSequences();
  decode(/*withReport=*/true);
  std::istringstream lines(format(ALIGNED_METRICS_PROMETHEUS));
  const std::regex comment("# (HELP|TYPE) aligned_[a-z_]+ .+"),
      sample("(aligned_[a-z_]+)\\{device=\"[^\"]+\"(,[a-z]+=\"[^\"]+\")*\\} "
             "([-+0-9.e]+)");
  std::map<std::string, double> values;
  double below = 0;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line[0] == '#') {
      EXPECT_TRUE(std::regex_match(line, comment)) << line;
      below = 0;
      continue;
    }
    ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
    double value = std::stod(match[3]);
    values[match[1]] = value;
    if (match[1].str().find("_bucket") != std::string::npos) {
      EXPECT_GE(value, below) << line << ": buckets are cumulative";
      below = value;
    }
  }
  const char *timed =
      isGpu() ? "aligned_decode_launch_seconds" : "aligned_decode_seconds";
  // The last bucket of each is that of +Inf.
  EXPECT_EQ(values[std::string(timed) + "_bucket"], 1);
  EXPECT_EQ(values[std::string(timed) + "_count"], 1);
  EXPECT_GT(values[std::string(timed) + "_sum"], 0);
  EXPECT_EQ(values["aligned_cache_used_pages"], 6);
  EXPECT_EQ(values["aligned_appended_tokens_total"], 2 * 300 * kLayers);
}

TEST_F(MetricsTest, TextIsCutToWhatItMayTake) {
  size_t size = 0;
  char text[8] = "1234567";
  ASSERT_TRUE(succeeded(alignedMetricsFormat(device, ALIGNED_METRICS_PROMETHEUS,
                                             text, 6, &size)));
  EXPECT_STREQ(text, "# HEL");
  EXPECT_EQ(text[6], '7') << "written behind the capacity";
  EXPECT_GT(size, 1000u);
  EXPECT_TRUE(
      failed(alignedMetricsFormat(device, static_cast<AlignedMetricsFormat>(7),
                                  text, 6, &size),
             ALIGNED_INVALID_ARGUMENT, {"there is no format 7"}));
  EXPECT_TRUE(failed(
      alignedMetricsFormat(device, ALIGNED_METRICS_JSON, nullptr, 6, &size),
      ALIGNED_INVALID_ARGUMENT, {"null"}));
}

TEST_F(MetricsTest, ReadingWhileDecodingAddsUp) {
  makeSequences();
  alignedMetricsReset(device);
  std::thread reader([&] {
    for (int i = 0; i < 200; ++i)
      EXPECT_NO_THROW(metrics());
  });
  for (int i = 0; i < 50; ++i)
    decode(/*withReport=*/true);
  reader.join();
  EXPECT_EQ(
      metrics()[isGpu() ? "decode_launch_seconds" : "decode_seconds"]["count"],
      50);
}
