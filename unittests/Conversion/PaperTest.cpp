//===- PaperTest.cpp - Planes of f16 bits, and AlignedKV's tiers ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../tools/support/PaperModel.h"
#include "../Support/KernelScene.h"
#include "../Support/Vectors.h"

#include "gtest/gtest.h"

using namespace aligned;
using namespace aligned::test;
using reference::Row;

static Shape paperShape() {
  Shape shape;
  shape.query = shape.cache = "f16";
  shape.encoding = "ieee";
  shape.budget = kPaperBudget;
  return shape;
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

static std::vector<uint16_t> unpack(const CompiledKernels &kernels,
                                    Scene &scene, const char *kernel,
                                    const PlanesMemory &planes, int64_t dim) {
  int64_t length = scene.lengths[0];
  std::vector<uint16_t> rows(Scene::kHeads * length * dim);
  UnpackParams params{rows.data(),         {0, length * dim, dim, 1},
                      planes.view(),       scene.slots.data(),
                      scene.stored.data(), 1,
                      Scene::kHeads};
  kernels.run(kernel, params, 8, Scene::kHeads, 1);
  return rows;
}

static void expectRows(const std::vector<uint16_t> &unpacked,
                       const std::vector<std::vector<Row>> &rows) {
  size_t i = 0;
  for (const auto &head : rows)
    for (const Row &row : head)
      for (float value : row)
        ASSERT_EQ(unpacked[i++], paper::halfBits(value));
}

class PaperPlanes : public testing::TestWithParam<int64_t> {};

/// Nothing is lost, and the bytes do not depend on how the rows arrive.
TEST_P(PaperPlanes, HoldTheBits) {
  Shape shape = paperShape();
  shape.keyDim = GetParam();
  shape.valueDim = GetParam() / 2;
  CompiledKernels kernels(shape.kernels());
  std::vector<std::vector<uint8_t>> bytes[2];
  for (int64_t step : {1, 16, 257, 700}) {
    Scene scene(shape, {700});
    for (auto *rows : {&scene.keys, &scene.values}) {
      (*rows)[0][0][3][2] = -0.0f;
      (*rows)[0][1][5][1] = 3e-7f; // a denormal
    }
    for (int64_t t = 0; t < 700; t += step)
      scene.append(kernels, 0, t, std::min<int64_t>(t + step, 700));
    scene.stored[0] = 700;
    EXPECT_EQ(scene.status(0), 0u);
    for (auto *rows : {&scene.keys, &scene.values})
      (*rows)[0][1][5][1] = paper::ofHalfBits(paper::halfBits(3e-7f));
    expectRows(
        unpack(kernels, scene, "unpack_key", scene.keyPlanes, shape.keyDim),
        scene.keys[0]);
    expectRows(unpack(kernels, scene, "unpack_value", scene.valuePlanes,
                      shape.valueDim),
               scene.values[0]);
    int which = 0;
    for (auto *planes : {&scene.keyPlanes, &scene.valuePlanes}) {
      const uint8_t *begin = planes->page(0, 0, 0);
      auto &all = bytes[which++];
      all.emplace_back(begin, begin + planes->layout.pageBytes());
      EXPECT_EQ(all.front(), all.back()) << "in steps of " << step;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(HeadDims, PaperPlanes,
                         testing::Values(32, 64, 80, 256));

/// The bits lie where PageLayout.h says, keys channel by channel.
TEST(PaperLayout, IsThatOfTheHeader) {
  Shape shape = paperShape();
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {128});
  scene.fill(kernels);
  PageLayout layout = shape.keyLayout();
  EXPECT_EQ(layout.rowBytes(0), kPageTokens);
  EXPECT_EQ(layout.rowBytes(1), kPageTokens / 2);
  const uint8_t *page = scene.keyPlanes.page(0, 1, 0);
  for (int64_t d : {0, 17, 63})
    for (int64_t t : {0, 15, 16, 31, 100, 127}) {
      uint16_t bits = paper::halfBits(scene.keys[0][1][t][d]);
      auto nibble = [&](int plane) {
        int byte =
            page[layout.planeOffset(plane) + d * 64 + t / 32 * 16 + t % 16];
        return t % 32 < 16 ? byte & 15 : byte >> 4;
      };
      EXPECT_EQ(page[layout.planeOffset(0) + d * 128 + t], bits >> 8);
      EXPECT_EQ(nibble(1), bits >> 4 & 15);
      EXPECT_EQ(nibble(2), bits & 15);
    }
}

/// Rows that were cut off no longer count among the largest of a channel.
TEST(PaperPlanes, ForgetsRowsThatWereCutOff) {
  Shape shape = paperShape();
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {200}), fresh(shape, {200});
  fresh.fill(kernels);
  auto keep = scene.keys[0][0][150], keepValue = scene.values[0][0][150];
  scene.keys[0][0][150][7] = scene.values[0][0][150][7] = 1000;
  scene.append(kernels, 0, 0, 180);
  scene.keys[0][0][150] = keep;
  scene.values[0][0][150] = keepValue;
  scene.append(kernels, 0, 150, 200);
  for (int64_t number : {0, 1})
    for (int64_t d = 0; d < 64; ++d) {
      EXPECT_EQ(scene.keyPlanes.page(0, 0, number)[d],
                fresh.keyPlanes.page(0, 0, number)[d]);
      EXPECT_EQ(scene.valuePlanes.page(0, 0, number)[d],
                fresh.valuePlanes.page(0, 0, number)[d]);
    }
}

//===----------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------===//

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
    double size = norm(exact.outputs[r]);
    EXPECT_LE(distance(o, model.answer.outputs[r]),
              (model.isClose ? 2e-2 : 2e-5) * size);
    EXPECT_NEAR(report.logSumExp, model.answer.logSumExps[r],
                2e-5 * (1 + std::fabs(model.answer.logSumExps[r])));
    EXPECT_LE(distance(o, exact.outputs[r]), report.bound);
    expectTiers(report, model);
  }
}

