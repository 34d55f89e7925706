//===- Cache.cpp - Planes of sequences in pages ---------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cache.h"
#include "Batch.h"

#include <algorithm>
#include <limits>

using namespace aligned;

static int64_t pagesFor(int64_t tokens) {
  return (tokens + kPageTokens - 1) / kPageTokens;
}

//===----------------------------------------------------------------------===//
// Pages
//===----------------------------------------------------------------------===//

PagePool::PagePool(int64_t pages, Occupancy &occupancy)
    : references(static_cast<size_t>(pages), 0), occupancy(occupancy) {
  occupancy.pages += pages;
  // Low numbers are taken first.
  for (int64_t page = pages - 1; page >= 0; --page)
    freePages.push_back(static_cast<int32_t>(page));
}

PagePool::~PagePool() {
  auto pages = static_cast<int64_t>(references.size());
  occupancy.pages -= pages;
  occupancy.usedPages -= pages - numFree();
}

int32_t PagePool::take() {
  ++occupancy.usedPages;
  int32_t page = freePages.back();
  freePages.pop_back();
  references[static_cast<size_t>(page)] = 1;
  return page;
}

void PagePool::release(int32_t page) {
  if (--references[static_cast<size_t>(page)] != 0)
    return;
  freePages.push_back(page);
  --occupancy.usedPages;
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

static Error checkOptions(const AlignedCacheOptions &options) {
  struct {
    const char *name;
    int64_t value, most;
  } checks[] = {{"layers", options.layers, 1 << 16},
                {"kvHeads", options.kvHeads, 65535}, // a grid's y on a GPU
                {"maxSequences", options.maxSequences, 65535}, // its z
                {"maxPages", options.maxPages, INT32_MAX},
                {"maxTokens", options.maxTokens, int64_t(1) << 30}};
  for (const auto &check : checks)
    if (check.value < 1 || check.value > check.most)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedCacheCreate: ", check.name, " is ", check.value,
                       ", expected 1 to ", check.most);
  return nullptr;
}

Error AlignedCacheImpl::create(const AlignedKernelImpl &kernel,
                               const AlignedCacheOptions &wanted) {
  ALIGNED_TRY(checkOptions(wanted));
  device = kernel.device;
  options = wanted;
  elementType = kernel.problem().cache;
  for (int role : {0, 1}) {
    layouts[role] = kernel.layout(role);
    layerPageBytes += options.kvHeads * layouts[role].pageBytes();
  }
  int64_t bytes;
  if (__builtin_mul_overflow(layerPageBytes, options.layers, &bytes) ||
      __builtin_mul_overflow(bytes, options.maxPages, &bytes))
    return makeError(ALIGNED_INVALID_ARGUMENT,
                     "alignedCacheCreate: ", options.maxPages, " pages of ",
                     options.layers,
                     " layers are more bytes than can be counted");
  tableStride = pagesFor(options.maxTokens);
  pool =
      std::make_unique<PagePool>(options.maxPages, device->metrics.occupancy);
  for (int64_t slot = options.maxSequences - 1; slot >= 0; --slot)
    freeSlots.push_back(static_cast<int32_t>(slot));
  auto slots = static_cast<size_t>(options.maxSequences);
  ALIGNED_TRY(pages.allocate(device, static_cast<size_t>(bytes)));
  ALIGNED_TRY(pageTable.allocate(
      device, slots * static_cast<size_t>(tableStride) * sizeof(int32_t)));
  ALIGNED_TRY(capacity.allocate(device, slots * sizeof(int32_t)));
  size_t layerSlots = slots * static_cast<size_t>(options.layers);
  ALIGNED_TRY(lengths.allocate(device, layerSlots * sizeof(int32_t)));
  ALIGNED_TRY(arrived.allocate(device, layerSlots * sizeof(int32_t)));
  ALIGNED_TRY(status.allocate(device, slots * sizeof(uint32_t)));
  poolBytes = bytes;
  ++device->metrics.occupancy.caches;
  device->metrics.occupancy.cacheBytes += bytes;
  return nullptr;
}

AlignedCacheImpl::~AlignedCacheImpl() {
  for (AlignedBatchImpl *batch : batches)
    batch->cache = nullptr;
  if (poolBytes) {
    Occupancy &occupancy = device->metrics.occupancy;
    --occupancy.caches;
    occupancy.cacheBytes -= poolBytes;
    occupancy.sequences -= static_cast<int64_t>(sequences.size());
  }
}

PlanesView AlignedCacheImpl::view(int64_t layer, int role) const {
  uint8_t *base =
      pages.as<uint8_t>() + layer * options.maxPages * layerPageBytes;
  if (role == 1)
    base += options.kvHeads * layouts[0].pageBytes();
  return {base, layerPageBytes, layouts[role].pageBytes(),
          pageTable.as<int32_t>(), tableStride};
}

