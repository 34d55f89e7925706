//===- Statistics.h - What many measurements come to ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_STATISTICS_H
#define ALIGNED_TOOLS_EVAL_STATISTICS_H

#include "Evaluate.h"

namespace aligned {

double mean(const std::vector<double> &numbers);
/// Interpolates between neighbours, as numpy does.
double quantile(std::vector<double> numbers, double share);
double median(const std::vector<double> &numbers);
/// Share of a 16-bit cache's planes that was read.
double fraction(const Measurements &measurements);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_STATISTICS_H
