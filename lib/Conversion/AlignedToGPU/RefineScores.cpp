//===- RefineScores.cpp - Tiers of a chunk, and more bits of its scores ---===//
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

/// Query rows up to which thresholds are kept in registers.
static constexpr int64_t kUnrolledRows = 8;

//===----------------------------------------------------------------------===//
// Sets of tokens
//===----------------------------------------------------------------------===//

/// The bit of a token's step.
static_assert(kWarp == 1 << 5 && kChunkTokens / kWarp <= 32);
static Val stepBit(Val token) {
  tile::Emitter &e = *token.emitter;
  return e.wrap(arith::ShLIOp::create(e, e.c32(1), token >> 5));
}

TokenSet TokenSet::with(Val token, Val isIn) const {
  tile::Emitter &e = *token.emitter;
  return {bits | e.select(isIn, stepBit(token), e.c32(0))};
}

Val TokenSet::has(Val token) const { return (bits & stepBit(token)) != 0; }

Attend::Threshold Attend::threshold(Val row) {
  return {b.load(b.f32(), item.work.firstLogSum(row)),
          item.rule.allowance(item.params.get(&DecodeParams::budget),
                              item.visible(row).count)};
}

/// The largest need of any row, NaN ignored.
Val Attend::need(Val token) {
  auto largest = [&](Val row, const Threshold &known, Val needs) {
    Val score = chunk.loadScore(row, token);
    return b.maxIgnore(needs,
                       item.rule.need(score, known.logSum, known.allowance));
  };
  Val none = b.cf(-kInfinity);
  if (thresholds.empty())
    return b
        .loop(b.c32(0), b.c32(groupRows()), 1, {none},
              [&](Val row, ArrayRef<Val> carried) {
                return SmallVector<Val>{
                    largest(row, threshold(row), carried[0])};
              })
        .front();
  for (auto [row, known] : llvm::enumerate(thresholds))
    none = largest(b.c32(row), known, none);
  return none;
}

/// Lists the live tokens for which `isChosen` holds, in their order, and puts
/// them into `set`; how many they are.
Val Attend::listWhere(TokenSet &set, function_ref<Val(Val)> isChosen) {
  b.warpBarrier(); // the list before is used up
  SmallVector<Val> results =
      chunk.steps({b.c32(0), b.c32(0)}, [&](Val token, ArrayRef<Val> carried) {
        Val chosen = chunk.isLive(token) & isChosen(token);
        Val lanes = b.ballot(chosen);
        b.ifThen(chosen, [&] {
          b.store(b.convert(token, b.i8()),
                  b.offset(memory.list, carried[0] + b.countBelow(lanes)));
        });
        return SmallVector<Val>{carried[0] + b.popCount(lanes),
                                TokenSet{carried[1]}.with(token, chosen).bits};
      });
  set = {results[1]};
  b.warpBarrier();
  return results[0];
}

/// Number `index` of the list.
Val Attend::loadListed(Val index) {
  return b.extendUnsigned(b.load(b.i8(), b.offset(memory.list, index)),
                          b.i32());
}

Val Attend::listAll(const TokenSet &set) {
  TokenSet same = TokenSet::none(b);
  return listWhere(same, [&](Val token) { return set.has(token); });
}

//===----------------------------------------------------------------------===//
// Further planes of K
//===----------------------------------------------------------------------===//

