//===- Batch.cpp - Sequences that are decoded together --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Batch.h"
#include "ElementType.h"
#include "Profile.h"

#include <algorithm>
#include <cstddef>
#include <set>

using namespace aligned;

// The two headers, for C and for kernels, describe one report.
static_assert(sizeof(AlignedHeadReport) == sizeof(HeadReport));
static_assert(offsetof(AlignedHeadReport, bound) ==
              offsetof(HeadReport, bound));
static_assert(offsetof(AlignedHeadReport, visible) ==
              offsetof(HeadReport, visible));
static_assert(offsetof(AlignedHeadReport, valueRows) ==
              offsetof(HeadReport, valueRows));
static_assert(offsetof(AlignedHeadReport, certificate) ==
              offsetof(HeadReport, certificate));
static_assert(offsetof(AlignedHeadReport, bytes) ==
              offsetof(HeadReport, bytes));

static const char *roleName(int role) { return role == 0 ? "K" : "V"; }

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

/// A cache serves the kernels of its own head sizes and element type.
static Error checkCacheFits(const AlignedKernelImpl &kernel,
                            const AlignedCacheImpl &cache) {
  const ManifestProblem &problem = kernel.problem();
  if (kernel.device != cache.device)
    return makeError(ALIGNED_INVALID_ARGUMENT, "alignedBatchCreate: kernel '",
                     kernel.decode->name, "' is on ",
                     kernel.device->description, ", the cache on ",
                     cache.device->description);
  if (problem.keyHeadDim != cache.layouts[0].headDim ||
      problem.valueHeadDim != cache.layouts[1].headDim ||
      problem.cache != cache.elementType ||
      problem.encoding != cache.layouts[0].encoding)
    return makeError(ALIGNED_INVALID_ARGUMENT, "alignedBatchCreate: kernel '",
                     kernel.decode->name, "' reads ", problem.cache,
                     " caches of head sizes ", problem.keyHeadDim, " (K) and ",
                     problem.valueHeadDim, " (V), this one is for ",
                     cache.elementType, ", ", cache.layouts[0].headDim, " and ",
                     cache.layouts[1].headDim,
                     problem.encoding != cache.layouts[0].encoding
                         ? ", and its planes have another encoding: create the "
                           "cache for this kernel"
                         : "");
  return nullptr;
}

Error AlignedBatchImpl::create(const AlignedKernelImpl &withKernel,
                               AlignedCacheImpl &ofCache, const int64_t *ids,
                               int64_t count, int64_t tokens) {
  ALIGNED_TRY(checkCacheFits(withKernel, ofCache));
  if (count < 1)
    return makeError(ALIGNED_INVALID_ARGUMENT,
                     "alignedBatchCreate: a batch of ", count, " sequences");
  if (tokens < 1 || tokens > ofCache.options.maxTokens)
    return makeError(ALIGNED_INVALID_ARGUMENT,
                     "alignedBatchCreate: maxTokens is ", tokens,
                     ", expected 1 to the cache's ", ofCache.options.maxTokens);
  std::vector<int32_t> hostSlots;
  std::set<int64_t> seen;
  for (int64_t i = 0; i < count; ++i) {
    Sequence *sequence;
    ALIGNED_TRY(ofCache.find(ids[i], sequence));
    if (!seen.insert(ids[i]).second)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedBatchCreate: sequence ", ids[i],
                       " is there twice");
    if (sequence->capacity > tokens)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedBatchCreate: sequence ", ids[i], " has ",
                       sequence->capacity,
                       " positions reserved, more than maxTokens, ", tokens);
    hostSlots.push_back(sequence->slot);
  }
  kernel = &withKernel;
  AlignedDeviceImpl *device = kernel->device;
  WorkspaceShape shape =
      kernel->workspace(count, ofCache.options.kvHeads, tokens);
  ALIGNED_TRY(slots.allocate(device, hostSlots.size() * sizeof(int32_t)));
  ALIGNED_TRY(
      memory.allocate(device, static_cast<size_t>(workspaceBytes(shape))));
  ALIGNED_TRY(device->uploadAsync(slots.as<int32_t>(), hostSlots.data(),
                                  hostSlots.size() * sizeof(int32_t),
                                  /*stream=*/nullptr));
  // Streams that do not wait for the default one will read it.
  ALIGNED_TRY(device->synchronize(/*stream=*/nullptr));
  layoutWorkspace(shape, memory.as<void>(), workspace);
  maxTokens = tokens;
  maxChunks = static_cast<int32_t>(shape.chunks);
  sequences.assign(ids, ids + count);
  ofCache.batches.push_back(this);
  cache = &ofCache;
  return nullptr;
}

