//===- PaperPlanes.h - Planes of f16 bits, read by lanes --------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kernels over planes of the encoding `ieee` have in common. A row of
// such a plane is a channel of K, whose elements are positions, or a position
// of V, whose elements are channels; so the same code reads both.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PAPERPLANES_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PAPERPLANES_H

#include "Decode.h"

namespace aligned::gpu {

/// Tiers: elements that are read from one, two or three planes.
constexpr int kPaperTiers = 3;

/// Elements that a lane has side by side: a word of plane 0, and of each 4-bit
/// plane one half of the nibbles of a word. The lanes of a warp then have 128,
/// in one transaction of each plane.
constexpr int64_t kQuad = 4;

/// Four elements from `element` on, a multiple of four, of rows of planes.
class Quad {
public:
  Quad(GpuBuilder &b, const PageLayout &layout, Val element);

  /// What the leading `planes` planes have of row `row`, as it is stored, of a
  /// page that nobody writes.
  llvm::SmallVector<Val> load(Val page, Val row, int planes) const;
  /// The numbers that were loaded, f32; 1000.. for the bits that are missing.
  llvm::SmallVector<Val> numbers(llvm::ArrayRef<Val> words) const;

private:
  GpuBuilder &b;
  PageLayout layout;
  Val element, nibbles; ///< where the bytes begin
  Val up, down;         ///< how far the nibbles move
};

/// `count` floats, a power of two, from an address that they are aligned to as
/// far as loads are wide.
llvm::SmallVector<Val> loadFloats(GpuBuilder &b, Val address, int64_t count);

/// Bytes of a word of leading bytes, without their signs: the larger ones go to
/// `most`, one for each.
void takeLarger(GpuBuilder &b, Val word, llvm::MutableArrayRef<Val> most);

/// Of each channel of K or of V, the largest (tile::paper::magnitude) among the
/// pages that a decode sees: i32 in shared memory. For a whole block, which
/// meets before and after.
Val largestOfPages(const DecodeItem &item, const PageLayout &layout,
                   llvm::function_ref<Val(Val number)> page);

/// The bits that the group reads of a channel of K, i32.
Val channelBits(const DecodeItem &item, Val channel);
/// How many channels of K are read to each tier, by the lanes of a warp.
llvm::SmallVector<Val> countChannels(const DecodeItem &item);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PAPERPLANES_H
