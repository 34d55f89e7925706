//===- ProgramTest.cpp - Tests of alignedProgram* -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheFixture.h"

#include <cstring>

using namespace aligned;
using namespace aligned::test;

namespace {
/// A dense host tensor of samples.
struct Floats {
  Floats(std::vector<int64_t> sizes, int64_t seed) : shape(std::move(sizes)) {
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    for (int64_t i = 0; i < count; ++i)
      values.push_back(sample(i + seed));
  }
  AlignedTensor tensor() {
    return {"f32", static_cast<int64_t>(shape.size()), shape.data(),
            values.data()};
  }
  float *at(int64_t a, int64_t b, int64_t c) {
    return values.data() + ((a * shape[1] + b) * shape[2] + c) * shape[3];
  }
  std::vector<int64_t> shape;
  std::vector<float> values;
};

class ProgramTest : public testing::Test {
protected:
  static constexpr int64_t kKey = kReferenceKey.headDim;
  static constexpr int64_t kValue = kReferenceValue.headDim;

  void SetUp() override {
    std::vector<char> bytes = referencePackage(referenceManifest());
    ASSERT_TRUE(succeeded(alignedDeviceOpen(deviceName(), &device)));
    ASSERT_TRUE(succeeded(
        alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &package)));
  }
  Outcome load(const char *name) {
    return alignedProgramLoad(device, package, name, &program);
  }
  Outcome run(std::vector<AlignedTensor> arguments) {
    return alignedProgramRun(program, arguments.data(),
                             static_cast<int64_t>(arguments.size()));
  }
  /// That result 0 is attention of q over the rows that `key` and `value` give
  /// for (sequence, kv head, token).
  template <typename Key, typename Value>
  void expectAttention(Floats &q, Key key, Value value,
                       std::vector<int64_t> tokens,
                       const std::vector<float> &mask = {},
                       const std::vector<float> &sinks = {}) {
    const AlignedTensor *result = alignedProgramGetResult(program, 0);
    ASSERT_NE(result, nullptr);
    ASSERT_EQ(result->rank, 4);
    EXPECT_EQ(result->shape[3], kValue);
    const float *o = static_cast<const float *>(result->data);
    for (int64_t b : {0, 1})
      for (int64_t h : {0, 1})
        for (int64_t g : {0, 1}) {
          std::vector<std::vector<float>> keys, values;
          for (int64_t t = 0; t < tokens[static_cast<size_t>(b)]; ++t) {
            const float *k = key(b, h, t), *v = value(b, h, t);
            keys.emplace_back(k, k + kKey);
            values.emplace_back(v, v + kValue);
          }
          const float *query = q.at(b, h, g);
          std::vector<double> want = attention(
              {query, query + kKey}, 0.25f, keys, values, mask,
              sinks.empty() ? nullptr : &sinks[static_cast<size_t>(h * 2 + g)]);
          for (double w : want)
            ASSERT_NEAR(*o++, w, 1e-4) << b << " " << h << " " << g;
        }
  }
  Device device;
  Package package;
  Program program;
};
} // namespace

TEST_F(ProgramTest, NamesEntriesThatThereAre) {
  EXPECT_TRUE(failed(load("main"), ALIGNED_INVALID_ARGUMENT,
                     {"'main'", "attend, step"}));
  ASSERT_TRUE(succeeded(load(nullptr)));
  EXPECT_EQ(alignedProgramGetNumArguments(program), 3);
  EXPECT_EQ(alignedProgramGetNumResults(program), 3);
  EXPECT_EQ(alignedProgramGetResult(program, 0), nullptr);
}

