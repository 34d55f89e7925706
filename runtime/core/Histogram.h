//===- Histogram.h - How often a number was how large --------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_HISTOGRAM_H
#define ALIGNED_RUNTIME_CORE_HISTOGRAM_H

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace aligned {

/// Counts in half octaves: bucket i holds numbers up to bound(i), 2^Low, 1.5 *
/// 2^Low, 2^(Low + 1), .., 2^High, infinity. A number finds its bucket by the
/// leading bits of its float.
template <int Low, int High> class Histogram {
public:
  static constexpr int kBuckets = 2 * (High - Low) + 2;

  void add(float value) {
    ++counts[static_cast<size_t>(indexOf(value))];
    ++total;
    sum += static_cast<double>(value);
  }
  static double bound(int bucket) {
    if (bucket + 1 == kBuckets)
      return std::numeric_limits<double>::infinity();
    return std::ldexp(bucket % 2 ? 1.5 : 1.0, Low + bucket / 2);
  }
  /// A bound that a share of the numbers does not exceed; 0 if there are none.
  double quantile(double share) const {
    uint64_t seen = 0;
    for (int i = 0; i < kBuckets && total; ++i) {
      seen += counts[static_cast<size_t>(i)];
      if (static_cast<double>(seen) >= share * static_cast<double>(total))
        return bound(i);
    }
    return 0;
  }

  std::array<uint64_t, kBuckets> counts = {};
  uint64_t total = 0;
  double sum = 0;

private:
  static int indexOf(float value) {
    if (!(value > 0))
      return 0;
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    // One less, so that a bound itself is below it.
    int halfOctave = static_cast<int>((bits - 1) >> 22);
    constexpr int kFirst = 2 * (Low + 127) - 1;
    return std::clamp(halfOctave - kFirst, 0, kBuckets - 1);
  }
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_HISTOGRAM_H
