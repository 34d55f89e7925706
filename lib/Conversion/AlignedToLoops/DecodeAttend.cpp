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
  Dots dots(p);
  p.b.ifThen(chunk.from < chunk.to, [&] {
    AttendState state(p, chunk);
    loadScales(state);
    dots.loadQueries();
    Tiers tiers = refineScores(state, dots);
    weighTokens(state, tiers);
    sumValues(state, tiers);
  });
}
