//===- Decode.cpp - What score and attend have in common ------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "Kernels.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

tile::Functions aligned::gpu::hardwareFunctions() {
  return {[](Val x) {
            // ex2.approx.f32: two units in the last place.
            return x.emitter->wrap(math::Exp2Op::create(*x.emitter, x.value));
          },
          [](Val x) {
            // The backend has no log2 of its own.
            auto name = x.emitter->getStringAttr("llvm.nvvm.lg2.approx.f");
            return x.emitter->wrap(
                LLVM::CallIntrinsicOp::create(*x.emitter, x.type(), name,
                                              ValueRange{x.value})
                    .getResult(0));
          }};
}

DecodeItem::DecodeItem(GpuBuilder &b, DecodeProblemAttr problem)
    : b(b), problem(problem),
      params(tile::params<DecodeParams>(b.params, kGlobal)),
      rule(b, problem, hardwareFunctions()),
      work(params, problem, b.blockZ, b.blockY) {
  slot = loadSlot(b, params);
  length = loadLength(b, params, slot);
  from = rule.visibleToAny(length).from;
  firstChunk = from / kChunkTokens;
  endChunk = b.ceilDiv(length, kChunkTokens);
}

Val DecodeItem::keyPage(Val position) const {
  return tile::pageAddress(params.sub(&DecodeParams::key), slot,
                           position / kPageTokens, b.blockY);
}

Val DecodeItem::valuePage(Val position) const {
  return tile::pageAddress(params.sub(&DecodeParams::value), slot,
                           position / kPageTokens, b.blockY);
}

tile::Visible DecodeItem::visible(Val row) const {
  return rule.visible(length, row % problem.getRows());
}

Val DecodeItem::score(Val raw, Val row, Val position) const {
  tile::Visible range = visible(row);
  Val seen = (position >= range.from) & (position < range.to);
  Val mask = raw;
  if (problem.hasMask()) {
    Val known = b.minInt(row, b.c32(groupRows() - 1));
    Val address = tile::elementAddress(
        params, &DecodeParams::mask, &DecodeParams::maskStride,
        {b.blockZ, b.blockY, known / problem.getRows(),
         known % problem.getRows(), b.minInt(position, length - 1)},
        problem.getMask());
    if (problem.getMask().isInteger(1))
      mask = b.load(b.i8(), address) != 0;
    else
      mask = tile::loadFloats(b, problem.getMask(), address);
  }
  return rule.score(raw, seen, mask);
}

Val aligned::gpu::finiteMax(GpuBuilder &b, Val max) {
  return b.select(max == -std::numeric_limits<double>::infinity(), b.cf(0),
                  max);
}

LogSum aligned::gpu::join(const DecodeItem &item, LogSum x, LogSum y) {
  GpuBuilder &b = item.b;
  Val max = b.maxPropagate(x.max, y.max);
  Val base = finiteMax(b, max);
  return {max, x.sum * item.rule.exp2(x.max - base) +
                   y.sum * item.rule.exp2(y.max - base)};
}