TEST_F(ProgramTest, RefusesArgumentsByName) {
  ASSERT_TRUE(succeeded(load("attend")));
  Floats q({2, 2, 2, 16}, 1), k({2, 5, 2, 16}, 2), v({2, 2, 5, 8}, 3),
      wrong({2, 5, 3, 16}, 4);
  EXPECT_TRUE(failed(run({q.tensor()}), ALIGNED_INVALID_ARGUMENT,
                     {"takes 3 arguments, got 1"}));
  EXPECT_TRUE(failed(run({q.tensor(), wrong.tensor(), v.tensor()}),
                     ALIGNED_INVALID_ARGUMENT,
                     {"arg1: expected f32 [2,?,2,16], got f32 [2,5,3,16]"}));
  AlignedTensor half = v.tensor();
  half.type = "f16";
  EXPECT_TRUE(failed(run({q.tensor(), k.tensor(), half}),
                     ALIGNED_INVALID_ARGUMENT,
                     {"arg2: expected f32 [2,2,?,8], got f16 [2,2,5,8]"}));
  half = v.tensor();
  half.data = nullptr;
  EXPECT_TRUE(failed(run({q.tensor(), k.tensor(), half}),
                     ALIGNED_INVALID_ARGUMENT, {"arg2: data is null"}));
}

TEST_F(ProgramTest, PacksPlanesAndReturnsAliases) {
  ASSERT_TRUE(succeeded(load("attend")));
  for (int64_t tokens : {1, 300, 7}) {
    Floats q({2, 2, 2, kKey}, tokens), k({2, tokens, 2, kKey}, 1000),
        v({2, 2, tokens, kValue}, 2000);
    ASSERT_TRUE(succeeded(run({q.tensor(), k.tensor(), v.tensor()})));
    expectAttention(
        q, [&](int64_t b, int64_t h, int64_t t) { return k.at(b, t, h); },
        [&](int64_t b, int64_t h, int64_t t) { return v.at(b, h, t); },
        {tokens, tokens});
    const AlignedTensor *first = alignedProgramGetResult(program, 0),
                        *second = alignedProgramGetResult(program, 1),
                        *third = alignedProgramGetResult(program, 2);
    EXPECT_EQ(std::memcmp(first->data, second->data, 2 * 2 * 2 * kValue * 4),
              0);
    EXPECT_EQ(std::memcmp(third->data, q.values.data(), 2 * 2 * 2 * kKey * 4),
              0);
    EXPECT_GE(alignedProgramGetSeconds(program), 0);
  }
}

TEST_F(ProgramTest, KeepsReportsAndReplacesBudgets) {
  ASSERT_TRUE(succeeded(load("attend")));
  Floats q({2, 2, 2, kKey}, 1), k({2, 9, 2, kKey}, 2), v({2, 2, 9, kValue}, 3);
  std::vector<AlignedTensor> arguments = {q.tensor(), k.tensor(), v.tensor()};
  const AlignedHeadReport *reports = nullptr;
  ASSERT_TRUE(succeeded(run(arguments)));
  ASSERT_EQ(alignedProgramGetReports(program, 0, &reports), 8);
  EXPECT_EQ(reports[7].visible, 9);
  EXPECT_EQ(reports[7].bound, 12) << "the compiled budget";
  EXPECT_EQ(alignedProgramGetReports(program, 1, &reports), 0);
  alignedProgramSetPrecision(program, 1e30f, 0);
  ASSERT_TRUE(succeeded(run(arguments)));
  ASSERT_EQ(alignedProgramGetReports(program, 0, &reports), 8);
  EXPECT_EQ(reports[0].bound, 1e30f);
}

TEST_F(ProgramTest, AnEmptyCacheGivesNaN) {
  ASSERT_TRUE(succeeded(load("attend")));
  Floats q({2, 2, 2, kKey}, 1), k({2, 0, 2, kKey}, 2), v({2, 2, 0, kValue}, 3);
  ASSERT_TRUE(succeeded(run({q.tensor(), k.tensor(), v.tensor()})));
  const AlignedTensor *result = alignedProgramGetResult(program, 0);
  EXPECT_TRUE(std::isnan(*static_cast<const float *>(result->data)));
  const AlignedHeadReport *reports = nullptr;
  ASSERT_EQ(alignedProgramGetReports(program, 0, &reports), 8);
  EXPECT_EQ(reports[0].visible, 0);
}

