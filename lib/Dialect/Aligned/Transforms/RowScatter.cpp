//===- RowScatter.cpp - Rows of sequences, each at its own place ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowScatter.h"
#include "BodySlice.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace aligned;

//===----------------------------------------------------------------------===//
// What is written
//===----------------------------------------------------------------------===//

/// Tells what the dimensions of the rows run along, but for those that `along`
/// says already: those of size 1 along nothing, the others along those of the
/// destination that rows are whole in, in order. False if sizes do not fit.
static bool matchDims(RowScatter &scatter) {
  auto dest = cast<RankedTensorType>(scatter.dest.getType());
  auto rows = cast<RankedTensorType>(scatter.rows.getType());
  SmallVector<int64_t> whole;
  for (int64_t dim = 0; dim < dest.getRank(); ++dim) {
    if (llvm::is_contained(scatter.placed, dim) || dest.getDimSize(dim) == 1)
      continue;
    if (dest.isDynamicDim(dim))
      return false;
    whole.push_back(dim);
  }
  ArrayRef<int64_t> left = whole;
  for (auto [along, size] : llvm::zip(scatter.along, rows.getShape())) {
    if (along == RowScatter::kSequence || size == 1)
      continue;
    if (left.empty() || dest.getDimSize(left.front()) != size)
      return false;
    along = left.front();
    left = left.drop_front();
  }
  return left.empty();
}

/// Which dimensions `insert` has one position along, and is whole in the
/// others.
static bool matchPlace(tensor::InsertSliceOp insert, RowScatter &scatter) {
  if (!insert.hasUnitStride())
    return false;
  RankedTensorType dest = insert.getDestType();
  for (int64_t dim = 0; dim < dest.getRank(); ++dim) {
    int64_t size = insert.getStaticSizes()[dim];
    OpFoldResult offset = insert.getMixedOffsets()[dim];
    if (isZeroInteger(offset) && !dest.isDynamicDim(dim) &&
        size == dest.getDimSize(dim))
      continue;
    if (size != 1)
      return false;
    scatter.placed.push_back(dim);
    scatter.offsets.push_back(offset);
  }
  return true;
}

static std::optional<RowScatter> matchInsert(tensor::InsertSliceOp insert) {
  RowScatter scatter{insert, insert.getDest(), insert.getSource()};
  scatter.along.assign(insert.getSourceType().getRank(), RowScatter::kUnit);
  if (!matchPlace(insert, scatter) || !matchDims(scatter))
    return std::nullopt;
  return scatter;
}

/// The rows that `slice` takes one of, at the counter of a loop.
static bool matchRow(tensor::ExtractSliceOp slice, Value counter,
                     RowScatter &scatter) {
  RankedTensorType type = slice.getSourceType();
  if (!slice.hasUnitStride() || !type.hasStaticShape())
    return false;
  scatter.rows = slice.getSource();
  scatter.along.assign(type.getRank(), RowScatter::kUnit);
  bool counts = false;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    OpFoldResult offset = slice.getMixedOffsets()[dim];
    int64_t size = slice.getStaticSizes()[dim];
    if (offset == OpFoldResult(counter) && size == 1 && !counts) {
      counts = true;
      scatter.along[dim] = RowScatter::kSequence;
      scatter.sequences = type.getDimSize(dim);
    } else if (!isZeroInteger(offset) || size != type.getDimSize(dim)) {
      return false;
    }
  }
  return counts;
}

/// The insertion into what an iteration of `loop` is given of result `number`,
/// if that is all that happens to it; null otherwise.
static tensor::InsertSliceOp getInsertion(scf::ForOp loop, unsigned number) {
  auto insert =
      loop.getYieldedValues()[number].getDefiningOp<tensor::InsertSliceOp>();
  BlockArgument older = loop.getRegionIterArg(number);
  bool isAll = insert && insert->getBlock() == loop.getBody() &&
               insert.getDest() == older && older.hasOneUse() &&
               insert->hasOneUse();
  return isAll ? insert : tensor::InsertSliceOp();
}

static bool isPureBody(scf::ForOp loop) {
  return llvm::all_of(loop.getBody()->without_terminator(), [](Operation &op) {
    return isMemoryEffectFree(&op) && op.getNumRegions() == 0;
  });
}

static std::optional<RowScatter> matchLoop(scf::ForOp loop) {
  if (loop.getNumResults() != 1 || !isPureBody(loop) ||
      !isZeroInteger(loop.getLowerBound()) || !isOneInteger(loop.getStep()))
    return std::nullopt;
  tensor::InsertSliceOp insert = getInsertion(loop, 0);
  if (!insert)
    return std::nullopt;
  Value row = insert.getSource();
  while (isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(
      row.getDefiningOp()))
    row = row.getDefiningOp()->getOperand(0);
  auto slice = row.getDefiningOp<tensor::ExtractSliceOp>();
  RowScatter scatter{loop, loop.getInitArgs().front(), {}};
  if (!slice || !loop.isDefinedOutsideOfLoop(slice.getSource()) ||
      !matchRow(slice, loop.getInductionVar(), scatter) ||
      !isConstantIntValue(loop.getUpperBound(), scatter.sequences) ||
      !matchPlace(insert, scatter) || !matchDims(scatter))
    return std::nullopt;
  return scatter;
}

