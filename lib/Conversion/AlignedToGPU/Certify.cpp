//===- Certify.cpp - Whether another round is needed ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Certify.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

Reads aligned::gpu::addEarlierReads(const DecodeItem &item, Reads reads) {
  if (!item.problem.getCertified())
    return reads;
  auto rounds = item.work.rounds();
  return {rounds.get(&GroupRounds::planeBytes) + reads.planeBytes,
          rounds.get(&GroupRounds::bytes) + reads.bytes};
}

void aligned::gpu::emitEndRound(const DecodeItem &item, Val row, Val excess,
                                Reads reads) {
  GpuBuilder &b = item.b;
  auto rounds = item.work.rounds();
  b.ifThen(b.lane == 0, [&] { b.store(excess, item.work.excess(row)); });
  Val before = b.countArrival(rounds.address(&GroupRounds::merged));
  b.ifThen(before == static_cast<double>(item.groupRows() - 1), [&] {
    b.fence(); // every lane reads what others have released
    Val worst =
        b.loop(b.lane, b.c32(item.groupRows()), kWarp, {b.cf(0)},
               [&](Val other, ArrayRef<Val> carried) {
                 Val excess = b.load(b.f32(), item.work.excess(other));
                 return SmallVector<Val>{b.maxPropagate(carried[0], excess)};
               })
            .front();
    worst = b.warpMax(worst);
    b.ifThen(b.lane == 0, [&] {
      tile::endRound(item.rule, rounds,
                     {worst, item.length, reads.planeBytes, reads.bytes});
      rounds.set(&GroupRounds::merged, b.c32(0));
    });
  });
}