//===----------------------------------------------------------------------===//
// State on the device
//===----------------------------------------------------------------------===//

Error AlignedCacheImpl::find(int64_t id, Sequence *&sequence) {
  auto found = sequences.find(id);
  if (found == sequences.end())
    return makeError(ALIGNED_INVALID_ARGUMENT, "there is no sequence ", id,
                     " in the cache: never created, or destroyed");
  sequence = &found->second;
  return nullptr;
}

Error AlignedCacheImpl::uploadTable(const Sequence &sequence, size_t first,
                                    void *stream) {
  if (first >= sequence.pages.size())
    return nullptr;
  return device->uploadAsync(
      pageTable.as<int32_t>() + sequence.slot * tableStride +
          static_cast<int64_t>(first),
      sequence.pages.data() + first,
      (sequence.pages.size() - first) * sizeof(int32_t), stream);
}

Error AlignedCacheImpl::uploadCapacity(const Sequence &sequence, void *stream) {
  auto value = static_cast<int32_t>(sequence.capacity);
  return device->uploadAsync(capacity.as<int32_t>() + sequence.slot, &value,
                             sizeof(value), stream);
}

Error AlignedCacheImpl::readLengths(const Sequence &sequence, void *stream,
                                    std::vector<int32_t> &all) {
  all.assign(static_cast<size_t>(options.layers), 0);
  if (!sequence.onDevice)
    return nullptr;
  // One copy of all slots beats one for each layer.
  std::vector<int32_t> table(
      static_cast<size_t>(options.layers * options.maxSequences));
  ALIGNED_TRY(device->download(table.data(), lengths.as<int32_t>(),
                               table.size() * sizeof(int32_t), stream));
  for (int64_t layer = 0; layer < options.layers; ++layer)
    all[static_cast<size_t>(layer)] = table[static_cast<size_t>(
        layer * options.maxSequences + sequence.slot)];
  return nullptr;
}

Error AlignedCacheImpl::writeLengths(const Sequence &sequence,
                                     const std::vector<int32_t> &all,
                                     void *stream) {
  for (size_t layer = 0; layer < all.size(); ++layer)
    ALIGNED_TRY(device->uploadAsync(layerLengths(static_cast<int64_t>(layer)) +
                                        sequence.slot,
                                    &all[layer], sizeof(int32_t), stream));
  return nullptr;
}

Error AlignedCacheImpl::resetSlot(Sequence &sequence, void *stream) {
  if (sequence.onDevice)
    return nullptr;
  uint32_t healthy = 0;
  ALIGNED_TRY(device->uploadAsync(status.as<uint32_t>() + sequence.slot,
                                  &healthy, sizeof(healthy), stream));
  ALIGNED_TRY(writeLengths(
      sequence, std::vector<int32_t>(static_cast<size_t>(options.layers), 0),
      stream));
  sequence.onDevice = true;
  return nullptr;
}

Error AlignedCacheImpl::copyPage(int32_t to, int32_t from, void *stream) {
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    uint8_t *base =
        pages.as<uint8_t>() + layer * options.maxPages * layerPageBytes;
    ALIGNED_TRY(device->copyAsync(base + to * layerPageBytes,
                                  base + from * layerPageBytes,
                                  static_cast<size_t>(layerPageBytes), stream));
  }
  return nullptr;
}

Error AlignedCacheImpl::checkHealthy(int64_t id, const Sequence &sequence,
                                     void *stream) {
  if (!sequence.onDevice)
    return nullptr;
  uint32_t bits = 0;
  ALIGNED_TRY(device->download(&bits, status.as<uint32_t>() + sequence.slot,
                               sizeof(bits), stream));
  if (bits & kStatusOverflow)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id,
                     ": an append went beyond its ", sequence.capacity,
                     " reserved positions and was not done; destroy the "
                     "sequence, and reserve before launching appends");
  if (bits & kStatusNonFinite)
    return makeError(ALIGNED_NON_FINITE, "sequence ", id,
                     ": a row with a NaN or an infinity was appended; "
                     "destroy the sequence");
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Sequences
//===----------------------------------------------------------------------===//

Error AlignedCacheImpl::createSequence(int64_t *id) {
  if (freeSlots.empty())
    return makeError(ALIGNED_OUT_OF_CAPACITY, "all ", options.maxSequences,
                     " sequences of the cache are live: destroy one, or make "
                     "a cache with a larger maxSequences");
  Sequence sequence;
  sequence.slot = freeSlots.back();
  sequences.emplace(nextId, std::move(sequence));
  freeSlots.pop_back();
  ++device->metrics.occupancy.sequences;
  *id = nextId++;
  return nullptr;
}

