//===- WeighTokens.cpp - Weights and statistics of a chunk ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attend.h"
#include "Rows.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {

/// What is carried over the tokens of a chunk behind the sums of TokenSum; each
/// a vector of kLanes parts.
enum Carried {
  kMaxV = kNumSums, ///< a maximum
  kNumCarried,
  // Of one page:
  kCentreWeight = kNumCarried,
  kNumOfPage
};

class Weigher {
public:
  Weigher(AttendState &s, const Tiers &tiers)
      : s(s), p(s.p), b(s.b), tiers(tiers) {}

  void weigh() {
    Val report = p.needsErrors();
    auto rows = [&](bool withReport) {
      return [this, withReport] {
        if (withReport)
          measureCentres();
        b.loop(b.c32(0), b.c32(p.rows), 1,
               [&](Val row) { weighRow(row, withReport); });
        return SmallVector<Val>();
      };
    };
    b.ifElse(report, rows(true), rows(false));
  }

private:
  /// |m_j - c| for the pages of the chunk; c is the centre of the page of the
  /// last position.
  void measureCentres() {
    if (p.values.isIEEE()) {
      // Rows are what they are, without a centre.
      distances[0] = distances[1] = b.cf(0);
      return;
    }
    Val last = p.valuePage((p.length - 1) / kPageTokens);
    for (int64_t i = 0; i < kChunkPages; ++i) {
      auto sum = b.accumulateChannels(
          p.values.channels(), b.constant(0, b.floats()),
          [&](Val channel, ArrayRef<Val> sum) -> SmallVector<Val> {
            Val difference = loadCentre(b, p.values, s.valuePages[i], channel) -
                             loadCentre(b, p.values, last, channel);
            return {b.fma(difference, difference, sum[0])};
          });
      distances[i] = b.sqrt(b.sumLanes(sum[0]));
    }
  }

  void weighRow(Val row, bool withReport) {
    Visible visible = p.visible(row);
    Val maximum = b.maxLanes(b.loop(
        s.chunk.tileFrom, s.chunk.to, kLanes,
        b.constant(-kInfinity, b.floats()),
        [&](Val position, ArrayRef<Val> largest) -> SmallVector<Val> {
          return {b.maxPropagate(largest[0], p.scores(row, visible, position))};
        })[0]);
    Val base = p.finiteBase(maximum);
    SmallVector<Val> sums(kNumCarried, b.constant(0, b.floats()));
    auto stats = p.work.stats(b.x, row);
    for (int64_t page = 0; page < kChunkPages; ++page) {
      sums = weighPage(row, visible, page, base, sums, withReport);
      Val weight = b.sumLanes(sums[kCentreWeight]);
      p.storeFloat(weight, s.centreWeights, row * kChunkPages + page);
      sums.truncate(kNumCarried);
    }
    stats.set(&ChunkStats::max, maximum);
    writeSums(stats, sums);
    writeCounts(stats, visible);
  }

  /// Goes on with `sums`, behind which the page's own sums come back.
  SmallVector<Val> weighPage(Val row, const Visible &visible, int64_t page,
                             Val base, SmallVector<Val> sums, bool withReport) {
    Val start = s.chunk.first + page * kPageTokens;
    Val from = b.maxInt(s.chunk.tileFrom, start);
    Val to = b.minInt(s.chunk.to, start + kPageTokens);
    sums.resize(kNumOfPage, b.constant(0, b.floats()));
    auto stats = p.work.queryStats(row);
    return b.loop(
        from, to, kLanes, sums, [&](Val position, ArrayRef<Val> carried) {
          SmallVector<Val> sums(carried);
          Val score = p.scores(row, visible, position);
          Val seen = score != -kInfinity;
          Val exponent = score - base;
          Val u = p.rule.exp2(exponent);
          b.store(u, p.work.score(row, position), 4);
          Val zero = b.constant(0, b.floats());
          Val scale = s.tokens(s.valueScales, position);
          sums[kSum] = sums[kSum] + u;
          sums[kCentreWeight] = sums[kCentreWeight] +
                                b.select(seen, u + Rule::poison(scale), zero);
          if (withReport)
            addErrors(stats, position, page, exponent, u, seen, sums);
          return sums;
        });
  }

  void addErrors(const Fields<QueryStats> &query, Val position, int64_t page,
                 Val exponent, Val u, Val seen, SmallVector<Val> &sums) {
    TokenError token = p.rule.tokenError(
        s.tokens(s.keyErrors, position), s.tokens(s.valueErrors, position),
        s.tokens(s.keyScales, position), s.tokens(s.valueScales, position),
        distances[page]);
    QueryError queryError = p.rule.queryError(query);
    Val zero = b.constant(0, b.floats());
    p.rule.addErrors(token, queryError, exponent, u,
                     [&](TokenSum sum, Val x, Val y) {
                       sums[sum] = sums[sum] + b.select(seen, x * y, zero);
                     });
    sums[kMaxV] =
        b.maxPropagate(sums[kMaxV], b.select(seen, token.distance, zero));
  }

  void writeSums(const Fields<ChunkStats> &stats, ArrayRef<Val> sums) {
    auto set = [&](float ChunkStats::*field, TokenSum sum) {
      stats.set(field, b.sumLanes(sums[sum]));
    };
    set(&ChunkStats::sum, kSum);
    set(&ChunkStats::sumBeta, kSumBeta);
    set(&ChunkStats::sumBetaV, kSumBetaV);
    set(&ChunkStats::sumV, kSumV);
    set(&ChunkStats::sumRead, kSumRead);
    set(&ChunkStats::variance, kVariance);
    set(&ChunkStats::spread, kSpread);
    stats.set(&ChunkStats::maxV, b.maxLanes(sums[kMaxV]));
  }

  void writeCounts(const Fields<ChunkStats> &stats, const Visible &visible) {
    Val from = b.maxInt(visible.from, s.chunk.first);
    Val to = b.minInt(visible.to, s.chunk.first + kChunkTokens);
    stats.set(&ChunkStats::visible, b.maxInt(to - from, b.c32(0)));
    Val all = s.chunk.to - s.chunk.from;
    SmallVector<Val, 3> keyRows(3, b.c32(0)), valueRows;
    for (const TokenList &list : tiers.values)
      valueRows.push_back(list.count);
    if (!p.values.isIEEE()) {
      valueRows.insert(valueRows.begin(), all - valueRows[0] - valueRows[1]);
      Val key1 = tiers.keyPlane1.count, key2 = tiers.keyPlane2.count;
      keyRows = {all - key1, key1 - key2, key2};
    }
    for (int64_t i = 0; i < 3; ++i) {
      stats.set(&ChunkStats::keyRows, i, keyRows[i]);
      stats.set(&ChunkStats::valueRows, i, valueRows[i]);
    }
  }

  AttendState &s;
  DecodePhase &p;
  PhaseBuilder &b;
  const Tiers &tiers;
  Val distances[kChunkPages];
};

} // namespace

void loops::weighTokens(AttendState &state, const Tiers &tiers) {
  Weigher(state, tiers).weigh();
}
