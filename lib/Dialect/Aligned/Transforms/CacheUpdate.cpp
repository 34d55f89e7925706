//===- CacheUpdate.cpp - How programs write rows into a cache -------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheUpdate.h"
#include "BodySlice.h"
#include "Recognition/Terms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

//===----------------------------------------------------------------------===//
// Concatenation and insertion
//===----------------------------------------------------------------------===//

static std::optional<CacheUpdate> matchConcat(tensor::ConcatOp op,
                                              int64_t tokenDim) {
  if (op.getInputs().size() != 2 ||
      static_cast<int64_t>(op.getDim()) != tokenDim)
    return std::nullopt;
  Value rows = op.getInputs().back();
  return CacheUpdate{op, op.getInputs().front(), rows,
                     cast<RankedTensorType>(rows.getType())};
}

/// Whether `op` inserts at `offset` along `tokenDim`, and all of the rest.
static bool insertsWholeRows(tensor::InsertSliceOp op, int64_t tokenDim,
                             int64_t offset) {
  if (!op.hasUnitStride() || !op.getDestType().hasStaticShape())
    return false;
  for (int64_t dim = 0; dim < op.getDestType().getRank(); ++dim) {
    bool isToken = dim == tokenDim;
    if (!isConstantIntValue(op.getMixedOffsets()[dim], isToken ? offset : 0) ||
        (!isToken &&
         op.getStaticSizes()[dim] != op.getDestType().getDimSize(dim)))
      return false;
  }
  return true;
}

/// Past and rows inserted one after the other into an empty tensor, as other
/// dialects' concatenations are lowered.
static std::optional<CacheUpdate> matchTwoInserts(tensor::InsertSliceOp op,
                                                  int64_t tokenDim) {
  auto copy = op.getDest().getDefiningOp<tensor::InsertSliceOp>();
  if (!copy || !copy.getDest().getDefiningOp<tensor::EmptyOp>() ||
      copy.getSourceType().getRank() != copy.getDestType().getRank() ||
      !copy->hasOneUse() || !insertsWholeRows(copy, tokenDim, 0))
    return std::nullopt;
  int64_t past = copy.getStaticSizes()[tokenDim];
  int64_t rows = op.getStaticSizes()[tokenDim];
  if (!insertsWholeRows(op, tokenDim, past) || ShapedType::isDynamic(rows) ||
      past + rows != op.getDestType().getDimSize(tokenDim))
    return std::nullopt;
  CacheUpdate update{op, copy.getSource(), op.getSource(),
                     RankedTensorType::get(op.getStaticSizes(),
                                           op.getDestType().getElementType())};
  update.copy = copy;
  return update;
}

static std::optional<CacheUpdate> matchInsert(tensor::InsertSliceOp op,
                                              int64_t tokenDim) {
  if (std::optional<CacheUpdate> update = matchTwoInserts(op, tokenDim))
    return update;
  // The type of what is inserted, with the dimensions that it lacks.
  CacheUpdate update{op, op.getDest(), op.getSource(),
                     RankedTensorType::get(op.getStaticSizes(),
                                           op.getDestType().getElementType())};
  update.position = op.getMixedOffsets()[tokenDim];
  return update;
}

//===----------------------------------------------------------------------===//
// Selection by position
//===----------------------------------------------------------------------===//

/// What `term` converts, if it is an integer of another width: it has the same
/// value, as positions do. Null otherwise.
static Term *stripIntegerCast(Term *term) {
  bool isCast =
      term->is(Term::Apply) &&
      isa_and_nonnull<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp,
                      arith::ExtUIOp, arith::TruncIOp>(term->op);
  return isCast ? term->operands.front() : nullptr;
}

static Term *stripIntegerCasts(Terms &terms, Term *term) {
  while (true) {
    term = terms.head(term);
    Term *inner = stripIntegerCast(term);
    if (!inner)
      return term;
    term = inner;
  }
}

namespace {
/// Where rows go: a number, or the elements of a tensor.
struct WrittenPosition {
  Value value;
  /// Of a tensor with a position for each sequence.
  std::optional<int64_t> sequenceDim;
};
} // namespace

/// The one number that a term is, as a scalar or a tensor of one element, or
/// one for each index `sequence`.
static std::optional<WrittenPosition> getNumber(Terms &terms, Term *term,
                                                ArrayRef<Axis *> sequence) {
  if (term->is(Term::Scalar))
    return WrittenPosition{term->value, std::nullopt};
  auto type = term->is(Term::Element)
                  ? dyn_cast<RankedTensorType>(term->value.getType())
                  : RankedTensorType();
  if (!type)
    return std::nullopt;
  WrittenPosition position{term->value, std::nullopt};
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (type.getDimSize(dim) == 1)
      continue;
    Digits index = terms.axes.resolve(term->indices[dim]);
    if (position.sequenceDim || sequence.empty() || getSpan(index) ||
        index != terms.axes.resolve(sequence))
      return std::nullopt;
    position.sequenceDim = dim;
  }
  return position;
}

