//===- FuzzTest.cpp - A GPU against the CPU, on shapes drawn at random ----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where there is a GPU. Every case compiles a kernel of its own; many processes
// share them out:
//
//   for i in $(seq 0 15); do GTEST_TOTAL_SHARDS=16 GTEST_SHARD_INDEX=$i \
//     build/bin/AlignedIntegrationTests --gtest_filter='*Fuzz*' & done; wait
//
//===----------------------------------------------------------------------===//

#include "../Support/Engine.h"
#include "../Support/Vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

using namespace aligned::test;

static constexpr float kFull = 1e30f;
static constexpr int kCases = 512;

namespace {
/// What one case is about.
struct Draw {
  explicit Draw(uint32_t seed);
  template <typename T> T of(std::initializer_list<T> choices) {
    return choices.begin()[random() % choices.size()];
  }
  int64_t upTo(int64_t most) { return 1 + random() % most; }

  std::mt19937 random;
  Shape shape;
  int64_t kvHeads;
  std::vector<int64_t> lengths;
  float budget;
  double spread;
  Floats mask, sinks;
};

class Fuzz : public testing::TestWithParam<int> {};
} // namespace

Draw::Draw(uint32_t seed) : random(seed) {
  shape.type = of({"bf16", "f16"});
  shape.headDim = of<int64_t>({64, 80, 96, 128, 192, 256});
  shape.group = upTo(16);
  shape.rows = random() % 2 ? 1 : upTo(8);
  shape.causal = random() % 2;
  shape.window = random() % 3 ? 0 : upTo(600);
  shape.softcap = random() % 4 ? 0 : 5 + random() % 40;
  shape.sinks = random() % 3 == 0;
  shape.mask = random() % 4 ? "" : of({"i1", "f32", "bf16"});
  kvHeads = upTo(3);
  budget = of({4.0f, 8.0f, 10.0f, 12.0f, 14.0f, 16.0f, kFull, kFull});
  spread = of({0.5, 1.0, 3.0, 5.0});
  int64_t longest = of<int64_t>({1, 40, 300, 300, 700, 1500});
  for (int64_t s = upTo(4); s > 0; --s)
    lengths.push_back(upTo(longest));
  std::normal_distribution<float> normal;
  if (!shape.mask.empty()) {
    longest = *std::max_element(lengths.begin(), lengths.end());
    mask.resize(lengths.size() * longest);
    for (float &x : mask) {
      bool isHidden = random() % 5 == 0;
      x = shape.mask == "i1" ? !isHidden
          : isHidden         ? -INFINITY
                             : normal(random);
    }
  }
  if (shape.sinks)
    for (int64_t i = 0; i < kvHeads * shape.group; ++i)
      sinks.push_back(normal(random));
}

/// The CPU takes a sequence whole, the GPU in parts: many rows, few, many.
static void fill(Engine &engine, int64_t sequence, const Rows &rows,
                 int64_t kvHeads, int64_t tokens, int64_t d,
                 std::vector<int64_t> ends) {
  int64_t from = 0;
  ends.push_back(tokens);
  for (int64_t end : ends) {
    int64_t to = std::clamp<int64_t>(end, from, tokens);
    if (to > from)
      engine.append({sequence}, cut(rows.key, kvHeads, tokens, d, from, to),
                    cut(rows.value, kvHeads, tokens, d, from, to), to - from);
    from = to;
  }
}

static void expectSameBits(const Floats &a, const Floats &b, const char *what) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_TRUE(sameBits(a, b)) << what;
}

/// Rows of a need within 1e-3 of a threshold may be read to another tier: few.
static int64_t movedRows(const AlignedHeadReport &a,
                         const AlignedHeadReport &b) {
  int64_t moved = 0;
  for (int i = 0; i < 3; ++i)
    moved += std::abs(a.keyRows[i] - b.keyRows[i]) +
             std::abs(a.valueRows[i] - b.valueRows[i]);
  return moved / 2;
}

