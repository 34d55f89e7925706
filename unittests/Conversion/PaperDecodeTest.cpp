//===- PaperDecodeTest.cpp - AlignedKV's tiers, and answers ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../tools/support/PaperModel.h"
#include "../Support/Vectors.h"
#include "PaperKernels.h"

#include "gtest/gtest.h"

using namespace aligned;
using namespace aligned::test;
using reference::Row;

namespace {
class PaperDecodeOnEvery : public PaperOnTarget {};
} // namespace
INSTANTIATE_TEST_SUITE_P(Targets, PaperDecodeOnEvery,
                         testing::Values(Target::Cpu, Target::Gpu),
                         nameOfTarget);

namespace {
/// The model of a group: the largest number of bits that a row asks for counts.
struct PaperModel {
  PaperModel(const reference::Problem &problem, const std::vector<Row> &keys,
             const std::vector<Row> &values)
      : p(problem), keys(keys), values(values) {
    while (page < p.length && !p.inRange(0, page))
      ++page;
    page = page / kPageTokens * kPageTokens;
    chooseChannels();
    for (size_t r = 0; r < p.queries.size(); ++r)
      scoreRow(r);
    valueBits.assign(p.length, 0);
    for (size_t r = 0; r < p.queries.size(); ++r)
      chooseRows(r);
    for (size_t r = 0; r < p.queries.size(); ++r)
      reference::finishRow(
          p, r, scores[r],
          [&](size_t t, size_t d) {
            return paper::prefix(values[t][d], valueBits[t]);
          },
          values.front().size(), answer);
  }

  reference::Answer answer;
  std::vector<int> channelBits, valueBits;
  bool isClose = false; ///< whether rounding may decide a tier of V

private:
  auto elementOf(const std::vector<Row> &rows) const {
    return [&](size_t t, size_t d) { return rows[t][d]; };
  }

  void chooseChannels() {
    size_t dim = keys.front().size();
    auto exponents =
        paper::channelExponents(elementOf(keys), page, p.length, dim);
    channelBits.assign(dim, 8);
    for (const Row &query : p.queries) {
      auto bits =
          paper::channelBits([&](size_t d) { return query[d]; }, exponents);
      for (size_t d = 0; d < dim; ++d)
        channelBits[d] = std::max(channelBits[d], bits[d]);
    }
  }

  void scoreRow(size_t r) {
    std::vector<double> row;
    for (size_t t = 0; t < p.length; ++t) {
      double dot = 0;
      for (size_t d = 0; d < keys[t].size(); ++d)
        dot +=
            double(p.queries[r][d]) * paper::prefix(keys[t][d], channelBits[d]);
      row.push_back(p.score(dot * p.scale * reference::kLog2e, r, t));
    }
    scores.push_back(row);
  }

  void chooseRows(size_t r) {
    double total = reference::logSum(scores[r]);
    std::vector<double> weights;
    for (double score : scores[r])
      weights.push_back(std::exp2(score - total));
    int aligned = paper::alignment(
        weights, elementOf(values),
        paper::channelExponents(elementOf(values), page, p.length,
                                values.front().size()),
        &isClose);
    for (size_t t = 0; t < p.length; ++t) {
      if (!p.inRange(0, t) && !p.inRange(p.rows - 1, t))
        continue;
      double logarithm = std::log2(weights[t]);
      isClose |= std::fabs(logarithm - std::rint(logarithm)) < 1e-3;
      valueBits[t] =
          std::max(valueBits[t], paper::rowBits(aligned, weights[t]));
    }
  }

  const reference::Problem &p;
  const std::vector<Row> &keys, &values;
  size_t page = 0; ///< where the first page begins that is seen
  std::vector<std::vector<double>> scores;
};
} // namespace

static void expectTiers(const HeadReport &report, const PaperModel &model) {
  static constexpr int kBits[] = {8, 12, 16};
  for (int i = 0; i < 3; ++i) {
    const auto &channels = model.channelBits;
    EXPECT_EQ(report.keyRows[i],
              std::count(channels.begin(), channels.end(), kBits[i]));
    if (!model.isClose)
      EXPECT_EQ(
          report.valueRows[i],
          std::count(model.valueBits.begin(), model.valueBits.end(), kBits[i]));
  }
}

