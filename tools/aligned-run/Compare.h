//===- Compare.h - How far results are from a reference ---------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_RUN_COMPARE_H
#define ALIGNED_TOOLS_RUN_COMPARE_H

#include "Aligned/Runtime/Safetensors.h"

#include <optional>

namespace aligned {

/// A row r of a result is within tolerance if the part of each |difference|
/// that exceeds elementwise * max(1, |reference|), as a row, has a 2-norm of at
/// most row * |r|. Either alone is what its name says.
struct Tolerance {
  std::optional<double> elementwise, row;
};

/// Prints how `result` differs from `reference`; rows run along the last
/// dimension. Returns what is beyond tolerance, empty if nothing is; leaves if
/// the two do not have the same shape.
std::string compareTensors(const SafetensorsTensor &result,
                           const SafetensorsTensor &reference,
                           const Tolerance &tolerance);

} // namespace aligned

#endif // ALIGNED_TOOLS_RUN_COMPARE_H
