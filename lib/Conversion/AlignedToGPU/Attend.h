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
  TokenSet key1, key2, value0, value1;
};

/// The work of one warp on one chunk.
class Attend {
public:
  Attend(const Chunk &chunk, const ChunkMemory &memory)
      : chunk(chunk), item(chunk.item), b(chunk.b), memory(memory),
        problem(chunk.item.problem) {}

  /// Reads further planes of K, and chooses V's tiers: their tokens are listed.
  void refine();
  /// The statistics of the chunk, and the weights of its pages' centres.
  void weigh();
  /// The partial output, from `weigh` and the tiers.
  void sumValues();

private:
  int64_t groupRows() const { return item.groupRows(); }

  // RefineScores.cpp
  Val needOffset(Val row);
  Val need(Val token);
  Val append(Val list, Val count, Val token, Val isChosen);
  void endList(Val list, Val count);
  Val listWhere(Val list, TokenSet &set,
                llvm::function_ref<Val(Val token)> isChosen);
  void refinePlane(int plane, Val count);
  void refineTiles(int plane, int64_t numTiles, Val first,
                   const KeyTiles &tiles, const KeyTiles::Query &query,
                   llvm::ArrayRef<Val> rows, llvm::ArrayRef<Val> units);
  void chooseValues();

  // WeighTokens.cpp
  void weighRows(Val firstRow, bool withReport);
  void storeCounts();

  // SumValues.cpp
  struct Tile;
  Val loadWeight(Val row, Val token);
  Tile loadTile(int plane, Val first, Val firstRow);
  void addTile(const Tile &tile, llvm::MutableArrayRef<Val> sums);
  void sumPlane(int plane, Val firstRow, llvm::SmallVectorImpl<Val> &sums);
  void storeOutput(Val firstRow, llvm::ArrayRef<Val> sums);

  const Chunk &chunk;
  const DecodeItem &item;
  GpuBuilder &b;
  const ChunkMemory &memory;
  DecodeProblemAttr problem;
  llvm::SmallVector<Val> needOffsets; ///< of all rows, if they are few
  Tiers tiers;
  Val valueCounts[2]; ///< how many tokens V's planes are read of
  Val scaleUnit; ///< a power of two near the largest scale of V
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H
