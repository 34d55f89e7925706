//===- PaperScore.cpp - Scores from channels of K -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A warp scores a chunk, a page of it at a time: a lane has four positions, and
// channels go by, tier by tier, so that the loops over them have no branch.
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "Kernels.h"
#include "PaperPlanes.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;
namespace paper = aligned::tile::paper;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Channels whose loads are one step of a pipeline, and its stages.
static constexpr int64_t kStep = 4, kStages = 3;
/// Query rows whose sums are in registers.
static constexpr int64_t kMaxRows = 8;
static_assert(kQuad * kWarp == kPageTokens, "a warp has a page");

/// Blocks of a multiprocessor that registers are limited for. Left alone, ptxas
/// takes a third more for loads to be early, of fewer warps.
static int64_t residentBlocks(DecodeProblemAttr problem) {
  return scoresStand(problem) && problem.getGroupRows() <= 4 ? 16 : 12;
}

namespace {
class PaperScore {
public:
  explicit PaperScore(const Chunk &chunk);
  void emit();

private:
  int64_t rowsAtOnce() const {
    return std::min(chunk.item.groupRows(), kMaxRows);
  }
  /// Floats of an entry of `queries`.
  int64_t rowStride() const { return llvm::PowerOf2Ceil(rowsAtOnce()); }
  int64_t entries() const {
    // Every tier begins at a multiple of a step, and one more is looked at
    // where the last has none.
    return layout.headDim + (kPaperTiers + 1) * kStep;
  }
  void listChannels();
  void loadQueries(Val firstRow);
  SmallVector<Val> loadQuery(Val entry);
  SmallVector<Val> dots(const Quad &quad, Val page);
  SmallVector<Val> addChannels(const Quad &quad, Val page, int tier,
                               ArrayRef<Val> sums);
  SmallVector<Val> scorePage(Val number, Val firstRow, ArrayRef<Val> sums);
  LogSum scoreRow(Val row, Val token, ArrayRef<Val> dots, LogSum sum);
  void storeSums(Val firstRow, ArrayRef<Val> sums);

  const Chunk &chunk;
  GpuBuilder &b;
  PageLayout layout;
  Val channels; ///< [entries] i32, by tier; -1 stands for none
  Val queries;  ///< [entries][rowStride] f32, 0 for none
  Val from[kPaperTiers], to[kPaperTiers]; ///< entries of each tier
};
} // namespace

PaperScore::PaperScore(const Chunk &chunk)
    : chunk(chunk), b(chunk.b), layout(chunk.item.problem.getKeyLayout()) {
  channels = b.shared(entries() * sizeof(int32_t));
  queries = b.shared(entries() * rowStride() * sizeof(float));
}

/// The channels in the order of their tiers, and inside of their numbers: that
/// of the sums.
void PaperScore::listChannels() {
  b.loop(b.lane, b.c32(entries()), kWarp, [&](Val entry) {
    b.store(b.c32(-1), b.element(channels, entry, b.i32()));
  });
  SmallVector<Val> bits, numbers;
  auto size = static_cast<double>(layout.headDim);
  for (int64_t first = 0; first < layout.headDim; first += kWarp) {
    Val channel = b.lane + static_cast<double>(first);
    Val known =
        channelBits(chunk.item, b.minInt(channel, b.c32(layout.headDim - 1)));
    bits.push_back(b.select(channel < size, known, b.c32(0)));
    numbers.push_back(channel);
  }
  b.warpBarrier(); // the list is empty
  Val end = b.c32(0);
  for (int tier = 0; tier < kPaperTiers; ++tier) {
    from[tier] = (end + (kStep - 1)) & -kStep;
    end = from[tier];
    for (size_t i = 0; i < bits.size(); ++i) {
      Val isOf = bits[i] == paper::kPrefixBits[tier];
      Val lanes = b.ballot(isOf);
      b.ifThen(isOf, [&] {
        b.store(numbers[i],
                b.element(channels, end + b.countBelow(lanes), b.i32()));
      });
      end = end + b.popCount(lanes);
    }
    to[tier] = end;
  }
  b.warpBarrier();
}

/// The rows' elements of the listed channels.
void PaperScore::loadQueries(Val firstRow) {
  b.warpBarrier(); // the rows before are done with
  b.loop(b.lane, b.c32(entries()), kWarp, [&](Val entry) {
    Val listed = b.load(b.i32(), b.element(channels, entry, b.i32()));
    Val channel = b.maxInt(listed, b.c32(0));
    for (int64_t i = 0; i < rowsAtOnce(); ++i) {
      Val row = chunk.item.knownRow(firstRow + i);
      Val y = b.load(b.f32(), floatAt(b, chunk.item.work.query(row), channel));
      b.store(b.select(listed < 0, b.cf(0), y),
              floatAt(b, queries, entry * b.c32(rowStride()) + i));
    }
  });
  b.warpBarrier();
}

SmallVector<Val> PaperScore::loadQuery(Val entry) {
  return loadFloats(b, floatAt(b, queries, entry * b.c32(rowStride())),
                    rowStride());
}

