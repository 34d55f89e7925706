//===- Computation.cpp - Tensors that have to be computed again -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A mask that is a tensor, or a select between 0 and -inf by one, becomes an
// operand as it is. Any other, and a query, key or value that fusion has put
// inside the contraction, is computed by one linalg.generic from the same
// tensors as in the source. It has a loop for each axis of the dimensions that
// it depends on: tensors may have parts of them only.
//
//===----------------------------------------------------------------------===//

#include "AttentionBuilder.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

/// Peels what changes nothing whatever the sizes: a mask is small, and may
/// well be broadcast.
Term *AttentionBuilder::peelSurely(Term *term) {
  Term *&peeled = this->peeled[term];
  if (peeled)
    return peeled;
  size_t known = terms.assumptions.size();
  peeled = terms.peel(term, /*roundings=*/false);
  if (terms.assumptions.size() != known) {
    terms.assumptions.truncate(known);
    peeled = term;
  }
  return peeled;
}

/// The axes that index a dimension, whole or in a range.
static Digits positionsOf(const Terms &terms, const Digits &digits) {
  const Span *span = getSpan(digits);
  return terms.axes.resolve(span ? span->positions : digits);
}

bool AttentionBuilder::planLeaves(Term *term, Computation &computation) {
  term = peelSurely(term);
  for (const Digits &digits : term->indices)
    for (Axis *axis : positionsOf(terms, digits))
      computation.axes.insert(axis);
  switch (term->kind) {
  case Term::Constant:
  case Term::Scalar:
  case Term::Position:
    return true;
  case Term::Apply:
    if (isa_and_nonnull<arith::BitcastOp>(term->op))
      return false; // types are not what they were
    if (auto extract = dyn_cast_or_null<tensor::ExtractOp>(term->op))
      computation.reads.push_back(extract.getTensor());
    return llvm::all_of(term->operands, [&](Term *operand) {
      return planLeaves(operand, computation);
    });
  case Term::Element: {
    llvm::SmallPtrSet<Axis *, 8> used;
    for (const Digits &digits : term->indices) {
      Digits positions = positionsOf(terms, digits);
      auto isDynamic = [](Axis *axis) {
        return ShapedType::isDynamic(axis->size);
      };
      if (positions.size() > 1 && llvm::count_if(positions, isDynamic) > 1)
        return false;
      for (Axis *axis : positions)
        if (!used.insert(axis).second)
          return false; // a diagonal
    }
    computation.leaves.push_back(term);
    computation.reads.push_back(term->value);
    return true;
  }
  default:
    return false;
  }
}

bool AttentionBuilder::planComputation(Term *term, ArrayRef<unsigned> allowed,
                                       Computation &computation) {
  computation.term = term;
  if (!planLeaves(term, computation))
    return false;
  for (unsigned dim : allowed)
    if (llvm::any_of(domain.dims[dim], [&](Axis *axis) {
          return computation.axes.contains(axis);
        }))
      computation.dims.push_back(dim);
  return llvm::all_of(computation.axes, [&](Axis *axis) {
    return llvm::any_of(computation.dims, [&](unsigned dim) {
      return llvm::is_contained(domain.dims[dim], axis);
    });
  });
}

/// The tokens that a mask keeps, as a term of type i1, if it is 0 there and
/// -inf elsewhere. A null term keeps all.
std::optional<Term *> AttentionBuilder::getKept(Term *mask) {
  Term *inner = terms.head(mask);
  if (terms.isNumber(inner, 0.0))
    return nullptr;
  auto both = [&](Term *lhs, Term *rhs) {
    return !lhs || !rhs
               ? (lhs ? lhs : rhs)
               : terms.apply(Term::Select,
                             {lhs, rhs, terms.boolean(false, builder)});
  };
  if (inner->isApply(Term::Add)) {
    std::optional<Term *> lhs = getKept(inner->operands[0]),
                          rhs = getKept(inner->operands[1]);
    return lhs && rhs ? std::optional(both(*lhs, *rhs)) : std::nullopt;
  }
  if (!inner->isApply(Term::Select))
    return std::nullopt;
  double minusInf = -std::numeric_limits<double>::infinity();
  for (int side : {1, 2}) {
    if (!terms.isNumber(inner->operands[3 - side], minusInf))
      continue;
    std::optional<Term *> rest = getKept(inner->operands[side]);
    if (!rest)
      return std::nullopt;
    Term *keep = inner->operands[0];
    if (side == 2)
      keep = terms.apply(Term::Select, {keep, terms.boolean(false, builder),
                                        terms.boolean(true, builder)});
    return both(keep, *rest);
  }
  return std::nullopt;
}

