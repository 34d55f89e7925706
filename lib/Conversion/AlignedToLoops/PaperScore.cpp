//===- PaperScore.cpp - Scores from channels of K ------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PaperRows.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

namespace {

/// One chunk: x. Channels of one tier follow each other, so that the loop over
/// them has no branch; their order, and with it the sum, is that of the query.
class PaperScore {
public:
  PaperScore(KernelOp kernel, DecodeProblemAttr problem)
      : p(kernel, problem, "score"), b(p.b), chunk(p.chunk(b.x)) {
    for (Val &list : channels)
      list = b.buffer(b.i32(), p.keys.headDim);
  }

  void emit() {
    b.ifThen((chunk.from < chunk.to) & p.isActive(), [&] {
      sortChannels();
      b.loop(chunk.from / kPageTokens, b.ceilDiv(chunk.to, kPageTokens), 1,
             [&](Val number) { scorePage(number); });
      p.finishScores(chunk);
    });
  }

private:
  /// Positions that share bytes of the 4-bit planes.
  static constexpr int64_t kTile = 2 * kLanes;
  static_assert(kTile == kChannelGroup);
  /// Query rows whose sums stay in registers.
  static constexpr int64_t kRows = 4;

  void sortChannels() {
    counts = b.loop(
        b.c32(0), b.c32(p.keys.headDim), 1, SmallVector<Val>(3, b.c32(0)),
        [&](Val channel, ArrayRef<Val> counts) -> SmallVector<Val> {
          Val bits = p.channelBits(channel);
          SmallVector<Val> next;
          for (int tier = 0; tier < 3; ++tier) {
            Val isOf = bits == paper::kPrefixBits[tier];
            b.ifThen(isOf, [&] {
              b.store(channel,
                      b.element(channels[tier], counts[tier], b.i32()));
            });
            next.push_back(counts[tier] + b.extendUnsigned(isOf, b.i32()));
          }
          return next;
        });
  }

  void scorePage(Val number) {
    Val page = p.keyPage(number), start = number * kPageTokens;
    Val from = b.maxInt(chunk.from / kTile * kTile, start);
    Val end = b.minInt(chunk.to, start + kPageTokens);
    b.loop(from, end, kTile, [&](Val position) {
      int64_t blocks = p.rows / kRows, rest = p.rows % kRows;
      if (blocks)
        b.loop(b.c32(0), b.c32(blocks * kRows), kRows, [&](Val row) {
          scoreTile(page, position - start, position, row, kRows);
        });
      if (rest)
        scoreTile(page, position - start, position, b.c32(blocks * kRows),
                  rest);
    });
  }

  /// kTile positions and `rows` query rows. Positions behind the last are in
  /// the page, whatever it holds there, and nobody sees them.
  void scoreTile(Val page, Val inPage, Val position, Val row, int64_t rows) {
    SmallVector<Val> sums(2 * rows, b.constant(0, b.floats()));
    for (int tier = 0; tier < 3; ++tier)
      sums = b.loop(
          b.c32(0), counts[tier], 1, sums, [&](Val index, ArrayRef<Val> sums) {
            Val channel =
                b.load(b.i32(), b.element(channels[tier], index, b.i32()));
            return addChannel(page, inPage, channel, tier + 1, row, sums);
          });
    for (int64_t half = 0; half < 2; ++half) {
      Val first = inPage + half * kLanes;
      Val poison = Rule::poison(loadScale(b, p.keys, page, first, kLanes));
      for (int64_t i = 0; i < rows; ++i) {
        Val unit = p.work.queryStats(row + i).get(&QueryStats::unit);
        b.store(sums[2 * i + half] + (poison + unit),
                p.work.score(row + i, position + half * kLanes), 4);
      }
    }
  }

  SmallVector<Val> addChannel(Val page, Val inPage, Val channel, int planes,
                              Val row, ArrayRef<Val> sums) {
    SmallVector<Val> bytes =
        loadPlanes(b, p.keys, page, channel, inPage, kTile, 0, planes);
    SmallVector<Val> next;
    Val keys[2];
    for (int64_t half = 0; half < 2; ++half) {
      auto order = llvm::to_vector(
          llvm::seq<int64_t>(half * kLanes, (half + 1) * kLanes));
      keys[half] = paper::fromBits(
          paper::joinDigits(llvm::map_to_vector(bytes, [&](Val digits) {
            return b.shuffle(digits, digits, order);
          })));
    }
    for (size_t i = 0; i < sums.size() / 2; ++i) {
      Val query = b.splat(p.loadFloat(p.work.query(row + i), channel), kLanes);
      for (int64_t half = 0; half < 2; ++half)
        next.push_back(b.fma(query, keys[half], sums[2 * i + half]));
    }
    return next;
  }

  DecodePhase p;
  PhaseBuilder &b;
  Chunk chunk;
  Val channels[3];
  SmallVector<Val> counts;
};

} // namespace

void loops::emitPaperScore(KernelOp kernel, DecodeProblemAttr problem) {
  PaperScore(kernel, problem).emit();
}