static void expectNearModel(const Scene &scene, int64_t s, int64_t head) {
  auto problem = scene.problem(s, head);
  const auto &keys = scene.keys[s][head], &values = scene.values[s][head];
  PaperModel model(problem, keys, values);
  auto exact = reference::exact(problem, keys, values);
  for (int64_t r = 0; r < scene.shape.groupRows(); ++r) {
    SCOPED_TRACE("length " + std::to_string(scene.lengths[s]) + ", head " +
                 std::to_string(head) + ", row " + std::to_string(r));
    std::vector<float> o = scene.output(s, head, r);
    const HeadReport &report = scene.report(s, head, r);
    EXPECT_EQ(report.visible, int(problem.visible(r)));
    if (report.visible == 0) { // a causal row before the only token
      EXPECT_EQ(report.bound, 0);
      EXPECT_TRUE(std::isnan(o[0]));
      continue;
    }
    if (std::isinf(model.answer.logSumExps[r])) { // everything is masked
      EXPECT_EQ(report.logSumExp, model.answer.logSumExps[r]);
      EXPECT_EQ(o, std::vector<float>(o.size(), 0.0f));
      continue;
    }
    double size = norm(exact.outputs[r]);
    EXPECT_LE(distance(o, model.answer.outputs[r]),
              (model.isClose ? 2e-2 : 2e-5) * size);
    EXPECT_NEAR(report.logSumExp, model.answer.logSumExps[r],
                2e-5 * (1 + std::fabs(model.answer.logSumExps[r])));
    EXPECT_LE(distance(o, exact.outputs[r]), report.bound);
    expectTiers(report, model);
  }
}

namespace {
class PaperDecode : public testing::TestWithParam<std::tuple<Target, Shape>> {};
} // namespace

TEST_P(PaperDecode, AgreesWithTheModel) {
  auto [target, shape] = GetParam();
  auto kernels = compilePaper(shape, target);
  static const std::vector<int32_t> kLengths = {1, 31, 128, 129, 300, 1000};
  Scene scene(shape, kLengths);
  scene.fill(*kernels);
  scene.decode(*kernels);
  for (size_t s = 0; s < kLengths.size(); ++s)
    for (int64_t head = 0; head < Scene::kHeads; ++head)
      expectNearModel(scene, s, head);
}

static std::vector<Shape> shapes() {
  std::vector<Shape> all;
  auto add = [&](auto change) {
    Shape shape = paperShape();
    change(shape);
    all.push_back(shape);
  };
  add([](Shape &) {});
  add([](Shape &s) { s.keyDim = s.valueDim = 128, s.group = 4; });
  add([](Shape &s) { s.keyDim = 80, s.valueDim = 48, s.group = 7; });
  add([](Shape &s) { s.keyDim = 192, s.valueDim = 256, s.group = 3; });
  add([](Shape &s) { s.keyDim = 32, s.valueDim = 160, s.group = 12; });
  add([](Shape &s) { s.query = "f32", s.group = 2, s.softcap = 5; });
  add([](Shape &s) { s.window = 100, s.query = "bf16"; });
  add([](Shape &s) { s.causal = true, s.rows = 2, s.group = 3; });
  add([](Shape &s) { s.mask = "f32", s.sinks = "f32", s.group = 2; });
  add([](Shape &s) { s.mask = "i1", s.zeroWhereMasked = true; });
  return all;
}

static std::string
nameOfShape(const testing::TestParamInfo<std::tuple<Target, Shape>> &info) {
  const Shape &s = std::get<1>(info.param);
  return nameOf(std::get<0>(info.param)) + "k" + std::to_string(s.keyDim) +
         "v" + std::to_string(s.valueDim) + "g" + std::to_string(s.group) +
         "m" + std::to_string(s.rows) + s.query + (s.softcap ? "softcap" : "") +
         (s.window ? "window" : "") + (s.causal ? "causal" : "") +
         (s.mask == "none" ? "" : "mask") + (s.mask == "none" ? "" : s.mask);
}
INSTANTIATE_TEST_SUITE_P(Shapes, PaperDecode,
                         testing::Combine(testing::Values(Target::Cpu,
                                                          Target::Gpu),
                                          testing::ValuesIn(shapes())),
                         nameOfShape);

