//===- DecodeScore.cpp - First-plane scores of a chunk --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodePhase.h"
#include "Dots.h"
#include "Kernels.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

namespace {

/// One chunk: x.
class Score {
public:
  Score(KernelOp kernel, DecodeProblemAttr problem)
      : p(kernel, problem, "score"), b(p.b), dots(p),
        centreDots(b.buffer(b.f32(), p.rows)), chunk(p.chunk(b.x)) {}

  void emit() {
    b.ifThen((chunk.from < chunk.to) & p.isActive(), [&] {
      dots.loadQueries();
      b.loop(chunk.from / kPageTokens, b.ceilDiv(chunk.to, kPageTokens), 1,
             [&](Val number) { scorePage(number); });
      p.finishScores(chunk);
    });
  }

private:
  void scorePage(Val number) {
    Val page = p.keyPage(number), start = number * kPageTokens;
    b.loop(b.c32(0), b.c32(p.rows), 1, [&](Val row) {
      p.storeFloat(dotCentre(page, row), centreDots, row);
    });
    Val end = b.minInt(chunk.to, start + kPageTokens);
    b.loop(b.maxInt(chunk.tileFrom, start), end, kLanes, [&](Val position) {
      scoreTile(page, position - start, position, end - 1 - start);
    });
  }

  /// y . m_j, once for a page and row.
  Val dotCentre(Val page, Val row) {
    Val query = p.work.query(row);
    auto sum = b.accumulateChannels(
        p.keys.channels(), b.constant(0, b.floats()),
        [&](Val channel, ArrayRef<Val> sum) -> SmallVector<Val> {
          return {b.fma(loadLanes(b, query, channel),
                        loadCentre(b, p.keys, page, channel), sum[0])};
        });
    return b.sumLanes(sum[0]);
  }

  /// Lanes behind the last row repeat it: what is not stored is not read.
  void scoreTile(Val page, Val first, Val position, Val last) {
    Val scales = loadScale(b, p.keys, page, first, kLanes);
    auto place = [&](Val lane) {
      return Dots::Place{page, b.minInt(first + lane, last)};
    };
    dots.tile(0, place, [&](Val row, Val sums) {
      Val unit = p.work.queryStats(row).get(&QueryStats::unit);
      Val raw =
          planeScore(sums, 0, scales * unit) + p.loadFloat(centreDots, row);
      b.store(raw, p.work.score(row, position), 4);
    });
  }

  DecodePhase p;
  PhaseBuilder &b;
  Dots dots;
  Val centreDots;
  Chunk chunk;
};

} // namespace

void loops::emitScore(KernelOp kernel, DecodeProblemAttr problem) {
  Score(kernel, problem).emit();
}
