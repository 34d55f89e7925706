//===- PaperAttend.cpp - Tiers, weights and partial output of a chunk -----===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A warp has a chunk whose scores are what they will be. It lists the tokens by
// how far their rows of V are read, weighs them, and lets the listed rows go
// by: a lane has four channels of a row, or eight of a long one.
//
//===----------------------------------------------------------------------===//

#include "Attend.h"
#include "Kernels.h"
#include "PaperPlanes.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;
namespace paper = aligned::tile::paper;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Query rows whose weights are in shared memory, and sums in registers.
static constexpr int64_t kMaxRows = 8;
/// Loads of a lane that are one step of a pipeline.
static constexpr int64_t kUnroll = 4;

namespace {
/// How the lanes of a warp share rows of V.
struct LaneLayout {
  explicit LaneLayout(const PageLayout &layout)
      : words(layout.channels() / kQuad),
        lanes(std::min<int64_t>(llvm::PowerOf2Ceil(words), kWarp)),
        tokens(kWarp / lanes), slabs(llvm::divideCeil(words, kWarp)) {}
  int64_t words;  ///< of a row
  int64_t lanes;  ///< that share a row
  int64_t tokens; ///< of one load of the warp
  int64_t slabs;  ///< words of a lane
  int64_t step() const { return kUnroll * tokens; }
};

/// What is carried of one row over the tokens of a chunk behind the sums of
/// TokenSum.
enum Carried {
  kMaxV = tile::kNumSums, ///< a maximum
  kPoison,                ///< NaN if a row of V that is seen is not finite
  kNumCarried
};

class PaperAttend {
public:
  explicit PaperAttend(const Chunk &chunk);
  void emit();

private:
  int64_t rowsAtOnce() const { return std::min(item.groupRows(), kMaxRows); }
  int64_t rowStride() const { return llvm::PowerOf2Ceil(rowsAtOnce()); }
  int64_t entries() const {
    // Every tier begins at a multiple of a step, and one more is looked at
    // where the last has none.
    return chunk.numTokens() + (kPaperTiers + 1) * lanes.step();
  }

  // Tiers
  Val wantedBits(Val token) const;
  void chooseTiers();
  void listTokens();
  Val listed(Val entry) const;

  // Weights
  Val weightAt(Val token) const {
    return floatAt(b, weights, token * b.c32(rowStride()));
  }
  Val weightAt(Val token, Val i) const {
    return b.element(weightAt(token), i, b.f32());
  }
  void weighRow(Val row, Val i, bool withReport);
  SmallVector<Val> addToken(Val token, Val row, Val i, Val base,
                            const tile::QueryError *query, ArrayRef<Val> sums);
  void addErrors(const tile::QueryError &query, Val token, Val exponent,
                 Val weight, Val seen, MutableArrayRef<Val> sums);
  void storeStats(Val row, Val max, ArrayRef<Val> sums);

  // Values
  Val channelOf(int64_t slab) const;
  SmallVector<Val> loadWeights(Val token) const;
  SmallVector<Val> sumTier(int tier, ArrayRef<Val> sums);
  void sumValues(Val firstRow);

  const Chunk &chunk;
  const DecodeItem &item;
  GpuBuilder &b;
  PageLayout layout;
  LaneLayout lanes;
  Val list;    ///< [entries] i16, tokens by tier; the number of tokens is none
  Val weights; ///< [tokens + 1][rowStride] f32, 0 for none
  Val poisons; ///< [rowStride] f32
  SmallVector<Quad> quads; ///< the lane's channels
  TokenSet isTier[kPaperTiers];
  Val counts[kPaperTiers], from[kPaperTiers];
};
} // namespace

PaperAttend::PaperAttend(const Chunk &chunk)
    : chunk(chunk), item(chunk.item), b(chunk.b),
      layout(item.problem.getValueLayout()), lanes(layout) {
  list = b.shared(entries() * sizeof(int16_t));
  weights = b.shared((chunk.numTokens() + 1) * rowStride() * sizeof(float));
  poisons = b.shared(rowStride() * sizeof(float));
  for (int64_t slab = 0; slab < lanes.slabs; ++slab)
    quads.emplace_back(b, layout, channelOf(slab));
}

