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

/// The chunk's positions.
void Chunk::place() {
  Val first = index << item.chunkShift;
  begin = first & -numTokens();
  from = b.maxInt(item.from, first) - begin;
  to = b.minInt(item.length, first + (b.c32(1) << item.chunkShift)) - begin;
}

Chunk::Chunk(const DecodeItem &item, Val index, ChunkBuffer buffer)
    : item(item), b(item.b), buffer(buffer), index(index) {
  place();
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

Chunk::Chunk(const DecodeItem &item, const tile::Fields<ChunkRecord> &record,
             ChunkBuffer buffer)
    : item(item), b(item.b), buffer(buffer),
      index(record.get(&ChunkRecord::index)) {
  place();
  for (int64_t i = 0; i < numPages(); ++i) {
    keyPages.push_back(record.get(&ChunkRecord::keyPages, i));
    valuePages.push_back(record.get(&ChunkRecord::valuePages, i));
  }
}

void Chunk::save(const tile::Fields<ChunkRecord> &record) const {
  b.ifThen(b.lane == 0, [&] {
    for (int64_t i = 0; i < numPages(); ++i) {
      record.set(&ChunkRecord::keyPages, i, keyPages[i]);
      record.set(&ChunkRecord::valuePages, i, valuePages[i]);
    }
    record.set(&ChunkRecord::sequence, item.sequence);
    record.set(&ChunkRecord::head, item.head);
    record.set(&ChunkRecord::slot, item.slot);
    record.set(&ChunkRecord::length, item.length);
    record.set(&ChunkRecord::index, index);
  });
}

DecodeItem aligned::gpu::savedItem(GpuBuilder &b, DecodeProblemAttr problem,
                                   const tile::Fields<ChunkRecord> &record) {
  return DecodeItem(b, problem, record.get(&ChunkRecord::sequence),
                    record.get(&ChunkRecord::head),
                    record.get(&ChunkRecord::slot),
                    record.get(&ChunkRecord::length));
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
    Val values = b.load(type, b.element(scales, pageRow(token), b.getI16Type()),
                        tokens * 2);
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

void Chunk::mark(Val token) const {
  Val address = b.element(buffer.scales, token, b.getI16Type());
  Val sign = b.constant(-0x8000, b.getI16Type());
  b.store(b.load(b.getI16Type(), address) | sign, address);
}

Val Chunk::scoreAddress(Val row, Val token) const {
  return b.element(buffer.scores, row * buffer.rowStride + token, b.f32());
}

bool aligned::gpu::scoresStand(DecodeProblemAttr problem) {
  return problem.getSoftcap().getValueAsDouble() == 0 && !problem.hasMask();
}

Val Chunk::countVisible(Val row) const {
  tile::Visible range = item.visible(row);
  Val count =
      b.minInt(range.to - begin, to) - b.maxInt(range.from - begin, from);
  return b.maxInt(count, b.c32(0));
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
  int64_t rows = problem.getGroupRows(),
          floats = (maxPages(problem) + 2) * rows;
  return llvm::alignTo(
      rows * sizeof(ChunkStats) + 2 * listSize(problem) * 2 + floats * 4, 16);
}

ChunkMemory::ChunkMemory(GpuBuilder &b, DecodeProblemAttr problem, Val base) {
  int64_t offset = 0, rows = problem.getGroupRows();
  auto take = [&](int64_t bytes) {
    Val part = b.offset(base, offset);
    offset += bytes;
    return part;
  };
  records = take(rows * sizeof(ChunkStats));
  for (Val &list : lists)
    list = take(listSize(problem) * 2);
  centres = take(maxPages(problem) * rows * 4);
  thresholds = take(2 * rows * 4);
}

tile::Fields<ChunkStats> ChunkMemory::stats(Val row) const {
  GpuBuilder &b = static_cast<GpuBuilder &>(*row.emitter);
  return tile::record<ChunkStats>(
      b.offset(records, row * b.c32(sizeof(ChunkStats))), kShared);
}
