//===- KernelScene.h - A batch of sequences to attend over -----*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_KERNELSCENE_H
#define ALIGNED_UNITTESTS_SUPPORT_KERNELSCENE_H

#include "KernelMemory.h"
#include "Kernels.h"

#include <string>

namespace aligned::test {

/// f16, bf16 or f32 in memory.
struct Element {
  std::string name;
  size_t bytes() const { return name == "f32" ? 4 : 2; }
  float read(const void *from) const;
  void write(void *to, float value) const;
  float round(float value) const {
    uint8_t raw[4];
    write(raw, value);
    return read(raw);
  }
};

/// What a decode kernel is compiled for, and a budget.
struct Shape {
  int64_t keyDim = 64, valueDim = 64, group = 1, rows = 1;
  std::string query = "bf16", cache = "bf16", output = "f32";
  std::string mask = "none", sinks = "none", encoding = "fixed";
  double softcap = 0;
  int64_t window = 0;
  bool causal = false, zeroWhereMasked = false;
  float budget = 12;

  int64_t groupRows() const { return group * rows; }
  PlaneEncoding planeEncoding() const {
    return encoding == "ieee" ? PlaneEncoding::IEEE : PlaneEncoding::Fixed;
  }
  PageLayout keyLayout() const {
    return {PlaneRole::Key, keyDim, planeEncoding()};
  }
  PageLayout valueLayout() const {
    return {PlaneRole::Value, valueDim, planeEncoding()};
  }
  /// Kernels append_key, append_value, unpack_key, unpack_value, advance and
  /// decode.
  std::string kernels() const;
};

/// Sequences of some lengths with two kv heads each, their rows and queries.
class Scene {
public:
  static constexpr int64_t kHeads = 2;

  Scene(const Shape &shape, std::vector<int32_t> lengths, unsigned seed = 1);

  /// Appends rows [from, to) of a sequence; the lengths do not move.
  void append(const Kernels &kernels, int64_t sequence, int64_t from,
              int64_t to);
  /// Appends everything.
  void fill(const Kernels &kernels);
  /// Decodes the sequences `batch`, with `moreChunks` beyond what they need.
  void decode(const Kernels &kernels, std::vector<int64_t> batch,
              int64_t moreChunks = 0);
  void decode(const Kernels &kernels);

  /// The same for the reference model.
  reference::Problem problem(int64_t sequence, int64_t head) const;
  int64_t slot(int64_t sequence) const { return lengths.size() - 1 - sequence; }
  std::vector<float> output(int64_t sequence, int64_t head, int64_t row) const;
  const HeadReport &report(int64_t sequence, int64_t head, int64_t row) const {
    return reports[(sequence * kHeads + head) * shape.groupRows() + row];
  }
  float logSumExp(int64_t sequence, int64_t head, int64_t row) const {
    return logSumExps[(sequence * kHeads + head) * shape.groupRows() + row];
  }
  uint32_t status(int64_t sequence) const { return statuses[slot(sequence)]; }
  AppendParams appendParams(const PlanesMemory &planes, const uint8_t *rows,
                            int64_t dim, int64_t sequence, int64_t token,
                            int64_t count);

  const Shape shape;
  const float scale;
  /// As the shape has it, and 0, to begin with.
  float budget, certify = 0;
  std::vector<int32_t> lengths;
  /// [sequence][head][token]; queries [sequence][head][row].
  std::vector<std::vector<std::vector<reference::Row>>> keys, values, queries;
  PlanesMemory keyPlanes, valuePlanes;
  /// What masks add, [sequence][query row][token], and sinks [head][group].
  std::vector<std::vector<std::vector<double>>> masks;
  std::vector<std::vector<float>> sinks;
  std::vector<int32_t> slots, stored, capacity;
  std::vector<uint32_t> statuses;

private:
  void makeRows(std::mt19937 &random);
  void makeMasks(std::mt19937 &random);
  std::vector<uint8_t> maskBytes(int64_t tokens) const;

  std::vector<uint8_t> outputs;
  std::vector<float> logSumExps;
  std::vector<HeadReport> reports;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_KERNELSCENE_H
