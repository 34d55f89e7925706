//===- Terms.cpp - What an element of a tensor is computed from
//---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Terms.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace aligned::recognition;

Term *Terms::make(Term::Kind kind, Type type) {
  terms.push_back(std::make_unique<Term>());
  terms.back()->kind = kind;
  terms.back()->type = type;
  return terms.back().get();
}

Term *Terms::element(Value value, ArrayRef<Digits> indices) {
  Term *term = make(Term::Element, getElementTypeOrSelf(value.getType()));
  term->value = value;
  term->indices.append(indices.begin(), indices.end());
  return term;
}

Term *Terms::anyElement(Value value) {
  Indices indices;
  for (int64_t size : cast<RankedTensorType>(value.getType()).getShape())
    indices.push_back(axes.create(size));
  return element(value, indices);
}

Term *Terms::constant(double value, Type type) {
  Term *term = make(Term::Constant, type);
  term->constant = FloatAttr::get(type, value);
  return term;
}

Term *Terms::boolean(bool value, Builder &builder) {
  Term *term = make(Term::Constant, builder.getI1Type());
  term->constant = builder.getBoolAttr(value);
  return term;
}

Term *Terms::apply(Term::Function function, ArrayRef<Term *> operands) {
  Term *term = make(Term::Apply, operands.back()->type);
  term->function = function;
  term->operands.append(operands.begin(), operands.end());
  return term;
}

//===----------------------------------------------------------------------===//
// Looking through
//===----------------------------------------------------------------------===//

/// The operand whose value an Apply has; null where it changes it.
static Term *getUnchanged(Terms &terms, Term *term, bool roundings) {
  if (term->isApply(Term::Cast)) {
    bool rounds = term->type.getIntOrFloatBitWidth() <
                  term->operands[0]->type.getIntOrFloatBitWidth();
    return rounds && !roundings ? nullptr : term->operands[0];
  }
  for (auto [function, neutral] :
       {std::pair(Term::Add, 0.0), std::pair(Term::Mul, 1.0)})
    if (term->isApply(function))
      for (int i : {0, 1})
        if (terms.isNumber(term->operands[i], neutral))
          return term->operands[1 - i];
  return nullptr;
}

Term *Terms::peelOnce(Term *term, bool roundings) {
  Term *inner = term->is(Term::Element) ? unfold(term) : term;
  // One producer may do several things that change nothing.
  while (inner && inner->is(Term::Apply))
    inner = getUnchanged(*this, inner, roundings);
  if (!inner || inner == term || inner->is(Term::Reduction) ||
      inner->is(Term::Opaque))
    return nullptr;
  return inner;
}

Term *Terms::peel(Term *term, bool roundings) {
  while (Term *inner = peelOnce(term, roundings))
    term = inner;
  return term;
}

Term *Terms::head(Term *term) {
  while (true) {
    term = peel(term, /*roundings=*/true);
    Term *inner = term;
    if (term->is(Term::Element))
      if (Term *unfolded = unfold(term))
        inner = unfolded;
    while (inner->is(Term::Apply)) {
      Term *unchanged = getUnchanged(*this, inner, /*roundings=*/true);
      if (!unchanged)
        break;
      inner = unchanged;
    }
    if (inner->is(Term::Opaque))
      return term;
    if (inner == term || !inner->is(Term::Element))
      return inner;
    term = inner;
  }
}

Term *Terms::unfoldParts(Term *term) {
  if (term->is(Term::Element) &&
      llvm::any_of(term->indices,
                   [](const Digits &digits) { return getSpan(digits); })) {
    Term *inner = unfold(term);
    return inner && !inner->is(Term::Opaque) ? unfoldParts(inner) : term;
  }
  if (!term->is(Term::Apply))
    return term;
  Term *computed = make(Term::Apply, term->type);
  *computed = *term;
  for (Term *&operand : computed->operands)
    operand = unfoldParts(operand);
  return computed;
}

//===----------------------------------------------------------------------===//
// Predicates
//===----------------------------------------------------------------------===//

std::optional<double> Terms::getNumber(Term *term) {
  // Only leaves: a number is never far away.
  for (int step = 0; step < 8; ++step) {
    if (term->is(Term::Element)) {
      Term *inner = unfold(term);
      if (!inner)
        return std::nullopt;
      term = inner;
    } else if (term->isApply(Term::Cast)) {
      term = term->operands[0];
    } else {
      break;
    }
  }
  if (!term->is(Term::Constant))
    return std::nullopt;
  if (auto number = dyn_cast<FloatAttr>(term->constant))
    return number.getValueAsDouble();
  if (auto number = dyn_cast<IntegerAttr>(term->constant))
    return number.getType().isInteger(1) ? number.getValue().getBoolValue()
                                         : number.getValue().getSExtValue();
  return std::nullopt;
}

