//===- Attend.cpp - Tiers, K refined, V read ------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attend.h"

#include "Kernels.h"
#include "Rows.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Partial log-sum-exps whose loads are in flight together.
static constexpr int64_t kThresholdUnroll = 4;

//===----------------------------------------------------------------------===//
// Thresholds
//===----------------------------------------------------------------------===//

/// Adds up this thread's share of the chunks of `row`: from chunk `first` on,
/// every `stride`-th.
static LogSum sumChunks(const DecodeItem &item, Val row, Val first,
                        int64_t stride) {
  GpuBuilder &b = item.b;
  SmallVector<Val> sums = b.loop(
      first, item.endChunk, stride * kThresholdUnroll,
      {b.cf(-kInfinity), b.cf(0)}, [&](Val chunk, ArrayRef<Val> carried) {
        SmallVector<LogSum> parts;
        for (int64_t i = 0; i < kThresholdUnroll; ++i) {
          Val index = chunk + i * stride;
          Val known = b.minInt(index, item.endChunk - 1);
          Val max = b.load(b.f32(), item.work.firstMax(known, row));
          Val sum = b.load(b.f32(), item.work.firstSum(known, row));
          Val exists = index < item.endChunk;
          parts.push_back({b.select(exists, max, b.cf(-kInfinity)),
                           b.select(exists, sum, b.cf(0))});
        }
        LogSum all{carried[0], carried[1]};
        for (LogSum part : parts)
          all = join(item, all, part);
        return SmallVector<Val>{all.max, all.sum};
      });
  return {sums[0], sums[1]};
}

/// Every row's log-sum-exp of the first-plane scores of the whole sequence. The
/// order of the sums depends on the length alone.
static void findThresholds(const DecodeItem &item, const AttendMemory &memory) {
  GpuBuilder &b = item.b;
  int64_t rows = llvm::PowerOf2Ceil(item.groupRows());
  int64_t parts = kAttendThreads / rows;
  Val row = b.thread & (rows - 1);
  Val known = b.minInt(row, b.c32(item.groupRows() - 1));
  LogSum all = sumChunks(item, known, item.firstChunk + b.thread / rows, parts);
  for (int64_t mask = kWarp / 2; mask >= rows; mask /= 2)
    all = join(item, all,
               {b.shuffleXor(all.max, mask), b.shuffleXor(all.sum, mask)});
  // What is left: one part of each row a warp, or less.
  int64_t left = std::min(parts, kAttendWarps);
  auto slot = [&](Val index) {
    return b.element(memory.scratch, index << 1, b.f32());
  };
  b.ifThen(b.lane < static_cast<double>(rows), [&] {
    Val index = rows < kWarp ? b.warp * b.c32(rows) + b.lane : b.thread;
    b.store(all.max, slot(index));
    b.store(all.sum, b.offset(slot(index), 4));
  });
  b.barrier();
  b.ifThen(b.thread < static_cast<double>(item.groupRows()), [&] {
    LogSum sum{b.cf(-kInfinity), b.cf(0)};
    for (int64_t i = 0; i < left; ++i) {
      Val part = slot(b.thread + i * rows);
      sum = join(item, sum,
                 {b.load(b.f32(), part), b.load(b.f32(), b.offset(part, 4))});
    }
    Val allowance = item.rule.allowance(item.params.get(&DecodeParams::budget),
                                        item.visible(b.thread).count);
    b.store(sum.max + item.rule.log2(sum.sum),
            floatAt(b, memory.firstLogSum, b.thread));
    b.store(allowance, floatAt(b, memory.allowance, b.thread));
  });
  b.barrier();
}

//===----------------------------------------------------------------------===//
// The warps joined
//===----------------------------------------------------------------------===//

