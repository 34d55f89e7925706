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

/// Tiles of a batch, and stages of the pipeline of batches: all but one of them
/// are in flight while one is scored.
static constexpr int64_t kTiles = 2, kBatch = kTiles * kTileTokens;
static constexpr int64_t kStages = 2;
static_assert(kBatch % kWarp == 0, "every step of a chunk has its scores");

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// Scores of the query rows of a product against a chunk. A lane has one or two
/// of the rows, and the tokens whose number is its own over four, modulo eight.
class FirstScores {
public:
  FirstScores(const Chunk &chunk, Val firstRow)
      : chunk(chunk), b(chunk.b), tiles(b, chunk.item.problem),
        firstRow(firstRow) {}
  void run();

private:
  void addCentre(Val page, MutableArrayRef<Val> sums);
  void scoreCentres();
  SmallVector<Val> loadTiles(Val token);
  SmallVector<Val> scoreTiles(Val token, ArrayRef<Val> packed,
                              ArrayRef<Val> sums, bool withCarry);
  void storeSums(ArrayRef<Val> sums);

  const Chunk &chunk;
  GpuBuilder &b;
  KeyTiles tiles;
  Val firstRow;
  KeyTiles::Query query;
  SmallVector<Val> rows, steps; ///< this lane's rows, what their digits count
  SmallVector<SmallVector<Val>> centres; ///< [row][page] y . m_j
};
} // namespace

/// Adds this lane's part of y . m_j to the sums of the query rows.
void FirstScores::addCentre(Val page, MutableArrayRef<Val> sums) {
  PageLayout layout = chunk.item.problem.getKeyLayout();
  int64_t width = centreWidth(layout);
  SmallVector<Val> wide(sums.size(), b.constant(0, b.vec(width, b.f32())));
  for (int64_t i = 0; i < layout.channels(); i += width * kWarp) {
    Val channel = b.lane * b.c32(width) + i;
    Val centre = loadCentres(b, layout, page, channel, width);
    for (auto [r, sum] : llvm::enumerate(wide)) {
      Val row = chunk.item.knownRow(firstRow + static_cast<int64_t>(r));
      Val address = floatAt(b, chunk.item.work.query(row), channel);
      sum = b.fma(b.load(sum.type(), address, width * 4), centre, sum);
    }
  }
  for (auto [sum, parts] : llvm::zip_equal(sums, wide))
    for (int64_t i = 0; i < width; ++i)
      sum = sum + b.extract(parts, i);
}

void FirstScores::scoreCentres() {
  // As many pages at a time as fit one exchange.
  int64_t rowsHere = std::min(kTileRows, chunk.item.groupRows());
  int64_t places = isPacked(chunk.item.problem) ? kPackedRows : kTileRows;
  centres.resize(tiles.numRows());
  for (int64_t page = 0; page < chunk.numPages(); page += kTileRows / places) {
    SmallVector<Val> sums(kTileRows, b.cf(0));
    int64_t pages = std::min(kTileRows / places, chunk.numPages() - page);
    for (int64_t i = 0; i < pages; ++i)
      addCentre(chunk.keyPages[page + i],
                MutableArrayRef<Val>(sums).slice(i * places, rowsHere));
    Val sum = b.warpSumOfEight(sums);
    for (int64_t i = 0; i < pages; ++i)
      for (auto [c, ofRow] : llvm::enumerate(centres)) {
        Val place = tiles.queryRow() + static_cast<int64_t>(i * places + c);
        ofRow.push_back(b.shuffle(sum, place << 2));
      }
  }
}

/// What the lane has of the tokens from `token` on, as it is stored.
SmallVector<Val> FirstScores::loadTiles(Val token) {
  SmallVector<Val> packed;
  Val page = chunk.keyPage(token);
  for (int64_t i = 0; i < 2 * kTiles; ++i) {
    Val row = chunk.pageRow(token + tiles.token() + i * 8);
    packed.append(tiles.loadPacked(page, row, 0));
  }
  return packed;
}