Error AlignedCacheImpl::destroySequence(int64_t id) {
  Sequence *sequence;
  ALIGNED_TRY(find(id, sequence));
  for (int32_t page : sequence->pages)
    pool->release(page);
  freeSlots.push_back(sequence->slot);
  sequences.erase(id);
  --device->metrics.occupancy.sequences;
  return nullptr;
}

int64_t AlignedCacheImpl::longestBatch(int64_t id) const {
  int64_t most = std::numeric_limits<int64_t>::max();
  for (const AlignedBatchImpl *batch : batches)
    if (std::count(batch->sequences.begin(), batch->sequences.end(), id))
      most = std::min(most, batch->maxTokens);
  return most;
}

Error AlignedCacheImpl::reserve(int64_t id, int64_t tokens, void *stream) {
  Sequence *sequence;
  ALIGNED_TRY(find(id, sequence));
  if (tokens < 0 || tokens > options.maxTokens)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id,
                     ": cannot reserve ", tokens,
                     " positions in a cache made for sequences of ",
                     options.maxTokens, " (maxTokens)");
  if (int64_t most = longestBatch(id); tokens > most)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id,
                     ": cannot reserve ", tokens,
                     " positions while it is in a batch made for ", most,
                     ": make the batch anew with a larger maxTokens");
  size_t had = sequence->pages.size();
  auto needed = static_cast<size_t>(pagesFor(tokens));
  if (needed > had && static_cast<int64_t>(needed - had) > pool->numFree())
    return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id, ": ", tokens,
                     " positions take ", needed - had, " more pages, and ",
                     pool->numFree(), " of ", options.maxPages,
                     " are free: destroy or truncate sequences");
  ALIGNED_TRY(resetSlot(*sequence, stream));
  int64_t before = sequence->capacity;
  while (sequence->pages.size() < needed)
    sequence->pages.push_back(pool->take());
  sequence->capacity = std::max(before, tokens);
  Error error = uploadTable(*sequence, had, stream);
  if (!error)
    error = uploadCapacity(*sequence, stream);
  if (error) {
    sequence->capacity = before;
    for (; sequence->pages.size() > had; sequence->pages.pop_back())
      pool->release(sequence->pages.back());
  }
  return error;
}

Error AlignedCacheImpl::getLength(int64_t id, int64_t layer, void *stream,
                                  int64_t *length) {
  Sequence *sequence;
  ALIGNED_TRY(find(id, sequence));
  if (layer < 0 || layer >= options.layers)
    return makeError(ALIGNED_INVALID_ARGUMENT, "there is no layer ", layer,
                     " of ", options.layers);
  ALIGNED_TRY(checkHealthy(id, *sequence, stream));
  int32_t stored = 0;
  if (sequence->onDevice)
    ALIGNED_TRY(device->download(&stored, layerLengths(layer) + sequence->slot,
                                 sizeof(stored), stream));
  *length = stored;
  return nullptr;
}

Error AlignedCacheImpl::truncate(int64_t id, int64_t length, void *stream) {
  Sequence *sequence;
  ALIGNED_TRY(find(id, sequence));
  if (length < 0)
    return makeError(ALIGNED_INVALID_ARGUMENT, "sequence ", id,
                     ": cannot truncate to ", length, " positions");
  ALIGNED_TRY(checkHealthy(id, *sequence, stream));
  std::vector<int32_t> stored;
  ALIGNED_TRY(readLengths(*sequence, stream, stored));
  auto kept = static_cast<size_t>(pagesFor(length));
  if (kept > sequence->pages.size())
    return nullptr;
  // The last page will be written again: it must be this sequence's own.
  bool partial = length % kPageTokens != 0;
  bool copies = partial && pool->isShared(sequence->pages[kept - 1]);
  int32_t own = -1;
  if (copies) {
    bool freesOne =
        std::any_of(sequence->pages.begin() + static_cast<int64_t>(kept),
                    sequence->pages.end(),
                    [&](int32_t page) { return !pool->isShared(page); });
    if (pool->numFree() == 0 && !freesOne)
      return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id,
                       ": its page at position ", length,
                       " is shared with a fork, and no page is free to copy "
                       "it: destroy or truncate other sequences first");
  }
  for (int32_t &l : stored)
    l = std::min(l, static_cast<int32_t>(std::min<int64_t>(length, INT32_MAX)));
  if (sequence->onDevice)
    ALIGNED_TRY(writeLengths(*sequence, stored, stream));
  for (; sequence->pages.size() > kept; sequence->pages.pop_back())
    pool->release(sequence->pages.back());
  if (copies) {
    own = pool->take();
    if (Error error = copyPage(own, sequence->pages[kept - 1], stream)) {
      pool->release(own);
      return error;
    }
    pool->release(sequence->pages[kept - 1]);
    sequence->pages[kept - 1] = own;
    ALIGNED_TRY(uploadTable(*sequence, kept - 1, stream));
  }
  sequence->capacity =
      std::min(sequence->capacity, static_cast<int64_t>(kept) * kPageTokens);
  return sequence->onDevice ? uploadCapacity(*sequence, stream) : nullptr;
}