//===----------------------------------------------------------------------===//
// Tiers
//===----------------------------------------------------------------------===//

/// The largest of what the rows ask for.
Val PaperAttend::wantedBits(Val token) const {
  return b
      .loop(b.c32(0), b.c32(item.groupRows()), 1, {b.c32(0)},
            [&](Val row, ArrayRef<Val> most) {
              Val logSum = b.load(b.f32(), item.work.firstLogSum(row));
              Val alignment = b.load(b.f32(), item.work.alignment(row));
              Val weight = chunk.loadScore(row, token) - logSum;
              Val exponent = b.wrap(math::FloorOp::create(b, weight.value));
              return SmallVector<Val>{
                  b.maxInt(most[0], paper::wantedBits(alignment - exponent))};
            })
      .front();
}

void PaperAttend::chooseTiers() {
  SmallVector<Val> nothing(2 * kPaperTiers, b.c32(0));
  SmallVector<Val> results =
      chunk.steps(nothing, [&](Val token, ArrayRef<Val> carried) {
        // Tokens beyond the last have a place in memory, and no tier.
        Val bits = b.select(chunk.isLive(token), wantedBits(token), b.c32(0));
        SmallVector<Val> next(carried);
        for (int tier = 0; tier < kPaperTiers; ++tier) {
          Val isOf = bits == paper::kPrefixBits[tier];
          next[tier] = TokenSet{carried[tier]}.with(token, isOf).bits;
          Val &count = next[kPaperTiers + tier];
          count = count + b.popCount(b.ballot(isOf));
        }
        return next;
      });
  Val end = b.c32(0);
  for (int tier = 0; tier < kPaperTiers; ++tier) {
    isTier[tier] = {results[tier]};
    counts[tier] = results[kPaperTiers + tier];
    from[tier] = (end + (lanes.step() - 1)) & -lanes.step();
    end = from[tier] + counts[tier];
  }
}

/// In the order of their positions, tier behind tier.
void PaperAttend::listTokens() {
  Type i16 = b.getI16Type();
  b.loop(b.lane, b.c32(entries()), kWarp, [&](Val entry) {
    b.store(b.convert(b.c32(chunk.numTokens()), i16),
            b.element(list, entry, i16));
  });
  b.warpBarrier();
  chunk.steps(from, [&](Val token, ArrayRef<Val> ends) {
    SmallVector<Val> next;
    for (int tier = 0; tier < kPaperTiers; ++tier) {
      Val isOf = isTier[tier].has(token);
      Val found = b.ballot(isOf);
      b.ifThen(isOf, [&] {
        Val entry = ends[tier] + b.countBelow(found);
        b.store(b.convert(token, i16), b.element(list, entry, i16));
      });
      next.push_back(ends[tier] + b.popCount(found));
    }
    return next;
  });
}

