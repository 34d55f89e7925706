//===- PaperPlanesTest.cpp - Planes of f16 bits ---------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../tools/support/PaperModel.h"
#include "PaperKernels.h"

#include "gtest/gtest.h"

using namespace aligned;
using namespace aligned::test;
using reference::Row;

namespace {
class PaperPlanesOnEvery : public PaperOnTarget {};
} // namespace
INSTANTIATE_TEST_SUITE_P(Targets, PaperPlanesOnEvery,
                         testing::Values(Target::Cpu, Target::Gpu),
                         nameOfTarget);

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

namespace {
class PaperPlanes : public testing::TestWithParam<std::tuple<Target, int64_t>> {
};
} // namespace

/// Nothing is lost, and the bytes do not depend on how the rows arrive.
TEST_P(PaperPlanes, HoldTheBits) {
  auto [target, dim] = GetParam();
  Shape shape = paperShape();
  shape.keyDim = dim;
  shape.valueDim = dim / 2;
  auto compiled = compilePaper(shape, target);
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
TEST_P(PaperPlanesOnEvery, LayoutIsThatOfTheHeader) {
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
TEST_P(PaperPlanesOnEvery, PlanesForgetRowsThatWereCutOff) {
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
