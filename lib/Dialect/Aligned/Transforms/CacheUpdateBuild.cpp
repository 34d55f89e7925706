//===- CacheUpdateBuild.cpp - Rows and positions of updates ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BodySlice.h"
#include "CacheUpdate.h"
#include "TensorTests.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace aligned;

/// The rows that a body computes, as a tensor of their own: the same operation
/// with one position along the token dimension.
static Value buildComputedRows(OpBuilder &builder, linalg::LinalgOp op,
                               Value computed, RankedTensorType type) {
  Location loc = op.getLoc();
  SmallVector<OpOperand *> inputs = getInputsOf(op, computed);
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;
  for (OpOperand *input : inputs) {
    values.push_back(input->get());
    maps.push_back(op.getMatchingIndexingMap(input));
  }
  maps.push_back(op.getMatchingIndexingMap(op.getDpsInitOperand(0)));
  Value init = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                       type.getElementType());
  return linalg::GenericOp::create(
             builder, loc, type, values, init, maps, op.getIteratorTypesArray(),
             [&](OpBuilder &body, Location, ValueRange args) {
               IRMapping mapping;
               for (auto [input, argument] : llvm::zip(inputs, args))
                 mapping.map(op.getMatchingBlockArgument(input), argument);
               for (Operation *inner : getSliceOf(op.getBlock(), computed))
                 body.clone(*inner, mapping);
               linalg::YieldOp::create(body, loc,
                                       mapping.lookupOrDefault(computed));
             })
      .getResult(0);
}

/// Scattered rows with the dimensions of a cache.
static Value buildScatteredRows(OpBuilder &builder, const RowScatter &scatter,
                                RankedTensorType type, int64_t sequenceDim) {
  Location loc = scatter.op->getLoc();
  SmallVector<AffineExpr> from;
  for (int64_t dim : scatter.along) {
    int64_t loop = dim == RowScatter::kSequence ? sequenceDim : dim;
    from.push_back(loop < 0 ? builder.getAffineConstantExpr(0)
                            : builder.getAffineDimExpr(loop));
  }
  AffineMap maps[] = {
      AffineMap::get(type.getRank(), 0, from, builder.getContext()),
      builder.getMultiDimIdentityMap(type.getRank())};
  Value init = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                       type.getElementType());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, type, scatter.rows, init, maps, iterators,
             [](OpBuilder &body, Location loc, ValueRange args) {
               linalg::YieldOp::create(body, loc, args[0]);
             })
      .getResult(0);
}

Value CacheUpdate::buildRows(OpBuilder &builder) const {
  if (scatter)
    return buildScatteredRows(builder, *scatter, rowsType,
                              scatterSequence.value_or(-1));
  auto type = dyn_cast<RankedTensorType>(rows.getType());
  if (!type)
    return buildComputedRows(builder, cast<linalg::LinalgOp>(op), rows,
                             rowsType);
  if (type == rowsType)
    return rows;
  std::optional<SmallVector<ReassociationIndices>> groups =
      getReassociationIndicesForReshape(type, rowsType);
  return tensor::ExpandShapeOp::create(builder, op->getLoc(), rowsType, rows,
                                       *groups);
}

/// `number` as an index.
static Value toIndex(OpBuilder &builder, Location loc, Value number) {
  if (number.getType().isIndex())
    return number;
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    number);
}

/// The numbers along `dim` of `tensor`, whose other dimensions have size 1.
static Value buildPositions(OpBuilder &builder, Location loc, Value tensor,
                            int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<AffineExpr> from(type.getRank(),
                               builder.getAffineConstantExpr(0));
  from[dim] = builder.getAffineDimExpr(0);
  Value init = tensor::EmptyOp::create(
      builder, loc, {tensor::getMixedSize(builder, loc, tensor, dim)},
      builder.getIndexType());
  AffineMap maps[] = {AffineMap::get(1, 0, from, builder.getContext()),
                      builder.getMultiDimIdentityMap(1)};
  return linalg::GenericOp::create(
             builder, loc, init.getType(), tensor, init, maps,
             utils::IteratorType::parallel,
             [](OpBuilder &body, Location loc, ValueRange args) {
               linalg::YieldOp::create(body, loc, toIndex(body, loc, args[0]));
             })
      .getResult(0);
}

/// Where rows are scattered to along the tokens.
Value CacheUpdate::buildScatteredPosition(OpBuilder &builder) const {
  Location loc = op->getLoc();
  Value tokens, sequences;
  for (auto [i, dim] : llvm::enumerate(scatter->placed))
    (dim == scatterSequence ? sequences : tokens) =
        scatter->buildPositions(builder, i);
  if (sequences) {
    Value own =
        buildAll(builder, loc, sequences, builder.getMultiDimIdentityMap(1),
                 [&](OpBuilder &body, ValueRange args) -> Value {
                   return arith::CmpIOp::create(
                       body, loc, arith::CmpIPredicate::eq, args[0],
                       linalg::IndexOp::create(body, loc, 0));
                 });
    cf::AssertOp::create(builder, loc, own,
                         "rows are scattered to other sequences than their "
                         "own: compile with kv=pack");
  }
  if (scatter->sequences != 1)
    return tokens;
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  return tensor::ExtractOp::create(builder, loc, tokens, zero);
}

Value CacheUpdate::buildPosition(OpBuilder &builder) const {
  Location loc = op->getLoc();
  if (position)
    return getValueOrCreateConstantIndexOp(builder, loc, position);
  if (scatter)
    return buildScatteredPosition(builder);
  if (!positionTensor)
    return {};
  if (sequenceDim)
    return buildPositions(builder, loc, positionTensor, *sequenceDim);
  Value number = positionTensor;
  if (auto type = dyn_cast<RankedTensorType>(number.getType())) {
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    SmallVector<Value> first(type.getRank(), zero);
    number = tensor::ExtractOp::create(builder, loc, number, first);
  }
  return toIndex(builder, loc, number);
}
