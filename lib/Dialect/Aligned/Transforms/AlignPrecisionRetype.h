//===- AlignPrecisionRetype.h - Arguments that become planes ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ALIGNPRECISIONRETYPE_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ALIGNPRECISIONRETYPE_H

#include "DecodeCandidate.h"

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
                                mlir::Operation *&append, Refusal &refusal);
  mlir::LogicalResult checkAppend(Plan &plan, mlir::Operation *append,
                                  Refusal &refusal);
  mlir::LogicalResult checkInsert(Plan &plan, mlir::Operation *append,
                                  Refusal &refusal);
  bool isAttention(PlanesType type, mlir::OpOperand &use) const;
  void rewrite(Plan &plan);
  void rewriteDims(Plan &plan, mlir::Value tensor, mlir::Value planes);
  bool isAttendedWithLengths(mlir::Value tensor) const;

  mlir::func::FuncOp func;
  llvm::ArrayRef<DecodeCandidate> candidates;
  llvm::DenseMap<mlir::Value, mlir::Value> planes;
  llvm::SmallPtrSet<mlir::Value, 4> seen;
  llvm::SmallVector<mlir::Operation *> replaced;
};

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ALIGNPRECISIONRETYPE_H
