//===- Attend.h - Parts of the phase that reads what matters ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A warp has a chunk whose first-plane scores and thresholds are known. It
// refines scores, chooses V's tiers, weighs the tokens relative to the chunk's
// own maxima, and adds rows of V up.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H

#include "Chunk.h"

namespace aligned::gpu {

/// The weights that multiply digits of V are f16: relative to the largest, with
/// this unit, so that what is lost below the smallest f16 is nothing.
constexpr double kWeightUnit = 0x1p10;

/// A bit for each step of the chunk: whether this lane's token is in.
struct TokenSet {
  Val bits; ///< i32

  static TokenSet none(GpuBuilder &b) { return {b.c32(0)}; }
  TokenSet with(Val token, Val isIn) const;
  Val has(Val token) const; ///< i1
};

/// What is read of the chunk's tokens.
struct Tiers {
  TokenSet key1, value0, value1; ///< for key2, the tokens are marked
};

/// The work of one warp on one chunk.
class Attend {
public:
  Attend(const Chunk &chunk, const ChunkMemory &memory)
      : chunk(chunk), item(chunk.item), b(chunk.b), memory(memory),
        problem(chunk.item.problem) {}

  /// Reads further planes of K, and chooses V's tiers: their tokens are listed.
  void refine();
  /// Begins to load what `weigh` needs of the centres of V.
  void beginCentres();
  /// The statistics of the chunk, and the weights of its pages' centres.
  void weigh();
  /// The partial output, from `weigh` and the tiers.
  void sumValues();

private:
  int64_t groupRows() const { return item.groupRows(); }

  // RefineScores.cpp
  /// What the needs of a row are reckoned from.
  struct Threshold {
    Val logSum, allowance;
  };
  Threshold threshold(Val row);
  Val need(Val token);
  Val append(
      Val list, Val count, Val token, Val isChosen,
      llvm::function_ref<void()> also = [] {});
  void endList(Val list, Val count);
  Val loadListed(int list, Val index);
  Val listForPlane1();
  Val listForPlane2();
  void refinePlane(int plane);
  struct Refinement;
  void beginValue(Val token, int plane, Val count);
  void chooseValues();

  // WeighTokens.cpp
  void storeStats();
  void storeCounts();
  llvm::SmallVector<Val> centreDistances();

  // SumValues.cpp
  Val loadWeight(Val row, Val token);
  llvm::SmallVector<llvm::SmallVector<Val>>
  loadWeights(llvm::ArrayRef<Val> pairs, Val firstRow);
  llvm::SmallVector<Val> loadTile(int plane, Val first);
  void addTile(llvm::ArrayRef<Val> tile, Val firstRow,
               llvm::MutableArrayRef<Val> sums);
  void sumPlane(int plane, Val firstRow, llvm::SmallVectorImpl<Val> &sums);
  void storeOutput(Val firstRow, llvm::ArrayRef<Val> sums);

  const Chunk &chunk;
  const DecodeItem &item;
  GpuBuilder &b;
  const ChunkMemory &memory;
  DecodeProblemAttr problem;
  llvm::SmallVector<Threshold> thresholds; ///< of all rows, if they are few
  Tiers tiers;
  Val keyCounts[2];   ///< how many tokens K's planes 1 and 2 are read of
  Val valueCounts[2]; ///< and V's planes
  Val scaleUnit;      ///< a power of two near the largest scale of V
  /// The lane's channels of the centres of the chunk's pages and of the last
  /// page, bf16.
  llvm::SmallVector<llvm::SmallVector<Val>> centres;
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H
