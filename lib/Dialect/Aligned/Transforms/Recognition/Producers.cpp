//===- Producers.cpp - Operations that move elements ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Terms.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace aligned::recognition;

/// Several digits are one number only if each counts all of its dimension.
static bool isNumber(ArrayRef<Axis *> digits) {
  return digits.size() < 2 ||
         llvm::none_of(digits, [](Axis *axis) { return axis->span; });
}

/// Digits of dimensions that were one.
static std::optional<Indices> join(ArrayRef<Digits> indices,
                                   ArrayRef<ReassociationIndices> groups) {
  Indices joined;
  for (const ReassociationIndices &group : groups) {
    Digits &digits = joined.emplace_back();
    for (int64_t dim : group)
      llvm::append_range(digits, indices[dim]);
    if (!isNumber(digits))
      return std::nullopt;
  }
  return joined;
}

bool Terms::assume(const Size &size, const Size &other) {
  if (size == other)
    return true;
  if (size.isConstant() && other.isConstant())
    return false;
  assumptions.push_back({size, other});
  return true;
}

//===----------------------------------------------------------------------===//
// Reshapes to computed shapes
//===----------------------------------------------------------------------===//

/// Cuts two shapes of as many elements into groups of dimensions that
/// correspond: products of static sizes that are the same, and pairs of dynamic
/// ones, which have to be.
static bool align(ArrayRef<int64_t> from, ArrayRef<int64_t> to,
                  SmallVectorImpl<ReassociationIndices> &fromGroups,
                  SmallVectorImpl<ReassociationIndices> &toGroups) {
  size_t i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    ReassociationIndices &left = fromGroups.emplace_back();
    ReassociationIndices &right = toGroups.emplace_back();
    if (i < from.size() && j < to.size() && ShapedType::isDynamic(from[i]) &&
        ShapedType::isDynamic(to[j])) {
      left.push_back(i++);
      right.push_back(j++);
      continue;
    }
    int64_t leftSize = 1, rightSize = 1;
    do {
      bool takeLeft =
          j == to.size() || (i < from.size() && leftSize <= rightSize &&
                             !ShapedType::isDynamic(from[i]));
      ArrayRef<int64_t> sizes = takeLeft ? from : to;
      size_t &next = takeLeft ? i : j;
      if (next == sizes.size() || ShapedType::isDynamic(sizes[next]))
        return false;
      (takeLeft ? leftSize : rightSize) *= sizes[next];
      (takeLeft ? left : right).push_back(next++);
    } while (leftSize != rightSize);
  }
  return true;
}

Term *Terms::unfoldReshape(tensor::ReshapeOp op, Term *term) {
  auto from = dyn_cast<RankedTensorType>(op.getSource().getType());
  auto to = dyn_cast<RankedTensorType>(op.getResult().getType());
  SmallVector<ReassociationIndices> fromGroups, toGroups;
  if (!from || !to ||
      !align(from.getShape(), to.getShape(), fromGroups, toGroups))
    return nullptr;
  std::optional<Indices> joined = join(term->indices, toGroups);
  if (!joined)
    return nullptr;
  size_t known = assumptions.size();
  Indices indices;
  for (auto [digits, source, target] :
       llvm::zip(*joined, fromGroups, toGroups)) {
    if (source.size() == 1 && from.isDynamicDim(source[0]) &&
        !assume(getSize(op.getResult(), target[0]),
                getSize(op.getSource(), source[0])))
      return nullptr;
    SmallVector<int64_t> sizes = llvm::map_to_vector(
        source, [&](int64_t dim) { return from.getDimSize(dim); });
    std::optional<Indices> parts = axes.cut(digits, sizes);
    if (!parts) {
      assumptions.truncate(known);
      return nullptr;
    }
    llvm::append_range(indices, *parts);
  }
  return element(op.getSource(), indices);
}

//===----------------------------------------------------------------------===//
// Slices and concatenations
//===----------------------------------------------------------------------===//

Term *Terms::unfoldSlice(tensor::ExtractSliceOp op, Term *term) {
  llvm::SmallBitVector dropped = op.getDroppedDims();
  Indices indices;
  unsigned next = 0;
  for (unsigned dim = 0; dim < dropped.size(); ++dim) {
    Digits digits = dropped.test(dim) ? Digits() : term->indices[next++];
    if (!isOneInteger(op.getMixedStrides()[dim]))
      return nullptr;
    Span span{getSize(op.getMixedOffsets()[dim]),
              getSize(op.getMixedSizes()[dim]), digits};
    bool whole =
        span.begin.isZero() && span.length == getSize(op.getSource(), dim);
    if (!whole && getSpan(digits))
      return nullptr;
    indices.push_back(whole ? digits : axes.createSpan(span));
  }
  return element(op.getSource(), indices);
}

static std::optional<Pieces> getPieces(tensor::ConcatOp op) {
  Pieces pieces{static_cast<unsigned>(op.getDim()), {}};
  llvm::SmallBitVector none(op.getResultType().getRank());
  Size begin;
  for (Value input : op.getInputs()) {
    Size length = getSize(input, op.getDim());
    pieces.pieces.push_back({input, begin, length, none});
    std::optional<Size> end = add(begin, length);
    if (!end)
      break; // where the others begin cannot be said
    begin = *end;
  }
  return pieces;
}

