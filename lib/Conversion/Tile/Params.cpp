//===- Params.cpp - Addresses and fields of the kernel interface ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/Tile/Params.h"

#include "Aligned/Conversion/Tile/Rule.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::tile;

static Val wide(Val value) {
  return value.emitter->convert(value, value.emitter->i64());
}

Val aligned::tile::pageAddress(const Fields<PlanesView> &view, Val slot,
                               Val page, Val head) {
  Emitter &e = *page.emitter;
  Val entry = wide(slot) * view.get(&PlanesView::tableStride) + wide(page);
  Val table = e.element(view.get(&PlanesView::pageTable), entry, e.i32());
  Val number = wide(e.load(e.i32(), table, 4));
  Val bytes = number * view.get(&PlanesView::pageStride) +
              wide(head) * view.get(&PlanesView::headStride);
  return e.offset(view.get(&PlanesView::pages), bytes);
}

Type aligned::tile::memoryType(Type type) {
  return type.isInteger(1) ? IntegerType::get(type.getContext(), 8) : type;
}

Val aligned::tile::loadFloats(Emitter &e, Type element, Val pointer,
                              int64_t lanes) {
  // As integers for bf16: not every target has the type.
  Type stored = element.isBF16() ? e.getI16Type() : element;
  Type type = lanes ? Type(e.vec(lanes, stored)) : stored;
  unsigned bytes = stored.getIntOrFloatBitWidth() / 8;
  Val raw = e.load(type, pointer, bytes);
  return element.isBF16() ? fromBF16(raw) : e.convert(raw, e.f32());
}

void aligned::tile::storeFloats(Emitter &e, Val value, Type element,
                                Val pointer) {
  Val raw = element.isBF16() ? toBF16(value) : e.convert(value, element);
  e.store(raw, pointer, element.getIntOrFloatBitWidth() / 8);
}

Workspace::Workspace(const Fields<DecodeParams> &params,
                     DecodeProblemAttr problem, Val sequence, Val head)
    : e(*sequence.emitter), space(params.addressSpace()),
      groupRows(problem.getGroupRows()),
      keyChannels(problem.getKeyLayout().channels()),
      valueChannels(problem.getValueLayout().channels()) {
  Val heads = wide(params.get(&DecodeParams::kvHeads));
  item = wide(sequence) * heads + wide(head);
  base = item * e.c64(groupRows);
  chunks = wide(params.get(&DecodeParams::maxChunks));
  Fields<DecodeWorkspace> work = params.sub(&DecodeParams::work);
  queryHighs = work.get(&DecodeWorkspace::queryHigh);
  queryLows = work.get(&DecodeWorkspace::queryLow);
  queryCarries = work.get(&DecodeWorkspace::queryCarry);
  queries = work.get(&DecodeWorkspace::query);
  queryRecords = work.get(&DecodeWorkspace::queryStats);
  scores = work.get(&DecodeWorkspace::scores);
  maxima = work.get(&DecodeWorkspace::firstMax);
  sums = work.get(&DecodeWorkspace::firstSum);
  records = work.get(&DecodeWorkspace::stats);
  partials = work.get(&DecodeWorkspace::partial);
  logSums = work.get(&DecodeWorkspace::firstLogSum);
  arrivals = work.get(&DecodeWorkspace::arrived);
  groups = work.get(&DecodeWorkspace::rounds);
  excesses = work.get(&DecodeWorkspace::excess);
  alignments = work.get(&DecodeWorkspace::alignment);
}

/// Element 0 of row `row` of [.. R][rowElements].
Val Workspace::row(Val pointer, Val row, int64_t rowElements,
                   Type element) const {
  return e.element(pointer, (base + wide(row)) * e.c64(rowElements), element);
}

/// Row `row` of chunk `chunk` in [.. C][R].
Val Workspace::chunkRow(Val chunk, Val row) const {
  return base * chunks + wide(chunk) * e.c64(groupRows) + wide(row);
}

Val Workspace::queryHigh(Val row) const {
  return this->row(queryHighs, row, keyChannels, e.i8());
}
Val Workspace::queryLow(Val row) const {
  return this->row(queryLows, row, keyChannels, e.i8());
}
Val Workspace::queryCarry(Val row) const {
  return this->row(queryCarries, row, keyChannels, e.i8());
}
Val Workspace::query(Val row) const {
  return this->row(queries, row, keyChannels, e.f32());
}
Fields<QueryStats> Workspace::queryStats(Val row) const {
  return record<QueryStats>(
      this->row(queryRecords, row, sizeof(QueryStats), e.i8()), space);
}
Val Workspace::score(Val row, Val position) const {
  Val index =
      (base + wide(row)) * chunks * e.c64(kChunkTokens) + wide(position);
  return e.element(scores, index, e.f32());
}
Val Workspace::firstMax(Val chunk, Val row) const {
  return e.element(maxima, chunkRow(chunk, row), e.f32());
}
Val Workspace::firstSum(Val chunk, Val row) const {
  return e.element(sums, chunkRow(chunk, row), e.f32());
}
Fields<ChunkStats> Workspace::stats(Val chunk, Val row) const {
  Val bytes = chunkRow(chunk, row) * e.c64(sizeof(ChunkStats));
  return record<ChunkStats>(e.offset(records, bytes), space);
}
Val Workspace::partial(Val chunk, Val row) const {
  return e.element(partials, chunkRow(chunk, row) * e.c64(valueChannels),
                   e.f32());
}
Val Workspace::firstLogSum(Val row) const {
  return this->row(logSums, row, 1, e.f32());
}
Fields<GroupRounds> Workspace::rounds() const {
  return record<GroupRounds>(
      e.offset(groups, item * e.c64(sizeof(GroupRounds))), space);
}
Val Workspace::excess(Val row) const {
  return this->row(excesses, row, 1, e.f32());
}
Val Workspace::alignment(Val row) const {
  return this->row(alignments, row, 1, e.f32());
}
Val Workspace::arrived() const { return e.element(arrivals, item, e.i32()); }
