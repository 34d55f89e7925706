//===- PaperModel.h - The precision `paper`, in plain loops -----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What docs/rule.md says under "As published", of one query row, in double and
// written from the formulas: what kernels are tested against, and what can look
// at the products that they do not give out.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_PAPERMODEL_H
#define ALIGNED_TOOLS_SUPPORT_PAPERMODEL_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace aligned::paper {

inline uint16_t halfBits(double value) {
  auto half = static_cast<_Float16>(value);
  uint16_t bits;
  std::memcpy(&bits, &half, sizeof(bits));
  return bits;
}
inline double ofHalfBits(uint16_t bits) {
  _Float16 half;
  std::memcpy(&half, &bits, sizeof(half));
  return half;
}

/// The leading `bits` bits of an f16 number, and zeros behind them.
inline double truncated(double value, int bits) {
  int missing = 16 - bits;
  return ofHalfBits(
      static_cast<uint16_t>(halfBits(value) >> missing << missing));
}
/// The same with 1000.. behind them.
inline double prefix(double value, int bits) {
  int missing = 16 - bits;
  int kept = halfBits(value) >> missing << missing;
  return ofHalfBits(
      static_cast<uint16_t>(missing ? kept | 1 << (missing - 1) : kept));
}

/// floor(log2 |x|); -127 for 0.
inline int exponent(double value) {
  return value == 0 ? -127 : std::ilogb(value);
}
/// Bits to read of an addend whose exponent is so much less than another.
inline int tier(double below) { return below >= 8 ? 8 : below >= 4 ? 12 : 16; }

/// Of each channel, the exponent of the largest |row(t, d)| of tokens from
/// `from` to `to`, as its first plane says it: denormal numbers have that of
/// the smallest normal one.
template <typename Row>
std::vector<int> channelExponents(Row row, size_t from, size_t to, size_t dim) {
  std::vector<int> exponents;
  for (size_t d = 0; d < dim; ++d) {
    int largest = 0;
    for (size_t t = from; t < to; ++t)
      largest = std::max(largest, halfBits(row(t, d)) >> 8 & 0x7F);
    exponents.push_back(std::max(largest >> 2, 1) - 15);
  }
  return exponents;
}

/// Bits of each channel of K that a query asks for.
template <typename Query>
std::vector<int> channelBits(Query query, const std::vector<int> &keys) {
  std::vector<int> sums, bits;
  for (size_t d = 0; d < keys.size(); ++d)
    sums.push_back(exponent(query(d)) + keys[d]);
  int most = *std::max_element(sums.begin(), sums.end());
  for (int sum : sums)
    bits.push_back(tier(most - sum));
  return bits;
}

/// What weights (0 where a token is not seen) are compared with: the least,
/// over the channels, of the exponent that the output has by the heaviest token
/// of each residue of the position by 32, less that of V, less one. `isClose`
/// is set where rounding may decide it.
template <typename Row>
int alignment(const std::vector<double> &weights, Row value,
              const std::vector<int> &values, bool *isClose = nullptr) {
  constexpr size_t kResidues = 32;
  size_t count = weights.size();
  std::vector<double> sums(values.size(), 0.0);
  for (size_t residue = 0; residue < kResidues; ++residue) {
    size_t best = count;
    for (size_t t = residue; t < count; t += kResidues)
      if (weights[t] > 0 && (best == count || weights[t] > weights[best]))
        best = t;
    for (size_t d = 0; best != count && d < sums.size(); ++d)
      sums[d] += weights[best] * std::fabs(prefix(value(best, d), 8));
  }
  int least = 1000;
  for (size_t d = 0; d < sums.size(); ++d) {
    double logarithm = std::log2(sums[d]);
    if (isClose)
      *isClose |= std::fabs(logarithm - std::rint(logarithm)) < 1e-4;
    least = std::min(least, exponent(sums[d]) - values[d] - 1);
  }
  return least;
}
/// Bits of a row of V.
inline int rowBits(int alignment, double weight) {
  return tier(alignment - std::floor(std::log2(weight)));
}

} // namespace aligned::paper

#endif // ALIGNED_TOOLS_SUPPORT_PAPERMODEL_H
