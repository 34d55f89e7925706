//===- MergeChunks.cpp - Partial outputs of a row, added up ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MergeChunks.h"

#include "Rows.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kLog2e = 1.44269504088896340736;

/// Neighbours of a deal, whose loads are in flight together, and chunks of all
/// squads' deals.
static constexpr int64_t kSlots = 4, kDeal = kMergeSquads * kSlots;
/// Squads that the last step reads together.
static constexpr int64_t kSquadsAtOnce = 4;

SmallVector<Val> ChunkMerger::Totals::values() const {
  SmallVector<Val> all(output);
  all.append({sum, count, most});
  return all;
}

ChunkMerger::Totals ChunkMerger::Totals::of(ArrayRef<Val> values) {
  size_t n = values.size() - 3;
  return {llvm::to_vector(values.take_front(n)), values[n], values[n + 1],
          values[n + 2]};
}

ChunkMerger::ChunkMerger(GpuBuilder &b, DecodeProblemAttr problem)
    : item(b, problem, b.blockZ, b.blockY), b(b),
      channels(problem.getValueLayout().channels()), row(b.blockX),
      parts(b.shared(kMergeSquads * channels * 4)),
      words(b.shared(3 * kMergeSquads * kWords * 4)),
      tops(b.shared(kMergeSquads * 4)) {}

void ChunkMerger::forColumns(function_ref<void(int64_t, Val)> body) const {
  for (int64_t column = 0; column < numColumns(); ++column) {
    Val first = channel(column);
    if ((column + 1) * kColumns <= channels)
      body(column, first);
    else
      b.ifThen(first < static_cast<double>(channels),
               [&] { body(column, first); });
  }
}

Val ChunkMerger::wordAt(int64_t kind, Val squad) const {
  Val word = b.lane & (kWords - 1);
  return b.offset(
      words, ((squad + kind * kMergeSquads) * b.c32(kWords) + word) * b.c32(4));
}

Val ChunkMerger::partAt(Val squad, Val channel) const {
  return floatAt(b, parts, squad * b.c32(channels) + channel);
}

/// Those that have chunks.
Val ChunkMerger::numSquads() const {
  Val chunks = item.endChunk - item.firstChunk;
  return b.minInt((chunks + (kSlots - 1)) >> llvm::Log2_64(kSlots),
                  b.c32(kMergeSquads));
}

ChunkMerger::Totals ChunkMerger::none() const {
  Val column = b.constant(0, b.vec(kColumn, b.f32()));
  return {SmallVector<Val>(numColumns(), column), b.cf(0), b.c32(0), b.cf(0)};
}

/// What totals are when all their weights are multiplied with `factor`.
ChunkMerger::Totals ChunkMerger::scaled(const Totals &totals,
                                        Val factor) const {
  Totals result = totals;
  for (Val &column : result.output)
    column = b.splat(factor, kColumn) * column;
  // Variances are multiplied with the factor twice.
  Val isSquare =
      (b.lane >= static_cast<double>(wordOf(&ChunkStats::variance))) &
      (b.lane <= static_cast<double>(wordOf(&ChunkStats::spread)));
  Val ofWord = b.select(isSquare, factor * factor, factor);
  result.sum = item.rule.scaled(ofWord, totals.sum);
  return result;
}

/// `totals` if they exist: what was read in their place otherwise may be NaN.
ChunkMerger::Totals ChunkMerger::orNone(const Totals &totals,
                                        Val exists) const {
  SmallVector<Val> values = totals.values();
  for (Val &value : values)
    value = b.select(exists, value, b.constant(0, value.type()));
  return Totals::of(values);
}

void ChunkMerger::add(const Totals &from, Totals &into) const {
  for (auto [x, sum] : llvm::zip_equal(from.output, into.output))
    sum = sum + x;
  into.sum = into.sum + from.sum;
  into.count = into.count + from.count;
  into.most = b.maxPropagate(into.most, from.most);
}

/// The lane's word and columns of each of the chunks from `first` on; of the
/// last one where there is none.
SmallVector<Val> ChunkMerger::loadDeal(Val first) const {
  Type column = b.vec(kColumn, b.f32());
  SmallVector<Val> loaded;
  for (int64_t slot = 0; slot < kSlots; ++slot) {
    Val known = b.minInt(first + slot, item.endChunk - 1);
    Val words = item.work.stats(known, row).pointer();
    loaded.push_back(
        b.load(b.i32(), b.element(words, b.lane & (kWords - 1), b.i32())));
    Val partial = item.work.partial(known, row);
    for (int64_t i = 0; i < numColumns(); ++i)
      loaded.push_back(
          b.load(column, floatAt(b, partial, knownChannel(i)), 16));
  }
  return loaded;
}

