//===- CacheFixture.h - A cache over the reference kernels ---- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same tests run on every device that the machine has: the name is taken
// from ALIGNED_TEST_DEVICE.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_RUNTIME_CACHEFIXTURE_H
#define ALIGNED_UNITTESTS_RUNTIME_CACHEFIXTURE_H

#include "TestSupport.h"

#include <cstdlib>
#include <dlfcn.h>

namespace aligned::test {

inline const char *deviceName() {
  const char *name = std::getenv("ALIGNED_TEST_DEVICE");
  return name ? name : "cpu";
}

/// A counter of the tests' own driver (FakeCudaDriver.cpp); null with another.
inline int (*fakeCudaCounter(const char *name))() {
  void *driver = dlopen("libcuda.so.1", RTLD_NOLOAD | RTLD_NOW);
  return driver ? reinterpret_cast<int (*)()>(dlsym(driver, name)) : nullptr;
}

/// Floats on the device, and a copy of them here.
struct DeviceFloats {
  DeviceFloats(AlignedDevice device, size_t count)
      : device(device), values(count, 0) {
    EXPECT_TRUE(
        succeeded(alignedDeviceAllocate(device, count * sizeof(float), &data)));
  }
  DeviceFloats(const DeviceFloats &) = delete;
  ~DeviceFloats() { alignedDeviceFree(device, data); }
  void upload() {
    EXPECT_TRUE(succeeded(alignedDeviceUpload(
        device, data, values.data(), values.size() * sizeof(float), nullptr)));
  }
  void download() {
    EXPECT_TRUE(succeeded(alignedDeviceDownload(
        device, values.data(), data, values.size() * sizeof(float), nullptr)));
  }
  AlignedDevice device;
  std::vector<float> values;
  void *data = nullptr;
};

class CacheFixture : public testing::Test {
protected:
  static constexpr int64_t kHeads = 2;
  static constexpr int64_t kLayers = 3;

