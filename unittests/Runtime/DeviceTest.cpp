//===- DeviceTest.cpp - Tests of alignedDevice* ---------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

using namespace aligned::test;

TEST(DeviceTest, CpuIsAlwaysThere) {
  Device device;
  ASSERT_TRUE(succeeded(alignedDeviceOpen("cpu", &device)));
  EXPECT_EQ(alignedDeviceIsGpu(device), 0);
  EXPECT_STREQ(alignedDeviceGetTargets(device), "cpu");
  EXPECT_EQ(std::string(alignedDeviceGetDescription(device)).rfind("cpu: ", 0),
            0u);
}

TEST(DeviceTest, RefusesUnknownNames) {
  Device device;
  for (const char *name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x"})
    EXPECT_TRUE(failed(alignedDeviceOpen(name, &device),
                       ALIGNED_INVALID_ARGUMENT,
                       {"cpu, cuda or cuda:N", name}));
}

TEST(DeviceTest, NamesTheRemedyWithoutCuda) {
  Device device;
  Outcome outcome = alignedDeviceOpen("cuda:1023", &device);
  // With a driver it is the number that is wrong.
  EXPECT_TRUE(failed(outcome, ALIGNED_NO_DEVICE, {}));
  EXPECT_TRUE(outcome.message.find("or use the device cpu") !=
                  std::string::npos ||
              outcome.message.find("no device cuda:1023") != std::string::npos)
      << outcome.message;
}

TEST(DeviceTest, AllocatesZeros) {
  Device device;
  ASSERT_TRUE(succeeded(alignedDeviceOpen("cpu", &device)));
  void *memory = nullptr;
  ASSERT_TRUE(succeeded(alignedDeviceAllocate(device, 8, &memory)));
  uint32_t words[2] = {1, 2}, back[2] = {9, 9};
  ASSERT_TRUE(
      succeeded(alignedDeviceDownload(device, back, memory, 8, nullptr)));
  EXPECT_EQ(back[0] | back[1], 0u);
  ASSERT_TRUE(
      succeeded(alignedDeviceUpload(device, memory, words, 8, nullptr)));
  ASSERT_TRUE(
      succeeded(alignedDeviceDownload(device, back, memory, 8, nullptr)));
  EXPECT_EQ(back[1], 2u);
  EXPECT_TRUE(succeeded(alignedDeviceSynchronize(device, nullptr)));
  alignedDeviceFree(device, memory);
  alignedDeviceFree(device, nullptr);
}

TEST(DeviceTest, SaysHowMuchItCouldNotAllocate) {
  Device device;
  ASSERT_TRUE(succeeded(alignedDeviceOpen("cpu", &device)));
  void *memory = nullptr;
  EXPECT_TRUE(failed(alignedDeviceAllocate(device, SIZE_MAX / 2, &memory),
                     ALIGNED_OUT_OF_CAPACITY, {"9223372036854775807 bytes"}));
  EXPECT_EQ(memory, nullptr);
}
