//===- Append.cpp - Rows to planes, and lengths that move on --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Rule.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// Rows of a page are encoded by as many warps.
static constexpr int64_t kAppendThreads = 512;

/// Rows of the previous page whose loads are in flight together, for a mean.
static constexpr int64_t kMeanUnroll = 8;

/// status[slot] |= bits. Blocks of several heads may do so at once.
template <typename Params>
static void raise(GpuBuilder &b, const tile::Fields<Params> &params, Val slot,
                  uint32_t bits) {
  Val word = b.element(params.get(&Params::status), slot, b.i32());
  LLVM::AtomicRMWOp::create(b, LLVM::AtomicBinOp::_or, word, b.c32(bits),
                            LLVM::AtomicOrdering::monotonic);
}

namespace {
/// One (sequence, kv head) of an append.
struct Appender {
  GpuBuilder &b;
  PageLayout layout;
  Type type;
  tile::Fields<AppendParams> params;
  Val slot, start, end;

  void run();
  Val mean(Val page, Val channel);
  void writeCentre(Val pageNumber, Val page);
  void loadRow(const Team &team, Val position, Val row);
  Val centreRow(const Team &team, Val page, Val row);
  void storeDigits(const Team &team, Val page, Val index, Val row,
                   const tile::RowScale &scale);
  void encode(Val page, Val position, Val row);
};
} // namespace

/// Channel `channel` of the mean of a full page's stored rows.
Val Appender::mean(Val page, Val channel) {
  Val centre = loadCentre(b, layout, page, channel);
  SmallVector<Val> sums =
      b.loop(b.c32(0), b.c32(kPageTokens), kMeanUnroll, {b.cf(0), b.cf(0)},
             [&](Val first, ArrayRef<Val> carried) {
               SmallVector<Val> codes, scales;
               for (int64_t i = 0; i < kMeanUnroll; ++i) {
                 codes.push_back(loadCode(b, layout, page, first + i, channel));
                 scales.push_back(loadScale(b, layout, page, first + i));
               }
               Val sum = carried[0], count = carried[1];
               for (auto [code, scale] : llvm::zip(codes, scales)) {
                 Val value = tile::decode(code, scale, centre);
                 Val finite = scale == scale;
                 sum = b.select(finite, sum + value, sum);
                 count = b.select(finite, count + 1, count);
               }
               return SmallVector<Val>{sum, count};
             });
  Val some = sums[1] > 0;
  return b.select(some, sums[0] / b.select(some, sums[1], b.cf(1)), b.cf(0));
}

void Appender::writeCentre(Val pageNumber, Val page) {
  // The page before may have been written by this very block.
  b.barrier();
  Team{b, /*isWarp=*/false}.forEach(layout.channels(), [&](Val channel) {
    Val centre = b.ifElse(
                      pageNumber > 0,
                      [&] {
                        Val before =
                            tile::pageAddress(params.sub(&AppendParams::planes),
                                              slot, pageNumber - 1, b.blockY);
                        return SmallVector<Val>{mean(before, channel)};
                      },
                      [&] { return SmallVector<Val>{b.cf(0)}; })
                     .front();
    Val address = b.offset(page, layout.centreOffset());
    tile::storeFloats(b, centre, b.getBF16Type(),
                      b.element(address, channel, b.getI16Type()));
  });
  b.barrier();
}

/// The source's row for `position`, with the signs of the rotation.
void Appender::loadRow(const Team &team, Val position, Val row) {
  team.forEach(layout.headDim, [&](Val channel) {
    Val source = tile::elementAddress(
        params, &AppendParams::rows, &AppendParams::rowStride,
        {b.blockZ, b.blockY, position - start, channel}, type);
    Val value = tile::loadFloats(b, type, source);
    b.store(rotationSign(b, value, channel), floatAt(b, row, channel));
  });
}

/// Scales the rotated row and takes the centre off; its largest magnitude.
Val Appender::centreRow(const Team &team, Val page, Val row) {
  Val largest =
      b.loop(team.rank(), b.c32(layout.headDim), team.size(), {b.cf(0)},
             [&](Val channel, ArrayRef<Val> carried) {
               Val address = floatAt(b, row, channel);
               Val rotated = b.load(b.f32(), address) *
                             tile::rotationFactor(layout.headDim);
               Val value = rotated - loadCentre(b, layout, page, channel);
               b.store(value, address);
               return SmallVector<Val>{
                   b.maxPropagate(carried[0], b.abs(value))};
             })
          .front();
  if (layout.channels() != layout.headDim)
    team.forEach(layout.channels() - layout.headDim, [&](Val channel) {
      b.store(b.cf(0), floatAt(b, row, channel + layout.headDim));
    });
  team.sync();
  return b.warpMax(largest);
}

