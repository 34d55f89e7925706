//===- DecodePrepare.cpp - Rotate and quantise a query row ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodePhase.h"
#include "Kernels.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

/// y = rotated q * scale * log2(e), into the workspace; returns its maximum.
static Val scaleQuery(DecodePhase &p, Val row, Val target) {
  PhaseBuilder &b = p.b;
  Val factor = queryFactor(p.params.get(&DecodeParams::scale));
  auto sums = b.accumulateChannels(
      p.keys.channels(),
      {b.constant(0, b.floats()), b.constant(0, b.floats()),
       b.constant(0, b.floats())},
      [&](Val channel, ArrayRef<Val> sums) -> SmallVector<Val> {
        Val y = loadLanes(b, row, channel) * factor;
        storeLanes(b, y, target, channel);
        return {b.maxPropagate(sums[0], b.abs(y)), sums[1] + b.abs(y),
                sums[2] + y * y};
      });
  auto stats = p.work.queryStats(b.x);
  stats.set(&QueryStats::absSum, b.sumLanes(sums[1]));
  stats.set(&QueryStats::sqrSum, b.sumLanes(sums[2]));
  return b.maxLanes(sums[0]);
}

void loops::emitPrepare(KernelOp kernel, DecodeProblemAttr problem) {
  DecodePhase p(kernel, problem, "prepare");
  PhaseBuilder &b = p.b;
  b.ifThen(b.x == 0, [&] { b.store(b.c32(0), p.work.arrived()); });
  Val row = rowBuffer(b, p.keys);
  Val source = elementAddress(
      p.params, &DecodeParams::query, &DecodeParams::queryStride,
      {b.z, b.y, b.x / problem.getRows(), b.x % problem.getRows()},
      problem.getQuery());
  loadRow(b, p.keys, problem.getQuery(), source, row);
  rotate(b, p.keys, row);
  Val query = p.work.query(b.x);
  Val largest = scaleQuery(p, row, query);
  p.work.queryStats(b.x).set(&QueryStats::unit, queryUnit(largest));
  Val high = p.work.queryHigh(b.x), low = p.work.queryLow(b.x);
  b.forChannels(p.keys.channels(), [&](Val channel, int64_t) {
    Val integer = quantizeQuery(loadLanes(b, query, channel), largest);
    b.store(b.convert(integer >> 8, b.i8()), b.offset(high, channel), 1);
    b.store(b.convert(integer, b.i8()), b.offset(low, channel), 1);
  });
}
