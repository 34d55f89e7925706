//===- SumValues.cpp - Rows of V, weighted and added up -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sixteen tokens at a time, on tensor cores: the A operand is V transposed,
// digits as f16 (exact), the B operand weights as the sum of two f16: of up to
// four query rows side by side, of eight in two products. A lane owns channels
// that are neighbours in memory, of the four tokens that its place in the
// operands gives it.
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

/// Both f16 of a token's weight. "None" has none.
Val Attend::loadWeight(Val row, Val token) {
  Val known = token, last = b.c32(chunk.numTokens() - 1);
  if (!chunk.buffer.hasNone)
    known = b.minInt(token, last);
  Val weight = b.load(b.i32(), chunk.scoreAddress(row, known));
  return chunk.buffer.hasNone ? weight
                              : b.select(token <= last, weight, b.c32(0));
}

/// Loads what the lane has of the 16 listed tokens from number `first` on:
/// their numbers, in pairs, and digits, [kLaneTokens][channels / 4] words.
SmallVector<Val> Attend::loadTile(int plane, Val first) {
  LaneChannels channels(problem);
  Val channel = (b.lane >> 2) * b.c32(channels.count);
  SmallVector<Val> tile, tokens;
  for (int64_t half = 0; half < 2; ++half) {
    // Two neighbours, and the two that are eight further.
    Val index = first + ((b.lane & 3) << 1) + half * 8;
    Val both = b.load(b.i32(),
                      b.element(memory.lists[plane], index, b.getI16Type()), 4);
    tile.push_back(both);
    tokens.append({both & 0xffff, both >> 16});
  }
  for (Val token : tokens)
    for (int64_t c = 0; c < channels.count; c += channels.piece)
      tile.append(loadDigits(b, problem.getValueLayout(),
                             chunk.valuePage(token), chunk.pageRow(token),
                             plane, channel + c, channels.piece));
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

/// What the weights are rounded to, and the rest, as operands; of packed rows
/// the lane's column has one of them.
SmallVector<SmallVector<Val>> Attend::loadWeights(ArrayRef<Val> pairs,
                                                  Val firstRow) {
  Val column = b.lane >> (isPacked(problem) ? 3 : 2);
  Val row = item.knownRow(firstRow + column);
  SmallVector<Val> selectors = {b.c32(0x5410), b.c32(0x7632)};
  if (isPacked(problem))
    selectors = {b.select((b.lane & 4) == 0, selectors[0], selectors[1])};
  SmallVector<SmallVector<Val>> operands(selectors.size());
  for (Val pair : pairs) {
    Val first = loadWeight(row, pair & 0xffff);
    Val second = loadWeight(row, pair >> 16);
    for (auto [operand, selector] : llvm::zip_equal(operands, selectors))
      operand.push_back(b.bitcast(b.permuteBytes(first, second, selector),
                                  b.vec(2, b.getF16Type())));
  }
  return operands;
}

/// Adds a product to `sums`, four for every pair of channels.
void Attend::addTile(ArrayRef<Val> tile, Val firstRow,
                     MutableArrayRef<Val> sums) {
  constexpr size_t kPairs = kLaneTokens / 2;
  SmallVector<SmallVector<Val>> operands =
      loadWeights(tile.take_front(kPairs), firstRow);
  ArrayRef<Val> words = tile.drop_front(kPairs);
  size_t numWords = words.size() / kLaneTokens;
  auto word = [&](int64_t token, size_t w) {
    return words[token * numWords + w];
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

/// Adds plane `plane` of its listed tokens.
void Attend::sumPlane(int plane, Val firstRow, SmallVectorImpl<Val> &sums) {
  sums = b.pipeline(
      b.c32(0), valueCounts[plane], kProductTokens, /*stages=*/2, sums,
      [&](Val first) { return loadTile(plane, first); },
      [&](Val, ArrayRef<Val> loaded, ArrayRef<Val> before) {
        SmallVector<Val> next(before);
        addTile(loaded, firstRow, next);
        return next;
      });
}

/// Stores the lane's one or two rows: sums of digits, and the centres for all
/// that was not read.
void Attend::storeOutput(Val firstRow, ArrayRef<Val> sums) {
  LaneChannels channels(problem);
  Val channel = (b.lane >> 2) * b.c32(channels.count);
  Val unit = scaleUnit * (256.0 / kCodeOne / kWeightUnit);
  int64_t numRows = isPacked(problem) ? 1 : 2;
  for (int64_t c = 0; c < numRows; ++c) {
    Val row = firstRow + (b.lane & 3) * b.c32(numRows) + c;
    b.ifThen(item.hasRow(row), [&] {
      Val output = item.work.partial(chunk.index, row);
      SmallVector<Val> weights;
      for (int64_t page = 0; page < chunk.numPages(); ++page)
        weights.push_back(b.load(
            b.f32(), floatAt(b, memory.centres, row + page * groupRows())));
      for (int64_t i = 0; i < channels.count; i += 4) {
        SmallVector<Val> values;
        for (int64_t j = i; j < i + 4; ++j) {
          ArrayRef<Val> parts = sums.slice(j * 2, 2);
          values.push_back(numRows == 2 ? parts[c] : parts[0] + parts[1]);
        }
        Val value = b.vectorOf(values) * b.splat(unit, 4);
        for (int64_t page = 0; page < chunk.numPages(); ++page) {
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
  item.forRows(kProductRows, [&](Val firstRow) {
    SmallVector<Val> sums(numSums, b.cf(0));
    // A digit of the first plane counts 256 of the second's.
    sumPlane(1, firstRow, sums);
    for (Val &sum : sums)
      sum = sum * (1.0 / 256);
    sumPlane(0, firstRow, sums);
    storeOutput(firstRow, sums);
  });
}

void aligned::gpu::emitAttendChunk(const Chunk &chunk,
                                   const ChunkMemory &memory) {
  Attend attend(chunk, memory);
  attend.beginCentres();
  emitAwaitThresholds(chunk.item, memory);
  attend.refine();
  attend.weigh();
  attend.sumValues();
}
