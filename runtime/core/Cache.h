//===- Cache.h - Planes of sequences in pages ----------------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pages of one pool, shared by all sequences. A page id stands for 128
// positions over all layers, kv heads, K and V; its bytes lie
// [layer][page][K heads, V heads], so that what one decode reads, one layer's
// pages, lies together.
//
// What kernels read is on the device: page table, capacity, lengths and status
// of every slot. The host keeps what it alone changes (page table, capacity);
// lengths and status belong to the device, since appends that are replayed in a
// graph advance them. The slot of a freed sequence is given to another one at
// once, and reset in stream order by that one's first reserve or fork: free a
// sequence on the stream that worked on it, or after waiting for it.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_CACHE_H
#define ALIGNED_RUNTIME_CORE_CACHE_H

#include "Kernel.h"

#include <unordered_map>
#include <vector>

namespace aligned {

/// Pages with the number of sequences that refer to each.
class PagePool {
public:
  /// Keeps the device's count of its pages.
  PagePool(int64_t pages, Occupancy &occupancy);
  ~PagePool();
  PagePool(const PagePool &) = delete;
  PagePool &operator=(const PagePool &) = delete;
  int64_t numFree() const { return static_cast<int64_t>(freePages.size()); }
  /// There must be a free one.
  int32_t take();
  void share(int32_t page) { ++references[static_cast<size_t>(page)]; }
  void release(int32_t page);
  bool isShared(int32_t page) const {
    return references[static_cast<size_t>(page)] > 1;
  }

private:
  std::vector<int32_t> references;
  std::vector<int32_t> freePages;
  Occupancy &occupancy;
};

/// What the host knows of a live sequence.
struct Sequence {
  int32_t slot = 0;
  int64_t capacity = 0; ///< positions reserved
  std::vector<int32_t> pages;
  /// Whether the slot's lengths and status on the device are this sequence's.
  bool onDevice = false;
};

} // namespace aligned

struct AlignedCacheImpl {
  ~AlignedCacheImpl();
  aligned::Error create(const AlignedKernelImpl &kernel,
                        const AlignedCacheOptions &options);

  aligned::Error createSequence(int64_t *id);
  aligned::Error destroySequence(int64_t id);
  aligned::Error reserve(int64_t id, int64_t tokens, void *stream);
  aligned::Error getLength(int64_t id, int64_t layer, void *stream,
                           int64_t *length);
  aligned::Error truncate(int64_t id, int64_t length, void *stream);
  aligned::Error fork(int64_t id, int64_t length, void *stream, int64_t *fork);

  aligned::Error find(int64_t id, aligned::Sequence *&sequence);
  /// K's (0) or V's (1) planes of a layer.
  aligned::PlanesView view(int64_t layer, int role) const;
  int32_t *layerLengths(int64_t layer) const {
    return lengths.as<int32_t>() + layer * options.maxSequences;
  }

  int32_t *layerArrived(int64_t layer) const {
    return arrived.as<int32_t>() + layer * options.maxSequences;
  }

  AlignedDeviceImpl *device = nullptr;
  AlignedCacheOptions options = {};
  aligned::PageLayout layouts[2] = {};
  std::string elementType;
  int64_t layerPageBytes = 0; ///< a page of one layer: heads, K and V
  int64_t tableStride = 0;
  int64_t poolBytes = 0; ///< of all pages, once they are allocated
  std::unique_ptr<aligned::PagePool> pool;
  aligned::DeviceMemory pages;
  aligned::DeviceMemory pageTable; ///< int32 [slot][tableStride]
  aligned::DeviceMemory capacity;  ///< int32 [slot]
  aligned::DeviceMemory lengths;   ///< int32 [layer][slot]
  aligned::DeviceMemory arrived;   ///< int32 [layer][slot]; 0 between appends
  aligned::DeviceMemory status;    ///< uint32 [slot]
  std::unordered_map<int64_t, aligned::Sequence> sequences;
  std::vector<int32_t> freeSlots;
  int64_t nextId = 0;
  /// Batches over this cache: none of their sequences may outgrow them.
  std::vector<AlignedBatchImpl *> batches;

private:
  aligned::Error checkHealthy(int64_t id, const aligned::Sequence &sequence,
                              void *stream);
  aligned::Error uploadTable(const aligned::Sequence &sequence, size_t first,
                             void *stream);
  aligned::Error uploadCapacity(const aligned::Sequence &sequence,
                                void *stream);
  aligned::Error readLengths(const aligned::Sequence &sequence, void *stream,
                             std::vector<int32_t> &all);
  aligned::Error writeLengths(const aligned::Sequence &sequence,
                              const std::vector<int32_t> &all, void *stream);
  aligned::Error resetSlot(aligned::Sequence &sequence, void *stream);
  aligned::Error copyPage(int32_t to, int32_t from, void *stream);
  int64_t longestBatch(int64_t id) const;
};

#endif // ALIGNED_RUNTIME_CORE_CACHE_H
