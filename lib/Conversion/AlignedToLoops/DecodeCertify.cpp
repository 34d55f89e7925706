//===- DecodeCertify.cpp - Whether another round is needed ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The budget that a group goes on with: see Rounds.h.
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
  b.ifThen(p.isActive(), [&] {
    Val worst = b.loop(b.c32(0), b.c32(p.rows), 1, b.cf(0),
                       [&](Val row, ArrayRef<Val> worst) -> SmallVector<Val> {
                         Val excess = b.load(b.f32(), p.work.excess(row));
                         return {b.maxPropagate(worst[0], excess)};
                       })[0];
    Reads reads = p.countReads(b.c32(0));
    b.store(b.c32(0), p.work.arrived());
    endRound(p.rule, p.work.rounds(),
             {worst, p.length, reads.planeBytes, reads.bytes});
  });
}
