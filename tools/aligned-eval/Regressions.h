//===- Regressions.h - Two files of results, compared -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_REGRESSIONS_H
#define ALIGNED_TOOLS_EVAL_REGRESSIONS_H

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace aligned {

/// How much larger than before a figure may be, as a share of what it was.
struct Tolerances {
  double error = 0.05; ///< figures `error..`
  double bytes = 0.01; ///< `bytes`, `fraction`, `bits..`
  double time = 0.25;  ///< `time_us..`
};

/// Compares what files of results (Results.h) have in common; more is worse.
struct Comparison {
  std::string table;                    ///< figure by figure, to be printed
  std::vector<std::string> regressions; ///< each named
};

/// Leaves if the files are not of the same thing, or have no result in common.
/// Results of `before` that `after` lacks are regressions. Times are compared
/// only if both were taken on the same device.
Comparison compareResults(const nlohmann::ordered_json &before,
                          const std::string &beforePath,
                          const nlohmann::ordered_json &after,
                          const std::string &afterPath,
                          const Tolerances &tolerances);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_REGRESSIONS_H