/// The last producer of `term` whose result is a number, or one a sequence.
static std::optional<WrittenPosition> findNumber(Terms &terms, Term *term,
                                                 ArrayRef<Axis *> sequence) {
  std::optional<WrittenPosition> found;
  while (term) {
    if (std::optional<WrittenPosition> number =
            getNumber(terms, term, sequence))
      found = number;
    Term *inner = terms.peelOnce(term, /*roundings=*/false);
    term = inner ? inner : stripIntegerCast(term);
  }
  return found;
}

/// Whether the element of a constant that `term` is is its index `tokens`.
static bool isConstantIndex(Terms &terms, Term *term, ArrayRef<Axis *> tokens) {
  DenseIntElementsAttr constant;
  if (!term->is(Term::Element) ||
      !matchPattern(term->value, m_Constant(&constant)) ||
      countPositions(tokens) != constant.getNumElements())
    return false;
  Digits index;
  for (const Digits &digits : terms.axes.resolveAll(term->indices))
    llvm::append_range(index, digits);
  return index == terms.axes.resolve(tokens) &&
         llvm::all_of(llvm::enumerate(constant.getValues<APInt>()),
                      [](const auto &each) {
                        return each.value().getSExtValue() ==
                               static_cast<int64_t>(each.index());
                      });
}

/// The position that `test` compares the index `tokens` with; nothing if it
/// does something else. `negated` if it holds everywhere else.
static std::optional<WrittenPosition>
matchPositionTest(Terms &terms, Term *test, ArrayRef<Axis *> tokens,
                  ArrayRef<Axis *> sequence, bool &negated) {
  test = terms.head(test);
  auto compare = test->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpIOp>(test->op)
                     : nullptr;
  if (!compare)
    return std::nullopt;
  negated = compare.getPredicate() == arith::CmpIPredicate::ne;
  if (!negated && compare.getPredicate() != arith::CmpIPredicate::eq)
    return std::nullopt;
  for (int side : {0, 1}) {
    Term *index = stripIntegerCasts(terms, test->operands[side]);
    bool isIndex = index->is(Term::Position) &&
                   terms.axes.resolve(index->indices.front()) ==
                       terms.axes.resolve(tokens);
    if (!isIndex && !isConstantIndex(terms, index, tokens))
      continue;
    return findNumber(terms, test->operands[1 - side], sequence);
  }
  return std::nullopt;
}

/// The tensor that `term` is an element of, with the dimensions of `indices`,
/// but for `oneRow` with one position along `tokenDim`.
static Value findTensor(Terms &terms, Term *term, ArrayRef<Digits> indices,
                        int64_t tokenDim, bool oneRow) {
  Indices wanted = terms.axes.resolveAll(indices);
  if (oneRow)
    wanted[tokenDim].clear();
  for (; term; term = terms.peelOnce(term, /*roundings=*/false))
    if (term->is(Term::Element) &&
        terms.axes.resolveAll(term->indices) == wanted)
      return term->value;
  return {};
}

/// What `select` of the body of `op` chooses at the position: a value of the
/// body, if it does not depend on where along `tokenDim` it is.
static Value getComputedRows(linalg::LinalgOp op, bool negated,
                             int64_t tokenDim) {
  auto select = op.getBlock()
                    ->getTerminator()
                    ->getOperand(0)
                    .getDefiningOp<arith::SelectOp>();
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!select || !map.isPermutation())
    return {};
  Value rows = negated ? select.getFalseValue() : select.getTrueValue();
  unsigned loop = map.getDimPosition(tokenDim);
  for (OpOperand *input : getInputsOf(op, rows)) {
    if (op.isDpsInit(input))
      return {};
    AffineMap inputMap = op.getMatchingIndexingMap(input);
    std::optional<unsigned> dim =
        inputMap.getResultPosition(getAffineDimExpr(loop, op.getContext()));
    if (dim && cast<ShapedType>(input->get().getType()).getDimSize(*dim) != 1)
      return {};
  }
  bool isPlain =
      llvm::all_of(getSliceOf(op.getBlock(), rows), [](Operation *inner) {
        return isPure(inner) && inner->getNumRegions() == 0 &&
               !isa<linalg::IndexOp, tensor::ExtractOp>(inner);
      });
  return isPlain ? rows : Value();
}

