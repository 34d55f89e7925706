//===- Tool.h - What the command line tools share ---------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_TOOL_H
#define ALIGNED_TOOLS_SUPPORT_TOOL_H

#include "Aligned/Support/Precision.h"
#include "aligned-c/Aligned.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aligned {

/// Name that errors begin with; set first thing in main.
extern const char *toolName;

/// Prints "tool: error: message" and leaves with exit code 1.
[[noreturn]] void fatal(const std::string &message);

/// Leaves with the error's message, if there is one.
void check(AlignedError error);

/// The precision that `text` names; leaves if it is none.
Precision parsePrecision(const std::string &text);

/// Number that an option gives; leaves if it is not one from `least` up.
int64_t parseInteger(const char *option, const std::string &text,
                     int64_t least);
double parseTolerance(const char *option, const std::string &text);

/// Parts of a list that commas separate.
std::vector<std::string> splitList(const std::string &text);

/// All bytes of a file; leaves if it cannot be read.
std::string readFile(const std::string &path);
/// Writes a file, whole or not at all; leaves if it cannot be written.
void writeFile(const std::string &path, const std::string &text);

/// "[2, 4, ?, 64]"; a negative size is `?`.
std::string formatShape(const std::vector<int64_t> &shape);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_TOOL_H
