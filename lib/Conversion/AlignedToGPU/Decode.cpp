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

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// A function of one f32 that the hardware has.
static Val intrinsic(StringRef name, Val x) {
  tile::Emitter &e = *x.emitter;
  return e.wrap(LLVM::CallIntrinsicOp::create(
                    e, x.type(), e.getStringAttr(name), ValueRange{x.value})
                    .getResult(0));
}

tile::Functions aligned::gpu::hardwareFunctions() {
  return {[](Val x) {
            // Two units in the last place; weights below 2^-126 are 0.
            return intrinsic("llvm.nvvm.ex2.approx.ftz.f", x);
          },
          [](Val x) { return intrinsic("llvm.nvvm.lg2.approx.f", x); }};
}

/// log2 of chunkTokens() for a value.
static Val findChunkShift(GpuBuilder &b, int64_t groupRows, Val length) {
  int64_t most = chunkTokens(std::numeric_limits<int64_t>::max(), groupRows);
  Val shift = b.c32(llvm::Log2_64(most));
  for (ChunkSize size : llvm::reverse(kChunkSizes))
    if (size.tokens < most)
      shift = b.select(length <= static_cast<double>(size.length(groupRows)),
                       b.c32(llvm::Log2_64(size.tokens)), shift);
  return shift;
}

static Val findSlot(GpuBuilder &b, Val sequence) {
  return loadSlot(b, tile::params<DecodeParams>(b.params, kGlobal), sequence);
}

DecodeItem::DecodeItem(GpuBuilder &b, DecodeProblemAttr problem, Val sequence,
                       Val head)
    : DecodeItem(b, problem, sequence, head, findSlot(b, sequence), {}) {}

DecodeItem::DecodeItem(GpuBuilder &b, DecodeProblemAttr problem, Val sequence,
                       Val head, Val slot, Val known)
    : b(b), problem(problem),
      params(tile::params<DecodeParams>(b.params, kGlobal)),
      rule(b, problem, hardwareFunctions()),
      work(params, problem, sequence, head), sequence(sequence), head(head),
      slot(slot) {
  length = known.value ? known : loadLength(b, params, slot);
  from = rule.visibleToAny(length).from;
  chunkShift = findChunkShift(b, groupRows(), length);
  firstChunk = from >> chunkShift;
  endChunk = (length + (b.c32(1) << chunkShift) - 1) >> chunkShift;
}

void DecodeItem::forRows(int64_t atOnce, function_ref<void(Val)> body) const {
  if (groupRows() <= atOnce)
    return body(b.c32(0));
  b.loop(b.c32(0), b.c32(groupRows()), atOnce, body);
}

Val DecodeItem::keyPage(Val page) const {
  return tile::pageAddress(params.sub(&DecodeParams::key), slot, page, head);
}

Val DecodeItem::valuePage(Val page) const {
  return tile::pageAddress(params.sub(&DecodeParams::value), slot, page, head);
}

Val DecodeItem::budget() const {
  return problem.getCertified() ? work.rounds().get(&GroupRounds::budget)
                                : params.get(&DecodeParams::budget);
}

void DecodeItem::ifActive(function_ref<void()> body) const {
  if (problem.getCertified())
    b.ifThen(tile::isActive(work.rounds()), body);
  else
    body();
}

tile::Visible DecodeItem::visible(Val row) const {
  return rule.visible(length, row % problem.getRows());
}

Val DecodeItem::score(Val raw, Val row, Val position) const {
  tile::Visible range = visible(row);
  Val seen = (position >= range.from) & (position < range.to);
  Val mask = raw;
  if (problem.hasMask()) {
    Val known = knownRow(row);
    Val address = tile::elementAddress(
        params, &DecodeParams::mask, &DecodeParams::maskStride,
        {sequence, head, known / problem.getRows(), known % problem.getRows(),
         b.minInt(position, length - 1)},
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

LogSum aligned::gpu::joinLanes(const DecodeItem &item, LogSum part,
                               int64_t from) {
  GpuBuilder &b = item.b;
  for (int64_t mask = kWarp / 2; mask >= from; mask /= 2)
    part = join(item, part,
                {b.shuffleXor(part.max, mask), b.shuffleXor(part.sum, mask)});
  return part;
}

LogSum aligned::gpu::addScores(const DecodeItem &item, LogSum sum,
                               ArrayRef<Val> scores) {
  GpuBuilder &b = item.b;
  Val max = sum.max;
  for (Val score : scores)
    max = b.maxPropagate(max, score);
  Val base = finiteMax(b, max);
  Val total = sum.sum * item.rule.exp2(sum.max - base);
  for (Val score : scores)
    total = total + item.rule.exp2(score - base);
  return {max, total};
}
