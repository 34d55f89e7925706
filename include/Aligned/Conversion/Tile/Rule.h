//===- Rule.h - The arithmetic that all targets share -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How rows become digits, which bits of them are read, and how exact the
// answer is: the formulas of docs/rule.md, once, for every target. Functions
// take scalars or vectors (of tokens or of channels) alike. Scores are in the
// log2 domain, arithmetic is f32.
//
// What becomes planes must be the same bits everywhere: the operations of the
// section on packing are exact or correctly rounded, and must neither be
// reordered nor contracted.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_TILE_RULE_H
#define ALIGNED_CONVERSION_TILE_RULE_H

#include "Aligned/Conversion/Tile/Emitter.h"
#include "Aligned/Conversion/Tile/Params.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"

namespace aligned::tile {

//===----------------------------------------------------------------------===//
// Rotation
//===----------------------------------------------------------------------===//

/// Signs, +1 or -1, of the channels 0 .. headDim - 1.
llvm::SmallVector<float> rotationSigns(int64_t headDim);
/// p: the largest power of two that divides headDim. Butterflies stay inside
/// blocks of p channels.
int64_t rotationBlock(int64_t headDim);
/// 1 / sqrt(p).
float rotationFactor(int64_t headDim);

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

/// f32 of the i16 bits of a bf16, and back, to nearest even; NaN stays NaN.
Val fromBF16(Val bits);
Val toBF16(Val value);

/// What one row is coded with.
struct RowScale {
  Val scale;   ///< f32 that a bf16 can hold; NaN where the row is not finite
  Val finite;  ///< i1
  Val step;    ///< scale / 32768: what a code counts. Finite in any case
  Val inverse; ///< about 1 / step
};
/// `absMax`: largest |y_d - m_d|, NaN if any is NaN (maxPropagate).
RowScale rowScale(Val absMax);

/// A code i.
struct Code {
  Val bits;            ///< i32; the lowest 22 bits are those of i
  Val rounded;         ///< i, f32
  Val integer() const; ///< i, i32
};
/// The code of y_d - m_d. Anything where the row is not finite: its codes are
/// 0.
Code encode(Val centred, const RowScale &scale);
/// centre + i * step: what a code (f32) says, in one rounding.
Val decode(Val rounded, Val step, Val centre);
/// The same for a code that was read (i32), with the row's scale.
Val decodeStored(Val code, Val scale, Val centre);

/// The digits of a code, i32: i = 4096 a + 256 b + low = 256 high + low.
struct Digits {
  Val a, b, high, low;
};
Digits digits(Val code);

//===----------------------------------------------------------------------===//
// Queries and scores
//===----------------------------------------------------------------------===//

/// What a rotated query is multiplied with: scale * log2(e).
Val queryFactor(Val scale);
/// The unit of a query row from its largest |y_d| (maxPropagate); NaN if that
/// is not finite.
Val queryUnit(Val absMax);
/// The 16-bit integer (i32) of one element of a row whose largest |y_d| is
/// `absMax`; 0 where that is not finite. Divides in f64: in f32 one element in
/// a few hundred would fall on the other side of a half.
Val quantizeQuery(Val y, Val absMax);

/// Channels that an i32 dot product of queries with left-aligned digits can
/// sum without overflow; slabs of more are added in f32.
constexpr int64_t kDotChannels = 512;

/// What `dot` (i32 or f32) = sum v_d * (left-aligned digit of key plane
/// `plane`) adds to the score. `step` is the product of the row's scale and
/// the query's unit.
Val planeScore(Val dot, int plane, Val step);
/// `score` with that added, in one rounding: addPlane(score, dot, scale *
/// planeUnit(plane, unit)).
Val planeUnit(int plane, Val unit);
Val addPlane(Val score, Val dot, Val step);

/// exp2 and log2 of f32 differ between targets, their users do not.
struct Functions {
  Val (*exp2)(Val);
  Val (*log2)(Val);
};
/// exp2 by a polynomial: relative error below 2e-7, 0 for -inf, NaN for NaN;
/// results below the normal range are 0.
Val exp2Polynomial(Val x);
/// math.log2: a library call.
Val log2Library(Val x);

/// Positions [from, to) that a row can see: within length, window and causal
/// limit.
struct Visible {
  Val from, to; ///< i32
  Val count;    ///< N, i32
};

//===----------------------------------------------------------------------===//
// The rule
//===----------------------------------------------------------------------===//

/// Bits of rows that the rule compares needs with; also the names of tiers.
constexpr int kTierBits[] = {0, 4, 8, 16};
/// Largest error of a digit sum of 0, 4, 8, 16 bits, in units of the scale.
double readError(int bits);

/// Sums over the tokens that one row sees, relative to some maximum, as in
/// ChunkStats.
struct ErrorSums {
  Val sum, sumBeta, sumBetaV, sumV, maxV, sumRead;
};

/// What one token adds to the report, whatever the query row.
struct TokenError {
  Val keyScale;  ///< s_t of K
  Val keyError;  ///< s_t h_b of K
  Val keySquare; ///< its square
  Val distance;  ///< |v_t - c|max, as a 2-norm
  Val read;      ///< |v_t - v_t(read)|max, as a 2-norm
  Val rowVar;    ///< |v_t - m_j|^2 + |m_j - c|^2
  Val readVar;   ///< variance of what was read of V
};
/// What one query row brings to it.
struct QueryError {
  Val absSum;    ///< sum |y_d|
  Val halfUnits; ///< of a score, for s_t = 1: what rounding y may cost
  Val variance;  ///< nats^2 of a score, for s_t h_b = 1
};

/// The sums of ChunkStats over tokens, in the order of its fields.
enum TokenSum {
  kSum,
  kSumBeta,
  kSumBetaV,
  kSumV,
  kSumRead,
  kVariance,
  kSpread,
  kNumSums
};

/// The rule for one problem.
class Rule {
public:
  Rule(Emitter &e, DecodeProblemAttr problem, Functions functions)
      : e(e), problem(problem), fn(functions) {}

