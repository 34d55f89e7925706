//===- MaskedTail.cpp - Positions that a mask has to hide -----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MaskedTail.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace aligned;

/// At or below this a mask hides a position, and above half of it shows one:
/// the exponential of the difference is zero in f32 by far.
static constexpr float kHidden = -1e4f;

/// Which dimension of the mask counts positions.
static std::optional<unsigned> getTokenDim(AttentionOp op) {
  AffineMap map = op.getMaskMap();
  return map ? map.getResultPosition(
                   getAffineDimExpr(op.getDims().n, op.getContext()))
             : std::nullopt;
}

bool aligned::masksPositions(AttentionOp op) {
  return getTokenDim(op).has_value();
}

/// What the mask adds to a score, in f32.
static Value getBias(OpBuilder &b, Location loc, Value mask, Value hidden,
                     Value zero) {
  if (mask.getType().isInteger(1))
    return arith::SelectOp::create(b, loc, mask, zero, hidden);
  unsigned width = mask.getType().getIntOrFloatBitWidth();
  if (width == 32)
    return mask;
  if (width < 32)
    return arith::ExtFOp::create(b, loc, b.getF32Type(), mask);
  return arith::TruncFOp::create(b, loc, b.getF32Type(), mask);
}

namespace {
class TailCheck {
public:
  TailCheck(OpBuilder &b, AttentionOp op, Value end)
      : b(b), loc(op.getLoc()), mask(op.getMask()), end(end),
        tokenDim(*getTokenDim(op)),
        type(cast<RankedTensorType>(op.getMask().getType())) {}

  /// Of every row, the largest bias among positions before `end`, and among
  /// those behind; then whether all rows are as they have to be.
  Value build() {
    Value minusInf = number(-std::numeric_limits<float>::infinity());
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, mask);
    sizes.erase(sizes.begin() + tokenDim);
    Value rows = tensor::EmptyOp::create(b, loc, sizes, b.getF32Type());
    rows = linalg::FillOp::create(b, loc, minusInf, rows).getResult(0);
    auto largest = buildLargest(rows, minusInf);
    return buildAll(largest.getResult(0), largest.getResult(1), minusInf);
  }

private:
  Value number(float value) {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  }

  linalg::GenericOp buildLargest(Value rows, Value minusInf) {
    unsigned rank = type.getRank();
    AffineMap all = b.getMultiDimIdentityMap(rank);
    AffineMap ofRow = all.dropResult(tokenDim);
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    iterators[tokenDim] = utils::IteratorType::reduction;
    Value zero = number(0);
    return linalg::GenericOp::create(
        b, loc, TypeRange{rows.getType(), rows.getType()}, mask,
        ValueRange{rows, rows}, {all, ofRow, ofRow}, iterators,
        [&](OpBuilder &body, Location, ValueRange args) {
          Value bias = getBias(body, loc, args[0], minusInf, zero);
          Value index = linalg::IndexOp::create(body, loc, tokenDim);
          Value before = arith::CmpIOp::create(
              body, loc, arith::CmpIPredicate::slt, index, end);
          Value head =
              arith::SelectOp::create(body, loc, before, bias, minusInf);
          Value tail =
              arith::SelectOp::create(body, loc, before, minusInf, bias);
          head = arith::MaximumFOp::create(body, loc, args[1], head);
          tail = arith::MaximumFOp::create(body, loc, args[2], tail);
          linalg::YieldOp::create(body, loc, {head, tail});
        });
  }

  Value buildAll(Value head, Value tail, Value minusInf) {
    unsigned rank = type.getRank() - 1;
    Value yes = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
    Value hidden = number(kHidden), seen = number(kHidden / 2);
    Value init =
        tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>(), b.getI1Type());
    init = linalg::FillOp::create(b, loc, yes, init).getResult(0);
    AffineMap each = b.getMultiDimIdentityMap(rank);
    AffineMap one = AffineMap::get(rank, 0, b.getContext());
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::reduction);
    auto all = linalg::GenericOp::create(
        b, loc, init.getType(), ValueRange{head, tail}, init, {each, each, one},
        iterators, [&](OpBuilder &body, Location, ValueRange args) {
          auto compare = [&](arith::CmpFPredicate predicate, Value lhs,
                             Value rhs) -> Value {
            return arith::CmpFOp::create(body, loc, predicate, lhs, rhs);
          };
          Value out = compare(arith::CmpFPredicate::OEQ, args[1], minusInf);
          Value low = compare(arith::CmpFPredicate::OLE, args[1], hidden);
          Value sees = compare(arith::CmpFPredicate::OGE, args[0], seen);
          low = arith::AndIOp::create(body, loc, low, sees);
          Value holds = arith::OrIOp::create(body, loc, out, low);
          holds = arith::AndIOp::create(body, loc, holds, args[2]);
          linalg::YieldOp::create(body, loc, holds);
        });
    return tensor::ExtractOp::create(b, loc, all.getResult(0), ValueRange());
  }

  OpBuilder &b;
  Location loc;
  Value mask, end;
  unsigned tokenDim;
  RankedTensorType type;
};
} // namespace

void aligned::assertTailIsMasked(OpBuilder &builder, AttentionOp op,
                                 Value end) {
  Value holds = TailCheck(builder, op, end).build();
  cf::AssertOp::create(
      builder, op.getLoc(), holds,
      "the mask shows positions behind the newest row of the cache, which "
      "planes do not have: compile with kv=pack");
}
