//===- PaperTest.cpp - Planes of f16 bits, and AlignedKV's tiers ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../tools/support/PaperModel.h"
#include "../Support/CompiledKernels.h"
#include "../Support/KernelScene.h"
#include "../Support/Vectors.h"
#include "EmulatedKernels.h"

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

/// What kernels are for: this machine, or a GPU, which is emulated.
enum class Target { Cpu, Gpu };

static std::string nameOf(Target target) {
  return target == Target::Cpu ? "cpu" : "gpu";
}
static std::string nameOfTarget(const testing::TestParamInfo<Target> &info) {
  return nameOf(info.param);
}

static std::unique_ptr<Kernels> compile(const Shape &shape, Target target) {
  if (target == Target::Cpu)
    return std::make_unique<CompiledKernels>(shape.kernels());
  return std::make_unique<EmulatedKernels>(shape.kernels());
}

class PaperOnEvery : public testing::TestWithParam<Target> {
protected:
  std::unique_ptr<Kernels> compile(const Shape &shape) const {
    return ::compile(shape, GetParam());
  }
};
INSTANTIATE_TEST_SUITE_P(Targets, PaperOnEvery,
                         testing::Values(Target::Cpu, Target::Gpu),
                         nameOfTarget);

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

static std::vector<uint16_t> unpack(const Kernels &kernels, Scene &scene,
                                    const char *kernel,
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

class PaperPlanes : public testing::TestWithParam<std::tuple<Target, int64_t>> {
};

/// Nothing is lost, and the bytes do not depend on how the rows arrive.
TEST_P(PaperPlanes, HoldTheBits) {
  auto [target, dim] = GetParam();
  Shape shape = paperShape();
  shape.keyDim = dim;
  shape.valueDim = dim / 2;
  auto compiled = compile(shape, target);
  const Kernels &kernels = *compiled;
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
static std::string
nameOfPlanes(const testing::TestParamInfo<std::tuple<Target, int64_t>> &info) {
  return nameOf(std::get<0>(info.param)) + "K" +
         std::to_string(std::get<1>(info.param));
}
INSTANTIATE_TEST_SUITE_P(Cpu, PaperPlanes,
                         testing::Combine(testing::Values(Target::Cpu),
                                          testing::Values(32, 64, 80, 256)),
                         nameOfPlanes);
INSTANTIATE_TEST_SUITE_P(Gpu, PaperPlanes,
                         testing::Combine(testing::Values(Target::Gpu),
                                          testing::Values(32, 96, 256)),
                         nameOfPlanes);

/// The bits lie where PageLayout.h says, keys channel by channel.
TEST_P(PaperOnEvery, LayoutIsThatOfTheHeader) {
  Shape shape = paperShape();
  auto kernels = compile(shape);
  Scene scene(shape, {128});
  scene.fill(*kernels);
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
TEST_P(PaperOnEvery, PlanesForgetRowsThatWereCutOff) {
  Shape shape = paperShape();
  auto compiled = compile(shape);
  const Kernels &kernels = *compiled;
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

class PaperDecode : public testing::TestWithParam<std::tuple<Target, Shape>> {};

TEST_P(PaperDecode, AgreesWithTheModel) {
  auto [target, shape] = GetParam();
  auto kernels = compile(shape, target);
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
TEST_P(PaperOnEvery, DecodesLongSequences) {
  Shape shape = paperShape();
  auto kernels = compile(shape);
  Scene scene(shape, {4300});
  scene.fill(*kernels);
  scene.decode(*kernels);
  expectNearModel(scene, 0, 1);
}

/// The control reads all bits, and is attention over the rows themselves.
TEST_P(PaperOnEvery, FullReadsEverything) {
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
TEST_P(PaperOnEvery, NonFiniteRowsReachThoseWhoSeeThem) {
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

TEST_P(PaperOnEvery, NonFiniteQueryRowIsNaNForItselfAlone) {
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
TEST_P(PaperOnEvery, BatchesDoNotMatter) {
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

//===----------------------------------------------------------------------===//
// A GPU against this machine
//===----------------------------------------------------------------------===//

static void expectSamePlanes(const Scene &gpu, const Scene &cpu) {
  for (auto [a, b] : {std::pair(&gpu.keyPlanes, &cpu.keyPlanes),
                      std::pair(&gpu.valuePlanes, &cpu.valuePlanes)}) {
    ASSERT_EQ(a->pages.bytes, b->pages.bytes);
    const auto *x = a->pages.as<uint8_t>(), *y = b->pages.as<uint8_t>();
    size_t first = 0;
    while (first < a->pages.bytes && x[first] == y[first])
      ++first;
    EXPECT_EQ(first, a->pages.bytes)
        << (a == &gpu.keyPlanes ? "keys" : "values");
  }
}

/// K and V in one launch: a step's rows, or many; and the lengths.
static void appendBoth(Scene &scene, const Kernels &kernels, const char *kernel,
                       int64_t from, int64_t to) {
  std::vector<uint8_t> rows[2];
  Element element{scene.shape.cache};
  for (auto [which, all] : {std::pair(0, &scene.keys), {1, &scene.values}})
    for (int64_t t = from; t < to; ++t)
      for (int64_t head = 0; head < Scene::kHeads; ++head)
        for (float value : (*all)[0][head][t]) {
          rows[which].resize(rows[which].size() + element.bytes());
          element.write(&*rows[which].end() - element.bytes(), value);
        }
  int32_t arrived = 0;
  ExtendParams params{
      scene.appendParams(scene.keyPlanes, rows[0].data(), scene.shape.keyDim, 0,
                         from, to - from),
      scene.appendParams(scene.valuePlanes, rows[1].data(),
                         scene.shape.valueDim, 0, from, to - from),
      scene.stored.data(), &arrived};
  kernels.run(kernel, params, 2, Scene::kHeads, 1);
  EXPECT_EQ(scene.stored[0], to);
  EXPECT_EQ(arrived, 0);
}

/// Every byte, however the rows arrive: also those that another position
/// shares, and those that nothing was written to.
TEST(PaperOnGpu, StoresThePlanesOfTheCpu) {
  for (int64_t dim : {64, 80}) {
    Shape shape = paperShape();
    shape.keyDim = dim;
    shape.valueDim = 144 - dim;
    EmulatedKernels gpu(shape.kernels());
    CompiledKernels cpu(shape.kernels());
    Scene onGpu(shape, {690}), onCpu(shape, {690});
    for (Scene *scene : {&onGpu, &onCpu}) {
      scene->keys[0][0][200][3] = INFINITY;
      scene->values[0][1][129][7] = std::nanf("");
      scene->keys[0][1][3][2] = scene->values[0][0][3][2] = -0.0f;
    }
    int64_t at = 0;
    for (auto [kernel, rows] : {std::pair("decode_pack", 300),
                                {"decode_extend", 1},
                                {"decode_extend", 8},
                                {"decode_pack", 71},
                                {"decode_extend", 7},
                                {"decode_pack", 302},
                                {"decode_extend", 1}}) {
      SCOPED_TRACE(testing::Message() << kernel << " of " << rows << " rows");
      appendBoth(onGpu, gpu, kernel, at, at + rows);
      onCpu.append(cpu, 0, at, at + rows);
      at += rows;
      expectSamePlanes(onGpu, onCpu);
      EXPECT_EQ(onGpu.status(0), onCpu.status(0));
    }
  }
}

/// Nothing is written beyond what is reserved.
TEST(PaperOnGpu, AppendBeyondTheCapacityWritesNothing) {
  Shape shape = paperShape();
  EmulatedKernels gpu(shape.kernels());
  Scene scene(shape, {100}), untouched(shape, {100});
  scene.capacity[0] = 99;
  scene.append(gpu, 0, 0, 100);
  expectSamePlanes(scene, untouched);
  EXPECT_EQ(scene.status(0), kStatusOverflow);
}

TEST(PaperOnGpu, AnswersAsTheCpu) {
  Shape shape = paperShape();
  shape.keyDim = shape.valueDim = 128;
  shape.group = 4;
  EmulatedKernels gpu(shape.kernels());
  CompiledKernels cpu(shape.kernels());
  std::vector<int32_t> lengths = {600, 133, 1};
  Scene onGpu(shape, lengths), onCpu(shape, lengths);
  onGpu.fill(gpu);
  onCpu.fill(cpu);
  for (float budget : {kPaperBudget, kFullBudget}) {
    onGpu.budget = onCpu.budget = budget;
    onGpu.decode(gpu);
    onCpu.decode(cpu);
    for (size_t s = 0; s < lengths.size(); ++s)
      for (int64_t head = 0; head < Scene::kHeads; ++head)
        for (int64_t r = 0; r < shape.groupRows(); ++r) {
          SCOPED_TRACE(testing::Message() << "budget " << budget << " sequence "
                                          << s << " row " << r);
          auto a = onGpu.output(s, head, r), b = onCpu.output(s, head, r);
          EXPECT_LE(distance(a, {b.begin(), b.end()}),
                    2e-6 * norm({b.begin(), b.end()}));
          const HeadReport &x = onGpu.report(s, head, r),
                           &y = onCpu.report(s, head, r);
          for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(x.keyRows[i], y.keyRows[i]);
            EXPECT_EQ(x.valueRows[i], y.valueRows[i]);
          }
          EXPECT_EQ(x.planeBytes, y.planeBytes);
          EXPECT_EQ(x.bytes, y.bytes);
          EXPECT_EQ(x.visible, y.visible);
          EXPECT_NEAR(x.logSumExp, y.logSumExp, 1e-5);
          EXPECT_NEAR(x.norm, y.norm, 1e-5 * y.norm);
          EXPECT_NEAR(x.bound, y.bound, 1e-3 * y.bound);
          EXPECT_NEAR(x.estimate, y.estimate, 1e-3 * y.estimate);
        }
  }
}

/// However threads are scheduled, the same bits.
TEST(PaperOnGpu, OrderOfThreadsDoesNotMatter) {
  Shape shape = paperShape();
  shape.group = 9;
  EmulatedKernels gpu(shape.kernels());
  Scene scene(shape, {520});
  scene.fill(gpu);
  scene.decode(gpu);
  auto first = scene.output(0, 1, 8);
  for (uint32_t seed : {5, 6}) {
    gpu.setSeed(seed);
    scene.decode(gpu);
    EXPECT_EQ(first, scene.output(0, 1, 8));
  }
}
