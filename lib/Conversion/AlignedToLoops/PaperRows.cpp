//===- PaperRows.cpp - Rows of f16 bits in pages -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PaperRows.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

namespace {
/// The byte that holds a digit of one element, and whether it is its high half.
struct Place {
  Val byte, isHigh;
};
} // namespace

/// Element `index` of row `row` of a plane; scalars.
static Place placeOf(PhaseBuilder &b, PageLayout layout, Val page, int plane,
                     Val row, Val index) {
  Val start = b.offset(page, layout.planeOffset(plane));
  start = b.offset(start, row * layout.rowBytes(plane));
  if (layout.planeBits(plane) == 8)
    return {b.offset(start, index),
            b.wrap(arith::ConstantOp::create(b, b.getBoolAttr(false)))};
  Val inGroup = index % kChannelGroup;
  Val byte = index / kChannelGroup * (kChannelGroup / 2) +
             inGroup % (kChannelGroup / 2);
  return {b.offset(start, byte), inGroup >= kChannelGroup / 2};
}

static Val loadByte(PhaseBuilder &b, Val address) {
  return b.extendUnsigned(b.load(b.i8(), address), b.i32());
}

/// The bits of one element.
static Val loadElement(PhaseBuilder &b, PageLayout layout, Val page, Val row,
                       Val index) {
  Val bits = b.c32(0);
  for (int plane = 0; plane < layout.numPlanes(); ++plane) {
    Place place = placeOf(b, layout, page, plane, row, index);
    Val byte = loadByte(b, place.byte);
    if (layout.planeBits(plane) == 4)
      byte = b.select(place.isHigh, byte >> 4, byte & 15);
    bits = (bits << layout.planeBits(plane)) | byte;
  }
  return bits;
}

static void storeElement(PhaseBuilder &b, PageLayout layout, Val page, Val row,
                         Val index, Val bits) {
  for (int plane = 0; plane < layout.numPlanes(); ++plane) {
    Place place = placeOf(b, layout, page, plane, row, index);
    Val digit = paper::digit(bits, plane);
    if (layout.planeBits(plane) == 4) {
      Val old = loadByte(b, place.byte);
      digit = b.select(place.isHigh, (old & 15) | (digit << 4),
                       (old & 0xF0) | digit);
    }
    b.store(b.convert(digit, b.i8()), place.byte);
  }
}

//===----------------------------------------------------------------------===//
// The largest of each channel
//===----------------------------------------------------------------------===//

static Val largestAddress(PhaseBuilder &b, PageLayout layout, Val page,
                          Val channel) {
  return b.offset(b.offset(page, layout.largestOffset()), channel);
}

/// kLanes channels; one for a scalar.
static Val loadLargest(PhaseBuilder &b, PageLayout layout, Val page,
                       Val channel) {
  Val bytes = b.load(b.vec(kLanes, b.i8()),
                     largestAddress(b, layout, page, channel), 1);
  return b.extendUnsigned(bytes, b.i32());
}

static void storeLargest(PhaseBuilder &b, PageLayout layout, Val page,
                         Val channel, Val magnitude) {
  b.store(b.convert(magnitude, b.i8()),
          largestAddress(b, layout, page, channel), 1);
}

/// Channel by channel: the leading bytes of its positions.
static void countChannelMajor(PhaseBuilder &b, PageLayout layout, Val page,
                              Val rows) {
  b.loop(b.c32(0), b.c32(layout.channels()), 1, [&](Val channel) {
    Val start = placeOf(b, layout, page, 0, channel, b.c32(0)).byte;
    auto largest = b.loop(
        b.c32(0), rows, kLanes, b.constant(0, b.ints()),
        [&](Val first, ArrayRef<Val> largest) -> SmallVector<Val> {
          Val bytes = b.extendUnsigned(
              b.load(b.vec(kLanes, b.i8()), b.offset(start, first), 1),
              b.i32());
          Val there = b.iota(first) < rows;
          Val zero = b.constant(0, b.ints());
          return {b.maxInt(largest[0], b.select(there, bytes & 0x7F, zero))};
        })[0];
    // By halves, as no sum of i32 lanes is a maximum.
    Val most = b.wrap(vector::ReductionOp::create(
        b, vector::CombiningKind::MAXSI, largest.value));
    b.store(b.convert(most, b.i8()), largestAddress(b, layout, page, channel));
  });
}

