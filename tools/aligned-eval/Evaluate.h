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

#include "aligned-c/Aligned.h"

namespace aligned {

struct Precision {
  std::string name; ///< "budget<12>"
  float budget;
};

/// Measurements of one precision. Errors and ratios are one for each layer,
/// position and query head; bits one for each layer, position and kv head;
/// times and bytes one for each decode of all heads of a layer.
struct Measurements {
  Precision precision;
  std::vector<double> error;         ///< |o - o64| / |o64|, o in f32
  std::vector<double> errorRounded;  ///< the same, o rounded to the cache type
  std::vector<double> estimateRatio; ///< estimate / |o - o64|
  std::vector<double> keyBits, valueBits; ///< read of an element, on average
  std::vector<double> bytes; ///< fetched from the cache, scales and all
  std::vector<double> microseconds;
  int64_t boundViolated = 0; ///< heads with |o - o64| > bound
};

/// Share of a 16-bit cache's planes that was read.
double fraction(const Measurements &measurements);

/// What is compiled for a layer: attention of one query row, its output in f32.
DecodeModule describeDecode(const RecordedLayer &layer,
                            const std::string &cacheType);

/// Appends the layer to a cache of `kernel` row by row, decodes every position
/// at every precision, and adds to the measurements.
void evaluateLayer(AlignedDevice device, AlignedKernel kernel,
                   const RecordedLayer &layer, const std::string &cacheType,
                   const ExactLayer &exact,
                   std::vector<Measurements> &measurements);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_EVALUATE_H
