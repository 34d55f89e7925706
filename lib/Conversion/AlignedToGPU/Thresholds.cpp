//===- Thresholds.cpp - One log-sum-exp for all decisions of a head -------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Warps that finish the first scores of a chunk count themselves; the last of a
// head adds up the chunks' partial log-sum-exps. Who is last changes from run
// to run, what it computes does not. Later rounds of `certified<e>` have the
// same first scores, so what the first round has found stands: they count on,
// and nobody is the last one again.
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "Rows.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What stands for a log-sum-exp that is not there yet: the bits of a NaN that
/// no computation gives.
static Val notYet(GpuBuilder &b) { return b.c32(-1); }

void aligned::gpu::emitResetThreshold(GpuBuilder &b,
                                      const tile::Workspace &work, Val row) {
  b.store(notYet(b), work.firstLogSum(row));
}

/// Partial log-sum-exps whose loads are in flight together.
static constexpr int64_t kUnroll = 4;

/// This lane's share of a row's chunks: from chunk `first` on, every
/// `stride`-th.
static LogSum sumChunks(const DecodeItem &item, Val row, Val first,
                        int64_t stride) {
  GpuBuilder &b = item.b;
  SmallVector<Val> sums = b.loop(
      first, item.endChunk, stride * kUnroll, {b.cf(-kInfinity), b.cf(0)},
      [&](Val chunk, ArrayRef<Val> carried) {
        SmallVector<LogSum> parts;
        for (int64_t i = 0; i < kUnroll; ++i) {
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

/// The log-sum-exp of rows [firstRow, firstRow + at most 32) over all chunks.
static void sumRows(const DecodeItem &item, Val firstRow, int64_t maxRows) {
  GpuBuilder &b = item.b;
  int64_t lanesOfRows = llvm::PowerOf2Ceil(maxRows);
  Val row = firstRow + (b.lane & (lanesOfRows - 1));
  Val known = item.knownRow(row);
  LogSum all = sumChunks(item, known, item.firstChunk + b.lane / lanesOfRows,
                         kWarp / lanesOfRows);
  all = joinLanes(item, all, lanesOfRows);
  Val isRow = (b.lane < static_cast<double>(maxRows)) & item.hasRow(row);
  b.ifThen(isRow, [&] {
    Val sum = all.max + item.rule.log2(all.sum);
    Val known = b.select(sum != sum, b.cf(kNaN), sum);
    b.storeRelaxed(b.bitcast(known, b.i32()), item.work.firstLogSum(row));
  });
}

void aligned::gpu::emitPublish(const Chunk &chunk) {
  GpuBuilder &b = chunk.b;
  const DecodeItem &item = chunk.item;
  Val before = b.countArrival(item.work.arrived());
  b.ifThen(before == item.endChunk - item.firstChunk - 1, [&] {
    b.fence(); // every lane reads what others have released
    int64_t rows = item.groupRows();
    b.loop(b.c32(0), b.c32(rows), kWarp, [&](Val firstRow) {
      sumRows(item, firstRow, std::min(rows, kWarp));
    });
  });
}

void aligned::gpu::emitAwaitThresholds(const DecodeItem &item,
                                       const ChunkMemory &memory) {
  GpuBuilder &b = item.b;
  Val budget = item.budget();
  b.loop(b.lane, b.c32(item.groupRows()), kWarp, [&](Val row) {
    Val allowance = item.rule.allowance(budget, item.visible(row).count);
    Val sum =
        b.bitcast(b.await(item.work.firstLogSum(row), notYet(b)), b.f32());
    b.store(sum, floatAt(b, memory.thresholds, row));
    b.store(allowance, floatAt(b, memory.thresholds, row + item.groupRows()));
  });
  b.warpBarrier();
}