/// Long sequences have chunks of two pages on a GPU.
TEST_P(PaperDecodeOnEvery, DecodesLongSequences) {
  Shape shape = paperShape();
  auto kernels = compile(shape);
  Scene scene(shape, {4300});
  scene.fill(*kernels);
  scene.decode(*kernels);
  expectNearModel(scene, 0, 1);
}

/// The control reads all bits, and is attention over the rows themselves.
TEST_P(PaperDecodeOnEvery, FullReadsEverything) {
  Shape shape = paperShape();
  shape.budget = kFullBudget;
  auto kernels = compile(shape);
  Scene scene(shape, {300});
  scene.fill(*kernels);
  scene.decode(*kernels);
  auto exact = reference::exact(scene.problem(0, 0), scene.keys[0][0],
                                scene.values[0][0]);
  const HeadReport &report = scene.report(0, 0, 0);
  EXPECT_EQ(report.keyRows[2], 64);
  EXPECT_EQ(report.valueRows[2], 300);
  EXPECT_EQ(report.planeBytes, 300 * 64 * 4);
  // Nothing is estimated: planes, scales, page tables and the largest of each
  // channel.
  EXPECT_EQ(report.bytes,
            report.planeBytes + 300 * 2 * 2 + 3 * (2 * 4 + 64 + 64));
  EXPECT_LE(distance(scene.output(0, 0, 0), exact.outputs[0]),
            2e-6 * norm(exact.outputs[0]));
}

/// As over other planes: a row that is not finite reaches everyone who sees it,
/// in all channels, and nobody else.
TEST_P(PaperDecodeOnEvery, NonFiniteRowsReachThoseWhoSeeThem) {
  Shape shape = paperShape();
  shape.window = 50;
  auto kernels = compile(shape);
  for (bool inKey : {false, true})
    for (float value : {INFINITY, -INFINITY, std::nanf("")}) {
      Scene scene(shape, {300, 300});
      auto &rows = inKey ? scene.keys : scene.values;
      rows[0][1][280][3] = value; // visible
      rows[1][1][100][3] = value; // before the window
      scene.fill(*kernels);
      scene.decode(*kernels);
      for (float o : scene.output(0, 1, 0))
        EXPECT_TRUE(std::isnan(o));
      for (auto [s, head] : {std::pair(0, 0), std::pair(1, 0), std::pair(1, 1)})
        for (float o : scene.output(s, head, 0))
          EXPECT_TRUE(std::isfinite(o));
      EXPECT_EQ(scene.status(0), kStatusNonFinite);
    }
}

TEST_P(PaperDecodeOnEvery, NonFiniteQueryRowIsNaNForItselfAlone) {
  Shape shape = paperShape();
  shape.group = 2;
  auto kernels = compile(shape);
  Scene scene(shape, {200});
  scene.queries[0][0][0][5] = INFINITY;
  scene.fill(*kernels);
  scene.decode(*kernels);
  for (float o : scene.output(0, 0, 0))
    EXPECT_TRUE(std::isnan(o));
  for (auto [head, row] : {std::pair(0, 1), std::pair(1, 0)})
    for (float o : scene.output(0, head, row))
      EXPECT_TRUE(std::isfinite(o));
}

/// A sequence's answer is the same bits alone, in any batch, and in a larger
/// grid.
TEST_P(PaperDecodeOnEvery, BatchesDoNotMatter) {
  Shape shape = paperShape();
  shape.group = 3;
  auto kernels = compile(shape);
  Scene scene(shape, {700, 1, 260});
  scene.fill(*kernels);
  scene.decode(*kernels);
  auto together = scene.output(2, 1, 2);
  auto report = scene.report(2, 1, 2);
  scene.decode(*kernels, {2}, /*moreChunks=*/3);
  EXPECT_EQ(together, scene.output(0, 1, 2));
  EXPECT_EQ(report.bytes, scene.report(0, 1, 2).bytes);
  EXPECT_EQ(report.bound, scene.report(0, 1, 2).bound);
}
