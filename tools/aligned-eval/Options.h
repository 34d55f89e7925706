//===- Options.h - Command line of aligned-eval -----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_OPTIONS_H
#define ALIGNED_TOOLS_EVAL_OPTIONS_H

#include "Alerts.h"
#include "Evaluate.h"
#include "Recording.h"
#include "Regressions.h"

#include <string>
#include <vector>

namespace aligned {

struct Options {
  /// A recording or results; two files of results to compare.
  std::vector<std::string> files;
  bool compare = false;
  Tolerances tolerances;

  std::vector<Precision> precisions;
  std::string device = "cpu";
  RecordingOptions recording;
  std::vector<int64_t> tokens;         ///< empty: as recorded
  std::vector<std::string> attentions; ///< "flat", "peaked"; empty: none
  int64_t threads;
  std::string package;
  bool printModule = false;

  std::string json, html, bench;
  std::vector<Alert> alerts;
};

/// Leaves if they are wrong, or only ask for help.
Options parseOptions(int argc, char **argv);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_OPTIONS_H
