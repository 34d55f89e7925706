//===- PaperTest.cpp - AlignedKV as published, on every device ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The precision `paper` and its control, `full` over the same planes, from a
// module to an answer. Kernels alone are held to the model in
// unittests/Conversion/PaperDecodeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include <cmath>

using namespace aligned::test;

static constexpr float kFull = 1e30f;
/// The precision that a kernel is compiled for.
static constexpr float kPaper = 0;

namespace {
class PaperTest : public DeviceTest {};
} // namespace

ALIGNED_INSTANTIATE_DEVICES(PaperTest);

static Shape paperShape(int64_t headDim, int64_t group) {
  Shape shape;
  shape.type = "f16";
  shape.precision = "paper";
  shape.headDim = headDim;
  shape.group = group;
  return shape;
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

/// Every bit comes back, however the rows were appended: one by one, a step's,
/// many.
TEST_P(PaperTest, NothingIsLost) {
  Shape shape = paperShape(80, 1);
  int64_t tokens = 600, kvHeads = 2, d = shape.headDim;
  Rows rows = makeRows(shape, 1, kvHeads, tokens, 3, 3);
  Engine engine(device(), shape, kvHeads, 4, tokens);
  for (int64_t step : {tokens, int64_t(1), int64_t(8), int64_t(131)}) {
    SCOPED_TRACE(testing::Message() << "steps of " << step);
    int64_t sequence = engine.newSequence(tokens);
    for (int64_t from = 0; from < tokens; from += step) {
      int64_t to = std::min(tokens, from + step);
      engine.append({sequence}, cut(rows.key, kvHeads, tokens, d, from, to),
                    cut(rows.value, kvHeads, tokens, d, from, to), to - from);
    }
    ASSERT_EQ(engine.length(sequence), tokens);
    EXPECT_TRUE(sameBits(engine.unpack(sequence, false), rows.key));
    EXPECT_TRUE(sameBits(engine.unpack(sequence, true), rows.value));
  }
}

/// What was cut off leaves no trace: neither in the rows, nor in what is read.
TEST_P(PaperTest, RowsThatComeAgainAfterACutAreAsBefore) {
  Shape shape = paperShape(64, 2);
  int64_t tokens = 400, kvHeads = 2, d = shape.headDim;
  Rows rows = makeRows(shape, 1, kvHeads, tokens, 3, 5);
  Engine engine(device(), shape, kvHeads, 2, 512);
  int64_t sequence = engine.newSequence(512);
  engine.append({sequence}, rows.key, rows.value, tokens);
  Answer before = engine.decode({sequence}, rows.query, kPaper);
  Floats large(kvHeads * 30 * d, 1000.0f);
  engine.append({sequence}, large, large, 30);
  check(alignedSequenceTruncate(engine.cache(), sequence, 300, nullptr));
  check(alignedSequenceReserve(engine.cache(), sequence, 512, nullptr));
  engine.append({sequence}, cut(rows.key, kvHeads, tokens, d, 300, 400),
                cut(rows.value, kvHeads, tokens, d, 300, 400), 100);
  Answer after = engine.decode({sequence}, rows.query, kPaper);
  EXPECT_TRUE(sameBits(before.output, after.output));
  EXPECT_EQ(before.reports[0].bytes, after.reports[0].bytes);
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

TEST_P(PaperTest, ReadsLessThanItsControlAndIsWithinItsBound) {
  for (auto [d, group] : {std::pair<int64_t, int64_t>{64, 3},
                          {128, 4},
                          {96, 1},
                          {256, 8},
                          {128, 16}}) {
    SCOPED_TRACE(testing::Message() << "D " << d << " group " << group);
    Shape shape = paperShape(d, group);
    int64_t tokens = 1500, kvHeads = 2;
    Rows rows = makeRows(shape, 1, kvHeads, tokens, 3.5, d + group);
    Engine engine(device(), shape, kvHeads, 1, tokens);
    int64_t sequence = engine.newSequence(tokens);
    engine.append({sequence}, rows.key, rows.value, tokens);
    std::vector<double> exact = exactAttention(
        shape, kvHeads, tokens, rows.query, rows.key, rows.value);
    Answer paper = engine.decode({sequence}, rows.query, kPaper);
    Answer full = engine.decode({sequence}, rows.query, kFull);
    for (int64_t i = 0; i < kvHeads * group; ++i) {
      EXPECT_LE(relativeError(full.output, exact, i * d, d), 1e-5);
      double error = relativeError(paper.output, exact, i * d, d);
      EXPECT_LE(error, 5e-2);
      const AlignedHeadReport &report = paper.reports[i];
      EXPECT_LE(error * report.norm, report.bound);
      EXPECT_LT(report.bytes, full.reports[i].bytes);
      EXPECT_EQ(report.keyRows[0] + report.keyRows[1] + report.keyRows[2], d);
      EXPECT_EQ(report.valueRows[0] + report.valueRows[1] + report.valueRows[2],
                tokens);
      EXPECT_EQ(full.reports[i].planeBytes, tokens * 4 * d);
    }
  }
}

TEST_P(PaperTest, SameBitsFromRunToRunAndInAnyBatch) {
  checkSameBits(paperShape(128, 3), {5000, 77, 640, 1}, kPaper);
}

/// A budget means nothing over planes of f16 bits.
TEST_P(PaperTest, ABudgetIsRefused) {
  Shape shape = paperShape(64, 1);
  Rows rows = makeRows(shape, 1, 1, 10, 3, 1);
  Engine engine(device(), shape, 1, 1, 128);
  int64_t sequence = engine.newSequence(128);
  engine.append({sequence}, rows.key, rows.value, 10);
  AlignedBatch batch = nullptr;
  check(alignedBatchCreate(engine.kernel(), engine.cache(), &sequence, 1, 128,
                           &batch));
  AlignedDecodeArgs args = {};
  args.query = args.output = batch; // never looked at
  args.budget = 12;
  std::string message;
  EXPECT_EQ(codeOf(alignedDecode(batch, 0, &args, nullptr), &message),
            ALIGNED_INVALID_ARGUMENT);
  EXPECT_NE(message.find("use 'paper' or 'full'"), std::string::npos)
      << message;
  alignedBatchDestroy(batch);
}

TEST(PaperOnBothTest, Agree) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  for (auto [d, group] : {std::pair<int64_t, int64_t>{128, 4}, {64, 1}}) {
    Shape shape = paperShape(d, group);
    int64_t tokens = 4500, kvHeads = 2;
    Rows rows = makeRows(shape, 1, kvHeads, tokens, 3.5, 77);
    Answer answers[2][2];
    int device = 0;
    for (const char *name : {"cpu", "cuda"}) {
      Engine engine(name, shape, kvHeads, 1, tokens);
      int64_t sequence = engine.newSequence(tokens);
      engine.append({sequence}, rows.key, rows.value, tokens);
      EXPECT_TRUE(sameBits(engine.unpack(sequence, false), rows.key));
      answers[device][0] = engine.decode({sequence}, rows.query, kPaper);
      answers[device++][1] = engine.decode({sequence}, rows.query, kFull);
    }
    for (int i : {0, 1}) {
      const Answer &cpu = answers[0][i], &gpu = answers[1][i];
      std::vector<double> expected(cpu.output.begin(), cpu.output.end());
      for (int64_t h = 0; h < kvHeads * group; ++h) {
        // A token whose need is close to a threshold may change its tier.
        EXPECT_LE(relativeError(gpu.output, expected, h * d, d), 1e-4);
        EXPECT_NEAR(double(gpu.reports[h].bytes) / cpu.reports[h].bytes, 1,
                    1e-3);
        for (int tier = 0; tier < 3; ++tier)
          EXPECT_EQ(gpu.reports[h].keyRows[tier], cpu.reports[h].keyRows[tier]);
      }
    }
  }
}
