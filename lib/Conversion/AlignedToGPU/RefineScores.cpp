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
  auto load = [&](Val index) {
    return b.load(b.f32(), floatAt(b, memory.thresholds, index));
  };
  return {load(row), load(row + groupRows())};
}

/// The largest need of any row, NaN ignored.
Val Attend::need(Val token) {
  auto logWeight = [&](Val row, const Threshold &known) {
    return tile::Rule::logWeight(chunk.loadScore(row, token), known.logSum);
  };
  auto larger = [&](Val needs, Val row, const Threshold &known) {
    Val need = tile::Rule::need(logWeight(row, known), known.allowance);
    return b.maxIgnore(needs, need);
  };
  Val most = b.cf(-kInfinity);
  if (thresholds.empty())
    return b
        .loop(b.c32(0), b.c32(groupRows()), 1, {most},
              [&](Val row, ArrayRef<Val> carried) {
                return SmallVector<Val>{
                    larger(carried[0], row, threshold(row))};
              })
        .front();
  for (auto [row, known] : llvm::enumerate(thresholds)) {
    if (chunk.rowsSeeTheSame())
      most = b.maxIgnore(most, logWeight(b.c32(row), known));
    else
      most = larger(most, b.c32(row), known);
  }
  // Rows that see the same have the same allowance.
  return chunk.rowsSeeTheSame()
             ? tile::Rule::need(most, thresholds.front().allowance)
             : most;
}

