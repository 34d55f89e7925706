//===- Unfold.cpp - From an element to what its producer computes
//-------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Terms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace aligned::recognition;

//===----------------------------------------------------------------------===//
// Scalars and bodies
//===----------------------------------------------------------------------===//

static Term::Function getFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, Term::Function>(op)
      .Case<arith::AddFOp>([](auto) { return Term::Add; })
      .Case<arith::SubFOp>([](auto) { return Term::Sub; })
      .Case<arith::MulFOp>([](auto) { return Term::Mul; })
      .Case<arith::DivFOp>([](auto) { return Term::Div; })
      .Case<math::ExpOp>([](auto) { return Term::Exp; })
      .Case<math::Exp2Op>([](auto) { return Term::Exp2; })
      .Case<math::LogOp>([](auto) { return Term::Log; })
      .Case<math::Log2Op>([](auto) { return Term::Log2; })
      .Case<math::TanhOp>([](auto) { return Term::Tanh; })
      .Case<arith::SelectOp>([](auto) { return Term::Select; })
      .Case<arith::ExtFOp, arith::TruncFOp>([](auto) { return Term::Cast; })
      .Default([](auto) { return Term::Other; });
}

Term *Terms::applyOf(Operation *op, ArrayRef<Term *> operands) {
  if (isa<math::PowFOp>(op) && isNumber(operands[0], 2.0))
    return apply(Term::Exp2, operands[1]);
  Term *term = make(Term::Apply, getElementTypeOrSelf(op->getResult(0)));
  term->function = getFunction(op);
  term->op = op;
  term->operands.append(operands.begin(), operands.end());
  return term;
}

Term *Terms::scalarTerm(Value value) {
  Attribute constant;
  if (matchPattern(value, m_Constant(&constant))) {
    Term *term = make(Term::Constant, value.getType());
    term->constant = constant;
    return term;
  }
  Operation *def = value.getDefiningOp();
  if (isa_and_nonnull<arith::ExtFOp, arith::TruncFOp>(def))
    return applyOf(def, scalarTerm(def->getOperand(0)));
  Term *term = make(Term::Scalar, value.getType());
  term->value = value;
  return term;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

static Size getSize(Value number);

/// Where the size of a dimension comes from, through what takes it over.
static Size getSize(Value tensor, int64_t dim) {
  while (Operation *def = tensor.getDefiningOp()) {
    if (auto empty = dyn_cast<tensor::EmptyOp>(def))
      return getSize(empty.getDynamicSize(dim));
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(def)) {
      OpFoldResult size = expand.getMixedOutputShape()[dim];
      return isa<Value>(size) ? getSize(cast<Value>(size))
                              : Size{{}, tensor, dim};
    }
    auto op = dyn_cast<linalg::LinalgOp>(def);
    if (!op || !op.hasPureTensorSemantics())
      break;
    tensor =
        op.getDpsInitOperand(cast<OpResult>(tensor).getResultNumber())->get();
    if (!cast<RankedTensorType>(tensor.getType()).isDynamicDim(dim))
      break;
  }
  return {{}, tensor, dim};
}

static Size getSize(Value number) {
  if (auto op = number.getDefiningOp<tensor::DimOp>())
    if (std::optional<int64_t> dim = op.getConstantIndex();
        dim && isa<RankedTensorType>(op.getSource().getType()))
      return getSize(op.getSource(), *dim);
  return {number, {}, 0};
}

