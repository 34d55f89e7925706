//===- BatchTest.cpp - Tests of alignedBatch*, alignedAppend, alignedDecode
//-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheFixture.h"

#include "Aligned/Support/KernelABI.h"

#include <algorithm>
#include <limits>

using namespace aligned;
using namespace aligned::test;

namespace {
class BatchTest : public CacheFixture {
protected:
  void SetUp() override {
    CacheFixture::SetUp();
    ASSERT_TRUE(succeeded(makeCache(4, 16, kMaxTokens)));
  }
  Outcome makeBatch(std::vector<int64_t> sequences, Batch &batch,
                    int64_t tokens = kMaxTokens) {
    return alignedBatchCreate(kernel, cache, sequences.data(),
                              static_cast<int64_t>(sequences.size()), tokens,
                              &batch);
  }
  bool isGpu() { return alignedDeviceIsGpu(device) != 0; }
  /// What a decode of `tokens` positions appended with `tag` should give.
  static std::vector<double>
  expected(int64_t tag, int64_t layer, int64_t head, int64_t tokens,
           const std::vector<float> &query, float scale,
           const std::vector<float> &mask = {}, const float *sink = nullptr) {
    std::vector<std::vector<float>> keys, values;
    for (int64_t t = 0; t < tokens; ++t) {
      keys.emplace_back();
      values.emplace_back();
      for (int64_t d = 0; d < kReferenceKey.headDim; ++d)
        keys.back().push_back(keyAt(tag, layer, head, t, d));
      for (int64_t d = 0; d < kReferenceValue.headDim; ++d)
        values.back().push_back(keyAt(tag, layer, head, t, d + 20));
    }
    return attention(query, scale, keys, values, mask, sink);
  }
};
} // namespace

TEST_F(BatchTest, RefusesSequencesThatItCannotTake) {
  int64_t sequence = makeSequence(200);
  Batch batch;
  EXPECT_TRUE(failed(makeBatch({}, batch), ALIGNED_INVALID_ARGUMENT, {}));
  EXPECT_TRUE(failed(makeBatch({sequence, sequence}, batch),
                     ALIGNED_INVALID_ARGUMENT, {"twice"}));
  EXPECT_TRUE(failed(makeBatch({sequence + 1}, batch), ALIGNED_INVALID_ARGUMENT,
                     {"no sequence"}));
  EXPECT_TRUE(failed(makeBatch({sequence}, batch, 199),
                     ALIGNED_INVALID_ARGUMENT, {"200 positions reserved"}));
  EXPECT_TRUE(failed(makeBatch({sequence}, batch, kMaxTokens + 1),
                     ALIGNED_INVALID_ARGUMENT, {"maxTokens is 641"}));
}

TEST_F(BatchTest, RefusesACacheOfOtherHeadSizes) {
  Kernel other;
  ASSERT_TRUE(succeeded(alignedKernelLoad(device, package, 2, &other)));
  int64_t sequence = makeSequence(1);
  Batch batch;
  EXPECT_TRUE(
      failed(alignedBatchCreate(other, cache, &sequence, 1, kMaxTokens, &batch),
             ALIGNED_INVALID_ARGUMENT,
             {"head sizes 32 (K) and 8 (V)", "this one is for f32, 16 and 8"}));
}

// A decode that was captured in a graph covers no more than the batch's tokens.
TEST_F(BatchTest, SequencesDoNotOutgrowTheirBatch) {
  int64_t sequence = makeSequence(100);
  {
    Batch batch;
    ASSERT_TRUE(succeeded(makeBatch({sequence}, batch, 256)));
    EXPECT_TRUE(
        succeeded(alignedSequenceReserve(cache, sequence, 256, nullptr)));
    EXPECT_TRUE(failed(alignedSequenceReserve(cache, sequence, 257, nullptr),
                       ALIGNED_OUT_OF_CAPACITY, {"batch made for 256"}));
  }
  EXPECT_TRUE(succeeded(alignedSequenceReserve(cache, sequence, 257, nullptr)));
}

TEST_F(BatchTest, AppendsToSequencesOfDifferentLengths) {
  int64_t a = makeSequence(300), b = makeSequence(300);
  appendAll(b, 5, 0, 150);
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch({b, a}, batch)));
  // Row t goes to position 150 + t of b, and t of a.
  ASSERT_TRUE(succeeded(append(batch, 2, /*layer=*/1, 5, 150, 10)));
  EXPECT_EQ(length(b, 1), 160);
  EXPECT_EQ(length(a, 1), 10);
  EXPECT_EQ(length(b, 0), 150);
  EXPECT_EQ(length(a, 0), 0);
}

