//===- Softmax.cpp - Weights that a softmax gives
//-----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are exp(s - M) / sum exp(s - M), or exp(s - M - log sum exp(s - M)).
// M need not be the maximum: whatever does not depend on the token leaves the
// weights as they are, provided it is the same above and below. So row maxima,
// global maxima, their guards against infinity, or no maximum at all are one
// form here.
//
//===----------------------------------------------------------------------===//

#include "AttentionDescriptor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace aligned::recognition;

void Recognizer::flattenProduct(Term *term, bool inverse,
                                SmallVectorImpl<Term *> &numerators,
                                SmallVectorImpl<Term *> &divisors) {
  Term *inner = terms->head(term);
  if (inner->isApply(Term::Mul) || inner->isApply(Term::Div)) {
    bool flips = inner->isApply(Term::Div);
    flattenProduct(inner->operands[0], inverse, numerators, divisors);
    flattenProduct(inner->operands[1], inverse != flips, numerators, divisors);
    return;
  }
  if (!terms->isNumber(inner, 1.0))
    (inverse ? divisors : numerators).push_back(inner);
}

static bool isExponential(Term *term) {
  return term->isApply(Term::Exp) || term->isApply(Term::Exp2);
}

Term *Recognizer::getSummed(Term *term) {
  Term *sum = terms->head(term);
  if (!sum->is(Term::Reduction) || terms->getCombiner(sum) != Combiner::Sum ||
      !terms->isNumber(terms->getInit(sum), 0.0) ||
      terms->dependsOn(sum, tokens))
    return nullptr;
  std::optional<Indices> loops =
      terms->axes.cut(tokens, terms->getOpenSizes(sum));
  return loops ? terms->instantiate(sum, *loops) : nullptr;
}

bool Recognizer::matchNormalizer(Term *divisor, Term *exponential) {
  Term *summed = getSummed(divisor);
  return summed && terms->equal(summed, exponential);
}

/// Takes off what does not depend on the token.
Term *Recognizer::stripShifts(Term *exponent, SmallVectorImpl<Term *> &shifts) {
  Term *term = exponent;
  while (true) {
    Term *inner = terms->head(term);
    if (!inner->isApply(Term::Sub) ||
        terms->dependsOn(inner->operands[1], tokens))
      return term;
    SmallVector<Term *> parts{inner->operands[1]};
    while (!parts.empty()) {
      Term *part = terms->head(parts.pop_back_val());
      if (part->isApply(Term::Add))
        parts.append(part->operands.begin(), part->operands.end());
      else
        shifts.push_back(part);
    }
    term = inner->operands[0];
  }
}

/// Among `shifts` there is log sum exp(scores - the other shifts), both of one
/// base.
bool Recognizer::matchLogNormalizer(ArrayRef<Term *> shifts, Term *scores,
                                    bool base2) {
  Term::Function logarithm = base2 ? Term::Log2 : Term::Log;
  const auto *log = llvm::find_if(
      shifts, [&](Term *shift) { return shift->isApply(logarithm); });
  if (log == shifts.end())
    return false;
  Term *summed = getSummed((*log)->operands[0]);
  if (!summed)
    return false;
  Term *exponential = terms->head(summed);
  if (!exponential->isApply(base2 ? Term::Exp2 : Term::Exp))
    return false;
  SmallVector<Term *> inner;
  if (!terms->equal(stripShifts(exponential->operands[0], inner), scores))
    return false;
  for (const auto *shift = shifts.begin(); shift != shifts.end(); ++shift) {
    if (shift == log)
      continue;
    const auto *same = llvm::find_if(
        inner, [&](Term *other) { return terms->equal(*shift, other); });
    if (same == inner.end())
      return false;
    inner.erase(same);
  }
  return inner.empty();
}

