//===- SumValues.cpp - Weighted values of a chunk -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attend.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

namespace {

/// Sums for some query rows and some channels at a time stay in registers
/// while the rows of V go by.
class ValueSummer {
public:
  ValueSummer(AttendState &s, const Tiers &tiers)
      : s(s), p(s.p), b(s.b), tiers(tiers),
        width(p.values.channels() % (2 * kChannelGroup) ? kChannelGroup
                                                        : 2 * kChannelGroup) {}

  void sum() {
    int64_t blocks = p.rows / kRows, rest = p.rows % kRows;
    if (blocks)
      b.loop(b.c32(0), b.c32(blocks * kRows), kRows,
             [&](Val row) { sumRows(row, kRows); });
    if (rest)
      sumRows(b.c32(blocks * kRows), rest);
  }

private:
  static constexpr int64_t kRows = 4;
  /// Tokens between asking for a row and adding it.
  static constexpr double kAhead = 8;

  /// Registers for each row.
  int64_t vectors() const { return width / kLanes; }

  void sumRows(Val row, int64_t rows) {
    b.loop(b.c32(0), b.c32(p.values.channels()), width, [&](Val channel) {
      SmallVector<Val> sums = startWithCentres(row, rows, channel);
      for (auto [i, list] : llvm::enumerate(tiers.values))
        sums = addTokens(list, i + 1, row, rows, channel, sums);
      for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < vectors(); ++j)
          storeLanes(b, sums[i * vectors() + j], p.work.partial(b.x, row + i),
                     channel + j * kLanes);
    });
  }

  /// Every row counts as its page's centre, read or not.
  SmallVector<Val> startWithCentres(Val row, int64_t rows, Val channel) {
    SmallVector<Val> sums;
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < vectors(); ++j) {
        Val sum = b.constant(0, b.floats());
        for (int64_t page = 0; page < kChunkPages; ++page) {
          Val weight =
              p.loadFloat(s.centreWeights, (row + i) * kChunkPages + page);
          // Without a centre, a weight of NaN still reaches every channel.
          Val centre = p.values.isIEEE()
                           ? b.constant(0, b.floats())
                           : loadCentre(b, p.values, s.valuePages[page],
                                        channel + j * kLanes);
          sum = b.fma(weight, centre, sum);
        }
        sums.push_back(sum);
      }
    return sums;
  }

  SmallVector<Val> addTokens(const TokenList &list, int planes, Val row,
                             int64_t rows, Val channel, ArrayRef<Val> sums) {
    // One plane alone counts 256 times its digits.
    double unit = (planes == 1 ? 256.0 : 1.0) / kCodeOne;
    bool isIEEE = p.values.isIEEE();
    return b.loop(
        b.c32(0), list.count, 1, sums, [&](Val index, ArrayRef<Val> carried) {
          SmallVector<Val> sums(carried);
          prefetch(list.at(index + kAhead), channel, planes);
          Val token = b.load(b.i32(), b.element(list.tokens, index, b.i32()));
          SmallVector<Val> digits = loadDigits(token, channel, planes);
          Val scale =
              isIEEE ? b.cf(1) : p.loadFloat(s.valueScales, token) * unit;
          for (int64_t i = 0; i < rows; ++i) {
            Val u = p.loadFloat(p.work.score(row + i, s.chunk.first), token);
            Val weight = b.splat(u * scale, kLanes);
            for (int64_t j = 0; j < vectors(); ++j) {
              Val &sum = sums[i * vectors() + j];
              sum = b.fma(weight, digits[j], sum);
            }
          }
          return sums;
        });
  }

  void prefetch(Val token, Val channel, int planes) {
    Dots::Place at = s.valuePlace(token);
    for (int plane = 0; plane < planes; ++plane)
      prefetchPlane(b, p.values, at.page, at.row, channel, width, plane);
  }

  SmallVector<Val> loadDigits(Val token, Val channel, int planes) {
    Dots::Place at = s.valuePlace(token);
    SmallVector<Val> bytes =
        loadPlanes(b, p.values, at.page, at.row, channel, width, 0, planes);
    SmallVector<Val> digits;
    for (int64_t j = 0; j < vectors(); ++j) {
      auto part = [&](Val plane) {
        auto order =
            llvm::to_vector(llvm::seq<int64_t>(j * kLanes, (j + 1) * kLanes));
        return b.shuffle(plane, plane, order);
      };
      if (p.values.isIEEE()) {
        SmallVector<Val> parts = llvm::map_to_vector(bytes, part);
        digits.push_back(paper::fromBits(paper::joinDigits(parts)));
        continue;
      }
      Val code = b.convert(part(bytes[0]), b.i32());
      if (planes == 2)
        code = (code << 8) + b.convert(part(bytes[1]), b.i32());
      digits.push_back(b.intToFloat(code));
    }
    return digits;
  }

  AttendState &s;
  DecodePhase &p;
  PhaseBuilder &b;
  const Tiers &tiers;
  int64_t width;
};

} // namespace

void loops::sumValues(AttendState &state, const Tiers &tiers) {
  ValueSummer(state, tiers).sum();
}
