//===- AttentionDescriptor.h - What was recognised ----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONDESCRIPTOR_H
#define ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONDESCRIPTOR_H

#include "../Refusal.h"
#include "Terms.h"

#include <string>

namespace aligned::recognition {

/// A tensor, and what indexes its dimensions.
struct Access {
  mlir::Value value;
  Indices indices; ///< none of them a range
  /// Set where there is no such tensor, as what it would have is computed
  /// inside the contraction, or not laid out as an attention can have it; each
  /// of the indices is then one axis.
  Term *computed = nullptr;
};

/// A number or run-time scalar that multiplies the scores, or divides them.
struct Factor {
  Term *term;
  bool inverse;
};

/// softmax(scale * Q K^T + mask) V: everything that the rewrite needs.
struct AttentionDescriptor {
  std::shared_ptr<Terms> terms; ///< owns what the others point to
  Access query, key, value;     ///< as far back as nothing changes them
  Access output;                ///< what is to be replaced
  Digits tokens, keyChannels;
  mlir::Operation *products = nullptr; ///< what contracts Q with K
  /// How the contraction with Q sees K: with heads expanded where they were.
  Indices keyAsContracted;
  llvm::SmallVector<Factor> scale;
  std::optional<double> softcap;
  Term *mask = nullptr; ///< added to the scores; null if there is none
  /// A logit that joins the weights' sum only; null if there is none.
  Term *sinks = nullptr;
  /// Whether a row without tokens gives zero instead of NaN.
  bool zeroMaskedRows = false;
  /// A finite number stands for a masked score: a row that has nothing else
  /// weighs its tokens equally.
  bool finiteFill = false;
  /// Something is added to that number in the source, and so makes a difference
  /// in such a row that it does not make here.
  bool addedToFill = false;
};

/// A term of type i1, or its negation.
struct Condition {
  Term *term;
  bool negated;
};

/// Whether a number stands for a masked score: exp of it is zero beside any
/// other. f16 models cannot go much lower.
inline bool isMaskingValue(double number) { return number <= -1e4; }

/// What the parts of an attention look like. Each predicate reads terms and
/// changes nothing; where it finds most of an attention, `refusal` says what
/// keeps it from being one.
class Recognizer {
public:
  /// The attention whose result is `result`.
  std::optional<AttentionDescriptor> recognize(mlir::Value result);
  /// Why an attention was not recognised; no reason if nothing looked like one.
  Refusal refusal;

private:
  /// exp(scores - shifts) where all conditions hold, zero elsewhere.
  struct Exponential {
    Term *scores = nullptr;
    llvm::SmallVector<Term *> shifts;
    llvm::SmallVector<Condition> conditions;
    bool base2 = false;
  };
  struct Weights {
    Term *scores = nullptr;
    Term *sinks = nullptr; ///< null if none
    /// Zero where one of these does not hold: of tokens, in the sum, before and
    /// after the division by it; and of rows.
    llvm::SmallVector<Condition> inSum, before, after, ofRows;
    bool base2 = false;
    bool zeroForNaN = false;
  };

  std::optional<Weights> matchWeights(Term *term,
                                      llvm::ArrayRef<Term *> divisors);
  std::optional<Weights> matchSoftmaxOp(Term *element);
  /// Takes off selects of zero.
  Term *stripConditions(Term *term, Weights &weights);
  std::optional<Exponential> matchExponential(Term *term);
  std::optional<Exponential> matchFactors(llvm::ArrayRef<Term *> factors);
  bool equal(const Condition &lhs, const Condition &rhs);
  bool equalShifts(llvm::ArrayRef<Term *> lhs, llvm::ArrayRef<Term *> rhs);
  bool applyConditions(const Weights &weights, AttentionDescriptor &result);
  /// The factors of a product, as far as producers are elementwise.
  void flattenProduct(Term *term, bool inverse,
                      llvm::SmallVectorImpl<Term *> &numerators,
                      llvm::SmallVectorImpl<Term *> &divisors);
  bool isNaNTest(Term *test, bool negated);
  bool isInfinityTest(Term *test);
  bool isZeroTest(Term *test, Term *tested);
  void dropZeroSums(Term *sum, llvm::ArrayRef<Term *> shifts, Weights &weights);
  bool matchNormalizer(Term *divisor, const Exponential &weight,
                       Weights &weights);
  bool matchSplitSum(Term *sum, const Exponential &weight, Weights &weights);
  bool matchSink(Term *term, const Exponential &weight, Weights &weights);
  bool matchLogNormalizer(Exponential weight, Weights &weights);
  /// Tokens and sink of a term that has them along one dimension.
  struct Split {
    Digits tokens, sink;
  };
  std::optional<Split> split(Term *term, const Digits &digits);
  Term *stripShifts(Term *exponent, llvm::SmallVectorImpl<Term *> &shifts);
  /// A sum over the tokens from zero on: what it sums at `tokens`.
  Term *getSummed(Term *term);

  bool matchScores(Term *term, AttentionDescriptor &result);
  bool matchSelect(Term *term, AttentionDescriptor &result);
  bool matchFloor(Term *scores, Term *floor, AttentionDescriptor &result);
  bool matchSoftcap(Term *tanh, Term *cap, AttentionDescriptor &result);
  Term *getCombined(Term *reduction, Combiner combiner);
  void addToMask(const Condition &keep, AttentionDescriptor &result);
  std::optional<double> getImpliedFill(Term *mask, const Condition &condition);
  bool matchRowTest(const Condition &condition, const Weights &weights,
                    AttentionDescriptor &result);
  bool isMaskedTest(Term *test, bool negated, const Weights &weights,
                    Term *mask);

  bool matchProducts(Term *reduction, AttentionDescriptor &result);
  void collectFactors(Term *term, bool inverse,
                      llvm::SmallVectorImpl<Term *> &factors,
                      llvm::SmallVectorImpl<Factor> &scale);
  /// The access of an operand: as far back as nothing changes it, but for
  /// scaling by uniform numbers if there is a `scale`, and each of `whole` lies
  /// along one dimension.
  Access getSource(Term *term, llvm::ArrayRef<Digits> whole,
                   llvm::SmallVectorImpl<Factor> *scale);
  bool isWhole(Term *element, llvm::ArrayRef<Axis *> digits);
  bool isBroadcast(Term *element);
  /// False, with a refusal, where `term` comes from integers.
  bool checkNotQuantized(Term *term, llvm::StringRef name);
  void collectAxes(Term *term, Indices &indices);
  bool matchOutput(Term *product, llvm::ArrayRef<Term *> divisors,
                   AttentionDescriptor &result);

  bool refuse(const llvm::Twine &reason, llvm::StringRef remedy = "") {
    if (refusal.reason.empty())
      refusal = {reason.str(), remedy.str()};
    return false;
  }

  Terms *terms = nullptr;
  Digits tokens;
};

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONDESCRIPTOR_H
