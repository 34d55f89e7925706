//===- Merge.cpp - Chunks added in a fixed order, turned back, reported ---===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Kernels.h"
#include "Rows.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kLn2 = 0.69314718055994530942;
static constexpr double kLog2e = 1.44269504088896340736;

/// Threads of a row: fewer where many rows fill the device anyhow.
static int64_t mergeThreads(DecodeProblemAttr problem) {
  return problem.getGroupRows() < 8 ? 512 : 128;
}

/// Chunks whose loads are in flight together.
static constexpr int64_t kMergeUnroll = 4;
/// Channels of a thread.
static constexpr int64_t kColumn = 4;

namespace {
/// Float sums over the chunks; the first eight of `warpSumOfEight`.
enum MergeSum {
  kSum,
  kBeta,
  kBetaV,
  kV,
  kRead,
  kVariance,
  kSpread,
  kNumSums = 8
};

/// One row of a decode. Threads are `groups` groups of `columns`: a thread has
/// four channels of every `groups`-th chunk.
struct Merger {
  DecodeItem item;
  GpuBuilder &b;
  int64_t channels, columns, groups;
  Val row, group, channel;
  Val output, parts, scratch, sums, counts;
  Val max, base, sink, maxV;
  Val nothing;  ///< i1: the row sees no token, and no sink
  double empty; ///< what it gives then

  Merger(GpuBuilder &b, DecodeProblemAttr problem);
  Val chunkFactor(Val chunk);
  void findMax();
  void addChunks();
  void addStats();
  Val total(Val parts, int64_t index, Type type);
  const tile::Fields<DecodeParams> &params() const { return item.params; }
  Val sinkShare() { return item.rule.exp2(sink - base); }
  std::pair<Val, Val> centreSquares();
  void storeOutput();
  void storeReport(Val denominator, Val logSumExp, Val norm);
  void run();
};
} // namespace

Merger::Merger(GpuBuilder &b, DecodeProblemAttr problem)
    : item(b, problem, b.blockZ, b.blockY), b(b),
      channels(problem.getValueLayout().channels()),
      columns(channels / kColumn), groups(b.threads / columns), row(b.blockX) {
  group = b.thread / columns;
  channel = (b.thread - group * b.c32(columns)) * b.c32(kColumn);
  output = b.shared(channels * 4);
  parts = b.shared(groups * channels * 4);
  scratch = b.shared(64);
  sums = b.shared(b.threads / kWarp * kNumSums * 4);
  counts = b.shared(b.threads / kWarp * kNumSums * 4);
}

/// What the chunk's weights are multiplied with.
Val Merger::chunkFactor(Val chunk) {
  Val chunkMax = item.work.stats(chunk, row).get(&ChunkStats::max);
  return item.rule.exp2(chunkMax - base);
}

void Merger::findMax() {
  Val most =
      b.loop(item.firstChunk + b.thread, item.endChunk, b.threads,
             {b.cf(-kInfinity)},
             [&](Val chunk, ArrayRef<Val> carried) {
               Val chunkMax = item.work.stats(chunk, row).get(&ChunkStats::max);
               return SmallVector<Val>{b.maxPropagate(carried[0], chunkMax)};
             })
          .front();
  max = b.blockMax(most, scratch);
  if (item.problem.hasSinks()) {
    Val address = tile::elementAddress(
        item.params, &DecodeParams::sinks, &DecodeParams::sinksStride,
        {b.blockY, row / item.problem.getRows()}, item.problem.getSinks());
    sink = tile::loadFloats(b, item.problem.getSinks(), address) * kLog2e;
    max = b.maxPropagate(max, sink);
  }
  base = finiteMax(b, max);
}

/// The row's output times the denominator, into `output`.
void Merger::addChunks() {
  Type column = b.vec(kColumn, b.f32());
  // Threads that are left over have no chunks.
  Val first = b.select(group < static_cast<double>(groups),
                       item.firstChunk + group, item.endChunk);
  SmallVector<Val> total = b.loop(
      first, item.endChunk, groups * kMergeUnroll, {b.constant(0, column)},
      [&](Val chunk, ArrayRef<Val> carried) {
        SmallVector<Val> factors, values;
        for (int64_t i = 0; i < kMergeUnroll; ++i) {
          Val index = chunk + i * groups;
          Val known = b.minInt(index, item.endChunk - 1);
          values.push_back(b.load(
              column, floatAt(b, item.work.partial(known, row), channel), 16));
          factors.push_back(
              b.select(index < item.endChunk, chunkFactor(known), b.cf(0)));
        }
        Val sum = carried[0];
        for (int64_t i = 0; i < kMergeUnroll; ++i) {
          // A chunk that is NaN must not be added twice, nor by mistake.
          Val value = b.select(chunk + i * groups < item.endChunk, values[i],
                               b.constant(0, column));
          sum = b.fma(b.splat(factors[i], kColumn), value, sum);
        }
        return SmallVector<Val>{sum};
      });
  b.ifThen(group < static_cast<double>(groups), [&] {
    b.store(total[0], floatAt(b, parts, group * b.c32(channels) + channel), 16);
  });
  b.barrier();
  Team{b, /*isWarp=*/false}.forEach(channels, [&](Val i) {
    Val sum = b.cf(0);
    for (int64_t g = 0; g < groups; ++g)
      sum = sum + b.load(b.f32(), floatAt(b, parts, i + g * channels));
    b.store(sum, floatAt(b, output, i));
  });
}