Error AlignedCacheImpl::fork(int64_t id, int64_t length, void *stream,
                             int64_t *fork) {
  Sequence *parent;
  ALIGNED_TRY(find(id, parent));
  if (length < 0)
    return makeError(ALIGNED_INVALID_ARGUMENT, "sequence ", id,
                     ": cannot fork it at ", length, " positions");
  ALIGNED_TRY(checkHealthy(id, *parent, stream));
  std::vector<int32_t> stored;
  ALIGNED_TRY(readLengths(*parent, stream, stored));
  // Pages are shared only when they are full, so that nobody writes to them.
  for (size_t layer = 0; layer < stored.size(); ++layer)
    if (stored[layer] < length)
      return makeError(ALIGNED_INVALID_ARGUMENT, "sequence ", id,
                       ": cannot fork it at ", length, " positions, layer ",
                       layer, " has ", stored[layer]);
  bool partial = length % kPageTokens != 0;
  if (partial && pool->numFree() == 0)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id,
                     ": no page is free for the fork's copy of its last, "
                     "partial page");
  stored.assign(stored.size(), static_cast<int32_t>(length));

  int64_t childId;
  ALIGNED_TRY(createSequence(&childId));
  Sequence &child = sequences[childId];
  parent = &sequences[id]; // the insertion may have moved it
  child.capacity = length;
  for (int64_t page = 0; page < length / kPageTokens; ++page) {
    child.pages.push_back(parent->pages[static_cast<size_t>(page)]);
    pool->share(child.pages.back());
  }
  auto fill = [&]() -> Error {
    if (partial) {
      int32_t from = parent->pages[child.pages.size()];
      child.pages.push_back(pool->take());
      ALIGNED_TRY(copyPage(child.pages.back(), from, stream));
    }
    ALIGNED_TRY(resetSlot(child, stream));
    ALIGNED_TRY(writeLengths(child, stored, stream));
    ALIGNED_TRY(uploadTable(child, 0, stream));
    return uploadCapacity(child, stream);
  };
  if (Error error = fill()) {
    Error ignored = destroySequence(childId);
    return error;
  }
  *fork = childId;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// C interface
//===----------------------------------------------------------------------===//

AlignedError alignedCacheCreate(AlignedKernel kernel,
                                const AlignedCacheOptions *options,
                                AlignedCache *cache) {
  return guarded([&]() -> Error {
    if (!kernel || !options || !cache)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedCacheCreate: a pointer is null");
    auto created = std::make_unique<AlignedCacheImpl>();
    ALIGNED_TRY(created->create(*kernel, *options));
    *cache = created.release();
    return nullptr;
  });
}

void alignedCacheDestroy(AlignedCache cache) { delete cache; }

int64_t alignedCacheGetFreePages(AlignedCache cache) {
  return cache->pool->numFree();
}

int64_t alignedCacheGetPageBytes(AlignedCache cache) {
  return cache->layerPageBytes * cache->options.layers;
}

AlignedError alignedSequenceCreate(AlignedCache cache, int64_t *sequence) {
  return guarded([&] { return cache->createSequence(sequence); });
}

AlignedError alignedSequenceDestroy(AlignedCache cache, int64_t sequence) {
  return guarded([&] { return cache->destroySequence(sequence); });
}

AlignedError alignedSequenceReserve(AlignedCache cache, int64_t sequence,
                                    int64_t tokens, void *stream) {
  return guarded([&] { return cache->reserve(sequence, tokens, stream); });
}

AlignedError alignedSequenceGetLength(AlignedCache cache, int64_t sequence,
                                      int64_t layer, void *stream,
                                      int64_t *length) {
  return guarded(
      [&] { return cache->getLength(sequence, layer, stream, length); });
}

AlignedError alignedSequenceTruncate(AlignedCache cache, int64_t sequence,
                                     int64_t length, void *stream) {
  return guarded([&] { return cache->truncate(sequence, length, stream); });
}

AlignedError alignedSequenceFork(AlignedCache cache, int64_t sequence,
                                 int64_t length, void *stream, int64_t *fork) {
  return guarded([&] { return cache->fork(sequence, length, stream, fork); });
}
