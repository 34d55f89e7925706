//===- DecodeAttend.cpp - Tiers, weights and partial output of a chunk ----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attend.h"
#include "Kernels.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

Val TokenList::at(Val index) const {
  Emitter &b = *count.emitter;
  return b.load(b.i32(),
                b.element(tokens, b.minInt(index, count - 1), b.i32()));
}

AttendState::AttendState(DecodePhase &p, Chunk chunk)
    : p(p), b(p.b), chunk(chunk) {
  for (Val *buffer :
       {&keyScales, &valueScales, &needs, &keyErrors, &valueErrors})
    *buffer = b.buffer(b.f32(), kChunkTokens);
  centreWeights = b.buffer(b.f32(), kChunkPages * p.rows);
  // A chunk may begin before the window and end behind its last page; neither
  // has an entry in the table that can be trusted.
  Val low = chunk.from / kPageTokens, high = (chunk.to - 1) / kPageTokens;
  for (int64_t i = 0; i < kChunkPages; ++i) {
    Val number = chunk.first / kPageTokens + i;
    number = b.minInt(b.maxInt(number, low), high);
    keyPages[i] = p.keyPage(number);
    valuePages[i] = p.valuePage(number);
  }
}

/// `pages[token / kPageTokens]`.
static Val choosePage(PhaseBuilder &b, const Val (&pages)[kChunkPages],
                      Val token) {
  static_assert(kChunkPages == 2, "one comparison decides");
  return b.select(token < kPageTokens, pages[0], pages[1]);
}

Dots::Place AttendState::keyPlace(Val token) const {
  return {choosePage(b, keyPages, token), token % kPageTokens};
}
Dots::Place AttendState::valuePlace(Val token) const {
  return {choosePage(b, valuePages, token), token % kPageTokens};
}

Val AttendState::tokens(Val buffer, Val position) const {
  return loadLanes(b, buffer, position - chunk.first);
}
void AttendState::setTokens(Val value, Val buffer, Val position) const {
  storeLanes(b, value, buffer, position - chunk.first);
}

/// Most tiles select nothing, and should cost no more than finding that out.
static Val appendTokens(PhaseBuilder &b, Val list, Val count, Val mask,
                        Val token) {
  Val any =
      b.wrap(vector::ReductionOp::create(b, vector::CombiningKind::OR, mask));
  return b.ifElse(
      any,
      [&] {
        LLVM::masked_compressstore::create(
            b, b.iota(token), b.element(list, count, b.i32()), mask);
        Val ones = b.extendUnsigned(mask, b.i32());
        return SmallVector<Val>{count + b.sumLanes(ones)};
      },
      [&] { return SmallVector<Val>{count}; })[0];
}

TokenList loops::selectTokens(AttendState &s,
                              function_ref<Val(Val, Val)> wanted) {
  PhaseBuilder &b = s.b;
  Val list = b.buffer(b.i32(), kChunkTokens);
  Val count =
      b.loop(s.chunk.tileFrom, s.chunk.to, kLanes, b.c32(0),
             [&](Val position, ArrayRef<Val> count) -> SmallVector<Val> {
               Val mask = wanted(s.tokens(s.needs, position), position);
               return {appendTokens(b, list, count[0], mask,
                                    position - s.chunk.first)};
             })[0];
  return {list, count};
}

static void loadScales(AttendState &s) {
  s.b.loop(s.chunk.tileFrom, s.chunk.to, kLanes, [&](Val position) {
    Val token = position - s.chunk.first;
    auto load = [&](PageLayout layout, Dots::Place at) {
      return loadScale(s.b, layout, at.page, at.row, kLanes);
    };
    s.setTokens(load(s.p.keys, s.keyPlace(token)), s.keyScales, position);
    s.setTokens(load(s.p.values, s.valuePlace(token)), s.valueScales, position);
  });
}

void loops::emitAttend(KernelOp kernel, DecodeProblemAttr problem) {
  DecodePhase p(kernel, problem, "attend");
  Chunk chunk = p.chunk(p.b.x);
  std::optional<Dots> dots;
  if (!problem.isIEEE())
    dots.emplace(p);
  p.b.ifThen((chunk.from < chunk.to) & p.isActive(), [&] {
    AttendState state(p, chunk);
    loadScales(state);
    Tiers tiers = dots ? refineScores(state, *dots) : choosePaperTiers(state);
    weighTokens(state, tiers);
    sumValues(state, tiers);
  });
}