/// Sizes of loop `loop`, as the operands of `op` say it.
static SmallVector<Size> getLoopSizes(linalg::LinalgOp op, unsigned loop) {
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

/// An index of a body as a position along loops. Torch's dynamic broadcasts
/// compute `size == 1 ? 0 : i`, which is i where `size` is that of the loop:
/// known here, or left as an assumption.
std::optional<Digits> Terms::getPosition(Value index, ArrayRef<Digits> loops,
                                         linalg::LinalgOp op) {
  if (auto loop = index.getDefiningOp<linalg::IndexOp>())
    return loops[loop.getDim()];
  if (auto cast = index.getDefiningOp<arith::IndexCastOp>())
    return getPosition(cast.getIn(), loops, op);
  if (matchPattern(index, m_Zero()))
    return Digits();
  auto select = index.getDefiningOp<arith::SelectOp>();
  auto compare =
      select ? select.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  if (!compare)
    return std::nullopt;
  // i < 0 ? i + size : i, with i a position.
  if (compare.getPredicate() == arith::CmpIPredicate::slt &&
      matchPattern(compare.getRhs(), m_Zero()) &&
      compare.getLhs() == select.getFalseValue())
    return getPosition(select.getFalseValue(), loops, op);
  if (compare.getPredicate() != arith::CmpIPredicate::eq ||
      !matchPattern(compare.getRhs(), m_One()) ||
      !matchPattern(select.getTrueValue(), m_Zero()))
    return std::nullopt;
  auto loop = select.getFalseValue().getDefiningOp<linalg::IndexOp>();
  if (!loop)
    return std::nullopt;
  SmallVector<Size> loopSizes = getLoopSizes(op, loop.getDim());
  Size size = getSize(compare.getLhs());
  bool isLocal = size.number && size.number.getParentBlock() == op.getBlock();
  if (loopSizes.empty() || isLocal)
    return std::nullopt;
  if (!llvm::is_contained(loopSizes, size))
    assumptions.push_back({size, loopSizes.front()});
  return loops[loop.getDim()];
}

Term *Terms::unfoldExtract(tensor::ExtractOp op, ArrayRef<Digits> loops,
                           linalg::LinalgOp body) {
  Indices indices;
  for (auto [dim, index] : llvm::enumerate(op.getIndices())) {
    std::optional<Digits> position = getPosition(index, loops, body);
    int64_t size = op.getTensor().getType().getDimSize(dim);
    if (!position || (position->empty() && size != 1) ||
        (!position->empty() && !ShapedType::isDynamic(size) &&
         countPositions(*position) != size))
      return make(Term::Opaque, op.getType());
    indices.push_back(*position);
  }
  return element(op.getTensor(), indices);
}

/// The index that `map` takes of loops; nothing where it is not one of them.
static std::optional<Indices> applyMap(AffineMap map, ArrayRef<Digits> loops) {
  Indices indices;
  for (AffineExpr expr : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      indices.push_back(loops[dim.getPosition()]);
    else if (auto zero = dyn_cast<AffineConstantExpr>(expr);
             zero && zero.getValue() == 0)
      indices.emplace_back();
    else
      return std::nullopt;
  }
  return indices;
}

Term *Terms::bodyTerm(linalg::LinalgOp op, Value value,
                      ArrayRef<Digits> loops) {
  if (auto argument = dyn_cast<BlockArgument>(value);
      argument && argument.getOwner() == op.getBlock()) {
    OpOperand &operand = op->getOpOperand(argument.getArgNumber());
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      return scalarTerm(operand.get());
    std::optional<Indices> indices =
        applyMap(op.getMatchingIndexingMap(&operand), loops);
    if (!indices)
      return make(Term::Opaque, type.getElementType());
    // A constant 0 indexes all of a dimension only if there is no more of it.
    for (auto [size, digits] : llvm::zip(type.getShape(), *indices))
      if (digits.empty() && size != 1)
        return make(Term::Opaque, type.getElementType());
    return element(operand.get(), *indices);
  }
  Operation *def = value.getDefiningOp();
  if (!def || def->getBlock() != op.getBlock())
    return scalarTerm(value);
  if (auto extract = dyn_cast<tensor::ExtractOp>(def))
    return unfoldExtract(extract, loops, op);
  if (auto index = dyn_cast<linalg::IndexOp>(def)) {
    Term *term = make(Term::Position, index.getType());
    term->indices.push_back(loops[index.getDim()]);
    return term;
  }
  if (def->hasTrait<OpTrait::ConstantLike>())
    return scalarTerm(value);
  if (def->getNumRegions() != 0 || def->getNumResults() != 1)
    return make(Term::Opaque, value.getType());
  SmallVector<Term *> operands;
  for (Value operand : def->getOperands())
    operands.push_back(bodyTerm(op, operand, loops));
  return applyOf(def, operands);
}

//===----------------------------------------------------------------------===//
// Linalg operations
//===----------------------------------------------------------------------===//

Value aligned::recognition::getCombined(linalg::LinalgOp op,
                                        unsigned resultNumber,
                                        Operation *&combiner) {
  Block *body = op.getBlock();
  combiner = body->getTerminator()->getOperand(resultNumber).getDefiningOp();
  Value before = body->getArgument(op.getNumDpsInputs() + resultNumber);
  if (!combiner || combiner->getNumOperands() != 2 ||
      combiner->getBlock() != body || !before.hasOneUse())
    return {};
  if (combiner->getOperand(0) == before)
    return combiner->getOperand(1);
  if (combiner->getOperand(1) == before)
    return combiner->getOperand(0);
  return {};
}

Term *Terms::unfoldLinalg(linalg::LinalgOp op, Term *term) {
  unsigned number = cast<OpResult>(term->value).getResultNumber();
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(number));
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  Indices loops(op.getNumLoops());
  SmallVector<bool> known(op.getNumLoops(), false);
  for (auto [expr, digits] : llvm::zip(map.getResults(), term->indices)) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim) {
      // (d0, 0): a dimension of size 1 that holds a reduction's result.
      auto zero = dyn_cast<AffineConstantExpr>(expr);
      if (!zero || zero.getValue() != 0 || !digits.empty())
        return nullptr;
      continue;
    }
    if (known[dim.getPosition()])
      return nullptr;
    loops[dim.getPosition()] = digits;
    known[dim.getPosition()] = true;
  }
  SmallVector<unsigned, 2> open;
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (iterator == utils::IteratorType::reduction)
      open.push_back(loop);
    else if (!known[loop] && sizes[loop] != 1)
      return nullptr;
  }
  if (open.empty())
    return bodyTerm(op, op.getBlock()->getTerminator()->getOperand(number),
                    loops);
  Term *reduction = make(Term::Reduction, term->type);
  reduction->op = op;
  reduction->resultNumber = number;
  reduction->indices = loops;
  reduction->openLoops = open;
  return reduction;
}