/// Sums of the chunks' statistics into shared memory, a part for each warp.
void Merger::addStats() {
  SmallVector<Val> initial(kNumSums, b.cf(0));
  initial.append(6, b.c32(0));
  initial.push_back(b.cf(0));
  SmallVector<Val> found = b.loop(
      item.firstChunk + b.thread, item.endChunk, b.threads, initial,
      [&](Val chunk, ArrayRef<Val> carried) {
        SmallVector<Val> next(carried);
        tile::Fields<ChunkStats> stats = item.work.stats(chunk, row);
        Val factor = chunkFactor(chunk);
        auto add = [&](MergeSum which, Val by, float ChunkStats::*field) {
          next[which] = next[which] + item.rule.scaled(by, stats.get(field));
        };
        add(kSum, factor, &ChunkStats::sum);
        add(kBeta, factor, &ChunkStats::sumBeta);
        add(kBetaV, factor, &ChunkStats::sumBetaV);
        add(kV, factor, &ChunkStats::sumV);
        add(kRead, factor, &ChunkStats::sumRead);
        add(kVariance, factor * factor, &ChunkStats::variance);
        add(kSpread, factor * factor, &ChunkStats::spread);
        for (int64_t i = 0; i < 3; ++i) {
          next[kNumSums + i] =
              next[kNumSums + i] + stats.get(&ChunkStats::keyRows, i);
          next[kNumSums + 3 + i] =
              next[kNumSums + 3 + i] + stats.get(&ChunkStats::valueRows, i);
        }
        next.back() = b.maxPropagate(next.back(), stats.get(&ChunkStats::maxV));
        return next;
      });
  ArrayRef<Val> all = found;
  Val ofWarp = b.warpSumOfEight(all.take_front(kNumSums));
  SmallVector<Val> rows(all.slice(kNumSums, 6));
  rows.append(2, b.c32(0));
  Val rowsOfWarp = b.warpSumOfEight(rows);
  b.ifThen((b.lane & 3) == 0, [&] {
    Val index = b.warp * b.c32(kNumSums) + (b.lane >> 2);
    b.store(ofWarp, floatAt(b, sums, index));
    b.store(rowsOfWarp, b.element(counts, index, b.i32()));
  });
  maxV = b.blockMax(all[kNumSums + 6], scratch);
}

/// |c|^2 and |c - o|^2 of the last page's centre; 0 without tokens. `output`
/// has o, each element where the thread that wrote it reads it.
std::pair<Val, Val> Merger::centreSquares() {
  PageLayout layout = item.problem.getValueLayout();
  SmallVector<Val> nothing = {b.cf(0), b.cf(0)};
  SmallVector<Val> squares = b.ifElse(
      item.length > 0,
      [&] {
        Val page = item.valuePage((item.length - 1) >> 7);
        return b.loop(b.thread, b.c32(channels), b.threads, nothing,
                      [&](Val i, ArrayRef<Val> carried) {
                        Val c = loadCentre(b, layout, page, i);
                        Val d = c - b.load(b.f32(), floatAt(b, output, i));
                        return SmallVector<Val>{b.fma(c, c, carried[0]),
                                                b.fma(d, d, carried[1])};
                      });
      },
      [&] { return nothing; });
  return {b.blockSum(squares[0], scratch), b.blockSum(squares[1], scratch)};
}

/// Turns `output` back and stores it.
void Merger::storeOutput() {
  Team team{b, /*isWarp=*/false};
  int64_t size = item.problem.getValueHeadDim();
  butterflies(team, output, size);
  Type type = item.problem.getOutput();
  team.forEach(size, [&](Val i) {
    Val value = rotationSign(
        b, b.load(b.f32(), floatAt(b, output, i)) * tile::rotationFactor(size),
        i);
    Val target = tile::elementAddress(
        item.params, &DecodeParams::output, &DecodeParams::outputStride,
        {b.blockZ, b.blockY, row / item.problem.getRows(),
         row % item.problem.getRows()},
        type);
    tile::storeFloats(b, b.select(nothing, b.cf(empty), value), type,
                      b.element(target, i, type));
  });
}

