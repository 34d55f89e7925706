//===- RowScatter.h - Rows of sequences, each at its own place --*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ROWSCATTER_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ROWSCATTER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace aligned {

/// An operation that makes a newer version of a tensor out of an older one, by
/// writing one row for each sequence, whole in some dimensions and at one
/// position along the others.
struct RowScatter {
  static constexpr int64_t kSequence = -1, kUnit = -2;

  mlir::Operation *op;
  mlir::Value dest; ///< the older version
  mlir::Value rows;
  int64_t sequences = 1; ///< how many rows
  /// What each dimension of `rows` runs along: a dimension of `dest`, the
  /// sequences, or nothing, with size 1.
  llvm::SmallVector<int64_t> along = {};
  /// The dimensions of `dest` along which each row has a position.
  llvm::SmallVector<int64_t> placed = {};
  /// The positions: of a loop or an insertion, as they are there; else all in
  /// one tensor, along `sequenceDim` and the last dimension.
  llvm::SmallVector<mlir::OpFoldResult> offsets = {};
  mlir::Value indices = {};
  int64_t sequenceDim = 0;

  /// The positions along the i-th of `placed`, as a tensor of one index for
  /// each sequence.
  mlir::Value buildPositions(mlir::OpBuilder &builder, unsigned i) const;
};

/// What `op` writes, if it is one of
///   tensor.scatter of one row for each sequence;
///   scf.for over the sequences, with a tensor.insert_slice of the row that a
///   tensor.extract_slice takes;
///   tensor.insert_slice of one row, of one sequence.
std::optional<RowScatter> matchRowScatter(mlir::Operation *op);

/// Loops of `func` that insert rows into several tensors, as into K and V,
/// become one for each of them.
void splitRowLoops(mlir::func::FuncOp func);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_ROWSCATTER_H
