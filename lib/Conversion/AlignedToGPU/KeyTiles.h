//===- KeyTiles.h - Dot products with planes of keys ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sixteen rows of K are the A operand of an integer product, query rows the B
// operand. Which channel takes which place in the sum is free, as long as both
// operands agree: here each of the four lanes that share a row owns channels
// that are neighbours in memory, so that the widest loads are the operand as
// they stand.
//
// B has eight columns. Up to four query rows are packed: the high and the low
// bytes of their integers are two columns, and one product does. Both are
// signed then, so that the largest integers, from 32640 on, need a carry, which
// rows are chosen to need rarely (see Prepare.cpp). More rows take a product
// for their high bytes, and one for their low ones.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KEYTILES_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KEYTILES_H

#include "GpuBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"

namespace aligned::gpu {

/// Rows of K in one product, and most query rows.
constexpr int64_t kTileTokens = 16, kTileRows = 8;
/// Most query rows that are packed.
constexpr int64_t kPackedRows = 4;
inline bool isPacked(DecodeProblemAttr problem) {
  return problem.getGroupRows() <= kPackedRows;
}

class KeyTiles {
public:
  KeyTiles(GpuBuilder &b, DecodeProblemAttr problem);

  /// This lane's token of a product's 16; the other one is 8 further.
  Val token() const { return group; }
  /// The first of this lane's query rows in the result, and how many it has.
  Val queryRow() const { return member * b.c32(numRows()); }
  int64_t numRows() const { return isPacked(problem) ? 1 : 2; }
  /// Calls `body` where one of the lane's rows is one of the group's.
  void ifRow(Val row, llvm::function_ref<void()> body) const;

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
    Fragments high; ///< packed: of both
    Fragments low;
    Val hasCarry; ///< i1, the same for all lanes; packed only
    Val carries;  ///< the row's
  };
  /// Of the query rows from `firstRow` on; those beyond the group's last may be
  /// anything.
  Query loadQuery(const tile::Workspace &work, Val firstRow) const;

  /// sum_d v_d * digit_d (i32) of each of the lane's rows and `token`, then of
  /// each and `other`. Without a carry only if the query has none.
  llvm::SmallVector<Val> dot(const Fragments &token, const Fragments &other,
                             const Query &query, bool withCarry) const;
  /// Calls `body` for what the query needs. Its code exists twice, so that the
  /// usual one is free of the loads of the other.
  llvm::SmallVector<Val> forCarry(
      const Query &query,
      llvm::function_ref<llvm::SmallVector<Val>(bool withCarry)> body) const;

private:
  /// Channels base .. base + 4 * width - 1 of a row, `width` for each lane:
  /// half of them from `channel`, the others from `channel` + 16.
  struct Segment {
    int64_t width;
    Val channel;
  };

  Fragments loadBytes(Val row) const;
  llvm::SmallVector<Val> products(const Fragments &token,
                                  const Fragments &other,
                                  const Fragments &query,
                                  bool isUnsigned = false) const;

  GpuBuilder &b;
  DecodeProblemAttr problem;
  Val group, member;
  llvm::SmallVector<Segment> segments;
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KEYTILES_H
