//===- Computation.cpp - Tensors that have to be computed again
//---------------===//
//--------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A mask that is a tensor, or a select between 0 and -inf by one, becomes an
// operand as it is. Any other, and a query or key that fusion has put inside
// the contraction, is computed by one linalg.generic over the dimensions that
// it depends on, from the same tensors as in the source.
//
//===----------------------------------------------------------------------===//

#include "AttentionBuilder.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

/// Peels what changes nothing whatever the sizes: a mask is small, and may
/// well be broadcast.
static Term *peelSurely(Terms &terms, Term *term) {
  size_t known = terms.assumptions.size();
  Term *peeled = terms.peel(term, /*roundings=*/false);
  if (terms.assumptions.size() == known)
    return peeled;
  terms.assumptions.truncate(known);
  return term;
}

/// The elements that a term is computed from; false where it has something that
/// cannot be computed again.
bool AttentionBuilder::planLeaves(Term *term, ArrayRef<unsigned> allowed,
                                  SmallVectorImpl<Leaf> &leaves) {
  if (!term->is(Term::Apply))
    term = peelSurely(terms, term);
  switch (term->kind) {
  case Term::Constant:
  case Term::Scalar:
    return true;
  case Term::Apply:
    return llvm::all_of(term->operands, [&](Term *operand) {
      return planLeaves(operand, allowed, leaves);
    });
  case Term::Element: {
    std::optional<Layout> layout =
        layOut(domain, terms.axes, {term->value, term->indices}, allowed,
               /*complete=*/false);
    if (!layout || !canExpand(*layout))
      return false;
    leaves.push_back({term, *layout});
    return true;
  }
  case Term::Position: {
    Digits axes = terms.axes.resolve(term->indices.front());
    return axes.empty() || llvm::is_contained(domain.dims, axes);
  }
  default:
    return false;
  }
}

/// The i1 mask that `term` is if it is 0 where that holds and -inf elsewhere.
static Term *getKeepMask(Terms &terms, Term *term) {
  Term *select = terms.head(term);
  double minusInf = -std::numeric_limits<double>::infinity();
  if (!select->isApply(Term::Select) ||
      !terms.isNumber(select->operands[1], 0.0) ||
      !terms.isNumber(select->operands[2], minusInf))
    return nullptr;
  Term *keep = peelSurely(terms, select->operands[0]);
  return keep->is(Term::Element) ? keep : nullptr;
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

bool AttentionBuilder::planMask(std::string &reason) {
  if (!attention.mask)
    return true;
  size_t known = terms.assumptions.size();
  Term *mask = getKeepMask(terms, attention.mask);
  if (!mask || terms.assumptions.size() != known) {
    terms.assumptions.truncate(known);
    mask = peelSurely(terms, attention.mask);
  }
  this->mask.term = mask;
  if (!planLeaves(mask, domain.ofScores(), this->mask.leaves)) {
    reason = "the mask does not depend on heads, rows and tokens alone";
    return false;
  }
  // Keeping the largest scores, say, is a mask that knows too much: a cache
  // that reads scores only as far as they matter cannot give it.
  for (const Leaf &leaf : this->mask.leaves)
    if (isComputedFrom(leaf.term->value, attention.products)) {
      reason = "the mask depends on the scores";
      return false;
    }
  Type type = mask->type;
  maskIsLeaf =
      mask->is(Term::Element) && (type.isInteger(1) || isa<FloatType>(type));
  llvm::SmallBitVector used(domain.dims.size());
  for (const Leaf &leaf : this->mask.leaves)
    for (ArrayRef<unsigned> dims : leaf.layout)
      for (unsigned dim : dims)
        used.set(dim);
  SmallVector<Term *> open{mask};
  while (!open.empty()) {
    Term *term = open.pop_back_val();
    open.append(term->operands.begin(), term->operands.end());
    if (!term->is(Term::Position))
      continue;
    Digits axes = terms.axes.resolve(term->indices.front());
    if (!axes.empty())
      used.set(llvm::find(domain.dims, axes) - domain.dims.begin());
  }
  this->mask.dims.assign(used.set_bits_begin(), used.set_bits_end());
  return true;
}

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
static Value toFloat(OpBuilder &b, Location loc, Value value, FloatType to) {
  auto from = dyn_cast<FloatType>(value.getType());
  if (!from || from == to)
    return value;
  if (from.getWidth() < to.getWidth())
    return arith::ExtFOp::create(b, loc, to, value);
  return arith::TruncFOp::create(b, loc, to, value);
}

Value AttentionBuilder::emit(OpBuilder &b, Term *term, ArrayRef<unsigned> dims,
                             function_ref<Value(Term *)> leaf) {
  if (!term->is(Term::Apply))
    term = peelSurely(terms, term);
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
  case Term::Position: {
    Digits axes = terms.axes.resolve(term->indices.front());
    if (axes.empty())
      return arith::ConstantIndexOp::create(b, loc, 0);
    unsigned dim = llvm::find(domain.dims, axes) - domain.dims.begin();
    return linalg::IndexOp::create(b, loc,
                                   llvm::find(dims, dim) - dims.begin());
  }
  default:
    break;
  }
  SmallVector<Value> operands =
      llvm::map_to_vector(term->operands, [&](Term *operand) {
        return emit(b, operand, dims, leaf);
      });
  if (term->function != Term::Other)
    return emitFunction(b, loc, term->function, operands);
  Type type = isa<FloatType>(term->type) ? Type(b.getF32Type()) : term->type;
  OperationState state(loc, term->op->getName(), operands, type,
                       term->op->getAttrs());
  return b.create(state)->getResult(0);
}

Value AttentionBuilder::buildTensor(const Computation &computation, Type type) {
  ArrayRef<unsigned> dims = computation.dims;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const Leaf &leaf : computation.leaves) {
    inputs.push_back(reshape(leaf.term->value, leaf.layout));
    Domain::Dims leafDims;
    SmallVector<AffineExpr> exprs;
    for (ArrayRef<unsigned> product : leaf.layout)
      for (unsigned dim : product) {
        leafDims.push_back(dim);
        exprs.push_back(
            builder.getAffineDimExpr(llvm::find(dims, dim) - dims.begin()));
      }
    built.push_back({inputs.back(), leafDims});
    maps.push_back(AffineMap::get(dims.size(), 0, exprs, builder.getContext()));
  }
  maps.push_back(builder.getMultiDimIdentityMap(dims.size()));
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(dims, [&](unsigned dim) { return sizeOf(dim); });
  Value init = tensor::EmptyOp::create(builder, loc, sizes, type);
  SmallVector<utils::IteratorType> iterators(dims.size(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &b, Location, ValueRange args) {
               size_t next = 0;
               Value result = emit(b, computation.term, dims,
                                   [&](Term *) { return args[next++]; });
               result = toFloat(b, loc, result, cast<FloatType>(type));
               linalg::YieldOp::create(b, loc, result);
             })
      .getResult(0);
}

Value AttentionBuilder::buildMask(AffineMap &map) {
  if (!maskIsLeaf) {
    map = getMap(mask.dims);
    return buildTensor(mask, builder.getF32Type());
  }
  const Leaf &leaf = mask.leaves.front();
  map = getMap(leaf.layout);
  return reshape(leaf.term->value, leaf.layout);
}