SmallVector<int64_t> Terms::getOpenSizes(Term *reduction) {
  auto op = cast<linalg::LinalgOp>(reduction->op);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  return llvm::map_to_vector(reduction->openLoops,
                             [&](unsigned loop) { return ranges[loop]; });
}

Term *Terms::instantiate(Term *reduction, ArrayRef<Digits> values) {
  auto op = cast<linalg::LinalgOp>(reduction->op);
  Operation *combiner;
  Value combined = getCombined(op, reduction->resultNumber, combiner);
  if (!combined || values.size() != reduction->openLoops.size())
    return nullptr;
  Indices loops = reduction->indices;
  for (auto [loop, size, digits] :
       llvm::zip(reduction->openLoops, getOpenSizes(reduction), values)) {
    int64_t count = countPositions(digits);
    if (count != size && !ShapedType::isDynamic(count) &&
        !ShapedType::isDynamic(size))
      return nullptr;
    loops[loop] = digits;
  }
  return bodyTerm(op, combined, loops);
}

Combiner Terms::getCombiner(Term *reduction) {
  Operation *combiner;
  if (!getCombined(cast<linalg::LinalgOp>(reduction->op),
                   reduction->resultNumber, combiner))
    return Combiner::Unknown;
  if (isa<arith::AddFOp>(combiner))
    return Combiner::Sum;
  if (isa<arith::AndIOp>(combiner))
    return Combiner::And;
  return Combiner::Unknown;
}

