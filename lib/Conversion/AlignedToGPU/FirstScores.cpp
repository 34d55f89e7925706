//===- FirstScores.cpp - First-plane scores of a chunk --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "Rows.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// Tiles of a batch. The loads of one batch are in flight while the one before
/// is scored; more of them, or larger ones, cost registers and gain nothing.
static constexpr int64_t kTiles = 2, kBatch = kTiles * kTileTokens;
static_assert(kBatch % kWarp == 0, "every step of a chunk has its scores");

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// Scores of eight query rows against a chunk. A lane has two of the rows, and
/// the tokens whose number is its own over four, modulo eight.
class FirstScores {
public:
  FirstScores(const Chunk &chunk, Val firstRow)
      : chunk(chunk), b(chunk.b), tiles(b, chunk.item.problem),
        firstRow(firstRow) {}
  void run();

private:
  int64_t numRows() const { return chunk.item.groupRows(); }
  const PageLayout layout() const { return chunk.item.problem.getKeyLayout(); }
  SmallVector<Val> centreScores(Val page);
  SmallVector<Val> loadTiles(Val token);
  SmallVector<Val> scoreTiles(Val token, ArrayRef<Val> packed,
                              ArrayRef<Val> sums);
  void storeSums(ArrayRef<Val> sums);

  const Chunk &chunk;
  GpuBuilder &b;
  KeyTiles tiles;
  Val firstRow;
  KeyTiles::Query query;
  Val rows[2], steps[2]; ///< this lane's rows, and what their digits count
  Val centres[2][kChunkPages]; ///< y . m_j of its rows
};
} // namespace

/// y . m_j of this lane's two query rows.
SmallVector<Val> FirstScores::centreScores(Val page) {
  int64_t rowsHere = std::min(kTileRows, numRows());
  SmallVector<Val> sums(kTileRows, b.cf(0)), queries;
  for (int64_t r = 0; r < rowsHere; ++r)
    queries.push_back(chunk.item.work.query(chunk.item.knownRow(firstRow + r)));
  for (int64_t i = 0; i < layout().channels(); i += kWarp) {
    Val channel = b.lane + i;
    Val centre = loadCentre(b, layout(), page, channel);
    for (int64_t r = 0; r < rowsHere; ++r) {
      Val y = b.load(b.f32(), floatAt(b, queries[r], channel));
      sums[r] = b.fma(y, centre, sums[r]);
    }
  }
  Val sum = b.warpSumOfEight(sums);
  Val source = tiles.queryRow() << 2;
  return {b.shuffle(sum, source), b.shuffle(sum, source + 4)};
}

/// What the lane has of the tokens from `token` on, as it is stored. Nothing
/// where no row sees them.
SmallVector<Val> FirstScores::loadTiles(Val token) {
  return b.ifElse(
      token < chunk.to,
      [&] {
        SmallVector<Val> packed;
        Val page = chunk.keyPage(token);
        for (int64_t i = 0; i < 2 * kTiles; ++i) {
          Val row = chunk.pageRow(token + tiles.token() + i * 8);
          packed.append(tiles.loadPacked(page, row, 0));
        }
        return packed;
      },
      [&] {
        return SmallVector<Val>(2 * kTiles * tiles.numPacked(), b.c32(0));
      });
}

