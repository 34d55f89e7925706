//===- JitBench.h - Compilation inside a process, measured ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_JITBENCH_H
#define ALIGNED_TOOLS_BENCH_JITBENCH_H

#include "DecodeModule.h"

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace aligned {

/// Milliseconds from MLIR to a package for each of `targets`, of every module:
/// the first time in this process and again, from the disk cache, from the
/// package to a kernel that `device` can launch (where it can: of PTX, its
/// compilation by the driver, whose context is there before), and of all
/// modules on as many threads. As JSON in the form of tools/support/Results.h.
nlohmann::ordered_json
measureJit(AlignedDevice device, const std::vector<std::string> &targets,
           const std::map<std::string, DecodeModule> &modules, int64_t samples);

void printJitTable(const nlohmann::ordered_json &json);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_JITBENCH_H
