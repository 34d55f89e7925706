//===- TestSupport.h - Packages and tensors for the runtime's tests - -*- C++
//-*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_RUNTIME_TESTSUPPORT_H
#define ALIGNED_UNITTESTS_RUNTIME_TESTSUPPORT_H

#include "Aligned/Runtime/Manifest.h"
#include "ReferenceShape.h"
#include "aligned-c/Program.h"

#include "gtest/gtest.h"

#include <cmath>
#include <string>
#include <vector>

namespace aligned::test {

/// What a function of the C interface returned.
struct Outcome {
  /*implicit*/ Outcome(AlignedError error) {
    if (!error)
      return;
    failed = true;
    code = alignedErrorGetCode(error);
    message = alignedErrorGetMessage(error);
    alignedErrorDestroy(error);
  }
  bool failed = false;
  AlignedErrorCode code = {};
  std::string message;
};

inline ::testing::AssertionResult succeeded(const Outcome &outcome) {
  if (!outcome.failed)
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << outcome.message;
}

/// That it failed with `code` and a message that contains each of `parts`.
inline ::testing::AssertionResult
failed(const Outcome &outcome, AlignedErrorCode code,
       std::initializer_list<const char *> parts) {
  if (!outcome.failed)
    return ::testing::AssertionFailure() << "no error";
  if (outcome.code != code)
    return ::testing::AssertionFailure()
           << "code " << outcome.code << ": " << outcome.message;
  for (const char *part : parts)
    if (outcome.message.find(part) == std::string::npos)
      return ::testing::AssertionFailure()
             << "no '" << part << "' in: " << outcome.message;
  return ::testing::AssertionSuccess();
}

std::string readFile(const char *path);
/// The manifest of the reference kernels.
Manifest referenceManifest();
/// The shared object that holds them.
std::string referenceCode();
/// A package of both. The "PTX" in it is what the tests' own driver
/// (FakeCudaDriver.cpp) understands.
std::vector<char> referencePackage(const Manifest &manifest);

/// Owns a handle of the C interface.
template <typename Handle, void (*Destroy)(Handle)> struct Owned {
  Owned() = default;
  Owned(const Owned &) = delete;
  Owned &operator=(const Owned &) = delete;
  ~Owned() { reset(); }
  void reset() {
    if (handle)
      Destroy(handle);
    handle = nullptr;
  }
  operator Handle() const { return handle; }
  Handle *operator&() { return &handle; }
  Handle handle = nullptr;
};
using Device = Owned<AlignedDevice, alignedDeviceDestroy>;
using Package = Owned<AlignedPackage, alignedPackageDestroy>;
using Kernel = Owned<AlignedKernel, alignedKernelDestroy>;
using Cache = Owned<AlignedCache, alignedCacheDestroy>;
using Batch = Owned<AlignedBatch, alignedBatchDestroy>;
using Program = Owned<AlignedProgram, alignedProgramDestroy>;

/// Numbers that bf16 holds exactly, and that differ from place to place.
float sample(int64_t seed);

/// Softmax attention of one query over `tokens` rows, in double.
std::vector<double> attention(const std::vector<float> &query, float scale,
                              const std::vector<std::vector<float>> &keys,
                              const std::vector<std::vector<float>> &values,
                              const std::vector<float> &mask = {},
                              const float *sink = nullptr);

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_RUNTIME_TESTSUPPORT_H
