//===- Evaluate.cpp - Decodes of a recording, measured --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "Elements.h"
#include "Handles.h"
#include "Memory.h"
#include "Statistics.h"
#include "Tool.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

using namespace aligned;

DecodeModule aligned::describeDecode(const RecordedLayer &layer,
                                     const std::string &cacheType) {
  return {layer.group(), layer.key.channels, layer.value.channels,
          "f32",         cacheType,          "f32"};
}

double aligned::fraction(const Measurements &m) { return mean(m.planeShare); }

namespace {

/// Seconds of one decode.
struct Times {
  double wall, cpu;
};

double cpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

/// A layer in a cache of its own.
class LayerRun {
public:
  LayerRun(AlignedDevice device, const DecodeKernels &kernels,
           const RecordedLayer &layer);
  /// Appends rows until the cache holds `tokens`.
  void appendUpTo(int64_t tokens);
  /// Decodes queries of a position, `repeat` times; seconds of one.
  Times decode(int64_t position, const Precision &precision, int64_t repeat);
  /// What the last decode read of a kv head.
  std::vector<AlignedChunkReads> readChunks(int64_t kvHead);
  /// The stored rows, as `layer` has them.
  std::vector<uint16_t> unpack(bool value);

  std::vector<float> output;              ///< [query heads][channels of V]
  std::vector<AlignedHeadReport> reports; ///< [query heads]
  bool isIEEE;                            ///< what the planes hold

private:
  AlignedDevice device;
  const RecordedLayer &layer;
  Memory query, key, value, outputMemory, reportMemory;
  OwnedCache cache;
  OwnedBatch batch, certifying;
  AlignedBatch lastDecoded = nullptr;
  int64_t length = 0;
};

} // namespace

template <typename T> static size_t bytesOf(const std::vector<T> &list) {
  return list.size() * sizeof(T);
}

LayerRun::LayerRun(AlignedDevice device, const DecodeKernels &kernels,
                   const RecordedLayer &layer)
    : output(layer.queryHeads * layer.value.channels),
      reports(layer.queryHeads), device(device), layer(layer),
      query(device, layer.query.data(), bytesOf(layer.query)),
      key(device, layer.key.bits.data(), bytesOf(layer.key.bits)),
      value(device, layer.value.bits.data(), bytesOf(layer.value.bits)),
      outputMemory(device, bytesOf(output)),
      reportMemory(device, bytesOf(reports)) {
  AlignedProblem problem;
  alignedKernelGetProblem(kernels.kernel, &problem);
  isIEEE = std::string(problem.encoding) == "ieee";
  AlignedCacheOptions options = {};
  options.layers = 1;
  options.kvHeads = layer.key.heads;
  options.maxSequences = 1;
  options.maxPages = (layer.key.tokens + kPageTokens - 1) / kPageTokens;
  options.maxTokens = layer.key.tokens;
  AlignedCache newCache;
  check(alignedCacheCreate(kernels.kernel, &options, &newCache));
  cache.reset(newCache);
  int64_t sequence;
  check(alignedSequenceCreate(cache.get(), &sequence));
  check(alignedSequenceReserve(cache.get(), sequence, layer.key.tokens,
                               /*stream=*/nullptr));
  auto makeBatch = [&](AlignedKernel kernel, OwnedBatch &owner) {
    AlignedBatch newBatch;
    check(alignedBatchCreate(kernel, cache.get(), &sequence, 1,
                             layer.key.tokens, &newBatch));
    owner.reset(newBatch);
  };
  makeBatch(kernels.kernel, batch);
  // Scratch memory of its own, where the kernel is another.
  if (kernels.certifying)
    makeBatch(kernels.certifying, certifying);
}

/// Rows of one sequence from position `from` on.
static AlignedRows rowsFrom(const RecordedRows &rows, const void *data,
                            int64_t from) {
  AlignedRows view = {};
  view.data = static_cast<const uint16_t *>(data) + from * rows.channels;
  view.headStride = rows.tokens * rows.channels;
  view.tokenStride = rows.channels;
  view.channelStride = 1;
  return view;
}

void LayerRun::appendUpTo(int64_t tokens) {
  AlignedRows keys = rowsFrom(layer.key, key.data, length),
              values = rowsFrom(layer.value, value.data, length);
  check(alignedAppend(batch.get(), /*layer=*/0, &keys, &values, tokens - length,
                      /*stream=*/nullptr));
  length = tokens;
}

