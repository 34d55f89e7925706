//===- Continuation.cpp - A history longer than was recorded --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Continuation.h"

#include "Elements.h"

#include <cmath>
#include <random>

using namespace aligned;

static constexpr int64_t kRun = 64;

namespace {

/// A synthetic row: m + cos (x - m) + sin (y - m) of two recorded ones, m the
/// mean of all.
struct Mix {
  int64_t x, y;
  double cosine, sine;
};

/// Copies and mixes rows of a head.
class RowWriter {
public:
  RowWriter(const RecordedRows &from, int64_t head, const std::string &type,
            RecordedRows &to)
      : from(from), head(head), type(type), to(to), means(from.channels) {
    for (int64_t token = 0; token < from.tokens; ++token) {
      read(token, first);
      for (int64_t d = 0; d < from.channels; ++d)
        means[d] += first[d] / static_cast<double>(from.tokens);
    }
  }

  void copy(int64_t token) {
    auto row = from.bits.begin() + offset(token);
    to.bits.insert(to.bits.end(), row, row + from.channels);
  }
  void mix(const Mix &of) {
    read(of.x, first);
    read(of.y, second);
    for (int64_t d = 0; d < from.channels; ++d)
      to.bits.push_back(toBits16(type, means[d] +
                                           of.cosine * (first[d] - means[d]) +
                                           of.sine * (second[d] - means[d])));
  }

private:
  int64_t offset(int64_t token) const {
    return (head * from.tokens + token) * from.channels;
  }
  void read(int64_t token, std::vector<double> &row) {
    toDoubles(type, from.bits.data(), offset(token), from.channels, row);
  }

  const RecordedRows &from;
  int64_t head;
  const std::string &type;
  RecordedRows &to;
  std::vector<double> means, first, second;
};

} // namespace

/// Runs of rows that follow each other, so that neighbours are alike.
static std::vector<Mix> drawMixes(int64_t recorded, int64_t count,
                                  uint64_t seed) {
  std::mt19937_64 random(seed);
  int64_t run = std::min(kRun, recorded - kKeptFront);
  std::uniform_int_distribution<int64_t> start(kKeptFront, recorded - run);
  std::uniform_real_distribution<double> angle(0, 2 * std::acos(-1.0));
  std::vector<Mix> mixes;
  while (static_cast<int64_t>(mixes.size()) < count) {
    int64_t x = start(random), y = start(random);
    double turn = angle(random);
    for (int64_t i = 0; i < run; ++i)
      mixes.push_back({x + i, y + i, std::cos(turn), std::sin(turn)});
  }
  mixes.resize(std::max<int64_t>(0, count));
  return mixes;
}

static RecordedRows changeRows(const RecordedRows &from,
                               const std::string &type, int64_t tokens,
                               const std::vector<Mix> &mixes) {
  RecordedRows to;
  to.heads = from.heads;
  to.tokens = tokens;
  to.channels = from.channels;
  to.bits.reserve(to.heads * to.tokens * to.channels);
  int64_t front = std::min(kKeptFront, tokens);
  int64_t back = tokens - front - static_cast<int64_t>(mixes.size());
  for (int64_t head = 0; head < from.heads; ++head) {
    RowWriter writer(from, head, type, to);
    for (int64_t token = 0; token < front; ++token)
      writer.copy(token);
    for (const Mix &mix : mixes)
      writer.mix(mix);
    for (int64_t token = from.tokens - back; token < from.tokens; ++token)
      writer.copy(token);
  }
  return to;
}

RecordedLayer aligned::changeLength(const RecordedLayer &layer,
                                    const std::string &cacheType,
                                    int64_t tokens) {
  std::vector<Mix> mixes =
      drawMixes(layer.key.tokens, tokens - layer.key.tokens,
                /*seed=*/static_cast<uint64_t>(tokens));
  RecordedLayer changed = layer;
  changed.key = changeRows(layer.key, cacheType, tokens, mixes);
  changed.value = changeRows(layer.value, cacheType, tokens, mixes);
  return changed;
}
