//===- PaperPlanes.cpp - Planes of f16 bits, read by lanes ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PaperPlanes.h"

#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Quad::Quad(GpuBuilder &b, const PageLayout &layout, Val element)
    : b(b), layout(layout), element(element) {
  // Elements i and 16 + i of 32 share a byte.
  nibbles = element & ~int64_t{kChannelGroup / 2};
  Val isHigh = (element & (kChannelGroup / 2)) != 0;
  up = b.select(isHigh, b.c32(0), b.c32(4));
  down = b.select(isHigh, b.c32(4), b.c32(0));
}

SmallVector<Val> Quad::load(Val page, Val row, int planes) const {
  SmallVector<Val> words =
      loadDigits(b, layout, page, row, /*plane=*/0, element, kQuad);
  for (int plane = 1; plane < planes; ++plane)
    words.append(loadDigits(b, layout, page, row, plane, nibbles, 2 * kQuad,
                            /*isPacked=*/true));
  return words;
}

SmallVector<Val> Quad::numbers(ArrayRef<Val> words) const {
  auto word = [&](uint32_t bits) { return b.c32(static_cast<int32_t>(bits)); };
  Val low = word(0x80808080);
  if (words.size() > 1)
    low = (words[1] << up) & word(0xF0F0F0F0);
  if (words.size() == 2)
    low = low | word(0x08080808);
  if (words.size() > 2)
    low = low | ((words[2] >> down) & word(0x0F0F0F0F));
  SmallVector<Val> numbers;
  for (int64_t pair : {0x5140, 0x7362}) {
    Val halves = b.bitcast(b.permuteBytes(low, words[0], pair),
                           b.vec(2, b.getF16Type()));
    Val floats = b.convert(halves, b.f32());
    numbers.append({b.extract(floats, 0), b.extract(floats, 1)});
  }
  return numbers;
}

SmallVector<Val> aligned::gpu::loadFloats(GpuBuilder &b, Val address,
                                          int64_t count) {
  int64_t width = std::min<int64_t>(count, 4);
  SmallVector<Val> values;
  for (int64_t i = 0; i < count; i += width) {
    Val part =
        b.load(b.vec(width, b.f32()), b.offset(address, i * 4), width * 4);
    for (int64_t j = 0; j < width; ++j)
      values.push_back(b.extract(part, j));
  }
  return values;
}

//===----------------------------------------------------------------------===//
// The largest of each channel
//===----------------------------------------------------------------------===//

void aligned::gpu::takeLarger(GpuBuilder &b, Val word,
                              MutableArrayRef<Val> most) {
  for (int64_t i = 0; i < kQuad; ++i)
    most[i] = b.maxInt(most[i], (word >> (8 * i)) & 0x7F);
}

Val aligned::gpu::largestOfPages(const DecodeItem &item,
                                 const PageLayout &layout,
                                 function_ref<Val(Val)> page) {
  // Pages whose loads, of a table's entry and then of a word, are in flight
  // together.
  constexpr int64_t kUnroll = 8;
  GpuBuilder &b = item.b;
  int64_t words = layout.channels() / kQuad, slices = b.threads / words;
  Val parts = b.shared(slices * layout.channels() * sizeof(int32_t));
  Val word = b.thread % words, slice = b.thread / b.c32(words);
  Val first = item.from >> 7, end = b.ceilDiv(item.length, kPageTokens);
  SmallVector<Val> most = b.loop(
      first + slice, end, slices * kUnroll, SmallVector<Val>(kQuad, b.c32(0)),
      [&](Val number, ArrayRef<Val> carried) {
        SmallVector<Val> loaded, next(carried);
        for (int64_t i = 0; i < kUnroll; ++i) {
          // The last one more than once does not matter.
          Val known = b.minInt(number + i * slices, end - 1);
          Val start = b.offset(page(known), layout.largestOffset());
          loaded.push_back(b.load(b.i32(), b.element(start, word, b.i32())));
        }
        for (Val four : loaded)
          takeLarger(b, four, next);
        return next;
      });
  // Threads beyond the last slice have looked at what others have.
  Val at = slice * b.c32(layout.channels()) + word * b.c32(kQuad);
  b.ifThen(slice < static_cast<double>(slices), [&] {
    b.store(b.vectorOf(most), b.element(parts, at, b.i32()), 16);
  });
  b.barrier();
  auto channels = static_cast<double>(layout.channels());
  b.ifThen(b.thread < channels, [&] {
    Val own = b.element(parts, b.thread, b.i32());
    Val all = b.load(b.i32(), own);
    for (int64_t i = 1; i < slices; ++i)
      all = b.maxInt(all,
                     b.load(b.i32(), b.offset(own, i * layout.channels() * 4)));
    b.store(all, own);
  });
  b.barrier();
  return parts;
}

//===----------------------------------------------------------------------===//
// Tiers of channels
//===----------------------------------------------------------------------===//

Val aligned::gpu::channelBits(const DecodeItem &item, Val channel) {
  GpuBuilder &b = item.b;
  return b
      .loop(b.c32(0), b.c32(item.groupRows()), 1, {b.c32(0)},
            [&](Val row, ArrayRef<Val> most) {
              Val bits =
                  b.load(b.i8(), b.offset(item.work.queryLow(row), channel));
              return SmallVector<Val>{
                  b.maxInt(most[0], b.extendUnsigned(bits, b.i32()))};
            })
      .front();
}

SmallVector<Val> aligned::gpu::countChannels(const DecodeItem &item) {
  GpuBuilder &b = item.b;
  Val size = b.c32(item.problem.getKeyHeadDim());
  return b.loop(b.c32(0), size, kWarp, SmallVector<Val>(kPaperTiers, b.c32(0)),
                [&](Val first, ArrayRef<Val> counts) {
                  Val channel = first + b.lane;
                  Val bits = channelBits(item, b.minInt(channel, size - 1));
                  SmallVector<Val> next;
                  for (int tier = 0; tier < kPaperTiers; ++tier) {
                    Val isOf = (bits == tile::paper::kPrefixBits[tier]) &
                               (channel < size);
                    next.push_back(counts[tier] + b.popCount(b.ballot(isOf)));
                  }
                  return next;
                });
}
