//===- Rows.cpp - Rows of f32 in shared memory, rotated by many -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include "Aligned/Conversion/Tile/Rule.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

Val aligned::gpu::rotationSign(GpuBuilder &b, Val value, Val channel) {
  // The hash's top bit is where a float has its sign.
  Val sign =
      (channel * b.c32(static_cast<int32_t>(2654435761u))) & b.c32(INT32_MIN);
  Val bits = b.bitcast(value, b.i32());
  return b.bitcast(b.wrap(arith::XOrIOp::create(b, bits, sign)), b.f32());
}

void aligned::gpu::butterflies(const Team &team, Val row, int64_t size) {
  GpuBuilder &b = team.b;
  for (int64_t h = 1; h < tile::rotationBlock(size); h *= 2) {
    team.sync();
    team.forEach(size / 2, [&](Val pair) {
      Val first = ((pair & -h) << 1) + (pair & (h - 1));
      Val upper = floatAt(b, row, first);
      Val lower = b.offset(upper, h * 4);
      Val x = b.load(b.f32(), upper), y = b.load(b.f32(), lower);
      b.store(x + y, upper);
      b.store(x - y, lower);
    });
  }
  team.sync();
}

SmallVector<Val> aligned::gpu::wordsOf(GpuBuilder &b, Val bytes) {
  int64_t count = cast<VectorType>(bytes.type()).getNumElements() / 4;
  Val vector = b.bitcast(bytes, b.vec(count, b.i32()));
  SmallVector<Val> result;
  for (int64_t i = 0; i < count; ++i)
    result.push_back(b.extract(vector, i));
  return result;
}

SmallVector<Val> aligned::gpu::loadDigits(GpuBuilder &b,
                                          const PageLayout &layout, Val page,
                                          Val row, int plane, Val channel,
                                          int64_t channels, bool isPacked) {
  auto type = b.vec(isPacked ? channels / 2 : channels, b.i8());
  auto op = LoadPlanesOp::create(
      b, TypeRange(type), page, row, channel, plane, plane + 1,
      LayoutAttr::get(b.getContext(), layout), isPacked);
  op->setAttr("aligned.invariant", b.getUnitAttr());
  return wordsOf(b, b.wrap(op.getResult(0)));
}

/// The signed byte at `address`, as i32.
static Val loadByte(GpuBuilder &b, Val address) {
  return b.convert(b.load(b.i8(), address), b.i32());
}

/// 16 times the 4-bit digit of `channel` in the row at `row`.
static Val loadNibble(GpuBuilder &b, Val row, Val channel) {
  Val inGroup = channel & (kChannelGroup - 1);
  Val byte = ((channel - inGroup) >> 1) + (inGroup & 15);
  Val both = loadByte(b, b.offset(row, byte));
  // The high nibble is sign-extended already; the low one moves up.
  Val low = (both << 28) >> 24;
  return b.select(inGroup < 16, low, both & -16);
}

Val aligned::gpu::planeRow(GpuBuilder &b, const PageLayout &layout, Val page,
                           Val row, int plane) {
  return b.offset(page, row * b.c32(layout.rowBytes(plane)) +
                            layout.planeOffset(plane));
}

/// What a prefetch brings.
static constexpr int64_t kLineBytes = 128;

void aligned::gpu::prefetchRow(GpuBuilder &b, const PageLayout &layout,
                               Val page, Val row, int plane) {
  Val address = planeRow(b, layout, page, row, plane);
  for (int64_t i = 0; i < layout.rowBytes(plane); i += kLineBytes)
    b.prefetch(b.offset(address, i));
}

Val aligned::gpu::loadCode(GpuBuilder &b, const PageLayout &layout, Val page,
                           Val row, Val channel) {
  auto rowOf = [&](int plane) { return planeRow(b, layout, page, row, plane); };
  if (layout.role == PlaneRole::Value)
    return (loadByte(b, b.offset(rowOf(0), channel)) << 8) +
           loadByte(b, b.offset(rowOf(1), channel));
  return (loadNibble(b, rowOf(0), channel) << 8) +
         (loadNibble(b, rowOf(1), channel) << 4) +
         loadByte(b, b.offset(rowOf(2), channel));
}

Val aligned::gpu::loadScale(GpuBuilder &b, const PageLayout &layout, Val page,
                            Val row) {
  Val scales = b.offset(page, layout.scalesOffset());
  return tile::loadFloats(b, b.getBF16Type(),
                          b.element(scales, row, b.getI16Type()));
}

Val aligned::gpu::loadCentre(GpuBuilder &b, const PageLayout &layout, Val page,
                             Val channel) {
  Val centre = b.offset(page, layout.centreOffset());
  return tile::loadFloats(b, b.getBF16Type(),
                          b.element(centre, channel, b.getI16Type()));
}

void aligned::gpu::storeCentre(GpuBuilder &b, const PageLayout &layout,
                               Val page, Val channel, Val centre) {
  Val centres = b.offset(page, layout.centreOffset());
  tile::storeFloats(b, centre, b.getBF16Type(),
                    b.element(centres, channel, b.getI16Type()));
}

Val aligned::gpu::loadCentres(GpuBuilder &b, const PageLayout &layout, Val page,
                              Val channel, int64_t count) {
  return tile::fromBF16(loadCentreBits(b, layout, page, channel, count));
}

Val aligned::gpu::loadCentreBits(GpuBuilder &b, const PageLayout &layout,
                                 Val page, Val channel, int64_t count) {
  Val centre = b.offset(page, layout.centreOffset());
  return b.load(b.vec(count, b.getI16Type()),
                b.element(centre, channel, b.getI16Type()), count * 2);
}

int64_t aligned::gpu::centreWidth(const PageLayout &layout) {
  int64_t share = layout.channels() / kWarp;
  return std::min<int64_t>(share & -share, 4);
}
