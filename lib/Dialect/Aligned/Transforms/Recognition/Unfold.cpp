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
      .Case<arith::MaximumFOp>([](auto) { return Term::Max; })
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
// Indices
//===----------------------------------------------------------------------===//

/// The outer or the inner part of a position.
std::optional<Digits> Terms::divide(ArrayRef<Axis *> digits, int64_t divisor,
                                    bool remainder) {
  std::optional<Indices> parts;
  if (divisor > 0)
    parts = axes.cut(digits, {ShapedType::kDynamic, divisor});
  return parts ? std::optional((*parts)[remainder]) : std::nullopt;
}

/// `size == 1 ? 0 : i`, as torch's dynamic broadcasts have it, is i where
/// `size` is that of the loop: known here, or left as an assumption. So is
/// `i < 0 ? i + size : i`, with i a position.
std::optional<Digits> Terms::getWrapped(arith::SelectOp select,
                                        const Body &body) {
  auto compare = select.getCondition().getDefiningOp<arith::CmpIOp>();
  if (!compare)
    return std::nullopt;
  if (compare.getPredicate() == arith::CmpIPredicate::slt &&
      matchPattern(compare.getRhs(), m_Zero()) &&
      compare.getLhs() == select.getFalseValue())
    return getPosition(select.getFalseValue(), body);
  if (compare.getPredicate() != arith::CmpIPredicate::eq ||
      !matchPattern(compare.getRhs(), m_One()) ||
      !matchPattern(select.getTrueValue(), m_Zero()) || !body.op)
    return std::nullopt;
  auto loop = select.getFalseValue().getDefiningOp<linalg::IndexOp>();
  if (!loop)
    return std::nullopt;
  SmallVector<Size> loopSizes = getLoopSizes(body.op, loop.getDim());
  Size size = getSize(compare.getLhs());
  bool isLocal = size.number && size.number.getParentBlock() == body.block;
  if (loopSizes.empty() || isLocal)
    return std::nullopt;
  if (!llvm::is_contained(loopSizes, size) && !assume(size, loopSizes.front()))
    return std::nullopt;
  return body.loops[loop.getDim()];
}

/// An index of a body as a position along loops.
std::optional<Digits> Terms::getPosition(Value index, const Body &body) {
  if (auto argument = dyn_cast<BlockArgument>(index))
    return !body.op && argument.getOwner() == body.block
               ? std::optional(body.loops[argument.getArgNumber()])
               : std::nullopt;
  if (auto loop = index.getDefiningOp<linalg::IndexOp>())
    return body.loops[loop.getDim()];
  if (auto cast = index.getDefiningOp<arith::IndexCastOp>())
    return getPosition(cast.getIn(), body);
  if (matchPattern(index, m_Zero()))
    return Digits();
  if (auto select = index.getDefiningOp<arith::SelectOp>())
    return getWrapped(select, body);
  Operation *def = index.getDefiningOp();
  bool quotient =
      isa_and_nonnull<arith::DivUIOp, arith::DivSIOp, arith::FloorDivSIOp>(def);
  APInt divisor;
  if ((!quotient && !isa_and_nonnull<arith::RemUIOp, arith::RemSIOp>(def)) ||
      !matchPattern(def->getOperand(1), m_ConstantInt(&divisor)))
    return std::nullopt;
  std::optional<Digits> position = getPosition(def->getOperand(0), body);
  return position ? divide(*position, divisor.getSExtValue(), !quotient)
                  : std::nullopt;
}

/// An element that is read from inside a body. Where its indices are positions
/// it is one like any other, else a function of what the indices are.
Term *Terms::unfoldExtract(tensor::ExtractOp op, const Body &body) {
  Indices indices;
  size_t known = assumptions.size();
  for (auto [dim, index] : llvm::enumerate(op.getIndices())) {
    std::optional<Digits> position = getPosition(index, body);
    int64_t size = op.getTensor().getType().getDimSize(dim);
    if (!position || (position->empty() && size != 1) ||
        (!position->empty() && !getSpan(*position) &&
         !ShapedType::isDynamic(size) && countPositions(*position) != size))
      break;
    indices.push_back(*position);
  }
  if (indices.size() == op.getIndices().size())
    return element(op.getTensor(), indices);
  assumptions.truncate(known);
  SmallVector<Term *> operands;
  for (Value index : op.getIndices())
    operands.push_back(bodyTerm(body, index));
  return applyOf(op, operands);
}

