//===- Sizes.cpp - Where a size known at run time comes from --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sizes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace aligned::recognition;

Size aligned::recognition::getSize(OpFoldResult number) {
  if (auto value = dyn_cast<Value>(number))
    return getSize(value);
  return Size::constant(cast<IntegerAttr>(cast<Attribute>(number)).getInt());
}

/// Where `op` takes the size of its result from; nothing where it starts there.
static std::optional<Size> getSizeOfResult(Operation *op, OpResult result,
                                           int64_t dim) {
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return getSize(empty.getDynamicSize(dim));
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    OpFoldResult size = expand.getMixedOutputShape()[dim];
    return isa<Value>(size) ? std::optional(getSize(size)) : std::nullopt;
  }
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    // Of one dimension, and others of size 1.
    Value source = collapse.getSrc();
    SmallVector<ReassociationIndices> groups =
        collapse.getReassociationIndices();
    SmallVector<int64_t> counted;
    for (int64_t from : groups[dim])
      if (collapse.getSrcType().getDimSize(from) != 1)
        counted.push_back(from);
    return counted.size() == 1 ? std::optional(getSize(source, counted.front()))
                               : std::nullopt;
  }
  if (auto reshape = dyn_cast<tensor::ReshapeOp>(op)) {
    auto shape = reshape.getShape().getDefiningOp<tensor::FromElementsOp>();
    return shape ? std::optional(getSize(shape.getElements()[dim]))
                 : std::nullopt;
  }
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return isa<RankedTensorType>(cast.getSource().getType())
               ? std::optional(getSize(cast.getSource(), dim))
               : std::nullopt;
  auto inPlace = dyn_cast<DestinationStyleOpInterface>(op);
  if (!inPlace || inPlace.getNumDpsInits() != op->getNumResults())
    return std::nullopt;
  return getSize(inPlace.getTiedOpOperand(result)->get(), dim);
}

Size aligned::recognition::getSize(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return Size::constant(type.getDimSize(dim));
  if (Operation *def = tensor.getDefiningOp())
    if (std::optional<Size> size =
            getSizeOfResult(def, cast<OpResult>(tensor), dim))
      return *size;
  return {{}, tensor, dim};
}

std::optional<Size> aligned::recognition::add(const Size &lhs,
                                              const Size &rhs) {
  if (!lhs.isConstant() && !rhs.isConstant())
    return std::nullopt;
  Size sum = lhs.isConstant() ? rhs : lhs;
  sum.offset = lhs.offset + rhs.offset;
  return sum;
}

static std::optional<Size> subtract(const Size &lhs, const Size &rhs) {
  if (lhs.hasBaseOf(rhs))
    return Size::constant(lhs.offset - rhs.offset);
  return rhs.isConstant() ? add(lhs, Size::constant(-rhs.offset))
                          : std::nullopt;
}

/// Whether `lhs` is at most `rhs`, if that is certain: a dimension is not
/// negative, a number may be.
static std::optional<bool> isAtMost(const Size &lhs, const Size &rhs) {
  if (lhs.hasBaseOf(rhs))
    return lhs.offset <= rhs.offset;
  if (lhs.isConstant() && rhs.tensor && lhs.offset <= rhs.offset)
    return true;
  if (rhs.isConstant() && lhs.tensor && rhs.offset < lhs.offset)
    return false;
  return std::nullopt;
}

/// A size that is computed, if it comes to the simple form of Size: torch works
/// on sizes as i64, and guards them against being negative or too large.
static std::optional<Size> evaluate(Operation *op) {
  auto operand = [&](unsigned i) { return getSize(op->getOperand(i)); };
  if (isa<arith::IndexCastOp>(op))
    return operand(0);
  if (isa<arith::AddIOp>(op))
    return add(operand(0), operand(1));
  if (isa<arith::SubIOp>(op))
    return subtract(operand(0), operand(1));
  if (isa<arith::MinSIOp, arith::MaxSIOp>(op)) {
    Size lhs = operand(0), rhs = operand(1);
    std::optional<bool> ordered = isAtMost(lhs, rhs);
    if (!ordered) {
      std::optional<bool> reversed = isAtMost(rhs, lhs);
      if (!reversed)
        return std::nullopt;
      ordered = !*reversed;
    }
    return *ordered == isa<arith::MinSIOp>(op) ? lhs : rhs;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    auto compare = select.getCondition().getDefiningOp<arith::CmpIOp>();
    if (!compare || compare.getPredicate() != arith::CmpIPredicate::slt)
      return std::nullopt;
    std::optional<bool> atLeast =
        isAtMost(getSize(compare.getRhs()), getSize(compare.getLhs()));
    if (!atLeast)
      return std::nullopt;
    return getSize(*atLeast ? select.getFalseValue() : select.getTrueValue());
  }
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    AffineMap map = apply.getAffineMap();
    if (map.getNumInputs() != 1)
      return std::nullopt;
    auto sum = dyn_cast<AffineBinaryOpExpr>(map.getResult(0));
    auto constant = sum && sum.getKind() == AffineExprKind::Add
                        ? dyn_cast<AffineConstantExpr>(sum.getRHS())
                        : nullptr;
    if (constant && isa<AffineSymbolExpr, AffineDimExpr>(sum.getLHS()))
      return add(operand(0), Size::constant(constant.getValue()));
  }
  return std::nullopt;
}

Size aligned::recognition::getSize(Value number) {
  APInt constant;
  if (matchPattern(number, m_ConstantInt(&constant)))
    return Size::constant(constant.getSExtValue());
  Operation *def = number.getDefiningOp();
  if (auto op = dyn_cast_or_null<tensor::DimOp>(def))
    if (std::optional<int64_t> dim = op.getConstantIndex();
        dim && isa<RankedTensorType>(op.getSource().getType()))
      return getSize(op.getSource(), *dim);
  if (def)
    if (std::optional<Size> size = evaluate(def))
      return *size;
  return {number, {}, 0};
}

SmallVector<Size> aligned::recognition::getLoopSizes(linalg::LinalgOp op,
                                                     unsigned loop) {
  SmallVector<Size> sizes;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    std::optional<unsigned> dim =
        op.getMatchingIndexingMap(&operand).getResultPosition(
            getAffineDimExpr(loop, op.getContext()));
    if (dim && type.isDynamicDim(*dim))
      sizes.push_back(getSize(operand.get(), *dim));
  }
  return sizes;
}
