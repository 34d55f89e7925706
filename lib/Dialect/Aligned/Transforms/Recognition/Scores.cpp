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

#include <cmath>

using namespace mlir;
using namespace aligned::recognition;

/// f32 forgets any score that this is added to.
static constexpr double kForgetful = -1e30;

bool Recognizer::matchSoftcap(Term *tanh, Term *cap,
                              AttentionDescriptor &result) {
  std::optional<double> number = terms->getNumber(cap);
  if (!number || !(*number > 0))
    return refuse("the soft-cap is not a positive constant",
                  "make it one: it is an attribute");
  if (!matchScores(tanh->operands[0], result))
    return false;
  if (result.mask || result.softcap)
    return refuse("a soft-cap is taken after a mask",
                  "mask the scores after the soft-cap");
  result.softcap = *number;
  result.scale.push_back({cap, false});
  return true;
}

static constexpr StringLiteral
    kNotScores("the scores are not a scaled and masked product of query and "
               "key"),
    kClamped("the scores are clamped, which aligned.attention cannot say"),
    kUnclamped("leave the clamp out where scores stay inside it, or use a "
               "soft-cap");

/// select(x < limit, x, limit), or the like.
static bool isClampOf(Terms &terms, Term *select, int side) {
  Term *test = terms.head(select->operands[0]);
  return test->is(Term::Apply) && isa_and_nonnull<arith::CmpFOp>(test->op) &&
         llvm::any_of(test->operands, [&](Term *operand) {
           return terms.equal(operand, select->operands[side]);
         });
}

/// What `term` is no less than the constant `floor` of: max(x, floor), or
/// select(x > floor, x, floor) whichever way round. Null if it is neither.
static Term *getFloored(Terms &terms, Term *term, Term *&floor) {
  bool isMaximum =
      term->is(Term::Apply) &&
      isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(term->op);
  if (!isMaximum && !term->isApply(Term::Select))
    return nullptr;
  ArrayRef<Term *> operands = ArrayRef(term->operands).take_back(2);
  int side = terms.getNumber(operands[0]) ? 0 : 1;
  floor = operands[side];
  Term *floored = operands[1 - side];
  if (!terms.getNumber(floor) || isMaximum)
    return terms.getNumber(floor) ? floored : nullptr;
  using arith::CmpFPredicate;
  Term *test = terms.head(term->operands[0]);
  auto compare = test->is(Term::Apply)
                     ? dyn_cast_or_null<arith::CmpFOp>(test->op)
                     : arith::CmpFOp();
  if (!compare)
    return nullptr;
  int first = terms.equal(test->operands[0], floored) ? 0 : 1;
  if (!terms.equal(test->operands[first], floored) ||
      !terms.equal(test->operands[1 - first], floor))
    return nullptr;
  CmpFPredicate predicate = compare.getPredicate();
  bool isGreater =
      predicate == CmpFPredicate::OGT || predicate == CmpFPredicate::OGE ||
      predicate == CmpFPredicate::UGT || predicate == CmpFPredicate::UGE;
  bool isLess =
      predicate == CmpFPredicate::OLT || predicate == CmpFPredicate::OLE ||
      predicate == CmpFPredicate::ULT || predicate == CmpFPredicate::ULE;
  // The score is chosen where it is the larger one.
  bool choosesFlooredIfTrue = side == 1;
  bool largerIfTrue = first == 0 ? isGreater : isLess;
  bool largerIfFalse = first == 0 ? isLess : isGreater;
  return (choosesFlooredIfTrue ? largerIfTrue : largerIfFalse) ? floored
                                                               : nullptr;
}

/// Scores that are kept from falling below a number that f32 forgets any score
/// beside: none does but by its mask, which is what cannot fall further then.
bool Recognizer::matchFloor(Term *scores, Term *floor,
                            AttentionDescriptor &result) {
  if (!matchScores(scores, result))
    return false;
  if (!result.mask)
    return true;
  Term *constant = terms->constant(*terms->getNumber(floor),
                                   Float32Type::get(scores->type.getContext()));
  result.mask = terms->apply(Term::Max, {result.mask, constant});
  result.finiteFill = true;
  return true;
}

