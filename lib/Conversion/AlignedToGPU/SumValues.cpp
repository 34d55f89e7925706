//===- SumValues.cpp - Rows of V, weighted and added up -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sixteen tokens times eight query rows at a time, on tensor cores: the A
// operand is V transposed, digits as f16 (exact), the B operand weights as the
// sum of two f16. A lane owns channels that are neighbours in memory, of the
// four tokens that its place in the operands gives it.
//
//===----------------------------------------------------------------------===//

#include "Attend.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// Tokens of one product, and of them a lane's.
static constexpr int64_t kProductTokens = 16, kLaneTokens = 4;
/// Query rows of one product.
static constexpr int64_t kProductRows = 8;

namespace {
/// Channels of a row of V that one lane has.
struct LaneChannels {
  explicit LaneChannels(DecodeProblemAttr problem)
      : count(problem.getValueLayout().channels() / 8),
        piece(std::min<int64_t>(count & -count, 16)) {}
  int64_t count; ///< a multiple of four
  int64_t piece; ///< bytes of one load
};
} // namespace

/// What a lane has of a product: weights of row firstRow + lane / 4 for its
/// four tokens, packed as WeighTokens.cpp leaves them, and digits.
struct Attend::Tile {
  SmallVector<Val> weights; ///< [kLaneTokens] i32
  SmallVector<Val> words;   ///< [kLaneTokens][channels / 4] i32

  SmallVector<Val> values() const {
    SmallVector<Val> all(weights);
    all.append(words);
    return all;
  }
  static Tile of(ArrayRef<Val> values) {
    return {llvm::to_vector(values.take_front(kLaneTokens)),
            llvm::to_vector(values.drop_front(kLaneTokens))};
  }
  static int64_t size(const LaneChannels &channels) {
    return kLaneTokens + kLaneTokens * channels.count / 4;
  }
};

/// Loads what the lane has of the 16 listed tokens from number `first` on.
Attend::Tile Attend::loadTile(int plane, Val count, Val first, Val firstRow) {
  Tile tile;
  LaneChannels channels(problem);
  Val channel = (b.lane >> 2) * b.c32(channels.count);
  Val row = firstRow + (b.lane >> 2);
  Val known = item.knownRow(row);
  for (int64_t i = 0; i < kLaneTokens; ++i) {
    // Two neighbours, and the two that are eight further.
    Val index = first + ((b.lane & 3) << 1) + (i % 2 + i / 2 * 8);
    Val token = loadListed(b.minInt(index, count - 1));
    Val page = chunk.valuePage(token);
    for (int64_t c = 0; c < channels.count; c += channels.piece)
      tile.words.append(loadDigits(b, problem.getValueLayout(), page,
                                   chunk.pageRow(token), plane, channel + c,
                                   channels.piece));
    Val weight = b.load(b.i32(), chunk.scoreAddress(known, token));
    Val isThere = (index < count) & item.hasRow(row);
    tile.weights.push_back(b.select(isThere, weight, b.c32(0)));
  }
  return tile;
}

/// Digits of two tokens as f16, a pair for each of a word's four channels.
static SmallVector<Val> toHalves(GpuBuilder &b, Val first, Val second) {
  // A byte below 0x64 is the last of an f16 that is 1024 more than it.
  Val offset = b.c32(static_cast<int32_t>(0x80808080));
  Val x = b.exclusiveOr(first, offset), y = b.exclusiveOr(second, offset);
  Val exponents = b.c32(0x64646464);
  Val bias = b.constant(1024 + 128, b.vec(2, b.getF16Type()));
  SmallVector<Val> halves;
  for (int64_t pair : {0x5140, 0x7362}) {
    Val both = b.permuteBytes(x, y, pair);
    for (int64_t which : {0x4140, 0x4342})
      halves.push_back(
          b.bitcast(b.permuteBytes(both, exponents, which), bias.type()) -
          bias);
  }
  return halves;
}

