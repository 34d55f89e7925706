//===- LayerLoops.h - Loops over the layers of a model -------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_LAYERLOOPS_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_LAYERLOOPS_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace aligned {

/// Unrolls loops of `func` that take K or V of an attention out of one tensor
/// for all layers, at an index that the loop counts: each iteration then names
/// its layer. Loops whose number of iterations run time decides stay, and so do
/// those whose attentions are no decodes.
void unrollLayerLoops(mlir::func::FuncOp func, bool allowNarrowing,
                      Encoding encoding);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_LAYERLOOPS_H