  Val exp2(Val x) const { return fn.exp2(x); }
  Val log2(Val x) const { return fn.log2(x); }

  /// What query row `queryRow` (0 .. rows - 1; r % rows) of a sequence of
  /// `length` tokens sees.
  Visible visible(Val length, Val queryRow) const;
  /// What any query row sees. Only these positions are read and counted.
  Visible visibleToAny(Val length) const;

  /// Softcap and mask. `seen` (i1): the position is in the row's visible
  /// range. `mask`: of the problem's mask type or f32 (i1 for booleans); not
  /// read without one.
  Val score(Val raw, Val seen, Val mask) const;

  /// budget + 1/2 log2 N, of a row.
  Val allowance(Val budget, Val count) const;
  /// log2 of a token's weight, as far as it is known: first, and by itself,
  /// because both may be as low as a float can be.
  static Val logWeight(Val score, Val firstLogSumExp) {
    return score - firstLogSumExp;
  }
  /// The bits that a row asks of a token. The larger need of two rows is
  /// maxIgnore: NaN asks for nothing.
  static Val need(Val logWeight, Val allowance) {
    return logWeight + allowance;
  }
  static Val wantsKeyPlane1(Val need) { return need + kFirstPlaneMargin > 4; }
  static Val wantsKeyPlane2(Val need) { return need > 8; }
  static Val wantsValuePlane0(Val need) { return need > 0; }
  static Val wantsValuePlane1(Val need) { return need > 8; }

  /// What a NaN scale of a visible V row makes of the weight that its page's
  /// centre gets: weight + poison. 0 for a finite scale.
  static Val poison(Val valueScale) { return valueScale * 0.0; }

  /// `keyError` and `valueError`: readError of the bits read of K and of V;
  /// `centreDistance`: |m_j - c|.
  TokenError tokenError(Val keyError, Val valueError, Val keyScale,
                        Val valueScale, Val centreDistance) const;
  QueryError queryError(const Fields<QueryStats> &stats) const;
  /// u_t exp(beta_t) for a weight u_t = exp2(exponent): +inf where that is too
  /// large to be known.
  Val inflated(Val exponent, const TokenError &token,
               const QueryError &query) const;
  /// Variance of a token's score, nats^2.
  static Val scoreVariance(const TokenError &token, const QueryError &query) {
    return token.keySquare * query.variance;
  }
  /// What the square of a token's weight is multiplied with, once |c - o|^2
  /// joins by way of ChunkStats.spread.
  Val variance(const TokenError &token, Val scoreVariance) const;
  /// What a token's errors add to the sums of a row, all but kSum: `add` is
  /// told the sum, and two factors. The weight is exp2(exponent).
  void
  addErrors(const TokenError &token, const QueryError &query, Val exponent,
            Val weight,
            llvm::function_ref<void(TokenSum sum, Val x, Val y)> add) const;
  /// readError as a value: from booleans that say which planes were read.
  Val keyReadError(Val plane1, Val plane2) const;
  Val valueReadError(Val plane0, Val plane1) const;

  /// `factor` times a sum that may be +inf: an infinite one stays so.
  Val scaled(Val factor, Val sum) const;

  /// The bound from sums relative to the final maximum; `denominator` is L,
  /// sinks included, and so are they in `sums` (see addSink). `outputNorm` is
  /// |o|.
  Val bound(const ErrorSums &sums, Val denominator, Val outputNorm) const;
  /// A sink is one more addend with v = 0 and no error. `share` = exp2(sink -
  /// M), `centreNorm` = |c|. `sum` is left alone: it is L's business.
  void addSink(ErrorSums &sums, Val share, Val centreNorm) const;
  /// sqrt(variance) / L.
  Val estimate(Val variance, Val denominator) const;

  /// `certified<e>`: what the bound of a row is too large by, as a factor above
  /// 1; 0 where it is at most `limit` times the norm. NaN stays NaN.
  Val excess(Val bound, Val outputNorm, Val limit) const;
  /// The budget of the round behind number `round`, whose budget left a group
  /// too large by `worst`; kFullBudget where no other is worth a try.
  Val nextBudget(Val budget, Val worst, Val round) const;

  /// Bytes (i64) that a decode fetched for one group: HeadReport.planeBytes
  /// and .bytes. `keyRows` and `valueRows` are i32 counts as in HeadReport.
  Val planeBytes(llvm::ArrayRef<Val> keyRows,
                 llvm::ArrayRef<Val> valueRows) const;
  Val allBytes(Val planeBytes, llvm::ArrayRef<Val> keyRows, Val length) const;

private:
  Val tanh(Val x) const;

  Emitter &e;
  DecodeProblemAttr problem;
  Functions fn;
};

} // namespace aligned::tile

#endif // ALIGNED_CONVERSION_TILE_RULE_H
