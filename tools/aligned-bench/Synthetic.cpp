//===- Synthetic.cpp - Rows with the logits of real heads -----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include "Elements.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <thread>

using namespace aligned;

namespace {

/// Normal numbers, the same on every machine.
class Normals {
public:
  explicit Normals(uint64_t seed) : state(seed) {}

  double next() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    // Box and Muller's.
    double radius = std::sqrt(-2 * std::log(uniform()));
    double angle = 6.283185307179586 * uniform();
    spare = radius * std::sin(angle);
    hasSpare = true;
    return radius * std::cos(angle);
  }
  /// Of (0, 1].
  double uniform() { return (static_cast<double>(mix() >> 11) + 1) * 0x1p-53; }

private:
  /// Steele, Lea and Flood's splitmix64.
  uint64_t mix() {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  uint64_t state;
  double spare = 0;
  bool hasSpare = false;
};

/// One kv head of one sequence.
class HeadMaker {
public:
  HeadMaker(Workload &workload, double spread, int64_t head, uint64_t seed)
      : w(workload), shape(workload.shape), spread(spread), head(head),
        normals(seed * 0x2545f4914f6cdd1du + static_cast<uint64_t>(head)) {}

  void make() {
    makeSizes();
    makeQueries();
    makeRows(w.key, sizes, std::vector<double>(sizes.size(), 0.0));
    std::vector<double> mean;
    for (int64_t d = 0; d < shape.channels; ++d)
      mean.push_back(0.3 * normals.next());
    makeRows(w.value, std::vector<double>(sizes.size(), 0.5), mean);
  }

private:
  /// Four channels are ten times as large as they would be.
  void makeSizes() {
    for (int64_t d = 0; d < shape.channels; ++d)
      sizes.push_back(std::exp(0.5 * normals.next()));
    for (int64_t i = 0; i < std::min<int64_t>(4, shape.channels); ++i)
      sizes[pickOther()] *= 10;
  }
  size_t pickOther() {
    while (true) {
      auto d = static_cast<size_t>(
          std::ceil(normals.uniform() * static_cast<double>(sizes.size())) - 1);
      if (std::find(picked.begin(), picked.end(), d) == picked.end()) {
        picked.push_back(d);
        return d;
      }
    }
  }

  void makeQueries() {
    std::vector<double> shared;
    for (int64_t d = 0; d < shape.channels; ++d)
      shared.push_back(normals.next());
    for (int64_t g = 0; g < shape.group(); ++g) {
      std::vector<double> query;
      double norm = 0; // of what meets keys of unit size
      for (size_t d = 0; d < sizes.size(); ++d) {
        double own = normals.next();
        query.push_back((std::sqrt(0.95) * shared[d] + std::sqrt(0.05) * own) /
                        std::sqrt(sizes[d]));
        norm += std::pow(query[d] * sizes[d], 2);
      }
      double factor =
          spread * std::sqrt(static_cast<double>(shape.channels) / norm);
      for (size_t d = 0; d < sizes.size(); ++d)
        w.query[(head * shape.group() + g) * shape.channels + d] =
            toBits16(w.cacheType, query[d] * factor);
    }
  }

  void makeRows(std::vector<uint16_t> &rows, const std::vector<double> &size,
                const std::vector<double> &mean) {
    uint16_t *at = &rows[shape.rowsBefore(head) * shape.channels];
    for (int64_t t = 0; t < shape.tokens(head / shape.kvHeads); ++t)
      for (int64_t d = 0; d < shape.channels; ++d)
        *at++ = toBits16(w.cacheType, normals.next() * size[d] + mean[d]);
  }

  Workload &w;
  const Shape &shape;
  double spread;
  int64_t head;
  Normals normals;
  std::vector<double> sizes;
  std::vector<size_t> picked;
};

} // namespace

Workload aligned::makeSynthetic(const Shape &shape,
                                const std::string &cacheType, double spread,
                                uint64_t seed, int64_t threads) {
  char name[32];
  std::snprintf(name, sizeof(name), "spread %g", spread);
  Workload workload = {shape, cacheType, name, {}, {}, {}};
  int64_t heads = shape.sequences * shape.kvHeads;
  workload.query.resize(heads * shape.group() * shape.channels);
  workload.key.resize(shape.kvHeads * shape.totalTokens() * shape.channels);
  workload.value.resize(workload.key.size());
  std::atomic<int64_t> next{0};
  auto work = [&] {
    for (int64_t head; (head = next++) < heads;)
      HeadMaker(workload, spread, head, seed).make();
  };
  std::vector<std::thread> pool;
  for (int64_t i = 1; i < std::min(threads, heads); ++i)
    pool.emplace_back(work);
  work();
  for (std::thread &thread : pool)
    thread.join();
  return workload;
}
