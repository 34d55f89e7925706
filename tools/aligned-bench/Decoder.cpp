//===- Decoder.cpp - A workload in caches, decoded ------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"

#include "Aligned/Support/PageLayout.h"

#include <chrono>

using namespace aligned;

template <typename T> static size_t bytesOf(const std::vector<T> &list) {
  return list.size() * sizeof(T);
}

static AlignedRows rowsOf(const Shape &shape, const Memory &memory) {
  AlignedRows rows = {};
  rows.data = memory.data;
  rows.channelStride = 1;
  rows.tokenStride = shape.channels;
  rows.headStride = shape.tokens * shape.channels;
  rows.sequenceStride = shape.kvHeads * rows.headStride;
  return rows;
}

Decoder::Decoder(AlignedDevice device, AlignedKernel kernel,
                 const Workload &workload, int64_t copies)
    : device(device), shape(workload.shape),
      query(device, workload.query.data(), bytesOf(workload.query)),
      output(device, workload.query.size() * sizeof(float)),
      reports(device,
              shape.sequences * shape.queryHeads * sizeof(AlignedHeadReport)) {
  Memory keys(device, workload.key.data(), bytesOf(workload.key)),
      values(device, workload.value.data(), bytesOf(workload.value));
  AlignedRows keyRows = rowsOf(shape, keys), valueRows = rowsOf(shape, values);
  for (int64_t i = 0; i < copies; ++i) {
    caches.push_back(createCopy(kernel));
    auto start = std::chrono::steady_clock::now();
    check(alignedAppend(caches.back().batch.get(), /*layer=*/0, &keyRows,
                        &valueRows, shape.tokens, /*stream=*/nullptr));
    check(alignedDeviceSynchronize(device, /*stream=*/nullptr));
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    appendSeconds.push_back(seconds.count());
  }
}

Decoder::Copy Decoder::createCopy(AlignedKernel kernel) const {
  AlignedCacheOptions options = {};
  options.layers = 1;
  options.kvHeads = shape.kvHeads;
  options.maxSequences = shape.sequences;
  options.maxPages =
      shape.sequences * ((shape.tokens + kPageTokens - 1) / kPageTokens);
  options.maxTokens = shape.tokens;
  Copy copy;
  AlignedCache cache;
  check(alignedCacheCreate(kernel, &options, &cache));
  copy.cache.reset(cache);
  std::vector<int64_t> sequences(shape.sequences);
  for (int64_t &sequence : sequences) {
    check(alignedSequenceCreate(cache, &sequence));
    check(alignedSequenceReserve(cache, sequence, shape.tokens,
                                 /*stream=*/nullptr));
  }
  AlignedBatch batch;
  check(alignedBatchCreate(kernel, cache, sequences.data(), shape.sequences,
                           shape.tokens, &batch));
  copy.batch.reset(batch);
  return copy;
}

void Decoder::decode(int64_t copy, float budget, void *stream) {
  AlignedDecodeArgs args = {};
  args.query = query.data;
  args.output = output.data;
  args.queryGroupStride = args.outputGroupStride = shape.channels;
  args.queryKvHeadStride = args.outputKvHeadStride =
      shape.group() * shape.channels;
  args.querySequenceStride = args.outputSequenceStride =
      shape.queryHeads * shape.channels;
  args.report = static_cast<AlignedHeadReport *>(reports.data);
  args.budget = budget;
  check(alignedDecode(caches[copy].batch.get(), /*layer=*/0, &args, stream));
}

Decoded Decoder::read() const {
  Decoded decoded;
  int64_t heads = shape.sequences * shape.queryHeads;
  decoded.output.resize(heads * shape.channels);
  decoded.reports.resize(heads);
  check(alignedDeviceSynchronize(device, /*stream=*/nullptr));
  output.download(decoded.output.data());
  reports.download(decoded.reports.data());
  return decoded;
}