/// Each thread makes the digits of two channels 16 apart, which share bytes of
/// 4-bit planes.
void Appender::storeDigits(const Team &team, Val page, Val index, Val row,
                           const tile::RowScale &scale) {
  auto storeByte = [&](Val value, int plane, Val byte) {
    Val address = b.offset(page, index * b.c32(layout.rowBytes(plane)) +
                                     layout.planeOffset(plane));
    b.store(b.convert(value, b.i8()), b.offset(address, byte));
  };
  auto code = [&](Val channel) {
    Val value = b.load(b.f32(), floatAt(b, row, channel));
    return tile::digits(tile::encode(value, scale));
  };
  team.forEach(layout.channels() / 2, [&](Val pair) {
    Val first = ((pair & -16) << 1) + (pair & 15), second = first + 16;
    tile::Digits x = code(first), y = code(second);
    int last = layout.numPlanes() - 1;
    storeByte(x.low, last, first);
    storeByte(y.low, last, second);
    if (layout.role == PlaneRole::Value) {
      storeByte(x.high, 0, first);
      storeByte(y.high, 0, second);
      return;
    }
    storeByte((x.a & 15) | (y.a << 4), 0, pair);
    storeByte((x.b & 15) | (y.b << 4), 1, pair);
  });
}

/// One row by one warp.
void Appender::encode(Val page, Val position, Val row) {
  Team team{b, /*isWarp=*/true};
  team.sync(); // the row before is out of shared memory
  loadRow(team, position, row);
  butterflies(team, row, layout.headDim);
  tile::RowScale scale = tile::rowScale(centreRow(team, page, row));
  Val index = position & (kPageTokens - 1);
  storeDigits(team, page, index, row, scale);
  b.ifThen(b.lane == 0, [&] {
    Val scales = b.offset(page, layout.scalesOffset());
    tile::storeFloats(b, scale.scale, b.getBF16Type(),
                      b.element(scales, index, b.getI16Type()));
    b.ifThen(scale.scale != scale.scale,
             [&] { raise(b, params, slot, kStatusNonFinite); });
  });
}

void Appender::run() {
  Val rows = b.shared(kAppendThreads / kWarp * layout.channels() * 4);
  Val row = b.offset(rows, b.warp * b.c32(layout.channels() * 4));
  Val firstPage = start / kPageTokens;
  Val endPage = b.ceilDiv(end, kPageTokens);
  b.loop(firstPage, endPage, 1, [&](Val pageNumber) {
    Val page = tile::pageAddress(params.sub(&AppendParams::planes), slot,
                                 pageNumber, b.blockY);
    Val begin = pageNumber * kPageTokens;
    b.ifThen(begin >= start, [&] { writeCentre(pageNumber, page); });
    Val from = b.maxInt(start, begin);
    Val to = b.minInt(end, begin + kPageTokens);
    b.loop(from + b.warp, to, kAppendThreads / kWarp,
           [&](Val position) { encode(page, position, row); });
  });
}

void aligned::gpu::emitAppend(GpuBuilder &b, StringRef name,
                              AppendProblemAttr problem) {
  b.beginKernel(name, sizeof(AppendParams), kAppendThreads);
  auto params = tile::params<AppendParams>(b.params, kGlobal);
  Val slot = loadSlot(b, params, b.blockZ);
  Val start = loadLength(b, params, slot);
  Val end = start + params.get(&AppendParams::tokens);
  Val capacity = b.load(
      b.i32(), b.element(params.get(&AppendParams::capacity), slot, b.i32()));
  b.ifThen((end > capacity) & (b.thread == 0),
           [&] { raise(b, params, slot, kStatusOverflow); });
  b.ifThen(end <= capacity, [&] {
    Appender{b,  problem.getLayout(), problem.getType(), params, slot, start,
             end}
        .run();
  });
  b.endKernel();
}

void aligned::gpu::emitAdvance(GpuBuilder &b, StringRef name) {
  b.beginKernel(name, sizeof(AdvanceParams), kWarp);
  auto params = tile::params<AdvanceParams>(b.params, kGlobal);
  b.ifThen(b.thread == 0, [&] {
    Val slot = loadSlot(b, params, b.blockZ);
    Val length = b.element(params.get(&AdvanceParams::lengths), slot, b.i32());
    Val end = b.load(b.i32(), length) + params.get(&AdvanceParams::tokens);
    Val capacity =
        b.load(b.i32(),
               b.element(params.get(&AdvanceParams::capacity), slot, b.i32()));
    b.ifThen(end <= capacity, [&] { b.store(end, length); });
    b.ifThen(end > capacity, [&] { raise(b, params, slot, kStatusOverflow); });
  });
  b.endKernel();
}
