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

static constexpr StringLiteral
    kClamped("the scores are clamped, which aligned.attention cannot say");

/// select(x < limit, x, limit), or the like.
static bool isClampOf(Terms &terms, Term *select, int side) {
  Term *test = terms.head(select->operands[0]);
  return test->is(Term::Apply) && isa_and_nonnull<arith::CmpFOp>(test->op) &&
         llvm::any_of(test->operands, [&](Term *operand) {
           return terms.equal(operand, select->operands[side]);
         });
}

/// A score where a condition holds, a very negative number elsewhere.
bool Recognizer::matchSelect(Term *term, AttentionDescriptor &result) {
  for (int scoreSide : {1, 2}) {
    Term *filler = term->operands[3 - scoreSide];
    std::optional<double> fill = terms->getNumber(filler);
    if (!fill)
      continue;
    if (!isMaskingValue(*fill) && isClampOf(*terms, term, scoreSide))
      return refuse(kClamped);
    if (!isMaskingValue(*fill))
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
  if (inner->is(Term::Apply) &&
      isa_and_nonnull<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
                      arith::MinNumFOp>(inner->op))
    return refuse(kClamped);
  return refuse("the scores are not a scaled and masked product of query and "
                "key");
}
