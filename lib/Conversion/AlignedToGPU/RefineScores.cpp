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

Val Attend::needOffset(Val row) {
  Val allowance = item.rule.allowance(item.params.get(&DecodeParams::budget),
                                      item.visible(row).count);
  return tile::Rule::needOffset(
      allowance, b.load(b.f32(), item.work.firstLogSum(row)));
}

/// The largest need of any row, NaN ignored.
Val Attend::need(Val token) {
  auto largest = [&](Val row, Val offset, Val needs) {
    Val score = chunk.loadScore(row, token);
    return b.maxIgnore(needs, tile::Rule::need(score, offset));
  };
  Val none = b.cf(-kInfinity);
  if (needOffsets.empty())
    return b
        .loop(b.c32(0), b.c32(groupRows()), 1, {none},
              [&](Val row, ArrayRef<Val> carried) {
                return SmallVector<Val>{
                    largest(row, needOffset(row), carried[0])};
              })
        .front();
  for (auto [row, offset] : llvm::enumerate(needOffsets))
    none = largest(b.c32(row), offset, none);
  return none;
}

/// Adds the lanes' tokens that are chosen to a list of `count`, in their order;
/// how many there are then.
Val Attend::append(Val list, Val count, Val token, Val isChosen) {
  Val lanes = b.ballot(isChosen);
  b.ifThen(isChosen, [&] {
    b.store(b.convert(token, b.getI16Type()),
            b.element(list, count + b.countBelow(lanes), b.getI16Type()));
  });
  return count + b.popCount(lanes);
}

void Attend::endList(Val list, Val count) {
  static_assert(kListPadding == kWarp);
  b.store(b.convert(b.c32(chunk.numTokens()), b.getI16Type()),
          b.element(list, count + b.lane, b.getI16Type()));
}

/// Lists the live tokens for which `isChosen` holds, and puts them into `set`;
/// how many they are.
Val Attend::listWhere(Val list, TokenSet &set,
                      function_ref<Val(Val)> isChosen) {
  SmallVector<Val> results =
      chunk.steps({b.c32(0), b.c32(0)}, [&](Val token, ArrayRef<Val> carried) {
        Val chosen = chunk.isLive(token) & isChosen(token);
        return SmallVector<Val>{append(list, carried[0], token, chosen),
                                TokenSet{carried[1]}.with(token, chosen).bits};
      });
  set = {results[1]};
  endList(list, results[0]);
  b.warpBarrier();
  return results[0];
}

//===----------------------------------------------------------------------===//
// Further planes of K
//===----------------------------------------------------------------------===//

/// Corrects the scores of `numTiles` times 16 listed tokens from number `first`
/// on; their loads are in flight together.
void Attend::refineTiles(int plane, int64_t numTiles, Val first,
                         const KeyTiles &tiles, const KeyTiles::Query &query,
                         ArrayRef<Val> rows, ArrayRef<Val> units) {
  SmallVector<KeyTiles::Fragments> keys;
  SmallVector<Val> exists, token, scale;
  for (int64_t i = 0; i < 2 * numTiles; ++i) {
    Val index = first + tiles.token() + i * 8;
    token.push_back(b.extendUnsigned(
        b.load(b.getI16Type(),
               b.element(memory.lists[plane - 1], index, b.getI16Type())),
        b.i32()));
    exists.push_back(token[i] < static_cast<double>(chunk.numTokens()));
    Val page = chunk.keyPage(token[i]), row = chunk.pageRow(token[i]);
    keys.push_back(tiles.loadKey(page, row, plane));
    scale.push_back(chunk.keyScale(token[i]));
  }
  for (int64_t tile = 0; tile < numTiles; ++tile) {
    SmallVector<Val> dots =
        tiles.dot(keys[2 * tile], keys[2 * tile + 1], query);
    for (size_t c = 0; c < rows.size(); ++c)
      for (int64_t half = 0; half < 2; ++half) {
        int64_t i = 2 * tile + half;
        b.ifThen(exists[i] & item.hasRow(rows[c]), [&] {
          Val address = chunk.scoreAddress(rows[c], token[i]);
          Val score = b.load(b.f32(), address);
          b.store(tile::addPlane(score, dots[half * rows.size() + c],
                                 scale[i] * units[c]),
                  address);
        });
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
      for (int64_t c = 0; c < tiles.numRows(); ++c) {
        rows.push_back(firstRow + tiles.queryRow() + c);
        Val known = item.knownRow(rows[c]);
        units.push_back(tile::planeUnit(
            plane, item.work.queryStats(known).get(&QueryStats::unit)));
      }
      b.loop(b.c32(0), count, numTiles * kTileTokens, [&](Val first) {
        refineTiles(plane, numTiles, first, tiles, query, rows, units);
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

/// V's tiers by the refined scores, and their tokens.
void Attend::chooseValues() {
  Val zero = b.c32(0);
  SmallVector<Val> results = chunk.steps(
      {zero, zero, zero, zero, b.cf(1e-30)},
      [&](Val token, ArrayRef<Val> carried) {
        Val bits = need(token), live = chunk.isLive(token);
        Val scale = b.select(live, chunk.valueScale(token), b.cf(0));
        Val chosen[] = {live & tile::Rule::wantsValuePlane0(bits),
                        live & tile::Rule::wantsValuePlane1(bits)};
        SmallVector<Val> next;
        for (int plane = 0; plane < 2; ++plane)
          next.push_back(append(memory.lists[plane], carried[plane], token,
                                chosen[plane]));
        for (int plane = 0; plane < 2; ++plane)
          next.push_back(
              TokenSet{carried[2 + plane]}.with(token, chosen[plane]).bits);
        next.push_back(b.maxIgnore(carried[4], scale));
        return next;
      });
  for (int plane = 0; plane < 2; ++plane) {
    valueCounts[plane] = results[plane];
    endList(memory.lists[plane], results[plane]);
  }
  tiers.value0 = {results[2]};
  tiers.value1 = {results[3]};
  // The power of two below the largest scale; not so large that its inverse
  // would not be normal.
  Val largest = b.minIgnore(b.warpMax(results[4]), b.cf(0x1p125));
  scaleUnit = b.bitcast(b.bitcast(largest, b.i32()) & 0x7f800000, b.f32());
}

void Attend::refine() {
  b.warpBarrier(); // first-plane scores are read by other lanes
  if (groupRows() <= kUnrolledRows)
    for (int64_t row = 0; row < groupRows(); ++row)
      needOffsets.push_back(needOffset(b.c32(row)));
  refinePlane(1, listWhere(memory.lists[0], tiers.key1, [&](Val token) {
                return tile::Rule::wantsKeyPlane1(need(token));
              }));
  refinePlane(2, listWhere(memory.lists[1], tiers.key2, [&](Val token) {
                return tiers.key1.has(token) &
                       tile::Rule::wantsKeyPlane2(need(token));
              }));
  chooseValues();
}
