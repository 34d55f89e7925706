//===- PaperOnGpuTest.cpp - Planes of f16 bits on a GPU and a CPU ---------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Support/Vectors.h"
#include "PaperKernels.h"

#include "gtest/gtest.h"

using namespace aligned;
using namespace aligned::test;

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
