//===- WarpAttend.cpp - A warp reads what matters of its tokens -----------===//
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

WarpAttend::WarpAttend(const DecodeItem &item, const AttendMemory &memory,
                       Val begin)
    : b(item.b), item(item), memory(memory), tiles(b, item.problem),
      tiling(item.problem), begin(begin), pageRow(begin & (kPageTokens - 1)),
      keyPage(item.keyPage(begin)), valuePage(item.valuePage(begin)) {
  list = b.offset(memory.lists, b.warp * b.c32(kWarpTokens * 4));
  weights =
      b.offset(memory.weights, b.warp * b.c32(kWarpTokens * tiling.rows * 4));
  for (int64_t i = 0; i < kLaneTokens; ++i) {
    tokens.position[i] = begin + b.lane + i * kWarp;
    tokens.live[i] =
        (tokens.position[i] >= item.from) & (tokens.position[i] < item.length);
  }
}

//===----------------------------------------------------------------------===//
// Scores and tiers
//===----------------------------------------------------------------------===//

/// The largest need of any row, NaN ignored.
void WarpAttend::needs(Val (&need)[kLaneTokens]) {
  SmallVector<Val> found = b.loop(
      b.c32(0), b.c32(item.groupRows()), 1,
      {b.cf(-kInfinity), b.cf(-kInfinity)},
      [&](Val row, ArrayRef<Val> carried) {
        Val logSum = b.load(b.f32(), floatAt(b, memory.firstLogSum, row));
        Val allowance = b.load(b.f32(), floatAt(b, memory.allowance, row));
        SmallVector<Val> next;
        for (int64_t i = 0; i < kLaneTokens; ++i) {
          Val raw = b.load(b.f32(), item.work.score(row, tokens.position[i]));
          Val score = item.score(raw, row, tokens.position[i]);
          next.push_back(b.maxIgnore(carried[i],
                                     item.rule.need(score, logSum, allowance)));
        }
        return next;
      });
  for (int64_t i = 0; i < kLaneTokens; ++i)
    need[i] = found[i];
}

/// Lists the chosen tokens in their order; how many they are.
Val WarpAttend::compact(const Val (&chosen)[kLaneTokens]) {
  b.warpBarrier(); // the list before is used up
  Val count = b.c32(0);
  for (int64_t i = 0; i < kLaneTokens; ++i) {
    Val bits = b.ballot(chosen[i]);
    b.ifThen(chosen[i], [&] {
      b.store(b.lane + i * kWarp,
              b.element(list, count + b.countBelow(bits), b.i32()));
    });
    count = count + b.popCount(bits);
  }
  b.warpBarrier();
  return count;
}

/// Corrects the scores of up to 16 listed tokens, from the `first`.
void WarpAttend::refineTile(int plane, Val count, Val first, Val firstRow,
                            const KeyTiles::Query &query) {
  KeyTiles::Fragments keys[2];
  Val exists[2], token[2], scale[2];
  for (int64_t half = 0; half < 2; ++half) {
    Val index = first + tiles.token() + half * 8;
    exists[half] = index < count;
    token[half] =
        b.load(b.i32(), b.element(list, b.minInt(index, count - 1), b.i32()));
    Val row = pageRow + token[half];
    keys[half] = tiles.loadKey(keyPage, row, plane);
    scale[half] = loadScale(b, item.problem.getKeyLayout(), keyPage, row);
  }
  SmallVector<Val> dots = tiles.dot(keys[0], keys[1], query);
  for (int64_t c = 0; c < 2; ++c) {
    Val row = firstRow + tiles.queryRow() + c;
    Val isRow = row < static_cast<double>(item.groupRows());
    Val known = b.minInt(row, b.c32(item.groupRows() - 1));
    Val unit = item.work.queryStats(known).get(&QueryStats::unit);
    for (int64_t half = 0; half < 2; ++half)
      b.ifThen(isRow & exists[half], [&] {
        Val address = item.work.score(row, begin + token[half]);
        Val correction =
            tile::planeScore(dots[2 * half + c], plane, scale[half] * unit);
        b.store(b.load(b.f32(), address) + correction, address);
      });
  }
}

