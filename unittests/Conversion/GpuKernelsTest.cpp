//===- GpuKernelsTest.cpp - GPU kernels against the model, without a GPU --===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuScene.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

using namespace aligned;
using namespace aligned::test;

namespace {

class GpuKernels : public GpuScene {
protected:
  void checkDecode();
  void checkItem(int32_t s, int32_t h);
};

void GpuKernels::checkItem(int32_t s, int32_t h) {
  const Case &c = GetParam();
  int64_t groupRows = c.group * c.rows;
  SCOPED_TRACE(llvm::formatv("sequence {0}, head {1}", s, h).str());
  ModelProblem problem;
  problem.group = c.group;
  problem.rows = c.rows;
  problem.scale = params.scale;
  problem.budget = c.budget;
  problem.softcap = c.softcap;
  problem.window = c.window;
  problem.causal = c.causal;
  problem.zeroWhereMasked = llvm::StringRef(c.maskedRows) == "zero";
  if (maskValue)
    problem.mask = [&](int64_t row, int64_t t) { return maskValue(s, row, t); };
  if (c.sinks)
    for (int64_t g = 0; g < c.group; ++g)
      problem.sinks.push_back(
          static_cast<const float *>(params.sinks)[h * c.group + g]);
  std::vector<std::vector<double>> queries;
  for (int64_t r = 0; r < groupRows; ++r) {
    const float *q = static_cast<const float *>(params.query) +
                     queryIndex(params.queryStride, s, h, r);
    queries.emplace_back(q, q + c.keyDim);
  }
  ModelResult model =
      decode(problem, queries, key.packed[s][h], value.packed[s][h]);
  auto exact = attend(problem, queries, key.rows[s][h], value.rows[s][h]);
  for (int64_t r = 0; r < groupRows; ++r) {
    SCOPED_TRACE(llvm::formatv("row {0}", r).str());
    const float *output = outputRow(s, h, r);
    double error = 0, norm = 0, trueError = 0;
    bool isNaN = std::isnan(model.output[r][0]);
    for (int64_t d = 0; d < c.valueDim; ++d) {
      ASSERT_EQ(std::isnan(output[d]), isNaN) << "channel " << d;
      error += std::pow(output[d] - model.output[r][d], 2);
      norm += std::pow(model.output[r][d], 2);
      if (!exact[r].empty())
        trueError += std::pow(output[d] - exact[r][d], 2);
    }
    int64_t index = (s * kHeads + h) * groupRows + r;
    float lse = params.logSumExp[index];
    if (!std::isfinite(model.logSumExp[r]))
      EXPECT_EQ(std::isnan(lse), std::isnan(model.logSumExp[r])) << lse;
    else
      EXPECT_NEAR(lse, model.logSumExp[r], 2e-5 * (1 + std::fabs(lse)));
    if (!isNaN && model.nearest > 1e-3)
      EXPECT_LE(std::sqrt(error), 2e-5 * std::sqrt(norm) + 1e-9);
    if (!params.report)
      continue;
    const HeadReport &report = params.report[index];
    EXPECT_EQ(report.visible, model.visible[r]);
    if (model.nearest > 1e-3)
      for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(report.keyRows[i], model.keyRows[i]) << "key tier " << i;
        EXPECT_EQ(report.valueRows[i], model.valueRows[i])
            << "value tier " << i;
      }
    if (isNaN || !std::isfinite(model.logSumExp[r]))
      continue;
    EXPECT_NEAR(report.norm, std::sqrt(norm), 2e-5 * std::sqrt(norm) + 1e-7);
    if (!exact[r].empty()) {
      EXPECT_GE(report.bound, std::sqrt(trueError) * 0.999);
      EXPECT_GT(report.estimate, std::sqrt(trueError) / 30);
      EXPECT_LT(report.estimate, std::sqrt(trueError) * 300 + 1e-4);
    }
  }
}

void GpuKernels::checkDecode() {
  for (int32_t s = 0; s < sequences(); ++s)
    for (int32_t h = 0; h < kHeads; ++h)
      checkItem(s, h);
}

TEST_P(GpuKernels, DecodeAgreesWithTheModel) {
  appendAll();
  checkPlanes();
  for (bool sweep : {false, true}) {
    if (sweep && !hasSweep())
      continue;
    SCOPED_TRACE(sweep ? "in one launch" : "in two launches");
    makeDecode();
    launchDecode(sweep);
    checkDecode();
  }
}

/// A few of the shapes that FuzzTest.cpp draws where there is a GPU.
void draw(Case &c, uint32_t seed) {
  std::mt19937 random(seed);
  auto upTo = [&](int64_t most) -> int64_t { return 1 + random() % most; };
  const int64_t dims[] = {64, 80, 96, 128};
  c.keyDim = c.valueDim = dims[random() % 4];
  c.group = upTo(16);
  c.rows = upTo(std::max<int64_t>(16 / c.group, 1));
  c.causal = random() % 2;
  c.window = random() % 2 ? upTo(300) : 0;
  c.softcap = random() % 3 ? 0 : 5 + random() % 40;
  c.sinks = random() % 3 == 0;
  c.budget = random() % 3 ? 4 + random() % 12 : kFullBudget;
  c.lengths.clear();
  for (int64_t s = upTo(3); s > 0; --s)
    c.lengths.push_back(upTo(400));
}

