//===- ManifestTest.cpp - Tests of Manifest.h -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Runtime/Manifest.h"
#include "TestSupport.h"

using namespace aligned;

static std::string errorOf(std::string text, const char *from, const char *to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, std::string(from).size(), to);
  std::string error;
  EXPECT_FALSE(parseManifest(text, error).has_value());
  return error;
}

TEST(ManifestTest, ReadsWhatItWrites) {
  Manifest manifest = test::referenceManifest();
  manifest.targets["cpu"].features = {"avx2", "fma"};
  manifest.targets["nvptx:sm_90a"] = {
      "ptx", "cubin", {}, {{"decode_0_score", {128, 1024}}}};
  std::string error, text = writeManifest(manifest);
  std::optional<Manifest> read = parseManifest(text, error);
  ASSERT_TRUE(read.has_value()) << error;
  EXPECT_EQ(writeManifest(*read), text);
  EXPECT_EQ(read->decodes[1].problem.mask, "f32");
  EXPECT_EQ(read->entries[0].arguments[1].planes->order[1], 2);
  EXPECT_TRUE(read->entries[1].arguments[5].scalar);
  EXPECT_EQ(read->targets["nvptx:sm_90a"].kernels["decode_0_score"].threads,
            128);
}

TEST(ManifestTest, SaysWhatIsWrongWhere) {
  std::string text = writeManifest(test::referenceManifest());
  EXPECT_NE(errorOf(text, "\"format\": 2", "\"format\": 3")
                .find("format: is 3, this version reads 2: compile"),
            std::string::npos);
  EXPECT_EQ(errorOf(text, "\"rows\": 1", "\"rows\": 9"),
            "decodes[0].problem.rows: expected an integer, 1 to 8");
  EXPECT_EQ(errorOf(text, "\"softcap\": 0.0", "\"softcap\": \"no\""),
            "decodes[0].problem.softcap: expected a number");
  EXPECT_EQ(errorOf(text, "\"symbol\"", "\"cymbal\""),
            "entries[0].symbol: is missing");
  EXPECT_EQ(errorOf(text, "\"role\": \"key\"", "\"role\": \"query\""),
            "entries[0].arguments[1].planes.role: is 'query', expected one of "
            "'key', 'value'");
  EXPECT_EQ(errorOf(text, "{", "["), "the manifest: is not a JSON object");
}

TEST(ManifestTest, RefusesAnOrderThatIsNone) {
  Manifest manifest = test::referenceManifest();
  auto errorWith = [&](std::array<int64_t, 4> order) {
    manifest.entries[0].arguments[1].planes->order = order;
    std::string error;
    EXPECT_FALSE(parseManifest(writeManifest(manifest), error).has_value());
    return error;
  };
  EXPECT_NE(errorWith({0, 0, 1, 3}).find("same dimension twice"),
            std::string::npos);
  EXPECT_NE(errorWith({0, 2, 1, 4}).find("expected an integer, 0 to 3"),
            std::string::npos);
  EXPECT_NE(errorWith({-1, 2, 1, 3}).find("every dimension"),
            std::string::npos);
}

TEST(ManifestTest, PackagesNeedTheirSections) {
  std::vector<char> bytes;
  std::string error;
  EXPECT_FALSE(serializePackage(test::referenceManifest(), {}, bytes, error));
  EXPECT_EQ(error, "target 'cpu': there is no section 'cpu'");
}
