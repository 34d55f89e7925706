//===- Chunk.cpp - A warp and the positions that it works on --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"

#include "Rows.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

Chunk::Chunk(const DecodeItem &item, Val index, ChunkBuffer buffer)
    : item(item), b(item.b), buffer(buffer), index(index) {
  Val first = index << item.chunkShift;
  begin = first & -numTokens();
  from = b.maxInt(item.from, first) - begin;
  to = b.minInt(item.length, first + (b.c32(1) << item.chunkShift)) - begin;
  // Pages without a visible position may not exist; the nearest that does
  // stands in for them.
  Val firstPage = item.from >> 7;
  Val lastPage = b.maxInt(item.length - 1, b.c32(0)) >> 7;
  for (int64_t i = 0; i < numPages(); ++i) {
    Val page = (begin >> 7) + i;
    page = b.minInt(b.maxInt(page, firstPage), lastPage);
    keyPages.push_back(item.keyPage(page));
    valuePages.push_back(item.valuePage(page));
  }
}

Val Chunk::ofPage(ArrayRef<Val> values, Val token) const {
  Val value = values[0];
  for (size_t i = 1; i < values.size(); ++i)
    value = b.select(token < static_cast<double>(i * kPageTokens), value,
                     values[i]);
  return value;
}

void Chunk::loadScales() const {
  // A lane has as many tokens as fit a load.
  int64_t tokens = numTokens() / kWarp;
  Type type = b.vec(tokens, b.getI16Type());
  Val token = b.lane * b.c32(tokens);
  auto copy = [&](const PageLayout &layout, Val page, int64_t offset) {
    Val scales = b.offset(page, layout.scalesOffset());
    Val values = b.load(
        type, b.element(scales, pageRow(token), b.getI16Type()), tokens * 2);
    b.store(values, b.element(buffer.scales, token + offset, b.getI16Type()),
            tokens * 2);
  };
  copy(item.problem.getKeyLayout(), keyPage(token), 0);
  copy(item.problem.getValueLayout(), valuePage(token), numTokens());
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

/// Elements of a list.
static int64_t listSize(DecodeProblemAttr problem) {
  return maxTokens(problem) + kListPadding;
}

int64_t ChunkMemory::bytes(DecodeProblemAttr problem) {
  int64_t centres = maxPages(problem) * problem.getGroupRows() * 4;
  return llvm::alignTo(2 * listSize(problem) * 2 + centres, 16);
}

ChunkMemory::ChunkMemory(GpuBuilder &b, DecodeProblemAttr problem, Val base)
    : lists{base, b.offset(base, listSize(problem) * 2)},
      centres(b.offset(base, 2 * listSize(problem) * 2)) {}
