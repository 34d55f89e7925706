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

/// Replaces arguments of `func` out of which K or V of candidates are gathered
/// by arguments for the gathered rows, those of each sequence in order: planes
/// have pages of their own. Rows that are written into the pages before are
/// selected into the gathered rows. Remarks say what was replaced, and what
/// could not be.
void replaceGatheredCaches(mlir::func::FuncOp func,
                           llvm::ArrayRef<DecodeCandidate> candidates);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_GATHEREDCACHES_H
