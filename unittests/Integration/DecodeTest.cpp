//===- DecodeTest.cpp - Compiled kernels on every device, end to end ------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module to an answer through the C interface, on "cpu" and, where there
// is one, on "cuda". The truth is float64 attention over the rows as given.
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include <cmath>

using namespace aligned::test;

static constexpr float kFull = 1e30f;

namespace {
class DecodeTest : public DeviceTest {};
} // namespace

ALIGNED_INSTANTIATE_DEVICES(DecodeTest);

/// Decodes one sequence, and holds every head to an error and to its bound.
static void expectClose(const std::string &device, const Shape &shape,
                        int64_t kvHeads, int64_t tokens, float budget,
                        double mean, uint32_t seed, const Floats &mask = {},
                        const Floats &sinks = {}) {
  SCOPED_TRACE(testing::Message()
               << device << " " << shape.type << " D " << shape.headDim
               << " group " << shape.group << " rows " << shape.rows
               << " tokens " << tokens << " budget " << budget);
  Rows rows = makeRows(shape, 1, kvHeads, tokens, 3.0, seed);
  Engine engine(device, shape, kvHeads, 1, tokens);
  int64_t sequence = engine.newSequence(tokens);
  engine.append({sequence}, rows.key, rows.value, tokens);
  Answer answer = engine.decode({sequence}, rows.query, budget, mask, sinks);
  std::vector<double> exact = exactAttention(shape, kvHeads, tokens, rows.query,
                                             rows.key, rows.value, mask, sinks);
  int64_t heads = kvHeads * shape.group * shape.rows, d = shape.headDim;
  double sum = 0;
  for (int64_t i = 0; i < heads; ++i) {
    double error = relativeError(answer.output, exact, i * d, d);
    ASSERT_FALSE(std::isnan(error)) << "head " << i;
    sum += error;
    const AlignedHeadReport &report = answer.reports[i];
    EXPECT_LE(error * report.norm, report.bound * 1.0001)
        << "head " << i << ": the bound does not hold";
    EXPECT_GT(report.bytes, report.planeBytes);
    EXPECT_NEAR(report.logSumExp, answer.logSumExp[i], 1e-6);
  }
  EXPECT_LT(sum / heads, mean);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

TEST_P(DecodeTest, HeadSizesGroupsAndRowsAtFull) {
  for (int64_t d : {64, 80, 96, 128, 192, 256})
    for (int64_t group : {1, 3, 8}) {
      Shape shape;
      shape.headDim = d;
      shape.group = group;
      expectClose(device(), shape, 2, 333, kFull, 3e-4, d + group);
    }
  for (int64_t rows : {2, 5, 8}) {
    Shape shape;
    shape.rows = rows;
    shape.group = 2;
    shape.causal = true;
    expectClose(device(), shape, 2, 300, kFull, 3e-4, rows);
  }
}

TEST_P(DecodeTest, TypesAtFull) {
  for (const char *type : {"f16", "bf16"}) {
    Shape shape;
    shape.type = type;
    shape.headDim = 128;
    shape.group = 4;
    expectClose(device(), shape, 2, 777, kFull, 3e-4, 11);
  }
}

TEST_P(DecodeTest, AnyHeadSizeOnTheCpu) {
  if (device() != "cpu")
    GTEST_SKIP() << "GPUs have a list of head sizes";
  for (int64_t d : {16, 20, 100, 320, 576}) {
    Shape shape;
    shape.headDim = d;
    shape.group = 2;
    expectClose(device(), shape, 1, 200, kFull, 3e-4, d);
  }
}

TEST_P(DecodeTest, LengthsAroundPagesAndChunks) {
  Shape shape;
  shape.group = 3;
  for (int64_t tokens : {1, 2, 127, 128, 129, 255, 256, 257, 511, 513})
    expectClose(device(), shape, 1, tokens, kFull, 3e-4, tokens);
}

TEST_P(DecodeTest, ErrorFallsWithTheBudgetAndBytesRise) {
  Shape shape;
  shape.group = 4;
  shape.headDim = 128;
  int64_t tokens = 4000, kvHeads = 2;
  Rows rows = makeRows(shape, 1, kvHeads, tokens, 3.5, 5);
  Engine engine(device(), shape, kvHeads, 1, tokens);
  int64_t sequence = engine.newSequence(tokens);
  engine.append({sequence}, rows.key, rows.value, tokens);
  std::vector<double> exact =
      exactAttention(shape, kvHeads, tokens, rows.query, rows.key, rows.value);
  double lastError = INFINITY;
  int64_t lastBytes = 0;
  for (float budget : {8.0f, 10.0f, 12.0f, 14.0f, 16.0f, kFull}) {
    Answer answer = engine.decode({sequence}, rows.query, budget);
    double error = relativeError(answer.output, exact, 0, exact.size());
    EXPECT_LT(error, lastError) << "budget " << budget;
    EXPECT_GT(answer.reports[0].planeBytes, lastBytes) << "budget " << budget;
    lastError = error;
    lastBytes = answer.reports[0].planeBytes;
  }
  EXPECT_EQ(lastBytes, tokens * 4 * shape.headDim) << "full reads every plane";
}

TEST_P(DecodeTest, WindowSoftcapSinksAndMasks) {
  Shape windowed;
  windowed.window = 100;
  windowed.group = 2;
  expectClose(device(), windowed, 2, 700, kFull, 3e-4, 1);
  Shape capped;
  capped.softcap = 5;
  expectClose(device(), capped, 2, 300, kFull, 3e-4, 2);
  Shape sinks;
  sinks.sinks = true;
  sinks.group = 2;
  expectClose(device(), sinks, 2, 300, kFull, 3e-4, 3, {},
              {1.f, 2.f, 3.f, 0.f});
  for (const char *type : {"i1", "f32", "bf16"}) {
    Shape masked;
    masked.mask = type;
    Floats mask(300);
    for (size_t t = 0; t < mask.size(); ++t)
      mask[t] = std::string(type) == "i1" ? t % 3 != 0
                : t % 3 == 0              ? -INFINITY
                                          : -0.5f * (t % 5);
    expectClose(device(), masked, 2, 300, kFull, 3e-4, 4, mask);
  }
}

//===----------------------------------------------------------------------===//
// What does not change the bits
//===----------------------------------------------------------------------===//

TEST_P(DecodeTest, PlanesDoNotDependOnHowRowsWereAppended) {
  Shape shape;
  int64_t tokens = 700, kvHeads = 2, d = shape.headDim;
  Rows rows = makeRows(shape, 1, kvHeads, tokens, 3, 9);
  Engine engine(device(), shape, kvHeads, 4, tokens);
  Floats key, value;
  for (int64_t step : {tokens, int64_t(1), int64_t(16), int64_t(257)}) {
    int64_t sequence = engine.newSequence(tokens);
    for (int64_t from = 0; from < tokens; from += step) {
      int64_t to = std::min(tokens, from + step);
      engine.append({sequence}, cut(rows.key, kvHeads, tokens, d, from, to),
                    cut(rows.value, kvHeads, tokens, d, from, to), to - from);
    }
    ASSERT_EQ(engine.length(sequence), tokens);
    Floats k = engine.unpack(sequence, false),
           v = engine.unpack(sequence, true);
    if (key.empty()) {
      key = k;
      value = v;
    }
    EXPECT_TRUE(sameBits(k, key)) << "keys, steps of " << step;
    EXPECT_TRUE(sameBits(v, value)) << "values, steps of " << step;
  }
  // What is stored is what was given, to 16 bits.
  double worst = 0, largest = 0;
  for (size_t i = 0; i < key.size(); ++i) {
    worst = std::max<double>(worst, std::fabs(key[i] - rows.key[i]));
    largest = std::max<double>(largest, std::fabs(rows.key[i]));
  }
  EXPECT_LT(worst, largest / 100);
}

TEST_P(DecodeTest, SameBitsFromRunToRunAndInAnyBatch) {
  Shape shape;
  shape.group = 3;
  checkSameBits(shape, {1500, 77, 640, 1}, 12);
}

TEST_P(DecodeTest, ForkAndTruncateSeeWhatTheyShould) {
  Shape shape;
  int64_t kvHeads = 2, d = shape.headDim, tokens = 400;
  Rows rows = makeRows(shape, 1, kvHeads, tokens, 3, 31);
  Engine engine(device(), shape, kvHeads, 4, 1024);
  int64_t whole = engine.newSequence(512);
  engine.append({whole}, rows.key, rows.value, tokens);
  int64_t fork = -1;
  check(alignedSequenceFork(engine.cache(), whole, 300, nullptr, &fork));
  check(alignedSequenceReserve(engine.cache(), fork, 512, nullptr));
  EXPECT_EQ(engine.length(fork), 300);
  // The fork goes its own way; the original does not notice.
  Floats before = engine.unpack(whole, false);
  engine.append({fork}, cut(rows.key, kvHeads, tokens, d, 0, 50),
                cut(rows.value, kvHeads, tokens, d, 0, 50), 50);
  EXPECT_TRUE(sameBits(engine.unpack(whole, false), before));
  // Cut back to the fork's length, both have the same rows.
  check(alignedSequenceTruncate(engine.cache(), whole, 300, nullptr));
  check(alignedSequenceTruncate(engine.cache(), fork, 300, nullptr));
  Answer a = engine.decode({whole}, rows.query, 12);
  Answer b = engine.decode({fork}, rows.query, 12);
  EXPECT_TRUE(sameBits(a.output, b.output));
  // And rows that come again after the cut are stored as they were.
  check(alignedSequenceReserve(engine.cache(), whole, 512, nullptr));
  engine.append({whole}, cut(rows.key, kvHeads, tokens, d, 300, 400),
                cut(rows.value, kvHeads, tokens, d, 300, 400), 100);
  EXPECT_TRUE(sameBits(engine.unpack(whole, false), before));
}

//===----------------------------------------------------------------------===//
// Not finite, and nothing to see
//===----------------------------------------------------------------------===//

TEST_P(DecodeTest, NonFiniteQueryRowGivesNaNForItselfAlone) {
  Shape shape;
  shape.group = 2;
  Rows rows = makeRows(shape, 1, 1, 200, 3, 41);
  rows.query[3] = INFINITY;
  Engine engine(device(), shape, 1, 1, 200);
  int64_t sequence = engine.newSequence(200);
  engine.append({sequence}, rows.key, rows.value, 200);
  Answer answer = engine.decode({sequence}, rows.query, 12);
  for (int64_t c = 0; c < shape.headDim; ++c) {
    EXPECT_TRUE(std::isnan(answer.output[c]));
    EXPECT_FALSE(std::isnan(answer.output[shape.headDim + c]));
  }
}

TEST_P(DecodeTest, NonFiniteRowsAreRefusedByTheHostAndPoisonOnTheDevice) {
  Shape shape;
  for (bool inValue : {false, true}) {
    Rows rows = makeRows(shape, 1, 2, 300, 3, 43);
    // Head 1, token 150; a value row that no precision would read.
    (inValue ? rows.value : rows.key)[(300 + 150) * shape.headDim + 7] = NAN;
    Engine engine(device(), shape, 2, 1, 300);
    int64_t sequence = engine.newSequence(300);
    AlignedError error =
        engine.tryAppend({sequence}, rows.key, rows.value, 300);
    if (device() == "cpu") {
      std::string message;
      EXPECT_EQ(codeOf(error, &message), ALIGNED_NON_FINITE);
      EXPECT_NE(message.find("150"), std::string::npos) << message;
      EXPECT_EQ(engine.length(sequence), 0) << "nothing was stored";
      continue;
    }
    check(error);
    int64_t length = 0;
    EXPECT_EQ(codeOf(alignedSequenceGetLength(engine.cache(), sequence, 0,
                                              nullptr, &length)),
              ALIGNED_NON_FINITE);
    Answer answer = engine.decode({sequence}, rows.query, 4);
    for (int64_t c = 0; c < shape.headDim; ++c) {
      EXPECT_FALSE(std::isnan(answer.output[c])) << "head 0 cannot see it";
      EXPECT_TRUE(std::isnan(answer.output[shape.headDim + c]));
    }
  }
}

TEST_P(DecodeTest, AppendBeyondTheReservedRoomWritesNothing) {
  Shape shape;
  Rows rows = makeRows(shape, 1, 1, 200, 3, 47);
  Engine engine(device(), shape, 1, 1, 256);
  int64_t sequence = engine.newSequence(128);
  AlignedError error = engine.tryAppend({sequence}, rows.key, rows.value, 200);
  int64_t length = -1;
  if (device() == "cpu") {
    EXPECT_EQ(codeOf(error), ALIGNED_OUT_OF_CAPACITY);
    EXPECT_EQ(engine.length(sequence), 0);
  } else {
    check(error);
    EXPECT_EQ(codeOf(alignedSequenceGetLength(engine.cache(), sequence, 0,
                                              nullptr, &length)),
              ALIGNED_OUT_OF_CAPACITY);
  }
}

TEST_P(DecodeTest, EmptySequenceGivesNaNAndNoLogSumExp) {
  Shape shape;
  Rows rows = makeRows(shape, 1, 1, 1, 3, 53);
  Engine engine(device(), shape, 1, 1, 128);
  int64_t sequence = engine.newSequence(128);
  Answer answer = engine.decode({sequence}, rows.query, 12);
  EXPECT_TRUE(std::isnan(answer.output[0]));
  EXPECT_EQ(answer.logSumExp[0], -INFINITY);
  EXPECT_EQ(answer.reports[0].visible, 0);
}

//===----------------------------------------------------------------------===//
// The CPU and the GPU
//===----------------------------------------------------------------------===//

/// Same planes, tiers equal but near a threshold, outputs to f32 rounding.
static void expectSameOnBoth(const Shape &shape, int64_t kvHeads,
                             const std::vector<int64_t> &lengths,
                             uint32_t seed) {
  SCOPED_TRACE(testing::Message()
               << shape.type << " D " << shape.headDim << " group "
               << shape.group << " seed " << seed);
  int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  Engine cpu("cpu", shape, kvHeads, lengths.size(), longest);
  Engine gpu("cuda", shape, kvHeads, lengths.size(), longest);
  std::vector<int64_t> onCpu, onGpu;
  Floats queries;
  for (size_t i = 0; i < lengths.size(); ++i) {
    Rows rows = makeRows(shape, 1, kvHeads, lengths[i], 3.5, seed + i);
    onCpu.push_back(cpu.newSequence(longest));
    onGpu.push_back(gpu.newSequence(longest));
    cpu.append({onCpu[i]}, rows.key, rows.value, lengths[i]);
    gpu.append({onGpu[i]}, rows.key, rows.value, lengths[i]);
    queries.insert(queries.end(), rows.query.begin(), rows.query.end());
    if (i == 0) {
      EXPECT_TRUE(
          sameBits(cpu.unpack(onCpu[i], false), gpu.unpack(onGpu[i], false)));
      EXPECT_TRUE(
          sameBits(cpu.unpack(onCpu[i], true), gpu.unpack(onGpu[i], true)));
    }
  }
  int64_t d = shape.headDim;
  for (float budget : {12.0f, 16.0f, kFull}) {
    Answer a = cpu.decode(onCpu, queries, budget);
    Answer b = gpu.decode(onGpu, queries, budget);
    std::vector<double> reference(a.output.begin(), a.output.end());
    double worst = 0;
    int64_t bytesA = 0, bytesB = 0;
    for (size_t i = 0; i < a.reports.size(); ++i) {
      worst = std::max(worst, relativeError(b.output, reference, i * d, d));
      bytesA += a.reports[i].planeBytes;
      bytesB += b.reports[i].planeBytes;
    }
    // A tier that flips within 1e-3 of its threshold moves one row by a unit
    // of its last digit.
    EXPECT_LT(worst, 1e-4) << "budget " << budget;
    EXPECT_NEAR(static_cast<double>(bytesB) / bytesA, 1, 2e-3)
        << "budget " << budget;
  }
}

TEST(CpuAndGpuTest, Agree) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  uint32_t seed = 100;
  for (const char *type : {"bf16", "f16"}) {
    Shape shape;
    shape.type = type;
    shape.headDim = 128;
    expectSameOnBoth(shape, 8, {2048}, seed += 10);
    shape.group = 4;
    expectSameOnBoth(shape, 2, {4000, 129, 1}, seed += 10);
    shape.headDim = 64;
    shape.group = 3;
    expectSameOnBoth(shape, 3, {3000, 2999, 7}, seed += 10);
    shape.headDim = 256;
    shape.group = 8;
    expectSameOnBoth(shape, 1, {1000, 640}, seed += 10);
  }
}