/// Adds the lanes' tokens that are chosen to a list of `count`, in their order;
/// how many there are then. Their lanes do `also`, too.
Val Attend::append(Val list, Val count, Val token, Val isChosen,
                   function_ref<void()> also) {
  Val lanes = b.ballot(isChosen);
  b.ifThen(isChosen, [&] {
    also();
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

/// Number `index` of a list.
Val Attend::loadListed(int list, Val index) {
  Val address = b.element(memory.lists[list], index, b.getI16Type());
  return b.extendUnsigned(b.load(b.getI16Type(), address), b.i32());
}

/// Lists the live tokens whose scores need plane 1.
Val Attend::listForPlane1() {
  Val list = memory.lists[0];
  SmallVector<Val> results =
      chunk.steps({b.c32(0), b.c32(0)}, [&](Val token, ArrayRef<Val> carried) {
        Val chosen =
            chunk.isLive(token) & tile::Rule::wantsKeyPlane1(need(token));
        return SmallVector<Val>{append(list, carried[0], token, chosen),
                                TokenSet{carried[1]}.with(token, chosen).bits};
      });
  tiers.key1 = {results[1]};
  endList(list, results[0]);
  b.warpBarrier();
  return results[0];
}

/// Of those, lists and marks the ones that need plane 2.
Val Attend::listForPlane2() {
  Val list = memory.lists[1], last = b.c32(chunk.numTokens() - 1);
  Val count =
      b.loop(b.c32(0), keyCounts[0], kWarp, {b.c32(0)},
             [&](Val first, ArrayRef<Val> carried) {
               Val token = loadListed(0, first + b.lane);
               Val known = b.minInt(token, last);
               Val chosen =
                   (token <= last) & tile::Rule::wantsKeyPlane2(need(known));
               b.ifThen(chosen, [&] { chunk.mark(known); });
               return SmallVector<Val>{append(list, carried[0], token, chosen)};
             })
          .front();
  endList(list, count);
  b.warpBarrier();
  return count;
}

//===----------------------------------------------------------------------===//
// Further planes of K
//===----------------------------------------------------------------------===//

/// A plane of K for the listed tokens and the query rows of a product.
struct Attend::Refinement {
  Attend &attend;
  int plane;
  int64_t numTiles; ///< at a time
  KeyTiles tiles;
  KeyTiles::Query query;
  SmallVector<Val> rows, units; ///< the lane's, and what their digits count

  Refinement(Attend &attend, int plane, Val firstRow);
  SmallVector<Val> load(Val first) const;
  void correct(ArrayRef<Val> loaded, bool withCarry) const;
  void run(Val count) const;
};

Attend::Refinement::Refinement(Attend &attend, int plane, Val firstRow)
    : attend(attend), plane(plane),
      // Plane 1 is for many tokens, plane 2 for few.
      numTiles(plane == 1 ? 2 : 1), tiles(attend.b, attend.problem),
      query(tiles.loadQuery(attend.item.work, firstRow)) {
  for (int64_t c = 0; c < tiles.numRows(); ++c) {
    rows.push_back(firstRow + tiles.queryRow() + c);
    auto stats = attend.item.work.queryStats(attend.item.knownRow(rows[c]));
    units.push_back(tile::planeUnit(plane, stats.get(&QueryStats::unit)));
  }
}

/// Tokens of the list from number `first` on, and what the lane has of each.
SmallVector<Val> Attend::Refinement::load(Val first) const {
  SmallVector<Val> loaded;
  for (int64_t i = 0; i < 2 * numTiles; ++i) {
    Val token = attend.loadListed(plane - 1, first + tiles.token() + i * 8);
    loaded.push_back(token);
    loaded.append(tiles.loadKey(attend.chunk.keyPage(token),
                                attend.chunk.pageRow(token), plane));
  }
  return loaded;
}

/// Corrects the scores of what was loaded.
void Attend::Refinement::correct(ArrayRef<Val> loaded, bool withCarry) const {
  GpuBuilder &b = attend.b;
  const Chunk &chunk = attend.chunk;
  size_t each = loaded.size() / (2 * numTiles);
  for (int64_t tile = 0; tile < numTiles; ++tile) {
    KeyTiles::Fragments keys[2];
    Val tokens[2];
    for (int64_t half = 0; half < 2; ++half) {
      ArrayRef<Val> own = loaded.slice((2 * tile + half) * each, each);
      tokens[half] = own[0];
      keys[half] = llvm::to_vector(own.drop_front());
    }
    SmallVector<Val> dots = tiles.dot(keys[0], keys[1], query, withCarry);
    for (size_t c = 0; c < rows.size(); ++c)
      for (int64_t half = 0; half < 2; ++half) {
        Val exists = tokens[half] < static_cast<double>(chunk.numTokens());
        b.ifThen(exists & attend.item.hasRow(rows[c]), [&] {
          Val address = chunk.scoreAddress(rows[c], tokens[half]);
          Val step = chunk.keyScale(tokens[half]) * units[c];
          b.store(tile::addPlane(b.load(b.f32(), address),
                                 dots[half * rows.size() + c], step),
                  address);
        });
      }
  }
}

void Attend::Refinement::run(Val count) const {
  GpuBuilder &b = attend.b;
  tiles.forCarry(query, [&](bool withCarry) {
    b.loop(b.c32(0), count, numTiles * kTileTokens,
           [&](Val first) { correct(load(first), withCarry); });
    return SmallVector<Val>();
  });
}

/// Corrects the scores of the listed tokens by one more plane.
void Attend::refinePlane(int plane) {
  Val count = keyCounts[plane - 1];
  b.ifThen(count > 0, [&] {
    item.forRows(kTileRows, [&](Val firstRow) {
      Refinement(*this, plane, firstRow).run(count);
    });
  });
  // Scores are read next by the lanes that own the tokens.
  b.warpBarrier();
}

/// Tokens of a list whose rows are asked for early. With those of all, the L2
/// cache would lose some before they are used.
static constexpr int64_t kEarlyTokens = 32;

/// A row of V, which is used after the tokens are weighed, begins its way where
/// its token is chosen. `count` tokens were before it.
void Attend::beginValue(Val token, int plane, Val count) {
  b.ifThen(count < static_cast<double>(kEarlyTokens), [&] {
    prefetchRow(b, problem.getValueLayout(), chunk.valuePage(token),
                chunk.pageRow(token), plane);
  });
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
          next.push_back(
              append(memory.lists[plane], carried[plane], token, chosen[plane],
                     [&] { beginValue(token, plane, carried[plane]); }));
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
      thresholds.push_back(threshold(b.c32(row)));
  keyCounts[0] = listForPlane1();
  refinePlane(1);
  keyCounts[1] = listForPlane2();
  refinePlane(2);
  chooseValues();
}
