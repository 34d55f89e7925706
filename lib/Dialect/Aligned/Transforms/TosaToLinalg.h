//===- TosaToLinalg.h - Upstream's lowering of TOSA ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_TOSATOLINALG_H
#define ALIGNED_TRANSFORMS_TOSATOLINALG_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

namespace aligned {

bool hasTosa(mlir::func::FuncOp func);
/// The passes of MLIR that lower a function from TOSA to linalg.
mlir::OpPassManager getTosaToLinalgPipeline();

} // namespace aligned

#endif // ALIGNED_TRANSFORMS_TOSATOLINALG_H
