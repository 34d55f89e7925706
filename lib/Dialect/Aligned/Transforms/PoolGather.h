//===- PoolGather.h - Rows that are gathered out of a pool ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_POOLGATHER_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_POOLGATHER_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Recognition/Terms.h"

namespace aligned {

/// Where the rows of K or V lie in a pool: [.., pages, .., slots, ..], say,
/// with what a table names for each token, the kv head and the channel as they
/// are.
class PoolGather {
public:
  /// How `rows`, in the layout that `order` gives (as in PlanesType), are
  /// gathered; nothing if rows are not copied as they are, or no table says
  /// where from.
  static std::optional<PoolGather> match(mlir::Value rows,
                                         llvm::ArrayRef<int64_t> order);

  mlir::Value getRows() const { return rows; }
  llvm::ArrayRef<int64_t> getOrder() const { return order; }
  /// What rows are read from: a version of the pool, or a view of one.
  mlir::Value getPool() const { return pool; }
  /// The argument of the function that this is a version of, or a constant
  /// slice of one; null if it is none.
  mlir::BlockArgument getArgument() const;

  /// What a dimension of the pool counts, if not rows, and how many elements
  /// apart its positions are.
  struct Kept {
    PlanesType::Dim dim;
    int64_t size, stride;
    bool operator==(const Kept &other) const {
      return size == other.size && stride == other.stride;
    }
  };
  /// Heads and channels where there are several, outermost first. Nothing where
  /// sizes are not static.
  std::optional<llvm::SmallVector<Kept>> getKept() const;

  /// Whether `buildElements` can; `tables` are the tensors that it reads.
  bool canBuildElements(llvm::SmallVectorImpl<mlir::Value> &tables);
  /// The number that the first element of each row has in the pool, as
  /// [sequences, tokens].
  mlir::Value buildElements(mlir::OpBuilder &builder);

private:
  bool canEmit(recognition::Term *term,
               llvm::SmallVectorImpl<mlir::Value> &tables);
  bool canEmit(llvm::ArrayRef<recognition::Axis *> digits);
  mlir::Value emit(mlir::OpBuilder &b, recognition::Term *term,
                   mlir::ValueRange loops);
  mlir::Value emit(mlir::OpBuilder &b,
                   llvm::ArrayRef<recognition::Axis *> digits,
                   mlir::ValueRange loops);
  /// The digits of the sequence and of the token, which loops count.
  recognition::Indices getLoops() const;

  mlir::Value rows, pool;
  llvm::SmallVector<int64_t, 4> order;
  std::shared_ptr<recognition::Terms> terms;
  recognition::Indices ofRow;
  /// The index into each dimension of the pool; null for those of `kept`.
  llvm::SmallVector<recognition::Term *> indices;
  llvm::SmallVector<std::optional<PlanesType::Dim>> kept;
};

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_POOLGATHER_H
