//===- Mask.cpp - The mask of a recognised attention
//--------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A mask that is a tensor, or a select between 0 and -inf by one, becomes an
// operand as it is. Any other is computed by one linalg.generic over the
// dimensions that it depends on, from the same tensors as in the source.
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
bool AttentionBuilder::planLeaves(Term *term) {
  if (!term->is(Term::Apply))
    term = peelSurely(terms, term);
  switch (term->kind) {
  case Term::Constant:
  case Term::Scalar:
    return true;
  case Term::Apply:
    return llvm::all_of(term->operands,
                        [&](Term *operand) { return planLeaves(operand); });
  case Term::Element: {
    std::optional<Layout> layout =
        layOut(domain, terms.axes, {term->value, term->indices},
               domain.ofScores(), /*complete=*/false);
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
  attention.mask = mask;
  if (!planLeaves(mask)) {
    reason = "the mask does not depend on heads, rows and tokens alone";
    return false;
  }
  // Keeping the largest scores, say, is a mask that knows too much: a cache
  // that reads scores only as far as they matter cannot give it.
  for (const Leaf &leaf : leaves)
    if (isComputedFrom(leaf.term->value, attention.products)) {
      reason = "the mask depends on the scores";
      return false;
    }
  Type type = mask->type;
  maskIsLeaf =
      mask->is(Term::Element) && (type.isInteger(1) || isa<FloatType>(type));
  llvm::SmallBitVector used(domain.dims.size());
  for (const Leaf &leaf : leaves)
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
  maskDims.assign(used.set_bits_begin(), used.set_bits_end());
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

static Value toF32(OpBuilder &b, Location loc, Value value) {
  auto type = dyn_cast<FloatType>(value.getType());
  if (!type || type.isF32())
    return value;
  if (type.getWidth() < 32)
    return arith::ExtFOp::create(b, loc, b.getF32Type(), value);
  return arith::TruncFOp::create(b, loc, b.getF32Type(), value);
}

Value AttentionBuilder::emit(OpBuilder &b, Term *term,
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
    return toF32(b, loc, term->value);
  case Term::Element:
    return toF32(b, loc, leaf(term));
  case Term::Position: {
    Digits axes = terms.axes.resolve(term->indices.front());
    if (axes.empty())
      return arith::ConstantIndexOp::create(b, loc, 0);
    unsigned dim = llvm::find(domain.dims, axes) - domain.dims.begin();
    return linalg::IndexOp::create(
        b, loc, llvm::find(maskDims, dim) - maskDims.begin());
  }
  default:
    break;
  }
  SmallVector<Value> operands = llvm::map_to_vector(
      term->operands, [&](Term *operand) { return emit(b, operand, leaf); });
  if (term->function != Term::Other)
    return emitFunction(b, loc, term->function, operands);
  Type type = isa<FloatType>(term->type) ? Type(b.getF32Type()) : term->type;
  OperationState state(loc, term->op->getName(), operands, type,
                       term->op->getAttrs());
  return b.create(state)->getResult(0);
}

Value AttentionBuilder::buildMask(AffineMap &map) {
  SmallVector<Value> inputs;
  for (const Leaf &leaf : leaves)
    inputs.push_back(reshape(leaf.term->value, leaf.layout));
  if (maskIsLeaf) {
    map = getMap(leaves.front().layout);
    return inputs.front();
  }
  SmallVector<AffineMap> maps;
  for (const Leaf &leaf : leaves) {
    SmallVector<AffineExpr> exprs;
    for (ArrayRef<unsigned> dims : leaf.layout)
      for (unsigned dim : dims)
        exprs.push_back(builder.getAffineDimExpr(llvm::find(maskDims, dim) -
                                                 maskDims.begin()));
    maps.push_back(
        AffineMap::get(maskDims.size(), 0, exprs, builder.getContext()));
  }
  maps.push_back(builder.getMultiDimIdentityMap(maskDims.size()));
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(maskDims, [&](unsigned dim) { return sizeOf(dim); });
  Value init =
      tensor::EmptyOp::create(builder, loc, sizes, builder.getF32Type());
  SmallVector<utils::IteratorType> iterators(maskDims.size(),
                                             utils::IteratorType::parallel);
  map = getMap(maskDims);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &b, Location, ValueRange args) {
               size_t next = 0;
               // Elements come in the order in which they were planned.
               Value result = emit(b, attention.mask, [&](Term *) -> Value {
                 return args[next++];
               });
               linalg::YieldOp::create(b, loc, toF32(b, loc, result));
             })
      .getResult(0);
}