/// Corrects the scores of the `count` listed tokens by one more plane.
void WarpAttend::refinePlane(int plane, Val count) {
  b.ifThen(count > 0, [&] {
    b.loop(b.c32(0), b.c32(item.groupRows()), kTileRows, [&](Val firstRow) {
      KeyTiles::Query query = tiles.loadQuery(item.work, firstRow);
      b.loop(b.c32(0), count, kTileTokens, [&](Val first) {
        refineTile(plane, count, first, firstRow, query);
      });
    });
    // Scores are read next by the lanes that own the tokens.
    b.warpBarrier();
  });
}

void WarpAttend::refine() {
  Val need[kLaneTokens];
  needs(need);
  for (int64_t i = 0; i < kLaneTokens; ++i)
    tokens.keyPlane1[i] = tokens.live[i] & tile::Rule::wantsKeyPlane1(need[i]);
  refinePlane(1, compact(tokens.keyPlane1));
  needs(need);
  for (int64_t i = 0; i < kLaneTokens; ++i)
    tokens.keyPlane2[i] =
        tokens.keyPlane1[i] & tile::Rule::wantsKeyPlane2(need[i]);
  Val last = compact(tokens.keyPlane2);
  refinePlane(2, last);
  // Without a correction the needs stand.
  SmallVector<Val> final = b.ifElse(
      last > 0,
      [&] {
        Val again[kLaneTokens];
        needs(again);
        return SmallVector<Val>(again, again + kLaneTokens);
      },
      [&] { return SmallVector<Val>(need, need + kLaneTokens); });
  for (int64_t i = 0; i < kLaneTokens; ++i) {
    tokens.valuePlane0[i] =
        tokens.live[i] & tile::Rule::wantsValuePlane0(final[i]);
    tokens.valuePlane1[i] =
        tokens.live[i] & tile::Rule::wantsValuePlane1(final[i]);
  }
  storeCounts();
}

SmallVector<Val> WarpAttend::tiers() const {
  SmallVector<Val> result;
  for (auto &plane : {tokens.keyPlane1, tokens.keyPlane2, tokens.valuePlane0,
                      tokens.valuePlane1})
    result.append(plane, plane + kLaneTokens);
  return result;
}

void WarpAttend::setTiers(ArrayRef<Val> tiers) {
  Val *planes[] = {tokens.keyPlane1, tokens.keyPlane2, tokens.valuePlane0,
                   tokens.valuePlane1};
  for (auto [i, tier] : llvm::enumerate(tiers))
    planes[i / kLaneTokens][i % kLaneTokens] = tier;
}

