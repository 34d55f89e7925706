//===- JitTest.cpp - Compiling inside a process ---------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/Jit.h"
#include "aligned-c/Program.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

namespace fs = std::filesystem;

namespace {
/// One query head over four tokens of eight channels, in bf16.
constexpr const char *kAttention = R"mlir(
#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
func.func @attend(%q: tensor<1x1x1x1x32xbf16>, %k: tensor<1x1x?x32xbf16>,
                  %v: tensor<1x1x?x32xbf16>) -> tensor<1x1x1x1x32xbf16> {
  %scale = arith.constant 0.25 : f32
  %init = tensor.empty() : tensor<1x1x1x1x32xbf16>
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<1x1x1x1x32xbf16>, tensor<1x1x?x32xbf16>, tensor<1x1x?x32xbf16>)
      scale(%scale : f32)
      outs(%init : tensor<1x1x1x1x32xbf16>) -> tensor<1x1x1x1x32xbf16>
  return %o : tensor<1x1x1x1x32xbf16>
}
)mlir";

constexpr const char *kNoAttention = R"mlir(
func.func @twice(%a: tensor<4xf32>) -> tensor<4xf32> {
  %b = arith.addf %a, %a : tensor<4xf32>
  return %b : tensor<4xf32>
}
)mlir";

struct JitTest : testing::Test {
  ~JitTest() override {
    alignedPackageDestroy(package);
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }

  /// The message of the error, which is freed; empty without one.
  std::string compile(const std::string &ir) {
    alignedPackageDestroy(package);
    package = nullptr;
    AlignedError error =
        alignedJitCompile(ir.data(), ir.size(), &options, &package, &timings);
    if (!error)
      return "";
    code = alignedErrorGetCode(error);
    std::string message = alignedErrorGetMessage(error);
    alignedErrorDestroy(error);
    return message;
  }
  /// Runs function `entry` of the package on 1, 2, 3, 4, and looks at one
  /// element of what it gives.
  void expectElement(const char *entry, int64_t index, float value) {
    AlignedDevice device = nullptr;
    ASSERT_EQ(alignedDeviceOpen("cpu", &device), nullptr);
    AlignedProgram program = nullptr;
    AlignedError error = alignedProgramLoad(device, package, entry, &program);
    ASSERT_EQ(error, nullptr) << alignedErrorGetMessage(error);
    float data[] = {1, 2, 3, 4};
    int64_t shape[] = {4};
    AlignedTensor argument = {"f32", 1, shape, data};
    error = alignedProgramRun(program, &argument, 1);
    ASSERT_EQ(error, nullptr) << alignedErrorGetMessage(error);
    const AlignedTensor *result = alignedProgramGetResult(program, 0);
    EXPECT_EQ(static_cast<const float *>(result->data)[index], value);
    alignedProgramDestroy(program);
    alignedDeviceDestroy(device);
  }
  void useCache() {
    cacheDirectory = directory.string();
    options.cacheDirectory = cacheDirectory.c_str();
  }
  fs::path onlyEntry() const {
    fs::path entry;
    int count = 0;
    for (const auto &file : fs::directory_iterator(directory)) {
      entry = file.path();
      ++count;
    }
    EXPECT_EQ(count, 1);
    return entry;
  }

  fs::path directory =
      fs::temp_directory_path() /
      ("aligned-jit-test-" + std::to_string(::getpid()) + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string cacheDirectory;
  AlignedJitOptions options = {};
  AlignedJitTimings timings = {};
  AlignedPackage package = nullptr;
  AlignedErrorCode code = {};
};
} // namespace

TEST_F(JitTest, CompilesAnAttention) {
  ASSERT_EQ(compile(kAttention), "");
  EXPECT_EQ(alignedPackageGetNumDecodes(package), 1);
  std::string manifest = alignedPackageGetManifest(package);
  EXPECT_NE(manifest.find("\"attend\""), std::string::npos);
  EXPECT_NE(manifest.find("decode_0"), std::string::npos);
  EXPECT_NE(std::string(alignedJitGetRemarks()).find("decode over planes"),
            std::string::npos);
  EXPECT_GT(timings.totalSeconds, 0);
  EXPECT_EQ(timings.fromDiskCache, 0);
}

TEST_F(JitTest, CompilesWhatHasNoAttention) {
  ASSERT_EQ(compile(kNoAttention), "");
  EXPECT_EQ(alignedPackageGetNumDecodes(package), 0);
  expectElement(nullptr, 3, 8);
}

