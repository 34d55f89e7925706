//===- KeyTiles.cpp - Dot products of queries and key planes --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KeyTiles.h"

#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

KeyTiles::KeyTiles(GpuBuilder &b, DecodeProblemAttr problem)
    : b(b), problem(problem), group(b.lane >> 2), member(b.lane & 3) {
  int64_t channels = problem.getKeyLayout().channels(), base = 0;
  // 16, 8 or 4 bytes of a 4-bit plane at a time.
  for (; channels - base >= 128; base += 128)
    segments.push_back({32, member * b.c32(32) + base});
  if (channels - base >= 64) {
    segments.push_back(
        {16, (member >> 1) * b.c32(32) + (member & 1) * b.c32(8) + base});
    base += 64;
  }
  if (channels - base >= 32)
    segments.push_back({8, member * b.c32(4) + base});
}

/// Puts the first and the second half of a segment's words side by side.
static void pairUp(ArrayRef<Val> first, ArrayRef<Val> second,
                   KeyTiles::Fragments &fragments) {
  for (auto [x, y] : llvm::zip_equal(first, second)) {
    fragments.push_back(x);
    fragments.push_back(y);
  }
}

int64_t KeyTiles::numPacked() const {
  return problem.getKeyLayout().rowBytes(0) / 4 / sizeof(int32_t);
}

KeyTiles::Fragments KeyTiles::loadPacked(Val page, Val row, int plane) const {
  Fragments packed;
  for (const Segment &segment : segments)
    packed.append(loadDigits(b, problem.getKeyLayout(), page, row, plane,
                             segment.channel, segment.width,
                             /*isPacked=*/true));
  return packed;
}

KeyTiles::Fragments KeyTiles::unpack(const Fragments &packed) const {
  // Digits of the first half of a segment are in low nibbles.
  Val mask = b.c32(static_cast<int32_t>(0xf0f0f0f0));
  Fragments fragments;
  for (Val word : packed) {
    fragments.push_back((word << 4) & mask);
    fragments.push_back(word & mask);
  }
  return fragments;
}

KeyTiles::Fragments KeyTiles::loadKey(Val page, Val row, int plane) const {
  if (problem.getKeyLayout().planeBits(plane) == 4)
    return unpack(loadPacked(page, row, plane));
  auto load = [&](Val channel, int64_t channels) {
    return loadDigits(b, problem.getKeyLayout(), page, row, plane, channel,
                      channels);
  };
  Fragments fragments;
  for (const Segment &segment : segments) {
    if (segment.width == 32) {
      Fragments all = load(segment.channel, segment.width);
      ArrayRef<Val> ref = all;
      pairUp(ref.take_front(ref.size() / 2), ref.drop_front(ref.size() / 2),
             fragments);
    } else if (segment.width == 16) {
      pairUp(load(segment.channel, 8), load(segment.channel + 16, 8),
             fragments);
    } else {
      // Four channels of the eight that are one load.
      Val aligned = segment.channel & -8, upper = (segment.channel & 4) != 0;
      auto half = [&](Val channel) {
        Fragments both = load(channel, 8);
        return b.select(upper, both[1], both[0]);
      };
      pairUp(half(aligned), half(aligned + 16), fragments);
    }
  }
  return fragments;
}

void KeyTiles::ifRow(Val row, function_ref<void()> body) const {
  // Where the rows fill a product, all lanes have one.
  if (problem.getGroupRows() % (kWarp / kTileRows * numRows()) == 0)
    return body();
  b.ifThen(row < static_cast<double>(problem.getGroupRows()), body);
}

/// This lane's share of a row of one byte for each channel.
KeyTiles::Fragments KeyTiles::loadBytes(Val row) const {
  Fragments fragments;
  for (const Segment &segment : segments) {
    int64_t bytes = segment.width / 2;
    auto half = [&](int64_t offset) {
      Val pointer = b.offset(row, segment.channel + offset);
      return wordsOf(b, b.load(b.vec(bytes, b.i8()), pointer, bytes));
    };
    pairUp(half(0), half(16), fragments);
  }
  return fragments;
}

KeyTiles::Query KeyTiles::loadQuery(const tile::Workspace &work,
                                    Val firstRow) const {
  Val last = b.c32(problem.getGroupRows() - 1);
  if (!isPacked(problem)) {
    Val row = b.minInt(firstRow + group, last);
    return {
        loadBytes(work.queryHigh(row)), loadBytes(work.queryLow(row)), {}, {}};
  }
  Val row = b.minInt(firstRow + (group >> 1), last);
  Val isLow = (group & 1) != 0;
  Val bytes = b.select(isLow, work.queryLow(row), work.queryHigh(row));
  Val carry = work.queryStats(row).get(&QueryStats::hasCarry) != 0;
  return {loadBytes(bytes), {}, b.ballot(carry) != 0, work.queryCarry(row)};
}

/// sum_d of the digits and one byte of the queries.
SmallVector<Val> KeyTiles::products(const Fragments &token,
                                    const Fragments &other,
                                    const Fragments &query,
                                    bool isUnsigned) const {
  SmallVector<Val> sums(4, b.c32(0));
  for (size_t i = 0; i < token.size(); i += 2)
    sums = b.mma({token[i], other[i], token[i + 1], other[i + 1]},
                 {query[i], query[i + 1]}, sums, isUnsigned);
  return sums;
}

SmallVector<Val> KeyTiles::dot(const Fragments &token, const Fragments &other,
                               const Query &query, bool withCarry) const {
  SmallVector<Val> high = products(token, other, query.high);
  if (!isPacked(problem)) {
    SmallVector<Val> low =
        products(token, other, query.low, /*isUnsigned=*/true);
    for (auto [h, l] : llvm::zip_equal(high, low))
      h = (h << 8) + l;
    return high;
  }
  if (withCarry) {
    // Rare: what it loads again is not kept for it.
    SmallVector<Val> carry = products(token, other, loadBytes(query.carries));
    for (size_t column : {0, 2})
      high[column] = high[column] + (carry[column] << 8);
  }
  return {(high[0] << 8) + high[1], (high[2] << 8) + high[3]};
}

SmallVector<Val>
KeyTiles::forCarry(const Query &query,
                   function_ref<SmallVector<Val>(bool withCarry)> body) const {
  if (!isPacked(problem))
    return body(false);
  return b.ifElse(
      query.hasCarry, [&] { return body(true); }, [&] { return body(false); });
}
