//===- CacheUpdate.h - How programs write rows into a cache -----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_CACHEUPDATE_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_CACHEUPDATE_H

#include "DecodeCandidate.h"
#include "RowScatter.h"

#include "mlir/IR/Builders.h"

#include <optional>

namespace aligned {

/// An operation that makes a newer version of a cache out of an older one, by
/// writing rows along the token dimension.
struct CacheUpdate {
  mlir::Operation *op;
  mlir::Value past; ///< the older version
  /// What is written: a tensor, which lacks dimensions of size 1 if `rowsType`
  /// has more, or a value that the body of `op` computes.
  mlir::Value rows;
  mlir::RankedTensorType rowsType; ///< with the rank of the cache
  /// Where the first row goes: a number, the element of a tensor that has one,
  /// or, along `sequenceDim` of a tensor, one for each sequence. Behind the
  /// last row if both are null.
  mlir::OpFoldResult position = {};
  mlir::Value positionTensor = {};
  std::optional<int64_t> sequenceDim = {};
  /// Where rows of sequences are scattered to, which then says the position;
  /// and the dimension that sequences lie along, if it has positions along
  /// that.
  std::optional<RowScatter> scatter = {};
  std::optional<int64_t> scatterSequence = {};
  /// What copies the past to where `op` adds rows; null if nothing does.
  mlir::Operation *copy = nullptr;

  bool isAtPosition() const { return position || positionTensor || scatter; }
  /// What reads the older version.
  mlir::Operation *reader() const { return copy ? copy : op; }
  /// The rows in the rank of the cache.
  mlir::Value buildRows(mlir::OpBuilder &builder) const;
  /// The position as an index, or those of all sequences as a tensor of them;
  /// null where rows go behind the last one.
  mlir::Value buildPosition(mlir::OpBuilder &builder) const;

private:
  mlir::Value buildScatteredPosition(mlir::OpBuilder &builder) const;
};

/// What `op` writes to a cache whose dimensions are those of planes (`order` of
/// PlanesType), if it is one of
///   tensor.concat of the past and the rows, along the tokens, or both inserted
///   into an empty tensor;
///   tensor.insert_slice of the rows;
///   select(i == position, row, past), in whatever operations that is spread
///   over, and with what computes the row fused into it; the position may
///   differ between sequences;
///   tensor.scatter, or a loop over the sequences around tensor.insert_slice,
///   of a row for each sequence.
std::optional<CacheUpdate> matchCacheUpdate(mlir::Operation *op,
                                            llvm::ArrayRef<int64_t> order);

/// The same for an operation that reads a cache, whose result or whose user's
/// is the newer version.
std::optional<CacheUpdate> matchCacheReader(mlir::Operation *reader,
                                            llvm::ArrayRef<int64_t> order);

/// Whether an update writes whole rows, of all heads and sequences.
mlir::LogicalResult checkCacheUpdate(const CacheUpdate &update,
                                     int64_t tokenDim, Refusal &refusal);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_CACHEUPDATE_H