/// A warp without tokens says so.
static void clearWarp(const DecodeItem &item, const AttendMemory &memory) {
  GpuBuilder &b = item.b;
  ValueTiling tiling(item.problem);
  int64_t floats = tiling.rowsAtOnce * tiling.rows * tiling.channels;
  Val outputs = b.offset(memory.outputs, b.warp * b.c32(floats * 4));
  b.loop(b.lane, b.c32(floats), kWarp,
         [&](Val i) { b.store(b.cf(0), floatAt(b, outputs, i)); });
  int64_t numStats = tiling.rows * kNumWarpStats;
  Val stats = b.offset(memory.stats, b.warp * b.c32(numStats * 4));
  b.loop(b.lane, b.c32(numStats), kWarp, [&](Val i) {
    Val isMax = i % kNumWarpStats == static_cast<double>(kStatMax);
    b.store(b.select(isMax, b.cf(-kInfinity), b.cf(0)), floatAt(b, stats, i));
  });
  b.loop(b.lane, b.c32(6), kWarp, [&](Val i) {
    b.store(b.c32(0), b.element(memory.counts, b.warp * b.c32(6) + i, b.i32()));
  });
}

namespace {
/// What the warps found for the query rows from `firstRow` on.
struct WarpJoin {
  const DecodeItem &item;
  const AttendMemory &memory;
  Val firstRow;

  GpuBuilder &b = item.b;
  ValueTiling tiling{item.problem};

  Val stat(int64_t warp, Val index, WarpStat which) const {
    Val address = b.offset(
        memory.stats,
        (index + warp * tiling.rows) * b.c32(kNumWarpStats * 4) + which * 4);
    return b.load(b.f32(), address);
  }
  /// The maximum, and each warp's factor relative to it.
  Val factors(Val index, SmallVector<Val> &factors) const;
  void storeOutputs() const;
  void storeStats() const;
};
} // namespace

Val WarpJoin::factors(Val index, SmallVector<Val> &factors) const {
  Val max = b.cf(-kInfinity);
  for (int64_t w = 0; w < kAttendWarps; ++w)
    max = b.maxPropagate(max, stat(w, index, kStatMax));
  Val base = finiteMax(b, max);
  for (int64_t w = 0; w < kAttendWarps; ++w)
    factors.push_back(item.rule.exp2(stat(w, index, kStatMax) - base));
  return max;
}

void WarpJoin::storeOutputs() const {
  int64_t channels = tiling.channels;
  b.loop(b.thread, b.c32(tiling.rows * channels), kAttendThreads, [&](Val i) {
    Val index = i / channels;
    Val channel = i - index * b.c32(channels);
    Val row = firstRow + index;
    b.ifThen(row < static_cast<double>(item.groupRows()), [&] {
      SmallVector<Val> scale;
      factors(index, scale);
      Val sum = b.cf(0);
      for (int64_t w = 0; w < kAttendWarps; ++w) {
        Val ofWarp = b.cf(0);
        for (int64_t part = 0; part < tiling.rowsAtOnce; ++part) {
          int64_t first =
              (w * tiling.rowsAtOnce + part) * tiling.rows * channels;
          ofWarp =
              ofWarp + b.load(b.f32(), floatAt(b, memory.outputs, i + first));
        }
        sum = b.fma(scale[w], ofWarp, sum);
      }
      b.store(sum, floatAt(b, item.work.partial(b.blockX, row), channel));
    });
  });
}

