//===- Batch.h - Sequences that are decoded together ---------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_BATCH_H
#define ALIGNED_RUNTIME_CORE_BATCH_H

#include "Cache.h"

struct AlignedBatchImpl {
  ~AlignedBatchImpl();
  aligned::Error create(const AlignedKernelImpl &kernel,
                        AlignedCacheImpl &cache, const int64_t *ids,
                        int64_t count, int64_t maxTokens);
  aligned::Error append(int64_t layer, const AlignedRows &key,
                        const AlignedRows &value, int64_t tokens, void *stream);
  aligned::Error decode(int64_t layer, const AlignedDecodeArgs &args,
                        void *stream);
  aligned::Error unpack(int64_t layer, int role, const AlignedRows &rows,
                        void *stream);
  aligned::Error getChunkReads(int64_t layer, int64_t sequence, int64_t kvHead,
                               AlignedChunkReads *chunks, int64_t capacity,
                               int64_t *count, void *stream);
  /// Counts a decode. `reports` and `seconds` as alignedMetricsRecord has them.
  void record(const AlignedHeadReport *reports, double seconds);

  const AlignedKernelImpl *kernel = nullptr;
  AlignedCacheImpl *cache = nullptr;
  std::vector<int64_t> sequences;
  int64_t maxTokens = 0;
  int32_t maxChunks = 0;
  aligned::DeviceMemory slots; ///< int32 [sequences]
  aligned::DeviceMemory memory;
  aligned::DecodeWorkspace workspace = {};

private:
  /// That the layer exists, and every sequence still lives and has pages.
  aligned::Error checkUse(int64_t layer);
  /// What is refused where the rows can be seen: on the CPU.
  aligned::Error checkRows(int64_t layer, const AlignedRows *const rows[2],
                           int64_t tokens);
  aligned::AppendParams appendParams(int64_t layer, int role,
                                     const AlignedRows &rows,
                                     int64_t tokens) const;
  int32_t size() const { return static_cast<int32_t>(sequences.size()); }
};

#endif // ALIGNED_RUNTIME_CORE_BATCH_H
