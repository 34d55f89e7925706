//===- Precision.h - Precisions as users write them -------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that says which precisions there are and how they are written;
// the compiler's attribute and the tools' options are both read by it. No LLVM
// in this file. docs/rule.md says what they mean.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_SUPPORT_PRECISION_H
#define ALIGNED_SUPPORT_PRECISION_H

#include "Aligned/Support/PageLayout.h"

#include <cmath>
#include <cstdlib>
#include <string>

namespace aligned {

/// The budget that stands for `full`: any finite score asks for every plane.
constexpr float kFullBudget = 1e30f;
/// The budget that stands for the rule of `paper`, over planes of that
/// encoding.
constexpr float kPaperBudget = 0.0f;
/// The budget of the first round of `certified<e>`.
constexpr float kCertifiedFirstBudget = 12.0f;

enum class PrecisionKind : int32_t {
  Budget = 0,    ///< `budget<B>`; `full` is a budget of kFullBudget
  Certified = 1, ///< `certified<e>`
  Paper = 2      ///< `paper`
};

struct Precision {
  PrecisionKind kind = PrecisionKind::Budget;
  float value = kFullBudget; ///< bits, or the relative error; 0 for `paper`

  /// What DecodeParams.budget is for it.
  float budget() const {
    return kind == PrecisionKind::Budget      ? value
           : kind == PrecisionKind::Certified ? kCertifiedFirstBudget
                                              : kPaperBudget;
  }
  /// What DecodeParams.certify is for it.
  float certified() const {
    return kind == PrecisionKind::Certified ? value : 0.0f;
  }
  /// The encoding of the planes that it is for.
  PlaneEncoding encoding() const {
    return kind == PrecisionKind::Paper ? PlaneEncoding::IEEE
                                        : PlaneEncoding::Fixed;
  }
};

/// Largest budget that still means something: a weight of one among 2^40
/// tokens then asks for all bits, as `full` does.
constexpr double kLargestBudget = 64;

/// The precision that `keyword` and the number inside its brackets (null
/// without brackets) stand for. On failure `message` names `text` and says what
/// would have been right.
inline bool makePrecision(const std::string &text, const std::string &keyword,
                          const double *number, Precision &precision,
                          std::string &message) {
  if (!number && keyword == "full")
    precision = {PrecisionKind::Budget, kFullBudget};
  else if (!number && keyword == "paper")
    precision = {PrecisionKind::Paper, 0};
  else if (number && keyword == "budget")
    precision = {PrecisionKind::Budget, static_cast<float>(*number)};
  else if (number && keyword == "certified")
    precision = {PrecisionKind::Certified, static_cast<float>(*number)};
  else {
    message = "unknown precision '" + text +
              "': expected 'full', 'budget<B>' with a number of bits B, as in "
              "'budget<12>', 'certified<E>' with a relative error E, as in "
              "'certified<1e-2>', or 'paper'";
    return false;
  }
  if (keyword == "budget" && !(*number >= 0 && *number <= kLargestBudget)) {
    message = "precision '" + text +
              "' is out of range: the budget is a number of bits from 0 to "
              "64, or use 'full'";
    return false;
  }
  // The smallest normal number: e times a norm must not vanish.
  if (keyword == "certified" && !(*number >= 1e-30 && *number <= 1)) {
    message = "precision '" + text +
              "' is out of range: the certified error is relative to the "
              "output, above 0 and at most 1";
    return false;
  }
  return true;
}

/// Reads `text`, as users write it. On failure `message` says why.
inline bool parsePrecision(const std::string &text, Precision &precision,
                           std::string &message) {
  size_t first = text.find_first_not_of(" \t");
  size_t last = text.find_last_not_of(" \t");
  std::string trimmed =
      first == std::string::npos ? "" : text.substr(first, last - first + 1);
  size_t open = trimmed.find('<');
  std::string keyword = trimmed.substr(0, open);
  double number = 0;
  bool hasNumber = false;
  if (open != std::string::npos && trimmed.back() == '>') {
    std::string inside = trimmed.substr(open + 1, trimmed.size() - open - 2);
    char *end = nullptr;
    number = std::strtod(inside.c_str(), &end);
    while (*end == ' ')
      ++end;
    hasNumber = end != inside.c_str() && *end == '\0' && std::isfinite(number);
  }
  bool isWhole = hasNumber || open == std::string::npos;
  return makePrecision(trimmed, isWhole ? keyword : trimmed,
                       hasNumber ? &number : nullptr, precision, message);
}

} // namespace aligned

#endif // ALIGNED_SUPPORT_PRECISION_H
