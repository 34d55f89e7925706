//===- AttentionDecompose.cpp - The linalg that attention means
//---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This is the meaning of `aligned.attention`, written to be read and to be
// compared against, not to be fast: scores, their row maxima, exponentials,
// row sums, and the product with V, each one linalg operation.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace aligned;

namespace {
/// Builds the operations one after the other. All maps of the attention speak
/// of its whole domain; each step iterates over some of these dimensions.
class Decomposer {
public:
  Decomposer(AttentionOp op, OpBuilder &builder);
  FailureOr<SmallVector<Value>> run();

private:
  using Dims = SmallVector<unsigned>;
  using Body = function_ref<Value(OpBuilder &, Location, ValueRange)>;

  /// `map` over `dims` alone: the other dimensions must not be in it.
  AffineMap over(ArrayRef<unsigned> dims, AffineMap map) const;
  /// The map that names `results`, over `dims`.
  AffineMap naming(ArrayRef<unsigned> dims, ArrayRef<unsigned> results) const;
  /// Size of a dimension of the domain, from the first operand that has it.
  OpFoldResult sizeOf(unsigned dim);
  Value empty(ArrayRef<unsigned> dims);
  Value filled(ArrayRef<unsigned> dims, double value);
  Value constant(OpBuilder &b, double value) const;
  /// `value` in the type of the arithmetic.
  Value extend(OpBuilder &b, Value value) const;
  Value round(OpBuilder &b, Value value, Type type) const;
  /// One linalg.generic over `dims`, reducing those that `initMap` drops.
  Value generic(ArrayRef<unsigned> dims, ValueRange inputs,
                ArrayRef<AffineMap> inputMaps, Value init, AffineMap initMap,
                Body body);

  Value products();
  Value scores();
  Value isVisible(OpBuilder &b, Value ownLength);
  Value rowMaxima(Value scores);
  Value exponentials(Value scores, Value maxima);
  Value rowSums(Value exponentials, Value maxima);
  Value outputs(Value exponentials, Value maxima, Value sums);
  Value logsumexps(Value maxima, Value sums);

  AttentionOp op;
  OpBuilder &builder;
  Location loc;
  AttentionDims dims;
  SmallVector<int64_t> sizes;
  FloatType type;        // of the arithmetic
  Dims rows, scoreDims;  // (batch .., group .., m) and with n
  Value length, numRows; // of all sequences; constants or dims, as index
};
} // namespace

Decomposer::Decomposer(AttentionOp op, OpBuilder &builder)
    : op(op), builder(builder), loc(op.getLoc()), dims(op.getDims()),
      sizes(op.getStaticSizes()) {
  bool isDouble = getElementTypeOrSelf(op.getQuery().getType()).isF64();
  type = isDouble ? FloatType(builder.getF64Type()) : builder.getF32Type();
  rows = dims.batch;
  rows.append(dims.group.begin(), dims.group.end());
  rows.push_back(dims.m);
  scoreDims = rows;
  scoreDims.push_back(dims.n);
}

AffineMap Decomposer::naming(ArrayRef<unsigned> over,
                             ArrayRef<unsigned> results) const {
  SmallVector<AffineExpr> exprs;
  for (unsigned dim : results)
    exprs.push_back(
        builder.getAffineDimExpr(llvm::find(over, dim) - over.begin()));
  return AffineMap::get(over.size(), 0, exprs, builder.getContext());
}

AffineMap Decomposer::over(ArrayRef<unsigned> dims, AffineMap map) const {
  Dims results;
  for (AffineExpr expr : map.getResults())
    results.push_back(cast<AffineDimExpr>(expr).getPosition());
  return naming(dims, results);
}

OpFoldResult Decomposer::sizeOf(unsigned dim) {
  if (!ShapedType::isDynamic(sizes[dim]))
    return builder.getIndexAttr(sizes[dim]);
  AffineExpr expr = builder.getAffineDimExpr(dim);
  for (auto [value, map] : {std::pair(op.getQuery(), op.getQueryMap()),
                            std::pair(op.getKey(), op.getKeyMap()),
                            std::pair(op.getValue(), op.getValueMap())})
    if (std::optional<unsigned> position = map.getResultPosition(expr))
      return tensor::getMixedSize(builder, loc, value, *position);
  llvm_unreachable("every dimension indexes query, key or value");
}

Value Decomposer::empty(ArrayRef<unsigned> dims) {
  SmallVector<OpFoldResult> shape =
      llvm::map_to_vector(dims, [&](unsigned dim) { return sizeOf(dim); });
  return tensor::EmptyOp::create(builder, loc, shape, type);
}

Value Decomposer::constant(OpBuilder &b, double value) const {
  return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
}

Value Decomposer::filled(ArrayRef<unsigned> dims, double value) {
  return linalg::FillOp::create(builder, loc, constant(builder, value),
                                empty(dims))
      .getResult(0);
}

Value Decomposer::extend(OpBuilder &b, Value value) const {
  return round(b, value, type);
}

