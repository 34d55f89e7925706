//===- Alerts.h - What figures must stay within -----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An alert says what must hold: `error.p99<5e-3`, of every result, or
// `budget<12>:fraction<0.4`, of those called so.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_ALERTS_H
#define ALIGNED_TOOLS_SUPPORT_ALERTS_H

#include "Results.h"

namespace aligned {

struct Alert {
  std::string text;   ///< as it was given
  std::string result; ///< what it is of; empty: every result
  std::string figure;
  std::string relation; ///< "<", "<=", ">" or ">="
  double limit = 0;

  bool holds(double value) const;
};

/// Reads `[RESULT:]FIGURE<LIMIT`, or with <=, > or >=; leaves if `text` is
/// none. A result is named in full, or by the first of its parts that commas
/// separate.
Alert parseAlert(const std::string &text);

/// Adds the limits of an option that getopt has just met: its argument, and
/// those that follow on the command line, as in `--alert 'error.p99<5e-3'
/// 'fraction<0.4'`.
void parseAlerts(int argc, char **argv, std::vector<Alert> &alerts);

/// What alerts say of the results that have their figures. Leaves if an alert
/// names a result that is not there, or a figure that none has, listing those
/// that are. A figure that is not a number keeps within nothing.
std::vector<std::string> findViolations(const std::vector<Alert> &alerts,
                                        const std::vector<Result> &results);

/// Prints what findViolations says, and leaves with exit code 1 if it is
/// anything.
void enforceAlerts(const std::vector<Alert> &alerts,
                   const std::vector<Result> &results);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_ALERTS_H
