//===- PaperAppend.cpp - Rows of f16 bits to planes and back --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pages of such planes do not depend on each other. A team of threads fills one
// in three steps: the scales of its new rows; their bits, of 32 elements of a
// row of the planes by a thread, for those share bytes; and the largest of each
// channel, of all rows that the page then has, since rows that were cut off
// must not count.
//
//===----------------------------------------------------------------------===//

#include "PaperAppend.h"
#include "PaperPlanes.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;
namespace paper = aligned::tile::paper;

/// Elements of a row whose bytes one thread has.
static constexpr int64_t kUnit = kChannelGroup;
/// Bytes of a word.
static constexpr int64_t kWord = 4;

namespace {
class PagePacker {
public:
  /// `memory`: the team's, of kPageTokens i32.
  PagePacker(const AppendItem &item, Team team, Val memory)
      : item(item), b(item.b), layout(item.layout), team(team), masks(memory) {}

  void pack(Val number);

private:
  /// A unit of one row of the planes.
  struct Unit {
    Val row, first; ///< element
  };
  Val source(Val position, Val channel) const;
  Val loadBits(Val position, Val channel) const;
  Val elementBits(const Unit &unit, int64_t i) const;
  Val maskOf(const Unit &unit, int64_t i) const;
  std::pair<Val, Val> loadWord(const Unit &unit, int64_t first) const;
  void storeScale(Val row) const;
  void storeUnit(const Unit &unit) const;
  void storeUnits() const;
  void countChannelMajor(Val rows) const;
  void countRowMajor(Val rows) const;
  Val planeRow(int plane, Val row) const {
    return b.offset(b.offset(page, layout.planeOffset(plane)),
                    row * b.c32(layout.rowBytes(plane)));
  }

  const AppendItem &item;
  GpuBuilder &b;
  PageLayout layout;
  Team team;
  Val masks; ///< [kPageTokens]: -1 for new rows that are finite, else 0
  Val page;
  Val begin;    ///< the position of its first row
  Val from, to; ///< its new rows
};
} // namespace

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// The bits of an element that exists.
Val PagePacker::loadBits(Val position, Val channel) const {
  Val address = tile::elementAddress(
      item.params, &AppendParams::rows, &AppendParams::rowStride,
      {item.sequence, item.head, position - item.start, channel}, item.type);
  return b.extendUnsigned(b.load(b.getI16Type(), address), b.i32());
}