static bool isComputedFrom(Value value, Operation *source) {
  llvm::SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.omitUsesFromAbove = false;
  return succeeded(getBackwardSlice(value, &slice, options)) &&
         slice.contains(source);
}

/// Plans an operand that is a tensor as it is, if it can be laid out over the
/// domain, and computed otherwise.
bool AttentionBuilder::planFunction(Term *term, ArrayRef<unsigned> allowed,
                                    Function &function) {
  term = peelSurely(term);
  if (!planComputation(term, allowed, function.computation))
    return false;
  if (!term->is(Term::Element) ||
      (!term->type.isInteger(1) && !isa<FloatType>(term->type)))
    return true;
  std::optional<Layout> layout =
      layOut(domain, terms.axes, {term->value, term->indices}, allowed,
             /*complete=*/false);
  if (layout && canExpand(*layout)) {
    function.leaf = term->value;
    function.layout = *layout;
  }
  return true;
}

bool AttentionBuilder::planMask(Refusal &refusal) {
  if (!attention.mask)
    return true;
  size_t known = terms.assumptions.size();
  Term *term = attention.mask;
  std::optional<Term *> kept = getKept(term);
  if (kept && *kept && terms.assumptions.size() == known)
    term = *kept;
  terms.assumptions.truncate(known);
  if (!planFunction(term, domain.ofScores(), mask)) {
    refusal = {"the mask does not depend on heads, rows and tokens alone", ""};
    return false;
  }
  // Keeping the largest scores, say, is a mask that knows too much: a cache
  // that reads scores only as far as they matter cannot give it.
  for (Value read : mask.computation.reads)
    if (isComputedFrom(read, attention.products)) {
      refusal = {"the mask depends on the scores", ""};
      return false;
    }
  return true;
}

