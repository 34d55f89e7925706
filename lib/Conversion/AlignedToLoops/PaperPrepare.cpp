//===- PaperPrepare.cpp - Tiers of the channels of K ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PaperRows.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

namespace {

/// One query row: x.
class PaperPrepare {
public:
  PaperPrepare(KernelOp kernel, DecodeProblemAttr problem)
      : p(kernel, problem, "prepare"), b(p.b), problem(problem),
        row(rowBuffer(b, p.keys)), bits(p.work.queryLow(b.x)) {}

  void emit() {
    b.ifThen(b.x == 0, [&] { p.startRounds(); });
    Val source = elementAddress(
        p.params, &DecodeParams::query, &DecodeParams::queryStride,
        {b.z, b.y, b.x / problem.getRows(), b.x % problem.getRows()},
        problem.getQuery());
    loadRow(b, p.keys, problem.getQuery(), source, row);
    Val isFull = p.params.get(&DecodeParams::budget) >= kFullBudget;
    largest = largestOfPages(p, p.keys, [&](Val n) { return p.keyPage(n); });
    b.ifElse(
        isFull,
        [&] {
          b.forChannels(p.keys.channels(), [&](Val channel, int64_t) {
            storeBits(channel, b.constant(16, b.ints()));
          });
          return SmallVector<Val>();
        },
        [&] {
          chooseBits();
          return SmallVector<Val>();
        });
    storeStats();
    // Below every weight, so that all bits of V are read: what stands where
    // nothing is estimated.
    b.store(b.cf(-1e30), p.work.alignment(b.x));
  }

private:
  /// 2^e of the largest of kLanes channels of K.
  Val powers(Val channel) {
    return paper::powerOfMagnitude(
        b.load(b.ints(), b.element(largest, channel, b.i32()), 4));
  }
  /// exp(q_d) + exp(Kmax_d).
  Val exponents(Val channel) {
    return paper::exponent(loadLanes(b, row, channel)) +
           paper::exponent(powers(channel));
  }
  void storeBits(Val channel, Val lanes) {
    b.store(b.convert(lanes, b.i8()), b.offset(bits, channel), 1);
  }

  void chooseBits() {
    Val most = b.maxLanes(b.accumulateChannels(
        p.keys.channels(), b.constant(-1000, b.floats()),
        [&](Val channel, ArrayRef<Val> most) -> SmallVector<Val> {
          return {b.maxPropagate(most[0], exponents(channel))};
        })[0]);
    b.forChannels(p.keys.channels(), [&](Val channel, int64_t) {
      storeBits(channel,
                paper::wantedBits(b.splat(most, kLanes) - exponents(channel)));
    });
  }

  /// y = q * scale * log2(e), and how far a score can be off: the error of a
  /// digit prefix is at most its share of 2^e, whatever the token, and the dot
  /// product in f32 loses at most half a unit of each partial sum.
  void storeStats() {
    Val factor = queryFactor(p.params.get(&DecodeParams::scale));
    double rounding = (p.keys.headDim + 4.0) * 2 / (1 << 24);
    Val zero = b.constant(0, b.floats());
    auto sums = b.accumulateChannels(
        p.keys.channels(), {zero, zero, zero},
        [&](Val channel, ArrayRef<Val> sums) -> SmallVector<Val> {
          Val y = loadLanes(b, row, channel) * factor;
          storeLanes(b, y, p.work.query(b.x), channel);
          Val bytes = b.load(b.vec(kLanes, b.i8()), b.offset(bits, channel), 1);
          Val wanted = b.extendUnsigned(bytes, b.i32());
          Val size = b.abs(y) * powers(channel);
          Val error = size * paper::errorOfBits(wanted);
          return {sums[0] + (error + size * rounding), sums[1] + error * error,
                  b.maxPropagate(sums[2], b.abs(y))};
        });
    auto stats = p.work.queryStats(b.x);
    // 0 where the row is finite, for there is no unit; NaN where it is not.
    stats.set(&QueryStats::unit, Rule::poison(queryUnit(b.maxLanes(sums[2]))));
    stats.set(&QueryStats::absSum, b.sumLanes(sums[0]));
    stats.set(&QueryStats::sqrSum, b.sumLanes(sums[1]));
  }

  DecodePhase p;
  PhaseBuilder &b;
  DecodeProblemAttr problem;
  Val row, bits, largest;
};

} // namespace

void loops::emitPaperPrepare(KernelOp kernel, DecodeProblemAttr problem) {
  PaperPrepare(kernel, problem).emit();
}