/// Adds the products with a tier's channels to `sums`, [row][position].
SmallVector<Val> PaperScore::addChannels(const Quad &quad, Val page, int tier,
                                         ArrayRef<Val> sums) {
  int planes = tier + 1;
  return b.pipeline(
      from[tier], to[tier], kStep, kStages, sums,
      [&](Val first) {
        SmallVector<Val> words;
        for (int64_t i = 0; i < kStep; ++i) {
          Val listed = b.load(b.i32(), b.element(channels, first + i, b.i32()));
          words.append(quad.load(page, b.maxInt(listed, b.c32(0)), planes));
        }
        return words;
      },
      [&](Val first, ArrayRef<Val> words, ArrayRef<Val> carried) {
        SmallVector<Val> next(carried);
        for (int64_t i = 0; i < kStep; ++i) {
          SmallVector<Val> keys = quad.numbers(words.slice(i * planes, planes));
          SmallVector<Val> query = loadQuery(first + i);
          for (int64_t r = 0; r < rowsAtOnce(); ++r)
            for (int64_t t = 0; t < kQuad; ++t) {
              Val &sum = next[r * kQuad + t];
              sum = b.fma(query[r], keys[t], sum);
            }
        }
        return next;
      });
}

SmallVector<Val> PaperScore::dots(const Quad &quad, Val page) {
  SmallVector<Val> sums(rowsAtOnce() * kQuad, b.cf(0));
  for (int tier = 0; tier < kPaperTiers; ++tier)
    sums = addChannels(quad, page, tier, sums);
  return sums;
}

/// The scores of a row at the lane's four tokens from `token` on, stored and
/// added to a log-sum-exp.
LogSum PaperScore::scoreRow(Val row, Val token, ArrayRef<Val> dots,
                            LogSum sum) {
  Val unit = chunk.item.work.queryStats(chunk.item.knownRow(row))
                 .get(&QueryStats::unit);
  SmallVector<Val> stored, scores;
  for (int64_t i = 0; i < kQuad; ++i) {
    Val own = token + i;
    Val poison = tile::Rule::poison(chunk.keyScale(own));
    Val raw = dots[i] + (poison + unit);
    Val visible = b.select(chunk.isLive(own),
                           chunk.item.score(raw, row, chunk.begin + own),
                           b.cf(-kInfinity));
    stored.push_back(chunk.storesVisible() ? visible : raw);
    scores.push_back(visible);
  }
  Val isOwn = (token + kQuad > chunk.from) & (token < chunk.to);
  b.ifThen(isOwn & chunk.item.hasRow(row), [&] {
    b.store(b.vectorOf(stored), chunk.scoreAddress(row, token), 16);
  });
  return addScores(chunk.item, sum, scores);
}

/// Of page `number` of the chunk; `sums` are (max, sum) of each row.
SmallVector<Val> PaperScore::scorePage(Val number, Val firstRow,
                                       ArrayRef<Val> sums) {
  Val token = number * b.c32(kPageTokens) + b.lane * b.c32(kQuad);
  // Lanes whose positions are others' read what their neighbours do.
  Val known = b.minInt(b.maxInt(token, chunk.from), chunk.to - 1) & -kQuad;
  Quad quad(b, layout, chunk.pageRow(known));
  SmallVector<Val> products = dots(quad, chunk.keyPage(token)), next;
  for (int64_t i = 0; i < rowsAtOnce(); ++i) {
    LogSum sum = scoreRow(firstRow + i, token,
                          ArrayRef<Val>(products).slice(i * kQuad, kQuad),
                          {sums[2 * i], sums[2 * i + 1]});
    next.append({sum.max, sum.sum});
  }
  return next;
}

/// Adds up the lanes' parts in a fixed order.
void PaperScore::storeSums(Val firstRow, ArrayRef<Val> sums) {
  for (int64_t i = 0; i < rowsAtOnce(); ++i) {
    LogSum all = joinLanes(chunk.item, {sums[2 * i], sums[2 * i + 1]});
    Val row = firstRow + i;
    b.ifThen((b.lane == 0) & chunk.item.hasRow(row), [&] {
      b.store(all.max, chunk.item.work.firstMax(chunk.index, row));
      b.store(all.sum, chunk.item.work.firstSum(chunk.index, row));
    });
  }
}

void PaperScore::emit() {
  listChannels();
  chunk.item.forRows(rowsAtOnce(), [&](Val firstRow) {
    loadQueries(firstRow); // behind whose barriers the scales are there, too
    SmallVector<Val> nothing;
    for (int64_t i = 0; i < rowsAtOnce(); ++i)
      nothing.append({b.cf(-kInfinity), b.cf(0)});
    storeSums(firstRow,
              b.loop(chunk.from >> 7, b.ceilDiv(chunk.to, kPageTokens), 1,
                     nothing, [&](Val number, ArrayRef<Val> sums) {
                       return scorePage(number, firstRow, sums);
                     }));
  });
}

void aligned::gpu::emitPaperScore(GpuBuilder &b, StringRef name,
                                  DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kWarp, residentBlocks(problem));
  Val scales = b.shared(scaleBytes(problem));
  forBlock(b, problem, scales, [&](const Chunk &chunk) {
    PaperScore(chunk).emit();
    emitPublish(chunk);
  });
  b.endKernel();
}
