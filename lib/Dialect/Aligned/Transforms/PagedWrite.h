//===- PagedWrite.h - Rows written into a pool of pages ---------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PAGEDWRITE_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PAGEDWRITE_H

#include "PoolGather.h"
#include "Refusal.h"
#include "RowScatter.h"

namespace aligned {

/// Whether `gather`, of the newer version that `scatter` makes of a pool, is
/// the gather of the older version with one row of each sequence replaced, at a
/// position that can be found in the table when it is run. On failure `refusal`
/// says why not.
mlir::LogicalResult checkPagedWrite(const RowScatter &scatter,
                                    PoolGather &gather, Refusal &refusal);

/// What `gather` gives, as a selection by position between `past`, gathered out
/// of the older version, and the new rows. Asserts that every row is in a page
/// of its own sequence, and in none that another one reads.
mlir::Value buildPagedWrite(mlir::OpBuilder &builder, const RowScatter &scatter,
                            PoolGather &gather, mlir::Value past);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_PAGEDWRITE_H
