//===- Chunk.cpp - A warp and the positions that it works on --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"

#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

// Shifts instead of divisions, which would have to round negative numbers.
static_assert(kChunkTokens == 1 << 8 && kPageTokens == 1 << 7);

Chunk::Chunk(const DecodeItem &item, Val index, ChunkBuffer buffer)
    : item(item), b(item.b), buffer(buffer), index(index), begin(index << 8),
      from(b.maxInt(item.from - begin, b.c32(0))),
      to(b.minInt(item.length - begin, b.c32(kChunkTokens))) {
  // Pages without a visible position may not exist; the nearest that does
  // stands in for them.
  Val first = item.from >> 7;
  Val last = b.maxInt(item.length - 1, b.c32(0)) >> 7;
  for (int64_t i = 0; i < kChunkPages; ++i) {
    Val page = (begin >> 7) + i;
    page = b.minInt(b.maxInt(page, first), last);
    keyPages[i] = item.keyPage(page);
    valuePages[i] = item.valuePage(page);
  }
}

Val Chunk::ofPage(const Val (&values)[kChunkPages], Val token) const {
  Val value = values[0];
  for (int64_t i = 1; i < kChunkPages; ++i)
    value = b.select(token < static_cast<double>(i * kPageTokens), value,
                     values[i]);
  return value;
}

void Chunk::loadScales() const {
  // A lane has eight tokens: as many as fit a load.
  constexpr int64_t kTokens = kChunkTokens / kWarp;
  static_assert(kTokens * 2 == 16);
  Type type = b.vec(kTokens, b.getI16Type());
  Val token = b.lane * b.c32(kTokens);
  auto copy = [&](const PageLayout &layout, Val page, int64_t offset) {
    Val scales = b.offset(page, layout.scalesOffset());
    Val values =
        b.load(type, b.element(scales, pageRow(token), b.getI16Type()), 16);
    b.store(values, b.element(buffer.scales, token + offset, b.getI16Type()),
            16);
  };
  copy(item.problem.getKeyLayout(), keyPage(token), 0);
  copy(item.problem.getValueLayout(), valuePage(token), kChunkTokens);
}

Val Chunk::scaleAt(Val index) const {
  return tile::loadFloats(b, b.getBF16Type(),
                          b.element(buffer.scales, index, b.getI16Type()));
}

Val Chunk::scoreAddress(Val row, Val token) const {
  return b.element(buffer.scores, row * buffer.rowStride + token, b.f32());
}

bool Chunk::storesVisible() const {
  return item.problem.getSoftcap().getValueAsDouble() == 0 &&
         !item.problem.hasMask();
}

bool Chunk::rowsSeeTheSame() const {
  DecodeProblemAttr problem = item.problem;
  bool byPosition = problem.getRows() > 1 &&
                    (problem.getCausal() || problem.getWindow() != 0);
  return !problem.hasMask() && !byPosition;
}

Val Chunk::visible(Val stored, Val row, Val token) const {
  return storesVisible() ? stored : item.score(stored, row, begin + token);
}

Val Chunk::loadScore(Val row, Val token) const {
  return visible(b.load(b.f32(), scoreAddress(row, token)), row, token);
}

SmallVector<Val> Chunk::steps(ArrayRef<Val> initial,
                              tile::Emitter::CarriedBody body) const {
  return b.loop(from & -kWarp, to, kWarp, initial,
                [&](Val step, ArrayRef<Val> carried) {
                  return body(step + b.lane, carried);
                });
}

SmallVector<Val> Chunk::stepsOfPage(Val page, ArrayRef<Val> initial,
                                    tile::Emitter::CarriedBody body) const {
  Val start = page * b.c32(kPageTokens);
  return b.loop(b.maxInt(from & -kWarp, start),
                b.minInt(to, start + kPageTokens), kWarp, initial,
                [&](Val step, ArrayRef<Val> carried) {
                  return body(step + b.lane, carried);
                });
}

int64_t ChunkMemory::bytes(DecodeProblemAttr problem) {
  int64_t rows = problem.getGroupRows();
  return (kChunkTokens + kChunkPages * rows * 4 + 15) / 16 * 16;
}

ChunkMemory::ChunkMemory(GpuBuilder &b, DecodeProblemAttr problem, Val base)
    : list(base), centres(b.offset(base, kChunkTokens)) {}