TEST_F(BatchTest, ANeverReservedOrDestroyedSequenceIsRefused) {
  int64_t sequence = -1;
  ASSERT_TRUE(succeeded(alignedSequenceCreate(cache, &sequence)));
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch({sequence}, batch)));
  EXPECT_TRUE(failed(append(batch, 1, 0, 1, 0, 1), ALIGNED_INVALID_ARGUMENT,
                     {"alignedSequenceReserve"}));
  ASSERT_TRUE(succeeded(alignedSequenceDestroy(cache, sequence)));
  EXPECT_TRUE(failed(append(batch, 1, 0, 1, 0, 1), ALIGNED_INVALID_ARGUMENT,
                     {"no sequence"}));
}

TEST_F(BatchTest, AppendBeyondTheReservedPositionsWritesNothing) {
  int64_t sequence = makeSequence(100), length = -1;
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch({sequence}, batch)));
  ASSERT_TRUE(succeeded(append(batch, 1, 0, 1, 0, 90)));
  Outcome outcome = append(batch, 1, 0, 1, 90, 11);
  if (isGpu()) {
    // The host cannot see it; the status of the sequence stays.
    EXPECT_TRUE(succeeded(outcome));
    EXPECT_TRUE(
        failed(alignedSequenceGetLength(cache, sequence, 0, nullptr, &length),
               ALIGNED_OUT_OF_CAPACITY, {"100 reserved positions"}));
    EXPECT_TRUE(failed(alignedSequenceTruncate(cache, sequence, 0, nullptr),
                       ALIGNED_OUT_OF_CAPACITY, {"100 reserved positions"}));
  } else {
    EXPECT_TRUE(failed(outcome, ALIGNED_OUT_OF_CAPACITY,
                       {"layer 0: 11 rows behind its 90", "100 reserved"}));
    EXPECT_EQ(this->length(sequence), 90);
  }
  // The slot's next user starts without it.
  ASSERT_TRUE(succeeded(alignedSequenceDestroy(cache, sequence)));
  EXPECT_EQ(this->length(makeSequence(10)), 0);
}

TEST_F(BatchTest, NonFiniteRowsAreReported) {
  int64_t sequence = makeSequence(100), length = -1;
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch({sequence}, batch)));
  for (float special : {std::numeric_limits<float>::quiet_NaN(),
                        -std::numeric_limits<float>::infinity()}) {
    Outcome outcome = append(batch, 1, 2, 1, 0, 10, special, 7);
    if (isGpu()) {
      EXPECT_TRUE(succeeded(outcome));
      EXPECT_TRUE(
          failed(alignedSequenceGetLength(cache, sequence, 0, nullptr, &length),
                 ALIGNED_NON_FINITE, {"a NaN or an infinity"}));
    } else {
      EXPECT_TRUE(failed(outcome, ALIGNED_NON_FINITE,
                         {"layer 2: row 7 of V, kv head 1", "channel 3"}));
      EXPECT_EQ(this->length(sequence, 2), 0);
    }
  }
}

TEST_F(BatchTest, DecodesEachSequenceAtItsOwnLength) {
  const int64_t lengths[] = {530, 3};
  std::vector<int64_t> sequences;
  for (int64_t i : {0, 1}) {
    sequences.push_back(makeSequence(lengths[i]));
    appendAll(sequences.back(), i + 1, 0, lengths[i]);
  }
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch(sequences, batch)));
  // q is [group, sequence, kv head, channel], o [kv head, sequence, group,
  // channel] with a gap behind the channels.
  int64_t dk = kReferenceKey.headDim, gap = kReferenceValue.headDim + 5;
  DeviceFloats query(device, static_cast<size_t>(8 * dk)),
      output(device, static_cast<size_t>(8 * gap)), lse(device, 8),
      reports(device, 8 * sizeof(AlignedHeadReport) / sizeof(float));
  for (size_t i = 0; i < query.values.size(); ++i)
    query.values[i] = sample(static_cast<int64_t>(i) + 77);
  query.upload();
  AlignedDecodeArgs args = {};
  args.query = query.data;
  args.queryGroupStride = 4 * dk;
  args.querySequenceStride = 2 * dk;
  args.queryKvHeadStride = dk;
  args.output = output.data;
  args.outputKvHeadStride = 4 * gap;
  args.outputSequenceStride = 2 * gap;
  args.outputGroupStride = gap;
  args.logSumExp = static_cast<float *>(lse.data);
  args.report = static_cast<AlignedHeadReport *>(reports.data);
  args.budget = 14;
  ASSERT_TRUE(succeeded(alignedDecode(batch, 1, &args, nullptr)));
  output.download();
  reports.download();
  lse.download();
  auto *report =
      reinterpret_cast<const AlignedHeadReport *>(reports.values.data());
  for (int64_t b : {0, 1})
    for (int64_t h : {0, 1})
      for (int64_t g : {0, 1}) {
        const float *q = query.values.data() + (g * 4 + b * 2 + h) * dk;
        const float *o = output.values.data() + (h * 4 + b * 2 + g) * gap;
        std::vector<double> want =
            expected(b + 1, 1, h, lengths[b], {q, q + dk}, 0.25f);
        for (size_t d = 0; d < want.size(); ++d)
          EXPECT_NEAR(o[d], want[d], 1e-4);
        size_t index = static_cast<size_t>((b * 2 + h) * 2 + g);
        EXPECT_EQ(report[index].visible, lengths[b]);
        EXPECT_EQ(report[index].bound, 14) << "the budget";
        EXPECT_EQ(report[index].logSumExp, lse.values[index]);
      }
}

