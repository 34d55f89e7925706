//===- GatheredCaches.h - Caches behind a page table ---------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_GATHEREDCACHES_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_GATHEREDCACHES_H

#include "DecodeCandidate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace aligned {

/// The argument that rows of `rows`, K or V in the layout that `order` gives
/// (as in PlanesType), are rows of, at places that a table names; null if rows
/// come from elsewhere, or are not copied as they are.
mlir::BlockArgument getGatheredPool(mlir::Value rows,
                                    llvm::ArrayRef<int64_t> order);

/// Replaces arguments of `func` out of which K or V of candidates are gathered
/// by arguments for the gathered rows, those of each sequence in order: planes
/// have pages of their own. Remarks say what was, and what could not be.
void replaceGatheredCaches(mlir::func::FuncOp func,
                           llvm::ArrayRef<DecodeCandidate> candidates);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_GATHEREDCACHES_H
