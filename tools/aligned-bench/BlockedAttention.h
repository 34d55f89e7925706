//===- BlockedAttention.h - Plain 16-bit attention on the CPU ---*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_BLOCKEDATTENTION_H
#define ALIGNED_TOOLS_BENCH_BLOCKEDATTENTION_H

#include "Workload.h"

namespace aligned {

/// The decode of a workload as a good CPU kernel for 16-bit rows computes it:
/// rows widened to f32 as they come, blocks of tokens with a running maximum,
/// threads over heads and parts of the tokens. `key` and `value` are laid out
/// as the workload's; `output` is [sequences][query heads][channels].
void decodeBlocked(const Workload &workload, const uint16_t *key,
                   const uint16_t *value, float *output);

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_BLOCKEDATTENTION_H
