//===- SafetensorsTest.cpp - Tests of Safetensors.h -----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Runtime/Safetensors.h"

#include "gtest/gtest.h"

#include <cstring>
#include <fstream>
#include <unistd.h>

using namespace aligned;

/// A file with this header and as many bytes of data.
static std::string makeFile(const std::string &header, size_t dataBytes) {
  uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char *>(&length), 8);
  return bytes + header + std::string(dataBytes, '\1');
}

/// The error of reading `bytes`; empty if there is none.
static std::string errorOf(const std::string &bytes) {
  std::string error;
  auto file =
      SafetensorsFile::copy("x.safetensors", bytes.data(), bytes.size(), error);
  EXPECT_EQ(file == nullptr, !error.empty());
  return error;
}

static void expectError(const std::string &bytes, const char *part) {
  std::string error = errorOf(bytes);
  EXPECT_EQ(error.rfind("x.safetensors: ", 0), 0u) << error;
  EXPECT_NE(error.find(part), std::string::npos) << error;
}

TEST(SafetensorsTest, WritesWhatItReads) {
  float numbers[6] = {1, 2, 3, 4, 5, 6};
  uint8_t byte = 7;
  std::string path = testing::TempDir() + "roundtrip.safetensors", error;
  ASSERT_TRUE(writeSafetensors(path,
                               {{"b", "U8", {1}, &byte, 1},
                                {"a", "F32", {2, 3}, numbers, sizeof(numbers)},
                                {"none", "BF16", {0, 4}, nullptr, 0},
                                {"scalar", "F32", {}, numbers, 4}},
                               {{"model", "a \"name\""}}, error))
      << error;
  auto file = SafetensorsFile::open(path, error);
  ASSERT_NE(file, nullptr) << error;
  EXPECT_EQ(file->metadata().at("model"), "a \"name\"");
  ASSERT_EQ(file->tensors().size(), 4u);
  const SafetensorsTensor *a = file->find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->dtype, "F32");
  EXPECT_EQ(a->shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(std::memcmp(a->data, numbers, sizeof(numbers)), 0);
  EXPECT_EQ(file->find("none")->bytes, 0u);
  EXPECT_EQ(file->find("scalar")->shape.size(), 0u);
  EXPECT_EQ(file->find("absent"), nullptr);
  unlink(path.c_str());
}

TEST(SafetensorsTest, NamesAFileThatIsNotThere) {
  std::string error;
  EXPECT_EQ(SafetensorsFile::open("/no/such/file", error), nullptr);
  EXPECT_NE(error.find("/no/such/file: cannot open"), std::string::npos);
}

TEST(SafetensorsTest, RefusesTruncatedFiles) {
  std::string header =
      R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})";
  std::string whole = makeFile(header, 16);
  EXPECT_EQ(errorOf(whole), "");
  expectError(whole.substr(0, whole.size() - 1), "the file is truncated");
  expectError(whole.substr(0, 20), "is truncated: the file has 20");
  expectError(whole.substr(0, 5), "shorter than the header's length");
  expectError("", "shorter than the header's length");
}

TEST(SafetensorsTest, RefusesWhatIsNoHeader) {
  expectError(std::string(16, '\xff'), "out of range");
  expectError(makeFile("[1, 2]", 0), "not a JSON object");
  expectError(makeFile("{\"a\": ", 0), "not a JSON object");
  expectError(makeFile(R"({"__metadata__":{"a":1}})", 0), "is not a string");
}

TEST(SafetensorsTest, RefusesOverlapsAndHoles) {
  auto two = [](const char *second) {
    return makeFile(std::string(R"({"a":{"dtype":"U8","shape":[4],)"
                                R"("data_offsets":[0,4]},)"
                                R"("b":{"dtype":"U8","shape":[4],)"
                                R"("data_offsets":)") +
                        second + "}}",
                    8);
  };
  EXPECT_EQ(errorOf(two("[4,8]")), "");
  expectError(two("[2,6]"), "'b' begins at byte 2 of the data, inside");
  expectError(two("[8,4]"), "run backwards");
  expectError(
      makeFile(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 8),
      "leaving a hole");
  expectError(
      makeFile(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 8),
      "8 bytes, of which tensors take 4");
}

TEST(SafetensorsTest, RefusesWrongTensors) {
  auto one = [](const char *entry) {
    return makeFile(std::string("{\"a\":") + entry + "}", 4);
  };
  expectError(one(R"({"dtype":"F33","shape":[1],"data_offsets":[0,4]})"),
              "'a': unknown dtype 'F33'");
  expectError(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})"),
              "do not make the 4 bytes");
  expectError(one(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})"),
              "no size");
  expectError(one(R"({"dtype":"F32","shape":[4294967296,4294967296,4],)"
                  R"("data_offsets":[0,4]})"),
              "do not make the 4 bytes");
  expectError(one(R"({"dtype":"F32","shape":[1]})"), "data_offsets");
  expectError(one("3"), "expected an object");
  expectError(
      makeFile(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
               R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
               0),
      "'a' is there twice");
}

TEST(SafetensorsTest, DoesNotWriteWhatItWouldRefuse) {
  std::string error;
  std::vector<char> bytes;
  uint8_t data[4] = {};
  EXPECT_FALSE(
      serializeSafetensors({{"a", "F32", {2}, data, 4}}, {}, bytes, error));
  EXPECT_NE(error.find("tensor 'a'"), std::string::npos);
  EXPECT_FALSE(serializeSafetensors(
      {{"a", "U8", {4}, data, 4}, {"a", "U8", {4}, data, 4}}, {}, bytes,
      error));
  EXPECT_NE(error.find("twice"), std::string::npos);
}

TEST(SafetensorsTest, LeavesNoFileBehindThatIsNotWhole) {
  std::string error, path = "/no/such/folder/file";
  EXPECT_FALSE(writeFileAtomically(path, "x", 1, error));
  EXPECT_NE(error.find(path), std::string::npos);
}

TEST(SafetensorsTest, TranslatesElementTypes) {
  EXPECT_EQ(safetensorsDtype("bf16"), "BF16");
  EXPECT_EQ(safetensorsElementType("BOOL"), "i1");
  EXPECT_EQ(safetensorsElementBytes("F64"), 8u);
  EXPECT_EQ(safetensorsDtype("f80"), "");
}
