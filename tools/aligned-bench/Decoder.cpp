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

/// Rows of the sequences of the first turn; those of the other turns lie behind
/// each of them.
static AlignedRows rowsOf(const Shape &shape, const Memory &memory) {
  AlignedRows rows = {};
  rows.data = memory.data;
  rows.channelStride = 1;
  rows.tokenStride = shape.channels;
  rows.sequenceStride =
      shape.rowsBefore(shape.turns() * shape.kvHeads) * shape.channels;
  return rows;
}

Decoder::Decoder(AlignedDevice device, const DecodeKernels &kernels,
                 const Workload &workload, int64_t copies)
    : device(device), shape(workload.shape),
      query(device, workload.query.data(), bytesOf(workload.query)),
      output(device, workload.query.size() * sizeof(float)),
      reports(device,
              shape.sequences * shape.queryHeads * sizeof(AlignedHeadReport)) {
  Memory keys(device, workload.key.data(), bytesOf(workload.key)),
      values(device, workload.value.data(), bytesOf(workload.value));
  for (int64_t i = 0; i < copies; ++i)
    caches.push_back(
        createCopy(kernels, rowsOf(shape, keys), rowsOf(shape, values)));
}

static OwnedBatch createBatch(AlignedKernel kernel, AlignedCache cache,
                              const std::vector<int64_t> &sequences,
                              int64_t maxTokens) {
  AlignedBatch batch;
  check(alignedBatchCreate(kernel, cache, sequences.data(),
                           static_cast<int64_t>(sequences.size()), maxTokens,
                           &batch));
  return OwnedBatch(batch);
}

Decoder::Copy Decoder::createCopy(const DecodeKernels &kernels,
                                  const AlignedRows &keys,
                                  const AlignedRows &values) {
  AlignedKernel kernel = kernels.kernel;
  AlignedCacheOptions options = {};
  options.layers = 1;
  options.kvHeads = shape.kvHeads;
  options.maxSequences = shape.sequences;
  options.maxTokens = shape.longest();
  for (int64_t i = 0; i < shape.sequences; ++i)
    options.maxPages += (shape.tokens(i) + kPageTokens - 1) / kPageTokens;
  Copy copy;
  AlignedCache cache;
  check(alignedCacheCreate(kernel, &options, &cache));
  copy.cache.reset(cache);
  // One append is of as many rows for each of its sequences.
  std::vector<int64_t> sequences(shape.sequences);
  std::vector<std::vector<int64_t>> ofTurn(shape.turns());
  for (int64_t i = 0; i < shape.sequences; ++i) {
    check(alignedSequenceCreate(cache, &sequences[i]));
    check(alignedSequenceReserve(cache, sequences[i], shape.tokens(i),
                                 /*stream=*/nullptr));
    ofTurn[i % shape.turns()].push_back(sequences[i]);
  }
  double seconds = 0;
  for (int64_t turn = 0; turn < shape.turns(); ++turn)
    seconds +=
        append(createBatch(kernel, cache, ofTurn[turn], shape.longest()).get(),
               turn, keys, values);
  appendSeconds.push_back(seconds);
  copy.batch = createBatch(kernel, cache, sequences, shape.longest());
  // Scratch memory of its own, where the kernel is another.
  if (kernels.certifying)
    copy.certifying =
        createBatch(kernels.certifying, cache, sequences, shape.longest());
  return copy;
}

double Decoder::append(AlignedBatch batch, int64_t turn, AlignedRows keys,
                       AlignedRows values) const {
  int64_t bytesBefore = shape.rowsBefore(turn * shape.kvHeads) *
                        shape.channels * static_cast<int64_t>(sizeof(uint16_t));
  for (AlignedRows *rows : {&keys, &values}) {
    rows->data = static_cast<const char *>(rows->data) + bytesBefore;
    rows->headStride = shape.tokens(turn) * shape.channels;
  }
  auto start = std::chrono::steady_clock::now();
  check(alignedAppend(batch, /*layer=*/0, &keys, &values, shape.tokens(turn),
                      /*stream=*/nullptr));
  check(alignedDeviceSynchronize(device, /*stream=*/nullptr));
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  return seconds.count();
}

void Decoder::decode(int64_t copy, const Precision &precision, void *stream) {
  AlignedDecodeArgs args = {};
  args.query = query.data;
  args.output = output.data;
  args.queryGroupStride = args.outputGroupStride = shape.channels;
  args.queryKvHeadStride = args.outputKvHeadStride =
      shape.group() * shape.channels;
  args.querySequenceStride = args.outputSequenceStride =
      shape.queryHeads * shape.channels;
  args.report = static_cast<AlignedHeadReport *>(reports.data);
  args.budget = precision.budget();
  args.certified = precision.certified();
  const Copy &from = caches[copy];
  const OwnedBatch &batch =
      args.certified != 0 && from.certifying ? from.certifying : from.batch;
  check(alignedDecode(batch.get(), /*layer=*/0, &args, stream));
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
