//===- Paper.h - The arithmetic of planes of f16 bits -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the precision `paper` and the encoding `ieee` are made of: AlignedKV's
// split of f16 numbers by bit position, and its tiers. The formulas are those
// of docs/rule.md, section "As published". Functions take scalars or vectors.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_TILE_PAPER_H
#define ALIGNED_CONVERSION_TILE_PAPER_H

#include "Aligned/Conversion/Tile/Rule.h"

namespace aligned::tile::paper {

/// Bits that the leading one, two and three planes have.
constexpr int kPrefixBits[] = {8, 12, 16};
/// A tier is a plane less for each of these steps that an addend lies below the
/// largest, in exponents.
constexpr int kTierStep = 4;
/// Tokens that the output's exponents are estimated from: the heaviest of each
/// residue of the position by this number.
constexpr int64_t kTopTokens = 32;
/// Smallest number that is normal in f16; below it errors are absolute.
constexpr double kSmallestNormal = 1.0 / (1 << 14);

/// The i32 bits of f16 numbers given as f32, and back. Exact.
Val toBits(Val number);
Val fromBits(Val bits);
/// Digit of plane `plane`, i32, of the bits.
Val digit(Val bits, int plane);
/// The bits that prefixes say, i32, from digits as aligned.load_planes has them
/// (signed bytes, left-aligned): what is missing is filled with 1000..
Val joinDigits(llvm::ArrayRef<Val> digits);

/// Largest |x| of a row, so that a bf16 can hold it and at least
/// kSmallestNormal; NaN where the row is not finite.
RowScale rowLargest(Val absMax);
/// The leading bits of |x| without the sign, as pages have them of the largest
/// of a channel: u8 in i32.
Val magnitude(Val bits);
/// 2^e, f32, of the exponent e that such a magnitude has, as normal numbers
/// have it: every number of the channel is below twice that.
Val powerOfMagnitude(Val magnitude);
/// The exponent of f32 numbers, floor(log2 |x|), as f32; -127 for 0.
Val exponent(Val number);

/// Largest error, in units of 2^e, of a number of exponent e that is read to
/// this many bits.
constexpr double readError(int bits) {
  return bits == 8 ? 1.0 / 8 : bits == 12 ? 1.0 / 128 : 0.0;
}
/// Bits to read, i32, where an addend's exponent is `below` (f32) the one that
/// it is compared with.
Val wantedBits(Val below);
/// readError as a value of such bits.
Val errorOfBits(Val bits);

/// Bytes (i64) of planes, and of everything, that a decode of a budget fetched
/// for one group. `keyChannels` and `valueRows` are i32 counts, by tier, of the
/// channels of K and of the rows of V.
struct Bytes {
  Val planes, all;
};
Bytes fetchedBytes(DecodeProblemAttr problem, const Visible &any, Val budget,
                   llvm::ArrayRef<Val> keyChannels,
                   llvm::ArrayRef<Val> valueRows);

} // namespace aligned::tile::paper

#endif // ALIGNED_CONVERSION_TILE_PAPER_H
