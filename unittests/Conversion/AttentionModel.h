//===- AttentionModel.h - What kernels must compute, in plain ---*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packing in the f32 operations that planes are made of, to the bit; decoding
// in double, from the planes, by the rule. Written from the formulas, not from
// the kernels.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_ATTENTIONMODEL_H
#define ALIGNED_UNITTESTS_CONVERSION_ATTENTIONMODEL_H

#include "Aligned/Support/KernelABI.h"

#include <functional>
#include <vector>

namespace aligned::test {

float fromBF16(uint16_t bits);
uint16_t toBF16(float value);

/// Rows of one kv head of one sequence, as codes.
struct PackedRows {
  int64_t headDim;
  std::vector<std::vector<int32_t>> codes;    ///< [token][headDim]
  std::vector<uint16_t> scales;               ///< [token] bf16
  std::vector<std::vector<uint16_t>> centres; ///< [page][headDim] bf16

  void append(const std::vector<float> &row);
  /// What the page at number `page` has for a layout: all of its bytes that
  /// these rows decide.
  void check(const PageLayout &layout, const uint8_t *bytes, int64_t page,
             const std::function<void(int64_t offset)> &mismatch) const;
  /// What the leading bits say of an element, without the centre.
  double value(int64_t token, int64_t channel, int bits) const;
};

/// A row of the rotated basis, turned back.
std::vector<double> rotateBack(const std::vector<double> &row);

struct ModelProblem {
  int64_t group = 1, rows = 1;
  double scale = 1, budget = 12, softcap = 0;
  int64_t window = 0;
  bool causal = false, zeroWhereMasked = false;
  /// Added to the score in nats; -inf hides. Empty: none.
  std::function<double(int64_t row, int64_t token)> mask;
  std::vector<double> sinks; ///< of each head of the group; empty: none
};

struct ModelResult {
  std::vector<std::vector<double>> output; ///< [row][Dv]
  std::vector<double> logSumExp;           ///< nats
  std::vector<int64_t> visible;
  int64_t keyRows[3] = {}, valueRows[3] = {};
  double nearest = 1e9; ///< of a need to a threshold
};

/// queries[r] has headDim channels; row r of the group is head r / rows.
ModelResult decode(const ModelProblem &problem,
                   const std::vector<std::vector<double>> &queries,
                   const PackedRows &keys, const PackedRows &values);

/// Attention of the rows themselves: queries[r] against keys and values.
std::vector<std::vector<double>>
attend(const ModelProblem &problem,
       const std::vector<std::vector<double>> &queries,
       const std::vector<std::vector<float>> &keys,
       const std::vector<std::vector<float>> &values);

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_ATTENTIONMODEL_H