/// Thread i writes the statistics of row i.
void WarpJoin::storeStats() const {
  Val row = firstRow + b.thread;
  Val isRow = (b.thread < static_cast<double>(tiling.rows)) &
              (row < static_cast<double>(item.groupRows()));
  b.ifThen(isRow, [&] {
    SmallVector<Val> scale;
    Val max = factors(b.thread, scale);
    tile::Fields<ChunkStats> stats = item.work.stats(b.blockX, row);
    auto sum = [&](WarpStat which, int64_t from = 0,
                   int64_t to = kAttendWarps) {
      bool isSquared = which == kStatVariance || which == kStatSpread;
      Val total = b.cf(0);
      for (int64_t w = from; w < to; ++w) {
        Val factor = isSquared ? scale[w] * scale[w] : scale[w];
        total = total + item.rule.scaled(factor, stat(w, b.thread, which));
      }
      return total;
    };
    Val maxV = b.cf(0);
    for (int64_t w = 0; w < kAttendWarps; ++w)
      maxV = b.maxPropagate(maxV, stat(w, b.thread, kStatMaxV));
    stats.set(&ChunkStats::max, max);
    stats.set(&ChunkStats::sum, sum(kStatSum));
    stats.set(&ChunkStats::sumBeta, sum(kStatSumBeta));
    stats.set(&ChunkStats::sumBetaV, sum(kStatSumBetaV));
    stats.set(&ChunkStats::sumV, sum(kStatSumV));
    stats.set(&ChunkStats::maxV, maxV);
    stats.set(&ChunkStats::sumRead, sum(kStatSumRead));
    stats.set(&ChunkStats::variance, sum(kStatVariance));
    constexpr int64_t warpsPerPage = kPageTokens / kWarpTokens;
    for (int64_t page = 0; page < kChunkPages; ++page)
      stats.set(
          &ChunkStats::spread, page,
          sum(kStatSpread, page * warpsPerPage, (page + 1) * warpsPerPage));
    tile::Visible range = item.visible(row);
    Val begin = b.blockX * kChunkTokens;
    Val visible =
        b.minInt(range.to, begin + kChunkTokens) - b.maxInt(range.from, begin);
    stats.set(&ChunkStats::visible, b.maxInt(visible, b.c32(0)));
    for (int64_t i = 0; i < 6; ++i) {
      Val count = b.c32(0);
      for (int64_t w = 0; w < kAttendWarps; ++w)
        count =
            count + b.load(b.i32(), b.offset(memory.counts, (w * 6 + i) * 4));
      if (i < 3)
        stats.set(&ChunkStats::keyRows, i, count);
      else
        stats.set(&ChunkStats::valueRows, i - 3, count);
    }
  });
}

//===----------------------------------------------------------------------===//
// The phase
//===----------------------------------------------------------------------===//

static AttendMemory allocate(GpuBuilder &b, DecodeProblemAttr problem) {
  ValueTiling tiling(problem);
  int64_t rows = problem.getGroupRows();
  AttendMemory memory;
  memory.firstLogSum = b.shared(rows * 4);
  memory.allowance = b.shared(rows * 4);
  memory.scratch = b.shared(kAttendThreads * 8);
  memory.lists = b.shared(kChunkTokens * 4);
  memory.weights = b.shared(kChunkTokens * tiling.rows * 4);
  memory.stats = b.shared(kAttendWarps * tiling.rows * kNumWarpStats * 4);
  memory.outputs = b.shared(kAttendWarps * tiling.rowsAtOnce * tiling.rows *
                            tiling.channels * 4);
  memory.counts = b.shared(kAttendWarps * 6 * 4);
  return memory;
}

void aligned::gpu::emitAttend(GpuBuilder &b, StringRef name,
                              DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kAttendThreads);
  DecodeItem item(b, problem);
  AttendMemory memory = allocate(b, problem);
  ValueTiling tiling(problem);
  b.ifThen((b.blockX >= item.firstChunk) & (b.blockX < item.endChunk), [&] {
    findThresholds(item, memory);
    Val begin = b.blockX * kChunkTokens + b.warp * b.c32(kWarpTokens);
    Val isActive = (begin < item.length) & (begin + kWarpTokens > item.from);
    SmallVector<Val> tiers = b.ifElse(
        isActive,
        [&] {
          WarpAttend warp(item, memory, begin);
          warp.refine();
          return warp.tiers();
        },
        [&] {
          return SmallVector<Val>(4 * kLaneTokens, b.constant(0, b.i1()));
        });
    b.loop(b.c32(0), b.c32(problem.getGroupRows()), tiling.rows,
           [&](Val firstRow) {
             b.barrier(); // the rows before are out of shared memory
             b.ifElse(
                 isActive,
                 [&] {
                   WarpAttend warp(item, memory, begin);
                   warp.setTiers(tiers);
                   warp.attend(firstRow);
                   return SmallVector<Val>();
                 },
                 [&] {
                   clearWarp(item, memory);
                   return SmallVector<Val>();
                 });
             b.barrier();
             WarpJoin join{item, memory, firstRow};
             join.storeOutputs();
             join.storeStats();
           });
  });
  b.endKernel();
}
