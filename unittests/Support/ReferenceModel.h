//===- ReferenceModel.h - Attention over planes, in plain C++ --*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What docs/rule.md says, written to be read rather than to be fast. Packing
// is in f32, in the order that the rule fixes, so that codes can be compared
// bit by bit; everything behind it is in f64.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_REFERENCEMODEL_H
#define ALIGNED_UNITTESTS_SUPPORT_REFERENCEMODEL_H

#include "Aligned/Support/KernelABI.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

namespace aligned::reference {

using Row = std::vector<float>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLog2e = 1.44269504088896340736;

//===----------------------------------------------------------------------===//
// Number formats
//===----------------------------------------------------------------------===//

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}
inline float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}
inline uint16_t toBF16(float value) {
  uint32_t bits = bitsOf(value);
  if (std::isnan(value))
    return static_cast<uint16_t>((bits >> 16) | 0x40);
  return static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
inline float fromBF16(uint16_t bits) {
  return floatOf(static_cast<uint32_t>(bits) << 16);
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

inline Row butterflies(Row row) {
  size_t size = row.size(), block = size & -size;
  for (size_t h = 1; h < block; h *= 2)
    for (size_t first = 0; first < size; first += 2 * h)
      for (size_t i = first; i < first + h; ++i) {
        float a = row[i], b = row[i + h];
        row[i] = a + b;
        row[i + h] = a - b;
      }
  auto factor = static_cast<float>(1.0 / std::sqrt(double(block)));
  for (float &value : row)
    value *= factor;
  return row;
}
inline Row applySigns(Row row) {
  for (size_t d = 0; d < row.size(); ++d)
    if (static_cast<uint32_t>(d) * 2654435761u >> 31)
      row[d] = -row[d];
  return row;
}
inline Row rotate(Row row) { return butterflies(applySigns(std::move(row))); }
inline Row rotateBack(Row row) {
  return applySigns(butterflies(std::move(row)));
}

/// Rows as planes say them. A scale of NaN marks a row that is not finite.
struct Packed {
  std::vector<std::vector<int>> codes;
  std::vector<float> scales;
  std::vector<Row> centres; ///< of each page

  const Row &centre(size_t t) const { return centres[t / kPageTokens]; }
  /// What the leading `bits` bits of row t say, in the rotated basis.
  double value(size_t t, size_t d, int bits) const {
    int i = codes[t][d];
    int high = (i + 128) >> 8, a = (high + 8) >> 4;
    int prefix = bits == 16 ? i : bits == 8 ? 256 * high : bits ? 4096 * a : 0;
    return prefix / double(kCodeOne) * scales[t];
  }
};

inline Row meanOfPage(const Packed &packed, size_t page, size_t dim) {
  Row sum(dim, 0.0f);
  int finite = 0;
  for (size_t t = page * kPageTokens; t < (page + 1) * kPageTokens; ++t) {
    if (std::isnan(packed.scales[t]))
      continue;
    ++finite;
    for (size_t d = 0; d < dim; ++d)
      sum[d] += packed.centres[page][d] +
                packed.codes[t][d] * packed.scales[t] / float(kCodeOne);
  }
  for (float &value : sum)
    value = fromBF16(toBF16(finite ? value / float(finite) : 0.0f));
  return sum;
}

inline void packRow(Packed &packed, const Row &row) {
  size_t t = packed.codes.size(), dim = row.size();
  if (t % kPageTokens == 0)
    packed.centres.push_back(t ? meanOfPage(packed, t / kPageTokens - 1, dim)
                               : Row(dim, 0.0f));
  Row y = rotate(row);
  float largest = 1e-30f;
  bool finite = true;
  for (size_t d = 0; d < dim; ++d) {
    y[d] -= packed.centre(t)[d];
    finite &= std::isfinite(y[d]);
    largest = std::max(largest, std::fabs(y[d]));
  }
  float exact = largest * static_cast<float>(double(kCodeOne) / kCodeLimit);
  float scale = floatOf((bitsOf(exact) + 0xFFFF) & 0xFFFF0000u);
  finite &= std::isfinite(scale);
  packed.scales.push_back(finite ? scale
                                 : std::numeric_limits<float>::quiet_NaN());
  std::vector<int> codes(dim, 0);
  for (size_t d = 0; finite && d < dim; ++d) {
    int code = static_cast<int>(std::rint(y[d] / scale * float(kCodeOne)));
    codes[d] = std::clamp<int>(code, -kCodeLimit, kCodeLimit);
  }
  packed.codes.push_back(codes);
}

inline Packed pack(const std::vector<Row> &rows) {
  Packed packed;
  for (const Row &row : rows)
    packRow(packed, row);
  return packed;
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

/// One kv head of one sequence.
struct Problem {
  size_t rows = 1;          ///< query rows; row r of the group is r % rows
  std::vector<Row> queries; ///< of the group
  size_t length = 0;
  double scale = 1, budget = 12, softcap = 0;
  int64_t window = 0;
  bool causal = false, zeroWhereMasked = false;
  /// What the mask adds (nats) for a row and a token; empty without a mask.
  std::function<double(size_t row, size_t token)> mask;
  std::vector<double> sinks; ///< one for each row of the group, or none

  int64_t position(size_t row) const {
    return int64_t(length) - int64_t(rows) + int64_t(row % rows);
  }
  bool inRange(size_t row, size_t t) const {
    int64_t p = position(row), at = t;
    return t < length && (!window || at > p - window) && (!causal || at <= p);
  }
  size_t visible(size_t row) const {
    size_t count = 0;
    for (size_t t = 0; t < length; ++t)
      count += inRange(row, t);
    return count;
  }
  /// Softcap, mask and range applied to a raw score in the log2 domain.
  double score(double raw, size_t row, size_t t) const {
    if (!inRange(row, t))
      return -kInfinity;
    double s = raw;
    if (softcap)
      s = softcap * std::tanh(s / kLog2e / softcap) * kLog2e;
    if (!mask)
      return s;
    double bias = mask(row, t);
    if (bias == -kInfinity)
      return bias;
    return std::isnan(s) ? s
                         : std::max(s + bias * kLog2e, -3.4028234663852886e38);
  }
};

struct Answer {
  std::vector<std::vector<double>> outputs; ///< of each row of the group
  std::vector<double> logSumExps;           ///< nats
  std::vector<int> keyBits, valueBits;      ///< of each token; 0 out of range
  int close = 0; ///< needs within 1e-3 of a threshold
};

/// log2 sum exp2 of scores.
inline double logSum(const std::vector<double> &scores) {
  double largest = -kInfinity, sum = 0;
  for (double s : scores) {
    if (std::isnan(s))
      return s;
    largest = std::max(largest, s);
  }
  if (largest == -kInfinity)
    return largest;
  for (double s : scores)
    sum += std::exp2(s - largest);
  return largest + std::log2(sum);
}

/// Softmax of `scores` and sinks over values; sets a row of the answer.
inline void finishRow(const Problem &problem, size_t row,
                      const std::vector<double> &scores,
                      const std::function<double(size_t t, size_t d)> &value,
                      size_t dim, Answer &answer) {
  double total = logSum(scores);
  if (!problem.sinks.empty())
    total = logSum({total, problem.sinks[row] * kLog2e});
  std::vector<double> output(dim, 0.0);
  for (size_t t = 0; t < scores.size(); ++t)
    for (size_t d = 0; scores[t] != -kInfinity && d < dim; ++d)
      output[d] += std::exp2(scores[t] - total) * value(t, d);
  if (total == -kInfinity)
    output.assign(dim, problem.zeroWhereMasked
                           ? 0.0
                           : std::numeric_limits<double>::quiet_NaN());
  answer.outputs.push_back(output);
  answer.logSumExps.push_back(total / kLog2e);
}

/// Attention over rows, in f64.
inline Answer exact(const Problem &problem, const std::vector<Row> &keys,
                    const std::vector<Row> &values) {
  Answer answer;
  for (size_t r = 0; r < problem.queries.size(); ++r) {
    std::vector<double> scores(problem.length);
    for (size_t t = 0; t < problem.length; ++t) {
      double dot = 0;
      for (size_t d = 0; d < keys[t].size(); ++d)
        dot += double(problem.queries[r][d]) * keys[t][d];
      scores[t] = problem.score(dot * problem.scale * kLog2e, r, t);
    }
    finishRow(
        problem, r, scores, [&](size_t t, size_t d) { return values[t][d]; },
        values.front().size(), answer);
  }
  return answer;
}

/// The rule.
class Decoder {
public:
  Decoder(const Problem &problem, const Packed &keys, const Packed &values)
      : p(problem), keys(keys), values(values) {}

  Answer run(size_t valueDim) {
    answer.keyBits.assign(p.length, 0);
    answer.valueBits.assign(p.length, 0);
    for (const Row &query : p.queries)
      quantise(query);
    for (size_t t = 0; t < p.length; ++t)
      if (p.inRange(0, t) || p.inRange(p.rows - 1, t))
        answer.keyBits[t] = 4;
    for (size_t r = 0; r < p.queries.size(); ++r) {
      std::vector<double> scores;
      for (size_t t = 0; t < p.length; ++t)
        scores.push_back(score(r, t));
      thresholds.push_back(logSum(scores));
      allowances.push_back(p.budget +
                           0.5 * std::log2(std::max<size_t>(p.visible(r), 1)));
    }
    chooseTiers();
    for (size_t r = 0; r < p.queries.size(); ++r)
      finish(r, valueDim);
    return answer;
  }

private:
  void quantise(const Row &query) {
    Row y = rotate(query);
    float factor = static_cast<float>(p.scale) * static_cast<float>(kLog2e);
    float largest = 1e-30f;
    bool finite = true;
    for (float &value : y) {
      value *= factor;
      finite &= std::isfinite(value);
      largest = std::max(largest, std::fabs(value));
    }
    float unit =
        finite ? largest / 32767.0f : std::numeric_limits<float>::quiet_NaN();
    std::vector<double> integers;
    for (float value : y)
      integers.push_back(finite ? std::rint(value * (32767.0 / largest)) : 0);
    rotated.push_back(y);
    units.push_back(unit);
    quantised.push_back(integers);
  }

  double score(size_t r, size_t t) const {
    double centre = 0, digits = 0;
    for (size_t d = 0; d < rotated[r].size(); ++d) {
      centre += double(rotated[r][d]) * keys.centre(t)[d];
      digits += quantised[r][d] * keys.value(t, d, answer.keyBits[t]);
    }
    return p.score(centre + digits * units[r], r, t);
  }

  double need(size_t t) const {
    double largest = -kInfinity;
    for (size_t r = 0; r < p.queries.size(); ++r) {
      double asked = score(r, t) - thresholds[r] + allowances[r];
      if (!std::isnan(asked))
        largest = std::max(largest, asked);
    }
    return largest;
  }

  bool exceeds(double value, double threshold) {
    answer.close += std::fabs(value - threshold) < 1e-3;
    return value > threshold;
  }

  void chooseTiers() {
    for (size_t t = 0; t < p.length; ++t) {
      if (!answer.keyBits[t])
        continue;
      if (exceeds(need(t) + kFirstPlaneMargin, 4)) {
        answer.keyBits[t] = 8;
        if (exceeds(need(t), 8))
          answer.keyBits[t] = 16;
      }
      double last = need(t);
      answer.valueBits[t] = exceeds(last, 8) ? 16 : exceeds(last, 0) ? 8 : 0;
    }
  }

  void finish(size_t r, size_t dim) {
    std::vector<double> scores;
    for (size_t t = 0; t < p.length; ++t)
      scores.push_back(score(r, t));
    auto value = [&](size_t t, size_t d) {
      return values.centre(t)[d] + values.value(t, d, answer.valueBits[t]);
    };
    finishRow(p, r, scores, value, dim, answer);
    Row back(answer.outputs[r].begin(), answer.outputs[r].end());
    back = rotateBack(back);
    bool seesNothing = answer.logSumExps[r] == -kInfinity;
    if (!seesNothing)
      answer.outputs[r].assign(back.begin(), back.end());
  }

  const Problem &p;
  const Packed &keys, &values;
  std::vector<Row> rotated;
  std::vector<std::vector<double>> quantised;
  std::vector<float> units;
  std::vector<double> thresholds, allowances;
  Answer answer;
};

inline Answer decode(const Problem &problem, const Packed &keys,
                     const Packed &values, size_t valueDim) {
  return Decoder(problem, keys, values).run(valueDim);
}

} // namespace aligned::reference

#endif // ALIGNED_UNITTESTS_SUPPORT_REFERENCEMODEL_H
