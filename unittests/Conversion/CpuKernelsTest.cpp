//===- CpuKernelsTest.cpp - Compiled kernels against the reference --------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Support/CompiledKernels.h"
#include "../Support/KernelScene.h"
#include "../Support/Vectors.h"

#include "gtest/gtest.h"

using namespace aligned;
using namespace aligned::test;
using reference::Row;

/// With every edge of pages and chunks.
static const std::vector<int32_t> kLengths = {0, 1, 127, 128, 129, 300, 1000};

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

static std::vector<uint32_t> bitsOf(const Row &row) {
  std::vector<uint32_t> bits;
  for (float value : row)
    bits.push_back(reference::bitsOf(value));
  return bits;
}

static void expectEqual(const reference::Packed &a,
                        const reference::Packed &b) {
  ASSERT_EQ(a.codes.size(), b.codes.size());
  for (size_t page = 0; page < b.centres.size(); ++page)
    ASSERT_EQ(bitsOf(a.centres[page]), bitsOf(b.centres[page]))
        << "centre of page " << page;
  for (size_t t = 0; t < b.codes.size(); ++t) {
    ASSERT_EQ(reference::bitsOf(a.scales[t]), reference::bitsOf(b.scales[t]))
        << "scale of row " << t;
    ASSERT_EQ(a.codes[t], b.codes[t]) << "row " << t;
  }
}

class Planes : public testing::TestWithParam<std::pair<int64_t, const char *>> {
};

/// Planes are a function of rows and positions alone: however rows arrive, the
/// bytes are those of the model.
TEST_P(Planes, AreTheModelsHoweverRowsArrive) {
  Shape shape;
  shape.keyDim = shape.valueDim = GetParam().first;
  shape.cache = GetParam().second;
  CompiledKernels kernels(shape.kernels());
  std::vector<std::vector<uint8_t>> bytes;
  for (int64_t step : {1, 16, 257, 700}) {
    Scene scene(shape, {700});
    for (int64_t t = 0; t < 700; t += step)
      scene.append(kernels, 0, t, std::min<int64_t>(t + step, 700));
    EXPECT_EQ(scene.status(0), 0u);
    for (int64_t head = 0; head < Scene::kHeads; ++head) {
      expectEqual(scene.keyPlanes.read(0, head, 700),
                  reference::pack(scene.keys[0][head]));
      expectEqual(scene.valuePlanes.read(0, head, 700),
                  reference::pack(scene.values[0][head]));
    }
    const Memory &pages = scene.keyPlanes.pages;
    bytes.emplace_back(pages.as<uint8_t>(), pages.as<uint8_t>() + pages.bytes);
    EXPECT_EQ(bytes.front(), bytes.back()) << "in steps of " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(
    HeadDims, Planes,
    testing::Values(std::pair(16, "bf16"), std::pair(64, "f16"),
                    std::pair(80, "bf16"), std::pair(100, "f32"),
                    std::pair(99, "f16"), std::pair(256, "bf16")));

/// Unpacking is within half a unit of the last digit, and a rounding to the
/// rows' own type, of what was packed.
TEST(Unpack, ReturnsTheRows) {
  Shape shape;
  shape.keyDim = 80;
  shape.cache = "f16";
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {300});
  scene.fill(kernels);
  std::vector<uint16_t> rows(Scene::kHeads * 300 * 80);
  UnpackParams params{
      rows.data(),        {0, 300 * 80, 80, 1}, scene.keyPlanes.view(),
      scene.slots.data(), scene.stored.data(),  1,
      Scene::kHeads};
  kernels.run("unpack_key", params, 8, Scene::kHeads, 1);
  for (int64_t head = 0; head < Scene::kHeads; ++head) {
    auto packed = scene.keyPlanes.read(0, head, 300);
    for (int64_t t = 0; t < 300; ++t) {
      std::vector<float> row;
      for (int64_t d = 0; d < 80; ++d)
        row.push_back(Element{"f16"}.read(&rows[(head * 300 + t) * 80 + d]));
      const Row &original = scene.keys[0][head][t];
      std::vector<double> expected(original.begin(), original.end());
      double limit =
          std::sqrt(80.0) * packed.scales[t] / 65536 + norm(expected) / 2048;
      EXPECT_LE(distance(row, expected), limit) << "row " << t;
    }
  }
}

/// An append that does not fit writes nothing and says so; so does advance.
TEST(Append, RefusesWhatWasNotReserved) {
  Shape shape;
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {200});
  scene.append(kernels, 0, 0, 100);
  auto before = scene.keyPlanes.read(0, 0, 200);
  scene.capacity[0] = 150;
  scene.append(kernels, 0, 100, 200);
  EXPECT_EQ(scene.status(0), kStatusOverflow);
  expectEqual(scene.keyPlanes.read(0, 0, 200), before);

  AdvanceParams params{scene.slots.data(),
                       scene.stored.data(),
                       scene.capacity.data(),
                       scene.statuses.data(),
                       1,
                       50};
  scene.statuses[0] = 0;
  kernels.run("advance", params, 1, 1, 1);
  EXPECT_EQ(scene.stored[0], 150);
  EXPECT_EQ(scene.status(0), 0u);
  kernels.run("advance", params, 1, 1, 1);
  EXPECT_EQ(scene.stored[0], 150);
  EXPECT_EQ(scene.status(0), kStatusOverflow);
}

