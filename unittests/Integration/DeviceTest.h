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

#include <gtest/gtest.h>

namespace aligned::test {

/// The parameter is the device's name. Skips where there is none.
class DeviceTest : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    if (!hasDevice(GetParam()))
      GTEST_SKIP() << "no device '" << GetParam() << "' here";
  }
  std::string device() const { return GetParam(); }
};

} // namespace aligned::test

/// The tests of a suite derived from DeviceTest, by the names of the devices.
#define ALIGNED_INSTANTIATE_DEVICES(suite)                                     \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      Devices, suite, testing::Values("cpu", "cuda"),                          \
      [](const auto &info) { return std::string(info.param); })

#endif // ALIGNED_UNITTESTS_INTEGRATION_DEVICETEST_H
