//===- Pack.h - Many rows to planes, page behind page -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PACK_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PACK_H

#include "RowCoder.h"

namespace aligned::gpu {

/// Threads of a block that packs.
constexpr int64_t kPackThreads = 1024;

/// Bytes of shared memory that packPages takes.
int64_t packMemory(const PageLayout &layout);
/// The rows of an append from position `from` on, by a block of kPackThreads.
/// `from` is the first of a page, which has its centre; rows are dense.
void packPages(const AppendItem &item, const RowCoder &coder, Val from,
               Val memory);

/// 0 of no rows. `count` is f32.
Val meanOf(GpuBuilder &b, Val sum, Val count);

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_PACK_H
