//===- WeighTokens.cpp - Weights of a chunk's tokens, and what they err ---===//
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
using namespace aligned::gpu;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Query rows whose sums are in registers at a time.
static constexpr int64_t kRowsAtOnce = 4;

/// What is carried of one row: the sums of TokenSum, of which that of the
/// weights is kept page by page, and behind them:
enum Carried {
  kMaxV = tile::kNumSums, ///< a maximum
  kTotal,                 ///< kSum over all pages
  kNumCarried
};

namespace {
/// Four rows of a chunk. Statistics are [stat][row]. Where two of them are
/// added up over the lanes, the lane whose number is four times i has the sum
/// of row i of the first for i < 4, and of row i - 4 of the second.
class RowGroup {
public:
  RowGroup(const Chunk &chunk, const ChunkMemory &memory, const Tiers &tiers,
           Val scaleUnit, ArrayRef<Val> distances, Val firstRow);
  void run();

private:
  int64_t size() const { return std::min(kRowsAtOnce, item.groupRows()); }
  /// Whether the group has its row number i: those beyond the last are computed
  /// as the last, and forgotten.
  Val exists(int64_t i) const { return item.hasRow(firstRow + i); }
  void findBases();
  SmallVector<Val> addPage(Val page, ArrayRef<Val> carried);
  void addToken(Val token, Val centreDistance, MutableArrayRef<Val> sums,
                Val &poison);
  void addErrors(const tile::TokenError &token, int64_t i, Val exponent,
                 Val weight, Val seen, MutableArrayRef<Val> sums);
  void addDistance(Val distance, Val isSeen, int64_t i,
                   MutableArrayRef<Val> sums);
  Val pairSum(ArrayRef<Val> sums, int first, int second);
  void storeSums(ArrayRef<Val> sums);

  const Chunk &chunk;
  const DecodeItem &item;
  GpuBuilder &b;
  const ChunkMemory &memory;
  const Tiers &tiers;
  ArrayRef<Val> distances; ///< |m_j - c| of the pages; none where nobody asks
  Val firstRow;
  bool withReport;
  Val unit; ///< what the weights of V's digits are multiplied with
  SmallVector<Val> rows, bases;
  SmallVector<tile::QueryError> queryErrors;
  Val isOwner, isSecond, ownRow; ///< of the lanes that have sums of two
};
} // namespace

RowGroup::RowGroup(const Chunk &chunk, const ChunkMemory &memory,
                   const Tiers &tiers, Val scaleUnit, ArrayRef<Val> distances,
                   Val firstRow)
    : chunk(chunk), item(chunk.item), b(chunk.b), memory(memory), tiers(tiers),
      distances(distances), firstRow(firstRow), withReport(!distances.empty()) {
  // The inverse of a power of two, in its bits.
  Val bits = b.c32(0x7f000000) - b.bitcast(scaleUnit, b.i32());
  unit = b.bitcast(bits, b.f32()) * kWeightUnit;
  for (int64_t i = 0; i < size(); ++i) {
    rows.push_back(item.knownRow(firstRow + i));
    queryErrors.push_back(
        item.rule.queryError(item.work.queryStats(rows.back())));
  }
  isSecond = b.lane >= 16;
  ownRow = firstRow + ((b.lane >> 2) & 3);
  isOwner =
      ((b.lane & 3) == 0) & (ownRow < firstRow + size()) & item.hasRow(ownRow);
}

/// The rows' largest scores, which weights are relative to.
void RowGroup::findBases() {
  SmallVector<Val> maxima = chunk.steps(
      SmallVector<Val>(size(), b.cf(-kInfinity)),
      [&](Val token, ArrayRef<Val> carried) {
        SmallVector<Val> next;
        for (auto [row, max] : llvm::zip(rows, carried))
          next.push_back(b.maxPropagate(max, chunk.loadScore(row, token)));
        return next;
      });
  for (int64_t i = 0; i < size(); ++i) {
    Val row = rows[i], max = b.warpMax(maxima[i]);
    bases.push_back(finiteMax(b, max));
    b.ifThen(b.lane == 0,
             [&] { memory.stats(row).set(&ChunkStats::max, max); });
  }
}

void RowGroup::addErrors(const tile::TokenError &token, int64_t i, Val exponent,
                         Val weight, Val seen, MutableArrayRef<Val> sums) {
  bool mayBeUnknown = !chunk.rowsSeeTheSame();
  auto add = [&](tile::TokenSum which, Val x, Val y) {
    Val &sum = sums[which * size() + i];
    sum =
        mayBeUnknown ? sum + b.select(seen, x * y, b.cf(0)) : b.fma(x, y, sum);
  };
  item.rule.addErrors(token, queryErrors[i], exponent, weight, add);
}