Term *Terms::getInit(Term *reduction) {
  auto op = cast<linalg::LinalgOp>(reduction->op);
  OpOperand *init = op.getDpsInitOperand(reduction->resultNumber);
  std::optional<Indices> indices =
      applyMap(op.getMatchingIndexingMap(init), reduction->indices);
  if (!indices)
    return make(Term::Opaque, reduction->type);
  return element(init->get(), *indices);
}

//===----------------------------------------------------------------------===//
// Producers
//===----------------------------------------------------------------------===//

/// The index into the source of a slice that is all of it, but for dimensions of
/// size 1 that it drops.
static std::optional<Indices> indexOfWhole(tensor::ExtractSliceOp slice,
                                           ArrayRef<Digits> indices) {
  RankedTensorType source = slice.getSourceType();
  if (!source.hasStaticShape() || !slice.hasUnitStride() ||
      !llvm::all_of(slice.getMixedOffsets(), isZeroInteger) ||
      slice.getStaticSizes() != source.getShape())
    return std::nullopt;
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  Indices result;
  for (int64_t dim = 0, next = 0; dim < source.getRank(); ++dim)
    result.push_back(dropped[dim] ? Digits() : indices[next++]);
  return result;
}

Term *Terms::unfold(Term *term) {
  if (!term->is(Term::Element))
    return nullptr;
  Operation *def = term->value.getDefiningOp();
  if (!def)
    return nullptr;
  DenseElementsAttr constant;
  if (matchPattern(def, m_Constant(&constant))) {
    if (!constant.isSplat())
      return nullptr;
    Term *number = make(Term::Constant, term->type);
    number->constant = constant.getSplatValue<Attribute>();
    return number;
  }
  if (auto op = dyn_cast<linalg::LinalgOp>(def))
    return op.hasPureTensorSemantics() ? unfoldLinalg(op, term) : nullptr;
  if (auto op = dyn_cast<tensor::CastOp>(def))
    return isa<RankedTensorType>(op.getSource().getType())
               ? element(op.getSource(), term->indices)
               : nullptr;
  if (auto op = dyn_cast<tensor::ExtractSliceOp>(def)) {
    std::optional<Indices> indices = indexOfWhole(op, term->indices);
    return indices ? element(op.getSource(), *indices) : nullptr;
  }
  if (auto op = dyn_cast<tensor::SplatOp>(def))
    return scalarTerm(op.getInput());
  if (auto op = dyn_cast<tensor::FromElementsOp>(def))
    return op.getElements().size() == 1 ? scalarTerm(op.getElements().front())
                                        : nullptr;
  if (auto op = dyn_cast<tensor::ExpandShapeOp>(def)) {
    Indices indices;
    for (const ReassociationIndices &group : op.getReassociationIndices()) {
      Digits &digits = indices.emplace_back();
      for (int64_t dim : group)
        llvm::append_range(digits, term->indices[dim]);
    }
    return element(op.getSrc(), indices);
  }
  if (auto op = dyn_cast<tensor::CollapseShapeOp>(def)) {
    Indices indices;
    for (auto [digits, group] :
         llvm::zip(term->indices, op.getReassociationIndices())) {
      ArrayRef<int64_t> shape = op.getSrcType().getShape();
      std::optional<Indices> parts =
          axes.cut(digits, shape.slice(group.front(), group.size()));
      if (!parts)
        return nullptr;
      llvm::append_range(indices, *parts);
    }
    if (op.getReassociationIndices().empty())
      indices.resize(op.getSrcType().getRank());
    return element(op.getSrc(), indices);
  }
  if (OpTrait::hasElementwiseMappableTraits(def) && def->getNumResults() == 1) {
    SmallVector<Term *> operands;
    for (Value operand : def->getOperands())
      operands.push_back(isa<RankedTensorType>(operand.getType())
                             ? element(operand, term->indices)
                             : scalarTerm(operand));
    return applyOf(def, operands);
  }
  return nullptr;
}
