//===- Rounds.cpp - The rounds of certified<e> ----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/Tile/Rounds.h"

using namespace aligned;
using namespace aligned::tile;

void aligned::tile::startRounds(const Fields<GroupRounds> &rounds,
                                const Fields<DecodeParams> &params) {
  Val budget = params.get(&DecodeParams::budget);
  Emitter &e = *budget.emitter;
  rounds.set(&GroupRounds::budget, budget);
  rounds.set(&GroupRounds::done, e.c32(0));
  rounds.set(&GroupRounds::round, e.c32(0));
  rounds.set(&GroupRounds::merged, e.c32(0));
  rounds.set(&GroupRounds::planeBytes, e.c64(0));
  rounds.set(&GroupRounds::bytes, e.c64(0));
}

Val aligned::tile::isActive(const Fields<GroupRounds> &rounds) {
  return rounds.get(&GroupRounds::done) == 0;
}

void aligned::tile::endRound(const Rule &rule,
                             const Fields<GroupRounds> &rounds,
                             const RoundResult &result) {
  Emitter &e = *result.worst.emitter;
  Val budget = rounds.get(&GroupRounds::budget);
  Val round = rounds.get(&GroupRounds::round);
  // A sequence without tokens has nothing more to read either.
  Val isDone =
      (result.worst == 0) | (budget >= kFullBudget) | (result.length == 0);
  Val next = rule.nextBudget(budget, result.worst, round);
  rounds.set(&GroupRounds::done, e.extendUnsigned(isDone, e.i32()));
  rounds.set(&GroupRounds::budget, e.select(isDone, budget, next));
  rounds.set(&GroupRounds::round, round + 1);
  rounds.set(&GroupRounds::planeBytes,
             rounds.get(&GroupRounds::planeBytes) + result.planeBytes);
  rounds.set(&GroupRounds::bytes,
             rounds.get(&GroupRounds::bytes) + result.bytes);
}

Val aligned::tile::certificate(Val excess, Val limit) {
  Emitter &e = *excess.emitter;
  Val answer = e.select(excess == 0, e.c32(kCertified), e.c32(kReadEverything));
  return e.select(limit > 0, answer, e.c32(kNotAsked));
}