AlignedBatchImpl::~AlignedBatchImpl() {
  if (!cache)
    return;
  auto &batches = cache->batches;
  batches.erase(std::remove(batches.begin(), batches.end(), this),
                batches.end());
}

//===----------------------------------------------------------------------===//
// Append, decode, unpack
//===----------------------------------------------------------------------===//

Error AlignedBatchImpl::checkUse(int64_t layer) {
  if (!cache)
    return makeError(ALIGNED_INVALID_ARGUMENT,
                     "the cache of the batch has been destroyed");
  if (layer < 0 || layer >= cache->options.layers)
    return makeError(ALIGNED_INVALID_ARGUMENT, "there is no layer ", layer,
                     " of ", cache->options.layers);
  for (int64_t id : sequences) {
    Sequence *sequence;
    ALIGNED_TRY(cache->find(id, sequence));
    if (!sequence->onDevice)
      return makeError(ALIGNED_INVALID_ARGUMENT, "sequence ", id,
                       " has nothing reserved: call alignedSequenceReserve "
                       "first");
  }
  return nullptr;
}

Error AlignedBatchImpl::checkRows(int64_t layer,
                                  const AlignedRows *const rows[2],
                                  int64_t tokens) {
  const std::string &type = cache->elementType;
  auto bytes = static_cast<int64_t>(elementBytes(type));
  const FiniteTest isFinite(type);
  for (int32_t b = 0; b < size(); ++b) {
    int64_t id = sequences[static_cast<size_t>(b)];
    Sequence *sequence;
    ALIGNED_TRY(cache->find(id, sequence));
    int64_t length = cache->layerLengths(layer)[sequence->slot];
    if (length + tokens > sequence->capacity)
      return makeError(ALIGNED_OUT_OF_CAPACITY, "sequence ", id, ", layer ",
                       layer, ": ", tokens, " rows behind its ", length,
                       " go beyond the ", sequence->capacity,
                       " reserved positions: call alignedSequenceReserve");
    for (int role : {0, 1}) {
      const AlignedRows &r = *rows[role];
      auto *data = static_cast<const uint8_t *>(r.data);
      for (int64_t h = 0; h < cache->options.kvHeads; ++h)
        for (int64_t t = 0; t < tokens; ++t)
          for (int64_t d = 0; d < cache->layouts[role].headDim; ++d)
            if (!isFinite(data + (b * r.sequenceStride + h * r.headStride +
                                  t * r.tokenStride + d * r.channelStride) *
                                     bytes))
              return makeError(ALIGNED_NON_FINITE, "sequence ", id, ", layer ",
                               layer, ": row ", t, " of ", roleName(role),
                               ", kv head ", h,
                               ", has a NaN or an infinity in "
                               "channel ",
                               d, "; nothing was appended");
    }
  }
  return nullptr;
}

Error AlignedBatchImpl::append(int64_t layer, const AlignedRows &key,
                               const AlignedRows &value, int64_t tokens,
                               void *stream) {
  ProfileRange range("append");
  Stopwatch watch;
  ALIGNED_TRY(checkUse(layer));
  const AlignedRows *rows[2] = {&key, &value};
  if (tokens < 0 || tokens > INT32_MAX)
    return makeError(ALIGNED_INVALID_ARGUMENT, "alignedAppend: ", tokens,
                     " tokens");
  if (tokens == 0)
    return nullptr;
  for (int role : {0, 1})
    if (!rows[role]->data)
      return makeError(ALIGNED_INVALID_ARGUMENT, "alignedAppend: rows of ",
                       roleName(role), " are null");
  AlignedDeviceImpl *device = kernel->device;
  if (!device->isGpu())
    ALIGNED_TRY(checkRows(layer, rows, tokens));
  ALIGNED_TRY(kernel->launchAppend({appendParams(layer, 0, key, tokens),
                                    appendParams(layer, 1, value, tokens),
                                    cache->layerLengths(layer),
                                    cache->layerArrived(layer)},
                                   stream));
  if (device->metrics.isEnabled())
    device->metrics.addAppend(tokens * size(), watch.seconds());
  return nullptr;
}

