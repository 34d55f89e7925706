//===- PhaseBuilder.h - One phase of a kernel as a function ----*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_PHASEBUILDER_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_PHASEBUILDER_H

#include "Aligned/Conversion/Tile/Emitter.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace aligned::loops {

using tile::Val;

/// Lanes of f32 and i32 vectors: tokens of a tile, or channels.
constexpr int64_t kLanes = 16;

/// The function of one phase: void symbol(params, x, y, z). Emits into its
/// body; the return is there from the start.
class PhaseBuilder : public tile::Emitter {
public:
  PhaseBuilder(KernelOp kernel, llvm::StringRef phase);

  Val params, x, y, z;

  /// Memory on the stack that lives as long as the phase.
  Val buffer(mlir::Type element, int64_t count);

  mlir::VectorType floats() { return vec(kLanes, f32()); }
  mlir::VectorType ints() { return vec(kLanes, i32()); }

  /// Calls body(index, lanes) for channels 0 .. count - 1: a loop over vectors
  /// of kLanes, then what is left over.
  void forChannels(int64_t count,
                   llvm::function_ref<void(Val index, int64_t lanes)> body);
  /// The same with accumulators of kLanes; `count` is a multiple of kLanes.
  llvm::SmallVector<Val> accumulateChannels(
      int64_t count, llvm::ArrayRef<Val> initial,
      llvm::function_ref<llvm::SmallVector<Val>(Val index, llvm::ArrayRef<Val>)>
          body);

  /// One number out of the lanes of a vector, by halves: the order is fixed.
  Val sumLanes(Val vector);
  Val maxLanes(Val vector); ///< NaN if any is
  Val shuffle(Val a, Val b, llvm::ArrayRef<int64_t> order);
  Val lane(Val vector, int64_t index);
  Val fromLanes(llvm::ArrayRef<Val> scalars);
  /// first, first + 1, ..
  Val iota(Val first);

  /// Whether a pointer field is not null.
  Val isPresent(Val pointer);
  /// *pointer |= bits, while others may do the same.
  void atomicOr(Val pointer, int64_t bits);
  /// *pointer += 1 (i32), and what it was. What others wrote before their turn
  /// can be read after this one.
  Val atomicIncrement(Val pointer);

  /// Asks for the cache lines of memory that is read soon.
  void prefetch(Val pointer, int64_t bytes);

private:
  Val reduceLanes(Val vector, llvm::function_ref<Val(Val, Val)> combine);

  mlir::Block *entry;
};

/// Planes `from` to `to` of `channels` channels from `channel` on, of row `row`
/// of a page; each a vector of signed bytes.
llvm::SmallVector<Val> loadPlanes(tile::Emitter &e, PageLayout layout, Val page,
                                  Val row, Val channel, int64_t channels,
                                  int64_t from, int64_t to);
/// Asks for `channels` channels from `channel` on, whole groups, of a plane of
/// a row that is read a little later. Rows here and there are what the
/// processor does not foresee; asked for all at once, most requests would be
/// dropped.
void prefetchPlane(PhaseBuilder &b, PageLayout layout, Val page, Val row,
                   Val channel, int64_t channels, int plane);

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_PHASEBUILDER_H
