//===- CudaDeviceTest.cpp - Tests of CudaDevice.cpp over the tests' own driver
//-===//
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

#include "TestSupport.h"

#include <cstdlib>

using namespace aligned;
using namespace aligned::test;

namespace {
class CudaDeviceTest : public testing::Test {
protected:
  void SetUp() override {
    if (!std::getenv("ALIGNED_FAKE_CUDA_ARCH"))
      GTEST_SKIP() << "for the tests' own driver only";
  }
  void open(const char *architecture) {
    kernel.reset();
    device.reset();
    setenv("ALIGNED_FAKE_CUDA_ARCH", architecture, 1);
    ASSERT_TRUE(succeeded(alignedDeviceOpen("cuda", &device)));
  }
  /// A manifest with these targets. The code of the one that should be taken
  /// loads; that of the others does not.
  Outcome load(std::initializer_list<const char *> targets, const char *good) {
    Manifest manifest = referenceManifest();
    ManifestTarget target = manifest.targets.at("nvptx:sm_80");
    manifest.targets.clear();
    std::map<std::string, std::string> sections;
    for (const char *name : targets) {
      target.code = name;
      manifest.targets[name] = target;
      sections[name] =
          std::string(name) == good ? ALIGNED_REFERENCE_KERNELS : "bad";
    }
    return load(manifest, sections);
  }
  Outcome load(const Manifest &manifest,
               const std::map<std::string, std::string> &sections) {
    std::vector<char> bytes;
    std::string error;
    EXPECT_TRUE(serializePackage(manifest, sections, bytes, error)) << error;
    kernel.reset();
    package.reset();
    EXPECT_TRUE(succeeded(
        alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &package)));
    return alignedKernelLoad(device, package, 0, &kernel);
  }
  Device device;
  Package package;
  Kernel kernel;
};
} // namespace

TEST_F(CudaDeviceTest, DescribesItself) {
  open("90");
  EXPECT_EQ(alignedDeviceIsGpu(device), 1);
  EXPECT_STREQ(alignedDeviceGetDescription(device), "cuda:0: Fake GPU, sm_90");
  EXPECT_STREQ(alignedDeviceGetTargets(device), "cpu,nvptx:sm_90a");
  Device second;
  EXPECT_TRUE(failed(alignedDeviceOpen("cuda:1", &second), ALIGNED_NO_DEVICE,
                     {"no device cuda:1", "1 GPU "}));
}

TEST_F(CudaDeviceTest, FailingCallsAreNamed) {
  open("90");
  void *memory = nullptr;
  EXPECT_TRUE(failed(
      alignedDeviceAllocate(device, size_t(1) << 37, &memory), ALIGNED_DRIVER,
      {"cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2)", "137438953472"}));
  EXPECT_TRUE(failed(alignedDeviceUpload(device, &memory, "x", 1, nullptr),
                     ALIGNED_DRIVER,
                     {"cuMemcpyHtoDAsync: CUDA_ERROR_INVALID_VALUE",
                      "as the tests' driver sees it"}));
}

TEST_F(CudaDeviceTest, TakesTheHighestTargetThatRuns) {
  open("90");
  EXPECT_TRUE(succeeded(load({"nvptx:sm_80", "nvptx:sm_90a"}, "nvptx:sm_90a")));
  EXPECT_TRUE(succeeded(load({"nvptx:sm_90", "nvptx:sm_90a"}, "nvptx:sm_90a")));
  EXPECT_TRUE(succeeded(load({"nvptx:sm_80", "nvptx:sm_89"}, "nvptx:sm_89")));
  EXPECT_TRUE(succeeded(load({"nvptx:sm_80", "nvptx:sm_100"}, "nvptx:sm_80")));
  // What is made for 9.0 alone does not run on 10.0, plain code does.
  open("100");
  EXPECT_TRUE(succeeded(load({"nvptx:sm_80", "nvptx:sm_90a"}, "nvptx:sm_80")));
  EXPECT_TRUE(
      succeeded(load({"nvptx:sm_90", "nvptx:sm_100f"}, "nvptx:sm_100f")));
  open("86");
  EXPECT_TRUE(failed(load({"nvptx:sm_89", "nvptx:sm_90a"}, ""),
                     ALIGNED_NO_DEVICE,
                     {"Fake GPU, sm_86", "nvptx:sm_89, nvptx:sm_90a",
                      "--target=nvptx:sm_86"}));
}

TEST_F(CudaDeviceTest, TakesACubinForItsOwnArchitectureAlone) {
  Manifest manifest = referenceManifest();
  manifest.targets["nvptx:sm_80"].cubin = "cubin";
  std::map<std::string, std::string> sections = {
      {"cpu", referenceCode()},
      {"ptx", "bad"},
      {"cubin", std::string(ALIGNED_REFERENCE_KERNELS) + '\0'}};
  open("80");
  EXPECT_TRUE(succeeded(load(manifest, sections)));
  open("90");
  EXPECT_TRUE(failed(load(manifest, sections), ALIGNED_DRIVER, {}));
  // One that the driver refuses is no loss while there is PTX.
  sections = {{"cpu", referenceCode()},
              {"ptx", ALIGNED_REFERENCE_KERNELS},
              {"cubin", std::string("bad\0", 4)}};
  open("80");
  EXPECT_TRUE(succeeded(load(manifest, sections)));
}

TEST_F(CudaDeviceTest, ReportsTheDriversLog) {
  open("90");
  EXPECT_TRUE(failed(load({"nvptx:sm_90"}, ""), ALIGNED_DRIVER,
                     {"section 'nvptx:sm_90'", "cuModuleLoadDataEx",
                      "CUDA_ERROR_INVALID_PTX", "ptxas: not a path"}));
}

TEST_F(CudaDeviceTest, EveryPhaseNeedsItsLaunch) {
  open("90");
  Manifest manifest = referenceManifest();
  manifest.targets["nvptx:sm_80"].kernels.erase("decode_0_merge");
  EXPECT_TRUE(
      failed(load(manifest, {{"cpu", ""}, {"ptx", ALIGNED_REFERENCE_KERNELS}}),
             ALIGNED_CORRUPT_FILE,
             {"targets.nvptx:sm_80.kernels has no 'decode_0_merge'"}));
}