bool Terms::isNumber(Term *term, double number) {
  std::optional<double> value = getNumber(term);
  return value && *value == number;
}

bool Terms::dependsOn(Term *term, ArrayRef<Axis *> among) {
  auto touches = [&](ArrayRef<Digits> indices) {
    // Looking further back may have split them since.
    Digits wanted = axes.resolve(among);
    for (const Digits &digits : indices) {
      const Span *span = getSpan(digits);
      for (Axis *axis : axes.resolve(span ? span->positions : digits))
        if (wanted.empty() || llvm::is_contained(wanted, axis))
          return true;
    }
    return false;
  };
  // Nearest first: behind a sum of a layer's output and what went into it lies
  // the whole model, before it the answer.
  SmallVector<Term *> open{term};
  for (size_t next = 0; next != open.size(); ++next) {
    Term *current = peel(open[next], /*roundings=*/true);
    if (current->is(Term::Element) && !touches(current->indices))
      continue;
    if (--budget < 0)
      return true;
    current = head(current);
    switch (current->kind) {
    case Term::Element:
    case Term::Reduction:
    case Term::Position:
      if (touches(current->indices))
        return true;
      break;
    case Term::Apply:
      open.append(current->operands.begin(), current->operands.end());
      break;
    case Term::Opaque:
      return true;
    default:
      break;
    }
  }
  return false;
}

bool Terms::isUniform(Term *term) { return !dependsOn(term, {}); }

/// Whether two operations compute the same of the same operands.
static bool isSameOperation(Term *lhs, Term *rhs) {
  if (lhs->function != rhs->function)
    return false;
  if (lhs->function != Term::Other)
    return true;
  auto extract = dyn_cast<tensor::ExtractOp>(lhs->op);
  return lhs->op->getName() == rhs->op->getName() &&
         lhs->op->getAttrDictionary() == rhs->op->getAttrDictionary() &&
         (!extract ||
          extract.getTensor() == cast<tensor::ExtractOp>(rhs->op).getTensor());
}

bool Terms::equal(Term *lhs, Term *rhs, int depth) {
  constexpr int kDeepest = 64;
  if (--budget < 0 || depth > kDeepest)
    return false;
  auto sameIndices = [&] {
    return axes.resolveAll(lhs->indices) == axes.resolveAll(rhs->indices);
  };
  lhs = peel(lhs, true);
  rhs = peel(rhs, true);
  if (lhs->is(Term::Element) && rhs->is(Term::Element) &&
      lhs->value == rhs->value && sameIndices())
    return true;
  lhs = head(lhs);
  rhs = head(rhs);
  if (lhs->kind != rhs->kind)
    return false;
  switch (lhs->kind) {
  case Term::Element:
    return lhs->value == rhs->value && sameIndices();
  case Term::Scalar:
    return lhs->value == rhs->value;
  case Term::Constant:
    return getNumber(lhs) && getNumber(lhs) == getNumber(rhs);
  case Term::Position:
    return sameIndices();
  case Term::Opaque:
    return false;
  case Term::Apply: {
    if (!isSameOperation(lhs, rhs) ||
        lhs->operands.size() != rhs->operands.size())
      return false;
    bool inOrder = true;
    for (auto [a, b] : llvm::zip(lhs->operands, rhs->operands))
      inOrder = inOrder && equal(a, b, depth + 1);
    bool commutes = lhs->function == Term::Add || lhs->function == Term::Mul;
    return inOrder ||
           (commutes && equal(lhs->operands[0], rhs->operands[1], depth + 1) &&
            equal(lhs->operands[1], rhs->operands[0], depth + 1));
  }
  case Term::Reduction: {
    if (lhs->op == rhs->op && lhs->resultNumber == rhs->resultNumber &&
        sameIndices())
      return true;
    SmallVector<int64_t> sizes = getOpenSizes(lhs);
    if (getCombiner(lhs) == Combiner::Unknown ||
        getCombiner(lhs) != getCombiner(rhs) || sizes != getOpenSizes(rhs))
      return false;
    Indices loops;
    for (int64_t size : sizes)
      loops.push_back(axes.create(size));
    Term *lhsBody = instantiate(lhs, loops), *rhsBody = instantiate(rhs, loops);
    return lhsBody && rhsBody && equal(lhsBody, rhsBody, depth + 1) &&
           equal(getInit(lhs), getInit(rhs), depth + 1);
  }
  }
  return false;
}
