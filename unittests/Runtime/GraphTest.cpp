//===- GraphTest.cpp - A decode step that is captured once ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Run with FakeCudaDriver.cpp in the library path; see CMakeLists.txt.
//
//===----------------------------------------------------------------------===//

#include "CacheFixture.h"
#include "CudaGraph.h"

#include <algorithm>

using namespace aligned;
using namespace aligned::test;

namespace {
class GraphTest : public CacheFixture {
protected:
  void SetUp() override {
    if (!std::getenv("ALIGNED_FAKE_CUDA_ARCH"))
      GTEST_SKIP() << "for the tests' own driver only";
    CacheFixture::SetUp();
    ASSERT_TRUE(succeeded(makeCache(2, 16, kMaxTokens)));
  }

  static constexpr int64_t kLayer = 1, kGroup = kReferenceGroup,
                           kDepth = kReferenceKey.headDim,
                           kWidth = kReferenceValue.headDim;

  /// Rows and queries that a step finds in device memory, and what it leaves.
  struct Step {
    explicit Step(AlignedDevice device)
        : key(device, kHeads * kDepth), value(device, kHeads * kWidth),
          query(device, kHeads * kGroup * kDepth),
          output(device, kHeads * kGroup * kWidth) {}
    DeviceFloats key, value, query, output;
  };

  /// The rows of position `token` under the tag that makes them differ.
  void upload(Step &step, int64_t tag, int64_t token) {
    for (int64_t h = 0; h < kHeads; ++h) {
      for (int64_t d = 0; d < kDepth; ++d)
        step.key.values[h * kDepth + d] = keyAt(tag, kLayer, h, token, d);
      for (int64_t d = 0; d < kWidth; ++d)
        step.value.values[h * kWidth + d] =
            keyAt(tag, kLayer, h, token, d + 20);
    }
    for (size_t i = 0; i < step.query.values.size(); ++i)
      step.query.values[i] = sample(token * 1000 + static_cast<int64_t>(i));
    for (DeviceFloats *tensor : {&step.key, &step.value, &step.query})
      tensor->upload();
  }

  /// Appends a row to the one sequence of the batch, and decodes it.
  Outcome run(AlignedBatch batch, const Step &step, void *stream) {
    AlignedRows key = {step.key.data, 0, kDepth, kDepth, 1},
                value = {step.value.data, 0, kWidth, kWidth, 1};
    Outcome appended =
        alignedAppend(batch, kLayer, &key, &value, /*tokens=*/1, stream);
    if (appended.failed)
      return appended;
    AlignedDecodeArgs args = {};
    args.query = step.query.data;
    args.queryKvHeadStride = kGroup * kDepth;
    args.queryGroupStride = kDepth;
    args.output = step.output.data;
    args.outputKvHeadStride = kGroup * kWidth;
    args.outputGroupStride = kWidth;
    return alignedDecode(batch, kLayer, &args, stream);
  }

  /// Output of the step over what is stored, in double.
  std::vector<double> expected(const Step &step, int64_t tag, int64_t tokens) {
    std::vector<double> all;
    for (int64_t h = 0; h < kHeads; ++h) {
      std::vector<std::vector<float>> keys(tokens), values(tokens);
      for (int64_t t = 0; t < tokens; ++t) {
        for (int64_t d = 0; d < kDepth; ++d)
          keys[t].push_back(keyAt(tag, kLayer, h, t, d));
        for (int64_t d = 0; d < kWidth; ++d)
          values[t].push_back(keyAt(tag, kLayer, h, t, d + 20));
      }
      for (int64_t g = 0; g < kGroup; ++g) {
        const float *q = &step.query.values[(h * kGroup + g) * kDepth];
        auto one = attention({q, q + kDepth}, 0.25f, keys, values);
        all.insert(all.end(), one.begin(), one.end());
      }
    }
    return all;
  }
};
} // namespace

TEST_F(GraphTest, ReplaysWhileLengthsGrow) {
  // Beyond a page, so that a replay starts one.
  constexpr int64_t kFirst = 120, kSteps = 20, kTag = 3;
  int64_t sequence = makeSequence(kFirst + kSteps);
  appendAll(sequence, kTag, 0, kFirst);
  Batch batch;
  ASSERT_TRUE(succeeded(
      alignedBatchCreate(kernel, cache, &sequence, 1, kMaxTokens, &batch)));
  Step step(device);
  cuda::OwnedStream on(0);
  cuda::CapturedGraph graph(
      on, [&] { ASSERT_TRUE(succeeded(run(batch, step, on.stream))); });
  EXPECT_EQ(length(sequence, kLayer), kFirst) << "a capture does nothing";
  for (int64_t i = 0; i < kSteps; ++i) {
    upload(step, kTag, kFirst + i);
    graph.launch();
    on.synchronize();
    ASSERT_EQ(length(sequence, kLayer), kFirst + i + 1);
    step.output.download();
    std::vector<double> want = expected(step, kTag, kFirst + i + 1);
    for (size_t d = 0; d < want.size(); ++d)
      ASSERT_NEAR(step.output.values[d], want[d], 1e-4)
          << "step " << i << ", " << d;
  }
}

TEST_F(GraphTest, AReplayBeyondWhatIsReservedIsReported) {
  int64_t sequence = makeSequence(5);
  appendAll(sequence, 1, 0, 4);
  Batch batch;
  ASSERT_TRUE(succeeded(
      alignedBatchCreate(kernel, cache, &sequence, 1, kMaxTokens, &batch)));
  Step step(device);
  upload(step, 1, 4);
  cuda::OwnedStream on(0);
  cuda::CapturedGraph graph(
      on, [&] { ASSERT_TRUE(succeeded(run(batch, step, on.stream))); });
  graph.launch();
  on.synchronize();
  EXPECT_EQ(length(sequence, kLayer), 5);
  graph.launch();
  on.synchronize();
  int64_t tokens = -1;
  EXPECT_TRUE(failed(
      alignedSequenceGetLength(cache, sequence, kLayer, nullptr, &tokens),
      ALIGNED_OUT_OF_CAPACITY, {"5 reserved positions"}));
}

TEST_F(GraphTest, NothingInAStepWaits) {
  // A stream that is captured cannot be waited for: the capture would fail.
  int64_t sequence = makeSequence(10);
  Batch batch;
  ASSERT_TRUE(succeeded(
      alignedBatchCreate(kernel, cache, &sequence, 1, kMaxTokens, &batch)));
  Step step(device);
  cuda::OwnedStream on(0);
  cuda::CapturedGraph graph(on, [&] {
    EXPECT_TRUE(succeeded(run(batch, step, on.stream)));
    EXPECT_TRUE(failed(
        alignedDeviceSynchronize(device, on.stream), ALIGNED_DRIVER,
        {"cuStreamSynchronize", "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"}));
  });
}
