//===- Rows.h - Rows of channels in buffers --------------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What packing, unpacking, queries and outputs do with one row: a buffer of
// f32 with the padded channels.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_ROWS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_ROWS_H

#include "PhaseBuilder.h"

namespace aligned::loops {

/// A buffer for one row, with zero in the padding.
Val rowBuffer(PhaseBuilder &b, PageLayout layout);

/// Between memory and a buffer. `stride` (i64) counts elements from one
/// channel to the next; without one they are contiguous.
void loadRow(PhaseBuilder &b, PageLayout layout, mlir::Type element, Val source,
             Val buffer);
void storeRow(PhaseBuilder &b, PageLayout layout, mlir::Type element,
              Val buffer, Val target);
void loadStridedRow(PhaseBuilder &b, PageLayout layout, mlir::Type element,
                    Val source, Val stride, Val buffer);
void storeStridedRow(PhaseBuilder &b, PageLayout layout, mlir::Type element,
                     Val buffer, Val target, Val stride);

/// Into the rotated basis and back.
void rotate(PhaseBuilder &b, PageLayout layout, Val buffer);
void rotateBack(PhaseBuilder &b, PageLayout layout, Val buffer);

/// kLanes elements of a buffer from `channel` on.
Val loadLanes(PhaseBuilder &b, Val buffer, Val channel);
void storeLanes(PhaseBuilder &b, Val value, Val buffer, Val channel);
/// kLanes channels of a page's centre.
Val loadCentre(PhaseBuilder &b, PageLayout layout, Val page, Val channel);
/// Scale of one row of a page, or of kLanes rows.
Val loadScale(PhaseBuilder &b, PageLayout layout, Val page, Val row,
              int64_t lanes = 0);

/// The codes of kChannelGroup channels of a stored row, as two vectors of
/// kLanes.
std::array<Val, 2> loadCodes(PhaseBuilder &b, PageLayout layout, Val page,
                             Val row, Val channel);

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_ROWS_H
