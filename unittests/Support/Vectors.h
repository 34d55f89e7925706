//===- Vectors.h - Lengths of vectors in tests -----------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_VECTORS_H
#define ALIGNED_UNITTESTS_SUPPORT_VECTORS_H

#include <cmath>
#include <cstring>
#include <vector>

namespace aligned::test {

inline double norm(const std::vector<double> &vector) {
  double sum = 0;
  for (double value : vector)
    sum += value * value;
  return std::sqrt(sum);
}

inline bool sameBits(const std::vector<float> &a, const std::vector<float> &b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// |a - b|, over the elements of b.
inline double distance(const std::vector<float> &a,
                       const std::vector<double> &b) {
  std::vector<double> difference;
  for (size_t i = 0; i < b.size(); ++i)
    difference.push_back(a[i] - b[i]);
  return norm(difference);
}

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_VECTORS_H
