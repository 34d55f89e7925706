//===- Exact.h - Attention in float64 ---------------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows are widened a block at a time, so that a million of them take no more
// memory than they are stored in.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_EXACT_H
#define ALIGNED_TOOLS_SUPPORT_EXACT_H

#include "Recording.h"

namespace aligned {

/// What every decode of a layer is measured against, indexed
/// [position][query head].
struct ExactLayer {
  /// Attention over the stored rows in float64, [..][channels of V].
  std::vector<double> output;
  /// Relative error that a kernel makes which rounds its weights and its output
  /// to the cache's type, as 16-bit kernels do.
  std::vector<double> kernelError;
  /// On how many tokens attention rests: exp of the entropy of the weights, in
  /// nats. 1 if one has it all, the length if all have the same.
  std::vector<double> effectiveTokens;
};

ExactLayer computeExact(const RecordedLayer &layer,
                        const std::string &cacheType, float scale,
                        int64_t threads);

/// Makes every query of the layer so much longer that its attention rests on
/// `effectiveTokens` tokens, [position][query head], or leaves it as it is
/// where attention rests on fewer already.
void sharpenQueries(RecordedLayer &layer, const std::string &cacheType,
                    float scale, int64_t threads,
                    const std::vector<double> &effectiveTokens);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_EXACT_H