/// Row by row.
static void countRowMajor(PhaseBuilder &b, PageLayout layout, Val page,
                          Val rows) {
  b.forChannels(layout.channels(), [&](Val channel, int64_t) {
    auto largest =
        b.loop(b.c32(0), rows, 1, b.constant(0, b.ints()),
               [&](Val row, ArrayRef<Val> largest) -> SmallVector<Val> {
                 Val start = placeOf(b, layout, page, 0, row, channel).byte;
                 Val bytes = b.extendUnsigned(
                     b.load(b.vec(kLanes, b.i8()), start, 1), b.i32());
                 return {b.maxInt(largest[0], bytes & 0x7F)};
               })[0];
    storeLargest(b, layout, page, channel, largest);
  });
}

void loops::countLargest(PhaseBuilder &b, PageLayout layout, Val page,
                         Val rows) {
  if (layout.isChannelMajor())
    countChannelMajor(b, layout, page, rows);
  else
    countRowMajor(b, layout, page, rows);
}

Val loops::largestOfPages(DecodePhase &p, PageLayout layout,
                          function_ref<Val(Val)> page) {
  PhaseBuilder &b = p.b;
  Val largest = b.buffer(b.i32(), layout.channels());
  Visible any = p.rule.visibleToAny(p.length);
  b.forChannels(layout.channels(), [&](Val channel, int64_t) {
    Val most =
        b.loop(any.from / kPageTokens, b.ceilDiv(any.to, kPageTokens), 1,
               b.constant(0, b.ints()),
               [&](Val number, ArrayRef<Val> most) -> SmallVector<Val> {
                 return {b.maxInt(
                     most[0], loadLargest(b, layout, page(number), channel))};
               })[0];
    b.store(most, b.element(largest, channel, b.i32()), 4);
  });
  return largest;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

RowScale loops::packBits(PhaseBuilder &b, PageLayout layout, Val page,
                         Val inPage, Val row) {
  auto most = b.accumulateChannels(
      layout.channels(), b.constant(0, b.floats()),
      [&](Val channel, ArrayRef<Val> most) -> SmallVector<Val> {
        return {b.maxPropagate(most[0], b.abs(loadLanes(b, row, channel)))};
      });
  RowScale scale = paper::rowLargest(b.maxLanes(most[0]));
  // A row that is not finite has no digits.
  Val finite = b.splat(scale.finite, kLanes);
  Val bits = b.buffer(b.i32(), layout.channels());
  b.forChannels(layout.channels(), [&](Val channel, int64_t) {
    Val zero = b.constant(0, b.ints());
    Val lanes =
        b.select(finite, paper::toBits(loadLanes(b, row, channel)), zero);
    b.store(lanes, b.element(bits, channel, b.i32()), 4);
    storeLargest(b, layout, page, channel,
                 b.maxInt(paper::magnitude(lanes),
                          loadLargest(b, layout, page, channel)));
  });
  b.loop(b.c32(0), b.c32(layout.channels()), 1, [&](Val channel) {
    Val element = b.load(b.i32(), b.element(bits, channel, b.i32()));
    if (layout.isChannelMajor())
      storeElement(b, layout, page, channel, inPage, element);
    else
      storeElement(b, layout, page, inPage, channel, element);
  });
  return scale;
}

void loops::unpackBits(PhaseBuilder &b, PageLayout layout, Val page, Val inPage,
                       Val row) {
  Val poison = Rule::poison(loadScale(b, layout, page, inPage));
  b.loop(b.c32(0), b.c32(layout.channels()), 1, [&](Val channel) {
    Val bits = layout.isChannelMajor()
                   ? loadElement(b, layout, page, channel, inPage)
                   : loadElement(b, layout, page, inPage, channel);
    // Not a sum, which would lose the sign of a zero.
    Val value = b.select(poison == 0, paper::fromBits(bits), poison);
    b.store(value, b.element(row, channel, b.f32()));
  });
}
