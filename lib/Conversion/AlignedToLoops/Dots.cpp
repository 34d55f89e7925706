//===- Dots.cpp - Dot products of queries with digits ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dots.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

/// Digits that one step multiplies: two for each lane.
static constexpr int64_t kStep = 2 * kLanes;
static_assert(kChannelGroup % kStep == 0, "rows are whole steps");

/// Beyond this, a loop over channels is not unrolled.
static constexpr int64_t kUnrolledChannels = 256;

Dots::Dots(DecodePhase &p)
    : p(p), b(p.b), channels(p.keys.channels()),
      queries(b.buffer(b.getI16Type(), p.rows * channels)),
      digits(b.buffer(b.getI16Type(), kLanes * channels)) {}

void Dots::loadQueries() {
  Val high = p.work.queryHigh(b.c32(0)), low = p.work.queryLow(b.c32(0));
  b.loop(b.c32(0), b.c32(p.rows * channels), kStep, [&](Val index) {
    Type bytes = b.vec(kStep, b.i8()), i16 = b.getI16Type();
    Val highs = b.convert(b.load(bytes, b.offset(high, index), 1), i16);
    Val lows = b.extendUnsigned(b.load(bytes, b.offset(low, index), 1), i16);
    b.store((highs << 8) + lows, b.element(queries, index, i16), 2);
  });
}

void Dots::loadDigits(int plane, function_ref<Place(Val)> place) {
  int64_t width =
      channels % (2 * kChannelGroup) ? kChannelGroup : 2 * kChannelGroup;
  b.loop(b.c32(0), b.c32(kLanes), 1, [&](Val lane) {
    Place at = place(lane);
    Val target = b.element(digits, lane * channels, b.getI16Type());
    b.loop(b.c32(0), b.c32(channels), width, [&](Val channel) {
      Val bytes = loadPlanes(b, p.keys, at.page, at.row, channel, width, plane,
                             plane + 1)[0];
      b.store(b.convert(bytes, b.getI16Type()),
              b.element(target, channel, b.getI16Type()), 2);
    });
  });
}

/// Adds pairs of products of kStep channels to the sums of all lanes.
SmallVector<Val> Dots::addProducts(Val query, Val channel, ArrayRef<Val> sums) {
  Type i16 = b.getI16Type(), step = b.vec(kStep, i16);
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < kStep; i += 2) {
    even.push_back(i);
    odd.push_back(i + 1);
  }
  auto half = [&](Val vector, ArrayRef<int64_t> order) {
    return b.convert(b.shuffle(vector, vector, order), b.i32());
  };
  Val q = b.load(step, b.element(query, channel, i16), 2);
  Val qEven = half(q, even), qOdd = half(q, odd);
  SmallVector<Val> next;
  for (auto [lane, sum] : llvm::enumerate(sums)) {
    Val at = b.element(digits, channel + lane * channels, i16);
    Val d = b.load(step, at, 2);
    next.push_back(sum + (qEven * half(d, even) + qOdd * half(d, odd)));
  }
  return next;
}

/// Lane i of the result is the sum over sums[i].
Val Dots::sumAcross(SmallVector<Val> sums) {
  for (int64_t stride = 1; stride < kLanes; stride *= 2) {
    SmallVector<int64_t> first, second;
    for (int64_t i = 0; i < kLanes; ++i) {
      int64_t from = (i / (2 * stride)) * 2 * stride + i % stride;
      int64_t source = i & stride ? kLanes : 0;
      first.push_back(source + from);
      second.push_back(source + from + stride);
    }
    SmallVector<Val> halved;
    for (size_t i = 0; i < sums.size(); i += 2)
      halved.push_back(b.shuffle(sums[i], sums[i + 1], first) +
                       b.shuffle(sums[i], sums[i + 1], second));
    sums = std::move(halved);
  }
  return sums.front();
}

Val Dots::slab(Val row, int64_t first, int64_t end) {
  Val query = b.element(queries, row * channels, b.getI16Type());
  SmallVector<Val> sums(kLanes, b.constant(0, b.ints()));
  if (end - first <= kUnrolledChannels) {
    for (int64_t channel = first; channel < end; channel += kStep)
      sums = addProducts(query, b.c32(channel), sums);
  } else {
    sums = b.loop(b.c32(first), b.c32(end), kStep, sums,
                  [&](Val channel, ArrayRef<Val> sums) {
                    return addProducts(query, channel, sums);
                  });
  }
  return sumAcross(std::move(sums));
}

void Dots::tile(int plane, function_ref<Place(Val)> place,
                function_ref<void(Val, Val)> body) {
  loadDigits(plane, place);
  b.loop(b.c32(0), b.c32(p.rows), 1, [&](Val row) {
    Val dots = slab(row, 0, std::min(channels, kDotChannels));
    for (int64_t first = kDotChannels; first < channels;
         first += kDotChannels) {
      Val more = slab(row, first, std::min(channels, first + kDotChannels));
      dots = (first == kDotChannels ? b.intToFloat(dots) : dots) +
             b.intToFloat(more);
    }
    body(row, dots);
  });
}