//===----------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------===//

/// The counts of tiers, as far as needs are not at a threshold.
static bool sameTiers(const HeadReport &report,
                      const reference::Answer &model) {
  int off = 0;
  for (int i = 0; i < 3; ++i) {
    int bits = 4 << i;
    off += std::abs(
        report.keyRows[i] -
        int(std::count(model.keyBits.begin(), model.keyBits.end(), bits)));
    int count = 0;
    for (size_t t = 0; t < model.valueBits.size(); ++t)
      count += model.keyBits[t] && model.valueBits[t] == (i ? bits : 0);
    off += std::abs(report.valueRows[i] - count);
  }
  EXPECT_LE(off, 2 * model.close);
  return off == 0;
}

static void expectNearModel(const Scene &scene, int64_t s, int64_t head) {
  auto problem = scene.problem(s, head);
  int64_t length = scene.lengths[s], dim = scene.shape.valueDim;
  auto model = reference::decode(
      problem, scene.keyPlanes.read(scene.slot(s), head, length),
      scene.valuePlanes.read(scene.slot(s), head, length), dim);
  auto exact = reference::exact(problem, scene.keys[s][head],
                                length ? scene.values[s][head]
                                       : std::vector<Row>{Row(dim)});
  // Rounding of the output itself.
  double own = scene.shape.output == "bf16"  ? 1.0 / 256
               : scene.shape.output == "f16" ? 1.0 / 2048
                                             : 0;
  for (int64_t r = 0; r < scene.shape.groupRows(); ++r) {
    SCOPED_TRACE("length " + std::to_string(length) + ", head " +
                 std::to_string(head) + ", row " + std::to_string(r));
    std::vector<float> o = scene.output(s, head, r);
    const HeadReport &report = scene.report(s, head, r);
    EXPECT_EQ(report.visible, int(problem.visible(r)));
    EXPECT_EQ(report.logSumExp, scene.logSumExp(s, head, r));
    double size = norm(exact.outputs[r]);
    if (exact.logSumExps[r] == -reference::kInfinity) {
      EXPECT_EQ(report.logSumExp, -reference::kInfinity);
      EXPECT_EQ(report.bound, 0);
      for (float value : o)
        EXPECT_TRUE(scene.shape.zeroWhereMasked ? value == 0
                                                : std::isnan(value));
      continue;
    }
    double tolerance = sameTiers(report, model) ? 2e-5 : 2e-3;
    EXPECT_LE(distance(o, model.outputs[r]), (tolerance + own) * size + 1e-30);
    EXPECT_NEAR(report.logSumExp, model.logSumExps[r],
                tolerance * (1 + std::fabs(model.logSumExps[r])));
    EXPECT_NEAR(report.norm, size, 0.02 * size + 1e-30);
    EXPECT_LE(distance(o, exact.outputs[r]), report.bound + own * size);
    EXPECT_GE(report.estimate, 0);
    EXPECT_LE(report.estimate, 20 * report.bound);
  }
}

class Decode : public testing::TestWithParam<Shape> {};

