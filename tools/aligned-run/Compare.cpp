//===- Compare.cpp - How far results are from a reference -----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "Elements.h"
#include "Tool.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

using namespace aligned;

/// The same infinity, or not a number on both sides, is no difference; not a
/// number on one side is an infinite one.
static double difference(double result, double reference) {
  if (result == reference || (std::isnan(result) && std::isnan(reference)))
    return 0;
  double size = std::fabs(result - reference);
  return std::isnan(size) ? std::numeric_limits<double>::infinity() : size;
}

namespace {
struct RowError {
  double largest = 0; ///< |difference|
  size_t channel = 0; ///< where
  double norm = 0;    ///< 2-norm of the differences
  double excess = 0;  ///< 2-norm of what is beyond the elementwise tolerance
  double size = 0;    ///< 2-norm of the reference
};
} // namespace

static RowError compareRows(const std::vector<double> &result,
                            const std::vector<double> &reference,
                            double elementwise) {
  RowError row;
  for (size_t i = 0; i < result.size(); ++i) {
    double off = difference(result[i], reference[i]);
    double allowed = std::isfinite(reference[i])
                         ? elementwise * std::max(1.0, std::fabs(reference[i]))
                         : 0;
    double beyond = off > allowed ? off - allowed : 0;
    if (off > row.largest) {
      row.largest = off;
      row.channel = i;
    }
    row.norm += off * off;
    row.excess += beyond * beyond;
    if (std::isfinite(reference[i]))
      row.size += reference[i] * reference[i];
  }
  row.norm = std::sqrt(row.norm);
  row.excess = std::sqrt(row.excess);
  row.size = std::sqrt(row.size);
  return row;
}

static std::string formatIndex(const std::vector<int64_t> &shape, int64_t row,
                               int64_t channel) {
  std::vector<int64_t> index(shape.size());
  if (!shape.empty())
    index.back() = channel;
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i) {
    index[i] = row % shape[i];
    row /= shape[i];
  }
  return formatShape(index);
}

static std::string formatNumber(double number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", number);
  return text;
}

static bool readRow(const SafetensorsTensor &tensor, int64_t row,
                    int64_t channels, std::vector<double> &numbers) {
  return toDoubles(safetensorsElementType(tensor.dtype), tensor.data,
                   row * channels, channels, numbers);
}

std::string aligned::compareTensors(const SafetensorsTensor &result,
                                    const SafetensorsTensor &reference,
                                    const Tolerance &tolerance) {
  if (result.shape != reference.shape)
    fatal("tensor '" + result.name + "': the result is " +
          formatShape(result.shape) + ", the reference " +
          formatShape(reference.shape));
  int64_t channels = result.shape.empty() ? 1 : result.shape.back();
  int64_t rows = 1;
  for (size_t i = 0; i + 1 < result.shape.size(); ++i)
    rows *= result.shape[i];

  bool checked = tolerance.elementwise || tolerance.row;
  double elementwise = tolerance.elementwise.value_or(0);
  double relativeSum = 0, relativeMax = 0, largest = 0;
  std::string where, beyond;
  int64_t numBeyond = 0;
  std::vector<double> ours, theirs;
  for (int64_t i = 0; i < rows; ++i) {
    if (!readRow(result, i, channels, ours) ||
        !readRow(reference, i, channels, theirs))
      fatal("tensor '" + result.name + "': cannot compare " + result.dtype +
            " with " + reference.dtype);
    RowError row = compareRows(ours, theirs, elementwise);
    double relative = row.norm == 0 ? 0 : row.norm / row.size;
    relativeSum += relative;
    relativeMax = std::max(relativeMax, relative);
    const std::string element =
        formatIndex(result.shape, i, row.channel) + ": got " +
        (channels ? formatNumber(ours[row.channel]) : "nothing") +
        ", expected " +
        (channels ? formatNumber(theirs[row.channel]) : "nothing");
    if (row.largest > largest) {
      largest = row.largest;
      where = " at " + element;
    }
    if (!checked || !(row.excess > tolerance.row.value_or(0) * row.size))
      continue;
    if (numBeyond++ == 0)
      beyond = element + " (the row is off by " + formatNumber(row.norm) +
               " of its norm " + formatNumber(row.size) + ")";
  }
  std::printf("%s %s %s: max |diff| %.3e%s; rows |diff|/|ref| mean %.3e max "
              "%.3e\n",
              result.name.c_str(), safetensorsElementType(result.dtype).c_str(),
              formatShape(result.shape).c_str(), largest, where.c_str(),
              rows ? relativeSum / rows : 0, relativeMax);
  if (numBeyond == 0)
    return "";
  return "'" + result.name + "': " + std::to_string(numBeyond) + " of " +
         std::to_string(rows) + " rows are beyond tolerance, first at " +
         beyond;
}
