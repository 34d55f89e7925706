//===- RefineScores.cpp - How far rows are read ---------------------------===//
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

class Refiner {
public:
  Refiner(AttendState &s, Dots &dots)
      : s(s), p(s.p), b(s.b), dots(dots), firstSums(b.buffer(b.f32(), p.rows)),
        allowances(b.buffer(b.f32(), p.rows)),
        products(b.buffer(b.f32(), kLanes)),
        tileTokens(b.buffer(b.i32(), kLanes)),
        tileScales(b.buffer(b.f32(), kLanes)) {}

  Tiers refine() {
    dots.loadQueries();
    b.loop(b.c32(0), b.c32(p.rows), 1, [&](Val row) { prepareRow(row); });
    computeNeeds();
    Val four = b.constant(readError(4), b.floats());
    TokenList plane1 = select([&](Val need, Val position) {
      Val wanted = Rule::wantsKeyPlane1(need);
      Val eight = b.constant(readError(8), b.floats());
      s.setTokens(b.select(wanted, eight, four), s.keyErrors, position);
      return wanted;
    });
    correct(plane1, 1);
    TokenList plane2 = select([&](Val need, Val position) {
      Val error = s.tokens(s.keyErrors, position);
      Val wanted = Rule::wantsKeyPlane2(need) & (error < four);
      Val sixteen = b.constant(readError(16), b.floats());
      s.setTokens(b.select(wanted, sixteen, error), s.keyErrors, position);
      return wanted;
    });
    correct(plane2, 2);
    return {plane1, plane2, {selectValues(false), selectValues(true)}};
  }

private:
  /// What the log-sum-exp of a row's first-plane scores allows.
  void prepareRow(Val row) {
    Val budget = p.work.rounds().get(&GroupRounds::budget);
    p.storeFloat(p.rule.allowance(budget, p.visible(row).count), allowances,
                 row);
    p.storeFloat(p.firstLogSum(row), firstSums, row);
  }

  /// The largest need of any row, for every token.
  void computeNeeds() {
    b.loop(s.chunk.tileFrom, s.chunk.to, kLanes, [&](Val position) {
      Val need =
          b.loop(b.c32(0), b.c32(p.rows), 1, b.constant(-kInfinity, b.floats()),
                 [&](Val row, ArrayRef<Val> need) -> SmallVector<Val> {
                   Val score = p.scores(row, p.visible(row), position);
                   Val asked = Rule::need(
                       Rule::logWeight(score, p.loadFloat(firstSums, row)),
                       p.loadFloat(allowances, row));
                   return {b.maxIgnore(need[0], asked)};
                 })[0];
      s.setTokens(need, s.needs, position);
    });
  }

  TokenList select(function_ref<Val(Val, Val)> wanted) {
    return selectTokens(s, wanted);
  }

  TokenList selectValues(bool both) {
    return select([&](Val need, Val position) {
      Val plane0 = Rule::wantsValuePlane0(need);
      Val plane1 = Rule::wantsValuePlane1(need);
      s.setTokens(p.rule.valueReadError(plane0, plane1), s.valueErrors,
                  position);
      // Not just "not plane 1": both are false where the need is NaN.
      return both ? plane1 : plane0 & (need <= 8);
    });
  }

  /// Adds what a plane says to the scores of `list`, and asks again.
  void correct(const TokenList &list, int plane) {
    b.ifThen(list.count > 0, [&] {
      b.loop(b.c32(0), list.count, kLanes,
             [&](Val first) { correctTile(list, plane, first); });
      computeNeeds();
    });
  }

  void correctTile(const TokenList &list, int plane, Val first) {
    auto place = [&](Val lane) {
      Dots::Place next = s.keyPlace(list.at(first + lane + kLanes));
      prefetchPlane(b, p.keys, next.page, next.row, b.c32(0), p.keys.channels(),
                    plane);
      Val token = list.at(first + lane);
      b.store(token, b.element(tileTokens, lane, b.i32()));
      p.storeFloat(p.loadFloat(s.keyScales, token), tileScales, lane);
      return s.keyPlace(token);
    };
    Val lanes = b.minInt(list.count - first, b.c32(kLanes));
    dots.tile(plane, place, [&](Val row, Val sums) {
      Val unit = p.work.queryStats(row).get(&QueryStats::unit);
      Val scales = loadLanes(b, tileScales, b.c32(0));
      storeLanes(b, planeScore(sums, plane, scales * unit), products, b.c32(0));
      Val scores = p.work.score(row, s.chunk.first);
      b.loop(b.c32(0), lanes, 1, [&](Val lane) {
        Val token = b.load(b.i32(), b.element(tileTokens, lane, b.i32()));
        p.storeFloat(p.loadFloat(scores, token) + p.loadFloat(products, lane),
                     scores, token);
      });
    });
  }

  AttendState &s;
  DecodePhase &p;
  PhaseBuilder &b;
  Dots &dots;
  Val firstSums, allowances, products, tileTokens, tileScales;
};

} // namespace

Tiers loops::refineScores(AttendState &state, Dots &dots) {
  return Refiner(state, dots).refine();
}