/// Tiers, outputs and log-sum-exps are the model's, the bound holds, and no
/// page without a visible position is touched.
TEST_P(Decode, AgreesWithTheModel) {
  CompiledKernels kernels(GetParam().kernels());
  Scene scene(GetParam(), kLengths);
  scene.fill(kernels);
  for (size_t s = 0; s < kLengths.size(); ++s) {
    int64_t first = 0;
    if (scene.shape.window)
      first = kLengths[s] - scene.shape.rows - scene.shape.window + 1;
    scene.keyPlanes.showOnly(scene.slot(s), first, kLengths[s]);
    scene.valuePlanes.showOnly(scene.slot(s), first, kLengths[s]);
  }
  scene.decode(kernels);
  for (size_t s = 0; s < kLengths.size(); ++s)
    for (int64_t head = 0; head < Scene::kHeads; ++head)
      expectNearModel(scene, s, head);
}

static std::vector<Shape> shapes() {
  std::vector<Shape> all(1);
  auto add = [&](auto change) {
    Shape shape;
    change(shape);
    all.push_back(shape);
  };
  for (int64_t dim : {16, 80, 100, 128, 256})
    add([&](Shape &s) { s.keyDim = s.valueDim = dim, s.group = 3; });
  // Longer than one slab of integer products; K and V of different sizes.
  add([](Shape &s) { s.keyDim = 576, s.valueDim = 512, s.group = 2; });
  // As many query rows as there may be.
  add([](Shape &s) {
    s.keyDim = s.valueDim = 32, s.group = 16, s.rows = 8, s.causal = true;
  });
  for (float budget : {8.0f, 15.0f, kFullBudget})
    add([&](Shape &s) { s.budget = budget, s.group = 4; });
  add([](Shape &s) { s.query = s.cache = s.output = "f16"; });
  add([](Shape &s) { s.query = "f32", s.output = "bf16"; });
  for (const char *mask : {"i1", "bf16", "f32"})
    for (bool zero : {false, true})
      add([&](Shape &s) {
        s.mask = mask, s.zeroWhereMasked = zero, s.rows = 2, s.group = 2;
      });
  add([](Shape &s) { s.softcap = 5, s.group = 3; });
  add([](Shape &s) { s.window = 100; });
  add([](Shape &s) { s.causal = true, s.rows = 2, s.group = 3; });
  add([](Shape &s) { s.causal = true, s.rows = 8, s.window = 130; });
  add([](Shape &s) { s.sinks = "bf16", s.group = 4; });
  add([](Shape &s) { s.sinks = "f32", s.mask = "i1", s.softcap = 20; });
  return all;
}

static std::string nameOf(const testing::TestParamInfo<Shape> &info) {
  const Shape &s = info.param;
  std::string name = "k" + std::to_string(s.keyDim) + "v" +
                     std::to_string(s.valueDim) + "g" +
                     std::to_string(s.group) + "m" + std::to_string(s.rows) +
                     s.query + s.cache + s.output;
  if (s.mask != "none")
    name += "mask" + s.mask + (s.zeroWhereMasked ? "zero" : "nan");
  if (s.sinks != "none")
    name += "sinks" + s.sinks;
  if (s.softcap)
    name += "softcap";
  if (s.window)
    name += "window" + std::to_string(s.window);
  if (s.causal)
    name += "causal";
  return name + "budget" +
         (s.budget == kFullBudget ? "full" : std::to_string(int(s.budget)));
}

INSTANTIATE_TEST_SUITE_P(Shapes, Decode, testing::ValuesIn(shapes()), nameOf);

/// The full budget reads every plane.
TEST(Decode, FullReadsEverything) {
  Shape shape;
  shape.budget = kFullBudget;
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {300});
  scene.fill(kernels);
  scene.decode(kernels);
  const HeadReport &report = scene.report(0, 0, 0);
  EXPECT_EQ(report.keyRows[2], 300);
  EXPECT_EQ(report.valueRows[2], 300);
  EXPECT_EQ(report.planeBytes, 300 * 64 * 4);
  // Two scales a row; two centres and table entries for each of three pages.
  EXPECT_EQ(report.bytes, 300 * (64 * 4 + 4) + 3 * 2 * (64 * 2 + 4));
}

/// A mask that writes the lowest finite number for everything is no mask.
TEST(Decode, LowestMaskIsUniform) {
  Shape shape;
  shape.mask = "f32";
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {200});
  for (double &bias : scene.masks[0][0])
    bias = std::numeric_limits<float>::lowest();
  scene.fill(kernels);
  scene.decode(kernels);
  std::vector<double> mean(64, 0.0);
  for (const Row &row : scene.values[0][0])
    for (size_t d = 0; d < row.size(); ++d)
      mean[d] += row[d] / 200;
  EXPECT_LE(distance(scene.output(0, 0, 0), mean), 1e-3 * norm(mean));
}