/// The host does not know what a GPU finds: all rounds are launched, by kernels
/// that are compiled for them.
TEST_F(BatchTest, CertifiedHasAFixedNumberOfRoundsOnAGpu) {
  if (!isGpu())
    GTEST_SKIP() << "on a CPU rounds end when all groups are done";
  int64_t sequence = makeSequence(10);
  appendAll(sequence, 1, 0, 10);
  DeviceFloats memory(device, 4096),
      reports(device, 4 * sizeof(AlignedHeadReport) / sizeof(float));
  reports.upload();
  AlignedDecodeArgs args = {};
  args.query = args.output = memory.data;
  args.report = static_cast<AlignedHeadReport *>(reports.data);
  args.certified = 0.1f;
  {
    Batch batch;
    ASSERT_TRUE(succeeded(makeBatch({sequence}, batch)));
    EXPECT_TRUE(failed(alignedDecode(batch, 0, &args, nullptr),
                       ALIGNED_INVALID_ARGUMENT,
                       {"kernel 'decode_0' on cuda:0",
                        "compiled with --precision=certified<E>"}));
  }
  Manifest manifest = referenceManifest();
  manifest.decodes[0].problem.certified = 0.5;
  std::vector<char> bytes = referencePackage(manifest);
  package.reset();
  ASSERT_TRUE(succeeded(
      alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &package)));
  Kernel certifying;
  ASSERT_TRUE(succeeded(alignedKernelLoad(device, package, 0, &certifying)));
  Batch batch;
  ASSERT_TRUE(succeeded(
      alignedBatchCreate(certifying, cache, &sequence, 1, kMaxTokens, &batch)));
  ASSERT_TRUE(succeeded(alignedDecode(batch, 0, &args, nullptr)));
  reports.download();
  auto *report =
      reinterpret_cast<const AlignedHeadReport *>(reports.values.data());
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(report[i].certificate, kCertifyRounds);
}

TEST_F(BatchTest, DecodeTakesMaskSinksAndTheProblemsNumbers) {
  kernel.reset();
  ASSERT_TRUE(succeeded(alignedKernelLoad(device, package, 1, &kernel)));
  int64_t sequence = makeSequence(300), tokens = 300;
  appendAll(sequence, 1, 0, tokens);
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch({sequence}, batch, 300)));
  int64_t dk = kReferenceKey.headDim, dv = kReferenceValue.headDim;
  DeviceFloats query(device, static_cast<size_t>(4 * dk)),
      output(device, static_cast<size_t>(4 * dv)),
      mask(device, static_cast<size_t>(2 * tokens)), sinks(device, 4);
  for (DeviceFloats *tensor : {&query, &mask, &sinks}) {
    for (size_t i = 0; i < tensor->values.size(); ++i)
      tensor->values[i] = sample(static_cast<int64_t>(i) + 5);
    tensor->upload();
  }
  AlignedDecodeArgs args = {};
  args.query = query.data;
  args.queryKvHeadStride = 2 * dk;
  args.queryGroupStride = dk;
  args.output = output.data;
  args.outputKvHeadStride = 2 * dv;
  args.outputGroupStride = dv;
  args.mask = mask.data; // [group, token]
  args.maskGroupStride = tokens;
  args.maskTokenStride = 1;
  args.sinks = sinks.data; // [group, kv head]
  args.sinksKvHeadStride = 1;
  args.sinksGroupStride = 2;
  ASSERT_TRUE(succeeded(alignedDecode(batch, 2, &args, nullptr)));
  output.download();
  for (int64_t h : {0, 1})
    for (int64_t g : {0, 1}) {
      const float *q = query.values.data() + (h * 2 + g) * dk;
      const float *m = mask.values.data() + g * tokens;
      std::vector<double> want =
          expected(1, 2, h, tokens, {q, q + dk}, 0.25f, {m, m + tokens},
                   &sinks.values[static_cast<size_t>(g * 2 + h)]);
      for (int64_t d = 0; d < dv; ++d)
        EXPECT_NEAR(output.values[static_cast<size_t>((h * 2 + g) * dv + d)],
                    want[static_cast<size_t>(d)], 1e-4);
    }
  args.mask = nullptr;
  EXPECT_TRUE(failed(alignedDecode(batch, 2, &args, nullptr),
                     ALIGNED_INVALID_ARGUMENT, {"needs mask"}));
}

