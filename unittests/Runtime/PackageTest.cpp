//===- PackageTest.cpp - Tests of alignedPackage*, alignedKernelLoad ------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Runtime/Safetensors.h"
#include "TestSupport.h"

#include <unistd.h>

using namespace aligned;
using namespace aligned::test;

namespace {
class PackageTest : public testing::Test {
protected:
  Outcome load(const std::vector<char> &bytes) {
    package.reset();
    return alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &package);
  }
  /// Loads decode kernel 0 of a package with this manifest on the CPU.
  Outcome loadKernel(const Manifest &manifest, int64_t index = 0) {
    kernel.reset();
    EXPECT_TRUE(succeeded(load(referencePackage(manifest))));
    return alignedKernelLoad(device, package, index, &kernel);
  }
  void SetUp() override {
    ASSERT_TRUE(succeeded(alignedDeviceOpen("cpu", &device)));
  }
  Device device;
  Package package;
  Kernel kernel;
};
} // namespace

TEST_F(PackageTest, LoadsFromFileAndMemory) {
  std::vector<char> bytes = referencePackage(referenceManifest());
  ASSERT_TRUE(succeeded(load(bytes)));
  EXPECT_EQ(alignedPackageGetNumDecodes(package), 2);
  EXPECT_EQ(std::string(alignedPackageGetManifest(package)),
            writeManifest(referenceManifest()));
  std::string path = testing::TempDir() + "reference.aligned", error;
  ASSERT_TRUE(writeFileAtomically(path, bytes.data(), bytes.size(), error));
  package.reset();
  EXPECT_TRUE(succeeded(alignedPackageLoad(path.c_str(), &package)));
  unlink(path.c_str());
}

TEST_F(PackageTest, RefusesDamagedFiles) {
  std::vector<char> bytes = referencePackage(referenceManifest());
  bytes.resize(bytes.size() - 100);
  EXPECT_TRUE(failed(load(bytes), ALIGNED_CORRUPT_FILE, {"truncated"}));
  EXPECT_TRUE(failed(alignedPackageLoad("/no/such.aligned", &package),
                     ALIGNED_CORRUPT_FILE, {"/no/such.aligned", "open"}));
}

TEST_F(PackageTest, RefusesAFileOfTensors) {
  std::string error;
  std::vector<char> bytes;
  ASSERT_TRUE(serializeSafetensors({}, {}, bytes, error));
  EXPECT_TRUE(failed(load(bytes), ALIGNED_CORRUPT_FILE,
                     {"aligned.manifest", "aligned-compile"}));
  ASSERT_TRUE(serializeSafetensors(
      {}, {{kManifestKey, writeManifest(referenceManifest())}}, bytes, error));
  EXPECT_TRUE(failed(load(bytes), ALIGNED_CORRUPT_FILE, {"section 'cpu'"}));
  ASSERT_TRUE(serializeSafetensors({}, {{kManifestKey, "{\"format\": 7}"}},
                                   bytes, error));
  EXPECT_TRUE(failed(load(bytes), ALIGNED_CORRUPT_FILE, {"format: is 7"}));
}

TEST_F(PackageTest, DescribesItsKernels) {
  ASSERT_TRUE(succeeded(loadKernel(referenceManifest(), 1)));
  AlignedProblem problem;
  alignedKernelGetProblem(kernel, &problem);
  EXPECT_EQ(problem.keyHeadDim, 16);
  EXPECT_EQ(problem.valueHeadDim, 8);
  EXPECT_EQ(problem.group, 2);
  EXPECT_STREQ(problem.cacheType, "f32");
  EXPECT_STREQ(problem.maskType, "f32");
  EXPECT_EQ(problem.scale, 0.25f);
  EXPECT_EQ(problem.budget, 12);
  EXPECT_TRUE(failed(loadKernel(referenceManifest(), 2),
                     ALIGNED_INVALID_ARGUMENT, {"number 2 of 2"}));
}

TEST_F(PackageTest, KernelsOutliveTheirPackage) {
  ASSERT_TRUE(succeeded(loadKernel(referenceManifest())));
  package.reset();
  AlignedProblem problem;
  alignedKernelGetProblem(kernel, &problem);
  EXPECT_STREQ(problem.queryType, "f32");
}

// Both packages' code is loaded from a file called /proc/self/fd/N. If the
// second got the number of the first, the loader would take it for the same
// file, and find functions in it that are not there.
TEST_F(PackageTest, TwoPackagesKeepTheirOwnCode) {
  ASSERT_TRUE(succeeded(loadKernel(referenceManifest())));
  std::vector<char> bytes;
  std::string error;
  ASSERT_TRUE(serializePackage(
      referenceManifest(),
      {{"cpu", readFile(ALIGNED_OTHER_LIBRARY)}, {"ptx", ""}}, bytes, error));
  Package second;
  Kernel secondKernel;
  ASSERT_TRUE(succeeded(
      alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &second)));
  EXPECT_TRUE(failed(alignedKernelLoad(device, second, 0, &secondKernel),
                     ALIGNED_CORRUPT_FILE, {"'decode_0_prepare'"}));
}

TEST_F(PackageTest, NamesAMissingFunction) {
  Manifest manifest = referenceManifest();
  manifest.decodes[0].name = "decode_7";
  EXPECT_TRUE(failed(loadKernel(manifest), ALIGNED_CORRUPT_FILE,
                     {"'decode_7_prepare'"}));
}

TEST_F(PackageTest, RefusesCodeForAnotherCpu) {
  Manifest manifest = referenceManifest();
  manifest.targets["cpu"].features = {"sse4.2", "quantum"};
  EXPECT_TRUE(failed(loadKernel(manifest), ALIGNED_NO_DEVICE,
                     {"quantum", "--target=cpu"}));
  manifest.targets.clear();
  EXPECT_TRUE(failed(loadKernel(manifest), ALIGNED_NO_DEVICE,
                     {"no code for the CPU", "--target=cpu"}));
}

TEST_F(PackageTest, DoesNotTakeCodeThatWasClosed) {
  ASSERT_TRUE(succeeded(load(referencePackage(referenceManifest()))));
  ASSERT_TRUE(succeeded(alignedKernelLoad(device, package, 0, &kernel)));
  kernel.reset();
  package.reset();
  std::vector<char> bytes;
  std::string error;
  ASSERT_TRUE(serializePackage(referenceManifest(),
                               {{"cpu", "no ELF"}, {"ptx", ""}}, bytes, error));
  ASSERT_TRUE(succeeded(load(bytes)));
  EXPECT_TRUE(failed(alignedKernelLoad(device, package, 0, &kernel),
                     ALIGNED_CORRUPT_FILE, {"section 'cpu'", "cannot load"}));
}

TEST_F(PackageTest, RefusesCodeThatDoesNotLoad) {
  std::vector<char> bytes;
  std::string error;
  ASSERT_TRUE(serializePackage(referenceManifest(),
                               {{"cpu", "no ELF"}, {"ptx", ""}}, bytes, error));
  ASSERT_TRUE(succeeded(load(bytes)));
  EXPECT_TRUE(failed(alignedKernelLoad(device, package, 0, &kernel),
                     ALIGNED_CORRUPT_FILE, {"section 'cpu'", "cannot load"}));
}