Value Decomposer::round(OpBuilder &b, Value value, Type to) const {
  unsigned from = value.getType().getIntOrFloatBitWidth();
  if (value.getType() == to)
    return value;
  if (from < to.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(b, loc, to, value);
  return arith::TruncFOp::create(b, loc, to, value);
}

Value Decomposer::generic(ArrayRef<unsigned> dims, ValueRange inputs,
                          ArrayRef<AffineMap> inputMaps, Value init,
                          AffineMap initMap, Body body) {
  SmallVector<AffineMap> maps(inputMaps);
  maps.push_back(initMap);
  SmallVector<utils::IteratorType> iterators;
  for (unsigned dim = 0; dim < dims.size(); ++dim)
    iterators.push_back(initMap.isFunctionOfDim(dim)
                            ? utils::IteratorType::parallel
                            : utils::IteratorType::reduction);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, body(b, loc, args));
             })
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// The steps
//===----------------------------------------------------------------------===//

/// Q K^T.
Value Decomposer::products() {
  Dims loops = scoreDims;
  loops.push_back(dims.k1);
  return generic(loops, {op.getQuery(), op.getKey()},
                 {over(loops, op.getQueryMap()), over(loops, op.getKeyMap())},
                 filled(scoreDims, 0.0), naming(loops, scoreDims),
                 [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                   Value product = arith::MulFOp::create(
                       b, loc, extend(b, args[0]), extend(b, args[1]));
                   return arith::AddFOp::create(b, loc, args[2], product);
                 });
}

/// Whether the token of this iteration is within length, window and causal
/// limit; null where none of them is asked for.
Value Decomposer::isVisible(OpBuilder &b, Value ownLength) {
  using arith::CmpIPredicate;
  if (!ownLength && !op.getCausal() && !op.getWindow())
    return {};
  Value token = linalg::IndexOp::create(b, loc, scoreDims.size() - 1);
  Value visible;
  auto require = [&](CmpIPredicate predicate, Value lhs, Value rhs) {
    Value ok = arith::CmpIOp::create(b, loc, predicate, lhs, rhs);
    visible = visible ? arith::AndIOp::create(b, loc, visible, ok) : ok;
  };
  if (ownLength)
    require(CmpIPredicate::slt, token, ownLength);
  if (op.getCausal() || op.getWindow()) {
    Value row = linalg::IndexOp::create(b, loc, rows.size() - 1);
    Value first =
        arith::SubIOp::create(b, loc, ownLength ? ownLength : length, numRows);
    Value position = arith::AddIOp::create(b, loc, first, row);
    if (op.getCausal())
      require(CmpIPredicate::sle, token, position);
    if (op.getWindow()) {
      Value window = arith::ConstantIndexOp::create(b, loc, *op.getWindow());
      Value behind = arith::SubIOp::create(b, loc, position, window);
      require(CmpIPredicate::sgt, token, behind);
    }
  }
  return visible;
}

/// What the softmax is taken of: products after scale, soft-cap and masks.
Value Decomposer::scores() {
  SmallVector<Value> inputs{products()};
  SmallVector<AffineMap> maps{naming(scoreDims, scoreDims)};
  auto addInput = [&](Value value, AffineMap map) -> int {
    if (!value)
      return -1;
    inputs.push_back(value);
    maps.push_back(map);
    return inputs.size() - 1;
  };
  int scale = addInput(op.getScale(), naming(scoreDims, {}));
  int mask = op.getMask()
                 ? addInput(op.getMask(), over(scoreDims, op.getMaskMap()))
                 : -1;
  int lengths = op.getLengths() ? addInput(op.getLengths(),
                                           over(scoreDims, op.getLengthsMap()))
                                : -1;
  return generic(
      scoreDims, inputs, maps, empty(scoreDims), naming(scoreDims, scoreDims),
      [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
        Value score = args[0];
        Value minusInf = constant(b, -std::numeric_limits<double>::infinity());
        if (scale >= 0)
          score = arith::MulFOp::create(b, loc, score, extend(b, args[scale]));
        if (op.getSoftcap()) {
          Value cap = constant(b, op.getSoftcap()->convertToDouble());
          Value share = arith::DivFOp::create(b, loc, score, cap);
          Value squashed = math::TanhOp::create(b, loc, share);
          score = arith::MulFOp::create(b, loc, cap, squashed);
        }
        if (mask >= 0)
          score =
              args[mask].getType().isInteger(1)
                  ? arith::SelectOp::create(b, loc, args[mask], score, minusInf)
                        .getResult()
                  : arith::AddFOp::create(b, loc, score, extend(b, args[mask]))
                        .getResult();
        Value ownLength;
        if (lengths >= 0)
          ownLength = args[lengths].getType().isIndex()
                          ? args[lengths]
                          : arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                                       args[lengths])
                                .getResult();
        if (Value visible = isVisible(b, ownLength))
          score = arith::SelectOp::create(b, loc, visible, score, minusInf);
        return score;
      });
}

