//===- Statistics.cpp - What many measurements come to --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Statistics.h"

#include <algorithm>
#include <numeric>

using namespace aligned;

double aligned::mean(const std::vector<double> &numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
         static_cast<double>(numbers.size());
}

double aligned::quantile(std::vector<double> numbers, double share) {
  std::sort(numbers.begin(), numbers.end());
  double place = share * static_cast<double>(numbers.size() - 1);
  size_t below = static_cast<size_t>(place);
  size_t above = std::min(below + 1, numbers.size() - 1);
  return numbers[below] + (place - static_cast<double>(below)) *
                              (numbers[above] - numbers[below]);
}

double aligned::median(const std::vector<double> &numbers) {
  return quantile(numbers, 0.5);
}
