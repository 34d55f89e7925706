//===- Score.cpp - First-plane scores of a chunk --------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Kernels.h"
#include "KeyTiles.h"
#include "Rows.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// A warp has a quarter of a chunk, which is within one page.
static constexpr int64_t kScoreThreads = 128;
static constexpr int64_t kWarps = kScoreThreads / kWarp;
static constexpr int64_t kWarpTokens = kChunkTokens / kWarps;
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// Scores of eight query rows against a warp's tokens.
struct ScoreTile {
  const DecodeItem &item;
  const KeyTiles &tiles;
  Val begin;    ///< the warp's first position
  Val firstRow; ///< of the query rows
  Val page;

  GpuBuilder &b = item.b;

  SmallVector<Val> centreScores() const;
  SmallVector<LogSum> run() const;
};
} // namespace

/// y . m_j of this lane's two query rows.
SmallVector<Val> ScoreTile::centreScores() const {
  PageLayout layout = item.problem.getKeyLayout();
  int64_t rows = std::min(kTileRows, item.groupRows());
  SmallVector<Val> sums(kTileRows, b.cf(0));
  SmallVector<Val> queries;
  for (int64_t r = 0; r < rows; ++r)
    queries.push_back(
        item.work.query(b.minInt(firstRow + r, b.c32(item.groupRows() - 1))));
  for (int64_t i = 0; i < layout.channels(); i += kWarp) {
    Val channel = b.lane + i;
    Val centre = loadCentre(b, layout, page, channel);
    for (int64_t r = 0; r < rows; ++r) {
      Val y = b.load(b.f32(), floatAt(b, queries[r], channel));
      sums[r] = b.fma(y, centre, sums[r]);
    }
  }
  Val sum = b.warpSumOfEight(sums);
  Val source = tiles.queryRow() << 2;
  return {b.shuffle(sum, source), b.shuffle(sum, source + 4)};
}

SmallVector<LogSum> ScoreTile::run() const {
  // As many loads in flight as registers allow.
  constexpr int64_t numTiles = kWarpTokens / kTileTokens;
  int64_t atOnce = item.problem.getKeyLayout().channels() <= 128 ? numTiles : 2;
  KeyTiles::Query query = tiles.loadQuery(item.work, firstRow);
  SmallVector<Val> centre, units, rows;
  SmallVector<std::pair<Val, Val>> scores[2];
  for (int64_t first = 0; first < numTiles; first += atOnce) {
    SmallVector<KeyTiles::Fragments> keys;
    SmallVector<Val> scales;
    for (int64_t i = 0; i < 2 * atOnce; ++i) {
      Val index = (begin & (kPageTokens - 1)) + tiles.token() +
                  (first * kTileTokens + i * 8);
      keys.push_back(tiles.loadKey(page, index, 0));
      scales.push_back(loadScale(b, item.problem.getKeyLayout(), page, index));
    }
    if (first == 0) {
      centre = centreScores();
      for (int64_t c = 0; c < 2; ++c) {
        rows.push_back(firstRow + tiles.queryRow() + c);
        Val known = b.minInt(rows[c], b.c32(item.groupRows() - 1));
        units.push_back(item.work.queryStats(known).get(&QueryStats::unit));
      }
    }
    for (int64_t i = 0; i < atOnce; ++i) {
      SmallVector<Val> dots = tiles.dot(keys[2 * i], keys[2 * i + 1], query);
      for (int64_t half = 0; half < 2; ++half)
        for (int64_t c = 0; c < 2; ++c) {
          Val position =
              begin + tiles.token() + ((first + i) * kTileTokens + half * 8);
          Val step = scales[2 * i + half] * units[c];
          Val raw = centre[c] + tile::planeScore(dots[2 * half + c], 0, step);
          scores[c].push_back({position, raw});
        }
    }
  }
  SmallVector<LogSum> sums;
  for (int64_t c = 0; c < 2; ++c) {
    b.ifThen(rows[c] < static_cast<double>(item.groupRows()), [&] {
      for (auto [position, raw] : scores[c])
        b.store(raw, item.work.score(rows[c], position));
    });
    SmallVector<Val> visible;
    Val max = b.cf(-kInfinity), sum = b.cf(0);
    for (auto [position, raw] : scores[c]) {
      visible.push_back(item.score(raw, rows[c], position));
      max = b.maxPropagate(max, visible.back());
    }
    max = b.warpMax(max, 4);
    Val base = finiteMax(b, max);
    for (Val score : visible)
      sum = sum + item.rule.exp2(score - base);
    sums.push_back({max, b.warpSum(sum, 4)});
  }
  return sums;
}

/// Adds up what the warps found, in their order.
static void storeSums(const DecodeItem &item, Val parts, Val firstRow) {
  GpuBuilder &b = item.b;
  Val row = firstRow + b.thread;
  Val isRow =
      (b.thread < kTileRows) & (row < static_cast<double>(item.groupRows()));
  b.ifThen(isRow, [&] {
    LogSum all{b.cf(-kInfinity), b.cf(0)};
    for (int64_t w = 0; w < kWarps; ++w) {
      Val part = b.offset(parts, (b.thread + w * kTileRows) * b.c32(8));
      all = join(item, all,
                 {b.load(b.f32(), part), b.load(b.f32(), b.offset(part, 4))});
    }
    b.store(all.max, item.work.firstMax(b.blockX, row));
    b.store(all.sum, item.work.firstSum(b.blockX, row));
  });
}

void aligned::gpu::emitScore(GpuBuilder &b, StringRef name,
                             DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kScoreThreads);
  DecodeItem item(b, problem);
  Val parts = b.shared(kWarps * kTileRows * 8);
  // Nothing reads the scores and sums of other chunks.
  b.ifThen((b.blockX >= item.firstChunk) & (b.blockX < item.endChunk), [&] {
    KeyTiles tiles(b, problem);
    Val begin = b.blockX * kChunkTokens + b.warp * b.c32(kWarpTokens);
    Val isActive = (begin < item.length) & (begin + kWarpTokens > item.from);
    b.loop(b.c32(0), b.c32(item.groupRows()), kTileRows, [&](Val firstRow) {
      b.barrier(); // the tile before is out of `parts`
      SmallVector<Val> sums = b.ifElse(
          isActive,
          [&] {
            ScoreTile tile{item, tiles, begin, firstRow, item.keyPage(begin)};
            SmallVector<Val> values;
            for (LogSum part : tile.run())
              values.append({part.max, part.sum});
            return values;
          },
          [&] {
            return SmallVector<Val>{b.cf(-kInfinity), b.cf(0), b.cf(-kInfinity),
                                    b.cf(0)};
          });
      b.ifThen(b.lane < 4, [&] {
        Val first = b.warp * b.c32(kTileRows) + tiles.queryRow();
        for (int64_t i = 0; i < 4; ++i)
          b.store(sums[i], b.offset(parts, first * b.c32(8) + i * 4));
      });
      b.barrier();
      storeSums(item, parts, firstRow);
    });
  });
  b.endKernel();
}