/// One insertion covers all dimensions but one: which that is.
static std::optional<unsigned> getPartialDim(tensor::InsertSliceOp op) {
  std::optional<unsigned> partial;
  for (unsigned dim = 0; dim < op.getDestType().getRank(); ++dim) {
    if (!isOneInteger(op.getMixedStrides()[dim]))
      return std::nullopt;
    if (getSize(op.getMixedOffsets()[dim]).isZero() &&
        getSize(op.getMixedSizes()[dim]) == getSize(op.getDest(), dim))
      continue;
    if (partial)
      return std::nullopt;
    partial = dim;
  }
  return partial;
}

std::optional<Pieces> aligned::recognition::getPieces(Value value) {
  if (auto concat = value.getDefiningOp<tensor::ConcatOp>())
    return ::getPieces(concat);
  // As written by one insertion after the other, the last piece first.
  std::optional<Pieces> pieces;
  while (auto insert = value.getDefiningOp<tensor::InsertSliceOp>()) {
    std::optional<unsigned> dim = getPartialDim(insert);
    if (!dim || (pieces && pieces->dim != *dim))
      return std::nullopt;
    if (!pieces)
      pieces = Pieces{*dim, {}};
    Size begin = getSize(insert.getMixedOffsets()[*dim]);
    Size length = getSize(insert.getMixedSizes()[*dim]);
    std::optional<Size> end = add(begin, length);
    Size next = pieces->pieces.empty() ? getSize(value, *dim)
                                       : pieces->pieces.back().begin;
    if (!end || !(*end == next))
      return std::nullopt;
    pieces->pieces.push_back(
        {insert.getSource(), begin, length, insert.getDroppedDims()});
    if (begin.isZero()) {
      std::reverse(pieces->pieces.begin(), pieces->pieces.end());
      return pieces;
    }
    value = insert.getDest();
  }
  return std::nullopt;
}

/// Where an index stays inside one piece, that is the element.
Term *Terms::unfoldPieces(Term *term) {
  std::optional<Pieces> pieces = getPieces(term->value);
  if (!pieces)
    return nullptr;
  auto elementOf = [&](const Pieces::Piece &piece, const Digits &positions) {
    Indices indices;
    for (auto [dim, digits] : llvm::enumerate(term->indices))
      if (!piece.dropped.test(dim))
        indices.push_back(dim == pieces->dim ? positions : digits);
    return element(piece.source, indices);
  };
  const Span *span = getSpan(term->indices[pieces->dim]);
  if (!span) {
    // Copies of one row are a broadcast.
    const Pieces::Piece &first = pieces->pieces.front();
    bool areCopies =
        llvm::all_of(pieces->pieces, [&](const Pieces::Piece &piece) {
          return piece.source == first.source &&
                 piece.length == Size::constant(1);
        });
    return areCopies ? elementOf(first, {}) : nullptr;
  }
  for (const Pieces::Piece &piece : pieces->pieces)
    if (piece.begin == span->begin && piece.length == span->length)
      return elementOf(piece, span->positions);
  return nullptr;
}

/// `if size == 1 then broadcast(x) else x`, as the lowering of tosa has it for
/// sizes known at run time, is x where `size` is that of the result.
Term *Terms::unfoldIf(scf::IfOp op, Term *term) {
  unsigned number = cast<OpResult>(term->value).getResultNumber();
  if (op.getElseRegion().empty())
    return nullptr;
  Value kept = op.elseYield().getOperand(number);
  Value broadcast = op.thenYield().getOperand(number);
  auto compare = op.getCondition().getDefiningOp<arith::CmpIOp>();
  auto generic = broadcast.getDefiningOp<linalg::LinalgOp>();
  if (!compare || compare.getPredicate() != arith::CmpIPredicate::eq ||
      !matchPattern(compare.getRhs(), m_One()) || !generic ||
      generic.getNumDpsInputs() != 1 ||
      generic.getDpsInputOperand(0)->get() != kept ||
      generic.getBlock()->getTerminator()->getOperand(0) !=
          generic.getBlock()->getArgument(0) ||
      kept.getParentRegion() == &op.getElseRegion())
    return nullptr;
  Size size = getSize(compare.getLhs());
  for (int64_t dim = 0; dim < int64_t(term->indices.size()); ++dim)
    if (getSize(kept, dim) == size && assume(size, getSize(broadcast, dim)))
      return element(kept, term->indices);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Producers
//===----------------------------------------------------------------------===//

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
  if (auto op = dyn_cast<tensor::SplatOp>(def))
    return scalarTerm(op.getInput());
  if (auto op = dyn_cast<tensor::FromElementsOp>(def))
    return op.getElements().size() == 1 ? scalarTerm(op.getElements().front())
                                        : nullptr;
  if (auto op = dyn_cast<tensor::GenerateOp>(def))
    return bodyTerm({&op.getBody().front(), term->indices, {}},
                    op.getBody().front().getTerminator()->getOperand(0));
  if (auto op = dyn_cast<scf::IfOp>(def))
    return unfoldIf(op, term);
  if (auto op = dyn_cast<tensor::ReshapeOp>(def))
    return unfoldReshape(op, term);
  if (auto op = dyn_cast<tensor::ExtractSliceOp>(def))
    return unfoldSlice(op, term);
  if (isa<tensor::ConcatOp, tensor::InsertSliceOp>(def))
    return unfoldPieces(term);
  if (auto op = dyn_cast<tensor::ExpandShapeOp>(def)) {
    std::optional<Indices> indices =
        join(term->indices, op.getReassociationIndices());
    return indices ? element(op.getSrc(), *indices) : nullptr;
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
