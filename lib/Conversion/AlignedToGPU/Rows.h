//===- Rows.h - Rows of f32 in shared memory, rotated by many ---*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ROWS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ROWS_H

#include "GpuBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"

namespace aligned::gpu {

/// Threads that work on one row: the warp, or the whole block.
struct Team {
  GpuBuilder &b;
  bool isWarp;

  Val rank() const { return isWarp ? b.lane : b.thread; }
  int64_t size() const { return isWarp ? kWarp : b.threads; }
  void sync() const { isWarp ? b.warpBarrier() : b.barrier(); }
  /// Calls `body` for each of `count` indices; index i is always of the same
  /// thread.
  void forEach(int64_t count, tile::Emitter::Body body) const {
    b.loop(rank(), b.c32(count), size(), body);
  }
};

/// `value` of channel `channel` with the sign that the rotation gives it.
Val rotationSign(GpuBuilder &b, Val value, Val channel);

/// The butterflies of a rotation on `size` floats at `row` in shared memory.
/// Synchronises before and after.
void butterflies(const Team &team, Val row, int64_t size);

/// Address of channel `channel` of `row`, floats.
inline Val floatAt(GpuBuilder &b, Val row, Val channel) {
  return b.element(row, channel, b.f32());
}

/// The i32 of a vector of bytes.
llvm::SmallVector<Val> wordsOf(GpuBuilder &b, Val bytes);
/// Digits of plane `plane` of position `row` of a page that nobody writes, from
/// channel `channel` on: a partial load, as words.
llvm::SmallVector<Val> loadDigits(GpuBuilder &b, const PageLayout &layout,
                                  Val page, Val row, int plane, Val channel,
                                  int64_t channels, bool isPacked = false);

/// The address of position `row` of a page in plane `plane`.
Val planeRow(GpuBuilder &b, const PageLayout &layout, Val page, Val row,
             int plane);
/// Begins to bring it to the L2 cache.
void prefetchRow(GpuBuilder &b, const PageLayout &layout, Val page, Val row,
                 int plane);

/// i of position `row` of a page and channel `channel`.
Val loadCode(GpuBuilder &b, const PageLayout &layout, Val page, Val row,
             Val channel);
/// The scale of position `row`, and the centre's channel, as f32.
Val loadScale(GpuBuilder &b, const PageLayout &layout, Val page, Val row);
Val loadCentre(GpuBuilder &b, const PageLayout &layout, Val page, Val channel);
/// Stores a channel of a centre, rounded to its type.
void storeCentre(GpuBuilder &b, const PageLayout &layout, Val page, Val channel,
                 Val centre);
/// `count` channels of the centre from `channel`, a multiple of `count`.
Val loadCentres(GpuBuilder &b, const PageLayout &layout, Val page, Val channel,
                int64_t count);
/// The same as they are stored, bf16, for loads that are used later.
Val loadCentreBits(GpuBuilder &b, const PageLayout &layout, Val page,
                   Val channel, int64_t count);
/// Channels of a centre that a lane of a warp has side by side.
int64_t centreWidth(const PageLayout &layout);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ROWS_H
