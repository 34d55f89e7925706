//===- Dots.h - Dot products of queries with digits ------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_DOTS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_DOTS_H

#include "DecodePhase.h"

namespace aligned::loops {

/// Exact integer dot products of all query rows of a group with one plane of
/// kLanes keys at a time. The keys' digits are widened to 16 bits once for all
/// rows; pairs of products are what x86 has an instruction for.
class Dots {
public:
  explicit Dots(DecodePhase &p);

  /// Reads the queries' integers from the workspace.
  void loadQueries();

  /// Where a lane's key lies.
  struct Place {
    Val page, row;
  };
  /// Calls body(row, dots) for every query row, with the dot products of the
  /// lanes' keys (i32, or f32 for rows too long for that).
  void tile(int plane, llvm::function_ref<Place(Val lane)> place,
            llvm::function_ref<void(Val row, Val dots)> body);

private:
  void loadDigits(int plane, llvm::function_ref<Place(Val)> place);
  Val slab(Val row, int64_t first, int64_t end);
  llvm::SmallVector<Val> addProducts(Val query, Val channel,
                                     llvm::ArrayRef<Val> sums);
  Val sumAcross(llvm::SmallVector<Val> sums);

  DecodePhase &p;
  PhaseBuilder &b;
  int64_t channels;
  Val queries; ///< i16 [R][channels]
  Val digits;  ///< i16 [kLanes][channels]
};

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_DOTS_H
