//===- Workspace.h - Sizes of the scratch memory of a decode ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Beside KernelABI.h: how one allocation becomes the DecodeWorkspace that it
// describes. No LLVM in this file.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_SUPPORT_WORKSPACE_H
#define ALIGNED_SUPPORT_WORKSPACE_H

#include "Aligned/Support/KernelABI.h"

#include <type_traits>

namespace aligned {

/// What the sizes of a workspace depend on.
struct WorkspaceShape {
  int64_t sequences;
  int64_t kvHeads;
  int64_t rows;          ///< R = group * query rows
  int64_t chunks;        ///< C
  int64_t keyChannels;   ///< Dk, padded
  int64_t valueChannels; ///< Dv, padded
};

/// Most chunks that a sequence of up to `tokens` positions has on any target;
/// at least one, so that `merge` finds the statistics of an empty sequence.
constexpr int64_t numChunks(int64_t tokens, int64_t groupRows) {
  int64_t most = 1;
  auto consider = [&](int64_t length) {
    int64_t size = chunkTokens(length, groupRows);
    int64_t chunks = (length + size - 1) / size;
    most = chunks > most ? chunks : most;
  };
  consider(tokens);
  for (ChunkSize size : kChunkSizes)
    if (size.length(groupRows) < tokens)
      consider(size.length(groupRows));
  return most;
}

/// Cuts a workspace out of the memory at `base`, every part at a multiple of
/// 256 bytes, and returns the bytes that it takes in all. `base` may be null
/// when only they are asked for.
inline int64_t layoutWorkspace(const WorkspaceShape &shape, void *base,
                               DecodeWorkspace &work) {
  int64_t offset = 0;
  auto take = [&](auto *&pointer, int64_t elementsOfOneHead) {
    using T = std::remove_reference_t<decltype(*pointer)>;
    pointer = reinterpret_cast<T *>(reinterpret_cast<uintptr_t>(base) + offset);
    int64_t bytes = shape.sequences * shape.kvHeads * elementsOfOneHead *
                    static_cast<int64_t>(sizeof(T));
    offset += (bytes + 255) / 256 * 256;
  };
  int64_t rows = shape.rows, chunks = shape.chunks;
  take(work.queryHigh, rows * shape.keyChannels);
  take(work.queryLow, rows * shape.keyChannels);
  take(work.queryCarry, rows * shape.keyChannels);
  take(work.query, rows * shape.keyChannels);
  take(work.queryStats, rows);
  take(work.scores, rows * chunks * kChunkTokens);
  take(work.firstMax, chunks * rows);
  take(work.firstSum, chunks * rows);
  take(work.stats, chunks * rows);
  take(work.partial, chunks * rows * shape.valueChannels);
  take(work.firstLogSum, rows);
  take(work.arrived, 1);
  take(work.alignment, rows);
  take(work.rounds, 1);
  take(work.excess, rows);
  take(work.firstItem, 2); // at least one more than sequences
  return offset;
}

/// Bytes of the workspace of a decode.
inline int64_t workspaceBytes(const WorkspaceShape &shape) {
  DecodeWorkspace unused;
  return layoutWorkspace(shape, nullptr, unused);
}

} // namespace aligned

#endif // ALIGNED_SUPPORT_WORKSPACE_H
