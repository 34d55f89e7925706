//===- TestSupport.cpp - Packages and tensors for the runtime's tests -----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace aligned;

std::string test::referenceCode() {
  return readFile(ALIGNED_REFERENCE_KERNELS);
}

std::string test::readFile(const char *path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

static ManifestDecode decodeNamed(const char *name) {
  ManifestDecode decode;
  decode.name = name;
  ManifestProblem &problem = decode.problem;
  problem.keyHeadDim = kReferenceKey.headDim;
  problem.valueHeadDim = kReferenceValue.headDim;
  problem.group = kReferenceGroup;
  problem.query = problem.cache = problem.output = "f32";
  problem.scale = 0.25;
  problem.budget = 12;
  decode.appendKey = "append_key";
  decode.appendValue = "append_value";
  decode.unpackKey = "unpack_key";
  decode.unpackValue = "unpack_value";
  return decode;
}

static ManifestType tensor(std::vector<int64_t> shape) {
  ManifestType type;
  type.type = "f32";
  type.shape = std::move(shape);
  return type;
}

/// K as [sequence, token, kv head, channel], V as [kv head, token, channel] of
/// one sequence or [sequence, kv head, token, channel].
static ManifestType planes(PlaneRole role, std::vector<int64_t> shape,
                           std::array<int64_t, 4> order) {
  ManifestType type = tensor(std::move(shape));
  bool key = role == PlaneRole::Key;
  type.planes = ManifestPlanes{
      role, order, key ? kReferenceKey.headDim : kReferenceValue.headDim,
      PlaneEncoding::Fixed, key ? "append_key" : "append_value", key ? "unpack_key" : "unpack_value"};
  return type;
}

Manifest test::referenceManifest() {
  int64_t dk = kReferenceKey.headDim, dv = kReferenceValue.headDim,
          group = kReferenceGroup;
  Manifest manifest;
  manifest.compiler = "the tests";
  ManifestType q = tensor({2, 2, group, dk}), o = tensor({2, 2, group, dv});
  ManifestType k = planes(PlaneRole::Key, {2, -1, 2, dk}, {0, 2, 1, 3});
  ManifestType v = planes(PlaneRole::Value, {2, 2, -1, dv}, {0, 1, 2, 3});
  manifest.entries.push_back({"attend", "entry_attend", {q, k, v}, {o, o, q}});
  ManifestType position = tensor({}), lengths = tensor({2});
  position.type = lengths.type = "i64";
  position.scalar = true;
  manifest.entries.push_back(
      {"step",
       "entry_step",
       {q, k, tensor({2, 2, -1, dv}), tensor({2, 2, -1, dk}),
        tensor({2, 2, -1, dv}), position, lengths, tensor({-1}),
        tensor({2, group})},
       {o, k, position}});
  manifest.decodes = {decodeNamed("decode_0"), decodeNamed("decode_masked")};
  manifest.decodes[1].problem.mask = "f32";
  manifest.decodes[1].problem.sinks = "f32";
  manifest.targets["cpu"].code = "cpu";
  ManifestTarget &gpu = manifest.targets["nvptx:sm_80"];
  gpu.code = "ptx";
  for (const char *decode : {"decode_0", "decode_masked"})
    for (const char *phase : {"_prepare", "_score", "_attend", "_merge"})
      gpu.kernels[std::string(decode) + phase] = {64, 1000};
  for (const char *phase : {"_sweep", "_extend", "_pack"})
    gpu.kernels[std::string("decode_0") + phase] = {64, 1000};
  for (const char *kernel : {"append_key", "append_value", "unpack_key",
                             "unpack_value", kAdvanceSymbol})
    gpu.kernels[kernel] = {64, 1000};
  return manifest;
}

std::vector<char> test::referencePackage(const Manifest &manifest) {
  std::map<std::string, std::string> sections;
  for (const auto &[name, target] : manifest.targets) {
    bool cpu = name.rfind("cpu", 0) == 0;
    // The tests' own driver opens the file that its "code" names.
    sections[target.code] =
        cpu ? referenceCode() : std::string(ALIGNED_REFERENCE_KERNELS);
    if (!target.cubin.empty())
      sections[target.cubin] = std::string("cubin");
  }
  std::vector<char> bytes;
  std::string error;
  EXPECT_TRUE(serializePackage(manifest, sections, bytes, error)) << error;
  return bytes;
}

float test::sample(int64_t seed) {
  uint64_t bits = static_cast<uint64_t>(seed) * 0x9e3779b97f4a7c15u;
  return static_cast<float>(static_cast<int>(bits >> 57) - 64) / 32;
}

std::vector<double>
test::attention(const std::vector<float> &query, float scale,
                const std::vector<std::vector<float>> &keys,
                const std::vector<std::vector<float>> &values,
                const std::vector<float> &mask, const float *sink) {
  std::vector<double> output(static_cast<size_t>(kReferenceValue.headDim), 0);
  double sum = sink ? std::exp(double(*sink)) : 0;
  for (size_t t = 0; t < keys.size(); ++t) {
    double s = mask.empty() ? 0 : mask[t];
    for (size_t d = 0; d < query.size(); ++d)
      s += double(scale) * query[d] * keys[t][d];
    sum += std::exp(s);
    for (size_t d = 0; d < output.size(); ++d)
      output[d] += std::exp(s) * values[t][d];
  }
  for (double &o : output)
    o /= sum;
  return output;
}