/// A score where a condition holds, a very negative number elsewhere.
bool Recognizer::matchSelect(Term *term, AttentionDescriptor &result) {
  for (int scoreSide : {1, 2}) {
    Term *filler = term->operands[3 - scoreSide];
    std::optional<double> fill = terms->getNumber(filler);
    if (!fill)
      continue;
    if (!isMaskingValue(*fill) && isClampOf(*terms, term, scoreSide))
      return refuse(kClamped, kUnclamped);
    if (!isMaskingValue(*fill))
      return refuse(
          llvm::formatv("scores are replaced by {0}, which is no masking value",
                        *fill)
              .str(),
          "mask with -inf, or with -1e4 or less");
    if (!matchScores(term->operands[scoreSide], result))
      return false;
    // The source replaces the score, a mask is added to it. It makes no
    // difference where a row has other tokens; where it has none they weigh the
    // same, as in the source, if what is added makes f32 forget the score.
    if (std::isfinite(*fill)) {
      filler = terms->constant(std::min(*fill, kForgetful),
                               Float32Type::get(filler->type.getContext()));
      result.finiteFill = true;
    }
    Term *kept = result.mask ? result.mask : terms->constant(0.0, filler->type);
    SmallVector<Term *> operands{term->operands[0], kept, kept};
    operands[3 - scoreSide] = filler;
    result.mask = terms->apply(Term::Select, operands);
    return true;
  }
  return refuse("scores are replaced by something that is not a constant",
                "mask with the constant -inf");
}

bool Recognizer::matchScores(Term *term, AttentionDescriptor &result) {
  Term *inner = terms->head(term);
  if (inner->is(Term::Reduction))
    return matchProducts(inner, result);
  Term *floor = nullptr;
  if (Term *floored = getFloored(*terms, inner, floor);
      floored && *terms->getNumber(floor) <= kForgetful)
    return matchFloor(floored, floor, result);
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
      // c cap tanh(s / cap) is a soft-cap at c cap of c s.
      if (result.softcap) {
        std::optional<double> constant = terms->getNumber(number);
        if (!constant || !(*constant > 0))
          return refuse("scores are scaled after the soft-cap by something "
                        "that is not a positive constant");
        *result.softcap *= divides ? 1 / *constant : *constant;
      }
      result.scale.push_back({number, divides});
      if (result.mask)
        result.mask = terms->apply(inner->function, {result.mask, number});
      return true;
    }
    return refuse("scores are multiplied by something that is not one number",
                  "multiply the query by it");
  }
  if (inner->isApply(Term::Add)) {
    AttentionDescriptor before = result;
    Refusal refusalBefore = refusal, specific;
    for (int scores : {0, 1}) {
      result = before;
      Term *other = inner->operands[1 - scores];
      if (matchScores(inner->operands[scores], result)) {
        result.addedToFill |= result.finiteFill;
        result.mask =
            result.mask ? terms->apply(Term::Add, {result.mask, other}) : other;
        return true;
      }
      if (refusal.reason != kNotScores && specific.reason.empty())
        specific = refusal;
      refusal = refusalBefore;
    }
    if (specific.reason.empty())
      return refuse("neither addend of the scores is a product of query and "
                    "key");
    return refuse(specific.reason, specific.remedy);
  }
  // A maximum that was taken off before the softmax took off its own.
  if (inner->isApply(Term::Sub) &&
      !terms->dependsOn(inner->operands[1], tokens) &&
      terms->head(inner->operands[1])->is(Term::Reduction))
    return matchScores(inner->operands[0], result);
  if (inner->is(Term::Apply) &&
      isa_and_nonnull<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
                      arith::MinNumFOp>(inner->op))
    return refuse(kClamped, kUnclamped);
  return refuse(kNotScores);
}
