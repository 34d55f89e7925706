//===- Masking.cpp - Tokens that count nothing, rows that see none --------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A source may set weights to zero beside masking scores: tokens, in the
// weights and in their sum, or whole rows that see no token. The first is one
// more mask; the second decides what an attention gives for such a row.
//
//===----------------------------------------------------------------------===//

#include "AttentionDescriptor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace aligned::recognition;

static bool isZero(Terms &terms, Term *term) {
  return terms.isNumber(term, 0.0);
}

/// Which operand of a test for being equal, or not, is a boolean that the other
/// one, a constant, leaves as it is or (`negates`) negates; nothing if none is.
static std::optional<int> getTestedBoolean(Terms &terms, Term *test,
                                           bool &negates) {
  auto compare = dyn_cast_or_null<arith::CmpIOp>(test->op);
  bool isEqual = compare && compare.getPredicate() == arith::CmpIPredicate::eq;
  if (!compare ||
      (!isEqual && compare.getPredicate() != arith::CmpIPredicate::ne) ||
      !test->operands[0]->type.isInteger(1))
    return std::nullopt;
  for (int side : {0, 1})
    if (std::optional<double> number =
            terms.getNumber(test->operands[1 - side])) {
      negates = isEqual == (*number == 0);
      return side;
    }
  return std::nullopt;
}

/// The condition without negations and widenings.
static Condition normalize(Terms &terms, Condition condition) {
  while (true) {
    Term *term = terms.head(condition.term);
    condition.term = term;
    Operation *op = term->is(Term::Apply) ? term->op : nullptr;
    if (isa_and_nonnull<arith::XOrIOp>(op) && term->type.isInteger(1)) {
      int constant = terms.getNumber(term->operands[1]) ? 1 : 0;
      std::optional<double> number = terms.getNumber(term->operands[constant]);
      if (!number)
        return condition;
      condition.negated ^= *number != 0;
      condition.term = term->operands[1 - constant];
      continue;
    }
    bool isCast = isa_and_nonnull<arith::ExtUIOp, arith::ExtSIOp>(op) ||
                  (isa_and_nonnull<arith::TruncIOp>(op) &&
                   isa_and_nonnull<arith::ExtUIOp, arith::ExtSIOp>(
                       terms.head(term->operands[0])->op));
    if (isCast) {
      condition.term = term->operands[0];
      continue;
    }
    bool negates = false;
    if (std::optional<int> side = getTestedBoolean(terms, term, negates)) {
      condition.negated ^= negates;
      condition.term = term->operands[*side];
      continue;
    }
    auto compare = dyn_cast_or_null<arith::CmpIOp>(op);
    bool isTest = compare && isZero(terms, term->operands[1]) &&
                  (compare.getPredicate() == arith::CmpIPredicate::ne ||
                   compare.getPredicate() == arith::CmpIPredicate::eq);
    Term *tested = isTest ? terms.head(term->operands[0]) : nullptr;
    if (!tested || !isa_and_nonnull<arith::ExtUIOp, arith::ExtSIOp>(tested->op))
      return condition;
    condition.negated ^= compare.getPredicate() == arith::CmpIPredicate::eq;
    condition.term = tested->operands[0];
  }
}

/// a < b is not b <= a.
static bool areOpposite(Terms &terms, Term *lhs, Term *rhs) {
  auto compare =
      lhs->is(Term::Apply) ? dyn_cast_or_null<arith::CmpIOp>(lhs->op) : nullptr;
  auto other =
      rhs->is(Term::Apply) ? dyn_cast_or_null<arith::CmpIOp>(rhs->op) : nullptr;
  return compare && other &&
         arith::invertPredicate(compare.getPredicate()) ==
             other.getPredicate() &&
         terms.equal(lhs->operands[0], rhs->operands[0]) &&
         terms.equal(lhs->operands[1], rhs->operands[1]);
}

bool Recognizer::equal(const Condition &lhs, const Condition &rhs) {
  Condition a = normalize(*terms, lhs), b = normalize(*terms, rhs);
  return a.negated == b.negated ? terms->equal(a.term, b.term)
                                : areOpposite(*terms, a.term, b.term);
}

/// What stands for the scores of tokens of which the condition does not hold;
/// nothing where the mask lets some of them through.
std::optional<double> Recognizer::getImpliedFill(Term *mask,
                                                 const Condition &condition) {
  if (!mask)
    return std::nullopt;
  mask = terms->head(mask);
  if (mask->isApply(Term::Add) || mask->isApply(Term::Mul)) {
    for (Term *operand : mask->operands)
      if (std::optional<double> fill = getImpliedFill(operand, condition))
        return fill;
    return std::nullopt;
  }
  if (!mask->isApply(Term::Select))
    return std::nullopt;
  for (int side : {1, 2}) {
    std::optional<double> fill = terms->getNumber(mask->operands[3 - side]);
    if (!fill || !isMaskingValue(*fill))
      continue;
    return equal({mask->operands[0], side == 2}, condition)
               ? fill
               : getImpliedFill(mask->operands[side], condition);
  }
  return std::nullopt;
}