/// By a warp.
void PagePacker::storeScale(Val row) const {
  Val most = b.cf(0);
  SmallVector<Val> loaded;
  for (int64_t first = 0; first < layout.headDim; first += kWarp) {
    // The last one more than once does not matter.
    Val channel = b.minInt(b.lane + static_cast<double>(first),
                           b.c32(layout.headDim - 1));
    loaded.push_back(loadBits(begin + row, channel));
  }
  for (Val bits : loaded)
    most = b.maxPropagate(most, b.abs(paper::fromBits(bits)));
  tile::RowScale scale = paper::rowLargest(b.warpMax(most));
  b.ifThen(b.lane == 0, [&] {
    b.store(b.select(scale.finite, b.c32(-1), b.c32(0)),
            b.element(masks, row, b.i32()));
    tile::storeFloats(
        b, scale.scale, b.getBF16Type(),
        b.element(b.offset(page, layout.scalesOffset()), row, b.getI16Type()));
    b.ifThen(scale.finite == b.constant(0, b.i1()),
             [&] { item.raise(kStatusNonFinite); });
  });
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

/// Element `first + i` of a unit: 0 in rows that are not finite, and in
/// channels beyond the last.
Val PagePacker::elementBits(const Unit &unit, int64_t i) const {
  Val element = unit.first + i;
  bool isChannelMajor = layout.isChannelMajor();
  // What does not exist is loaded from where something does.
  Val row =
      isChannelMajor ? b.maxInt(b.minInt(element, to - 1), from) : unit.row;
  Val channel = isChannelMajor ? unit.row : element;
  Val bits =
      loadBits(begin + row, b.minInt(channel, b.c32(layout.headDim - 1)));
  Val mask = b.load(b.i32(), b.element(masks, row, b.i32()));
  return b.select(channel < static_cast<double>(layout.headDim), bits & mask,
                  b.c32(0));
}

/// All bits of the bytes, of a word from element `first + i` on, that this
/// append writes.
Val PagePacker::maskOf(const Unit &unit, int64_t i) const {
  Val mask = b.c32(0);
  for (int64_t byte = 0; byte < kWord; ++byte) {
    Val row = unit.first + (i + byte);
    auto bits = static_cast<int32_t>(0xFFu << (8 * byte));
    mask = mask | b.select((row >= from) & (row < to), b.c32(bits), b.c32(0));
  }
  return mask;
}

/// The high and the low bytes of four elements, as words.
std::pair<Val, Val> PagePacker::loadWord(const Unit &unit,
                                         int64_t first) const {
  SmallVector<Val> bits;
  for (int64_t i = 0; i < kWord; ++i)
    bits.push_back(elementBits(unit, first + i));
  auto bytes = [&](int64_t selector) {
    return b.permuteBytes(b.permuteBytes(bits[0], bits[1], selector),
                          b.permuteBytes(bits[2], bits[3], selector), 0x5410);
  };
  return {bytes(0x5151), bytes(0x4040)};
}

void PagePacker::storeUnit(const Unit &unit) const {
  constexpr int64_t kHalf = kUnit / 2;
  auto word = [&](uint32_t bits) { return b.c32(static_cast<int32_t>(bits)); };
  Val lows = word(0x0F0F0F0F), highs = word(0xF0F0F0F0);
  auto addressOf = [&](int plane, int64_t byte) {
    // 16 bytes of a 4-bit plane.
    Val start = layout.planeBits(plane) == 8 ? unit.first : unit.first >> 1;
    return b.offset(b.offset(planeRow(plane, unit.row), start), byte);
  };
  auto store = [&](Val value, Val mask, int plane, int64_t byte) {
    Val address = addressOf(plane, byte);
    if (layout.isChannelMajor()) {
      // Other positions keep what they have.
      Val old = b.load(b.i32(), address);
      value = b.exclusiveOr(old, b.exclusiveOr(old, value) & mask);
    }
    b.store(value, address);
  };
  Val everything = b.c32(-1);
  for (int64_t i = 0; i < kHalf; i += kWord) {
    auto [high, low] = loadWord(unit, i);
    auto [nextHigh, nextLow] = loadWord(unit, kHalf + i);
    Val mask = everything, nextMask = everything;
    if (layout.isChannelMajor()) {
      mask = maskOf(unit, i);
      nextMask = maskOf(unit, kHalf + i);
    }
    store(high, mask, 0, i);
    store(nextHigh, nextMask, 0, kHalf + i);
    Val nibbles = (mask & lows) | (nextMask & highs);
    store(((low >> 4) & lows) | (nextLow & highs), nibbles, 1, i);
    store((low & lows) | ((nextLow << 4) & highs), nibbles, 2, i);
  }
}

void PagePacker::storeUnits() const {
  Val count, firstUnit = b.c32(0);
  if (layout.isChannelMajor()) {
    firstUnit = from / b.c32(kUnit);
    count = (b.ceilDiv(to, kUnit) - firstUnit) * b.c32(layout.channels());
  } else {
    count = (to - from) * b.c32(layout.channels() / kUnit);
  }
  b.loop(team.rank(), count, team.size(), [&](Val index) {
    // Neighbouring threads have neighbouring channels, as the source has them.
    int64_t across =
        layout.isChannelMajor() ? layout.channels() : layout.channels() / kUnit;
    Val inner = index % across, outer = index / b.c32(across);
    if (layout.isChannelMajor())
      storeUnit({inner, (firstUnit + outer) * b.c32(kUnit)});
    else
      storeUnit({from + outer, inner * b.c32(kUnit)});
  });
}

//===----------------------------------------------------------------------===//
// The largest of each channel
//===----------------------------------------------------------------------===//

/// Channel by channel: the leading bytes of its positions.
void PagePacker::countChannelMajor(Val rows) const {
  team.forEach(layout.channels(), [&](Val channel) {
    Val start = planeRow(0, channel);
    SmallVector<Val> most = b.loop(
        b.c32(0), rows, 4 * kWord, SmallVector<Val>(kWord, b.c32(0)),
        [&](Val first, ArrayRef<Val> carried) {
          SmallVector<Val> next(carried);
          Val words = b.load(b.vec(4, b.i32()), b.offset(start, first), 16);
          for (int64_t i = 0; i < 4; ++i) {
            // Bytes behind the last row may be anything.
            Val there = rows - first - i * kWord;
            Val shift = b.maxInt(b.c32(kWord) - there, b.c32(0)) << 3;
            Val mask = b.select(there > 0,
                                b.wrap(arith::ShRUIOp::create(
                                    b, b.c32(-1), b.minInt(shift, b.c32(31)))),
                                b.c32(0));
            takeLarger(b, b.extract(words, i) & mask, next);
          }
          return next;
        });
    Val all = b.maxInt(b.maxInt(most[0], most[1]), b.maxInt(most[2], most[3]));
    b.store(b.convert(all, b.i8()),
            b.offset(b.offset(page, layout.largestOffset()), channel));
  });
}

/// Row by row, four channels at a time.
void PagePacker::countRowMajor(Val rows) const {
  constexpr int64_t kUnroll = 16;
  team.forEach(layout.channels() / kWord, [&](Val word) {
    SmallVector<Val> most =
        b.loop(b.c32(0), rows, kUnroll, SmallVector<Val>(kWord, b.c32(0)),
               [&](Val first, ArrayRef<Val> carried) {
                 SmallVector<Val> next(carried), loaded;
                 for (int64_t i = 0; i < kUnroll; ++i) {
                   // The last one more than once does not matter.
                   Val row = b.minInt(first + i, rows - 1);
                   loaded.push_back(b.load(
                       b.i32(), b.element(planeRow(0, row), word, b.i32())));
                 }
                 for (Val four : loaded)
                   takeLarger(b, four, next);
                 return next;
               });
    Val bytes = most[0] | (most[1] << 8) | (most[2] << 16) | (most[3] << 24);
    b.store(bytes,
            b.element(b.offset(page, layout.largestOffset()), word, b.i32()));
  });
}

//===----------------------------------------------------------------------===//
// Pages
//===----------------------------------------------------------------------===//

void PagePacker::pack(Val number) {
  page = item.page(number);
  begin = number * b.c32(kPageTokens);
  from = b.maxInt(item.start - begin, b.c32(0));
  to = b.minInt(item.end - begin, b.c32(kPageTokens));
  team.sync(); // the masks of the page before are done with
  int64_t warps = team.size() / kWarp;
  Val first = team.isWarp ? from : from + b.warp;
  b.loop(first, to, warps, [&](Val row) { storeScale(row); });
  team.sync();
  storeUnits();
  team.sync();
  if (layout.isChannelMajor())
    countChannelMajor(to);
  else
    countRowMajor(to);
}

void aligned::gpu::packBits(const AppendItem &item, bool areMany) {
  GpuBuilder &b = item.b;
  int64_t warps = b.threads / kWarp, teams = areMany ? warps : 1;
  constexpr int64_t kBytes = kPageTokens * sizeof(int32_t);
  Val memory = b.shared(teams * kBytes);
  Val first = item.start / b.c32(kPageTokens);
  if (areMany) {
    memory = b.offset(memory, b.warp * b.c32(kBytes));
    first = first + b.warp;
  }
  b.loop(first, b.ceilDiv(item.end, kPageTokens), teams, [&](Val number) {
    PagePacker(item, Team{b, /*isWarp=*/areMany}, memory).pack(number);
  });
}

//===----------------------------------------------------------------------===//
// And back
//===----------------------------------------------------------------------===//

Val aligned::gpu::unpackBits(GpuBuilder &b, const PageLayout &layout, Val page,
                             Val row, Val channel) {
  Val planeRow = layout.isChannelMajor() ? channel : row;
  Val element = layout.isChannelMajor() ? row : channel;
  auto byteOf = [&](int plane, Val byte) {
    Val start = b.offset(page, layout.planeOffset(plane));
    Val offset = planeRow * b.c32(layout.rowBytes(plane)) + byte;
    return b.extendUnsigned(b.load(b.i8(), b.offset(start, offset)), b.i32());
  };
  Val inUnit = element & (kUnit - 1);
  Val byte = ((element - inUnit) >> 1) + (inUnit & (kUnit / 2 - 1));
  Val bits = byteOf(0, element);
  for (int plane = 1; plane < layout.numPlanes(); ++plane) {
    Val both = byteOf(plane, byte);
    Val digit =
        b.select(inUnit < static_cast<double>(kUnit / 2), both & 15, both >> 4);
    bits = (bits << 4) | digit;
  }
  Val poison = tile::Rule::poison(loadScale(b, layout, page, row));
  // Not a sum, which would lose the sign of a zero.
  return b.select(poison == 0, paper::fromBits(bits), poison);
}