/// The index that `map` takes of loops; nothing where it is not one of them or
/// a part of one.
std::optional<Indices> Terms::applyMap(AffineMap map, ArrayRef<Digits> loops) {
  Indices indices;
  for (AffineExpr expr : map.getResults()) {
    auto quotient = dyn_cast<AffineBinaryOpExpr>(expr);
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      indices.push_back(loops[dim.getPosition()]);
    } else if (auto zero = dyn_cast<AffineConstantExpr>(expr);
               zero && zero.getValue() == 0) {
      indices.emplace_back();
    } else if (quotient && (quotient.getKind() == AffineExprKind::FloorDiv ||
                            quotient.getKind() == AffineExprKind::Mod)) {
      auto dim = dyn_cast<AffineDimExpr>(quotient.getLHS());
      auto divisor = dyn_cast<AffineConstantExpr>(quotient.getRHS());
      if (!dim || !divisor)
        return std::nullopt;
      std::optional<Digits> part =
          divide(loops[dim.getPosition()], divisor.getValue(),
                 quotient.getKind() == AffineExprKind::Mod);
      if (!part)
        return std::nullopt;
      indices.push_back(*part);
    } else {
      return std::nullopt;
    }
  }
  return indices;
}

Term *Terms::operandTerm(const Body &body, OpOperand &operand) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  if (!type)
    return scalarTerm(operand.get());
  linalg::LinalgOp op = body.op;
  std::optional<Indices> indices =
      applyMap(op.getMatchingIndexingMap(&operand), body.loops);
  if (!indices)
    return make(Term::Opaque, type.getElementType());
  // A constant 0 indexes all of a dimension only if there is no more of it.
  for (auto [size, digits] : llvm::zip(type.getShape(), *indices))
    if (digits.empty() && size != 1)
      return make(Term::Opaque, type.getElementType());
  return element(operand.get(), *indices);
}

Term *Terms::bodyTerm(const Body &body, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument && argument.getOwner() == body.block && body.op)
    return operandTerm(
        body, linalg::LinalgOp(body.op)->getOpOperand(argument.getArgNumber()));
  Operation *def = value.getDefiningOp();
  auto index = dyn_cast_or_null<linalg::IndexOp>(def);
  bool isPosition = argument && argument.getOwner() == body.block;
  if (index || isPosition) {
    Term *term = make(Term::Position, value.getType());
    term->indices.push_back(
        body.loops[index ? index.getDim() : argument.getArgNumber()]);
    return term;
  }
  if (!def || def->getBlock() != body.block)
    return scalarTerm(value);
  if (auto extract = dyn_cast<tensor::ExtractOp>(def))
    return unfoldExtract(extract, body);
  if (def->hasTrait<OpTrait::ConstantLike>())
    return scalarTerm(value);
  if (def->getNumRegions() != 0 || def->getNumResults() != 1)
    return make(Term::Opaque, value.getType());
  SmallVector<Term *> operands;
  for (Value operand : def->getOperands())
    operands.push_back(bodyTerm(body, operand));
  return applyOf(def, operands);
}

//===----------------------------------------------------------------------===//
// Linalg operations
//===----------------------------------------------------------------------===//

/// Whether a value of a body is computed from what the loops before this one
/// have left in an init.
static bool readsInits(linalg::LinalgOp op, Value value) {
  Block *body = op.getBlock();
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == body &&
           argument.getArgNumber() >= op.getNumDpsInputs();
  Operation *def = value.getDefiningOp();
  return def && def->getBlock() == body &&
         llvm::any_of(def->getOperands(),
                      [&](Value operand) { return readsInits(op, operand); });
}

Value aligned::recognition::getCombined(linalg::LinalgOp op,
                                        unsigned resultNumber,
                                        Operation *&combiner) {
  Block *body = op.getBlock();
  combiner = body->getTerminator()->getOperand(resultNumber).getDefiningOp();
  Value before = body->getArgument(op.getNumDpsInputs() + resultNumber);
  if (!combiner || combiner->getNumOperands() != 2 ||
      combiner->getBlock() != body)
    return {};
  for (int side : {0, 1})
    // Other results, as torch's argmax, may have uses of their own.
    if (Value combined = combiner->getOperand(1 - side);
        combiner->getOperand(side) == before && !readsInits(op, combined))
      return combined;
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
    return bodyTerm({op.getBlock(), loops, op},
                    op.getBlock()->getTerminator()->getOperand(number));
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
        !ShapedType::isDynamic(size) && !getSpan(digits))
      return nullptr;
    loops[loop] = digits;
  }
  return bodyTerm({op.getBlock(), loops, op}, combined);
}

Combiner Terms::getCombiner(Term *reduction) {
  Operation *combiner;
  if (!getCombined(cast<linalg::LinalgOp>(reduction->op),
                   reduction->resultNumber, combiner))
    return Combiner::Unknown;
  if (isa<arith::AddFOp>(combiner))
    return Combiner::Sum;
  if (isa<arith::MaximumFOp, arith::MaxNumFOp>(combiner))
    return Combiner::Max;
  if (isa<arith::AndIOp>(combiner))
    return Combiner::And;
  if (isa<arith::OrIOp>(combiner))
    return Combiner::Or;
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