  void SetUp() override {
    Manifest manifest = referenceManifest();
    manifest.decodes.push_back(manifest.decodes[0]);
    manifest.decodes[2].problem.keyHeadDim = 32;
    std::vector<char> bytes = referencePackage(manifest);
    ASSERT_TRUE(succeeded(alignedDeviceOpen(deviceName(), &device)));
    ASSERT_TRUE(succeeded(
        alignedPackageLoadFromMemory(bytes.data(), bytes.size(), &package)));
    ASSERT_TRUE(succeeded(alignedKernelLoad(device, package, 0, &kernel)));
  }
  Outcome makeCache(int64_t sequences, int64_t pages, int64_t tokens) {
    AlignedCacheOptions options = {kLayers, kHeads, sequences, pages, tokens};
    return alignedCacheCreate(kernel, &options, &cache);
  }
  int64_t makeSequence(int64_t reserve) {
    int64_t id = -1;
    EXPECT_TRUE(succeeded(alignedSequenceCreate(cache, &id)));
    EXPECT_TRUE(succeeded(alignedSequenceReserve(cache, id, reserve, nullptr)));
    return id;
  }
  int64_t length(int64_t sequence, int64_t layer = 0) {
    int64_t result = -1;
    EXPECT_TRUE(succeeded(
        alignedSequenceGetLength(cache, sequence, layer, nullptr, &result)));
    return result;
  }
  /// The element of a row that `append` writes. `tag` tells apart what was
  /// appended at one position at different times.
  static float keyAt(int64_t tag, int64_t layer, int64_t head, int64_t token,
                     int64_t channel) {
    return sample((((tag * 8 + layer) * 8 + head) * 4096 + token) * 64 +
                  channel);
  }
  /// Appends rows `from` to `from + tokens` to every sequence of a batch, the
  /// first with `tag`, the next with the tag behind it. Strides: [token,
  /// sequence, channel, head].
  Outcome append(AlignedBatch batch, int64_t sequences, int64_t layer,
                 int64_t tag, int64_t from, int64_t tokens, float special = 0,
                 int64_t specialToken = -1) {
    DeviceFloats *both[2];
    AlignedRows rows[2];
    for (int role : {0, 1}) {
      int64_t dim = role == 0 ? kReferenceKey.headDim : kReferenceValue.headDim;
      both[role] = new DeviceFloats(
          device, static_cast<size_t>(tokens * sequences * dim * kHeads));
      size_t i = 0;
      for (int64_t t = 0; t < tokens; ++t)
        for (int64_t b = 0; b < sequences; ++b)
          for (int64_t d = 0; d < dim; ++d)
            for (int64_t h = 0; h < kHeads; ++h)
              both[role]->values[i++] =
                  role == 1 && h == 1 && d == 3 && t == specialToken
                      ? special
                      : keyAt(tag + b, layer, h, from + t, d + 20 * role);
      both[role]->upload();
      rows[role] = {both[role]->data, dim * kHeads, 1, sequences * dim * kHeads,
                    kHeads};
    }
    Outcome outcome =
        alignedAppend(batch, layer, &rows[0], &rows[1], tokens, nullptr);
    EXPECT_TRUE(succeeded(alignedDeviceSynchronize(device, nullptr)));
    delete both[0];
    delete both[1];
    return outcome;
  }
  /// Appends to one sequence in all layers.
  void appendAll(int64_t sequence, int64_t tag, int64_t from, int64_t tokens) {
    Batch batch;
    ASSERT_TRUE(succeeded(
        alignedBatchCreate(kernel, cache, &sequence, 1, kMaxTokens, &batch)));
    for (int64_t layer = 0; layer < kLayers; ++layer)
      ASSERT_TRUE(succeeded(append(batch, 1, layer, tag, from, tokens)));
  }
  /// The tag of every stored position; each must be one that K and V agree on
  /// in all layers and heads.
  std::vector<int64_t> tags(int64_t sequence, int64_t most = 16) {
    std::vector<int64_t> result;
    Batch batch;
    EXPECT_TRUE(succeeded(
        alignedBatchCreate(kernel, cache, &sequence, 1, kMaxTokens, &batch)));
    for (int64_t layer = 0; layer < kLayers; ++layer)
      for (int role : {0, 1}) {
        int64_t dim =
            role == 0 ? kReferenceKey.headDim : kReferenceValue.headDim;
        int64_t tokens = length(sequence, layer);
        DeviceFloats rows(device,
                          static_cast<size_t>(kMaxTokens * kHeads * dim));
        EXPECT_TRUE(
            succeeded(alignedUnpack(batch, layer, role, rows.data, 0,
                                    kMaxTokens * dim, dim, 1, nullptr)));
        rows.download();
        for (int64_t h = 0; h < kHeads; ++h) {
          std::vector<int64_t> found;
          for (int64_t t = 0; t < tokens; ++t)
            found.push_back(tagOf(rows.values, layer, role, h, t, dim, most));
          if (layer == 0 && role == 0 && h == 0)
            result = found;
          EXPECT_EQ(found, result) << "layer " << layer << " role " << role;
        }
      }
    return result;
  }

  static constexpr int64_t kMaxTokens = 640;
  Device device;
  Package package;
  Kernel kernel;
  Cache cache;

private:
  static int64_t tagOf(const std::vector<float> &rows, int64_t layer, int role,
                       int64_t head, int64_t token, int64_t dim, int64_t most) {
    for (int64_t tag = 0; tag < most; ++tag) {
      bool all = true;
      for (int64_t d = 0; d < dim; ++d)
        all &=
            rows[static_cast<size_t>((head * kMaxTokens + token) * dim + d)] ==
            keyAt(tag, layer, head, token, d + 20 * role);
      if (all)
        return tag;
    }
    return -1;
  }
};

/// `counts[i].second` times `counts[i].first`, for comparing with tags().
inline std::vector<int64_t>
runs(std::initializer_list<std::pair<int64_t, int64_t>> counts) {
  std::vector<int64_t> result;
  for (auto [tag, count] : counts)
    result.insert(result.end(), static_cast<size_t>(count), tag);
  return result;
}

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_RUNTIME_CACHEFIXTURE_H
