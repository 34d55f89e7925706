//===- CacheTest.cpp - Tests of alignedCache*, alignedSequence* -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheFixture.h"

using namespace aligned;
using namespace aligned::test;

namespace {
class CacheTest : public CacheFixture {};
} // namespace

TEST_F(CacheTest, CountsItsBytes) {
  ASSERT_TRUE(succeeded(makeCache(4, 10, kMaxTokens)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 10);
  EXPECT_EQ(alignedCacheGetPageBytes(cache),
            kLayers * kHeads *
                (kReferenceKey.pageBytes() + kReferenceValue.pageBytes()));
}

TEST_F(CacheTest, RefusesOptionsByName) {
  EXPECT_TRUE(failed(makeCache(0, 10, 1), ALIGNED_INVALID_ARGUMENT,
                     {"maxSequences is 0"}));
  EXPECT_TRUE(
      failed(makeCache(1, 0, 1), ALIGNED_INVALID_ARGUMENT, {"maxPages is 0"}));
  EXPECT_TRUE(failed(makeCache(1, 1, -5), ALIGNED_INVALID_ARGUMENT,
                     {"maxTokens is -5"}));
}

TEST_F(CacheTest, ReserveTakesPagesOnceAndDestroyGivesThemBack) {
  ASSERT_TRUE(succeeded(makeCache(4, 10, kMaxTokens)));
  int64_t sequence = makeSequence(1);
  EXPECT_EQ(alignedCacheGetFreePages(cache), 9);
  EXPECT_TRUE(succeeded(alignedSequenceReserve(cache, sequence, 128, nullptr)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 9);
  EXPECT_TRUE(succeeded(alignedSequenceReserve(cache, sequence, 129, nullptr)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 8);
  EXPECT_TRUE(succeeded(alignedSequenceReserve(cache, sequence, 5, nullptr)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 8);
  EXPECT_TRUE(succeeded(alignedSequenceDestroy(cache, sequence)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 10);
}

TEST_F(CacheTest, SaysWhatRanOut) {
  ASSERT_TRUE(succeeded(makeCache(2, 3, kMaxTokens)));
  int64_t first = makeSequence(200), second = makeSequence(0), third;
  EXPECT_TRUE(failed(alignedSequenceCreate(cache, &third),
                     ALIGNED_OUT_OF_CAPACITY, {"all 2 sequences"}));
  EXPECT_TRUE(failed(alignedSequenceReserve(cache, second, 300, nullptr),
                     ALIGNED_OUT_OF_CAPACITY, {"3 more pages", "1 of 3"}));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 1);
  EXPECT_TRUE(
      failed(alignedSequenceReserve(cache, first, kMaxTokens + 1, nullptr),
             ALIGNED_OUT_OF_CAPACITY, {"641", "maxTokens"}));
}

TEST_F(CacheTest, AFreedNumberNamesNoSequence) {
  ASSERT_TRUE(succeeded(makeCache(1, 4, kMaxTokens)));
  int64_t first = makeSequence(1), length;
  ASSERT_TRUE(succeeded(alignedSequenceDestroy(cache, first)));
  int64_t second = makeSequence(1);
  EXPECT_NE(first, second);
  EXPECT_TRUE(failed(alignedSequenceDestroy(cache, first),
                     ALIGNED_INVALID_ARGUMENT, {"no sequence"}));
  EXPECT_TRUE(
      failed(alignedSequenceGetLength(cache, first, 0, nullptr, &length),
             ALIGNED_INVALID_ARGUMENT, {"no sequence"}));
  EXPECT_TRUE(
      failed(alignedSequenceGetLength(cache, second, kLayers, nullptr, &length),
             ALIGNED_INVALID_ARGUMENT, {"layer 3 of 3"}));
}

TEST_F(CacheTest, KeepsLayersHeadsAndPagesApart) {
  ASSERT_TRUE(succeeded(makeCache(2, 5, kMaxTokens)));
  int64_t a = makeSequence(100), b = makeSequence(100);
  appendAll(a, 1, 0, 100);
  appendAll(b, 2, 0, 100);
  // Their second pages come in the other order.
  ASSERT_TRUE(succeeded(alignedSequenceReserve(cache, b, 200, nullptr)));
  ASSERT_TRUE(succeeded(alignedSequenceReserve(cache, a, 300, nullptr)));
  appendAll(a, 1, 100, 200);
  appendAll(b, 2, 100, 100);
  EXPECT_EQ(tags(a), runs({{1, 300}}));
  EXPECT_EQ(tags(b), runs({{2, 200}}));
}

TEST_F(CacheTest, ANewSequenceInAUsedSlotIsEmpty) {
  ASSERT_TRUE(succeeded(makeCache(1, 1, kMaxTokens)));
  int64_t first = makeSequence(50);
  appendAll(first, 1, 0, 50);
  ASSERT_TRUE(succeeded(alignedSequenceDestroy(cache, first)));
  int64_t second = -1;
  ASSERT_TRUE(succeeded(alignedSequenceCreate(cache, &second)));
  EXPECT_EQ(length(second), 0);
  ASSERT_TRUE(succeeded(alignedSequenceReserve(cache, second, 60, nullptr)));
  for (int64_t layer = 0; layer < kLayers; ++layer)
    EXPECT_EQ(length(second, layer), 0);
  appendAll(second, 2, 0, 60);
  EXPECT_EQ(tags(second), runs({{2, 60}}));
}

TEST_F(CacheTest, TruncateForgetsAndFrees) {
  ASSERT_TRUE(succeeded(makeCache(1, 4, kMaxTokens)));
  int64_t sequence = makeSequence(400);
  appendAll(sequence, 1, 0, 400);
  EXPECT_EQ(alignedCacheGetFreePages(cache), 0);
  ASSERT_TRUE(
      succeeded(alignedSequenceTruncate(cache, sequence, 500, nullptr)));
  EXPECT_EQ(length(sequence), 400);
  ASSERT_TRUE(
      succeeded(alignedSequenceTruncate(cache, sequence, 130, nullptr)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 2);
  EXPECT_EQ(tags(sequence), runs({{1, 130}}));
  appendAll(sequence, 2, 130, 100);
  EXPECT_EQ(tags(sequence), runs({{1, 130}, {2, 100}}));
  ASSERT_TRUE(succeeded(alignedSequenceTruncate(cache, sequence, 0, nullptr)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 4);
  EXPECT_EQ(length(sequence), 0);
}

TEST_F(CacheTest, ForkSharesWholePagesAndCopiesTheRest) {
  ASSERT_TRUE(succeeded(makeCache(2, 5, kMaxTokens)));
  int64_t parent = makeSequence(300), child = -1;
  appendAll(parent, 1, 0, 300);
  EXPECT_EQ(alignedCacheGetFreePages(cache), 2);
  ASSERT_TRUE(
      succeeded(alignedSequenceFork(cache, parent, 270, nullptr, &child)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 1);
  EXPECT_EQ(tags(child), runs({{1, 270}}));
  ASSERT_TRUE(succeeded(alignedSequenceReserve(cache, child, 384, nullptr)));
  appendAll(child, 2, 270, 114);
  EXPECT_EQ(tags(child), runs({{1, 270}, {2, 114}}));
  EXPECT_EQ(tags(parent), runs({{1, 300}}));
  ASSERT_TRUE(succeeded(alignedSequenceDestroy(cache, parent)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 2);
  EXPECT_EQ(tags(child), runs({{1, 270}, {2, 114}}));
}

TEST_F(CacheTest, TruncateInsideASharedPageCopiesIt) {
  ASSERT_TRUE(succeeded(makeCache(2, 4, kMaxTokens)));
  int64_t parent = makeSequence(256), child = -1;
  appendAll(parent, 1, 0, 256);
  ASSERT_TRUE(
      succeeded(alignedSequenceFork(cache, parent, 256, nullptr, &child)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 2);
  ASSERT_TRUE(succeeded(alignedSequenceTruncate(cache, parent, 200, nullptr)));
  EXPECT_EQ(alignedCacheGetFreePages(cache), 1);
  ASSERT_TRUE(succeeded(alignedSequenceReserve(cache, parent, 256, nullptr)));
  appendAll(parent, 2, 200, 56);
  EXPECT_EQ(tags(parent), runs({{1, 200}, {2, 56}}));
  EXPECT_EQ(tags(child), runs({{1, 256}}));
}

TEST_F(CacheTest, TruncateNeedsAPageForItsCopy) {
  ASSERT_TRUE(succeeded(makeCache(2, 1, kMaxTokens)));
  int64_t parent = makeSequence(128), child = -1;
  appendAll(parent, 1, 0, 128);
  ASSERT_TRUE(
      succeeded(alignedSequenceFork(cache, parent, 128, nullptr, &child)));
  EXPECT_TRUE(failed(alignedSequenceTruncate(cache, child, 100, nullptr),
                     ALIGNED_OUT_OF_CAPACITY, {"shared with a fork"}));
  EXPECT_EQ(tags(child), runs({{1, 128}}));
}

TEST_F(CacheTest, ForkRefusals) {
  ASSERT_TRUE(succeeded(makeCache(2, 1, kMaxTokens)));
  int64_t parent = makeSequence(128), child = -1;
  appendAll(parent, 1, 0, 100);
  // Its one page is not full: both would write to it.
  EXPECT_TRUE(failed(alignedSequenceFork(cache, parent, 128, nullptr, &child),
                     ALIGNED_INVALID_ARGUMENT, {"layer 0 has 100"}));
  EXPECT_TRUE(failed(alignedSequenceFork(cache, parent, 50, nullptr, &child),
                     ALIGNED_OUT_OF_CAPACITY, {"no page is free"}));
  EXPECT_EQ(child, -1);
  // Nothing was taken.
  EXPECT_EQ(tags(parent), runs({{1, 100}}));
  EXPECT_TRUE(
      succeeded(alignedSequenceFork(cache, parent, 0, nullptr, &child)));
}
