//===- GpuCertifyTest.cpp - certified<e> on a GPU, as on a CPU ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emulated GPU kernels and compiled CPU kernels over the same planes: the same
// budgets, certificates and reads, and outputs to f32 rounding. BoundTest.cpp
// holds the CPU's to float64.
//
//===----------------------------------------------------------------------===//

#include "../Support/CompiledKernels.h"
#include "../Support/Vectors.h"
#include "GpuScene.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace aligned;
using namespace aligned::test;

namespace {

class GpuCertify : public GpuScene {
protected:
  int64_t groupRows() const { return GetParam().group * GetParam().rows; }
  /// Rows of all heads and sequences.
  int64_t numRows() const { return sequences() * kHeads * groupRows(); }
  /// Sequences differ in how sharp their attention is, and so in how many
  /// rounds they need.
  void makeDecode();
  /// A decode of `params` by the CPU's kernels, with results of its own.
  DecodeParams decodeOnCpu();
  /// Holds the results of the GPU to those of the CPU.
  void checkAgainst(const DecodeParams &cpu);
  void checkGroup(const DecodeParams &cpu, int64_t group);
  void checkRow(const DecodeParams &cpu, int64_t group, int64_t row);
};

void GpuCertify::makeDecode() {
  GpuScene::makeDecode();
  auto *query = static_cast<float *>(const_cast<void *>(params.query));
  for (int32_t s = 0; s < sequences(); ++s)
    for (int64_t i = 0; i < params.queryStride[0]; ++i)
      query[s * params.queryStride[0] + i] *= std::ldexp(1.0f, 1 - 2 * s);
}

DecodeParams GpuCertify::decodeOnCpu() {
  std::string text;
  llvm::raw_string_ostream(text) << *module;
  CompiledKernels kernels(text);
  DecodeParams p = params;
  p.output = device.allocate<float>(numRows() * GetParam().valueDim);
  p.logSumExp = device.allocate<float>(numRows());
  if (p.report)
    p.report = device.allocate<HeadReport>(numRows());
  p.work = makeWorkspace();
  int32_t rows = groupRows(), n = sequences();
  kernels.run("decode_prepare", p, rows, kHeads, n);
  for (int round = 0; round < kCertifyRounds; ++round) {
    kernels.run("decode_score", p, p.maxChunks, kHeads, n);
    kernels.run("decode_attend", p, p.maxChunks, kHeads, n);
    kernels.run("decode_merge", p, rows, kHeads, n);
    kernels.run("decode_certify", p, 1, kHeads, n);
  }
  return p;
}

/// To rounding; a NaN is as another.
void expectClose(float gpu, float cpu, double relative) {
  if (std::isnan(cpu) || std::isinf(cpu))
    EXPECT_TRUE(gpu == cpu || (std::isnan(gpu) && std::isnan(cpu)))
        << gpu << " and " << cpu;
  else
    EXPECT_NEAR(gpu, cpu, relative * std::fabs(cpu) + 1e-9);
}

void GpuCertify::checkRow(const DecodeParams &cpu, int64_t group, int64_t row) {
  SCOPED_TRACE(llvm::formatv("row {0}", row).str());
  int32_t s = group / kHeads, h = group % kHeads;
  int64_t index = group * groupRows() + row, size = GetParam().valueDim;
  const float *onGpu = outputRow(s, h, row);
  const float *onCpu = static_cast<const float *>(cpu.output) +
                       queryIndex(cpu.outputStride, s, h, row);
  if (std::isnan(onCpu[0]))
    EXPECT_TRUE(std::isnan(onGpu[0]));
  else
    EXPECT_LE(distance({onGpu, onGpu + size}, {onCpu, onCpu + size}),
              2e-5 * norm({onCpu, onCpu + size}) + 1e-9);
  if (!params.report)
    return;
  const HeadReport &gpu = params.report[index], &same = cpu.report[index];
  EXPECT_EQ(gpu.certificate, same.certificate);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(gpu.keyRows[i], same.keyRows[i]) << "key tier " << i;
    EXPECT_EQ(gpu.valueRows[i], same.valueRows[i]) << "value tier " << i;
  }
  EXPECT_EQ(gpu.planeBytes, same.planeBytes);
  EXPECT_EQ(gpu.bytes, same.bytes);
  expectClose(gpu.bound, same.bound, 1e-3);
  if (gpu.certificate == kCertified) {
    EXPECT_TRUE(std::isnan(gpu.norm) ||
                gpu.bound <= double(params.certify) * gpu.norm);
    return;
  }
  ASSERT_EQ(gpu.certificate, kReadEverything);
  if (maskValue)
    return; // who is hidden from every row is not read by any budget
  EXPECT_EQ(gpu.keyRows[0] + gpu.keyRows[1], 0);
  EXPECT_EQ(gpu.valueRows[0] + gpu.valueRows[1], 0);
}