/// Whether a test, or its negation, holds for tokens that are masked.
bool Recognizer::isMaskedTest(Term *test, bool negated, const Weights &weights,
                              Term *mask) {
  using arith::CmpFPredicate;
  if (getImpliedFill(mask, {test, !negated}))
    return true;
  Condition plain = normalize(*terms, {test, negated});
  auto compare = plain.term->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpFOp>(plain.term->op)
                     : nullptr;
  if (!compare)
    return false;
  CmpFPredicate predicate = compare.getPredicate();
  bool fits = plain.negated ? predicate == CmpFPredicate::UNE ||
                                  predicate == CmpFPredicate::ONE ||
                                  predicate == CmpFPredicate::OGT
                            : predicate == CmpFPredicate::OEQ ||
                                  predicate == CmpFPredicate::UEQ;
  if (!fits)
    return false;
  double minusInf = -std::numeric_limits<double>::infinity();
  for (int side : {0, 1}) {
    Term *tested = plain.term->operands[side];
    if (terms->isNumber(plain.term->operands[1 - side], minusInf) &&
        (terms->equal(tested, weights.scores) ||
         (mask && terms->equal(tested, mask))))
      return true;
  }
  return false;
}

/// What a reduction over the tokens combines; null if it is none.
Term *Recognizer::getCombined(Term *reduction, Combiner combiner) {
  if (!reduction->is(Term::Reduction) ||
      terms->getCombiner(reduction) != combiner ||
      terms->dependsOn(reduction, tokens))
    return nullptr;
  std::optional<Indices> loops =
      terms->axes.cut(tokens, terms->getOpenSizes(reduction));
  return loops ? terms->instantiate(reduction, *loops) : nullptr;
}

/// Whether a condition fails for rows that see no token, and for no others.
bool Recognizer::matchRowTest(const Condition &condition,
                              const Weights &weights,
                              AttentionDescriptor &result) {
  Condition plain = normalize(*terms, condition);
  // Zero where all tokens are masked, or where not any is not.
  bool all = plain.negated;
  if (Term *body =
          getCombined(plain.term, all ? Combiner::And : Combiner::Or)) {
    result.zeroMaskedRows = true;
    return terms->isNumber(terms->getInit(plain.term), all) &&
           isMaskedTest(body, /*negated=*/!all, weights, result.mask);
  }
  // Zero where the largest score, or what is added to it, is -inf.
  auto compare = plain.term->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpFOp>(plain.term->op)
                     : nullptr;
  if (!compare || !terms->isNumber(plain.term->operands[1],
                                   -std::numeric_limits<double>::infinity()))
    return false;
  using arith::CmpFPredicate;
  CmpFPredicate predicate = compare.getPredicate();
  if (plain.negated ? predicate != CmpFPredicate::OEQ
                    : predicate != CmpFPredicate::UNE &&
                          predicate != CmpFPredicate::ONE &&
                          predicate != CmpFPredicate::OGT)
    return false;
  Term *body = getCombined(terms->head(plain.term->operands[0]), Combiner::Max);
  if (!body)
    return false;
  // A mask of zeros, which is none.
  if (std::optional<double> number = terms->getNumber(body))
    return std::isfinite(*number);
  result.zeroMaskedRows = true;
  return terms->equal(body, weights.scores) ||
         (result.mask && terms->equal(body, result.mask));
}

void Recognizer::addToMask(const Condition &keep, AttentionDescriptor &result) {
  Type type = Float32Type::get(result.output.value.getContext());
  Term *kept = result.mask ? result.mask : terms->constant(0.0, type);
  Term *filler =
      terms->constant(-std::numeric_limits<double>::infinity(), type);
  SmallVector<Term *> operands{keep.term, kept, filler};
  if (keep.negated)
    std::swap(operands[1], operands[2]);
  result.mask = terms->apply(Term::Select, operands);
}

bool Recognizer::applyConditions(const Weights &weights,
                                 AttentionDescriptor &result) {
  auto contains = [&](ArrayRef<Condition> conditions, const Condition &wanted) {
    return llvm::any_of(conditions, [&](const Condition &condition) {
      return equal(condition, wanted);
    });
  };
  for (const Condition &condition : weights.ofRows)
    if (!matchRowTest(condition, weights, result))
      return refuse("weights are set to zero by something that is not a test "
                    "for rows without tokens");
  for (const Condition &condition : weights.inSum)
    if (!contains(weights.before, condition) &&
        !contains(weights.after, condition) &&
        !getImpliedFill(result.mask, condition))
      return refuse("the sum of the weights leaves out tokens that the weights "
                    "do not");
  for (ArrayRef<Condition> conditions :
       {ArrayRef(weights.before), ArrayRef(weights.after)})
    for (const Condition &condition : conditions) {
      std::optional<double> fill = getImpliedFill(result.mask, condition);
      bool inSum = contains(weights.inSum, condition);
      if (!inSum && !fill)
        return refuse("tokens are masked after the softmax",
                      "mask their scores with -inf instead");
      // A row without tokens is 0 / 0, or exp(-inf + inf) in its sum: NaN,
      // unless it is set to zero after the division, or the sum is a finite
      // one of masked tokens.
      result.zeroMaskedRows |= contains(weights.after, condition) ||
                               (!inSum && std::isfinite(*fill));
      if (!fill || std::isfinite(*fill))
        addToMask(condition, result);
    }
  return true;
}
