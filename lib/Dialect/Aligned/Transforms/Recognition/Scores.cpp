//===- Scores.cpp - Scale, soft-cap and masks around Q K^T
//--------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionDescriptor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned::recognition;

/// At or below this a number stands for a masked score: exp of it is zero
/// beside any other. f16 models cannot go much lower.
static constexpr double kLargestFill = -1e4;
/// At or below this f32 forgets the score that it is added to.
static constexpr double kSmallFill = -1e9;

bool Recognizer::matchSoftcap(Term *tanh, Term *cap,
                              AttentionDescriptor &result) {
  std::optional<double> number = terms->getNumber(cap);
  if (!number || !(*number > 0))
    return refuse("the soft-cap is not a positive constant");
  if (!matchScores(tanh->operands[0], result))
    return false;
  if (result.mask || result.softcap)
    return refuse("a soft-cap is taken after a mask");
  result.softcap = *number;
  result.scale.push_back({cap, false});
  return true;
}

/// A score where a condition holds, a very negative number elsewhere.
bool Recognizer::matchSelect(Term *term, AttentionDescriptor &result) {
  for (int scoreSide : {1, 2}) {
    Term *filler = term->operands[3 - scoreSide];
    std::optional<double> fill = terms->getNumber(filler);
    if (!fill)
      continue;
    if (!(*fill <= kLargestFill))
      return refuse(
          llvm::formatv("scores are replaced by {0}, which is no masking value",
                        *fill)
              .str());
    if (!matchScores(term->operands[scoreSide], result))
      return false;
    result.smallFill |= *fill > kSmallFill;
    Term *kept = result.mask ? result.mask : terms->constant(0.0, filler->type);
    SmallVector<Term *> operands{term->operands[0], kept, kept};
    operands[3 - scoreSide] = filler;
    result.mask = terms->apply(Term::Select, operands);
    return true;
  }
  return refuse("scores are replaced by something that is not a constant");
}

bool Recognizer::matchScores(Term *term, AttentionDescriptor &result) {
  Term *inner = terms->head(term);
  if (inner->is(Term::Reduction))
    return matchProducts(inner, result);
  if (inner->isApply(Term::Select))
    return matchSelect(inner, result);
  if (inner->isApply(Term::Mul) || inner->isApply(Term::Div)) {
    bool divides = inner->isApply(Term::Div);
    for (int factor : {1, 0}) {
      if (divides && factor == 0)
        break;
      Term *number = inner->operands[factor];
      if (!terms->isUniform(number))
        continue;
      Term *rest = inner->operands[1 - factor];
      if (Term *tanh = terms->head(rest); tanh->isApply(Term::Tanh) && !divides)
        return matchSoftcap(tanh, number, result);
      if (!matchScores(rest, result))
        return false;
      if (result.softcap)
        return refuse("scores are scaled after the soft-cap");
      result.scale.push_back({number, divides});
      if (result.mask)
        result.mask = terms->apply(inner->function, {result.mask, number});
      return true;
    }
    return refuse("scores are multiplied by something that is not one number");
  }
  if (inner->isApply(Term::Add)) {
    AttentionDescriptor before = result;
    for (int scores : {0, 1}) {
      result = before;
      Term *other = inner->operands[1 - scores];
      std::string reasonBefore = reason;
      if (!matchScores(inner->operands[scores], result)) {
        reason = reasonBefore;
        continue;
      }
      result.mask =
          result.mask ? terms->apply(Term::Add, {result.mask, other}) : other;
      return true;
    }
    return refuse("neither addend of the scores is a product of query and key");
  }
  // A maximum that was taken off before the softmax took off its own.
  if (inner->isApply(Term::Sub) &&
      !terms->dependsOn(inner->operands[1], tokens) &&
      terms->head(inner->operands[1])->is(Term::Reduction))
    return matchScores(inner->operands[0], result);
  return refuse("the scores are not a scaled and masked product of query and "
                "key");
}

/// Whether `guard` holds for rows that see no token: all scores, or all of the
/// mask, are -inf.
bool Recognizer::matchGuard(Term *guard, Term *scores, Term *mask) {
  Term *all = terms->head(guard);
  if (!all->is(Term::Reduction) || terms->getCombiner(all) != Combiner::And ||
      !terms->isNumber(terms->getInit(all), 1.0) ||
      terms->dependsOn(all, tokens))
    return false;
  std::optional<Indices> loops =
      terms->axes.cut(tokens, terms->getOpenSizes(all));
  Term *body = loops ? terms->instantiate(all, *loops) : nullptr;
  Term *test = body ? terms->head(body) : nullptr;
  auto compare = test && test->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpFOp>(test->op)
                     : nullptr;
  if (!compare || (compare.getPredicate() != arith::CmpFPredicate::OEQ &&
                   compare.getPredicate() != arith::CmpFPredicate::UEQ))
    return false;
  double minusInf = -std::numeric_limits<double>::infinity();
  for (int side : {0, 1})
    if (terms->isNumber(test->operands[1 - side], minusInf) &&
        (terms->equal(test->operands[side], scores) ||
         (mask && terms->equal(test->operands[side], mask))))
      return true;
  return false;
}
