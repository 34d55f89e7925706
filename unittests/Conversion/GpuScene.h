//===- GpuScene.h - A cache and a query for emulated kernels ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_GPUSCENE_H
#define ALIGNED_UNITTESTS_CONVERSION_GPUSCENE_H

#include "AttentionModel.h"
#include "GpuEmulator.h"
#include "GuardedMemory.h"

#include "gtest/gtest.h"

#include <deque>
#include <functional>
#include <random>

namespace aligned::test {

struct Case {
  const char *name;
  int64_t keyDim = 64, valueDim = 64, group = 1, rows = 1;
  std::vector<int32_t> lengths = {300};
  const char *mask = "none";
  bool sinks = false;
  double softcap = 0;
  int64_t window = 0;
  bool causal = false;
  const char *maskedRows = "nan";
  float budget = 8;
  float certify = 0; ///< e, for a kernel of certified<e>
  double queryScale = 3;
  bool report = true;
};

inline void PrintTo(const Case &c, std::ostream *stream) { *stream << c.name; }
inline std::string caseName(const testing::TestParamInfo<Case> &info) {
  return info.param.name;
}

constexpr int32_t kHeads = 2;

/// Memory of the "device", all of it guarded.
class Device {
public:
  template <typename T> T *allocate(size_t count) {
    memory.emplace_back(std::max<size_t>(count, 1) * sizeof(T));
    return memory.back().get<T>();
  }

private:
  std::deque<GuardedMemory> memory;
};

/// Pages of one operand, scattered, and the rows that belong in them.
struct Operand {
  PageLayout layout;
  PlanesView view{};
  std::vector<std::vector<float>> rows[8][kHeads]; ///< [sequence]
  PackedRows packed[8][kHeads];
};

/// A cache, a query and a kernel package for one case.
class GpuScene : public testing::TestWithParam<Case> {
protected:
  void SetUp() override;
  int32_t sequences() const { return GetParam().lengths.size(); }
  int32_t slotOf(int32_t sequence) const { return sequences() - 1 - sequence; }

  void launch(llvm::StringRef kernel, Grid grid, const void *params,
              int threads = 0);

  /// Appends rows [from, to) of one sequence to both operands.
  void append(int32_t sequence, int32_t from, int32_t to);
  void appendAll();
  /// Holds the planes of all sequences to the model's, byte by byte.
  void checkPlanes();
  const uint8_t *page(const Operand &operand, int32_t s, int32_t h, int32_t p);

  /// A query, results and scratch memory.
  void makeDecode();
  /// Whether the problem's scores fit shared memory.
  bool hasSweep() {
    return GetParam().group * GetParam().rows <= kFewRows;
  }
  /// In one launch of blocks that are resident together, or in two; all rounds
  /// of certified<e>.
  void launchDecode(bool sweep);
  /// Scratch memory for it.
  DecodeWorkspace makeWorkspace();
  int64_t queryIndex(const int64_t *strides, int32_t s, int32_t h, int64_t r) {
    int64_t rows = GetParam().rows;
    return s * strides[0] + h * strides[1] + r / rows * strides[2] +
           r % rows * strides[3];
  }
  const float *outputRow(int32_t s, int32_t h, int64_t r) {
    return static_cast<const float *>(params.output) +
           queryIndex(params.outputStride, s, h, r);
  }

  /// All of them, as they lie in memory.
  std::vector<float> outputs() const;
  /// A decode in another order of the threads gives the same bits.
  void checkOrderOfThreads();
  /// Puts NaN into the first query row of the first head.
  void spoilQuery();

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<GpuEmulator> emulator;
  std::mt19937 random{7};
  std::normal_distribution<float> normal;
  Device device;
  int32_t tablePages = 0;
  int32_t *slots, *lengths, *capacity;
  uint32_t *status;
  Operand key, value;
  DecodeParams params;
  std::function<double(int64_t, int64_t, int64_t)> maskValue;

private:
  void makeCache();
  void launchRound(bool sweep);
  /// [sequence][query row][token], the same for all heads.
  void makeMask(int64_t tokens);
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_GPUSCENE_H
