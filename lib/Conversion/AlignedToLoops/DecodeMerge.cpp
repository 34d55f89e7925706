//===- DecodeMerge.cpp - Chunks added, rotated back, reported -------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodePhase.h"
#include "Kernels.h"
#include "Rows.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kLn2 = 0.69314718055994530942;
static constexpr double kLog2e = 1.44269504088896340736;

namespace {

/// One query row: x.
class Merge {
public:
  Merge(KernelOp kernel, DecodeProblemAttr problem)
      : p(kernel, problem, "merge"), b(p.b), problem(problem),
        head(b.x / problem.getRows()), queryRow(b.x % problem.getRows()),
        output(rowBuffer(b, p.values)), chunks(p.visibleChunks()) {}

  void emit() {
    b.ifThen(p.isActive(), [&] { merge(); });
  }

private:
  void merge() {
    findBase();
    addChunks();
    storeLogSumExp();
    b.ifThen(p.needsErrors(), [&] {
      measureErrors();
      b.store(excess, p.work.excess(b.x));
      Val report = p.params.get(&DecodeParams::report);
      b.ifThen(b.isPresent(report), [&] {
        auto to = record<HeadReport>(
            b.offset(report, rowIndex() * b.c64(sizeof(HeadReport))), 0);
        writeErrors(to);
        writeCounts(to);
      });
    });
    if (!p.values.isIEEE())
      rotateBack(b, p.values, output);
    Val target = elementAddress(
        p.params, &DecodeParams::output, &DecodeParams::outputStride,
        {b.z, b.y, head, queryRow}, problem.getOutput());
    storeRow(b, p.values, problem.getOutput(), output, target);
  }

  /// Index in [sequence][kv head][R].
  Val rowIndex() {
    Val heads = p.params.get(&DecodeParams::kvHeads);
    Val index = (b.z * heads + b.y) * p.rows + b.x;
    return b.convert(index, b.i64());
  }
  Val stat(Val chunk, float ChunkStats::*field) {
    return p.work.stats(chunk, b.x).get(field);
  }
  Val factor(Val chunk) {
    return p.rule.exp2(stat(chunk, &ChunkStats::max) - base);
  }
  /// sum(chunk, carried ..) over the chunks in order.
  SmallVector<Val> overChunks(ArrayRef<Val> initial,
                              Emitter::CarriedBody body) {
    return b.loop(chunks.first, chunks.second, 1, initial, body);
  }

  void findBase() {
    Val maximum = overChunks(
        b.cf(-kInfinity),
        [&](Val chunk, ArrayRef<Val> largest) -> SmallVector<Val> {
          return {b.maxPropagate(largest[0], stat(chunk, &ChunkStats::max))};
        })[0];
    if (problem.hasSinks()) {
      Val address = elementAddress(p.params, &DecodeParams::sinks,
                                   &DecodeParams::sinksStride, {b.y, head},
                                   problem.getSinks());
      sink = loadFloats(b, problem.getSinks(), address) * kLog2e;
      maximum = b.maxPropagate(maximum, sink);
    }
    nothing = maximum == -kInfinity;
    base = p.finiteBase(maximum);
  }

  /// o, in the rotated basis, and L.
  void addChunks() {
    denominator = overChunks(
        b.cf(0), [&](Val chunk, ArrayRef<Val> sum) -> SmallVector<Val> {
          Val f = factor(chunk), partial = p.work.partial(chunk, b.x);
          b.forChannels(p.values.channels(), [&](Val channel, int64_t) {
            Val more = loadLanes(b, partial, channel) * f;
            storeLanes(b, loadLanes(b, output, channel) + more, output,
                       channel);
          });
          return {sum[0] + f * stat(chunk, &ChunkStats::sum)};
        })[0];
    if (problem.hasSinks()) {
      sinkShare = p.rule.exp2(sink - base);
      denominator = denominator + sinkShare;
    }
    bool isZero = problem.getMaskedRows() == MaskedRows::Zero;
    Val ofNothing = b.constant(
        isZero ? 0.0 : std::numeric_limits<double>::quiet_NaN(), b.floats());
    b.forChannels(p.values.channels(), [&](Val channel, int64_t) {
      Val o = loadLanes(b, output, channel) / denominator;
      storeLanes(b, b.select(nothing, ofNothing, o), output, channel);
    });
  }

  void storeLogSumExp() {
    logSumExp = (base + p.rule.log2(denominator)) * kLn2;
    logSumExp = b.select(nothing, b.cf(-kInfinity), logSumExp);
    Val target = p.params.get(&DecodeParams::logSumExp);
    b.ifThen(b.isPresent(target), [&] {
      b.store(logSumExp, b.element(target, rowIndex(), b.f32()));
    });
  }

  Val lastPage() { return p.valuePage((p.length - 1) / kPageTokens); }