/// Corrects the scores of `numTiles` times 16 listed tokens from number `first`
/// on; their loads are in flight together.
void Attend::refineTiles(int plane, int64_t numTiles, Val count, Val first,
                         const KeyTiles &tiles, const KeyTiles::Query &query,
                         ArrayRef<Val> rows, ArrayRef<Val> units) {
  SmallVector<KeyTiles::Fragments> keys;
  SmallVector<Val> exists, token, scale;
  for (int64_t i = 0; i < 2 * numTiles; ++i) {
    Val index = first + tiles.token() + i * 8;
    exists.push_back(index < count);
    token.push_back(loadListed(b.minInt(index, count - 1)));
    Val page = chunk.keyPage(token[i]), row = chunk.pageRow(token[i]);
    keys.push_back(tiles.loadKey(page, row, plane));
    scale.push_back(chunk.keyScale(token[i]));
  }
  for (int64_t tile = 0; tile < numTiles; ++tile) {
    SmallVector<Val> dots =
        tiles.dot(keys[2 * tile], keys[2 * tile + 1], query);
    for (int64_t c = 0; c < 2; ++c) {
      Val isRow = item.hasRow(rows[c]);
      for (int64_t half = 0; half < 2; ++half) {
        int64_t i = 2 * tile + half;
        b.ifThen(isRow & exists[i], [&] {
          Val address = chunk.scoreAddress(rows[c], token[i]);
          Val score = b.load(b.f32(), address);
          b.store(
              tile::addPlane(score, dots[2 * half + c], scale[i] * units[c]),
              address);
        });
      }
    }
  }
}

/// Corrects the scores of the `count` listed tokens by one more plane.
void Attend::refinePlane(int plane, Val count) {
  // Plane 1 is for many tokens, plane 2 for few.
  int64_t numTiles = plane == 1 ? 2 : 1;
  b.ifThen(count > 0, [&] {
    KeyTiles tiles(b, problem);
    auto refineRows = [&](Val firstRow) {
      KeyTiles::Query query = tiles.loadQuery(item.work, firstRow);
      SmallVector<Val> rows, units;
      for (int64_t c = 0; c < 2; ++c) {
        rows.push_back(firstRow + tiles.queryRow() + c);
        Val known = item.knownRow(rows[c]);
        units.push_back(tile::planeUnit(
            plane, item.work.queryStats(known).get(&QueryStats::unit)));
      }
      b.loop(b.c32(0), count, numTiles * kTileTokens, [&](Val first) {
        refineTiles(plane, numTiles, count, first, tiles, query, rows, units);
      });
    };
    if (groupRows() <= kTileRows)
      refineRows(b.c32(0));
    else
      b.loop(b.c32(0), b.c32(groupRows()), kTileRows, refineRows);
  });
  // Scores are read next by the lanes that own the tokens.
  b.warpBarrier();
}

/// V's tiers by the refined scores.
void Attend::chooseValues() {
  SmallVector<Val> results = chunk.steps(
      {b.c32(0), b.c32(0), b.cf(1e-30)}, [&](Val token, ArrayRef<Val> carried) {
        Val bits = need(token), live = chunk.isLive(token);
        Val scale = b.select(live, chunk.valueScale(token), b.cf(0));
        auto with = [&](Val set, Val isIn) {
          return TokenSet{set}.with(token, live & isIn).bits;
        };
        return SmallVector<Val>{
            with(carried[0], tile::Rule::wantsValuePlane0(bits)),
            with(carried[1], tile::Rule::wantsValuePlane1(bits)),
            b.maxIgnore(carried[2], scale)};
      });
  tiers.value0 = {results[0]};
  tiers.value1 = {results[1]};
  // The power of two below the largest scale; not so large that its inverse
  // would not be normal.
  Val largest = b.minIgnore(b.warpMax(results[2]), b.cf(0x1p125));
  scaleUnit = b.bitcast(b.bitcast(largest, b.i32()) & 0x7f800000, b.f32());
}

void Attend::refine() {
  b.warpBarrier(); // first-plane scores are read by other lanes
  if (groupRows() <= kUnrolledRows)
    for (int64_t row = 0; row < groupRows(); ++row)
      thresholds.push_back(threshold(b.c32(row)));
  refinePlane(1, listWhere(tiers.key1, [&](Val token) {
                return tile::Rule::wantsKeyPlane1(need(token));
              }));
  refinePlane(2, listWhere(tiers.key2, [&](Val token) {
                return tiers.key1.has(token) &
                       tile::Rule::wantsKeyPlane2(need(token));
              }));
  chooseValues();
}