std::vector<Case> cases() {
  std::vector<Case> all;
  auto add = [&](const char *name) -> Case & {
    all.push_back({});
    all.back().name = name;
    return all.back();
  };
  for (int64_t d : {64, 80, 96, 128, 192, 256, 16, 48, 160, 224}) {
    static std::deque<std::string> names;
    names.push_back("HeadDim" + std::to_string(d));
    Case &c = add(names.back().c_str());
    c.keyDim = c.valueDim = d;
    c.group = d == 128 ? 4 : 3;
    c.lengths = {300};
  }
  Case &batch = add("Batch");
  batch.lengths = {1, 0, 131, 600};
  Case &wide = add("GroupOf16");
  wide.group = 16;
  Case &many = add("ManyRows");
  many.group = 3;
  many.rows = 4;
  many.causal = true;
  Case &window = add("Window");
  window.window = 70;
  window.rows = 2;
  window.causal = true;
  window.lengths = {700, 40, 2, 1};
  Case &bias = add("BiasMask");
  bias.mask = "f32";
  bias.rows = 2;
  bias.group = 2;
  Case &boolean = add("BooleanMask");
  boolean.mask = "i1";
  boolean.maskedRows = "zero";
  Case &sinks = add("Sinks");
  sinks.sinks = true;
  sinks.group = 2;
  sinks.lengths = {200, 0};
  Case &cap = add("Softcap");
  cap.softcap = 20;
  Case &full = add("Full");
  full.budget = kFullBudget;
  Case &low = add("LowBudget");
  low.budget = 2;
  Case &quiet = add("NoReport");
  quiet.report = false;
  add("ChunksOfTwoPages").lengths = {4200};
  Case &mixed = add("MixedHeadDims");
  mixed.keyDim = 192;
  mixed.valueDim = 128;
  static const char *const kRandom[] = {"Random0", "Random1", "Random2",
                                        "Random3"};
  for (const char *name : kRandom)
    draw(add(name), 5 + name[6]);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Problems, GpuKernels, testing::ValuesIn(cases()),
                         caseName);

//===----------------------------------------------------------------------===//
// Particular promises
//===----------------------------------------------------------------------===//

class GpuPromises : public GpuKernels {};

TEST_P(GpuPromises, OrderOfThreadsDoesNotMatter) { checkOrderOfThreads(); }

/// Integers of a query from 32640 on are carried.
TEST_P(GpuPromises, LargestElementsOfBothSignsAreExact) {
  appendAll();
  makeDecode();
  auto *query = static_cast<float *>(const_cast<void *>(params.query));
  int64_t size = GetParam().keyDim;
  std::vector<double> y(size);
  for (int64_t r = 0; r < kHeads * GetParam().group; ++r) {
    for (double &element : y)
      element = normal(random);
    y[3] = r % 2 ? 8 : -8;
    y[40] = -y[3];
    std::vector<double> row = rotateBack(y);
    std::copy(row.begin(), row.end(), query + r * size);
  }
  launchDecode(/*sweep=*/true);
  checkDecode();
}

TEST_P(GpuPromises, NonFiniteKeyRowShowsWhereItIsVisible) {
  key.rows[0][0][5][3] = INFINITY;
  appendAll();
  EXPECT_EQ(status[slotOf(0)], uint32_t(kStatusNonFinite));
  checkPlanes();
  makeDecode();
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 0, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 1, 0)[0]));
  checkDecode();
}

TEST_P(GpuPromises, NonFiniteValueRowShowsReadOrNot) {
  value.rows[0][1][170][3] = NAN;
  appendAll();
  checkPlanes();
  makeDecode();
  params.budget = -100; // nothing of V is read
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 1, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 0, 0)[0]));
}

TEST_P(GpuPromises, NonFiniteQueryRowIsNaN) {
  appendAll();
  makeDecode();
  spoilQuery();
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 0, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 0, 1)[0]));
}

TEST_P(GpuPromises, AppendBeyondTheCapacityWritesNothing) {
  appendAll();
  int32_t length = GetParam().lengths[0];
  capacity[slotOf(0)] = length;
  for (int32_t h = 0; h < kHeads; ++h)
    for (Operand *operand : {&key, &value})
      operand->rows[0][h].push_back(operand->rows[0][h][0]);
  append(0, length, length + 1);
  EXPECT_EQ(lengths[slotOf(0)], length);
  EXPECT_EQ(status[slotOf(0)], uint32_t(kStatusOverflow));
}

TEST_P(GpuPromises, UnpackGivesRowsBack) {
  appendAll();
  int64_t size = GetParam().keyDim, tokens = GetParam().lengths[0];
  auto *rows = device.allocate<float>(kHeads * tokens * size);
  UnpackParams unpack{};
  unpack.rows = rows;
  unpack.rowStride[1] = tokens * size;
  unpack.rowStride[2] = size;
  unpack.rowStride[3] = 1;
  unpack.planes = key.view;
  unpack.slots = slots;
  unpack.lengths = lengths;
  unpack.sequences = 1;
  unpack.kvHeads = kHeads;
  launch("unpack_key", {static_cast<int32_t>(tokens / 128 + 2), kHeads, 1},
         &unpack);
  for (int32_t h = 0; h < kHeads; ++h)
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t d = 0; d < size; ++d)
        ASSERT_NEAR(rows[(h * tokens + t) * size + d], key.rows[0][h][t][d],
                    2e-3)
            << "head " << h << " token " << t << " channel " << d;
}

std::vector<Case> promiseCases() {
  Case c;
  c.name = "Group2";
  c.group = 2;
  c.lengths = {260};
  return {c};
}
INSTANTIATE_TEST_SUITE_P(Promises, GpuPromises,
                         testing::ValuesIn(promiseCases()), caseName);

} // namespace
