//===- Results.h - Figures that a measurement came to -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tools that measure write JSON with an array "results". What is text in
// one of its objects says what was measured, what is a number is a figure:
//
//   {"precision": "budget<12>", "error": {"p99": 1.6e-3}, "fraction": 0.28}
//
// is the result `budget<12>` with the figures `error.p99` and `fraction`.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_RESULTS_H
#define ALIGNED_TOOLS_SUPPORT_RESULTS_H

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace aligned {

struct Result {
  std::string name; ///< "budget<12>", "budget<12>, peaked"
  std::vector<std::pair<std::string, double>> figures;

  /// Null if there is no figure of this name.
  const double *find(const std::string &figure) const;
};

/// The results of a file's text, or of a measurement about to become one.
/// Leaves if there are none, naming `where`. A figure that JSON has no number
/// for (null) is not a number.
std::vector<Result> collectResults(const nlohmann::ordered_json &json,
                                   const std::string &where);

/// Reads a file of results; leaves if it is none.
nlohmann::ordered_json readResults(const std::string &path);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_RESULTS_H