AppendParams AlignedBatchImpl::appendParams(int64_t layer, int role,
                                            const AlignedRows &rows,
                                            int64_t tokens) const {
  return {rows.data,
          {rows.sequenceStride, rows.headStride, rows.tokenStride,
           rows.channelStride},
          cache->view(layer, role),
          slots.as<int32_t>(),
          cache->layerLengths(layer),
          cache->capacity.as<int32_t>(),
          cache->status.as<uint32_t>(),
          size(),
          static_cast<int32_t>(cache->options.kvHeads),
          static_cast<int32_t>(tokens),
          /*reserved=*/0};
}

/// An operand is there exactly if the kernel was compiled for it.
static Error checkOperand(const AlignedKernelImpl &kernel, const char *name,
                          const void *pointer, bool wanted) {
  if ((pointer != nullptr) == wanted)
    return nullptr;
  return makeError(ALIGNED_INVALID_ARGUMENT, "alignedDecode: kernel '",
                   kernel.decode->name, wanted ? "' needs " : "' has no ", name,
                   wanted ? ", which is null" : ", but one was given");
}

Error AlignedBatchImpl::decode(int64_t layer, const AlignedDecodeArgs &args,
                               void *stream) {
  ProfileRange range("decode");
  Stopwatch watch;
  ALIGNED_TRY(checkUse(layer));
  const ManifestProblem &problem = kernel->problem();
  ALIGNED_TRY(checkOperand(*kernel, "query", args.query, true));
  ALIGNED_TRY(checkOperand(*kernel, "output", args.output, true));
  ALIGNED_TRY(checkOperand(*kernel, "mask", args.mask, !problem.mask.empty()));
  ALIGNED_TRY(
      checkOperand(*kernel, "sinks", args.sinks, !problem.sinks.empty()));
  DecodeParams params = {
      args.query,
      {args.querySequenceStride, args.queryKvHeadStride, args.queryGroupStride,
       args.queryRowStride},
      args.output,
      {args.outputSequenceStride, args.outputKvHeadStride,
       args.outputGroupStride, args.outputRowStride},
      args.logSumExp,
      reinterpret_cast<HeadReport *>(args.report),
      args.mask,
      {args.maskSequenceStride, args.maskKvHeadStride, args.maskGroupStride,
       args.maskRowStride, args.maskTokenStride},
      args.sinks,
      {args.sinksKvHeadStride, args.sinksGroupStride},
      cache->view(layer, 0),
      cache->view(layer, 1),
      slots.as<int32_t>(),
      cache->layerLengths(layer),
      workspace,
      args.scale != 0 ? args.scale : static_cast<float>(problem.scale),
      /*budget=*/0,
      size(),
      static_cast<int32_t>(cache->options.kvHeads),
      maxChunks,
      /*certify=*/0};
  ALIGNED_TRY(kernel->choosePrecision(args.budget, args.certified, params));
  ALIGNED_TRY(kernel->launchDecode(params, stream));
  bool isGpu = kernel->device->isGpu();
  kernel->device->metrics.addDecodeCall(isGpu, watch.seconds());
  // Reports on a GPU are not there yet, and nothing here waits for them.
  if (!isGpu)
    record(args.report, /*seconds=*/-1);
  return nullptr;
}

void AlignedBatchImpl::record(const AlignedHeadReport *reports,
                              double seconds) {
  Metrics &metrics = kernel->device->metrics;
  if (!metrics.isEnabled())
    return;
  if (seconds >= 0)
    metrics.addDecode(seconds);
  if (reports)
    metrics.addReports(cache->layouts,
                       reinterpret_cast<const HeadReport *>(reports),
                       size() * cache->options.kvHeads,
                       kernel->problem().group * kernel->problem().rows);
}

Error AlignedBatchImpl::unpack(int64_t layer, int role, const AlignedRows &rows,
                               void *stream) {
  ALIGNED_TRY(checkUse(layer));
  if (role != 0 && role != 1)
    return makeError(ALIGNED_INVALID_ARGUMENT, "alignedUnpack: `what` is ",
                     role, ", expected 0 for K or 1 for V");
  if (!rows.data)
    return makeError(ALIGNED_INVALID_ARGUMENT, "alignedUnpack: data is null");
  UnpackParams params = {const_cast<void *>(rows.data),
                         {rows.sequenceStride, rows.headStride,
                          rows.tokenStride, rows.channelStride},
                         cache->view(layer, role),
                         slots.as<int32_t>(),
                         cache->layerLengths(layer),
                         size(),
                         static_cast<int32_t>(cache->options.kvHeads)};
  int64_t pages = (maxTokens + kPageTokens - 1) / kPageTokens;
  return kernel->device->launch(kernel->unpack[role], &params,
                                {pages, cache->options.kvHeads, size()},
                                stream);
}