Val PaperAttend::listed(Val entry) const {
  Type i16 = b.getI16Type();
  return b.extendUnsigned(b.load(i16, b.element(list, entry, i16)), b.i32());
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

void PaperAttend::addErrors(const tile::QueryError &query, Val token,
                            Val exponent, Val weight, Val seen,
                            MutableArrayRef<Val> sums) {
  auto error = [&](int tier) { return b.cf(paper::readError(8 + 4 * tier)); };
  Val read = b.select(isTier[0].has(token), error(0),
                      b.select(isTier[1].has(token), error(1), error(2)));
  // The error of a score is the same for every token: QueryStats has it.
  Val poison = tile::Rule::poison(chunk.keyScale(token));
  tile::TokenError of = item.rule.tokenError(b.cf(1), read, poison + 1.0,
                                             chunk.valueScale(token), b.cf(0));
  item.rule.addErrors(of, query, exponent, weight,
                      [&](tile::TokenSum sum, Val x, Val y) {
                        sums[sum] = sums[sum] + b.select(seen, x * y, b.cf(0));
                      });
  sums[kMaxV] =
      b.maxPropagate(sums[kMaxV], b.select(seen, of.distance, b.cf(0)));
}

/// Without `query`, nobody wants to know what the chunk errs.
SmallVector<Val> PaperAttend::addToken(Val token, Val row, Val i, Val base,
                                       const tile::QueryError *query,
                                       ArrayRef<Val> carried) {
  SmallVector<Val> sums(carried);
  Val score = b.select(chunk.isLive(token), chunk.loadScore(row, token),
                       b.cf(-kInfinity));
  Val seen = score != -kInfinity;
  Val exponent = score - base;
  Val weight = item.rule.exp2(exponent);
  b.store(weight, weightAt(token, i));
  sums[tile::kSum] = sums[tile::kSum] + weight;
  Val poison = tile::Rule::poison(chunk.valueScale(token));
  sums[kPoison] = sums[kPoison] + b.select(seen, poison, b.cf(0));
  if (query)
    addErrors(*query, token, exponent, weight, seen, sums);
  return sums;
}

/// Leaves the weights of row number `i` of those that are at work, and the
/// chunk's statistics.
void PaperAttend::weighRow(Val row, Val i, bool withReport) {
  Val max = b.warpMax(
      chunk
          .steps({b.cf(-kInfinity)},
                 [&](Val token, ArrayRef<Val> carried) {
                   Val score =
                       b.select(chunk.isLive(token),
                                chunk.loadScore(row, token), b.cf(-kInfinity));
                   return SmallVector<Val>{b.maxPropagate(carried[0], score)};
                 })
          .front());
  Val base = finiteMax(b, max);
  tile::QueryError query;
  if (withReport)
    query = item.rule.queryError(item.work.queryStats(row));
  SmallVector<Val> sums =
      chunk.steps(SmallVector<Val>(kNumCarried, b.cf(0)),
                  [&](Val token, ArrayRef<Val> carried) {
                    return addToken(token, row, i, base,
                                    withReport ? &query : nullptr, carried);
                  });
  Val isPoisoned = b.ballot(sums[kPoison] != sums[kPoison]) != 0;
  b.ifThen(b.lane == 0, [&] {
    b.store(b.cf(0), weightAt(b.c32(chunk.numTokens()), i));
    b.store(b.select(isPoisoned, b.cf(kNaN), b.cf(0)), floatAt(b, poisons, i));
  });
  storeStats(row, max, sums);
}

/// A word by each lane.
void PaperAttend::storeStats(Val row, Val max, ArrayRef<Val> sums) {
  SmallVector<Val> eight(sums.take_front(tile::kNumSums));
  eight.push_back(b.cf(0));
  Val total = b.warpSumOfEight(eight);
  auto wordOf = [](auto member) {
    return tile::Fields<ChunkStats>::offsetOf(member) / 4;
  };
  // The sums lie in the order of their fields, but that a maximum is between.
  const int64_t ofMaxV = wordOf(&ChunkStats::maxV),
                ofSum = wordOf(&ChunkStats::sum);
  Val number = b.lane - b.select(b.lane > static_cast<double>(ofMaxV),
                                 b.c32(ofSum + 1), b.c32(ofSum));
  Val known = b.minInt(b.maxInt(number, b.c32(0)), b.c32(tile::kNumSums - 1));
  Val word = b.bitcast(b.shuffle(total, known << 2), b.i32());
  auto set = [&](int64_t which, Val value) {
    word = b.select(b.lane == static_cast<double>(which), value, word);
  };
  set(wordOf(&ChunkStats::max), b.bitcast(max, b.i32()));
  set(ofMaxV, b.bitcast(b.warpMax(sums[kMaxV]), b.i32()));
  set(wordOf(&ChunkStats::visible), chunk.countVisible(row));
  for (int i = 0; i < kPaperTiers; ++i) {
    // Channels of K are counted when chunks are merged.
    set(wordOf(&ChunkStats::keyRows) + i, b.c32(0));
    set(wordOf(&ChunkStats::valueRows) + i, counts[i]);
  }
  b.ifThen(b.lane < static_cast<double>(sizeof(ChunkStats) / 4), [&] {
    b.store(word, b.element(item.work.stats(chunk.index, row).pointer(), b.lane,
                            b.i32()));
  });
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The lane's first channel of a slab; that of others where a row ends before.
Val PaperAttend::channelOf(int64_t slab) const {
  Val word = (b.lane & (lanes.lanes - 1)) + static_cast<double>(slab * kWarp);
  return b.minInt(word, b.c32(lanes.words - 1)) * b.c32(kQuad);
}

/// Of the rows at work.
SmallVector<Val> PaperAttend::loadWeights(Val token) const {
  return loadFloats(b, weightAt(token), rowStride());
}

/// Adds a tier's rows to `sums`, [row][slab][channel].
SmallVector<Val> PaperAttend::sumTier(int tier, ArrayRef<Val> sums) {
  int planes = tier + 1;
  int64_t stages = lanes.slabs == 1 ? 3 : 2;
  Val own = b.lane / b.c32(lanes.lanes);
  auto entryOf = [&](Val first, int64_t i) {
    return first + own + static_cast<double>(i * lanes.tokens);
  };
  return b.pipeline(
      from[tier], from[tier] + counts[tier], lanes.step(), stages, sums,
      [&](Val first) {
        SmallVector<Val> words;
        for (int64_t i = 0; i < kUnroll; ++i) {
          // None has a row of others, and no weight.
          Val token = b.minInt(listed(entryOf(first, i)), chunk.to - 1);
          for (const Quad &quad : quads)
            words.append(quad.load(chunk.valuePage(token), chunk.pageRow(token),
                                   planes));
        }
        return words;
      },
      [&](Val first, ArrayRef<Val> words, ArrayRef<Val> carried) {
        SmallVector<Val> next(carried);
        for (int64_t i = 0; i < kUnroll; ++i) {
          SmallVector<Val> ofRows = loadWeights(listed(entryOf(first, i)));
          for (auto [s, quad] : llvm::enumerate(quads)) {
            SmallVector<Val> values = quad.numbers(
                words.slice((i * lanes.slabs + s) * planes, planes));
            for (int64_t r = 0; r < rowsAtOnce(); ++r)
              for (int64_t c = 0; c < kQuad; ++c) {
                Val &sum = next[(r * lanes.slabs + s) * kQuad + c];
                sum = b.fma(ofRows[r], values[c], sum);
              }
          }
        }
        return next;
      });
}

void PaperAttend::sumValues(Val firstRow) {
  SmallVector<Val> sums(rowsAtOnce() * lanes.slabs * kQuad, b.cf(0));
  for (int tier = 0; tier < kPaperTiers; ++tier)
    sums = sumTier(tier, sums);
  for (Val &sum : sums)
    sum = b.warpSum(sum, lanes.lanes);
  for (int64_t r = 0; r < rowsAtOnce(); ++r) {
    Val row = firstRow + r, poison = b.load(b.f32(), b.offset(poisons, r * 4));
    Val partial = item.work.partial(chunk.index, row);
    for (int64_t s = 0; s < lanes.slabs; ++s) {
      Val word = b.lane + static_cast<double>(s * kWarp);
      Val isOwn = word < static_cast<double>(lanes.words);
      b.ifThen(isOwn & item.hasRow(row), [&] {
        Val values = b.vectorOf(
            ArrayRef<Val>(sums).slice((r * lanes.slabs + s) * kQuad, kQuad));
        b.store(values + b.splat(poison, kQuad),
                floatAt(b, partial, word * b.c32(kQuad)), 16);
      });
    }
  }
}

void PaperAttend::emit() {
  b.warpBarrier(); // scales are read by other lanes than those that loaded them
  chooseTiers();
  listTokens();
  Val report = b.isSet(item.params.get(&DecodeParams::report));
  item.forRows(rowsAtOnce(), [&](Val firstRow) {
    b.warpBarrier(); // the weights of the rows before are done with
    auto weigh = [&](bool withReport) {
      b.loop(b.c32(0), b.c32(rowsAtOnce()), 1, [&](Val i) {
        weighRow(item.knownRow(firstRow + i), i, withReport);
      });
      return SmallVector<Val>();
    };
    b.ifElse(report, [&] { return weigh(true); }, [&] { return weigh(false); });
    b.warpBarrier();
    sumValues(firstRow);
  });
}

void aligned::gpu::emitPaperAttend(GpuBuilder &b, StringRef name,
                                   DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kWarp);
  Val scales = b.shared(scaleBytes(problem));
  forBlock(b, problem, scales,
           [&](const Chunk &chunk) { PaperAttend(chunk).emit(); });
  b.endKernel();
}
