//===- ReadsTest.cpp - What is said of reads adds up ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reports, reads along a sequence and metrics are told by different routes, and
// are of the same decodes.
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include "aligned-c/Metrics.h"

#include <nlohmann/json.hpp>

using namespace aligned::test;

namespace {
class ReadsTest : public DeviceTest {};
} // namespace

ALIGNED_INSTANTIATE_DEVICES(ReadsTest);

TEST_P(ReadsTest, ReadsOfChunksAddUpToTheReport) {
  Shape shape;
  shape.group = 3;
  constexpr int64_t kHeads = 2;
  Engine engine(device(), shape, kHeads, 2, 1000);
  // Not in the order of their slots, of different lengths.
  std::vector<int64_t> ids = {engine.newSequence(1000),
                              engine.newSequence(700)};
  std::swap(ids[0], ids[1]);
  const int64_t lengths[] = {520, 1000};
  for (int i : {0, 1}) {
    Rows rows = makeRows(shape, 1, kHeads, lengths[i], 3.0, 7 + i);
    engine.append({ids[i]}, rows.key, rows.value, lengths[i]);
  }
  Rows rows = makeRows(shape, 2, kHeads, 1, 3.0, 7);
  Answer answer = engine.decode(ids, rows.query, 8);
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t head = 0; head < kHeads; ++head) {
      std::vector<AlignedChunkReads> chunks = engine.chunkReads(ids, i, head);
      ASSERT_FALSE(chunks.empty());
      int64_t size = chunks[0].positions;
      ASSERT_EQ(chunks.size(), size_t((lengths[i] + size - 1) / size));
      AlignedChunkReads sum = {};
      for (const AlignedChunkReads &chunk : chunks) {
        EXPECT_LE(chunk.visible, size);
        sum.visible += chunk.visible;
        for (int tier = 0; tier < 3; ++tier) {
          sum.keyRows[tier] += chunk.keyRows[tier];
          sum.valueRows[tier] += chunk.valueRows[tier];
        }
      }
      const AlignedHeadReport &report =
          answer.reports[(i * kHeads + head) * shape.group];
      EXPECT_EQ(sum.visible, report.visible);
      for (int tier = 0; tier < 3; ++tier) {
        EXPECT_EQ(sum.keyRows[tier], report.keyRows[tier]) << tier;
        EXPECT_EQ(sum.valueRows[tier], report.valueRows[tier]) << tier;
      }
      EXPECT_GT(report.keyRows[0], 0) << "all alike would show nothing";
      EXPECT_GT(report.keyRows[1], 0);
    }
}

TEST_P(ReadsTest, MetricsAreTheSumsOfTheReports) {
  Shape shape;
  shape.group = 2;
  constexpr int64_t kHeads = 3, kTokens = 900;
  Engine engine(device(), shape, kHeads, 1, kTokens);
  int64_t sequence = engine.newSequence(kTokens);
  Rows rows = makeRows(shape, 1, kHeads, kTokens, 3.0, 11);
  engine.append({sequence}, rows.key, rows.value, kTokens);
  Answer answer = engine.decode({sequence}, rows.query, 10);
  if (device() != "cpu") {
    AlignedBatch batch = nullptr;
    check(alignedBatchCreate(engine.kernel(), engine.cache(), &sequence, 1,
                             kTokens, &batch));
    check(alignedMetricsRecord(batch, answer.reports.data(), /*seconds=*/-1));
    alignedBatchDestroy(batch);
  }
  std::string text(1 << 16, '\0');
  size_t size = 0;
  check(alignedMetricsFormat(engine.device(), ALIGNED_METRICS_JSON, text.data(),
                             text.size(), &size));
  text.resize(size);
  auto metrics = nlohmann::json::parse(text);
  int64_t planeBytes = 0, bytes = 0, keyRows[3] = {};
  for (int64_t head = 0; head < kHeads; ++head) {
    const AlignedHeadReport &report = answer.reports[head * shape.group];
    planeBytes += report.planeBytes;
    bytes += report.bytes;
    for (int tier : {0, 1, 2})
      keyRows[tier] += report.keyRows[tier];
  }
  int64_t counted = 0;
  for (const char *operand : {"k", "v"})
    for (const auto &tier : metrics["plane_bytes"][operand])
      counted += tier.get<int64_t>();
  EXPECT_EQ(counted, planeBytes);
  EXPECT_EQ(metrics["bytes"], bytes);
  EXPECT_EQ(metrics["full_bytes"], kHeads * kTokens * 2 * 2 * shape.headDim);
  EXPECT_EQ(metrics["rows"]["k"]["4"], keyRows[0]);
  EXPECT_EQ(metrics["rows"]["k"]["8"], keyRows[1]);
  EXPECT_EQ(metrics["rows"]["k"]["16"], keyRows[2]);
  EXPECT_EQ(metrics["estimate"]["count"], kHeads * shape.group);
}