Error AlignedBatchImpl::getChunkReads(int64_t layer, int64_t sequence,
                                      int64_t kvHead, AlignedChunkReads *chunks,
                                      int64_t capacity, int64_t *count,
                                      void *stream) {
  ALIGNED_TRY(checkUse(layer));
  if (sequence < 0 || sequence >= size() || kvHead < 0 ||
      kvHead >= cache->options.kvHeads)
    return makeError(ALIGNED_INVALID_ARGUMENT,
                     "alignedBatchGetChunkReads: there is no kv head ", kvHead,
                     " of sequence number ", sequence, " in a batch of ",
                     size(), " with ", cache->options.kvHeads, " kv heads");
  int64_t tokens = 0;
  int64_t id = sequences[static_cast<size_t>(sequence)];
  ALIGNED_TRY(cache->getLength(id, layer, stream, &tokens));
  int64_t rows = kernel->problem().group * kernel->problem().rows;
  int64_t size =
      kernel->device->isGpu() ? chunkTokens(tokens, rows) : kChunkTokens;
  int64_t used = (tokens + size - 1) / size;
  std::vector<ChunkStats> stats(
      static_cast<size_t>(std::min(used, capacity) * rows));
  if (!stats.empty())
    ALIGNED_TRY(kernel->device->download(
        stats.data(),
        workspace.stats +
            (sequence * cache->options.kvHeads + kvHead) * maxChunks * rows,
        stats.size() * sizeof(ChunkStats), stream));
  for (size_t i = 0; i * static_cast<size_t>(rows) < stats.size(); ++i) {
    const ChunkStats &from = stats[i * static_cast<size_t>(rows)];
    chunks[i].positions = static_cast<int32_t>(size);
    chunks[i].visible = from.visible;
    std::copy_n(from.keyRows, 3, chunks[i].keyRows);
    std::copy_n(from.valueRows, 3, chunks[i].valueRows);
  }
  *count = used;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// C interface
//===----------------------------------------------------------------------===//

AlignedError alignedBatchCreate(AlignedKernel kernel, AlignedCache cache,
                                const int64_t *sequences, int64_t numSequences,
                                int64_t maxTokens, AlignedBatch *batch) {
  return guarded([&]() -> Error {
    if (!kernel || !cache || !sequences || !batch)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedBatchCreate: a pointer is null");
    auto created = std::make_unique<AlignedBatchImpl>();
    ALIGNED_TRY(
        created->create(*kernel, *cache, sequences, numSequences, maxTokens));
    *batch = created.release();
    return nullptr;
  });
}

void alignedBatchDestroy(AlignedBatch batch) { delete batch; }

AlignedError alignedAppend(AlignedBatch batch, int64_t layer,
                           const AlignedRows *key, const AlignedRows *value,
                           int64_t tokens, void *stream) {
  return guarded([&]() -> Error {
    if (!batch || !key || !value)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedAppend: a pointer is null");
    return batch->append(layer, *key, *value, tokens, stream);
  });
}

AlignedError alignedDecode(AlignedBatch batch, int64_t layer,
                           const AlignedDecodeArgs *args, void *stream) {
  return guarded([&]() -> Error {
    if (!batch || !args)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedDecode: a pointer is null");
    return batch->decode(layer, *args, stream);
  });
}

AlignedError alignedUnpack(AlignedBatch batch, int64_t layer, int what,
                           void *data, int64_t sequenceStride,
                           int64_t headStride, int64_t tokenStride,
                           int64_t channelStride, void *stream) {
  return guarded([&]() -> Error {
    if (!batch)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedUnpack: a pointer is null");
    return batch->unpack(
        layer, what,
        {data, sequenceStride, headStride, tokenStride, channelStride}, stream);
  });
}

AlignedError alignedBatchGetChunkReads(AlignedBatch batch, int64_t layer,
                                       int64_t sequence, int64_t kvHead,
                                       AlignedChunkReads *chunks,
                                       int64_t capacity, int64_t *count,
                                       void *stream) {
  return guarded([&]() -> Error {
    if (!batch || !chunks || !count)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedBatchGetChunkReads: a pointer is null");
    return batch->getChunkReads(layer, sequence, kvHead, chunks, capacity,
                                count, stream);
  });
}
