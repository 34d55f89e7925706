//===- AlignPrecisionRetype.h - Arguments that become planes ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ALIGNPRECISIONRETYPE_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ALIGNPRECISIONRETYPE_H

#include "CacheUpdate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace aligned {

/// Retypes arguments of one function to planes. Between `run` and `finish` the
/// function is not valid IR: attentions still have the tensors' operands.
class Retyper {
public:
  /// `candidates` are the decodes of `func`.
  Retyper(mlir::func::FuncOp func, llvm::ArrayRef<DecodeCandidate> candidates)
      : func(func), candidates(candidates) {}

  /// Retypes what can be, appends included. Remarks say what could not.
  void run();
  /// The planes that stand for K or V of a candidate; null where they have to
  /// be packed.
  mlir::Value getPlanes(mlir::Value tensor) const {
    return planes.lookup(tensor);
  }
  /// Drops what the retyped values replaced and updates the signature, once
  /// the attentions are gone.
  void finish();

private:
  struct Plan;
  bool trace(mlir::Value tensor, PlanesType type);
  mlir::LogicalResult check(Plan &plan, Refusal &refusal);
  mlir::LogicalResult checkUses(Plan &plan, mlir::Value value,
                                std::optional<CacheUpdate> &update,
                                Refusal &refusal);
  mlir::LogicalResult checkUpdate(Plan &plan, const CacheUpdate &update,
                                  Refusal &refusal);
  mlir::LogicalResult checkForgotten(Plan &plan, const CacheUpdate &update,
                                     Refusal &refusal);
  bool isAttention(PlanesType type, mlir::OpOperand &use) const;
  void rewrite(Plan &plan);
  void guard(const Plan &plan, const CacheUpdate &update, mlir::Value position);
  void rewriteDims(Plan &plan, mlir::Value tensor, mlir::Value planes);

  mlir::func::FuncOp func;
  llvm::ArrayRef<DecodeCandidate> candidates;
  llvm::DenseMap<mlir::Value, mlir::Value> planes;
  llvm::SmallPtrSet<mlir::Value, 4> seen;
  llvm::SmallVector<mlir::Operation *> replaced;
  /// Masks that are asserted to hide what lies behind a position, and where.
  llvm::DenseSet<std::tuple<mlir::Block *, mlir::Value, mlir::Value>> asserted;
};

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ALIGNPRECISIONRETYPE_H
