//===- Published.h - AlignedKV's own tables ---------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_PUBLISHED_H
#define ALIGNED_TOOLS_EVAL_PUBLISHED_H

#include "Recording.h"

namespace aligned {

/// Prints, for the precision `paper` over K and V as f16, the bits that are
/// read of their elements, and how the relative errors of q K^T and of
/// softmax(..) V spread, element by element, beside those of truncated numbers.
void printPublished(const Recording &recording);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_PUBLISHED_H
