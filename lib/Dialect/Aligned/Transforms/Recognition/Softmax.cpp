//===- Softmax.cpp - Weights that a softmax gives -------------------------===//
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
// form here. Sinks are a term of the sum that no weight has.
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

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

/// Takes off what does not depend on the token.
Term *Recognizer::stripShifts(Term *exponent, SmallVectorImpl<Term *> &shifts) {
  Term *term = exponent;
  while (true) {
    Term *inner = terms->head(term);
    // (s - M) * c is s * c - M * c.
    if (inner->isApply(Term::Mul) || inner->isApply(Term::Div)) {
      int number =
          inner->isApply(Term::Div) || terms->isUniform(inner->operands[1]);
      Term *factor = inner->operands[number];
      Term *difference = terms->head(inner->operands[1 - number]);
      if (!difference->isApply(Term::Sub) || !terms->isUniform(factor))
        return term;
      auto scaled = [&](Term *part) {
        return terms->apply(inner->function, {part, factor});
      };
      inner = terms->apply(Term::Sub, {scaled(difference->operands[0]),
                                       scaled(difference->operands[1])});
    }
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

/// The condition of a select of zero, and what it selects else.
static std::optional<Condition> getZeroing(Terms &terms, Term *select,
                                           Term *&rest) {
  for (int side : {1, 2})
    if (terms.isNumber(select->operands[side], 0.0)) {
      rest = select->operands[3 - side];
      return Condition{select->operands[0], side == 1};
    }
  return std::nullopt;
}

std::optional<Recognizer::Exponential>
Recognizer::matchExponential(Term *term) {
  SmallVector<Term *> numerators, divisors;
  flattenProduct(term, false, numerators, divisors);
  return divisors.empty() ? matchFactors(numerators) : std::nullopt;
}

std::optional<Recognizer::Exponential>
Recognizer::matchFactors(ArrayRef<Term *> factors) {
  Exponential result;
  Term *exponential = nullptr;
  for (Term *factor : factors) {
    // A mask as a number.
    if (factor->is(Term::Apply) &&
        isa_and_nonnull<arith::UIToFPOp>(factor->op) &&
        factor->operands[0]->type.isInteger(1)) {
      result.conditions.push_back({factor->operands[0], false});
      continue;
    }
    Term *rest = factor;
    while (rest->isApply(Term::Select)) {
      std::optional<Condition> condition = getZeroing(*terms, rest, rest);
      if (!condition)
        return std::nullopt;
      result.conditions.push_back(*condition);
      rest = terms->head(rest);
    }
    if (exponential)
      return std::nullopt;
    exponential = rest;
  }
  if (!exponential ||
      (!exponential->isApply(Term::Exp) && !exponential->isApply(Term::Exp2)))
    return std::nullopt;
  result.base2 = exponential->isApply(Term::Exp2);
  result.scores = stripShifts(exponential->operands[0], result.shifts);
  return result;
}

bool Recognizer::equalShifts(ArrayRef<Term *> lhs, ArrayRef<Term *> rhs) {
  SmallVector<Term *> left(rhs);
  for (Term *shift : lhs) {
    auto *same = llvm::find_if(
        left, [&](Term *other) { return terms->equal(shift, other); });
    if (same == left.end())
      return false;
    left.erase(same);
  }
  return left.empty();
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

Term *Recognizer::getSummed(Term *term) {
  Term *sum = terms->head(term);
  Term *summed = getCombined(sum, Combiner::Sum);
  return summed && terms->isNumber(terms->getInit(sum), 0.0) ? summed : nullptr;
}

/// The pieces that a term is put together from along `digits`.
static std::optional<Pieces> findPieces(Terms &terms, Term *term,
                                        const Digits &digits) {
  term = terms.head(term);
  if (term->is(Term::Element)) {
    std::optional<Pieces> pieces = getPieces(term->value);
    if (pieces && terms.axes.resolve(term->indices[pieces->dim]) == digits)
      return pieces;
  }
  if (term->is(Term::Apply))
    for (Term *operand : term->operands)
      if (auto pieces = findPieces(terms, operand, digits))
        return pieces;
  return std::nullopt;
}

std::optional<Recognizer::Split> Recognizer::split(Term *term,
                                                   const Digits &digits) {
  std::optional<Pieces> found = findPieces(*terms, term, digits);
  if (!found || found->pieces.size() != 2)
    return std::nullopt;
  const Pieces::Piece *tokensPiece = found->pieces.begin(),
                      *sinkPiece = tokensPiece + 1;
  if (!(sinkPiece->length == Size::constant(1)))
    std::swap(tokensPiece, sinkPiece);
  if (!(sinkPiece->length == Size::constant(1)))
    return std::nullopt;
  auto rangeOf = [&](const Pieces::Piece &piece, const Digits &positions) {
    return terms->axes.createSpan({piece.begin, piece.length, positions});
  };
  return Split{rangeOf(*tokensPiece, tokens), rangeOf(*sinkPiece, {})};
}

/// exp(sink - M), with M as it is in the weights.
bool Recognizer::matchSink(Term *term, const Exponential &weight,
                           Weights &weights) {
  Term *exponential = terms->head(term);
  if (!exponential->isApply(weight.base2 ? Term::Exp2 : Term::Exp))
    return false;
  SmallVector<Term *> shifts;
  Term *sink = stripShifts(exponential->operands[0], shifts);
  if (terms->dependsOn(sink, tokens) || !equalShifts(shifts, weight.shifts))
    return false;
  weights.sinks = terms->unfoldParts(sink);
  return true;
}

/// The sum over tokens and, in one dimension with them, a sink.
bool Recognizer::matchSplitSum(Term *sum, const Exponential &weight,
                               Weights &weights) {
  if (!sum->is(Term::Reduction) || terms->getCombiner(sum) != Combiner::Sum ||
      !terms->isNumber(terms->getInit(sum), 0.0) ||
      terms->dependsOn(sum, tokens))
    return false;
  Indices loops;
  std::optional<size_t> open;
  for (auto [index, size] : llvm::enumerate(terms->getOpenSizes(sum))) {
    loops.push_back(terms->axes.create(size));
    if (size != 1 && open)
      return false;
    if (size != 1)
      open = index;
  }
  Term *body = open ? terms->instantiate(sum, loops) : nullptr;
  std::optional<Split> parts = body ? split(body, loops[*open]) : std::nullopt;
  if (!parts)
    return false;
  loops[*open] = parts->tokens;
  Term *ofTokens = terms->instantiate(sum, loops);
  loops[*open] = parts->sink;
  Term *ofSink = terms->instantiate(sum, loops);
  if (!ofTokens || !ofSink)
    return false;
  std::optional<Exponential> summed = matchExponential(ofTokens);
  if (!summed || summed->base2 != weight.base2 ||
      !terms->equal(summed->scores, weight.scores) ||
      !equalShifts(summed->shifts, weight.shifts))
    return false;
  weights.inSum = summed->conditions;
  return matchSink(ofSink, weight, weights);
}

bool Recognizer::matchNormalizer(Term *divisor, const Exponential &weight,
                                 Weights &weights) {
  divisor = terms->head(divisor);
  if (divisor->isApply(Term::Add))
    for (int side : {0, 1}) {
      Weights withSink = weights;
      if (matchSink(divisor->operands[side], weight, withSink) &&
          matchNormalizer(divisor->operands[1 - side], weight, withSink)) {
        weights = withSink;
        return true;
      }
    }
  // A sum of zero replaced by something to divide by: zero over it is zero,
  // unless the maximum of nothing has made the exponentials NaN.
  if (divisor->isApply(Term::Select) &&
      isZeroTest(divisor->operands[0], divisor->operands[2])) {
    if (!matchNormalizer(divisor->operands[2], weight, weights))
      return false;
    weights.zeroForNaN |= llvm::none_of(
        weight.shifts, [](Term *shift) { return shift->is(Term::Reduction); });
    return true;
  }
  Term *summed = getSummed(divisor);
  std::optional<Exponential> own =
      summed ? matchExponential(summed) : std::nullopt;
  if (!own || own->base2 != weight.base2 ||
      !terms->equal(own->scores, weight.scores) ||
      !equalShifts(own->shifts, weight.shifts))
    return matchSplitSum(divisor, weight, weights);
  weights.inSum = own->conditions;
  return true;
}

/// Among `shifts` there is log sum exp(scores - the other shifts), both of one
/// base.
bool Recognizer::matchLogNormalizer(Exponential weight, Weights &weights) {
  Term::Function logarithm = weight.base2 ? Term::Log2 : Term::Log;
  auto *log = llvm::find_if(
      weight.shifts, [&](Term *shift) { return shift->isApply(logarithm); });
  if (log == weight.shifts.end())
    return false;
  Term *sum = (*log)->operands[0];
  weight.shifts.erase(log);
  return matchNormalizer(sum, weight, weights);
}

//===----------------------------------------------------------------------===//
// Tests of weights
//===----------------------------------------------------------------------===//

static arith::CmpFOp getComparison(Term *test) {
  return test->is(Term::Apply) ? dyn_cast_or_null<arith::CmpFOp>(test->op)
                               : nullptr;
}

/// x != x, or x == x, as nan_to_num asks: a weight is NaN where its row sees no
/// token.
bool Recognizer::isNaNTest(Term *test, bool negated) {
  using arith::CmpFPredicate;
  auto compare = getComparison(test);
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
  auto compare = getComparison(test);
  if (!compare || compare.getPredicate() != arith::CmpFPredicate::OEQ)
    return false;
  std::optional<double> number = terms->getNumber(test->operands[1]);
  return number && std::isinf(*number);
}

/// x == 0, for this x.
bool Recognizer::isZeroTest(Term *test, Term *tested) {
  test = terms->head(test);
  auto compare = getComparison(test);
  return compare &&
         (compare.getPredicate() == arith::CmpFPredicate::OEQ ||
          compare.getPredicate() == arith::CmpFPredicate::UEQ) &&
         terms->isNumber(test->operands[1], 0.0) &&
         terms->equal(test->operands[0], tested);
}

/// Weights that are set to zero where their sum is zero: where it is, they are
/// zero or 0 / 0. A row without tokens has such a sum unless what is taken off
/// its scores is their own maximum, which makes them NaN.
void Recognizer::dropZeroSums(Term *sum, ArrayRef<Term *> shifts,
                              Weights &weights) {
  bool hasOwnMaximum = llvm::any_of(shifts, [&](Term *shift) {
    return getCombined(terms->head(shift), Combiner::Max) != nullptr;
  });
  llvm::erase_if(weights.ofRows, [&](const Condition &condition) {
    if (!condition.negated || !isZeroTest(condition.term, sum))
      return false;
    weights.zeroForNaN |= !hasOwnMaximum;
    return true;
  });
}

Term *Recognizer::stripConditions(Term *term, Weights &weights) {
  Term *inner = terms->head(term);
  while (inner->isApply(Term::Select)) {
    Term *test = terms->head(inner->operands[0]);
    Term *rest = inner->operands[2];
    std::optional<Condition> condition = getZeroing(*terms, inner, rest);
    if (condition && isNaNTest(test, /*negated=*/!condition->negated))
      weights.zeroForNaN = true;
    else if (condition)
      (terms->dependsOn(condition->term, tokens) ? weights.after
                                                 : weights.ofRows)
          .push_back(*condition);
    else if (!isInfinityTest(test))
      break;
    inner = terms->head(rest);
  }
  return inner;
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// linalg.softmax has no body to unfold.
std::optional<Recognizer::Weights> Recognizer::matchSoftmaxOp(Term *element) {
  auto softmax = element->value.getDefiningOp<linalg::SoftmaxOp>();
  unsigned softmaxDim = softmax.getDimension();
  Weights weights;
  auto at = [&](const Digits &digits) {
    Indices indices = element->indices;
    indices[softmaxDim] = digits;
    return terms->element(softmax.getInput(), indices);
  };
  Digits index = terms->axes.resolve(element->indices[softmaxDim]);
  Digits ofTokens = terms->axes.resolve(tokens);
  Indices others = element->indices;
  others.erase(others.begin() + softmaxDim);
  bool elsewhere = llvm::any_of(ofTokens, [&](Axis *axis) {
    return llvm::any_of(
        terms->axes.resolveAll(others),
        [&](const Digits &digits) { return llvm::is_contained(digits, axis); });
  });
  if (!elsewhere && index == ofTokens) {
    weights.scores = at(index);
    return weights;
  }
  if (const Span *span = getSpan(index);
      span && !elsewhere && terms->axes.resolve(span->positions) == ofTokens) {
    Digits all = terms->axes.create(
        softmax.getInputOperandType().getDimSize(softmaxDim));
    std::optional<Split> parts = split(at(all), all);
    SmallVector<Term *> shifts, sinkShifts;
    if (parts && parts->tokens == index) {
      weights.scores = stripShifts(at(parts->tokens), shifts);
      weights.sinks =
          terms->unfoldParts(stripShifts(at(parts->sink), sinkShifts));
      if (equalShifts(shifts, sinkShifts))
        return weights;
    }
  }
  refuse("the softmax is not taken over the tokens that the value is summed "
         "over");
  return std::nullopt;
}

std::optional<Recognizer::Weights>
Recognizer::matchWeights(Term *term, ArrayRef<Term *> outerDivisors) {
  Weights weights;
  Term *inner = stripConditions(term, weights);
  SmallVector<Term *> numerators, divisors;
  flattenProduct(inner, false, numerators, divisors);
  divisors.append(outerDivisors.begin(), outerDivisors.end());
  auto *const softmax = llvm::find_if(numerators, [](Term *factor) {
    return factor->is(Term::Element) &&
           factor->value.getDefiningOp<linalg::SoftmaxOp>();
  });
  if (softmax != numerators.end() && numerators.size() == 1 &&
      divisors.empty()) {
    std::optional<Weights> ofOp = matchSoftmaxOp(*softmax);
    if (ofOp) {
      weights.scores = ofOp->scores;
      weights.sinks = ofOp->sinks;
    }
    return ofOp ? std::optional(weights) : std::nullopt;
  }
  bool isSoftmax =
      softmax != numerators.end() || llvm::any_of(numerators, [](Term *factor) {
        return factor->isApply(Term::Exp) || factor->isApply(Term::Exp2);
      });
  std::optional<Exponential> weight = matchFactors(numerators);
  if (!weight) {
    if (isSoftmax)
      refuse(
          "the weights are multiplied by something else after the softmax",
          "multiply the value or the output by it, if it is the same for all "
          "query rows or all tokens; export without dropout");
    return std::nullopt;
  }
  weights.before = weight->conditions;
  weights.base2 = weight->base2;
  weights.scores = weight->scores;
  bool normalized = divisors.empty() ? matchLogNormalizer(*weight, weights)
                                     : divisors.size() == 1 &&
                                           matchNormalizer(divisors.front(),
                                                           *weight, weights);
  if (!normalized) {
    refuse("the exponentials are not divided by their own sum over the tokens");
    return std::nullopt;
  }
  if (divisors.size() == 1)
    dropZeroSums(divisors.front(), weight->shifts, weights);
  return weights;
}
