//===- AttentionModel.cpp - What kernels must compute, in plain loops -----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionModel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace aligned;
using namespace aligned::test;

static constexpr double kInf = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

float aligned::test::fromBF16(uint16_t bits) {
  uint32_t word = uint32_t(bits) << 16;
  float value;
  std::memcpy(&value, &word, 4);
  return value;
}

static uint32_t toBits(float value) {
  uint32_t word;
  std::memcpy(&word, &value, 4);
  return word;
}

uint16_t aligned::test::toBF16(float value) {
  uint32_t word = toBits(value);
  if (std::isnan(value))
    return uint16_t(word >> 16 | 0x40);
  return uint16_t((word + 0x7FFF + (word >> 16 & 1)) >> 16);
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

static bool isNegative(int64_t channel) {
  return uint32_t(channel) * 2654435761u >> 31;
}

template <typename T> static void butterflies(std::vector<T> &row) {
  size_t block = row.size() & -row.size();
  for (size_t h = 1; h < block; h *= 2)
    for (size_t i = 0; i < row.size(); ++i)
      if (!(i & h)) {
        T a = row[i], b = row[i + h];
        row[i] = a + b;
        row[i + h] = a - b;
      }
}

template <typename T> static T factor(size_t size) {
  return static_cast<T>(1.0 / std::sqrt(double(size & -size)));
}

static std::vector<float> rotateRow(std::vector<float> row) {
  for (size_t d = 0; d < row.size(); ++d)
    row[d] = isNegative(d) ? -row[d] : row[d];
  butterflies(row);
  for (float &x : row)
    x *= factor<float>(row.size());
  return row;
}

void PackedRows::append(const std::vector<float> &source) {
  size_t position = scales.size();
  if (position % kPageTokens == 0) {
    std::vector<uint16_t> centre(headDim, 0);
    if (position) {
      for (int64_t d = 0; d < headDim; ++d) {
        float sum = 0, count = 0, before = fromBF16(centres.back()[d]);
        for (size_t t = position - kPageTokens; t < position; ++t) {
          float scale = fromBF16(scales[t]);
          if (std::isnan(scale))
            continue;
          sum += before + float(codes[t][d]) * scale / 32768.0f;
          count += 1;
        }
        centre[d] = count > 0 ? toBF16(sum / count) : 0;
      }
    }
    centres.push_back(centre);
  }
  std::vector<float> row = rotateRow(source);
  float largest = 0;
  bool isFinite = true;
  for (int64_t d = 0; d < headDim; ++d) {
    row[d] -= fromBF16(centres.back()[d]);
    isFinite &= std::isfinite(row[d]);
    largest = std::max(largest, std::fabs(row[d]));
  }
  float ideal =
      std::max(largest, 1e-30f) * static_cast<float>(32768.0 / 30591.0);
  uint16_t scale = uint16_t((toBits(ideal) + 0xFFFF) >> 16);
  isFinite &= std::isfinite(fromBF16(scale));
  std::vector<int32_t> code(headDim, 0);
  if (isFinite)
    for (int64_t d = 0; d < headDim; ++d)
      code[d] = std::clamp<int32_t>(
          int32_t(std::nearbyint(row[d] / fromBF16(scale) * 32768.0f)), -30591,
          30591);
  codes.push_back(code);
  scales.push_back(isFinite ? scale : 0x7FC0);
}

void PackedRows::check(
    const PageLayout &layout, const uint8_t *bytes, int64_t page,
    const std::function<void(int64_t offset)> &mismatch) const {
  auto expect = [&](int64_t offset, uint8_t value) {
    if (bytes[offset] != value)
      mismatch(offset);
  };
  for (int64_t d = 0; d < layout.channels(); ++d) {
    uint16_t centre = d < headDim ? centres[page][d] : 0;
    expect(layout.centreOffset() + 2 * d, uint8_t(centre));
    expect(layout.centreOffset() + 2 * d + 1, uint8_t(centre >> 8));
  }
  int64_t end = std::min<int64_t>(scales.size(), (page + 1) * kPageTokens);
  for (int64_t t = page * kPageTokens; t < end; ++t) {
    int64_t row = t - page * kPageTokens;
    expect(layout.scalesOffset() + 2 * row, uint8_t(scales[t]));
    expect(layout.scalesOffset() + 2 * row + 1, uint8_t(scales[t] >> 8));
    for (int64_t d = 0; d < layout.channels(); ++d) {
      int32_t i = d < headDim ? codes[t][d] : 0;
      int32_t high = int32_t(std::floor(i / 256.0 + 0.5));
      int32_t a = int32_t(std::floor(high / 16.0 + 0.5));
      int32_t digits[] = {a, high - 16 * a, i - 256 * high};
      if (layout.role == PlaneRole::Value) {
        digits[0] = high;
        digits[1] = digits[2];
      }
      for (int plane = 0; plane < layout.numPlanes(); ++plane) {
        int64_t start =
            layout.planeOffset(plane) + row * layout.rowBytes(plane);
        if (layout.planeBits(plane) == 8) {
          expect(start + d, uint8_t(digits[plane]));
          continue;
        }
        int64_t byte = start + d / 32 * 16 + d % 16;
        int nibble = d % 32 < 16 ? bytes[byte] & 15 : bytes[byte] >> 4;
        if (nibble != (digits[plane] & 15))
          mismatch(byte);
      }
    }
  }
}

double PackedRows::value(int64_t token, int64_t channel, int bits) const {
  double i = codes[token][channel];
  double high = std::floor(i / 256 + 0.5), a = std::floor(high / 16 + 0.5);
  double known = bits == 16 ? i : bits == 8 ? 256 * high : 4096 * a;
  if (bits == 0)
    known = 0;
  return known / 32768 * fromBF16(scales[token]);
}

std::vector<double>
aligned::test::rotateBack(const std::vector<double> &source) {
  std::vector<double> row = source;
  butterflies(row);
  for (size_t d = 0; d < row.size(); ++d)
    row[d] *= isNegative(d) ? -factor<double>(row.size())
                            : factor<double>(row.size());
  return row;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

namespace {
struct Range {
  int64_t from, to;
};
} // namespace

static Range visibleRange(const ModelProblem &p, int64_t length, int64_t row) {
  int64_t position = length - p.rows + row % p.rows;
  Range range{0, length};
  if (p.causal)
    range.to = std::max<int64_t>(position + 1, 0);
  if (p.window)
    range.from = std::max<int64_t>(position - p.window + 1, 0);
  return range;
}

static double visibleScore(const ModelProblem &p, int64_t length, int64_t row,
                           int64_t token, double raw) {
  Range range = visibleRange(p, length, row);
  if (token < range.from || token >= range.to)
    return -kInf;
  double log2e = std::log2(std::exp(1.0));
  if (p.softcap)
    raw = p.softcap * std::tanh(raw / log2e / p.softcap) * log2e;
  if (p.mask) {
    double bias = p.mask(row, token);
    if (bias == -kInf)
      return -kInf;
    raw += bias * log2e;
  }
  return raw;
}

/// log2 of the sum of exp2; NaN if any is.
static double logSumExp2(const std::vector<double> &scores) {
  double max = -kInf;
  for (double s : scores) {
    if (std::isnan(s))
      return kNaN;
    max = std::max(max, s);
  }
  if (max == -kInf)
    return max;
  double sum = 0;
  for (double s : scores)
    sum += std::exp2(s - max);
  return max + std::log2(sum);
}

ModelResult
aligned::test::decode(const ModelProblem &p,
                      const std::vector<std::vector<double>> &queries,
                      const PackedRows &keys, const PackedRows &values) {
  int64_t length = keys.scales.size(), rows = queries.size();
  double log2e = std::log2(std::exp(1.0));
  std::vector<std::vector<double>> raw(rows, std::vector<double>(length));
  std::vector<std::vector<double>> score = raw, integers;
  std::vector<double> first(rows), allowance(rows);
  ModelResult result;
  auto addPlane = [&](int64_t r, int64_t t, int bits, int before) {
    double sum = 0;
    for (int64_t d = 0; d < keys.headDim; ++d)
      sum +=
          integers[r][d] * (keys.value(t, d, bits) - keys.value(t, d, before));
    raw[r][t] += sum;
    score[r][t] = visibleScore(p, length, r, t, raw[r][t]);
  };
  int64_t from = length;
  for (int64_t r = 0; r < rows; ++r) {
    // In f32, as integers of a query are: a tie must fall the same way.
    std::vector<float> y =
        rotateRow(std::vector<float>(queries[r].begin(), queries[r].end()));
    float largest = 0;
    for (float &x : y) {
      x *= float(p.scale) * float(log2e);
      largest = std::isfinite(x) ? std::max(largest, std::fabs(x)) : kNaN;
      if (std::isnan(largest))
        break;
    }
    float unit = std::max(largest, 1e-30f) / 32767.0f;
    if (std::isnan(largest))
      unit = kNaN;
    integers.emplace_back();
    for (float x : y)
      integers.back().push_back(
          std::nearbyint(x * (32767.0 / std::max(largest, 1e-30f))) *
          double(unit));
    for (int64_t t = 0; t < length; ++t) {
      for (int64_t d = 0; d < keys.headDim; ++d)
        raw[r][t] += y[d] * fromBF16(keys.centres[t / kPageTokens][d]);
      addPlane(r, t, 4, 0);
    }
    first[r] = logSumExp2(score[r]);
    Range range = visibleRange(p, length, r);
    result.visible.push_back(std::max<int64_t>(range.to - range.from, 0));
    allowance[r] =
        p.budget + 0.5 * std::log2(std::max<double>(result.visible[r], 1));
    from = std::min(from, visibleRange(p, length, r % p.rows).from);
  }
  auto need = [&](int64_t t, std::initializer_list<double> thresholds) {
    double most = -kInf;
    for (int64_t r = 0; r < rows; ++r)
      most = std::fmax(most, score[r][t] - first[r] + allowance[r]);
    for (double threshold : thresholds)
      result.nearest = std::min(result.nearest, std::fabs(most - threshold));
    return most;
  };
  std::vector<int> valueBits(length, 0);
  for (int64_t t = from; t < length; ++t) {
    int tier = 0;
    if (need(t, {2}) + 2 > 4) {
      for (int64_t r = 0; r < rows; ++r)
        addPlane(r, t, 8, 4);
      tier = 1;
      if (need(t, {8}) > 8) {
        for (int64_t r = 0; r < rows; ++r)
          addPlane(r, t, 16, 8);
        tier = 2;
      }
    }
    ++result.keyRows[tier];
    double last = need(t, {0, 8});
    int valueTier = last > 8 ? 2 : last > 0 ? 1 : 0;
    ++result.valueRows[valueTier];
    valueBits[t] = valueTier * 8;
  }
  for (int64_t r = 0; r < rows; ++r) {
    double sink = p.sinks.empty() ? -kInf : p.sinks[r / p.rows] * log2e;
    std::vector<double> all = score[r];
    all.push_back(sink);
    double total = logSumExp2(all);
    result.logSumExp.push_back(total / log2e);
    std::vector<double> output(values.headDim, 0);
    if (total == -kInf)
      output.assign(values.headDim, p.zeroWhereMasked ? 0 : kNaN);
    else
      for (int64_t t = 0; t < length; ++t) {
        if (score[r][t] == -kInf)
          continue;
        double weight = std::exp2(score[r][t] - total);
        for (int64_t d = 0; d < values.headDim; ++d) {
          double poison = fromBF16(values.scales[t]) * 0.0;
          output[d] += weight * (values.value(t, d, valueBits[t]) +
                                 fromBF16(values.centres[t / kPageTokens][d])) +
                       poison;
        }
      }
    result.output.push_back(rotateBack(output));
  }
  return result;
}

std::vector<std::vector<double>>
aligned::test::attend(const ModelProblem &p,
                      const std::vector<std::vector<double>> &queries,
                      const std::vector<std::vector<float>> &keys,
                      const std::vector<std::vector<float>> &values) {
  int64_t length = keys.size();
  double log2e = std::log2(std::exp(1.0));
  std::vector<std::vector<double>> result;
  for (size_t r = 0; r < queries.size(); ++r) {
    std::vector<double> scores;
    for (int64_t t = 0; t < length; ++t) {
      double dot = 0;
      for (size_t d = 0; d < queries[r].size(); ++d)
        dot += queries[r][d] * keys[t][d];
      scores.push_back(visibleScore(p, length, r, t, dot * p.scale * log2e));
    }
    if (!p.sinks.empty())
      scores.push_back(p.sinks[r / p.rows] * log2e);
    double total = logSumExp2(scores);
    std::vector<double> output(values.empty() ? 0 : values[0].size(), 0);
    for (int64_t t = 0; t < length; ++t)
      for (size_t d = 0; d < output.size(); ++d)
        output[d] += std::exp2(scores[t] - total) * values[t][d];
    result.push_back(output);
  }
  return result;
}