class PaperDecode : public testing::TestWithParam<Shape> {};

TEST_P(PaperDecode, AgreesWithTheModel) {
  CompiledKernels kernels(GetParam().kernels());
  static const std::vector<int32_t> kLengths = {1, 31, 128, 129, 300, 1000};
  Scene scene(GetParam(), kLengths);
  scene.fill(kernels);
  scene.decode(kernels);
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
  add([](Shape &s) { s.query = "f32", s.group = 2, s.softcap = 5; });
  add([](Shape &s) { s.window = 100, s.query = "bf16"; });
  add([](Shape &s) { s.causal = true, s.rows = 2, s.group = 3; });
  return all;
}

static std::string nameOf(const testing::TestParamInfo<Shape> &info) {
  const Shape &s = info.param;
  return "k" + std::to_string(s.keyDim) + "v" + std::to_string(s.valueDim) +
         "g" + std::to_string(s.group) + "m" + std::to_string(s.rows) +
         s.query + (s.softcap ? "softcap" : "") + (s.window ? "window" : "") +
         (s.causal ? "causal" : "");
}
INSTANTIATE_TEST_SUITE_P(Shapes, PaperDecode, testing::ValuesIn(shapes()),
                         nameOf);

/// The control reads all bits, and is attention over the rows themselves.
TEST(PaperDecode, FullReadsEverything) {
  Shape shape = paperShape();
  shape.budget = kFullBudget;
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {300});
  scene.fill(kernels);
  scene.decode(kernels);
  auto exact = reference::exact(scene.problem(0, 0), scene.keys[0][0],
                                scene.values[0][0]);
  const HeadReport &report = scene.report(0, 0, 0);
  EXPECT_EQ(report.keyRows[2], 64);
  EXPECT_EQ(report.valueRows[2], 300);
  EXPECT_EQ(report.planeBytes, 300 * 64 * 4);
  EXPECT_LE(distance(scene.output(0, 0, 0), exact.outputs[0]),
            2e-6 * norm(exact.outputs[0]));
}

/// As over other planes: a row that is not finite reaches everyone who sees it,
/// in all channels, and nobody else.
TEST(PaperDecode, NonFiniteRowsReachThoseWhoSeeThem) {
  for (bool inKey : {false, true})
    for (float value : {INFINITY, -INFINITY, std::nanf("")}) {
      Shape shape = paperShape();
      shape.window = 50;
      CompiledKernels kernels(shape.kernels());
      Scene scene(shape, {300, 300});
      auto &rows = inKey ? scene.keys : scene.values;
      rows[0][1][280][3] = value; // visible
      rows[1][1][100][3] = value; // before the window
      scene.fill(kernels);
      scene.decode(kernels);
      for (float o : scene.output(0, 1, 0))
        EXPECT_TRUE(std::isnan(o));
      for (auto [s, head] : {std::pair(0, 0), std::pair(1, 0), std::pair(1, 1)})
        for (float o : scene.output(s, head, 0))
          EXPECT_TRUE(std::isfinite(o));
      EXPECT_EQ(scene.status(0), kStatusNonFinite);
    }
}
