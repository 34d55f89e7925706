//===- ProfileTest.cpp - Tests of the ranges that profilers see -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheFixture.h"

#include <dlfcn.h>

using namespace aligned;
using namespace aligned::test;

namespace {

class ProfileTest : public CacheFixture {};

/// What the profiler has seen so far.
std::string readLog() {
  void *profiler =
      dlopen(std::getenv("NVTX_INJECTION64_PATH"), RTLD_NOW | RTLD_NOLOAD);
  if (!profiler)
    return "NVTX has not loaded it";
  return reinterpret_cast<const char *(*)()>(
      dlsym(profiler, "fakeProfilerLog"))();
}

} // namespace

TEST_F(ProfileTest, AppendsAndDecodesAreRanges) {
  ASSERT_TRUE(std::getenv("NVTX_INJECTION64_PATH")) << "run through ctest";
  ASSERT_TRUE(succeeded(makeCache(1, 4, kMaxTokens)));
  int64_t sequence = makeSequence(10);
  Batch batch;
  ASSERT_TRUE(succeeded(
      alignedBatchCreate(kernel, cache, &sequence, 1, kMaxTokens, &batch)));
  ASSERT_TRUE(succeeded(append(batch, 1, 0, 1, 0, 5)));
  EXPECT_EQ(readLog(), "<append>");
  AlignedDecodeArgs args = {};
  DeviceFloats memory(device, 1024);
  args.query = args.output = memory.data;
  ASSERT_TRUE(succeeded(alignedDecode(batch, 0, &args, nullptr)));
  EXPECT_EQ(readLog(), "<append><decode>");
  // A range ends on the way out of an error, too.
  EXPECT_TRUE(Outcome(alignedDecode(batch, 99, &args, nullptr)).failed);
  EXPECT_EQ(readLog(), "<append><decode><decode>");
}
