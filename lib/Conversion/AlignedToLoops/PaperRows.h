//===- PaperRows.h - Rows of f16 bits in pages -----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What packing, unpacking and decoding do with planes of the encoding `ieee`.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_PAPERROWS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_PAPERROWS_H

#include "DecodePhase.h"

namespace aligned::loops {

/// Writes a row, in a buffer of f32, to the planes of a page, and what it makes
/// of the largest of each channel. Returns the row's scale.
tile::RowScale packBits(PhaseBuilder &b, PageLayout layout, Val page,
                        Val inPage, Val row);
/// Begins the largest of each channel anew, from the first `rows` of a page.
void countLargest(PhaseBuilder &b, PageLayout layout, Val page, Val rows);
/// `row` = what row `inPage` says.
void unpackBits(PhaseBuilder &b, PageLayout layout, Val page, Val inPage,
                Val row);

/// The largest of each channel (tile::paper::magnitude, i32) among the pages
/// that a decode sees, in a buffer of i32.
Val largestOfPages(DecodePhase &p, PageLayout layout,
                   llvm::function_ref<Val(Val number)> page);

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_PAPERROWS_H
