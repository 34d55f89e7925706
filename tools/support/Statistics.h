//===- Statistics.h - What many measurements come to ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_STATISTICS_H
#define ALIGNED_TOOLS_SUPPORT_STATISTICS_H

#include <vector>

namespace aligned {

double mean(const std::vector<double> &numbers);
/// Interpolates between neighbours, as numpy does.
double quantile(std::vector<double> numbers, double share);
double median(const std::vector<double> &numbers);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_STATISTICS_H
