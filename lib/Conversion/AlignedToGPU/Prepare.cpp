//===- Prepare.cpp - Query rows, rotated and quantised --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "Kernels.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr int64_t kPrepareThreads = 128;

/// The least integer that two signed bytes do not hold.
static constexpr int64_t kCarryFrom = 127 * 256 + 128;

/// The query row as y = (rotated q) * scale * log2(e) in shared memory.
static void loadQuery(GpuBuilder &b, DecodeProblemAttr problem,
                      const tile::Fields<DecodeParams> &params, Val row) {
  Team team{b, /*isWarp=*/false};
  int64_t size = problem.getKeyHeadDim();
  Val head = b.blockX / problem.getRows(),
      queryRow = b.blockX % problem.getRows();
  Val query = tile::elementAddress(
      params, &DecodeParams::query, &DecodeParams::queryStride,
      {b.blockZ, b.blockY, head, queryRow}, problem.getQuery());
  team.forEach(size, [&](Val channel) {
    Val value = tile::loadFloats(b, problem.getQuery(),
                                 b.element(query, channel, problem.getQuery()));
    b.store(rotationSign(b, value, channel), floatAt(b, row, channel));
  });
  butterflies(team, row, size);
}

/// How many chunks some row of sequence `sequence` sees.
static Val countChunks(GpuBuilder &b, DecodeProblemAttr problem, Val sequence) {
  DecodeItem item(b, problem, sequence, b.blockY);
  return item.endChunk - item.firstChunk;
}

/// Numbers the chunks of the batch, sequence by sequence, and resets what they
/// count themselves with.
static void plan(GpuBuilder &b, DecodeProblemAttr problem,
                 const tile::Fields<DecodeParams> &params,
                 const tile::Workspace &work) {
  b.ifThen((b.blockX == 0) & (b.thread == 0), [&] {
    b.store(b.c32(0), work.arrived());
    if (problem.getCertified())
      tile::startRounds(work.rounds(), params);
  });
  b.ifThen(b.thread == 0, [&] { emitResetThreshold(b, work, b.blockX); });
  b.ifThen((b.blockX == 0) & (b.blockY == 0) & (b.warp == 0), [&] {
    Val chunks = b.loop(b.lane, b.blockZ, kWarp, {b.c32(0)},
                        [&](Val sequence, ArrayRef<Val> carried) {
                          return SmallVector<Val>{
                              carried[0] + countChunks(b, problem, sequence)};
                        })
                     .front();
    Val heads = params.get(&DecodeParams::kvHeads);
    Val first = b.warpSum(chunks) * heads;
    Val own = countChunks(b, problem, b.blockZ) * heads;
    Val items =
        params.sub(&DecodeParams::work).get(&DecodeWorkspace::firstItem);
    b.ifThen(b.lane == 0, [&] {
      b.store(first, b.element(items, b.blockZ, b.i32()));
      Val isLast = b.blockZ == params.get(&DecodeParams::sequences) - 1.0;
      b.ifThen(isLast, [&] {
        b.store(first + own, b.element(items, b.blockZ + 1, b.i32()));
      });
    });
  });
}

void aligned::gpu::emitPrepare(GpuBuilder &b, StringRef name,
                               DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kPrepareThreads);
  // In this order: what comes next relies on all that was before `prepare`.
  b.awaitLastLaunch();
  b.letNextLaunchBegin();
  auto params = tile::params<DecodeParams>(b.params, kGlobal);
  tile::Workspace work(params, problem, b.blockZ, b.blockY);
  int64_t size = problem.getKeyHeadDim();
  int64_t channels = problem.getKeyLayout().channels();
  Val row = b.shared(channels * 4), scratch = b.shared(64);
  plan(b, problem, params, work);
  loadQuery(b, problem, params, row);

  Val factor = tile::queryFactor(params.get(&DecodeParams::scale));
  SmallVector<Val> sums = b.loop(
      b.thread, b.c32(channels), b.threads, SmallVector<Val>(4, b.cf(0)),
      [&](Val channel, ArrayRef<Val> carried) {
        // Channels beyond the head size were never written.
        Val rotated = b.load(b.f32(), floatAt(b, row, channel));
        Val y =
            b.select(channel < size,
                     rotated * tile::rotationFactor(size) * factor, b.cf(0));
        b.store(y, floatAt(b, row, channel));
        b.store(y, floatAt(b, work.query(b.blockX), channel));
        return SmallVector<Val>{b.maxPropagate(carried[0], y),
                                b.maxPropagate(carried[1], -y),
                                carried[2] + b.abs(y), carried[3] + y * y};
      });
  Val most = b.blockMax(sums[0], scratch), least = b.blockMax(sums[1], scratch);
  Val largest = b.maxPropagate(most, least);
  Val absSum = b.blockSum(sums[2], scratch);
  Val sqrSum = b.blockSum(sums[3], scratch);
  // Two signed bytes hold integers below 32640: of the two signs, the one that
  // makes the largest of them negative.
  bool packed = isPacked(problem);
  Val isTurned = b.constant(0, b.i1()), hasCarry = isTurned;
  if (packed) {
    isTurned = most == largest;
    hasCarry = tile::quantizeQuery(b.minIgnore(most, least), largest) >=
               static_cast<double>(kCarryFrom);
  }

  b.loop(b.thread, b.c32(channels), b.threads, [&](Val channel) {
    // Written by this thread above.
    Val y = b.load(b.f32(), floatAt(b, row, channel));
    Val code = tile::quantizeQuery(b.select(isTurned, -y, y), largest);
    auto store = [&](Val value, Val row) {
      b.store(b.convert(value, b.i8()), b.offset(row, channel));
    };
    // Packed, the low byte is signed; the high one wraps where it needs a
    // carry.
    store((packed ? code + 128 : code) >> 8, work.queryHigh(b.blockX));
    store(code, work.queryLow(b.blockX));
    if (packed)
      store(
          b.select(code >= static_cast<double>(kCarryFrom), b.c32(1), b.c32(0)),
          work.queryCarry(b.blockX));
  });
  b.ifThen(b.thread == 0, [&] {
    tile::Fields<QueryStats> stats = work.queryStats(b.blockX);
    Val unit = tile::queryUnit(largest);
    stats.set(&QueryStats::unit, b.select(isTurned, -unit, unit));
    stats.set(&QueryStats::absSum, absSum);
    stats.set(&QueryStats::sqrSum, sqrSum);
    stats.set(&QueryStats::hasCarry, b.select(hasCarry, b.c32(1), b.c32(0)));
  });
  b.endKernel();
}