/// x != x, or x == x, as nan_to_num asks: a weight is NaN where its row sees no
/// token.
bool Recognizer::isNaNTest(Term *test, bool negated) {
  using arith::CmpFPredicate;
  auto compare = test->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpFOp>(test->op)
                     : nullptr;
  if (!compare || !terms->equal(test->operands[0], test->operands[1]))
    return false;
  CmpFPredicate predicate = compare.getPredicate();
  return negated ? predicate == CmpFPredicate::OEQ ||
                       predicate == CmpFPredicate::ORD
                 : predicate == CmpFPredicate::UNE ||
                       predicate == CmpFPredicate::UNO;
}

/// x == inf, which no weight is.
bool Recognizer::isInfinityTest(Term *test) {
  auto compare = test->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpFOp>(test->op)
                     : nullptr;
  if (!compare || compare.getPredicate() != arith::CmpFPredicate::OEQ)
    return false;
  std::optional<double> number = terms->getNumber(test->operands[1]);
  return number && std::isinf(*number);
}

std::optional<Recognizer::Weights>
Recognizer::matchWeights(Term *term, ArrayRef<Term *> outerDivisors) {
  Weights weights;
  Term *inner = terms->head(term);
  while (inner->isApply(Term::Select)) {
    Term *test = terms->head(inner->operands[0]);
    if (isNaNTest(test, /*negated=*/true) &&
        terms->isNumber(inner->operands[2], 0.0)) {
      weights.zeroForNaN = true;
      inner = terms->head(inner->operands[1]);
      continue;
    }
    if (isNaNTest(test, /*negated=*/false) &&
        terms->isNumber(inner->operands[1], 0.0))
      weights.zeroForNaN = true;
    else if (!isInfinityTest(test)) {
      if (weights.guard || !terms->isNumber(inner->operands[1], 0.0))
        break;
      weights.guard = inner->operands[0];
    }
    inner = terms->head(inner->operands[2]);
  }
  SmallVector<Term *> numerators, divisors;
  flattenProduct(inner, false, numerators, divisors);
  divisors.append(outerDivisors.begin(), outerDivisors.end());
  auto *const exponential = llvm::find_if(numerators, isExponential);
  if (exponential == numerators.end()) {
    // linalg.softmax has no body to unfold.
    auto *const found = llvm::find_if(numerators, [](Term *factor) {
      return factor->is(Term::Element) &&
             factor->value.getDefiningOp<linalg::SoftmaxOp>();
    });
    if (found == numerators.end())
      return std::nullopt;
    if (numerators.size() != 1 || !divisors.empty()) {
      refuse("the weights are multiplied by something else after the softmax");
      return std::nullopt;
    }
    Term *leaf = *found;
    auto softmax = leaf->value.getDefiningOp<linalg::SoftmaxOp>();
    weights.scores = terms->element(softmax.getInput(), leaf->indices);
    auto isOfToken = [&](unsigned dim) {
      return llvm::any_of(
          terms->axes.resolve(leaf->indices[dim]), [&](Axis *axis) {
            return llvm::is_contained(terms->axes.resolve(tokens), axis);
          });
    };
    unsigned softmaxDim = softmax.getDimension();
    bool elsewhere = llvm::any_of(
        llvm::seq<unsigned>(leaf->indices.size()),
        [&](unsigned dim) { return dim != softmaxDim && isOfToken(dim); });
    if (elsewhere || terms->axes.resolve(leaf->indices[softmaxDim]) !=
                         terms->axes.resolve(tokens)) {
      refuse("the softmax is not taken over the tokens that the value is "
             "summed over");
      return std::nullopt;
    }
    return weights;
  }
  if (numerators.size() != 1) {
    refuse("the weights are multiplied by something else after the softmax");
    return std::nullopt;
  }
  weights.base2 = (*exponential)->isApply(Term::Exp2);
  SmallVector<Term *> shifts;
  weights.scores = stripShifts((*exponential)->operands[0], shifts);
  bool normalized =
      divisors.empty()
          ? matchLogNormalizer(shifts, weights.scores, weights.base2)
          : divisors.size() == 1 &&
                matchNormalizer(divisors.front(), *exponential);
  if (!normalized) {
    refuse("the exponentials are not divided by their own sum over the tokens");
    return std::nullopt;
  }
  return weights;
}