static std::optional<CacheUpdate> matchSelect(linalg::LinalgOp op,
                                              ArrayRef<int64_t> order) {
  int64_t tokenDim = order[PlanesType::Token];
  if (op.getNumReductionLoops() != 0 || op->getNumResults() != 1 ||
      !op.hasPureTensorSemantics())
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  Terms terms;
  Term *any = terms.anyElement(op->getResult(0));
  Term *select = terms.unfold(any);
  if (!type || !type.hasStaticShape() || !select ||
      !select->isApply(Term::Select) || any->indices[tokenDim].empty())
    return std::nullopt;
  bool negated = false;
  int64_t sequenceDim = order[PlanesType::Sequence];
  std::optional<WrittenPosition> position = matchPositionTest(
      terms, select->operands[0], any->indices[tokenDim],
      sequenceDim < 0 ? Digits() : any->indices[sequenceDim], negated);
  if (!position)
    return std::nullopt;
  Value past = findTensor(terms, select->operands[negated ? 1 : 2],
                          any->indices, tokenDim, /*oneRow=*/false);
  Value rows = findTensor(terms, select->operands[negated ? 2 : 1],
                          any->indices, tokenDim, /*oneRow=*/true);
  if (!rows)
    rows = getComputedRows(op, negated, tokenDim);
  if (!rows || !past || past.getType() != type || !terms.assumptions.empty())
    return std::nullopt;
  SmallVector<int64_t> shape(type.getShape());
  shape[tokenDim] = 1;
  CacheUpdate update{op, past, rows,
                     RankedTensorType::get(shape, type.getElementType())};
  update.positionTensor = position->value;
  update.sequenceDim = position->sequenceDim;
  return update;
}

//===----------------------------------------------------------------------===//
// Scattering
//===----------------------------------------------------------------------===//

/// A row of every sequence at a position of its own, or one of all sequences.
static std::optional<CacheUpdate> matchScatter(RowScatter scatter,
                                               ArrayRef<int64_t> order) {
  auto type = cast<RankedTensorType>(scatter.dest.getType());
  int64_t tokenDim = order[PlanesType::Token];
  int64_t sequenceDim = order[PlanesType::Sequence];
  bool hasSequence = llvm::is_contained(scatter.placed, sequenceDim);
  if (!type.hasStaticShape() || !llvm::is_contained(scatter.placed, tokenDim) ||
      scatter.placed.size() != (hasSequence ? 2 : 1) ||
      scatter.sequences != (hasSequence ? type.getDimSize(sequenceDim) : 1))
    return std::nullopt;
  SmallVector<int64_t> shape(type.getShape());
  shape[tokenDim] = 1;
  CacheUpdate update{scatter.op, scatter.dest, scatter.rows,
                     RankedTensorType::get(shape, type.getElementType())};
  if (hasSequence)
    update.scatterSequence = sequenceDim;
  update.scatter = std::move(scatter);
  return update;
}

std::optional<CacheUpdate> aligned::matchCacheUpdate(Operation *op,
                                                     ArrayRef<int64_t> order) {
  int64_t tokenDim = order[PlanesType::Token];
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    return matchConcat(concat, tokenDim);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return matchInsert(insert, tokenDim);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return matchSelect(linalgOp, order);
  if (std::optional<RowScatter> scatter = matchRowScatter(op))
    return matchScatter(std::move(*scatter), order);
  return std::nullopt;
}

std::optional<CacheUpdate> aligned::matchCacheReader(Operation *reader,
                                                     ArrayRef<int64_t> order) {
  if (isa<tensor::InsertSliceOp>(reader) && reader->hasOneUse()) {
    std::optional<CacheUpdate> update =
        matchCacheUpdate(*reader->user_begin(), order);
    if (update && update->copy == reader)
      return update;
  }
  return matchCacheUpdate(reader, order);
}

LogicalResult aligned::checkCacheUpdate(const CacheUpdate &update,
                                        int64_t tokenDim, Refusal &refusal) {
  auto insert = dyn_cast<tensor::InsertSliceOp>(update.op);
  if (!insert)
    return success(); // the others write whole rows
  auto refuse = [&](StringRef reason, StringRef remedy) {
    refusal = {reason.str(), remedy.str()};
    return failure();
  };
  if (!insert.hasUnitStride())
    return refuse("rows are inserted with strides",
                  "insert rows with unit strides");
  RankedTensorType dest = insert.getDestType();
  for (int64_t dim = 0; dim < dest.getRank(); ++dim) {
    if (dim == tokenDim)
      continue;
    if (!isConstantIntValue(insert.getMixedOffsets()[dim], 0) ||
        dest.isDynamicDim(dim) ||
        insert.getStaticSizes()[dim] != dest.getDimSize(dim))
      return refuse("a part of the heads or sequences is inserted",
                    "insert whole rows of all heads and sequences");
  }
  if (update.rows.getType() != update.rowsType &&
      !getReassociationIndicesForReshape(
          cast<RankedTensorType>(update.rows.getType()), update.rowsType))
    return refuse("the rows that are inserted lack dimensions that cannot be "
                  "told",
                  "insert rows of the cache's own rank");
  return success();
}
