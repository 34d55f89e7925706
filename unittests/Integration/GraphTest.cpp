//===- GraphTest.cpp - A decode step that is captured once, on a GPU ------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// unittests/Runtime/GraphTest.cpp has the same over a driver that runs on the
// CPU.
//
//===----------------------------------------------------------------------===//

#include "CudaGraph.h"
#include "DeviceTest.h"

using namespace aligned;
using namespace aligned::test;

namespace {
class GraphTest : public DeviceTest {};

/// Device memory.
class Buffer {
public:
  Buffer(AlignedDevice device, size_t bytes) : device(device), bytes(bytes) {
    test::check(alignedDeviceAllocate(device, bytes, &data));
  }
  ~Buffer() { alignedDeviceFree(device, data); }
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;

  /// Numbers of a 16-bit type, rounded to it.
  void upload(const std::string &type, const Floats &values) {
    std::vector<uint16_t> bits;
    for (float value : values)
      bits.push_back(static_cast<uint16_t>(encode(type, value)));
    ASSERT_EQ(bits.size() * sizeof(uint16_t), bytes);
    test::check(alignedDeviceUpload(device, data, bits.data(), bytes, nullptr));
  }
  Floats download() const {
    Floats values(bytes / sizeof(float));
    test::check(
        alignedDeviceDownload(device, values.data(), data, bytes, nullptr));
    return values;
  }

  void *data = nullptr;

private:
  AlignedDevice device;
  size_t bytes;
};
} // namespace

INSTANTIATE_TEST_SUITE_P(Devices, GraphTest, testing::Values("cuda"),
                         [](const auto &info) {
                           return std::string(info.param);
                         });

/// A step of one sequence: a row of K and V appended, and a decode.
static void step(AlignedBatch batch, const Shape &shape, const Buffer &key,
                 const Buffer &value, const Buffer &query, const Buffer &output,
                 float budget, void *stream) {
  int64_t d = shape.headDim;
  AlignedRows keyRows = {key.data, 0, d, d, 1},
              valueRows = {value.data, 0, d, d, 1};
  test::check(alignedAppend(batch, 0, &keyRows, &valueRows, 1, stream));
  AlignedDecodeArgs args = {};
  args.query = query.data;
  args.output = output.data;
  args.queryKvHeadStride = args.outputKvHeadStride = shape.group * d;
  args.queryGroupStride = args.outputGroupStride = d;
  args.budget = budget;
  test::check(alignedDecode(batch, 0, &args, stream));
}

TEST_P(GraphTest, ReplaysWhileLengthsGrow) {
  // Beyond a page and a chunk, so that replays start them.
  constexpr int64_t kHeads = 2, kFirst = 250, kSteps = 12,
                    kAll = kFirst + kSteps;
  constexpr float kBudget = 12;
  Shape shape;
  shape.headDim = 128;
  shape.group = 4;
  Rows rows = makeRows(shape, 1, kHeads, kAll, 3.5, 41);
  auto part = [&](const Floats &of, int64_t from, int64_t to) {
    return cut(of, kHeads, kAll, shape.headDim, from, to);
  };
  Engine replayed(device(), shape, kHeads, 1, kAll),
      eager(device(), shape, kHeads, 1, kAll);
  int64_t sequence = replayed.newSequence(kAll),
          other = eager.newSequence(kAll);
  for (auto [engine, id] : {std::pair(&replayed, sequence), {&eager, other}})
    engine->append({id}, part(rows.key, 0, kFirst), part(rows.value, 0, kFirst),
                   kFirst);
  AlignedBatch batch = nullptr;
  test::check(alignedBatchCreate(replayed.kernel(), replayed.cache(), &sequence,
                                 1, kAll, &batch));
  size_t row = kHeads * shape.headDim;
  Buffer key(replayed.device(), row * 2), value(replayed.device(), row * 2),
      query(replayed.device(), row * shape.group * 2),
      output(replayed.device(), row * shape.group * sizeof(float));
  query.upload(shape.type, rows.query);
  {
    cuda::OwnedStream on(0);
    cuda::CapturedGraph graph(on, [&] {
      step(batch, shape, key, value, query, output, kBudget, on.stream);
    });
    EXPECT_EQ(replayed.length(sequence), kFirst) << "a capture does nothing";
    for (int64_t i = kFirst; i < kAll; ++i) {
      Floats newKey = part(rows.key, i, i + 1),
             newValue = part(rows.value, i, i + 1);
      key.upload(shape.type, newKey);
      value.upload(shape.type, newValue);
      graph.launch();
      on.synchronize();
      EXPECT_EQ(replayed.length(sequence), i + 1);
      eager.append({other}, newKey, newValue, 1);
      EXPECT_TRUE(sameBits(output.download(),
                           eager.decode({other}, rows.query, kBudget).output))
          << "step " << i - kFirst;
    }
  }
  alignedBatchDestroy(batch);
}
