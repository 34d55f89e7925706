//===- DecodePhase.cpp - What the phases of a decode share ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodePhase.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

static Val loadInt(PhaseBuilder &b, Val array, Val index) {
  return b.load(b.i32(), b.element(array, index, b.i32()));
}

DecodePhase::DecodePhase(KernelOp kernel, DecodeProblemAttr problem,
                         StringRef phase)
    : b(kernel, phase), problem(problem), keys(problem.getKeyLayout()),
      values(problem.getValueLayout()), rows(problem.getGroupRows()),
      rule(b, problem, {exp2Polynomial, log2Library}),
      params(tile::params<DecodeParams>(b.params)),
      slot(loadInt(b, params.get(&DecodeParams::slots), b.z)),
      length(loadInt(b, params.get(&DecodeParams::lengths), slot)),
      work(params, problem, b.z, b.y) {}

Chunk DecodePhase::chunk(Val index) {
  Visible any = rule.visibleToAny(length);
  Val first = index * kChunkTokens;
  Val from = b.maxInt(first, any.from);
  return {first, from, b.minInt(first + kChunkTokens, any.to),
          from / kLanes * kLanes};
}

std::pair<Val, Val> DecodePhase::visibleChunks() {
  Visible any = rule.visibleToAny(length);
  return {any.from / kChunkTokens, b.ceilDiv(any.to, kChunkTokens)};
}

Val DecodePhase::keyPage(Val number) {
  return pageAddress(params.sub(&DecodeParams::key), slot, number, b.y);
}
Val DecodePhase::valuePage(Val number) {
  return pageAddress(params.sub(&DecodeParams::value), slot, number, b.y);
}

Val DecodePhase::maskTile(Val row, Val position) {
  if (!problem.hasMask())
    return {};
  Val head = row / problem.getRows(), queryRow = row % problem.getRows();
  Val last = length - 1;
  SmallVector<Val> lanes;
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    // The mask may end where the tokens do.
    Val token = b.minInt(position + lane, last);
    Val address =
        elementAddress(params, &DecodeParams::mask, &DecodeParams::maskStride,
                       {b.z, b.y, head, queryRow, token}, problem.getMask());
    if (problem.getMask().isInteger(1))
      lanes.push_back(b.load(b.i8(), address));
    else
      lanes.push_back(loadFloats(b, problem.getMask(), address));
  }
  Val mask = b.fromLanes(lanes);
  return problem.getMask().isInteger(1) ? mask != 0 : mask;
}

Val DecodePhase::scores(Val row, const Visible &visible, Val position) {
  Val raw = b.load(b.floats(), work.score(row, position), 4);
  Val positions = b.iota(position);
  Val seen = (positions >= visible.from) & (positions < visible.to);
  return rule.score(raw, seen, maskTile(row, position));
}

Val DecodePhase::finiteBase(Val maximum) {
  return b.select(maximum == -std::numeric_limits<double>::infinity(), b.cf(0),
                  maximum);
}
