//===- DecodePhase.cpp - What the phases of a decode share ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodePhase.h"

#include "Aligned/Conversion/Tile/Paper.h"

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

void DecodePhase::startRounds() {
  tile::startRounds(work.rounds(), params);
  b.store(b.c32(0), work.arrived());
}

void DecodePhase::storeChunkSum(const Chunk &chunk, Val row) {
  Visible visible = this->visible(row);
  Val nothing =
      b.constant(-std::numeric_limits<double>::infinity(), b.floats());
  auto largest = b.loop(
      chunk.tileFrom, chunk.to, kLanes, nothing,
      [&](Val position, ArrayRef<Val> largest) -> SmallVector<Val> {
        return {b.maxPropagate(largest[0], scores(row, visible, position))};
      });
  Val maximum = b.maxLanes(largest[0]);
  Val base = finiteBase(maximum);
  auto sum = b.loop(chunk.tileFrom, chunk.to, kLanes, b.constant(0, b.floats()),
                    [&](Val position, ArrayRef<Val> sum) -> SmallVector<Val> {
                      Val score = scores(row, visible, position);
                      return {sum[0] + rule.exp2(score - base)};
                    });
  b.store(maximum, work.firstMax(b.x, row));
  b.store(b.sumLanes(sum[0]), work.firstSum(b.x, row));
}

void DecodePhase::finishScores(const Chunk &chunk) {
  b.loop(b.c32(0), b.c32(rows), 1, [&](Val row) { storeChunkSum(chunk, row); });
  auto [first, end] = visibleChunks();
  Val before = b.atomicIncrement(work.arrived());
  b.ifThen(before + 1 == end - first, [&] {
    b.loop(b.c32(0), b.c32(rows), 1, [&](Val row) { sumChunks(row); });
  });
}

/// In the order of the chunks.
void DecodePhase::sumChunks(Val row) {
  auto [first, end] = visibleChunks();
  auto maximum = [&](Val chunk) {
    return b.load(b.f32(), work.firstMax(chunk, row));
  };
  Val largest =
      b.loop(first, end, 1, b.cf(-std::numeric_limits<double>::infinity()),
             [&](Val chunk, ArrayRef<Val> largest) -> SmallVector<Val> {
               return {b.maxPropagate(largest[0], maximum(chunk))};
             })[0];
  Val base = finiteBase(largest);
  Val sum = b.loop(first, end, 1, b.cf(0),
                   [&](Val chunk, ArrayRef<Val> sum) -> SmallVector<Val> {
                     Val part = b.load(b.f32(), work.firstSum(chunk, row));
                     Val factor = rule.exp2(maximum(chunk) - base);
                     return {sum[0] + factor * part};
                   })[0];
  b.store(base + rule.log2(sum), work.firstLogSum(row));
}

/// Of each tier, the channels of K that some row of the group asks for.
static SmallVector<Val, 3> countChannels(DecodePhase &p) {
  PhaseBuilder &b = p.b;
  SmallVector<Val> counts =
      b.loop(b.c32(0), b.c32(p.keys.headDim), 1, SmallVector<Val>(3, b.c32(0)),
             [&](Val channel, ArrayRef<Val> counts) -> SmallVector<Val> {
               Val bits = p.channelBits(channel);
               SmallVector<Val> next;
               for (int tier = 0; tier < 3; ++tier) {
                 Val isOf = bits == paper::kPrefixBits[tier];
                 next.push_back(counts[tier] + b.extendUnsigned(isOf, b.i32()));
               }
               return next;
             });
  return {counts[0], counts[1], counts[2]};
}

Val DecodePhase::channelBits(Val channel) {
  return b.loop(b.c32(0), b.c32(rows), 1, b.c32(0),
                [&](Val row, ArrayRef<Val> most) -> SmallVector<Val> {
                  Val bits =
                      b.load(b.i8(), b.offset(work.queryLow(row), channel));
                  return {b.maxInt(most[0], b.extendUnsigned(bits, b.i32()))};
                })[0];
}

Reads DecodePhase::countReads(Val row) {
  auto [first, end] = visibleChunks();
  SmallVector<Val> counts = b.loop(
      first, end, 1, SmallVector<Val>(6, b.c32(0)),
      [&](Val chunk, ArrayRef<Val> counts) -> SmallVector<Val> {
        auto stats = work.stats(chunk, row);
        SmallVector<Val> next;
        for (int64_t i = 0; i < 3; ++i)
          next.push_back(counts[i] + stats.get(&ChunkStats::keyRows, i));
        for (int64_t i = 0; i < 3; ++i)
          next.push_back(counts[3 + i] + stats.get(&ChunkStats::valueRows, i));
        return next;
      });
  Reads reads;
  reads.keyRows.append(counts.begin(), counts.begin() + 3);
  reads.valueRows.append(counts.begin() + 3, counts.end());
  if (problem.isIEEE()) {
    reads.keyRows = countChannels(*this);
    auto bytes = paper::fetchedBytes(problem, rule.visibleToAny(length),
                                     params.get(&DecodeParams::budget),
                                     reads.keyRows, reads.valueRows);
    reads.planeBytes = bytes.planes;
    reads.bytes = bytes.all;
    return reads;
  }
  reads.planeBytes = rule.planeBytes(reads.keyRows, reads.valueRows);
  reads.bytes = rule.allBytes(reads.planeBytes, reads.keyRows, length);
  return reads;
}

Val DecodePhase::finiteBase(Val maximum) {
  return b.select(maximum == -std::numeric_limits<double>::infinity(), b.cf(0),
                  maximum);
}
