//===- KeyTiles.h - Dot products with planes of keys ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sixteen rows of K are the A operand of an integer product, eight query rows
// the B operand. Which channel takes which place in the sum is free, as long as
// both operands agree: here each of the four lanes that share a row owns
// channels that are neighbours in memory, so that the widest loads are the
// operand as they stand.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KEYTILES_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KEYTILES_H

#include "GpuBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"

namespace aligned::gpu {

/// Rows of K, and of queries, in one product.
constexpr int64_t kTileTokens = 16, kTileRows = 8;

class KeyTiles {
public:
  KeyTiles(GpuBuilder &b, DecodeProblemAttr problem);

  /// This lane's row of a product's 16, and the first of its two query rows of
  /// 8 in the result. The other token is 8 further, the other row 1.
  Val token() const { return group; }
  Val queryRow() const { return member * 2; }

  /// This lane's share of a row: two i32 for each 32 channels.
  using Fragments = llvm::SmallVector<Val>;
  /// Of the digits of plane `plane` of position `row` of a page.
  Fragments loadKey(Val page, Val row, int plane) const;
  /// The same of a 4-bit plane in two steps, for loops that load ahead: bytes
  /// as they are stored, and what they become.
  Fragments loadPacked(Val page, Val row, int plane) const;
  Fragments unpack(const Fragments &packed) const;
  int64_t numPacked() const;

  struct Query {
    Fragments high, low;
  };
  /// Of the query rows from `firstRow` on; zero beyond the group's last.
  Query loadQuery(const tile::Workspace &work, Val firstRow) const;

  /// sum_d v_d * digit_d (i32) of (token, row), (token, row + 1), (token + 8,
  /// row) and (token + 8, row + 1).
  llvm::SmallVector<Val> dot(const Fragments &token, const Fragments &other,
                             const Query &query) const;

private:
  /// Channels base .. base + 4 * width - 1 of a row, `width` for each lane:
  /// half of them from `channel`, the others from `channel` + 16.
  struct Segment {
    int64_t width;
    Val channel;
  };

  GpuBuilder &b;
  DecodeProblemAttr problem;
  Val group, member;
  llvm::SmallVector<Segment> segments;
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KEYTILES_H
