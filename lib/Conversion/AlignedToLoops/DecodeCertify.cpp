//===- DecodeCertify.cpp - Whether another round is needed ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `certified<e>`: the bounds of a group's rows say whether it is done, or which
// budget it goes on with. A round begins anew, so that it is the decode of its
// budget and nothing else; what it reads again is counted again.
//
//===----------------------------------------------------------------------===//

#include "DecodePhase.h"
#include "Kernels.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

void loops::emitCertify(KernelOp kernel, DecodeProblemAttr problem) {
  DecodePhase p(kernel, problem, "certify");
  PhaseBuilder &b = p.b;
  auto rounds = p.work.rounds();
  b.ifThen(p.isActive(), [&] {
    Val worst = b.loop(b.c32(0), b.c32(p.rows), 1, b.cf(0),
                       [&](Val row, ArrayRef<Val> worst) -> SmallVector<Val> {
                         Val excess = b.load(b.f32(), p.work.excess(row));
                         return {b.maxPropagate(worst[0], excess)};
                       })[0];
    Val budget = rounds.get(&GroupRounds::budget);
    Val round = rounds.get(&GroupRounds::round);
    // A sequence without tokens has nothing more to read either.
    Val isDone = (worst == 0) | (budget >= kFullBudget) | (p.length == 0);
    Reads reads = p.countReads(b.c32(0));
    rounds.set(&GroupRounds::done, b.extendUnsigned(isDone, b.i32()));
    rounds.set(&GroupRounds::budget, p.rule.nextBudget(budget, worst, round));
    rounds.set(&GroupRounds::round, round + 1);
    b.store(b.c32(0), p.work.arrived());
    rounds.set(&GroupRounds::planeBytes,
               rounds.get(&GroupRounds::planeBytes) + reads.planeBytes);
    rounds.set(&GroupRounds::bytes,
               rounds.get(&GroupRounds::bytes) + reads.bytes);
  });
}
