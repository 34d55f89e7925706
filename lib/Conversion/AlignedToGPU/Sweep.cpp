//===- Sweep.cpp - Chunks to warps: in one launch, or in two --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `sweep` is one launch of as many warps as are resident together. The chunks
// of all sequences and heads are items in a row; warp w takes items w, w + W,
// w + 2 W, .. It scores an item before it attends to its previous one, so that
// the wait for that one's thresholds is over before it begins.
//
// Why that ends: a head has at most W chunks (the runtime sees to it), and they
// are neighbours. So a warp that waits in round r waits for scores of rounds up
// to r + 1, and every warp computes those before it waits in round r itself.
//
// `score` and `attend` do the same in two launches, a block of one warp for
// each chunk, with scores in the workspace between them. Each needs fewer
// registers and less shared memory than both, so more of their warps are
// resident. The runtime chooses (docs/architecture.md).
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "Kernels.h"
#include "Rows.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// What static shared memory may take.
static constexpr int64_t kMaxShared = 48 * 1024;
/// Warps of a block, where shared memory allows them.
static constexpr int64_t kMaxWarps = 4;

/// What a warp has two of: scores, scales, and a record.
static int64_t scoreBytes(DecodeProblemAttr problem) {
  return problem.getGroupRows() * sharedScoreStride(problem) * 4;
}
static int64_t bufferBytes(DecodeProblemAttr problem) {
  return llvm::alignTo(
      scoreBytes(problem) + scaleBytes(problem) + sizeof(ChunkRecord), 16);
}

/// Bytes of shared memory that `attend` has the scores in.
static int64_t attendBytes(DecodeProblemAttr problem) {
  return bufferBytes(problem) + ChunkMemory::bytes(problem);
}

static int64_t warpBytes(DecodeProblemAttr problem) {
  return 2 * bufferBytes(problem) + ChunkMemory::bytes(problem);
}

/// Warps of a multiprocessor that registers are limited for: as many as were
/// fastest on an H100 and an H200 for plain problems of up to eight rows. More
/// rows, longer ones, and scores that are masked or capped take more registers
/// than that leaves.
struct ResidentWarps {
  int64_t score, attend, sweep; ///< 0: as they come
};
static ResidentWarps residentWarps(DecodeProblemAttr problem) {
  int64_t channels = std::max(problem.getKeyLayout().channels(),
                              problem.getValueLayout().channels());
  bool isPlain = scoresStand(problem);
  int64_t rows = problem.getGroupRows();
  if (channels > 192 || (!isPlain && (rows > 4 || channels > 128)))
    return {0, 8, 8};
  if (isPlain && rows <= 8 && channels <= 128)
    return {24, rows <= kFewRows ? 24 : 16, 16};
  return {0, 12, 12};
}

int64_t aligned::gpu::sweepWarps(DecodeProblemAttr problem) {
  // With more rows, what a warp holds of two chunks leaves room for few.
  if (problem.getGroupRows() > kFewRows)
    return 0;
  return std::min(kMaxWarps, kMaxShared / warpBytes(problem));
}

//===----------------------------------------------------------------------===//
// Two launches
//===----------------------------------------------------------------------===//

void aligned::gpu::forBlock(GpuBuilder &b, DecodeProblemAttr problem,
                            Val scales,
                            function_ref<void(const Chunk &)> body) {
  b.letNextLaunchBegin();
  DecodeItem item(b, problem, b.blockZ, b.blockY);
  auto wait = [&] {
    b.awaitLastLaunch();
    return SmallVector<Val>();
  };
  auto run = [&] {
    Val first = b.blockX * b.c32(kChunkTokens);
    Val stride =
        item.params.get(&DecodeParams::maxChunks) * b.c32(kChunkTokens);
    Chunk chunk(item, b.blockX,
                {item.work.score(b.c32(0), first), stride, scales,
                 /*hasNone=*/false});
    chunk.loadScales(); // the cache is as it was before `prepare`
    b.awaitLastLaunch();
    item.ifActive([&] { body(chunk); });
    return SmallVector<Val>();
  };
  b.ifElse((b.blockX >= item.firstChunk) & (b.blockX < item.endChunk), run,
           wait);
}

void aligned::gpu::emitScore(GpuBuilder &b, StringRef name,
                             DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kWarp,
                residentWarps(problem).score);
  Val scales = b.shared(scaleBytes(problem));
  forBlock(b, problem, scales, [&](const Chunk &chunk) {
    emitFirstScores(chunk);
    emitPublish(chunk);
  });
  b.endKernel();
}

/// Copies scores from chunk to chunk, lanes four tokens at a time; the loads of
/// some rows are in flight together.
static void copyScores(const Chunk &from, const Chunk &to) {
  constexpr int64_t kLaneTokens = 4, kRowsAtOnce = 4;
  GpuBuilder &b = from.b;
  const DecodeItem &item = from.item;
  Type type = b.vec(kLaneTokens, b.f32());
  SmallVector<Val> tokens;
  for (int64_t i = 0; i < from.numTokens(); i += kWarp * kLaneTokens)
    tokens.push_back(
        b.minInt((from.from & -kWarp) + b.lane * b.c32(kLaneTokens) + i,
                 b.c32(from.numTokens() - kLaneTokens)));
  item.forRows(kRowsAtOnce, [&](Val firstRow) {
    SmallVector<std::pair<Val, Val>> copies;
    for (int64_t r = 0; r < std::min(kRowsAtOnce, item.groupRows()); ++r)
      for (Val token : tokens) {
        Val row = item.knownRow(firstRow + static_cast<double>(r));
        copies.emplace_back(b.load(type, from.scoreAddress(row, token), 16),
                            to.scoreAddress(row, token));
      }
    for (auto [scores, address] : copies)
      b.store(scores, address, 16);
  });
}