bool AttentionBuilder::planSinks(Refusal &refusal) {
  if (!attention.sinks)
    return true;
  if (planFunction(attention.sinks, domain.ofSinks(), sinks) &&
      isa<FloatType>(attention.sinks->type))
    return true;
  refusal = {"the sinks do not depend on heads alone", ""};
  return false;
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// The operation that computes a function of f32 numbers.
static Value emitFunction(OpBuilder &b, Location loc, Term::Function function,
                          ArrayRef<Value> operands) {
  switch (function) {
  case Term::Add:
    return arith::AddFOp::create(b, loc, operands[0], operands[1]);
  case Term::Sub:
    return arith::SubFOp::create(b, loc, operands[0], operands[1]);
  case Term::Mul:
    return arith::MulFOp::create(b, loc, operands[0], operands[1]);
  case Term::Div:
    return arith::DivFOp::create(b, loc, operands[0], operands[1]);
  case Term::Exp:
    return math::ExpOp::create(b, loc, operands[0]);
  case Term::Exp2:
    return math::Exp2Op::create(b, loc, operands[0]);
  case Term::Log:
    return math::LogOp::create(b, loc, operands[0]);
  case Term::Log2:
    return math::Log2Op::create(b, loc, operands[0]);
  case Term::Tanh:
    return math::TanhOp::create(b, loc, operands[0]);
  case Term::Max:
    return arith::MaximumFOp::create(b, loc, operands[0], operands[1]);
  case Term::Select:
    return arith::SelectOp::create(b, loc, operands[0], operands[1],
                                   operands[2]);
  case Term::Cast:
    return operands[0];
  case Term::Other:
    break;
  }
  llvm_unreachable("other functions are cloned");
}

/// A floating-point number in another type; anything else as it is.
static Value toFloat(OpBuilder &b, Location loc, Value value, Type type) {
  auto from = dyn_cast<FloatType>(value.getType());
  auto to = dyn_cast<FloatType>(type);
  if (!from || !to || from == to)
    return value;
  if (from.getWidth() < to.getWidth())
    return arith::ExtFOp::create(b, loc, to, value);
  return arith::TruncFOp::create(b, loc, to, value);
}

Value AttentionBuilder::emitPosition(OpBuilder &b, const Digits &digits,
                                     const Loops &loops) {
  auto constant = [&](int64_t number) -> Value {
    return arith::ConstantIndexOp::create(b, loc, number);
  };
  Value position;
  for (Axis *axis : positionsOf(terms, digits)) {
    const auto *loop = llvm::find(loops.axes, axis);
    Value index = linalg::IndexOp::create(b, loc, loop - loops.axes.begin());
    if (position) {
      Value size = getValueOrCreateConstantIndexOp(
          b, loc, loops.sizes[loop - loops.axes.begin()]);
      position = arith::AddIOp::create(
          b, loc, arith::MulIOp::create(b, loc, position, size), index);
    } else {
      position = index;
    }
  }
  const Span *span = getSpan(digits);
  if (!span || span->begin.isZero())
    return position ? position : constant(0);
  Value begin = getValueOrCreateConstantIndexOp(b, loc, emitSize(span->begin));
  return position ? arith::AddIOp::create(b, loc, begin, position).getResult()
                  : begin;
}

Value AttentionBuilder::emit(OpBuilder &b, Term *term, const Loops &loops,
                             function_ref<Value(Term *)> leaf) {
  term = peelSurely(term);
  switch (term->kind) {
  case Term::Constant: {
    if (isa<FloatType>(term->type))
      return arith::ConstantOp::create(
          b, loc, b.getF32FloatAttr(*terms.getNumber(term)));
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(term->constant));
  }
  case Term::Scalar:
    return toFloat(b, loc, term->value, b.getF32Type());
  case Term::Element:
    return toFloat(b, loc, leaf(term), b.getF32Type());
  case Term::Position:
    return emitPosition(b, term->indices.front(), loops);
  default:
    break;
  }
  SmallVector<Value> operands =
      llvm::map_to_vector(term->operands, [&](Term *operand) {
        return emit(b, operand, loops, leaf);
      });
  if (term->function != Term::Other)
    return emitFunction(b, loc, term->function, operands);
  if (auto extract = dyn_cast<tensor::ExtractOp>(term->op)) {
    Value element =
        tensor::ExtractOp::create(b, loc, extract.getTensor(), operands);
    return toFloat(b, loc, element, b.getF32Type());
  }
  Type type = isa<FloatType>(term->type) ? Type(b.getF32Type()) : term->type;
  OperationState state(loc, term->op->getName(), operands, type,
                       term->op->getAttrs());
  return b.create(state)->getResult(0);
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

OpFoldResult AttentionBuilder::emitSize(const Size &size) {
  if (size.isConstant())
    return builder.getIndexAttr(size.offset);
  Value base = size.number;
  if (!base)
    base = tensor::DimOp::create(builder, loc, size.tensor, size.dim);
  if (!base.getType().isIndex())
    base =
        arith::IndexCastOp::create(builder, loc, builder.getIndexType(), base);
  if (size.offset == 0)
    return base;
  return arith::AddIOp::create(
             builder, loc, base,
             arith::ConstantIndexOp::create(builder, loc, size.offset))
      .getResult();
}

/// The tensor of a leaf with one dimension for each of its axes, which go to
/// `axes`.
Value AttentionBuilder::buildLeaf(Term *leaf, Digits &axes) {
  Value value = leaf->value;
  bool isSlice = llvm::any_of(
      leaf->indices, [](const Digits &digits) { return getSpan(digits); });
  Parts parts;
  SmallVector<OpFoldResult> offsets, sizes;
  for (auto [dim, digits] : llvm::enumerate(leaf->indices)) {
    SmallVector<int64_t> &ofDim = parts.emplace_back();
    for (Axis *axis : positionsOf(terms, digits)) {
      axes.push_back(axis);
      ofDim.push_back(axis->size);
    }
    const Span *span = getSpan(digits);
    if (!isSlice)
      continue;
    offsets.push_back(span ? emitSize(span->begin)
                           : OpFoldResult(builder.getIndexAttr(0)));
    sizes.push_back(span ? emitSize(span->length)
                         : tensor::getMixedSize(builder, loc, value, dim));
  }
  if (isSlice) {
    SmallVector<OpFoldResult> ones(sizes.size(), builder.getIndexAttr(1));
    value = tensor::ExtractSliceOp::create(builder, loc, value, offsets, sizes,
                                           ones);
  }
  return reshape(value, parts);
}

OpFoldResult
AttentionBuilder::sizeOf(Axis *axis, ArrayRef<unsigned> dims,
                         ArrayRef<std::pair<Value, Digits>> leaves) {
  if (!ShapedType::isDynamic(axis->size))
    return builder.getIndexAttr(axis->size);
  for (const auto &[value, axes] : leaves)
    if (const auto *at = llvm::find(axes, axis); at != axes.end())
      return tensor::getMixedSize(builder, loc, value, at - axes.begin());
  const auto *dim = llvm::find_if(dims, [&](unsigned dim) {
    return llvm::is_contained(domain.dims[dim], axis);
  });
  int64_t others = 1;
  for (Axis *other : domain.dims[*dim])
    if (other != axis)
      others *= other->size;
  Value size = getValueOrCreateConstantIndexOp(builder, loc, sizeOf(*dim));
  if (others == 1)
    return size;
  return arith::DivUIOp::create(
             builder, loc, size,
             arith::ConstantIndexOp::create(builder, loc, others))
      .getResult();
}

Value AttentionBuilder::buildTensor(const Computation &computation, Type type) {
  SmallVector<std::pair<Value, Digits>> leaves;
  SmallVector<Value> inputs;
  for (Term *leaf : computation.leaves) {
    Digits axes;
    inputs.push_back(buildLeaf(leaf, axes));
    leaves.push_back({inputs.back(), axes});
  }
  Loops loops;
  SmallVector<ReassociationIndices> dims;
  for (unsigned dim : computation.dims) {
    Digits axes = domain.dims[dim];
    if (axes.empty())
      axes.push_back(nullptr); // a loop all the same
    ReassociationIndices &group = dims.emplace_back();
    for (Axis *axis : axes) {
      group.push_back(loops.axes.size());
      loops.axes.push_back(axis);
      loops.sizes.push_back(axis ? sizeOf(axis, computation.dims, leaves)
                                 : OpFoldResult(builder.getIndexAttr(1)));
    }
  }
  unsigned rank = loops.axes.size();
  SmallVector<AffineMap> maps;
  for (const auto &[value, axes] : leaves) {
    SmallVector<AffineExpr> exprs;
    for (Axis *axis : axes)
      exprs.push_back(builder.getAffineDimExpr(llvm::find(loops.axes, axis) -
                                               loops.axes.begin()));
    maps.push_back(AffineMap::get(rank, 0, exprs, builder.getContext()));
  }
  maps.push_back(builder.getMultiDimIdentityMap(rank));
  Value init = tensor::EmptyOp::create(builder, loc, loops.sizes, type);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Value result =
      linalg::GenericOp::create(
          builder, loc, init.getType(), inputs, init, maps, iterators,
          [&](OpBuilder &b, Location, ValueRange args) {
            auto leaf = [&](Term *term) -> Value {
              return args[llvm::find(computation.leaves, term) -
                          computation.leaves.begin()];
            };
            Value element = emit(b, computation.term, loops, leaf);
            linalg::YieldOp::create(b, loc, toFloat(b, loc, element, type));
          })
          .getResult(0);
  if (dims.size() != rank)
    result = tensor::CollapseShapeOp::create(builder, loc, result, dims);
  return result;
}

Value AttentionBuilder::buildFunction(const Function &function,
                                      AffineMap &map) {
  const Computation &computation = function.computation;
  if (function.leaf) {
    map = getMap(function.layout);
    return reshape(function.leaf, function.layout);
  }
  map = getMap(computation.dims);
  Type type = peelSurely(computation.term)->type;
  return buildTensor(computation,
                     type.isInteger(1) ? type : builder.getF32Type());
}