/// Adds a product to `sums`, four for every pair of channels.
void Attend::addTile(const Tile &tile, MutableArrayRef<Val> sums) {
  Type halves = b.vec(2, b.getF16Type());
  SmallVector<Val> operands[2]; // what the weights are rounded to, and the rest
  for (int64_t i = 0; i < kLaneTokens; i += 2) {
    Val first = tile.weights[i], second = tile.weights[i + 1];
    operands[0].push_back(
        b.bitcast(b.permuteBytes(first, second, 0x5410), halves));
    operands[1].push_back(
        b.bitcast(b.permuteBytes(first, second, 0x7632), halves));
  }
  size_t numWords = tile.words.size() / kLaneTokens;
  auto word = [&](int64_t token, size_t w) {
    return tile.words[token * numWords + w];
  };
  for (size_t w = 0; w < numWords; ++w) {
    SmallVector<Val> near = toHalves(b, word(0, w), word(1, w));
    SmallVector<Val> far = toHalves(b, word(2, w), word(3, w));
    for (int64_t pair = 0; pair < 2; ++pair) {
      Val a[] = {near[2 * pair], near[2 * pair + 1], far[2 * pair],
                 far[2 * pair + 1]};
      MutableArrayRef<Val> c = sums.slice((2 * w + pair) * 4, 4);
      for (ArrayRef<Val> operand : operands)
        llvm::copy(b.mmaHalf(a, operand, c), c.begin());
    }
  }
}

/// Adds plane `plane` of the tokens in `set`. Loads are a product ahead.
void Attend::sumPlane(int plane, const TokenSet &set, Val firstRow,
                      SmallVectorImpl<Val> &sums) {
  Val count = listAll(set);
  LaneChannels channels(problem);
  auto load = [&](Val first) {
    return b.ifElse(
        first < count,
        [&] { return loadTile(plane, count, first, firstRow).values(); },
        [&] { return SmallVector<Val>(Tile::size(channels), b.c32(0)); });
  };
  SmallVector<Val> initial = llvm::to_vector(sums);
  initial.append(load(b.c32(0)));
  size_t numSums = sums.size();
  SmallVector<Val> results =
      b.loop(b.c32(0), count, kProductTokens, initial,
             [&](Val first, ArrayRef<Val> carried) {
               SmallVector<Val> next =
                   llvm::to_vector(carried.take_front(numSums));
               SmallVector<Val> ahead = load(first + kProductTokens);
               addTile(Tile::of(carried.drop_front(numSums)), next);
               next.append(ahead);
               return next;
             });
  sums.assign(results.begin(), results.begin() + numSums);
}

/// Stores rows firstRow + 2 (lane mod 4) and the next: sums of digits, and the
/// centres for all that was not read.
void Attend::storeOutput(Val firstRow, ArrayRef<Val> sums) {
  LaneChannels channels(problem);
  Val channel = (b.lane >> 2) * b.c32(channels.count);
  Val unit = scaleUnit * (256.0 / kCodeOne / kWeightUnit);
  for (int64_t c = 0; c < 2; ++c) {
    Val row = firstRow + ((b.lane & 3) << 1) + c;
    b.ifThen(item.hasRow(row), [&] {
      Val output = item.work.partial(chunk.index, row);
      Val weights[kChunkPages];
      for (int64_t page = 0; page < kChunkPages; ++page)
        weights[page] = b.load(
            b.f32(), floatAt(b, memory.centres, row + page * groupRows()));
      for (int64_t i = 0; i < channels.count; i += 4) {
        SmallVector<Val> values;
        for (int64_t j = i; j < i + 4; ++j)
          values.push_back(sums[j / 2 * 4 + j % 2 * 2 + c]);
        Val value = b.vectorOf(values) * b.splat(unit, 4);
        for (int64_t page = 0; page < kChunkPages; ++page) {
          Val centre = loadCentres(b, problem.getValueLayout(),
                                   chunk.valuePages[page], channel + i, 4);
          value = b.fma(b.splat(weights[page], 4), centre, value);
        }
        b.store(value, floatAt(b, output, channel + i), 16);
      }
    });
  }
}

void Attend::sumValues() {
  int64_t numSums = LaneChannels(problem).count * 2;
  auto rows = [&](Val firstRow) {
    SmallVector<Val> sums(numSums, b.cf(0));
    // A digit of the first plane counts 256 of the second's.
    sumPlane(1, tiers.value1, firstRow, sums);
    for (Val &sum : sums)
      sum = sum * (1.0 / 256);
    sumPlane(0, tiers.value0, firstRow, sums);
    storeOutput(firstRow, sums);
  };
  if (groupRows() <= kProductRows)
    return rows(b.c32(0));
  b.loop(b.c32(0), b.c32(groupRows()), kProductRows, rows);
}

void aligned::gpu::emitAttendChunk(const Chunk &chunk,
                                   const ChunkMemory &memory) {
  Attend attend(chunk, memory);
  attend.refine();
  attend.weigh();
  attend.sumValues();
}