/// What is the same for rows that see the same is kept for the first of them.
void RowGroup::addDistance(Val distance, Val isSeen, int64_t i,
                           MutableArrayRef<Val> sums) {
  if (i > 0 && chunk.rowsSeeTheSame())
    return;
  Val &most = sums[kMaxV * size() + i];
  most = b.maxPropagate(most, b.select(isSeen, distance, b.cf(0)));
}

/// Adds a token to the sums, and leaves its weights in the place of its scores:
/// what its digits of V are multiplied with, as the sum of two f16.
void RowGroup::addToken(Val token, Val centreDistance,
                        MutableArrayRef<Val> sums, Val &poison) {
  // What lies beyond the length may be anything.
  Val live = chunk.isLive(token);
  Val scale = b.select(live, chunk.valueScale(token), b.cf(0));
  Val digitUnit = scale * unit;
  // A row that is seen and not finite shows, read or not.
  Val nothing = tile::Rule::poison(scale);
  if (chunk.rowsSeeTheSame())
    poison = poison + nothing;
  tile::TokenError error;
  if (withReport)
    error = item.rule.tokenError(
        item.rule.keyReadError(tiers.key1.has(token), chunk.isMarked(token)),
        item.rule.valueReadError(tiers.value0.has(token),
                                 tiers.value1.has(token)),
        b.select(live, chunk.keyScale(token), b.cf(0)), scale, centreDistance);
  for (int64_t i = 0; i < size(); ++i) {
    Val address = chunk.scoreAddress(rows[i], token);
    Val score = chunk.visible(b.load(b.f32(), address), rows[i], token);
    Val seen = score != -kInfinity;
    Val exponent = score - bases[i];
    Val weight = item.rule.exp2(exponent);
    Val &sum = sums[tile::kSum * size() + i];
    sum = sum + weight;
    if (withReport) {
      addErrors(error, i, exponent, weight, seen, sums);
      addDistance(error.distance, chunk.rowsSeeTheSame() ? live : seen, i,
                  sums);
    }
    Val ofDigits = weight * digitUnit;
    if (!chunk.rowsSeeTheSame()) {
      Val &total = sums[kTotal * size() + i];
      total = total + weight;
      // kSum is for the centre alone.
      sum = sum + b.select(seen, nothing, b.cf(0));
      ofDigits = b.select(seen, ofDigits, b.cf(0));
    }
    Val rounded = b.convert(b.convert(ofDigits, b.getF16Type()), b.f32());
    Val parts =
        b.convert(b.vectorOf({ofDigits, ofDigits - rounded}), b.getF16Type());
    Val both = b.bitcast(parts, b.vec(1, b.i32()));
    b.ifThen(exists(i), [&] { b.store(both, address, 4); });
  }
}

Val RowGroup::pairSum(ArrayRef<Val> sums, int first, int second) {
  SmallVector<Val> eight(8, b.cf(0));
  for (int64_t i = 0; i < size(); ++i) {
    eight[i] = sums[first * size() + i];
    eight[4 + i] = sums[second * size() + i];
  }
  return b.warpSumOfEight(eight);
}

SmallVector<Val> RowGroup::addPage(Val page, ArrayRef<Val> carried) {
  SmallVector<Val> initial(carried);
  for (int64_t i = 0; i < size(); ++i)
    initial[tile::kSum * size() + i] = b.cf(0);
  Val distance = withReport ? chunk.ofPage(distances, page << 7) : b.cf(0);
  initial.push_back(b.cf(0)); // poison
  SmallVector<Val> sums =
      chunk.stepsOfPage(page, initial, [&](Val token, ArrayRef<Val> inner) {
        SmallVector<Val> next(inner);
        Val poison = next.pop_back_val();
        addToken(token, distance, next, poison);
        next.push_back(poison);
        return next;
      });
  Val poison = sums.pop_back_val();
  Val isPoisoned = b.ballot(poison != poison) != 0;
  Val sum = pairSum(sums, tile::kSum, tile::kSum);
  b.ifThen(isOwner & (b.lane < 16), [&] {
    b.store(
        b.select(isPoisoned, b.cf(kNaN), sum),
        floatAt(b, memory.centres, ownRow + page * b.c32(item.groupRows())));
  });
  if (chunk.rowsSeeTheSame())
    for (int64_t i = 0; i < size(); ++i)
      sums[kTotal * size() + i] =
          sums[kTotal * size() + i] + sums[tile::kSum * size() + i];
  return sums;
}

