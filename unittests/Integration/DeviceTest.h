//===- DeviceTest.h - Tests for every device that is there -----*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_INTEGRATION_DEVICETEST_H
#define ALIGNED_UNITTESTS_INTEGRATION_DEVICETEST_H

#include "../Support/Engine.h"
#include "../Support/Vectors.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace aligned::test {

/// The parameter is the device's name. Skips where there is none.
class DeviceTest : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    if (!hasDevice(GetParam()))
      GTEST_SKIP() << "no device '" << GetParam() << "' here";
  }
  std::string device() const { return GetParam(); }

  /// Sequences of `lengths` give the same bits from run to run, and alone as
  /// together, and then read the same bytes.
  void checkSameBits(const Shape &shape, const std::vector<int64_t> &lengths,
                     float budget) const;
};

inline void DeviceTest::checkSameBits(const Shape &shape,
                                      const std::vector<int64_t> &lengths,
                                      float budget) const {
  int64_t kvHeads = 2, d = shape.headDim;
  int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  Engine engine(device(), shape, kvHeads, lengths.size(), longest);
  std::vector<int64_t> sequences;
  Floats queries;
  std::vector<Floats> query;
  for (size_t i = 0; i < lengths.size(); ++i) {
    Rows rows = makeRows(shape, 1, kvHeads, lengths[i], 3, 20 + i);
    sequences.push_back(engine.newSequence(longest));
    engine.append({sequences[i]}, rows.key, rows.value, lengths[i]);
    query.push_back(rows.query);
    queries.insert(queries.end(), rows.query.begin(), rows.query.end());
  }
  Answer together = engine.decode(sequences, queries, budget);
  for (int run = 0; run < 20; ++run)
    ASSERT_TRUE(sameBits(engine.decode(sequences, queries, budget).output,
                         together.output));
  int64_t size = kvHeads * shape.group * d;
  for (size_t i = 0; i < lengths.size(); ++i) {
    Answer alone = engine.decode({sequences[i]}, query[i], budget);
    Floats part(together.output.begin() + i * size,
                together.output.begin() + (i + 1) * size);
    EXPECT_TRUE(sameBits(alone.output, part)) << "sequence " << i;
    EXPECT_EQ(alone.reports[0].bytes,
              together.reports[i * kvHeads * shape.group].bytes);
  }
}

} // namespace aligned::test

/// The tests of a suite derived from DeviceTest, by the names of the devices.
#define ALIGNED_INSTANTIATE_DEVICES(suite)                                     \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      Devices, suite, testing::Values("cpu", "cuda"),                          \
      [](const auto &info) { return std::string(info.param); })

#endif // ALIGNED_UNITTESTS_INTEGRATION_DEVICETEST_H