/// A program calls its own functions, whatever the process has of their names:
/// `step` is one of C's library.
TEST_F(JitTest, FunctionsMayHaveNamesOfTheProcess) {
  std::string text = kNoAttention;
  text.replace(text.find("@twice"), 6, "@step");
  ASSERT_EQ(compile(text), "");
  expectElement("step", 2, 6);
}

TEST_F(JitTest, RunsAnAttention) {
  ASSERT_EQ(compile(kAttention), "");
  AlignedDevice device = nullptr;
  ASSERT_EQ(alignedDeviceOpen("cpu", &device), nullptr);
  AlignedProgram program = nullptr;
  AlignedError error = alignedProgramLoad(device, package, "attend", &program);
  ASSERT_EQ(error, nullptr) << alignedErrorGetMessage(error);
  // With equal keys the output is the mean of the values: 1 and 3 give 2.
  uint16_t q[32], k[64], v[64];
  std::fill_n(q, 32, 0x3f80);
  std::fill_n(k, 64, 0x3f80);
  std::fill_n(v, 32, 0x3f80);
  std::fill_n(v + 32, 32, 0x4040);
  int64_t queryShape[] = {1, 1, 1, 1, 32}, rowsShape[] = {1, 1, 2, 32};
  AlignedTensor arguments[] = {{"bf16", 5, queryShape, q},
                               {"bf16", 4, rowsShape, k},
                               {"bf16", 4, rowsShape, v}};
  error = alignedProgramRun(program, arguments, 3);
  ASSERT_EQ(error, nullptr) << alignedErrorGetMessage(error);
  const AlignedTensor *result = alignedProgramGetResult(program, 0);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(static_cast<const uint16_t *>(result->data)[i], 0x4000) << i;
  alignedProgramDestroy(program);
  alignedDeviceDestroy(device);
}

TEST_F(JitTest, SecondTimeComesFromTheDiskCache) {
  useCache();
  ASSERT_EQ(compile(kAttention), "");
  EXPECT_EQ(timings.fromDiskCache, 0);
  std::string manifest = alignedPackageGetManifest(package);
  std::string remarks = alignedJitGetRemarks();
  ASSERT_EQ(compile(kAttention), "");
  EXPECT_EQ(timings.fromDiskCache, 1);
  EXPECT_EQ(alignedPackageGetManifest(package), manifest);
  EXPECT_EQ(alignedJitGetRemarks(), remarks);
}

TEST_F(JitTest, OptionsArePartOfTheKey) {
  useCache();
  ASSERT_EQ(compile(kAttention), "");
  options.precision = "full";
  ASSERT_EQ(compile(kAttention), "");
  EXPECT_EQ(timings.fromDiskCache, 0);
}

TEST_F(JitTest, CorruptEntryIsCompiledAgain) {
  useCache();
  ASSERT_EQ(compile(kNoAttention), "");
  fs::path entry = onlyEntry();
  auto size = fs::file_size(entry);
  fs::resize_file(entry, size / 2);
  ASSERT_EQ(compile(kNoAttention), "");
  EXPECT_EQ(timings.fromDiskCache, 0);
  EXPECT_EQ(fs::file_size(entry), size);
  std::fstream(entry, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(static_cast<std::streamoff>(size / 2))
      .put('\x55')
      .put('\xaa');
  ASSERT_EQ(compile(kNoAttention), "");
  EXPECT_EQ(timings.fromDiskCache, 0);
  ASSERT_EQ(compile(kNoAttention), "");
  EXPECT_EQ(timings.fromDiskCache, 1);
}

TEST_F(JitTest, MalformedSourceGivesItsDiagnostics) {
  std::string message = compile("func.func @f( {");
  EXPECT_EQ(code, ALIGNED_COMPILATION);
  EXPECT_NE(message.find("source:1:"), std::string::npos) << message;
  EXPECT_NE(message.find("error: "), std::string::npos) << message;
  EXPECT_EQ(package, nullptr);
}

TEST_F(JitTest, BadOptionsAreNamed) {
  options.targets = "tpu";
  EXPECT_NE(compile(kNoAttention).find("unknown target 'tpu'"),
            std::string::npos);
  EXPECT_EQ(code, ALIGNED_INVALID_ARGUMENT);
  options.targets = nullptr;
  options.kv = "copy";
  EXPECT_NE(compile(kNoAttention).find("unknown kv 'copy'"), std::string::npos);
}