TEST_F(ProgramTest, KAndVMustAgree) {
  ASSERT_TRUE(succeeded(load("attend")));
  Floats q({2, 2, 2, kKey}, 1), k({2, 9, 2, kKey}, 2), v({2, 2, 8, kValue}, 3);
  EXPECT_TRUE(failed(run({q.tensor(), k.tensor(), v.tensor()}),
                     ALIGNED_INVALID_ARGUMENT,
                     {"'attend'", "K has 9 positions, V 8"}));
  EXPECT_EQ(alignedProgramGetResult(program, 0), nullptr);
}

namespace {
/// Arguments of the entry "step": `count` new rows at `position` of `tokens`.
struct Step {
  Step(int64_t tokens, int64_t position, int64_t visible, int64_t count = 1)
      : q({2, 2, 2, 16}, 1), k({2, tokens, 2, 16}, 1000),
        v({2, 2, tokens, 8}, 2000), newKey({2, 2, count, 16}, 3000),
        newValue({2, 2, count, 8}, 4000),
        mask({(position == -1 ? tokens : position) + count}, 9),
        sinks({2, 2}, 8), position(position),
        begin(position == -1 ? tokens : position), lengths{visible, 1000000} {}
  std::vector<AlignedTensor> arguments() {
    static const int64_t two = 2;
    return {q.tensor(),
            k.tensor(),
            v.tensor(),
            newKey.tensor(),
            newValue.tensor(),
            {"i64", 0, nullptr, &position},
            {"i64", 1, &two, lengths},
            mask.tensor(),
            sinks.tensor()};
  }
  const float *key(int64_t b, int64_t h, int64_t t) {
    return t >= begin ? newKey.at(b, h, t - begin) : k.at(b, t, h);
  }
  const float *value(int64_t b, int64_t h, int64_t t) {
    return t >= begin ? newValue.at(b, h, t - begin) : v.at(b, h, t);
  }
  Floats q, k, v, newKey, newValue, mask, sinks;
  int64_t position, begin, lengths[2];
};
} // namespace

TEST_F(ProgramTest, AppendsAndUnpacksResults) {
  ASSERT_TRUE(succeeded(load("step")));
  struct {
    int64_t tokens, position, count;
  } cases[] = {
      {5, -1, 1},     {256, 256, 1}, {255, -1, 1}, {300, 129, 1}, // cut back
      {100, -1, 500}, // outgrows the pages that were taken for the first
  };
  for (auto [tokens, position, count] : cases) {
    Step step(tokens, position, /*visible=*/4, count);
    ASSERT_TRUE(succeeded(run(step.arguments())));
    int64_t end = step.begin + count;
    expectAttention(
        step.q,
        [&](int64_t b, int64_t h, int64_t t) { return step.key(b, h, t); },
        [&](int64_t b, int64_t h, int64_t t) { return step.value(b, h, t); },
        {4, end}, step.mask.values, step.sinks.values);
    const AlignedTensor *key = alignedProgramGetResult(program, 1);
    ASSERT_EQ(key->rank, 4);
    EXPECT_EQ(key->shape[1], end);
    for (int64_t b : {0, 1})
      for (int64_t t = 0; t < end; ++t)
        for (int64_t h : {0, 1})
          ASSERT_EQ(std::memcmp(static_cast<float *>(key->data) +
                                    ((b * end + t) * 2 + h) * kKey,
                                step.key(b, h, t), kKey * sizeof(float)),
                    0)
              << b << " " << t << " " << h;
    const AlignedTensor *length = alignedProgramGetResult(program, 2);
    EXPECT_EQ(length->rank, 0);
    EXPECT_EQ(*static_cast<int64_t *>(length->data), end);
  }
}

TEST_F(ProgramTest, AppendBeyondTheEndIsAnError) {
  ASSERT_TRUE(succeeded(load("step")));
  Step step(5, 4, 4);
  step.position = 7;
  EXPECT_TRUE(failed(run(step.arguments()), ALIGNED_INVALID_ARGUMENT,
                     {"'step'", "append_key", "position 7 is beyond the 5"}));
  // The program can run again.
  EXPECT_TRUE(succeeded(run(Step(5, 4, 4).arguments())));
}
