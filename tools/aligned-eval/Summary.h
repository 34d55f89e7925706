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

#include <nlohmann/json_fwd.hpp>

namespace aligned {

/// What was evaluated, and what came of it at every length.
struct Subject {
  std::string file, device, cacheType;
  int64_t layers = 0;
  std::vector<Evaluation> evaluations;
};

void printTable(const Subject &subject);

/// As Results.h has it: a result for each length and precision. Beside figures
/// it has `spread`, the error that every hundredth of the heads stays below,
/// and `tiers`, bits read along the sequence for each layer and kv head.
nlohmann::ordered_json formatJson(const Subject &subject);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_SUMMARY_H