/// `carried`: the squad's totals, and the largest score, which they are
/// relative to.
SmallVector<Val> ChunkMerger::addDeal(Val first, ArrayRef<Val> loaded,
                                      ArrayRef<Val> carried) const {
  size_t each = loaded.size() / kSlots;
  SmallVector<Val> exists, maxima;
  Val top = carried.back();
  for (int64_t slot = 0; slot < kSlots; ++slot) {
    exists.push_back(first + slot < item.endChunk);
    Val word = b.bitcast(loaded[slot * each], b.f32());
    Val max = b.shuffle(word, b.c32(wordOf(&ChunkStats::max)));
    maxima.push_back(b.select(exists[slot], max, b.cf(-kInfinity)));
    top = b.maxPropagate(top, maxima[slot]);
  }
  Val newBase = finiteMax(b, top);
  Totals sums = scaled(Totals::of(carried.drop_back()),
                       item.rule.exp2(carried.back() - newBase));
  for (int64_t slot = 0; slot < kSlots; ++slot) {
    ArrayRef<Val> own = loaded.slice(slot * each, each);
    Val word = own.front(), asFloat = b.bitcast(word, b.f32());
    Totals chunk = {llvm::to_vector(own.drop_front()), asFloat, word, asFloat};
    add(scaled(orNone(chunk, exists[slot]),
               item.rule.exp2(maxima[slot] - newBase)),
        sums);
  }
  SmallVector<Val> next = sums.values();
  next.push_back(top);
  return next;
}

void ChunkMerger::storeSquad(Val squad, const Totals &sums, Val top) const {
  forColumns([&](int64_t column, Val channel) {
    b.store(sums.output[column], partAt(squad, channel), 16);
  });
  b.ifThen(b.lane < static_cast<double>(kWords), [&] {
    b.store(sums.sum, wordAt(0, squad));
    b.store(sums.count, wordAt(1, squad));
    b.store(sums.most, wordAt(2, squad));
  });
  b.ifThen(b.lane == 0, [&] { b.store(top, floatAt(b, tops, squad)); });
}

/// Leaves a squad's totals in shared memory.
void ChunkMerger::addSquad(Val squad) const {
  SmallVector<Val> nothing = none().values();
  nothing.push_back(b.cf(-kInfinity));
  Val first = item.firstChunk + squad * b.c32(kSlots);
  SmallVector<Val> sums =
      b.loop(first, item.endChunk, kDeal, nothing,
             [&](Val deal, ArrayRef<Val> carried) {
               return addDeal(deal, loadDeal(deal), carried);
             });
  storeSquad(squad, Totals::of(ArrayRef(sums).drop_back()), sums.back());
}

void ChunkMerger::addChunks() const {
  Val warps = b.blockWarps();
  b.loop(b.c32(0), (numSquads() - b.warp + warps - 1.0) / warps, 1,
         [&](Val turn) { addSquad(b.warp + turn * warps); });
}

ChunkMerger::Totals ChunkMerger::loadSquad(Val squad) const {
  Totals sums;
  for (int64_t i = 0; i < numColumns(); ++i)
    sums.output.push_back(
        b.load(b.vec(kColumn, b.f32()), partAt(squad, knownChannel(i)), 16));
  sums.sum = b.load(b.f32(), wordAt(0, squad));
  sums.count = b.load(b.i32(), wordAt(1, squad));
  sums.most = b.load(b.f32(), wordAt(2, squad));
  return sums;
}

/// Of the squads, and of the sink.
void ChunkMerger::findMax() {
  static_assert(kMergeSquads <= kWarp);
  Val known = b.minInt(b.lane, b.c32(kMergeSquads - 1));
  Val top = b.load(b.f32(), floatAt(b, tops, known));
  max = b.warpMax(b.select(b.lane < numSquads(), top, b.cf(-kInfinity)));
  if (item.problem.hasSinks()) {
    Val address = tile::elementAddress(
        item.params, &DecodeParams::sinks, &DecodeParams::sinksStride,
        {b.blockY, row / item.problem.getRows()}, item.problem.getSinks());
    sink = tile::loadFloats(b, item.problem.getSinks(), address) * kLog2e;
    max = b.maxPropagate(max, sink);
  }
  base = finiteMax(b, max);
}

/// The squads' totals, in their order.
void ChunkMerger::addSquads() {
  Val count = numSquads();
  auto addSome = [&](Val first, ArrayRef<Val> carried) {
    Totals all = Totals::of(carried);
    for (int64_t i = 0; i < kSquadsAtOnce; ++i) {
      Val squad = first + i, exists = squad < count;
      Val top = b.load(b.f32(), floatAt(b, tops, squad));
      Totals sums = scaled(loadSquad(squad), item.rule.exp2(top - base));
      add(orNone(sums, exists), all);
    }
    return all.values();
  };
  totals = Totals::of(
      b.loop(b.c32(0), count, kSquadsAtOnce, none().values(), addSome));
}