Times LayerRun::decode(int64_t position, const Precision &precision,
                       int64_t repeat) {
  int64_t depth = layer.key.channels, width = layer.value.channels;
  AlignedDecodeArgs args = {};
  args.query = static_cast<const float *>(query.data) +
               position * layer.queryHeads * depth;
  args.queryKvHeadStride = layer.group() * depth;
  args.queryGroupStride = depth;
  args.output = outputMemory.data;
  args.outputKvHeadStride = layer.group() * width;
  args.outputGroupStride = width;
  args.report = static_cast<AlignedHeadReport *>(reportMemory.data);
  args.budget = precision.budget();
  args.certified = precision.certified();
  lastDecoded =
      args.certified != 0 && certifying ? certifying.get() : batch.get();
  check(alignedDeviceSynchronize(device, /*stream=*/nullptr));
  double cpuStart = cpuSeconds();
  auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < repeat; ++i)
    check(alignedDecode(lastDecoded, /*layer=*/0, &args, /*stream=*/nullptr));
  check(alignedDeviceSynchronize(device, /*stream=*/nullptr));
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  double cpu = cpuSeconds() - cpuStart;
  outputMemory.download(output.data());
  reportMemory.download(reports.data());
  return {seconds.count() / repeat, cpu / repeat};
}

std::vector<AlignedChunkReads> LayerRun::readChunks(int64_t kvHead) {
  std::vector<AlignedChunkReads> chunks(layer.key.tokens);
  int64_t count = 0;
  check(alignedBatchGetChunkReads(
      lastDecoded, /*layer=*/0, /*sequence=*/0, kvHead, chunks.data(),
      static_cast<int64_t>(chunks.size()), &count, /*stream=*/nullptr));
  chunks.resize(count);
  return chunks;
}

std::vector<uint16_t> LayerRun::unpack(bool value) {
  const RecordedRows &rows = value ? layer.value : layer.key;
  std::vector<uint16_t> bits(rows.bits.size());
  Memory memory(device, bytesOf(bits));
  check(alignedUnpack(batch.get(), /*layer=*/0, value, memory.data,
                      /*sequenceStride=*/0, rows.tokens * rows.channels,
                      rows.channels, /*channelStride=*/1, /*stream=*/nullptr));
  memory.download(bits.data());
  return bits;
}

static double norm(const double *numbers, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += numbers[i] * numbers[i];
  return std::sqrt(sum);
}

/// Adds the errors of the query heads of one decode.
static void measureErrors(const LayerRun &run, const RecordedLayer &layer,
                          const std::string &cacheType, const double *exact,
                          Measurements &into) {
  int64_t width = layer.value.channels;
  std::vector<double> off(width), offRounded(width);
  for (int64_t head = 0; head < layer.queryHeads; ++head) {
    const float *output = &run.output[head * width];
    const double *expected = exact + head * width;
    const AlignedHeadReport &report = run.reports[head];
    for (int64_t d = 0; d < width; ++d) {
      off[d] = output[d] - expected[d];
      offRounded[d] = roundTo(cacheType, output[d]) - expected[d];
    }
    double size = norm(expected, width), error = norm(off.data(), width);
    if (!std::isfinite(error))
      fatal("layer " + layer.name + ", query head " + std::to_string(head) +
            ", " + into.precision.name + ": the output is not finite");
    into.error.push_back(error / size);
    into.errorRounded.push_back(norm(offRounded.data(), width) / size);
    into.estimateRatio.push_back(report.estimate / error);
    into.boundViolated += !(error <= report.bound);
  }
}