/// The sum of what the warps left in `parts`.
Val Merger::total(Val parts, int64_t index, Type type) {
  Val sum = b.load(type, b.offset(parts, index * 4));
  for (int64_t w = 1; w < b.threads / kWarp; ++w)
    sum = sum + b.load(type, b.offset(parts, (w * kNumSums + index) * 4));
  return sum;
}

void Merger::storeReport(Val denominator, Val logSumExp, Val norm) {
  auto [centreSquare, distanceSquare] = centreSquares();
  Val variance = b.fma(total(sums, kSpread, b.f32()), distanceSquare,
                       total(sums, kVariance, b.f32()));
  tile::ErrorSums errors{total(sums, kSum, b.f32()),
                         total(sums, kBeta, b.f32()),
                         total(sums, kBetaV, b.f32()),
                         total(sums, kV, b.f32()),
                         maxV,
                         total(sums, kRead, b.f32())};
  if (item.problem.hasSinks())
    item.rule.addSink(errors, sinkShare(), b.sqrt(centreSquare));
  SmallVector<Val> keyRows, valueRows;
  for (int64_t i = 0; i < 3; ++i) {
    keyRows.push_back(total(counts, i, b.i32()));
    valueRows.push_back(total(counts, 3 + i, b.i32()));
  }
  b.ifThen(b.thread == 0, [&] {
    Val heads = params().get(&DecodeParams::kvHeads);
    Val index = (b.blockZ * heads + b.blockY) * b.c32(item.groupRows()) + row;
    Val address =
        b.offset(params().get(&DecodeParams::report),
                 b.convert(index, b.i64()) * b.c64(sizeof(HeadReport)));
    auto report = tile::record<HeadReport>(address, kGlobal);
    auto known = [&](Val value) {
      return b.select(nothing, b.cf(empty), value);
    };
    report.set(&HeadReport::logSumExp, logSumExp);
    report.set(&HeadReport::norm, known(norm));
    report.set(&HeadReport::estimate,
               known(item.rule.estimate(variance, denominator)));
    report.set(&HeadReport::bound,
               known(item.rule.bound(errors, denominator, norm)));
    report.set(&HeadReport::visible, item.visible(row).count);
    for (int64_t i = 0; i < 3; ++i) {
      report.set(&HeadReport::keyRows, i, keyRows[i]);
      report.set(&HeadReport::valueRows, i, valueRows[i]);
    }
    report.set(&HeadReport::certificate, b.c32(0));
    Val planes = item.rule.planeBytes(keyRows, valueRows);
    report.set(&HeadReport::planeBytes, planes);
    report.set(&HeadReport::bytes,
               item.rule.allBytes(planes, keyRows, item.length));
  });
}

void Merger::run() {
  nothing = b.constant(0, b.i1());
  empty = item.problem.getMaskedRows() == MaskedRows::Zero
              ? 0
              : std::numeric_limits<double>::quiet_NaN();
  findMax();
  addChunks();
  addStats();
  b.barrier();
  nothing = max == -kInfinity;
  Val denominator = total(sums, kSum, b.f32());
  if (item.problem.hasSinks())
    denominator = denominator + sinkShare();
  // Element i of `output` was written by the thread that reads it here.
  Val square = b.loop(b.thread, b.c32(channels), b.threads, {b.cf(0)},
                      [&](Val i, ArrayRef<Val> carried) {
                        Val address = floatAt(b, output, i);
                        Val o = b.load(b.f32(), address) / denominator;
                        b.store(o, address);
                        return SmallVector<Val>{b.fma(o, o, carried[0])};
                      })
                   .front();
  Val norm = b.sqrt(b.blockSum(square, scratch));
  Val logSumExp = (max + item.rule.log2(denominator)) * kLn2;
  b.ifThen(b.isSet(params().get(&DecodeParams::report)),
           [&] { storeReport(denominator, logSumExp, norm); });
  Val logSumExps = params().get(&DecodeParams::logSumExp);
  b.ifThen(b.isSet(logSumExps) & (b.thread == 0), [&] {
    Val heads = params().get(&DecodeParams::kvHeads);
    Val index = (b.blockZ * heads + b.blockY) * b.c32(item.groupRows()) + row;
    b.store(logSumExp, b.element(logSumExps, index, b.f32()));
  });
  storeOutput();
}

void aligned::gpu::emitMerge(GpuBuilder &b, StringRef name,
                             DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), mergeThreads(problem));
  Merger(b, problem).run();
  b.endKernel();
}