void GpuCertify::checkGroup(const DecodeParams &cpu, int64_t group) {
  SCOPED_TRACE(
      llvm::formatv("sequence {0}, head {1}", group / kHeads, group % kHeads)
          .str());
  const GroupRounds &gpu = params.work.rounds[group],
                    &same = cpu.work.rounds[group];
  EXPECT_EQ(gpu.done, 1);
  EXPECT_EQ(gpu.merged, 0);
  EXPECT_EQ(gpu.round, same.round);
  expectClose(gpu.budget, same.budget, 1e-4);
  for (int64_t row = 0; row < groupRows(); ++row)
    checkRow(cpu, group, row);
}

void GpuCertify::checkAgainst(const DecodeParams &cpu) {
  for (int64_t group = 0; group < sequences() * kHeads; ++group)
    checkGroup(cpu, group);
}

TEST_P(GpuCertify, AgreesWithTheCpu) {
  appendAll();
  makeDecode();
  DecodeParams cpu = decodeOnCpu();
  for (bool sweep : {false, true}) {
    if (sweep && !hasSweep())
      continue;
    SCOPED_TRACE(sweep ? "in one launch" : "in two launches");
    launchDecode(sweep);
    checkAgainst(cpu);
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  auto add = [&](const char *name, float error) -> Case & {
    all.push_back({});
    Case &c = all.back();
    c.name = name;
    c.budget = kCertifiedFirstBudget;
    c.certify = error;
    c.lengths = {300, 200, 0};
    return c;
  };
  add("Loose", 1);
  add("Percent", 1e-2f).group = 3;
  add("Thousandth", 1e-3f);
  add("Never", 1e-9f).group = 2;
  Case &rows = add("ManyRows", 3e-2f);
  rows.group = 3;
  rows.rows = 4;
  rows.causal = true;
  rows.lengths = {300, 2};
  Case &wide = add("TwoLaunchesOnly", 3e-2f);
  wide.group = 9;
  wide.rows = 4;
  wide.lengths = {200};
  Case &bias = add("MaskWithAnEmptyRow", 3e-2f);
  bias.mask = "f32";
  bias.rows = 2;
  bias.group = 2;
  Case &sinks = add("Sinks", 3e-2f);
  sinks.sinks = true;
  sinks.group = 2;
  Case &window = add("Window", 3e-2f);
  window.window = 70;
  window.lengths = {700, 40};
  Case &quiet = add("NoReport", 1e-2f);
  quiet.report = false;
  Case &large = add("LongChunks", 1e-2f);
  large.lengths = {4200};
  large.keyDim = large.valueDim = 32;
  return all;
}

INSTANTIATE_TEST_SUITE_P(Problems, GpuCertify, testing::ValuesIn(cases()),
                         caseName);

//===----------------------------------------------------------------------===//
// Particular promises
//===----------------------------------------------------------------------===//

class GpuCertifyPromises : public GpuCertify {
protected:
  HeadReport report(int32_t s, int32_t h, int64_t row) const {
    return params.report[(s * kHeads + h) * groupRows() + row];
  }
  const GroupRounds &rounds(int32_t s, int32_t h) const {
    return params.work.rounds[s * kHeads + h];
  }
};

/// A group that meets its error early does not read on because another one in
/// the batch has to; what is read in all rounds is counted.
TEST_P(GpuCertifyPromises, AGroupThatIsDoneIsLeftAlone) {
  appendAll();
  makeDecode();
  params.certify = 0;
  launchDecode(/*sweep=*/true);
  std::vector<float> first = outputs();
  HeadReport before[] = {report(0, 0, 0), report(1, 0, 0)};
  EXPECT_EQ(before[0].certificate, kNotAsked);
  auto ratio = [&](int32_t s) {
    return std::max(report(s, 0, 0).bound / report(s, 0, 0).norm,
                    report(s, 0, 1).bound / report(s, 0, 1).norm);
  };
  // Between the two: one is as it should be at once, the other is not.
  int32_t tight = ratio(0) < ratio(1) ? 0 : 1, loose = 1 - tight;
  params.certify = std::sqrt(ratio(0) * ratio(1));
  launchDecode(/*sweep=*/true);
  EXPECT_EQ(rounds(tight, 0).round, 1);
  EXPECT_EQ(report(tight, 0, 0).certificate, kCertified);
  EXPECT_EQ(report(tight, 0, 0).bytes, before[tight].bytes);
  std::vector<float> second = outputs();
  int64_t from = tight * params.outputStride[0],
          to = from + params.outputStride[1];
  EXPECT_TRUE(std::equal(first.begin() + from, first.begin() + to,
                         second.begin() + from));
  EXPECT_GT(rounds(loose, 0).round, 1);
  EXPECT_GE(report(loose, 0, 0).planeBytes, 2 * before[loose].planeBytes);
}

/// A round is the decode of its budget, and nothing else.
TEST_P(GpuCertifyPromises, TheLastRoundIsThatOfItsBudget) {
  appendAll();
  makeDecode();
  launchDecode(/*sweep=*/true);
  GroupRounds last = rounds(1, 0);
  std::vector<float> certified = outputs();
  ASSERT_GT(last.round, 1);
  ASSERT_LT(last.budget, kFullBudget);
  params.certify = 0;
  params.budget = last.budget;
  launchDecode(/*sweep=*/true);
  std::vector<float> plain = outputs();
  int64_t from = params.outputStride[0], to = from + params.outputStride[1];
  EXPECT_TRUE(std::equal(plain.begin() + from, plain.begin() + to,
                         certified.begin() + from));
}

TEST_P(GpuCertifyPromises, OrderOfThreadsDoesNotMatter) {
  checkOrderOfThreads();
}

/// What is not a number is not within any bound of it.
TEST_P(GpuCertifyPromises, NonFiniteQueryRowReadsEverything) {
  appendAll();
  makeDecode();
  spoilQuery();
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 0, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 0, 1)[0]));
  EXPECT_EQ(report(0, 0, 0).certificate, kReadEverything);
  EXPECT_EQ(report(0, 0, 0).keyRows[2], report(0, 0, 0).visible);
  EXPECT_EQ(rounds(0, 0).budget, kFullBudget);
  EXPECT_LT(rounds(1, 0).budget, kFullBudget); // another group
}

std::vector<Case> promiseCases() {
  Case c;
  c.name = "Group2";
  c.group = 2;
  c.budget = kCertifiedFirstBudget;
  c.certify = 0.1f;
  c.lengths = {260, 260};
  return {c};
}
INSTANTIATE_TEST_SUITE_P(Promises, GpuCertifyPromises,
                         testing::ValuesIn(promiseCases()), caseName);

} // namespace
