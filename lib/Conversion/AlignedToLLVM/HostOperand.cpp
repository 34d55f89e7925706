//===- HostOperand.cpp - Memrefs in the form the runtime takes ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostOperand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace aligned;

HostDims::HostDims(DecodeOp op) {
  AttentionDims all = op.getDims();
  group = all.group;
  m = all.m;
  n = all.n;
  k1 = all.k1;
  k2 = all.k2;
  // The planes say which batch dimension is which.
  ArrayRef<int64_t> order = op.getKey().getType().getOrder();
  auto dimAt = [&](int64_t position) -> std::optional<unsigned> {
    if (position < 0)
      return std::nullopt;
    return op.getKeyMap().getDimPosition(position);
  };
  sequence = dimAt(order[PlanesType::Sequence]);
  head = dimAt(order[PlanesType::Head]);
}

unsigned HostOperand::position(unsigned dim) const {
  return *map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
}

std::optional<int64_t> HostOperand::staticStride(unsigned dim) const {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(cast<MemRefType>(memref.getType())
                 .getStridesAndOffset(strides, offset)))
    return std::nullopt;
  int64_t stride = strides[position(dim)];
  if (ShapedType::isDynamic(stride))
    return std::nullopt;
  return stride;
}

/// Whether one stride steps through all heads of a group, and channels are
/// dense.
bool HostOperands::isDirect(const HostOperand &operand,
                            std::optional<unsigned> channel) const {
  auto type = cast<MemRefType>(operand.memref.getType());
  auto sizeOf = [&](unsigned dim) {
    return type.getDimSize(operand.position(dim));
  };
  if (channel && sizeOf(*channel) != 1 && operand.staticStride(*channel) != 1)
    return false;
  std::optional<int64_t> expected;
  bool isFirst = true;
  for (unsigned dim : llvm::reverse(dims.group)) {
    if (!operand.has(dim) || sizeOf(dim) == 1)
      continue;
    std::optional<int64_t> stride = operand.staticStride(dim);
    if (!isFirst && (!stride || stride != expected))
      return false;
    expected = stride ? std::optional(*stride * sizeOf(dim)) : std::nullopt;
    isFirst = false;
  }
  return true;
}

HostOperand HostOperands::allocate(const HostOperand &like) {
  auto type = cast<MemRefType>(like.memref.getType());
  Location loc = op.getLoc();
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  SmallVector<AffineExpr> results;
  for (unsigned dim = 0; dim < like.map.getNumDims(); ++dim) {
    if (!like.has(dim))
      continue;
    unsigned position = like.position(dim);
    results.push_back(before.getAffineDimExpr(dim));
    shape.push_back(type.getDimSize(position));
    if (type.isDynamicDim(position))
      dynamic.push_back(
          memref::DimOp::create(before, loc, like.memref, position));
  }
  Value memory = memref::AllocOp::create(
      before, loc, MemRefType::get(shape, type.getElementType()), dynamic);
  return {memory,
          AffineMap::get(like.map.getNumDims(), 0, results, op.getContext())};
}

void HostOperands::copy(OpBuilder &builder, const HostOperand &from,
                        const HostOperand &to) {
  // Over the dimensions that the operands have, in their order in `from`.
  unsigned rank = from.map.getNumResults();
  SmallVector<AffineExpr> results(rank);
  for (auto [index, expr] : llvm::enumerate(from.map.getResults()))
    results[to.position(cast<AffineDimExpr>(expr).getPosition())] =
        builder.getAffineDimExpr(index);
  AffineMap maps[] = {builder.getMultiDimIdentityMap(rank),
                      AffineMap::get(rank, 0, results, op.getContext())};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  linalg::GenericOp::create(builder, op.getLoc(), from.memref, to.memref, maps,
                            iterators,
                            [](OpBuilder &b, Location loc, ValueRange values) {
                              linalg::YieldOp::create(b, loc, values.front());
                            });
}

HostOperand HostOperands::input(HostOperand operand,
                                std::optional<unsigned> channel) {
  if (!operand.memref || isDirect(operand, channel))
    return operand;
  HostOperand dense = allocate(operand);
  copy(before, operand, dense);
  memref::DeallocOp::create(after, op.getLoc(), dense.memref);
  return dense;
}

HostOperand HostOperands::output(HostOperand operand,
                                 std::optional<unsigned> channel) {
  if (isDirect(operand, channel))
    return operand;
  HostOperand dense = allocate(operand);
  copy(after, dense, operand);
  memref::DeallocOp::create(after, op.getLoc(), dense.memref);
  return dense;
}

HostOperand HostOperands::denseOutput(HostOperand operand) {
  bool isOrdered = true;
  for (unsigned i = 1; i < operand.map.getNumResults(); ++i)
    isOrdered &=
        operand.map.getDimPosition(i - 1) < operand.map.getDimPosition(i);
  if (isOrdered &&
      cast<MemRefType>(operand.memref.getType()).getLayout().isIdentity())
    return operand;
  HostOperand dense = allocate(operand);
  copy(after, dense, operand);
  memref::DeallocOp::create(after, op.getLoc(), dense.memref);
  return dense;
}

Value HostOperands::lengths(HostOperand operand, Value sequences) {
  Location loc = op.getLoc();
  Value memory = memref::AllocOp::create(
      before, loc, MemRefType::get({ShapedType::kDynamic}, before.getI64Type()),
      sequences);
  memref::DeallocOp::create(after, loc, memory);
  SmallVector<AffineExpr> results;
  if (operand.map.getNumResults() == 1)
    results.push_back(before.getAffineDimExpr(0));
  AffineMap maps[] = {AffineMap::get(1, 0, results, op.getContext()),
                      before.getMultiDimIdentityMap(1)};
  linalg::GenericOp::create(
      before, loc, operand.memref, memory, maps, utils::IteratorType::parallel,
      [](OpBuilder &b, Location loc, ValueRange values) {
        Value length = values.front();
        if (length.getType().isIndex())
          length = arith::IndexCastOp::create(b, loc, b.getI64Type(), length);
        else if (!length.getType().isInteger(64))
          length = arith::ExtSIOp::create(b, loc, b.getI64Type(), length);
        linalg::YieldOp::create(b, loc, length);
      });
  return memory;
}