/// The largest score of each row, sinks among them.
Value Decomposer::rowMaxima(Value scores) {
  Value init = filled(rows, -std::numeric_limits<double>::infinity());
  if (op.getSinks())
    init = generic(rows, op.getSinks(), over(rows, op.getSinksMap()), init,
                   naming(rows, rows),
                   [&](OpBuilder &b, Location, ValueRange args) {
                     return extend(b, args[0]);
                   });
  return generic(scoreDims, scores, naming(scoreDims, scoreDims), init,
                 naming(scoreDims, rows),
                 [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                   return arith::MaximumFOp::create(b, loc, args[0], args[1]);
                 });
}

Value Decomposer::exponentials(Value scores, Value maxima) {
  return generic(scoreDims, {scores, maxima},
                 {naming(scoreDims, scoreDims), naming(scoreDims, rows)},
                 empty(scoreDims), naming(scoreDims, scoreDims),
                 [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                   Value below =
                       arith::SubFOp::create(b, loc, args[0], args[1]);
                   return math::ExpOp::create(b, loc, below);
                 });
}

Value Decomposer::rowSums(Value exponentials, Value maxima) {
  Value init = filled(rows, 0.0);
  if (op.getSinks())
    init = generic(rows, {op.getSinks(), maxima},
                   {over(rows, op.getSinksMap()), naming(rows, rows)}, init,
                   naming(rows, rows),
                   [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                     Value below = arith::SubFOp::create(
                         b, loc, extend(b, args[0]), args[1]);
                     return math::ExpOp::create(b, loc, below);
                   });
  return generic(scoreDims, exponentials, naming(scoreDims, scoreDims), init,
                 naming(scoreDims, rows),
                 [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                   return arith::AddFOp::create(b, loc, args[1], args[0]);
                 });
}

/// Whether the row of this maximum sees no token.
static Value isMasked(OpBuilder &b, Location loc, Value maximum,
                      Value minusInf) {
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, maximum,
                               minusInf);
}

Value Decomposer::outputs(Value exponentials, Value maxima, Value sums) {
  Dims results = rows, loops = scoreDims;
  results.push_back(dims.k2);
  loops.push_back(dims.k2);
  Value unscaled =
      generic(loops, {exponentials, op.getValue()},
              {naming(loops, scoreDims), over(loops, op.getValueMap())},
              filled(results, 0.0), naming(loops, results),
              [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                Value product =
                    arith::MulFOp::create(b, loc, args[0], extend(b, args[1]));
                return arith::AddFOp::create(b, loc, args[2], product);
              });
  Type elementType = getElementTypeOrSelf(op.getOutput().getType());
  AffineMap ofRow = naming(results, rows);
  return generic(results, {unscaled, maxima, sums},
                 {naming(results, results), ofRow, ofRow}, op.getOutput(),
                 over(results, op.getOutputMap()),
                 [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                   Value output =
                       arith::DivFOp::create(b, loc, args[0], args[2]);
                   if (op.getMaskedRows() == MaskedRows::Zero) {
                     Value minusInf =
                         constant(b, -std::numeric_limits<double>::infinity());
                     output = arith::SelectOp::create(
                         b, loc, isMasked(b, loc, args[1], minusInf),
                         constant(b, 0.0), output);
                   }
                   return round(b, output, elementType);
                 });
}

/// A row that sees no token has a log-sum-exp of -inf, not the NaN that its
/// difference of infinities would give.
Value Decomposer::logsumexps(Value maxima, Value sums) {
  Type elementType = getElementTypeOrSelf(op.getLogsumexp().getType());
  AffineMap ofRow = naming(rows, rows);
  return generic(
      rows, {maxima, sums}, {ofRow, ofRow}, op.getLogsumexp(),
      over(rows, op.getLogsumexpMap()),
      [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
        Value log = math::LogOp::create(b, loc, args[1]);
        Value result = arith::AddFOp::create(b, loc, args[0], log);
        Value minusInf = constant(b, -std::numeric_limits<double>::infinity());
        result = arith::SelectOp::create(
            b, loc, isMasked(b, loc, args[0], minusInf), minusInf, result);
        return round(b, result, elementType);
      });
}

FailureOr<SmallVector<Value>> Decomposer::run() {
  if (op.getCausal() || op.getWindow()) {
    numRows = getValueOrCreateConstantIndexOp(builder, loc, sizeOf(dims.m));
    length = getValueOrCreateConstantIndexOp(builder, loc, sizeOf(dims.n));
  }
  Value scores = this->scores();
  Value maxima = rowMaxima(scores);
  Value exponentials = this->exponentials(scores, maxima);
  Value sums = rowSums(exponentials, maxima);
  SmallVector<Value> results{outputs(exponentials, maxima, sums)};
  if (op.getLogsumexp())
    results.push_back(logsumexps(maxima, sums));
  return results;
}

FailureOr<SmallVector<Value>>
AttentionOp::decomposeOperation(OpBuilder &builder) {
  if (isa<MemRefType>(getOutput().getType()))
    return failure();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(*this);
  return Decomposer(*this, builder).run();
}
