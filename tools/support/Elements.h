//===- Elements.h - Numbers of every element type ---------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_ELEMENTS_H
#define ALIGNED_TOOLS_SUPPORT_ELEMENTS_H

#include <cstdint>
#include <string>
#include <vector>

namespace aligned {

/// Elements `from` to `from + count` of dense memory of an MLIR element type
/// ("bf16", "i64", ..), as doubles. False if it has no such type.
bool toDoubles(const std::string &type, const void *data, int64_t from,
               int64_t count, std::vector<double> &numbers);

/// The nearest number that `type`, "f16", "bf16" or "f32", can hold.
double roundTo(const std::string &type, double number);

/// The bits of the nearest f16 or bf16.
uint16_t toBits16(const std::string &type, double number);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_ELEMENTS_H