static void compare(const Draw &draw, const Answer &cpu, const Answer &gpu) {
  int64_t d = draw.shape.headDim, moved = 0, rows = 0;
  for (size_t i = 0; i < cpu.reports.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "head and row " << i);
    const AlignedHeadReport &a = cpu.reports[i], &b = gpu.reports[i];
    EXPECT_EQ(a.visible, b.visible);
    int64_t movedHere = movedRows(a, b);
    moved += movedHere;
    rows += a.keyRows[0] + a.keyRows[1] + a.keyRows[2];
    if (std::isfinite(a.logSumExp))
      EXPECT_NEAR(b.logSumExp, a.logSumExp,
                  2e-5 * (1 + std::fabs(a.logSumExp)) + 1e-4 * movedHere);
    else
      EXPECT_EQ(std::isnan(a.logSumExp), std::isnan(b.logSumExp));
    double error = 0, norm = 0;
    for (int64_t c = 0; c < d; ++c) {
      float x = cpu.output[i * d + c], y = gpu.output[i * d + c];
      ASSERT_EQ(std::isnan(x), std::isnan(y)) << "channel " << c;
      if (std::isnan(x))
        continue;
      error += std::pow(double(x) - y, 2);
      norm += std::pow(double(x), 2);
    }
    // A row that moved adds what it was read too coarsely for: less than the
    // answer's own error.
    double allowed = 2e-5 * std::sqrt(norm) + 1e-7;
    if (movedHere)
      allowed += a.estimate;
    EXPECT_LE(std::sqrt(error), allowed) << "moved " << movedHere;
    if (std::isfinite(a.bound) && !movedHere)
      EXPECT_NEAR(b.bound, a.bound, 1e-3 * a.bound + 1e-6);
  }
  EXPECT_LE(moved, 2 + rows / 200) << "of " << rows;
}

TEST_P(Fuzz, GpuAgreesWithCpu) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  Draw draw(GetParam());
  const Shape &shape = draw.shape;
  SCOPED_TRACE(testing::Message()
               << shape.type << " D " << shape.headDim << " group "
               << shape.group << " rows " << shape.rows << " causal "
               << shape.causal << " window " << shape.window << " softcap "
               << shape.softcap << " sinks " << shape.sinks << " mask '"
               << shape.mask << "' heads " << draw.kvHeads << " lengths "
               << testing::PrintToString(draw.lengths) << " budget "
               << draw.budget << " spread " << draw.spread);
  int64_t count = draw.lengths.size(), d = shape.headDim;
  int64_t longest = *std::max_element(draw.lengths.begin(), draw.lengths.end());
  Engine cpu("cpu", shape, draw.kvHeads, count, longest);
  Engine gpu("cuda", shape, draw.kvHeads, count, longest);
  std::vector<int64_t> onCpu, onGpu;
  Floats queries;
  for (int64_t i = 0; i < count; ++i) {
    int64_t tokens = draw.lengths[i];
    Rows rows = makeRows(shape, 1, draw.kvHeads, tokens, draw.spread,
                         1000 * GetParam() + i);
    onCpu.push_back(cpu.newSequence(longest));
    onGpu.push_back(gpu.newSequence(longest));
    fill(cpu, onCpu[i], rows, draw.kvHeads, tokens, d, {});
    int64_t some = draw.upTo(tokens);
    fill(gpu, onGpu[i], rows, draw.kvHeads, tokens, d,
         {some, some + draw.upTo(8), some + draw.upTo(tokens)});
    expectSameBits(cpu.unpack(onCpu[i], false), gpu.unpack(onGpu[i], false),
                   "keys");
    expectSameBits(cpu.unpack(onCpu[i], true), gpu.unpack(onGpu[i], true),
                   "values");
    queries.insert(queries.end(), rows.query.begin(), rows.query.end());
  }
  compare(draw, cpu.decode(onCpu, queries, draw.budget, draw.mask, draw.sinks),
          gpu.decode(onGpu, queries, draw.budget, draw.mask, draw.sinks));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Fuzz, testing::Range(0, kCases));

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

namespace {
/// Sequences of some lengths on the GPU, and their queries.
struct Batch {
  Batch(const Shape &shape, int64_t kvHeads, std::vector<int64_t> lengths);
  Answer decode(const std::vector<size_t> &members);

  Shape shape;
  int64_t kvHeads;
  Engine engine;
  std::vector<int64_t> sequences;
  std::vector<Floats> queries;
};
} // namespace

Batch::Batch(const Shape &shape, int64_t kvHeads, std::vector<int64_t> lengths)
    : shape(shape), kvHeads(kvHeads),
      engine("cuda", shape, kvHeads, lengths.size(),
             *std::max_element(lengths.begin(), lengths.end())) {
  int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  for (size_t i = 0; i < lengths.size(); ++i) {
    Rows rows = makeRows(shape, 1, kvHeads, lengths[i], 3, 77 + i);
    sequences.push_back(engine.newSequence(longest));
    engine.append({sequences[i]}, rows.key, rows.value, lengths[i]);
    queries.push_back(rows.query);
  }
}