  /// sum of (m_j - o)^2, or of m_j^2.
  Val centreSquare(Val page, bool fromOutput) {
    auto sum = b.accumulateChannels(
        p.values.channels(), b.constant(0, b.floats()),
        [&](Val channel, ArrayRef<Val> sum) -> SmallVector<Val> {
          Val difference = p.values.isIEEE()
                               ? b.constant(0, b.floats())
                               : loadCentre(b, p.values, page, channel);
          if (fromOutput)
            difference = difference - loadLanes(b, output, channel);
          return {b.fma(difference, difference, sum[0])};
        });
    return b.sumLanes(sum[0]);
  }

  Val outputNorm() {
    auto sum = b.accumulateChannels(
        p.values.channels(), b.constant(0, b.floats()),
        [&](Val channel, ArrayRef<Val> sum) -> SmallVector<Val> {
          Val o = loadLanes(b, output, channel);
          return {b.fma(o, o, sum[0])};
        });
    return b.sqrt(b.sumLanes(sum[0]));
  }

  /// sum of f_c^2 (variance_c + spread_c |c - o|^2).
  Val totalVariance() {
    // Without tokens there is no page, and nothing to add either.
    Val distance = b.ifElse(
        p.length > 0,
        [&] { return SmallVector<Val>{centreSquare(lastPage(), true)}; },
        [&] { return SmallVector<Val>{b.cf(0)}; })[0];
    return overChunks(
        b.cf(0), [&](Val chunk, ArrayRef<Val> sum) -> SmallVector<Val> {
          Val f = factor(chunk);
          Val variance = stat(chunk, &ChunkStats::variance) +
                         stat(chunk, &ChunkStats::spread) * distance;
          return {sum[0] + f * f * variance};
        })[0];
  }

  ErrorSums errorSums() {
    SmallVector<Val> sums = overChunks(
        SmallVector<Val>(5, b.cf(0)),
        [&](Val chunk, ArrayRef<Val> sums) -> SmallVector<Val> {
          Val f = factor(chunk);
          auto next = [&](int i, float ChunkStats::*field) {
            return sums[i] + p.rule.scaled(f, stat(chunk, field));
          };
          return {next(0, &ChunkStats::sumBeta), next(1, &ChunkStats::sumBetaV),
                  next(2, &ChunkStats::sumV),
                  b.maxPropagate(sums[3], stat(chunk, &ChunkStats::maxV)),
                  next(4, &ChunkStats::sumRead)};
        });
    return {denominator, sums[0], sums[1], sums[2], sums[3], sums[4]};
  }

  void measureErrors() {
    norm = outputNorm();
    ErrorSums sums = errorSums();
    if (problem.hasSinks()) {
      // Without tokens there is no page, and nothing to add either.
      Val centreNorm = b.ifElse(
          p.length > 0,
          [&] {
            return SmallVector<Val>{b.sqrt(centreSquare(lastPage(), false))};
          },
          [&] { return SmallVector<Val>{b.cf(0)}; })[0];
      p.rule.addSink(sums, sinkShare, centreNorm);
    }
    bound = b.select(nothing, b.cf(0), p.rule.bound(sums, denominator, norm));
    // A row that sees nothing is as it should be.
    excess = b.select(
        nothing, b.cf(0),
        p.rule.excess(bound, norm, p.params.get(&DecodeParams::certify)));
  }

  void writeErrors(const Fields<HeadReport> &to) {
    Val estimate = p.rule.estimate(totalVariance(), denominator);
    to.set(&HeadReport::logSumExp, logSumExp);
    to.set(&HeadReport::norm, norm);
    to.set(&HeadReport::estimate, b.select(nothing, b.cf(0), estimate));
    to.set(&HeadReport::bound, bound);
    to.set(&HeadReport::certificate,
           certificate(excess, p.params.get(&DecodeParams::certify)));
  }

  void writeCounts(const Fields<HeadReport> &to) {
    Reads reads = p.countReads(b.x);
    for (int64_t i = 0; i < 3; ++i) {
      to.set(&HeadReport::keyRows, i, reads.keyRows[i]);
      to.set(&HeadReport::valueRows, i, reads.valueRows[i]);
    }
    to.set(&HeadReport::visible, p.visible(b.x).count);
    auto before = p.work.rounds();
    to.set(&HeadReport::planeBytes,
           before.get(&GroupRounds::planeBytes) + reads.planeBytes);
    to.set(&HeadReport::bytes, before.get(&GroupRounds::bytes) + reads.bytes);
  }

  DecodePhase p;
  PhaseBuilder &b;
  DecodeProblemAttr problem;
  Val norm, bound, excess;
  Val head, queryRow, output;
  std::pair<Val, Val> chunks;
  Val base, nothing, sink, sinkShare, denominator, logSumExp;
};

} // namespace

void loops::emitMerge(KernelOp kernel, DecodeProblemAttr problem) {
  Merge(kernel, problem).emit();
}
