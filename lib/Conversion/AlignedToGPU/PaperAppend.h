//===- PaperAppend.h - Rows of f16 bits to planes and back ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PAPERAPPEND_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PAPERAPPEND_H

#include "RowCoder.h"

namespace aligned::gpu {

/// Threads of a block that packs many rows of planes of the encoding `ieee`.
constexpr int64_t kPaperPackThreads = 512;

/// The rows of an append to planes of the encoding `ieee`: page by page by the
/// block, or, if there are many, a page by each warp.
void packBits(const AppendItem &item, bool areMany);

/// What element `channel` of position `row` of a page says, f32: NaN where the
/// row is not finite.
Val unpackBits(GpuBuilder &b, const PageLayout &layout, Val page, Val row,
               Val channel);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PAPERAPPEND_H