static std::optional<RowScatter> matchScatter(tensor::ScatterOp op) {
  RankedTensorType indices = op.getIndicesType();
  if (!indices.hasStaticShape() || !op.getSourceType().hasStaticShape())
    return std::nullopt;
  RowScatter scatter{op, op.getDest(), op.getSource()};
  scatter.along.assign(op.getSourceType().getRank(), RowScatter::kUnit);
  for (auto [dim, size] : llvm::enumerate(indices.getShape().drop_back())) {
    if (size == 1)
      continue;
    if (scatter.sequences != 1)
      return std::nullopt;
    scatter.sequences = size;
    scatter.sequenceDim = dim;
    scatter.along[dim] = RowScatter::kSequence;
  }
  llvm::append_range(scatter.placed, op.getScatterDims());
  scatter.indices = op.getIndices();
  return matchDims(scatter) ? std::optional(scatter) : std::nullopt;
}

std::optional<RowScatter> aligned::matchRowScatter(Operation *op) {
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return matchInsert(insert);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return matchLoop(loop);
  if (auto scatter = dyn_cast<tensor::ScatterOp>(op))
    return matchScatter(scatter);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Where it is written
//===----------------------------------------------------------------------===//

Value RowScatter::buildPositions(OpBuilder &builder, unsigned i) const {
  Location loc = op->getLoc();
  auto toIndex = [&](OpBuilder &b, Value number) -> Value {
    return getValueOrCreateCastToIndexLike(b, loc, b.getIndexType(), number);
  };
  auto positionOf = [&](OpBuilder &b, Value sequence) -> Value {
    if (indices) {
      int64_t rank = cast<RankedTensorType>(indices.getType()).getRank();
      SmallVector<Value> at(rank, arith::ConstantIndexOp::create(b, loc, 0));
      if (rank > 1)
        at[sequenceDim] = sequence;
      at.back() = arith::ConstantIndexOp::create(b, loc, i);
      return toIndex(b, tensor::ExtractOp::create(b, loc, indices, at));
    }
    Value offset = getValueOrCreateConstantIndexOp(b, loc, offsets[i]);
    auto loop = dyn_cast<scf::ForOp>(op);
    if (!loop)
      return offset;
    IRMapping mapping;
    mapping.map(loop.getInductionVar(), sequence);
    for (Operation *inner : getSliceOf(loop.getBody(), offset))
      b.clone(*inner, mapping);
    return mapping.lookupOrDefault(offset);
  };
  Value init = tensor::EmptyOp::create(builder, loc, {sequences},
                                       builder.getIndexType());
  return linalg::GenericOp::create(
             builder, loc, init.getType(), ValueRange(), init,
             builder.getMultiDimIdentityMap(1), utils::IteratorType::parallel,
             [&](OpBuilder &b, Location, ValueRange) {
               Value sequence = linalg::IndexOp::create(b, loc, 0);
               linalg::YieldOp::create(b, loc, positionOf(b, sequence));
             })
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Loops that write several tensors
//===----------------------------------------------------------------------===//

/// The part of `loop` that writes result `number`.
static Value buildPart(OpBuilder &builder, scf::ForOp loop, unsigned number) {
  auto part = scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(),
                                 loop.getUpperBound(), loop.getStep(),
                                 loop.getInitArgs()[number]);
  IRMapping mapping;
  mapping.map(loop.getInductionVar(), part.getInductionVar());
  mapping.map(loop.getRegionIterArg(number), part.getRegionIterArg(0));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(part.getBody());
  Value yielded = loop.getYieldedValues()[number];
  for (Operation *op : getSliceOf(loop.getBody(), yielded))
    builder.clone(*op, mapping);
  scf::YieldOp::create(builder, loop.getLoc(), mapping.lookup(yielded));
  return part.getResult(0);
}

void aligned::splitRowLoops(func::FuncOp func) {
  SmallVector<scf::ForOp> loops;
  func.walk([&](scf::ForOp loop) {
    bool insertsAll = loop.getNumResults() > 1 && isPureBody(loop);
    for (unsigned i = 0; insertsAll && i < loop.getNumResults(); ++i)
      insertsAll = static_cast<bool>(getInsertion(loop, i));
    if (insertsAll)
      loops.push_back(loop);
  });
  for (scf::ForOp loop : loops) {
    OpBuilder builder(loop);
    for (unsigned i = 0; i < loop.getNumResults(); ++i)
      loop.getResult(i).replaceAllUsesWith(buildPart(builder, loop, i));
    loop.erase();
  }
}