/// Scores of the tokens from `token` on, of which `packed` was loaded; `sums`
/// is (max, sum) of each row so far.
SmallVector<Val> FirstScores::scoreTiles(Val token, ArrayRef<Val> packed,
                                         ArrayRef<Val> sums, bool withCarry) {
  SmallVector<KeyTiles::Fragments> keys;
  SmallVector<Val> scales, tokens;
  for (int64_t i = 0; i < 2 * kTiles; ++i) {
    tokens.push_back(token + tiles.token() + i * 8);
    keys.push_back(tiles.unpack(llvm::to_vector(
        packed.slice(i * tiles.numPacked(), tiles.numPacked()))));
    scales.push_back(chunk.keyScale(tokens.back()));
  }
  SmallVector<SmallVector<Val>> scores(rows.size());
  for (int64_t i = 0; i < kTiles; ++i) {
    SmallVector<Val> dots =
        tiles.dot(keys[2 * i], keys[2 * i + 1], query, withCarry);
    for (int64_t half = 0; half < 2; ++half)
      for (size_t c = 0; c < rows.size(); ++c) {
        Val at = tokens[2 * i + half];
        Val raw = tile::addPlane(chunk.ofPage(centres[c], token),
                                 dots[half * rows.size() + c],
                                 scales[2 * i + half] * steps[c]);
        Val visible = chunk.item.score(raw, rows[c], chunk.begin + at);
        Val stored = chunk.storesVisible() ? visible : raw;
        tiles.ifRow(rows[c],
                    [&] { b.store(stored, chunk.scoreAddress(rows[c], at)); });
        scores[c].push_back(visible);
      }
  }
  SmallVector<Val> result;
  for (size_t c = 0; c < rows.size(); ++c) {
    LogSum all =
        addScores(chunk.item, {sums[2 * c], sums[2 * c + 1]}, scores[c]);
    result.append({all.max, all.sum});
  }
  return result;
}

/// Adds up the lanes' parts in a fixed order, and stores those of the chunk.
void FirstScores::storeSums(ArrayRef<Val> sums) {
  for (size_t c = 0; c < rows.size(); ++c) {
    Val row = rows[c];
    LogSum all = joinLanes(chunk.item, {sums[2 * c], sums[2 * c + 1]}, 4);
    b.ifThen((b.lane < 4) & chunk.item.hasRow(row), [&] {
      b.store(all.max, chunk.item.work.firstMax(chunk.index, row));
      b.store(all.sum, chunk.item.work.firstSum(chunk.index, row));
    });
  }
}

void FirstScores::run() {
  SmallVector<Val> nothing;
  for (int64_t c = 0; c < tiles.numRows(); ++c) {
    nothing.append({b.cf(-kInfinity), b.cf(0)});
    rows.push_back(firstRow + tiles.queryRow() + c);
    auto stats = chunk.item.work.queryStats(chunk.item.knownRow(rows[c]));
    steps.push_back(tile::planeUnit(0, stats.get(&QueryStats::unit)));
  }
  query = tiles.loadQuery(chunk.item.work, firstRow);
  scoreCentres();
  b.warpBarrier(); // scales are read by other lanes than those that loaded them
  storeSums(tiles.forCarry(query, [&](bool withCarry) {
    return b.pipeline(
        chunk.from & -kBatch, chunk.to, kBatch, withCarry ? 1 : kStages,
        nothing, [&](Val token) { return loadTiles(token); },
        [&](Val token, ArrayRef<Val> packed, ArrayRef<Val> sums) {
          return scoreTiles(token, packed, sums, withCarry);
        });
  }));
}

void aligned::gpu::emitFirstScores(const Chunk &chunk) {
  chunk.item.forRows(kTileRows,
                     [&](Val firstRow) { FirstScores(chunk, firstRow).run(); });
}
