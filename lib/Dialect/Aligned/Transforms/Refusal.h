//===- Refusal.h - Why something stays as it is ----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_REFUSAL_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_REFUSAL_H

#include <string>

namespace aligned {

/// Why an attention stays as it is, and what its author can do about it, if
/// there is anything.
struct Refusal {
  std::string reason;
  std::string remedy;
};

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_REFUSAL_H