void aligned::gpu::emitAttend(GpuBuilder &b, StringRef name,
                              DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kWarp,
                residentWarps(problem).attend);
  bool fitsShared = attendBytes(problem) <= kMaxShared;
  Val memory = b.shared(ChunkMemory::bytes(problem));
  Val buffer =
      b.shared(fitsShared ? bufferBytes(problem) : scaleBytes(problem));
  Val scales = fitsShared ? b.offset(buffer, scoreBytes(problem)) : buffer;
  forBlock(b, problem, scales, [&](const Chunk &stored) {
    Chunk chunk(stored);
    if (fitsShared) {
      chunk.buffer = {buffer, b.c32(sharedScoreStride(problem)), scales,
                      /*hasNone=*/true};
      copyScores(stored, chunk);
    }
    emitAttendChunk(chunk, ChunkMemory(b, problem, memory));
  });
  b.endKernel();
}

//===----------------------------------------------------------------------===//
// One launch
//===----------------------------------------------------------------------===//

namespace {
/// Where an item is; the chunk counts from the sequence's first.
struct Place {
  Val sequence, head, chunk;
};

struct Sweep {
  GpuBuilder &b;
  DecodeProblemAttr problem;
  tile::Fields<DecodeParams> params;
  Val memory; ///< the warp's

  Val firstItem(Val sequence) const;
  Place find(Val item) const;
  ChunkBuffer buffer(Val round) const;
  tile::Fields<ChunkRecord> record(Val round) const;
  void score(Val item, Val round) const;
  void attend(Val round) const;
  void run() const;
};
} // namespace

/// The number of the first item of a sequence, from `prepare`.
Val Sweep::firstItem(Val sequence) const {
  Val items = params.sub(&DecodeParams::work).get(&DecodeWorkspace::firstItem);
  return b.load(b.i32(), b.element(items, sequence, b.i32()));
}

Place Sweep::find(Val item) const {
  // Lanes look at as many sequences at a time.
  Val sequences = params.get(&DecodeParams::sequences);
  Val begun = b.loop(b.c32(0), sequences, kWarp, {b.c32(0)},
                     [&](Val first, ArrayRef<Val> carried) {
                       Val sequence = first + b.lane;
                       Val known = b.minInt(sequence, sequences - 1.0);
                       Val hasBegun =
                           (firstItem(known) <= item) & (sequence < sequences);
                       return SmallVector<Val>{carried[0] +
                                               b.popCount(b.ballot(hasBegun))};
                     })
                  .front();
  Val sequence = begun - 1.0;
  Val first = firstItem(sequence);
  Val chunks = (firstItem(begun) - first) / params.get(&DecodeParams::kvHeads);
  Val head = (item - first) / chunks;
  return {sequence, head, item - first - head * chunks};
}

ChunkBuffer Sweep::buffer(Val round) const {
  Val scores = b.offset(memory, (round & 1) * b.c32(bufferBytes(problem)));
  return {scores, b.c32(sharedScoreStride(problem)),
          b.offset(scores, scoreBytes(problem)), /*hasNone=*/true};
}

tile::Fields<ChunkRecord> Sweep::record(Val round) const {
  int64_t offset = scoreBytes(problem) + scaleBytes(problem);
  return tile::record<ChunkRecord>(b.offset(buffer(round).scores, offset),
                                   kGlobal);
}

void Sweep::score(Val item, Val round) const {
  Place place = find(item);
  DecodeItem decode(b, problem, place.sequence, place.head);
  Chunk chunk(decode, place.chunk + decode.firstChunk, buffer(round));
  b.warpBarrier(); // the chunk before the last is out of the buffer
  chunk.save(record(round));
  decode.ifActive([&] {
    chunk.loadScales();
    emitFirstScores(chunk);
    emitPublish(chunk);
  });
  // Who has nothing to score has met nowhere since the record was saved.
  if (problem.getCertified())
    b.warpBarrier();
}

void Sweep::attend(Val round) const {
  tile::Fields<ChunkRecord> saved = record(round);
  DecodeItem decode = savedItem(b, problem, saved);
  Chunk chunk(decode, saved, buffer(round));
  Val rest = b.offset(memory, 2 * bufferBytes(problem));
  decode.ifActive(
      [&] { emitAttendChunk(chunk, ChunkMemory(b, problem, rest)); });
}

void Sweep::run() const {
  b.letNextLaunchBegin();
  b.awaitLastLaunch();
  int64_t warps = b.threads / kWarp;
  // Neighbours are on different multiprocessors.
  Val first = b.warp * b.gridSize() + b.blockX;
  Val stride = b.gridSize() * b.c32(warps);
  Val items = firstItem(params.get(&DecodeParams::sequences));
  Val rounds = (items - first + stride - 1.0) / stride;
  Val count = b.select(first < items, rounds + 1, b.c32(0));
  b.loop(b.c32(0), count, 1, [&](Val round) {
    Val item = first + round * stride;
    b.ifThen(item < items, [&] { score(item, round); });
    b.ifThen(round > 0, [&] { attend(round - 1.0); });
  });
}

void aligned::gpu::emitSweep(GpuBuilder &b, StringRef name,
                             DecodeProblemAttr problem) {
  int64_t warps = sweepWarps(problem);
  b.beginKernel(name, sizeof(DecodeParams), warps * kWarp,
                residentWarps(problem).sweep / warps);
  Val memory = b.shared(warps * warpBytes(problem));
  Sweep{b, problem, tile::params<DecodeParams>(b.params, kGlobal),
        b.offset(memory, b.warp * b.c32(warpBytes(problem)))}
      .run();
  b.endKernel();
}
