//===- PageLayout.h - Where the bytes of a page of planes lie ---*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that says how a page of the cache is laid out. The compiler
// turns these offsets into address arithmetic, the runtime into allocation
// sizes. No LLVM here: both sides of the package file include it.
//
// A page holds kPageTokens consecutive positions of one kv head, of K or of V:
//
//   centre   [channels]             bf16   mean that every row is coded against
//   scales   [kPageTokens]          bf16   one per row; NaN: non-finite row
//   plane 0  [kPageTokens][rowBytes(0)]    leading digits
//   plane 1  ...
//
// Planes of the encoding `ieee` hold the bits of f16 numbers, the leading 8 and
// two times 4, as AlignedKV publishes it. Such a page begins with
//
//   largest  [channels]             u8     leading bits of the largest |x| of
//                                          each channel among the page's rows
//   scales   [kPageTokens]          bf16   largest |x| of each row, rounded up;
//                                          NaN: non-finite row
//
// in place of the centre, and its keys are stored channel by channel, so that
// a channel can be read to its own number of bits: [channels][rowBytes], with
// positions inside a row in place of channels.
//
// A row of an 8-bit plane holds one signed byte a channel, in channel order. A
// row of a 4-bit plane holds 16 bytes for every 32 channels: byte i of such a
// group has the digit of channel i in its low and of channel 16 + i in its
// high nibble. So `byte << 4` and `byte & 0xf0` are both the digit times 16,
// as a signed byte, in channel order, with one instruction for four of them.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_SUPPORT_PAGELAYOUT_H
#define ALIGNED_SUPPORT_PAGELAYOUT_H

#include <array>
#include <cstdint>

namespace aligned {

/// Positions that share a page, and the centre that their rows are coded
/// against.
constexpr int64_t kPageTokens = 128;

/// Rows are padded to a multiple of this many channels.
constexpr int64_t kChannelGroup = 32;

/// Largest |i| of the fixed-point code: 119 * 256 + 127, so that every signed
/// digit stays in its range.
constexpr int64_t kCodeLimit = 30591;

/// What i counts: a row is centre + i * scale / kCodeOne.
constexpr int64_t kCodeOne = 32768;

/// Whether planes stand for keys or for values; it decides the plane widths.
enum class PlaneRole : int32_t { Key = 0, Value = 1 };

/// How rows become planes: fixed-point digits against a centre, or the bits of
/// f16 numbers.
enum class PlaneEncoding : int32_t { Fixed = 0, IEEE = 1 };

/// Byte offsets inside a page. Sections start at multiples of 128 bytes, so
/// that a row of 128 bytes is one memory transaction.
struct PageLayout {
  PlaneRole role;
  /// Channels of a row as the model knows them.
  int64_t headDim;
  PlaneEncoding encoding = PlaneEncoding::Fixed;

  /// Channels of a stored row; those beyond headDim are zero.
  constexpr int64_t channels() const {
    return (headDim + kChannelGroup - 1) / kChannelGroup * kChannelGroup;
  }
  constexpr bool isIEEE() const { return encoding == PlaneEncoding::IEEE; }
  /// Whether a row of a plane is a channel, and its elements positions.
  constexpr bool isChannelMajor() const {
    return isIEEE() && role == PlaneRole::Key;
  }
  constexpr int64_t planeRows() const {
    return isChannelMajor() ? channels() : kPageTokens;
  }
  constexpr int64_t rowElements() const {
    return isChannelMajor() ? kPageTokens : channels();
  }
  constexpr int numPlanes() const {
    return isIEEE() || role == PlaneRole::Key ? 3 : 2;
  }
  /// Bits an element that plane `plane` stores: K 4 | 4 | 8, V 8 | 8; both
  /// 8 | 4 | 4 for `ieee`.
  constexpr int planeBits(int plane) const {
    if (isIEEE())
      return plane == 0 ? 8 : 4;
    return role == PlaneRole::Key && plane < 2 ? 4 : 8;
  }
  /// Bytes of one row of plane `plane`.
  constexpr int64_t rowBytes(int plane) const {
    return rowElements() * planeBits(plane) / 8;
  }
  constexpr int64_t centreOffset() const { return 0; }
  /// In the place of the centre.
  constexpr int64_t largestOffset() const { return 0; }
  constexpr int64_t scalesOffset() const { return align(channels() * 2); }
  constexpr int64_t planeOffset(int plane) const {
    int64_t offset = scalesOffset() + align(kPageTokens * 2);
    for (int p = 0; p < plane; ++p)
      offset += planeRows() * rowBytes(p);
    return offset;
  }
  /// Bytes of one page of one kv head.
  constexpr int64_t pageBytes() const { return planeOffset(numPlanes()); }

private:
  static constexpr int64_t align(int64_t bytes) {
    return (bytes + 127) / 128 * 128;
  }
};

} // namespace aligned

#endif // ALIGNED_SUPPORT_PAGELAYOUT_H