/// What is beside a sequence in its batch does not change a bit of its answer.
TEST(Decode, DoesNotDependOnTheBatch) {
  Shape shape;
  shape.group = 3;
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, kLengths);
  scene.fill(kernels);
  scene.decode(kernels);
  std::vector<std::vector<float>> together;
  for (size_t s = 0; s < kLengths.size(); ++s)
    together.push_back(scene.output(s, 1, 2));
  for (size_t s = 1; s < kLengths.size(); ++s) {
    scene.decode(kernels, {static_cast<int64_t>(s)}, /*moreChunks=*/3);
    EXPECT_EQ(scene.output(0, 1, 2), together[s]) << "length " << kLengths[s];
  }
}

//===----------------------------------------------------------------------===//
// Input that is not finite
//===----------------------------------------------------------------------===//

/// How many channels of all rows of a kv head are NaN.
static int countNaN(const Scene &scene, int64_t sequence, int64_t head) {
  int count = 0;
  for (int64_t r = 0; r < scene.shape.groupRows(); ++r)
    for (float value : scene.output(sequence, head, r))
      count += std::isnan(value);
  return count;
}

class NonFinite : public testing::TestWithParam<float> {};

/// Whoever can see such a row returns NaN in all channels, whatever the
/// budget would have read of it; nobody else does.
TEST_P(NonFinite, RowsReachThoseWhoSeeThem) {
  for (bool inKey : {false, true}) {
    Shape shape;
    shape.group = 2;
    shape.window = 50;
    shape.budget = 1;
    CompiledKernels kernels(shape.kernels());
    Scene scene(shape, {300, 300, 300});
    auto &rows = inKey ? scene.keys : scene.values;
    rows[0][1][280][3] = GetParam(); // visible
    rows[1][1][100][3] = GetParam(); // before the window
    scene.fill(kernels);
    scene.decode(kernels);
    EXPECT_EQ(countNaN(scene, 0, 1), 2 * 64);
    EXPECT_EQ(countNaN(scene, 0, 0) + countNaN(scene, 1, 0) +
                  countNaN(scene, 1, 1) + countNaN(scene, 2, 1),
              0);
    EXPECT_EQ(scene.status(0), kStatusNonFinite);
    EXPECT_EQ(scene.status(1), kStatusNonFinite);
    EXPECT_EQ(scene.status(2), 0u);
    // Centres use the finite rows only.
    const PlanesMemory &planes = inKey ? scene.keyPlanes : scene.valuePlanes;
    expectEqual(planes.read(scene.slot(1), 1, 300),
                reference::pack(rows[1][1]));
  }
}

TEST_P(NonFinite, QueriesMakeTheirOwnRowNaN) {
  Shape shape;
  shape.rows = 2;
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {300});
  scene.queries[0][0][1][5] = GetParam();
  scene.fill(kernels);
  scene.decode(kernels);
  EXPECT_EQ(countNaN(scene, 0, 0), 64);
  EXPECT_TRUE(std::isnan(scene.output(0, 0, 1)[0]));
  EXPECT_EQ(countNaN(scene, 0, 1), 0);
  scene.queries[0][0][1][5] = 0;
  std::vector<float> beside = scene.output(0, 0, 0);
  for (float value : beside)
    EXPECT_TRUE(std::isfinite(value));
}

INSTANTIATE_TEST_SUITE_P(Values, NonFinite,
                         testing::Values(std::nanf(""), INFINITY, -INFINITY));

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

/// Planes are the same bytes whatever the code was compiled for.
TEST(NativeObject, PlanesDoNotDependOnTheCpu) {
  Shape shape;
  CompiledKernels native(shape.kernels()),
      portable(shape.kernels(), "x86-64-v3");
  auto has = [&](const char *name) {
    const auto &features = portable.features();
    return std::count(features.begin(), features.end(), name) == 1;
  };
  EXPECT_TRUE(has("avx2") && has("fma") && has("f16c"));
  EXPECT_FALSE(has("avx512f"));
  Scene a(shape, {300}), b(shape, {300});
  a.fill(native);
  b.fill(portable);
  expectEqual(a.keyPlanes.read(0, 0, 300), b.keyPlanes.read(0, 0, 300));
  b.decode(portable);
  expectNearModel(b, 0, 0);
}
