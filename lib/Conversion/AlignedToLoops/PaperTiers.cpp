//===- PaperTiers.cpp - How far rows of V are read, as published ---------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attend.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

namespace {

class PaperTiers {
public:
  explicit PaperTiers(AttendState &s)
      : s(s), p(s.p), b(s.b), logSums(b.buffer(b.f32(), p.rows)) {}

  Tiers choose() {
    b.loop(b.c32(0), b.c32(p.rows), 1,
           [&](Val row) { p.storeFloat(p.firstLogSum(row), logSums, row); });
    b.loop(s.chunk.tileFrom, s.chunk.to, kLanes, [&](Val position) {
      Val bits = wanted(position);
      s.setTokens(b.intToFloat(bits), s.needs, position);
      s.setTokens(paper::errorOfBits(bits), s.valueErrors, position);
      // The error of a score is the same for every token: QueryStats has it.
      s.setTokens(b.constant(1, b.floats()), s.keyErrors, position);
      Val poison = Rule::poison(s.tokens(s.keyScales, position));
      s.setTokens(poison + 1.0, s.keyScales, position);
    });
    Tiers tiers;
    for (int bits : paper::kPrefixBits)
      tiers.values.push_back(
          selectTokens(s, [&](Val need, Val) { return need == bits; }));
    return tiers;
  }

private:
  /// The largest of what the rows want, i32; 0 where nobody sees the position.
  Val wanted(Val position) {
    Val most =
        b.loop(b.c32(0), b.c32(p.rows), 1, b.constant(0, b.ints()),
               [&](Val row, ArrayRef<Val> most) -> SmallVector<Val> {
                 Val weight = p.scores(row, p.visible(row), position) -
                              p.loadFloat(logSums, row);
                 Val exponent = b.wrap(math::FloorOp::create(b, weight.value));
                 Val alignment = b.load(b.f32(), p.work.alignment(row));
                 return {b.maxInt(
                     most[0],
                     paper::wantedBits(b.splat(alignment, kLanes) - exponent))};
               })[0];
    Val positions = b.iota(position);
    Val isThere = (positions >= s.chunk.from) & (positions < s.chunk.to);
    return b.select(isThere, most, b.constant(0, b.ints()));
  }

  AttendState &s;
  DecodePhase &p;
  PhaseBuilder &b;
  Val logSums;
};

} // namespace

Tiers loops::choosePaperTiers(AttendState &state) {
  return PaperTiers(state).choose();
}