/// Adds what one decode read. All heads of a group report the same rows.
static void measureReads(const LayerRun &run, const RecordedLayer &layer,
                         Measurements &into) {
  double bytes = 0;
  for (int64_t head = 0; head < layer.key.heads; ++head) {
    const AlignedHeadReport &report = run.reports[head * layer.group()];
    const int32_t *k = report.keyRows, *v = report.valueRows;
    double visible = report.visible;
    if (run.isIEEE) {
      into.keyBits.push_back((8.0 * k[0] + 12.0 * k[1] + 16.0 * k[2]) /
                             static_cast<double>(layer.key.channels));
      into.valueBits.push_back((8.0 * v[0] + 12.0 * v[1] + 16.0 * v[2]) /
                               visible);
    } else {
      into.keyBits.push_back((4.0 * k[0] + 8.0 * k[1] + 16.0 * k[2]) / visible);
      into.valueBits.push_back((8.0 * v[1] + 16.0 * v[2]) / visible);
    }
    auto padded = [](int64_t channels) { return (channels + 31) / 32 * 32; };
    double all = 2 * visible *
                 static_cast<double>(padded(layer.key.channels) +
                                     padded(layer.value.channels));
    into.planeShare.push_back(static_cast<double>(report.planeBytes) / all);
    into.certified += report.certificate == ALIGNED_CERTIFIED;
    into.readEverything += report.certificate == ALIGNED_READ_EVERYTHING;
    bytes += static_cast<double>(report.bytes);
  }
  into.bytes.push_back(bytes);
}

/// Adds how far stored rows are from those given.
static void measureRows(const RecordedRows &given,
                        const std::vector<uint16_t> &stored,
                        const std::string &type,
                        std::vector<RowErrors> &parts) {
  std::vector<double> expected, found;
  int64_t count = static_cast<int64_t>(parts.size());
  for (int64_t row = 0; row < given.heads * given.tokens; ++row) {
    int64_t offset = row * given.channels;
    toDoubles(type, given.bits.data(), offset, given.channels, expected);
    toDoubles(type, stored.data(), offset, given.channels, found);
    double largest = 0, off = 0;
    for (int64_t d = 0; d < given.channels; ++d) {
      largest = std::max(largest, std::fabs(expected[d]));
      off = std::max(off, std::fabs(found[d] - expected[d]));
    }
    double error = off == 0 ? 0 : off / largest;
    RowErrors &part = parts[row % given.tokens * count / given.tokens];
    part.sum += error;
    part.largest = std::max(part.largest, error);
    ++part.rows;
  }
}

/// Eighths of a sequence.
static std::vector<RowErrors> cutSequence(int64_t tokens) {
  constexpr int64_t kParts = 8;
  std::vector<RowErrors> parts(kParts);
  for (int64_t i = 0; i < kParts; ++i) {
    parts[i].from = (i * tokens + kParts - 1) / kParts;
    parts[i].to = ((i + 1) * tokens + kParts - 1) / kParts;
  }
  return parts;
}

static void append(std::vector<double> &to, const std::vector<double> &from) {
  to.insert(to.end(), from.begin(), from.end());
}

void aligned::evaluateLayer(AlignedDevice device, const DecodeKernels &kernels,
                            const RecordedLayer &layer,
                            const std::string &cacheType,
                            const ExactLayer &exact, Evaluation &evaluation) {
  LayerRun run(device, kernels, layer);
  int64_t first = layer.key.tokens - layer.positions;
  // Launches in a row hide what it costs to wait for one on a GPU.
  int64_t repeat = alignedDeviceIsGpu(device) ? 20 : 3;
  for (int64_t p = 0; p < layer.positions; ++p) {
    run.appendUpTo(first + p + 1);
    for (Measurements &into : evaluation.measurements) {
      const Precision &precision = into.precision.precision;
      run.decode(p, precision, /*repeat=*/1); // to warm up
      Times times = run.decode(p, precision, repeat);
      into.microseconds.push_back(times.wall * 1e6);
      into.cpuMicroseconds.push_back(times.cpu * 1e6);
      measureErrors(run, layer, cacheType,
                    &exact.output[p * layer.queryHeads * layer.value.channels],
                    into);
      measureReads(run, layer, into);
      bool isLast = p + 1 == layer.positions && !run.isIEEE;
      for (int64_t head = 0; isLast && head < layer.key.heads; ++head)
        into.tiers.push_back(
            {layer.name, layer.kvHeads[head], run.readChunks(head)});
    }
  }
  if (evaluation.rows.empty())
    evaluation.rows = cutSequence(layer.key.tokens);
  measureRows(layer.key, run.unpack(false), cacheType, evaluation.rows);
  measureRows(layer.value, run.unpack(true), cacheType, evaluation.rows);
  append(evaluation.kernelError, exact.kernelError);
  append(evaluation.effectiveTokens, exact.effectiveTokens);
}
