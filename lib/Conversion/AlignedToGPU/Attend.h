//===- Attend.h - Parts of the phase that reads what matters ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block has a chunk, and each of its warps a quarter of it, which lies within
// one page. Warps do not wait for each other between the thresholds and the
// end: each refines the scores of its tokens, chooses V's tiers and adds its
// own tokens up, relative to its own maxima. The block then joins the warps.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H

#include "Decode.h"
#include "KeyTiles.h"

namespace aligned::gpu {

constexpr int64_t kAttendThreads = 128;
constexpr int64_t kAttendWarps = kAttendThreads / kWarp;
constexpr int64_t kWarpTokens = kChunkTokens / kAttendWarps;
/// Tokens of a lane: its number, and that plus 32.
constexpr int64_t kLaneTokens = kWarpTokens / kWarp;
static_assert(kLaneTokens == 2 && kPageTokens % kWarpTokens == 0);
/// Query rows whose outputs are in registers at a time.
constexpr int64_t kOutputRows = 8;

/// What a warp says of one row: sums relative to `max`, as in ChunkStats.
enum WarpStat {
  kStatSum,
  kStatSumBeta,
  kStatSumBetaV,
  kStatSumV,
  kStatSumRead,
  kStatVariance,
  kStatSpread,
  kStatCentre, ///< weight of the page's centre
  kStatMax,
  kStatMaxV,
  kNumWarpStats
};

/// Shared memory of the block.
struct AttendMemory {
  Val firstLogSum; ///< [R] f32 log-sum-exp of first-plane scores
  Val allowance;   ///< [R] f32
  Val scratch;     ///< [kAttendThreads] pairs of f32
  Val lists;       ///< [warps][kWarpTokens] i32
  Val weights;     ///< [warps][kWarpTokens][rows] f32
  Val stats;       ///< [warps][rows][kNumWarpStats] f32
  Val outputs;     ///< [warps][rows at once of V][rows][Dv] f32
  Val counts;      ///< [warps][6] i32: keyRows, valueRows
};

/// How a warp's lanes share rows of V: eight channels a lane.
struct ValueTiling {
  explicit ValueTiling(DecodeProblemAttr problem)
      : channels(problem.getValueLayout().channels()),
        lanesPerRow(channels / 8), rowsAtOnce(kWarp / lanesPerRow),
        rows(std::min(kOutputRows, problem.getGroupRows())) {}
  int64_t channels, lanesPerRow, rowsAtOnce;
  int64_t rows; ///< query rows at a time
};

/// This lane's tokens.
struct LaneTokens {
  Val position[kLaneTokens];
  Val live[kLaneTokens]; ///< some row may see it
  Val keyPlane1[kLaneTokens], keyPlane2[kLaneTokens];
  Val valuePlane0[kLaneTokens], valuePlane1[kLaneTokens];
};

/// One warp with tokens.
class WarpAttend {
public:
  WarpAttend(const DecodeItem &item, const AttendMemory &memory, Val begin);

  /// Reads further planes of K where the rule asks for them, and decides what
  /// to read of V.
  void refine();
  /// What was decided, as values that outlive a branch.
  llvm::SmallVector<Val> tiers() const;
  void setTiers(llvm::ArrayRef<Val> tiers);
  /// Adds up what query rows from `firstRow` on get from the warp's tokens.
  void attend(Val firstRow);

private:
  void needs(Val (&need)[kLaneTokens]);
  Val compact(const Val (&chosen)[kLaneTokens]);
  void refinePlane(int plane, Val count);
  void refineTile(int plane, Val count, Val first, Val firstRow,
                  const KeyTiles::Query &query);
  void weigh(Val firstRow, Val index, Val centreDistance);
  Val centreDistance();
  struct Accumulators;
  void addRows(Accumulators &sums, Val count, bool bothPlanes);
  void addValues(Val firstRow);
  void storeCounts();

  GpuBuilder &b;
  const DecodeItem &item;
  const AttendMemory &memory;
  KeyTiles tiles;
  ValueTiling tiling;
  Val begin, pageRow; ///< the warp's first position, and that in its page
  Val keyPage, valuePage;
  Val list, weights;
  LaneTokens tokens;
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_ATTEND_H
