//===- Chunk.h - A warp and the positions that it works on ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All work on a cache is cut into chunks of chunkTokens() positions of one kv
// head, and a chunk belongs to one warp from its first score to its partial
// output: warps never wait for each other inside a block. Tokens are numbered
// from the first of the page, or of the two pages, that the longest chunk would
// have; in a step, lane l has token step + l.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_CHUNK_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_CHUNK_H

#include "Decode.h"
#include "KeyTiles.h"

#include <limits>

namespace aligned::gpu {

/// What a warp keeps of a chunk from its first scores on.
struct ChunkBuffer {
  /// f32 [R][rowStride]: in the workspace, where one launch leaves them to the
  /// next, or in shared memory.
  Val scores;
  Val rowStride; ///< elements, i32
  Val scales;    ///< bf16 [2][maxTokens] of K and of V, in shared memory
  /// Whether the rows have an element for token number maxTokens, which stands
  /// for none.
  bool hasNone;
};

/// Tokens and pages of the longest chunk.
inline int64_t maxTokens(DecodeProblemAttr problem) {
  return chunkTokens(std::numeric_limits<int64_t>::max(),
                     problem.getGroupRows());
}
inline int64_t maxPages(DecodeProblemAttr problem) {
  return maxTokens(problem) / kPageTokens;
}
inline int64_t scaleBytes(DecodeProblemAttr problem) {
  return 2 * maxTokens(problem) * 2;
}
/// Elements of a row of scores in shared memory. The four lanes that share a
/// token in a product have rows one apart, or two: they take banks eight apart,
/// from which those of eight tokens differ.
inline int64_t sharedScoreStride(DecodeProblemAttr problem) {
  return maxTokens(problem) + (isPacked(problem) ? 8 : 4);
}

/// Whether a score is the product alone: without soft-cap and mask a correction
/// can be added to a visible score as it stands.
bool scoresStand(DecodeProblemAttr problem);

/// What is known of a chunk, kept in shared memory between its first scores and
/// the rest.
struct ChunkRecord {
  uint8_t *keyPages[kChunkPages], *valuePages[kChunkPages];
  int32_t sequence, head, slot, length, index;
};

struct Chunk {
  Chunk(const DecodeItem &item, Val index, ChunkBuffer buffer);
  /// From what `save` has left.
  Chunk(const DecodeItem &item, const tile::Fields<ChunkRecord> &record,
        ChunkBuffer buffer);
  /// The lanes must meet before they read it.
  void save(const tile::Fields<ChunkRecord> &record) const;

  const DecodeItem &item;
  GpuBuilder &b;
  ChunkBuffer buffer;
  Val index;    ///< of the sequence's chunks
  Val begin;    ///< the position of token 0
  Val from, to; ///< tokens that some row may see; `to` may be below `from`
  llvm::SmallVector<Val> keyPages, valuePages;

  int64_t numTokens() const { return maxTokens(item.problem); }
  int64_t numPages() const { return maxPages(item.problem); }

  /// The page of a token's K or V, as an address.
  Val keyPage(Val token) const { return ofPage(keyPages, token); }
  Val valuePage(Val token) const { return ofPage(valuePages, token); }
  /// Of values that pages have, that of a token's.
  Val ofPage(llvm::ArrayRef<Val> values, Val token) const;
  /// Whether some row may see a token.
  Val isLive(Val token) const { return (token >= from) & (token < to); }
  /// A token's row in its page.
  Val pageRow(Val token) const { return token & (kPageTokens - 1); }

  /// Brings the scales of all tokens into the buffer. The lanes must meet
  /// before they read them.
  void loadScales() const;
  /// f32, of a token's row of K or V.
  Val keyScale(Val token) const { return b.abs(scaleAt(token)); }
  Val valueScale(Val token) const { return scaleAt(token + numTokens()); }

  /// Marks a token of K, in the sign of its scale; whether it is marked.
  void mark(Val token) const;
  Val isMarked(Val token) const { return scaleAt(token) < 0; }

  Val scoreAddress(Val row, Val token) const;
  /// Whether what is stored is the visible score. Otherwise it is the raw one.
  bool storesVisible() const { return scoresStand(item.problem); }
  /// How many of the chunk's positions a row sees.
  Val countVisible(Val row) const;
  /// Whether a token that some row may see is seen by every row.
  bool rowsSeeTheSame() const;
  /// The visible score of a row and token.
  Val loadScore(Val row, Val token) const;
  /// The visible score for a stored one.
  Val visible(Val stored, Val row, Val token) const;

  /// Calls `body` with this lane's token of every step of 32 tokens that some
  /// row may see, and carries values from step to step.
  llvm::SmallVector<Val> steps(llvm::ArrayRef<Val> initial,
                               tile::Emitter::CarriedBody body) const;
  /// The same for the steps of page `page` of the chunk alone.
  llvm::SmallVector<Val> stepsOfPage(Val page, llvm::ArrayRef<Val> initial,
                                     tile::Emitter::CarriedBody body) const;

private:
  void place();
  Val scaleAt(Val index) const;
};

/// The item of a chunk that was saved.
DecodeItem savedItem(GpuBuilder &b, DecodeProblemAttr problem,
                     const tile::Fields<ChunkRecord> &record);

/// The chunk of this block of one warp, where launches have one for each:
/// calls `body` if it exists. `scales` is shared memory of scaleBytes().
void forBlock(GpuBuilder &b, DecodeProblemAttr problem, Val scales,
              llvm::function_ref<void(const Chunk &)> body);

/// A list ends in as many times "none": who takes tokens by as many needs not
/// look where it ends.
constexpr int64_t kListPadding = 32;

/// Scores of the chunk to 4 bits into its buffer; its partial log-sum-exps into
/// the workspace.
void emitFirstScores(const Chunk &chunk);

/// Tells that the chunk's partial log-sum-exps are there. The last warp of a
/// head to do so adds them up, in the order of the chunks, and says that the
/// head's thresholds are ready.
void emitPublish(const Chunk &chunk);

/// What a warp keeps in shared memory beside scores.
struct ChunkMemory {
  /// Chosen tokens, i16 [maxTokens + kListPadding]: K's by plane, then V's.
  Val lists[2];
  Val centres;    ///< [maxPages][R] f32: weight of each page's centre
  Val thresholds; ///< [R] f32 log-sum-exp of first-plane scores, [R] f32
                  ///< allowances of the rule
  Val records;    ///< [R] ChunkStats

  static int64_t bytes(DecodeProblemAttr problem);
  ChunkMemory(GpuBuilder &b, DecodeProblemAttr problem, Val base);
  tile::Fields<ChunkStats> stats(Val row) const;
};

/// Marks the threshold of a row as not there yet.
void emitResetThreshold(GpuBuilder &b, const tile::Workspace &work, Val row);

/// Waits until the thresholds of the head are there, and takes them. In `sweep`
/// only where the grid is resident as a whole.
void emitAwaitThresholds(const DecodeItem &item, const ChunkMemory &memory);

/// Reads further planes of K where the rule asks for them, then V, and leaves
/// the chunk's statistics and its partial output in the workspace.
void emitAttendChunk(const Chunk &chunk, const ChunkMemory &memory);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_CHUNK_H