void RowGroup::storeSums(ArrayRef<Val> sums) {
  std::tuple<int, float ChunkStats::*, int, float ChunkStats::*> pairs[] = {
      {kTotal, &ChunkStats::sum, tile::kSumBeta, &ChunkStats::sumBeta},
      {tile::kSumBetaV, &ChunkStats::sumBetaV, tile::kSumV, &ChunkStats::sumV},
      {tile::kSumRead, &ChunkStats::sumRead, tile::kVariance,
       &ChunkStats::variance},
      {tile::kSpread, &ChunkStats::spread, tile::kSpread, &ChunkStats::spread}};
  auto stats = memory.stats(ownRow);
  for (auto [first, firstField, second, secondField] : pairs) {
    Val sum = pairSum(sums, first, second);
    Val target = b.select(isSecond, stats.address(secondField),
                          stats.address(firstField));
    b.ifThen(isOwner, [&] { b.store(sum, target); });
  }
  Val most;
  for (int64_t i = 0; i < size(); ++i) {
    if (i == 0 || !chunk.rowsSeeTheSame())
      most = b.warpMax(sums[kMaxV * size() + i]);
    b.ifThen((b.lane == 0) & exists(i),
             [&] { memory.stats(rows[i]).set(&ChunkStats::maxV, most); });
  }
}

void RowGroup::run() {
  findBases();
  SmallVector<Val> nothing(kNumCarried * size(), b.cf(0));
  storeSums(b.loop(
      b.c32(0), b.c32(chunk.numPages()), 1, nothing,
      [&](Val page, ArrayRef<Val> carried) { return addPage(page, carried); }));
}

/// How many tokens are visible to each row, and were read how far.
void Attend::storeCounts() {
  Val zero = b.c32(0), live = b.maxInt(chunk.to - chunk.from, zero);
  Val key1 = keyCounts[0], key2 = keyCounts[1];
  Val value0 = valueCounts[0], value1 = valueCounts[1];
  b.loop(b.lane, b.c32(groupRows()), kWarp, [&](Val row) {
    tile::Fields<ChunkStats> stats = memory.stats(row);
    stats.set(&ChunkStats::visible, chunk.countVisible(row));
    Val keyRows[] = {live - key1, key1 - key2, key2};
    Val valueRows[] = {live - value0, value0 - value1, value1};
    for (int64_t i = 0; i < 3; ++i) {
      stats.set(&ChunkStats::keyRows, i, keyRows[i]);
      stats.set(&ChunkStats::valueRows, i, valueRows[i]);
    }
  });
}

void Attend::beginCentres() {
  PageLayout layout = problem.getValueLayout();
  int64_t width = centreWidth(layout);
  SmallVector<Val> pages(chunk.valuePages);
  pages.push_back(item.valuePage((item.length - 1) >> 7));
  for (Val page : pages) {
    SmallVector<Val> &parts = centres.emplace_back();
    for (int64_t i = 0; i < layout.channels(); i += kWarp * width)
      parts.push_back(
          loadCentreBits(b, layout, page, b.lane * b.c32(width) + i, width));
  }
}

/// |m_j - c|: the centres of the chunk's pages against that of the last page.
SmallVector<Val> Attend::centreDistances() {
  SmallVector<Val> distances;
  int64_t width = centreWidth(problem.getValueLayout());
  for (const SmallVector<Val> &page : llvm::drop_end(centres)) {
    Val sum = b.cf(0);
    for (auto [part, last] : llvm::zip_equal(page, centres.back())) {
      Val difference = tile::fromBF16(part) - tile::fromBF16(last);
      for (int64_t i = 0; i < width; ++i) {
        Val x = b.extract(difference, i);
        sum = b.fma(x, x, sum);
      }
    }
    distances.push_back(b.sqrt(b.warpSum(sum)));
  }
  return distances;
}

/// Whether anyone wants to know how exact the answer is.
static Val needsErrors(const DecodeItem &item) {
  Val needed = item.b.isSet(item.params.get(&DecodeParams::report));
  if (item.problem.getCertified())
    needed = needed | (item.params.get(&DecodeParams::certify) > 0);
  return needed;
}

void Attend::weigh() {
  storeCounts();
  if (chunk.buffer.hasNone)
    b.loop(b.lane, b.c32(groupRows()), kWarp, [&](Val row) {
      b.store(b.c32(0), chunk.scoreAddress(row, b.c32(chunk.numTokens())));
    });
  auto weighAll = [&](ArrayRef<Val> distances) {
    item.forRows(kRowsAtOnce, [&](Val firstRow) {
      RowGroup(chunk, memory, tiers, scaleUnit, distances, firstRow).run();
    });
    return SmallVector<Val>();
  };
  b.ifElse(
      needsErrors(item), [&] { return weighAll(centreDistances()); },
      [&] { return weighAll({}); });
  b.warpBarrier(); // weights, also of the centres, are read by all lanes
  storeStats();
}

/// What the lanes have put together goes out in whole sectors.
void Attend::storeStats() {
  Type type = b.vec(4, b.i32());
  Val from = memory.stats(b.c32(0)).pointer();
  Val to = item.work.stats(chunk.index, b.c32(0)).pointer();
  int64_t count = groupRows() * sizeof(ChunkStats) / 16;
  b.loop(b.lane, b.c32(count), kWarp, [&](Val i) {
    b.store(b.load(type, b.element(from, i, type), 16), b.element(to, i, type),
            16);
  });
}
