//===- Summary.h - Table and JSON of an evaluation --------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_SUMMARY_H
#define ALIGNED_TOOLS_EVAL_SUMMARY_H

#include "Evaluate.h"

namespace aligned {

/// What an evaluation was of.
struct Subject {
  std::string file, device, cacheType;
  int64_t layers = 0, tokens = 0;
  /// Of a 16-bit kernel on the same rows; see ExactLayer.
  std::vector<double> kernelError;
};

void printTable(const Subject &subject,
                const std::vector<Measurements> &measurements);

std::string formatJson(const Subject &subject,
                       const std::vector<Measurements> &measurements);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_SUMMARY_H
