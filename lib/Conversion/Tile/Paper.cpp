//===- Paper.cpp - The arithmetic of planes of f16 bits -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/Tile/Paper.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::tile;

static Val ofType(Val like, double value) {
  return like.emitter->constant(value, like.type());
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

Val paper::toBits(Val number) {
  Emitter &e = *number.emitter;
  Val half = e.convert(number, e.getF16Type());
  return e.extendUnsigned(e.bitcast(half, e.like(e.getI16Type(), half.type())),
                          e.i32());
}

Val paper::fromBits(Val bits) {
  Emitter &e = *bits.emitter;
  Val half = e.bitcast(e.convert(bits, e.getI16Type()),
                       e.like(e.getF16Type(), bits.type()));
  return e.convert(half, e.f32());
}

Val paper::digit(Val bits, int plane) {
  static constexpr int kShifts[] = {8, 4, 0};
  return (bits >> kShifts[plane]) & (plane == 0 ? 0xFF : 0xF);
}

Val paper::joinDigits(ArrayRef<Val> digits) {
  Emitter &e = *digits[0].emitter;
  auto wide = [&](Val digit) { return e.extendUnsigned(digit, e.i32()); };
  Val bits = wide(digits[0]) << 8;
  if (digits.size() > 1)
    bits = bits | wide(digits[1]);
  if (digits.size() > 2)
    return bits | (wide(digits[2]) & 0xFF) >> 4;
  return bits | ofType(bits, digits.size() == 1 ? 0x80 : 0x8);
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

RowScale paper::rowLargest(Val absMax) {
  Emitter &e = *absMax.emitter;
  Val largest = e.maxPropagate(absMax, ofType(absMax, kSmallestNormal));
  // Up to the next bf16: a carry out of the bits that it lacks.
  Val bits = e.bitcast(largest, e.like(e.i32(), largest.type()));
  Val up = e.bitcast((bits + 0xFFFF) & -0x10000, largest.type());
  Val finite = absMax < std::numeric_limits<double>::infinity();
  return {e.select(finite, up,
                   ofType(up, std::numeric_limits<double>::quiet_NaN())),
          finite, {}, {}};
}

Val paper::magnitude(Val bits) { return (bits >> 8) & 0x7F; }

Val paper::powerOfMagnitude(Val magnitude) {
  Emitter &e = *magnitude.emitter;
  // The exponent is what is left without the two bits of the mantissa; that of
  // denormal numbers, 0, counts as the smallest.
  Val biased = e.maxInt(magnitude >> 2, ofType(magnitude, 1));
  return e.bitcast((biased + (127 - 15)) << 23, e.like(e.f32(), biased.type()));
}

Val paper::exponent(Val number) {
  Emitter &e = *number.emitter;
  Val bits = e.bitcast(number, e.like(e.i32(), number.type()));
  return e.intToFloat(((bits >> 23) & 0xFF) - 127);
}

Val paper::wantedBits(Val below) {
  Emitter &e = *below.emitter;
  auto bits = [&](int count) {
    return e.constant(count, e.like(e.i32(), below.type()));
  };
  return e.select(below >= 2 * kTierStep, bits(8),
                  e.select(below >= kTierStep, bits(12), bits(16)));
}

Val paper::errorOfBits(Val bits) {
  Emitter &e = *bits.emitter;
  auto error = [&](int count) {
    return e.constant(readError(count), e.like(e.f32(), bits.type()));
  };
  return e.select(bits == 8, error(8),
                  e.select(bits == 12, error(12), error(16)));
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

paper::Bytes paper::fetchedBytes(DecodeProblemAttr problem, const Visible &any,
                                 Val budget, ArrayRef<Val> keyChannels,
                                 ArrayRef<Val> valueRows) {
  Emitter &e = *any.count.emitter;
  auto wide = [&](Val value) { return e.convert(value, e.i64()); };
  PageLayout key = problem.getKeyLayout(), value = problem.getValueLayout();
  Val rows = wide(any.count);
  Val halfBytes = e.c64(0), planes = e.c64(0);
  int64_t ofRow = 0;
  for (int tier = 0; tier < 3; ++tier) {
    halfBytes =
        halfBytes + wide(keyChannels[tier]) * e.c64(kPrefixBits[tier] / 4);
    ofRow += value.rowBytes(tier);
    planes = planes + wide(valueRows[tier]) * e.c64(ofRow);
  }
  planes = planes + ((rows * halfBytes) >> 1);
  int64_t scales = 2 * sizeof(uint16_t);
  if (problem.hasMask())
    scales += problem.getGroupRows() *
              memoryType(problem.getMask()).getIntOrFloatBitWidth() / 8;
  // Table entries, and the largest of each channel.
  int64_t ofPage = 2 * sizeof(int32_t) + key.channels() + value.channels();
  Val pages = wide(e.ceilDiv(any.to, kPageTokens) - any.from / kPageTokens);
  // Leading planes of the tokens that the output is estimated from, if it is.
  Val top = wide(e.select(budget < kFullBudget,
                          e.minInt(any.count, e.c32(kTopTokens)), e.c32(0)));
  Val estimate = top * e.c64(problem.getGroupRows() * value.rowBytes(0));
  return {planes,
          planes + estimate + rows * e.c64(scales) + pages * e.c64(ofPage)};
}