TEST_F(BatchTest, DecodeRefusesOperandsTheKernelDoesNotHave) {
  int64_t sequence = makeSequence(10);
  Batch batch;
  ASSERT_TRUE(succeeded(makeBatch({sequence}, batch)));
  DeviceFloats data(device, 64);
  AlignedDecodeArgs args = {};
  EXPECT_TRUE(failed(alignedDecode(batch, 0, &args, nullptr),
                     ALIGNED_INVALID_ARGUMENT, {"needs query"}));
  args.query = args.output = data.data;
  args.sinks = data.data;
  EXPECT_TRUE(failed(alignedDecode(batch, 0, &args, nullptr),
                     ALIGNED_INVALID_ARGUMENT, {"has no sinks"}));
  args.sinks = nullptr;
  EXPECT_TRUE(failed(alignedDecode(batch, 3, &args, nullptr),
                     ALIGNED_INVALID_ARGUMENT, {"layer 3 of 3"}));
}

namespace {
/// Decodes of one sequence of any length, by the kernels that a manifest tells
/// how to launch.
class OneSequence {
public:
  OneSequence(AlignedDevice device, int64_t kvHeads, const Manifest &manifest)
      : bytes(referencePackage(manifest)), query(device, 64),
        output(device, 64) {
    EXPECT_TRUE(succeeded(
        alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &package)));
    EXPECT_TRUE(succeeded(alignedKernelLoad(device, package, 0, &kernel)));
    AlignedCacheOptions options = {1, kvHeads, 1, 1, 4096};
    EXPECT_TRUE(succeeded(alignedCacheCreate(kernel, &options, &cache)));
    EXPECT_TRUE(succeeded(alignedSequenceCreate(cache, &sequence)));
    EXPECT_TRUE(succeeded(alignedSequenceReserve(cache, sequence, 1, nullptr)));
  }
  Outcome decode(int64_t maxTokens) {
    Batch batch;
    EXPECT_TRUE(succeeded(
        alignedBatchCreate(kernel, cache, &sequence, 1, maxTokens, &batch)));
    AlignedDecodeArgs args = {};
    args.query = query.data;
    args.output = output.data;
    return alignedDecode(batch, 0, &args, nullptr);
  }

private:
  std::vector<char> bytes;
  Package package;
  Kernel kernel;
  Cache cache;
  int64_t sequence = -1;
  DeviceFloats query, output;
};
} // namespace

// The tests' GPU holds six blocks of two warps: twelve chunks.
TEST_F(BatchTest, SweepsWhereAHeadsChunksAreResidentTogether) {
  if (!isGpu())
    GTEST_SKIP() << "a CPU has no sweep";
  // A phase that cannot be launched tells that it was.
  Manifest manifest = referenceManifest();
  manifest.targets["nvptx:sm_80"].kernels["decode_0_score"].threads = 96;
  OneSequence sequence(device, kHeads, manifest);
  EXPECT_TRUE(succeeded(sequence.decode(12 * kChunkSizes[0].tokens)));
  EXPECT_TRUE(failed(sequence.decode(12 * kChunkSizes[0].tokens + 1),
                     ALIGNED_DRIVER, {"cuLaunchKernelEx"}));
}

TEST_F(BatchTest, LaunchesOverlapWhereKernelsWaitThemselves) {
  if (!isGpu())
    GTEST_SKIP() << "a CPU has one phase after the other";
  auto *overlaps = fakeCudaCounter("fakeCudaOverlaps");
  if (!overlaps)
    GTEST_SKIP() << "for the tests' own driver only";
  Manifest manifest = referenceManifest();
  for (auto &[name, kernel] : manifest.targets["nvptx:sm_80"].kernels)
    kernel.overlaps = name == "decode_0_score" || name == "decode_0_merge";
  manifest.targets["nvptx:sm_80"].kernels.erase("decode_0_sweep");
  OneSequence sequence(device, kHeads, manifest);
  int before = overlaps();
  ASSERT_TRUE(succeeded(sequence.decode(1)));
  EXPECT_EQ(overlaps() - before, 2);
}