Answer Batch::decode(const std::vector<size_t> &members) {
  std::vector<int64_t> chosen;
  Floats query;
  for (size_t i : members) {
    chosen.push_back(sequences[i]);
    query.insert(query.end(), queries[i].begin(), queries[i].end());
  }
  return engine.decode(chosen, query, 12);
}

static bool isSame(const Answer &a, size_t i, const Answer &b, size_t j,
                   const Batch &batch) {
  size_t heads = batch.kvHeads * batch.shape.group * batch.shape.rows;
  size_t size = heads * batch.shape.headDim;
  return !std::memcmp(&a.output[i * size], &b.output[j * size],
                      size * sizeof(float)) &&
         !std::memcmp(&a.logSumExp[i * heads], &b.logSumExp[j * heads],
                      heads * sizeof(float)) &&
         !std::memcmp(&a.reports[i * heads], &b.reports[j * heads],
                      heads * sizeof(AlignedHeadReport));
}

/// Small work and large, few rows of a group and many.
static std::vector<Shape> someShapes() {
  std::vector<Shape> shapes(3);
  shapes[0].headDim = 128;
  shapes[0].group = 4;
  shapes[1].headDim = 64;
  shapes[1].group = 3;
  shapes[1].rows = 2;
  shapes[1].causal = true;
  shapes[2].headDim = 96;
  shapes[2].group = 16;
  shapes[2].rows = 3;
  shapes[2].window = 700;
  return shapes;
}

TEST(GpuBits, AreTheSameAThousandTimes) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  for (const Shape &shape : someShapes()) {
    Batch batch(shape, 2, {5000, 77, 640, 1});
    std::vector<size_t> all = {0, 1, 2, 3};
    Answer first = batch.decode(all);
    for (int run = 1; run < 1000; ++run) {
      Answer again = batch.decode(all);
      for (size_t i : all)
        ASSERT_TRUE(isSame(first, i, again, i, batch))
            << "run " << run << ", sequence " << i;
    }
  }
}

TEST(GpuBits, DoNotDependOnTheBatch) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  std::mt19937 random(3);
  for (const Shape &shape : someShapes()) {
    Batch batch(shape, 2, {1, 129, 3000, 256, 40, 8000, 511, 1025});
    std::vector<Answer> alone;
    std::vector<size_t> all;
    for (size_t i = 0; i < batch.sequences.size(); ++i) {
      alone.push_back(batch.decode({i}));
      all.push_back(i);
    }
    for (int run = 0; run < 50; ++run) {
      std::shuffle(all.begin(), all.end(), random);
      std::vector<size_t> some(all.begin(),
                               all.begin() + 1 + random() % all.size());
      Answer together = batch.decode(some);
      for (size_t i = 0; i < some.size(); ++i)
        ASSERT_TRUE(isSame(alone[some[i]], 0, together, i, batch))
            << "sequence " << some[i] << " in " << testing::PrintToString(some);
    }
  }
}

/// Rows of several sequences in one append are stored as in appends of their
/// own.
TEST(GpuBits, AppendsDoNotDependOnTheBatch) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  for (const Shape &shape : someShapes()) {
    int64_t kvHeads = 3, count = 4, tokens = 700, d = shape.headDim;
    Rows rows = makeRows(shape, count, kvHeads, tokens, 3, 5);
    Engine engine("cuda", shape, kvHeads, 2 * count, 1024);
    std::vector<int64_t> together, alone;
    for (int64_t i = 0; i < 2 * count; ++i)
      (i < count ? together : alone).push_back(engine.newSequence(1024));
    engine.append(together, rows.key, rows.value, tokens);
    for (int64_t i = 0; i < count; ++i) {
      auto part = [&](const Floats &all) {
        int64_t size = kvHeads * tokens * d;
        return Floats(all.begin() + i * size, all.begin() + (i + 1) * size);
      };
      engine.append({alone[i]}, part(rows.key), part(rows.value), tokens);
      for (bool value : {false, true})
        expectSameBits(engine.unpack(together[i], value),
                       engine.unpack(alone[i], value),
                       value ? "values" : "keys");
    }
  }
}
