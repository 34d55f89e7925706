//===- MaskedTail.cpp - Positions that must not be seen -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MaskedTail.h"
#include "TensorTests.h"

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

/// Whether the mask of `op` tells positions apart, so that it can hide some.
static bool masksPositions(AttentionOp op) {
  return getTokenDim(op).has_value();
}

bool aligned::canHideTail(AttentionOp op) {
  // Without lengths these count from the end of the tensor.
  bool countsFromEnd = op.getCausal() || op.getWindow();
  return op.getLengths() || (masksPositions(op) && !countsFromEnd);
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

/// The smallest of the indices in `ends`.
static Value getEarliest(OpBuilder &b, Location loc, Value ends) {
  Value most = arith::ConstantIndexOp::create(
      b, loc, std::numeric_limits<int64_t>::max());
  Value init =
      tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>(), b.getIndexType());
  init = linalg::FillOp::create(b, loc, most, init).getResult(0);
  auto least = linalg::GenericOp::create(
      b, loc, init.getType(), ends, init,
      {b.getMultiDimIdentityMap(1), AffineMap::get(1, 0, b.getContext())},
      utils::IteratorType::reduction,
      [](OpBuilder &body, Location loc, ValueRange args) {
        linalg::YieldOp::create(
            body, loc,
            Value(arith::MinSIOp::create(body, loc, args[0], args[1])));
      });
  return tensor::ExtractOp::create(b, loc, least.getResult(0), ValueRange());
}

/// A tensor of the ends as an operand beside one with `map`, if that tells
/// sequences apart; else one index that serves all, in `end`.
static std::optional<AffineMap> alignEnds(OpBuilder &b, Location loc,
                                          VisibleEnd &end, AffineMap map) {
  if (!end.isOfSequences())
    return std::nullopt;
  std::optional<unsigned> position =
      map.getResultPosition(getAffineDimExpr(end.sequence, map.getContext()));
  if (position)
    return AffineMap::get(map.getNumResults(), 0,
                          b.getAffineDimExpr(*position));
  end.value = getEarliest(b, loc, end.value);
  return std::nullopt;
}

namespace {
class TailCheck {
public:
  TailCheck(OpBuilder &b, AttentionOp op, VisibleEnd end)
      : b(b), loc(op.getLoc()), mask(op.getMask()), end(end),
        endMap(alignEnds(b, loc, this->end, op.getMaskMap())),
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
    return buildHidden(largest.getResult(0), largest.getResult(1), minusInf);
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
    SmallVector<Value> inputs{mask};
    SmallVector<AffineMap> maps{all};
    if (endMap) {
      inputs.push_back(end.value);
      maps.push_back(*endMap);
    }
    maps.append(2, ofRow);
    return linalg::GenericOp::create(
        b, loc, TypeRange{rows.getType(), rows.getType()}, inputs,
        ValueRange{rows, rows}, maps, iterators,
        [&](OpBuilder &body, Location, ValueRange args) {
          Value bias = getBias(body, loc, args[0], minusInf, zero);
          Value index = linalg::IndexOp::create(body, loc, tokenDim);
          Value before =
              arith::CmpIOp::create(body, loc, arith::CmpIPredicate::slt, index,
                                    endMap ? args[1] : end.value);
          Value head =
              arith::SelectOp::create(body, loc, before, bias, minusInf);
          Value tail =
              arith::SelectOp::create(body, loc, before, minusInf, bias);
          ValueRange largest = args.take_back(2);
          head = arith::MaximumFOp::create(body, loc, largest[0], head);
          tail = arith::MaximumFOp::create(body, loc, largest[1], tail);
          linalg::YieldOp::create(body, loc, {head, tail});
        });
  }

  Value buildHidden(Value head, Value tail, Value minusInf) {
    Value hidden = number(kHidden), seen = number(kHidden / 2);
    AffineMap each = b.getMultiDimIdentityMap(type.getRank() - 1);
    return buildAll(
        b, loc, {head, tail}, {each, each},
        [&](OpBuilder &body, ValueRange args) -> Value {
          auto compare = [&](arith::CmpFPredicate predicate, Value lhs,
                             Value rhs) -> Value {
            return arith::CmpFOp::create(body, loc, predicate, lhs, rhs);
          };
          Value out = compare(arith::CmpFPredicate::OEQ, args[1], minusInf);
          Value low = compare(arith::CmpFPredicate::OLE, args[1], hidden);
          Value sees = compare(arith::CmpFPredicate::OGE, args[0], seen);
          low = arith::AndIOp::create(body, loc, low, sees);
          return arith::OrIOp::create(body, loc, out, low);
        });
  }

  OpBuilder &b;
  Location loc;
  Value mask;
  VisibleEnd end;
  std::optional<AffineMap> endMap; ///< of a tensor of ends
  unsigned tokenDim;
  RankedTensorType type;
};
} // namespace

void aligned::assertTailIsMasked(OpBuilder &builder, AttentionOp op,
                                 VisibleEnd end) {
  Value holds = TailCheck(builder, op, end).build();
  cf::AssertOp::create(
      builder, op.getLoc(), holds,
      "the mask shows positions behind the newest row of the cache, which "
      "planes do not have: compile with kv=pack");
}

void aligned::assertTailIsBeyondLengths(OpBuilder &builder, AttentionOp op,
                                        VisibleEnd end) {
  Location loc = op.getLoc();
  AffineMap map = op.getLengthsMap();
  std::optional<AffineMap> endMap = alignEnds(builder, loc, end, map);
  SmallVector<Value> inputs{op.getLengths()};
  SmallVector<AffineMap> maps{
      builder.getMultiDimIdentityMap(map.getNumResults())};
  if (endMap) {
    inputs.push_back(end.value);
    maps.push_back(*endMap);
  }
  Value holds = buildAll(
      builder, loc, inputs, maps,
      [&](OpBuilder &body, ValueRange args) -> Value {
        Value length = args[0];
        if (!length.getType().isIndex())
          length = arith::IndexCastOp::create(body, loc, body.getIndexType(),
                                              length);
        return arith::CmpIOp::create(body, loc, arith::CmpIPredicate::sle,
                                     length, endMap ? args[1] : end.value);
      });
  cf::AssertOp::create(
      builder, loc, holds,
      "a length reaches behind the newest row of the cache, which planes do "
      "not have: compile with kv=pack");
}