/// How many of the warp's tokens were read how far.
void WarpAttend::storeCounts() {
  auto count = [&](const Val(&chosen)[kLaneTokens]) {
    return b.popCount(b.ballot(chosen[0])) + b.popCount(b.ballot(chosen[1]));
  };
  Val live = count(tokens.live);
  Val key1 = count(tokens.keyPlane1), key2 = count(tokens.keyPlane2);
  Val value0 = count(tokens.valuePlane0), value1 = count(tokens.valuePlane1);
  Val counts[] = {live - key1,   key1 - key2,     key2,
                  live - value0, value0 - value1, value1};
  b.ifThen(b.lane == 0, [&] {
    Val target = b.offset(memory.counts, b.warp * b.c32(sizeof(int32_t) * 6));
    for (auto [i, value] : llvm::enumerate(counts))
      b.store(value, b.offset(target, i * sizeof(int32_t)));
  });
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// |m_j - c|: the page's centre against that of the last page.
Val WarpAttend::centreDistance() {
  PageLayout layout = item.problem.getValueLayout();
  Val last = item.valuePage(item.length - 1);
  Val sum = b.cf(0);
  for (int64_t i = 0; i < layout.channels(); i += kWarp) {
    Val difference = loadCentre(b, layout, valuePage, b.lane + i) -
                     loadCentre(b, layout, last, b.lane + i);
    sum = b.fma(difference, difference, sum);
  }
  return b.sqrt(b.warpSum(sum));
}

/// Weights of the warp's tokens for row `index` of those from `firstRow` on,
/// and the sums that do not need V's rows.
void WarpAttend::weigh(Val firstRow, Val index, Val centreDistance) {
  PageLayout keys = item.problem.getKeyLayout();
  PageLayout values = item.problem.getValueLayout();
  Val row = b.minInt(firstRow + index, b.c32(item.groupRows() - 1));
  Val score[kLaneTokens], scale[kLaneTokens], weight[kLaneTokens];
  Val max = b.cf(-kInfinity);
  for (int64_t i = 0; i < kLaneTokens; ++i) {
    Val raw = b.load(b.f32(), item.work.score(row, tokens.position[i]));
    score[i] = item.score(raw, row, tokens.position[i]);
    scale[i] = loadScale(b, values, valuePage, pageRow + b.lane + i * kWarp);
    max = b.maxPropagate(max, score[i]);
  }
  max = b.warpMax(max);
  Val base = finiteMax(b, max);
  Val sum = b.cf(0), centre = b.cf(0);
  for (int64_t i = 0; i < kLaneTokens; ++i) {
    weight[i] = item.rule.exp2(score[i] - base);
    Val hidden = score[i] == -kInfinity;
    sum = sum + weight[i];
    // A row that is seen and not finite shows, read or not.
    centre = centre + b.select(hidden, b.cf(0),
                               weight[i] + tile::Rule::poison(scale[i]));
    Val digitWeight =
        b.select(hidden, b.cf(0), weight[i] * scale[i] * (1.0 / kCodeOne));
    Val slot = (b.lane + i * kWarp) * b.c32(tiling.rows) + index;
    b.store(digitWeight, floatAt(b, weights, slot));
  }

  Val wanted = b.isSet(item.params.get(&DecodeParams::report));
  SmallVector<Val> stats = b.ifElse(
      wanted,
      [&] {
        tile::Fields<QueryStats> query = item.work.queryStats(row);
        SmallVector<Val> sums(8, b.cf(0));
        Val maxV = b.cf(0);
        for (int64_t i = 0; i < kLaneTokens; ++i) {
          Val keyScale =
              loadScale(b, keys, keyPage, pageRow + b.lane + i * kWarp);
          tile::TokenError error = item.rule.tokenError(
              item.rule.keyReadError(tokens.keyPlane1[i], tokens.keyPlane2[i]),
              item.rule.valueReadError(tokens.valuePlane0[i],
                                       tokens.valuePlane1[i]),
              keyScale, scale[i], centreDistance, query.get(&QueryStats::unit),
              query.get(&QueryStats::absSum), query.get(&QueryStats::sqrSum));
          Val seen = score[i] != -kInfinity;
          Val u = weight[i];
          // Also keeps what lies beyond the length out of the sums.
          auto add = [&](WarpStat stat, Val term) {
            sums[stat] = sums[stat] + b.select(seen, term, b.cf(0));
          };
          Val beta = item.rule.scaled(u, error.expBeta);
          add(kStatSumBeta, beta);
          add(kStatSumBetaV, item.rule.scaled(error.distance, beta));
          add(kStatSumV, u * error.distance);
          add(kStatSumRead, u * error.read);
          add(kStatVariance, u * u * error.valueVar);
          add(kStatSpread, u * u * error.scoreVar);
          maxV = b.maxPropagate(maxV, b.select(seen, error.distance, b.cf(0)));
        }
        sums[kStatSum] = sum;
        sums[kStatCentre] = centre;
        return SmallVector<Val>{b.warpSumOfEight(sums), b.warpMax(maxV)};
      },
      [&] {
        SmallVector<Val> sums(8, b.cf(0));
        sums[kStatSum] = sum;
        sums[kStatCentre] = centre;
        return SmallVector<Val>{b.warpSumOfEight(sums), b.cf(0)};
      });
  Val target = b.offset(memory.stats, (b.warp * b.c32(tiling.rows) + index) *
                                          b.c32(kNumWarpStats * 4));
  b.ifThen((b.lane & 3) == 0,
           [&] { b.store(stats[0], floatAt(b, target, b.lane >> 2)); });
  b.ifThen(b.lane == 0, [&] {
    b.store(max, b.offset(target, kStatMax * 4));
    b.store(stats[1], b.offset(target, kStatMaxV * 4));
  });
}

//===----------------------------------------------------------------------===//
// V
//===----------------------------------------------------------------------===//

/// A lane's part of the output: rows by eight channels.
struct WarpAttend::Accumulators {
  Val part;    ///< which of the rows of V that are read at once
  Val channel; ///< first of eight
  Val works;   ///< i1: the lane has channels
  SmallVector<Val> sums;
};

/// Adds the listed rows of V, in the list's order.
void WarpAttend::addRows(Accumulators &lane, Val count, bool bothPlanes) {
  // Rows whose loads are in flight together.
  int64_t unroll = tiling.rows <= 4 ? 4 : 2;
  auto layout = LayoutAttr::getFixed(b.getContext(), Role::Value,
                                     item.problem.getValueHeadDim());
  auto body = [&](Val first, ArrayRef<Val> carried) {
    SmallVector<Val> sums(carried), exists, tokenIndex;
    SmallVector<SmallVector<Val>> digits;
    for (int64_t i = 0; i < unroll; ++i) {
      Val index = first + lane.part + i * tiling.rowsAtOnce;
      exists.push_back((index < count) & lane.works);
      Val token =
          b.load(b.i32(), b.element(list, b.minInt(index, count - 1), b.i32()));
      tokenIndex.push_back(token);
      auto load = LoadPlanesOp::create(
          b, SmallVector<Type>(bothPlanes ? 2 : 1, b.vec(8, b.i8())), valuePage,
          pageRow + token, lane.channel, 0, bothPlanes ? 2 : 1, layout);
      load->setAttr("aligned.invariant", b.getUnitAttr());
      digits.push_back({});
      for (Value plane : load.getDigits())
        digits.back().push_back(b.wrap(plane));
    }
    for (int64_t i = 0; i < unroll; ++i) {
      Val codes = b.convert(digits[i][0], b.i32()) << 8;
      if (bothPlanes)
        codes = codes + b.convert(digits[i][1], b.i32());
      Val values = b.intToFloat(codes);
      for (int64_t r = 0; r < tiling.rows; ++r) {
        Val address =
            floatAt(b, weights, tokenIndex[i] * b.c32(tiling.rows) + r);
        Val weight = b.select(exists[i], b.load(b.f32(), address), b.cf(0));
        sums[r] = b.fma(b.splat(weight, 8), values, sums[r]);
      }
    }
    return sums;
  };
  lane.sums =
      b.loop(b.c32(0), count, unroll * tiling.rowsAtOnce, lane.sums, body);
}

void WarpAttend::addValues(Val firstRow) {
  Accumulators lane;
  lane.part = b.lane / tiling.lanesPerRow;
  lane.works = lane.part < static_cast<double>(tiling.rowsAtOnce);
  // Lanes without channels load what others load.
  lane.channel = b.select(
      lane.works, (b.lane - lane.part * b.c32(tiling.lanesPerRow)) * b.c32(8),
      b.c32(0));

  // Rows that are not read count as the page's centre; the others build on it.
  Val centre =
      loadCentres(b, item.problem.getValueLayout(), valuePage, lane.channel, 8);
  for (int64_t r = 0; r < tiling.rows; ++r) {
    Val stats = b.offset(memory.stats, (b.warp * b.c32(tiling.rows) + r) *
                                           b.c32(kNumWarpStats * 4));
    Val weight = b.load(b.f32(), b.offset(stats, kStatCentre * 4));
    lane.sums.push_back(centre * b.select(lane.part == 0, weight, b.cf(0)));
  }
  Val some[kLaneTokens];
  for (int64_t i = 0; i < kLaneTokens; ++i)
    some[i] = b.wrap(
        arith::XOrIOp::create(b, tokens.valuePlane0[i], tokens.valuePlane1[i]));
  addRows(lane, compact(tokens.valuePlane1), /*bothPlanes=*/true);
  addRows(lane, compact(some), /*bothPlanes=*/false);

  Val target = b.offset(
      memory.outputs,
      ((b.warp * b.c32(tiling.rowsAtOnce) + lane.part) * b.c32(tiling.rows)) *
          b.c32(tiling.channels * 4));
  b.ifThen(lane.works, [&] {
    for (int64_t r = 0; r < tiling.rows; ++r)
      b.store(
          lane.sums[r],
          floatAt(b, b.offset(target, r * tiling.channels * 4), lane.channel),
          16);
  });
}

void WarpAttend::attend(Val firstRow) {
  Val distance = centreDistance();
  b.loop(b.c32(0), b.c32(tiling.rows), 1,
         [&](Val index) { weigh(firstRow, index, distance); });
  b.warpBarrier(); // weights are read by all lanes
  addValues(firstRow);
}
