//===- Evaluate.h - Decodes of a recording, measured ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_EVALUATE_H
#define ALIGNED_TOOLS_EVAL_EVALUATE_H

#include "DecodeModule.h"
#include "Exact.h"
#include "Recording.h"

#include "Aligned/Support/Precision.h"
#include "aligned-c/Aligned.h"

namespace aligned {

struct NamedPrecision {
  std::string name; ///< "budget<12>"
  Precision precision;
};

/// What one decode read of a kv head, along the sequence.
struct TierMap {
  std::string layer;
  int64_t kvHead;
  std::vector<AlignedChunkReads> chunks;
};

/// Measurements of one precision. Errors and ratios are one for each layer,
/// position and query head; bits one for each layer, position and kv head;
/// times and bytes one for each decode of all heads of a layer; maps one for
/// each layer and kv head, of its last position.
struct Measurements {
  NamedPrecision precision;
  std::vector<double> error;         ///< |o - o64| / |o64|, o in f32
  std::vector<double> errorRounded;  ///< the same, o rounded to the cache type
  std::vector<double> estimateRatio; ///< estimate / |o - o64|
  std::vector<double> keyBits, valueBits; ///< read of an element, on average
  /// Of all planes, what was fetched, in all rounds of certified<E>.
  std::vector<double> planeShare;
  std::vector<double> bytes; ///< fetched from the cache, scales and all
  std::vector<double> microseconds;
  /// Of all threads of the process, which a busy machine changes little.
  std::vector<double> cpuMicroseconds;
  std::vector<TierMap> tiers;
  /// Kv heads, by what became of certified<e>.
  int64_t certified = 0, readEverything = 0;
  int64_t boundViolated = 0; ///< heads with |o - o64| > bound
};

/// Share of a 16-bit cache's planes that was read.
double fraction(const Measurements &measurements);

/// How close the stored rows are to those that were given, in one part of the
/// sequence: the largest difference of a channel over the row's largest
/// number, K and V of all layers and heads.
struct RowErrors {
  int64_t from = 0, to = 0;
  double sum = 0, largest = 0;
  int64_t rows = 0;
};

/// All that was measured at one length.
struct Evaluation {
  int64_t tokens = 0;
  std::string attention; ///< "recorded", "flat" or "peaked"
  std::vector<Measurements> measurements;
  std::vector<double> kernelError;     ///< see ExactLayer
  std::vector<double> effectiveTokens; ///< the same
  std::vector<RowErrors> rows;         ///< eighths of the sequence
};

/// What is compiled for a layer: attention of one query row, its output in f32.
DecodeModule describeDecode(const RecordedLayer &layer,
                            const std::string &cacheType);

/// Appends the layer to a cache of its kernels row by row, decodes every
/// position at every precision, and adds to what was measured.
void evaluateLayer(AlignedDevice device, const DecodeKernels &kernels,
                   const RecordedLayer &layer, const std::string &cacheType,
                   const ExactLayer &exact, Evaluation &evaluation);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_EVALUATE_H