/// Scores of the tokens from `token` on, of which `packed` was loaded; `sums`
/// is (max, sum) of each row so far.
SmallVector<Val> FirstScores::scoreTiles(Val token, ArrayRef<Val> packed,
                                         ArrayRef<Val> sums) {
  SmallVector<KeyTiles::Fragments> keys;
  SmallVector<Val> scales, tokens;
  for (int64_t i = 0; i < 2 * kTiles; ++i) {
    tokens.push_back(token + tiles.token() + i * 8);
    keys.push_back(tiles.unpack(llvm::to_vector(
        packed.slice(i * tiles.numPacked(), tiles.numPacked()))));
    scales.push_back(chunk.keyScale(tokens.back()));
  }
  SmallVector<Val> scores[2];
  for (int64_t i = 0; i < kTiles; ++i) {
    SmallVector<Val> dots = tiles.dot(keys[2 * i], keys[2 * i + 1], query);
    for (int64_t half = 0; half < 2; ++half)
      for (int64_t c = 0; c < 2; ++c) {
        Val at = tokens[2 * i + half];
        Val centre = chunk.ofPage(centres[c], token);
        Val raw = tile::addPlane(centre, dots[2 * half + c],
                                 scales[2 * i + half] * steps[c]);
        Val visible = chunk.item.score(raw, rows[c], chunk.begin + at);
        Val stored = chunk.storesVisible() ? visible : raw;
        b.ifThen(chunk.item.hasRow(rows[c]),
                 [&] { b.store(stored, chunk.scoreAddress(rows[c], at)); });
        scores[c].push_back(visible);
      }
  }
  SmallVector<Val> result;
  for (int64_t c = 0; c < 2; ++c) {
    Val max = sums[2 * c];
    for (Val score : scores[c])
      max = b.maxPropagate(max, score);
    Val base = finiteMax(b, max);
    Val sum = sums[2 * c + 1] * chunk.item.rule.exp2(sums[2 * c] - base);
    for (Val score : scores[c])
      sum = sum + chunk.item.rule.exp2(score - base);
    result.append({max, sum});
  }
  return result;
}

/// Adds up the lanes' parts in a fixed order, and stores those of the chunk.
void FirstScores::storeSums(ArrayRef<Val> sums) {
  for (int64_t c = 0; c < 2; ++c) {
    LogSum all{sums[2 * c], sums[2 * c + 1]};
    for (int64_t mask = kWarp / 2; mask >= 4; mask /= 2)
      all = join(chunk.item, all,
                 {b.shuffleXor(all.max, mask), b.shuffleXor(all.sum, mask)});
    Val isRow = (b.lane < 4) & (chunk.item.hasRow(rows[c]));
    b.ifThen(isRow, [&] {
      b.store(all.max, chunk.item.work.firstMax(chunk.index, rows[c]));
      b.store(all.sum, chunk.item.work.firstSum(chunk.index, rows[c]));
    });
  }
}

void FirstScores::run() {
  Val first = chunk.from & -kBatch;
  SmallVector<Val> carried = {b.cf(-kInfinity), b.cf(0), b.cf(-kInfinity),
                              b.cf(0)};
  carried.append(loadTiles(first));
  query = tiles.loadQuery(chunk.item.work, firstRow);
  for (int64_t c = 0; c < 2; ++c) {
    rows[c] = firstRow + tiles.queryRow() + c;
    Val known = chunk.item.knownRow(rows[c]);
    steps[c] = tile::planeUnit(
        0, chunk.item.work.queryStats(known).get(&QueryStats::unit));
  }
  for (int64_t page = 0; page < kChunkPages; ++page) {
    SmallVector<Val> ofRows = centreScores(chunk.keyPages[page]);
    centres[0][page] = ofRows[0];
    centres[1][page] = ofRows[1];
  }
  b.warpBarrier(); // scales are read by other lanes than those that loaded them
  constexpr int64_t numSums = 4;
  SmallVector<Val> results = b.loop(
      first, chunk.to, kBatch, carried, [&](Val token, ArrayRef<Val> before) {
        SmallVector<Val> ahead = loadTiles(token + kBatch);
        SmallVector<Val> next = scoreTiles(token, before.drop_front(numSums),
                                           before.take_front(numSums));
        next.append(ahead);
        return next;
      });
  storeSums(ArrayRef<Val>(results).take_front(numSums));
}

void aligned::gpu::emitFirstScores(const Chunk &chunk) {
  GpuBuilder &b = chunk.b;
  int64_t rows = chunk.item.groupRows();
  if (rows <= kTileRows)
    return FirstScores(chunk, b.c32(0)).run();
  b.loop(b.c32(0), b.c32(rows), kTileRows,
         [&](Val firstRow) { FirstScores(chunk, firstRow).run(); });
}
