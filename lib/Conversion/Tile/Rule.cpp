//===- Rule.cpp - The arithmetic that all targets share -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/Tile/Rule.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <cfloat>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::tile;

static constexpr double kLn2 = 0.69314718055994530942;
static constexpr double kLog2e = 1.44269504088896340736;
static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Largest |i| and half a unit, as a share of the scale: no element of a row
/// is further from its centre.
static constexpr double kLargest = (kCodeLimit + 0.5) / kCodeOne;

static Val sameType(Val like, double value) {
  return like.emitter->constant(value, like.type());
}

//===----------------------------------------------------------------------===//
// Rotation
//===----------------------------------------------------------------------===//

SmallVector<float> aligned::tile::rotationSigns(int64_t headDim) {
  SmallVector<float> signs;
  for (int64_t d = 0; d < headDim; ++d)
    signs.push_back(static_cast<uint32_t>(d) * 2654435761u >> 31 ? -1.0f
                                                                 : 1.0f);
  return signs;
}

int64_t aligned::tile::rotationBlock(int64_t headDim) {
  return headDim & -headDim;
}

float aligned::tile::rotationFactor(int64_t headDim) {
  return static_cast<float>(
      1.0 / std::sqrt(static_cast<double>(rotationBlock(headDim))));
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

Val aligned::tile::fromBF16(Val bits) {
  Emitter &e = *bits.emitter;
  return e.bitcast(e.extendUnsigned(bits, e.i32()) << 16,
                   e.like(e.f32(), bits.type()));
}

Val aligned::tile::toBF16(Val value) {
  Emitter &e = *value.emitter;
  Val bits = e.bitcast(value, e.like(e.i32(), value.type()));
  Val high = bits >> 16;
  Val rounded = (bits + 0x7FFF + (high & 1)) >> 16;
  Val quiet = high | sameType(high, 0x40);
  return e.convert(e.select(value != value, quiet, rounded), e.getI16Type());
}

/// Good to 18 bits and more: GPUs have an instruction for it.
static Val reciprocal(Val x) {
  Emitter &e = *x.emitter;
  auto flags = arith::FastMathFlagsAttr::get(
      e.getContext(), arith::FastMathFlags::arcp | arith::FastMathFlags::afn);
  return e.wrap(arith::DivFOp::create(e, sameType(x, 1.0), x, flags));
}

RowScale aligned::tile::rowScale(Val absMax) {
  Emitter &e = *absMax.emitter;
  Val exact = e.maxPropagate(absMax, sameType(absMax, 1e-30)) *
              (static_cast<double>(kCodeOne) / kCodeLimit);
  // Up to the next bf16: a carry out of the bits that it lacks.
  Val bits = e.bitcast(exact, e.like(e.i32(), exact.type()));
  Val up = e.bitcast((bits + 0xFFFF) & -0x10000, exact.type());
  Val finite = (exact < kInfinity) & (up < kInfinity);
  Val step = e.select(finite, up, sameType(up, 1.0)) * (1.0 / kCodeOne);
  return {e.select(finite, up, sameType(up, kNaN)), finite, step,
          reciprocal(step)};
}

/// x / step, correctly rounded to f32, in three operations that are cheaper
/// than a division:
///
///   t0 = x * inverse          2^6 units of its last place off, at most
///   r  = x - t0 * step        exact: a step has 8 significant bits
///   t  = t0 + r * inverse     the rounding of x / step + e, |e| < 2^-11 units
///
/// A number half way between two f32 has 25 bits: its product with a step is a
/// multiple of 2^-9 units times step, as x is. So x / step, which is no such
/// number itself, is further than e from all of them, and t is what it rounds
/// to.
static Val quotient(Val x, const RowScale &scale) {
  Emitter &e = *x.emitter;
  Val first = x * scale.inverse;
  Val rest = e.fma(first, -scale.step, x);
  return e.fma(rest, scale.inverse, first);
}

/// Added to a number below 2^22, this leaves its nearest integer, the even one
/// of two, in the bits behind those of the sum itself.
static constexpr double kToInteger = 3 << 22;
static constexpr int64_t kToIntegerBits = 0x4B400000;

Code aligned::tile::encode(Val centred, const RowScale &scale) {
  Emitter &e = *centred.emitter;
  // Within kCodeLimit: the scale is no smaller than the largest |x| times
  // 32768 / kCodeLimit but for its last bit.
  Val sum = quotient(centred, scale) + kToInteger;
  return {e.bitcast(sum, e.like(e.i32(), sum.type())), sum - kToInteger};
}

Val Code::integer() const { return bits - static_cast<double>(kToIntegerBits); }

Val aligned::tile::decode(Val rounded, Val step, Val centre) {
  // 16 bits times 8: the product is exact, and one rounding remains.
  return centre.emitter->fma(rounded, step, centre);
}

Val aligned::tile::decodeStored(Val code, Val scale, Val centre) {
  return decode(code.emitter->intToFloat(code), scale * (1.0 / kCodeOne),
                centre);
}

Digits aligned::tile::digits(Val code) {
  Val high = (code + 128) >> 8;
  Val a = (high + 8) >> 4;
  return {a, high - (a << 4), high, code - (high << 8)};
}

//===----------------------------------------------------------------------===//
// Queries and scores
//===----------------------------------------------------------------------===//

Val aligned::tile::queryFactor(Val scale) { return scale * kLog2e; }

Val aligned::tile::queryUnit(Val absMax) {
  Emitter &e = *absMax.emitter;
  Val unit = e.maxIgnore(absMax, sameType(absMax, 1e-30)) / 32767.0;
  return e.select(absMax < kInfinity, unit, sameType(unit, kNaN));
}

Val aligned::tile::quantizeQuery(Val y, Val absMax) {
  Emitter &e = *y.emitter;
  Val largest = e.maxIgnore(absMax, sameType(absMax, 1e-30));
  Val inverse = e.constant(32767.0, e.f64()) / e.convert(largest, e.f64());
  Val finite = absMax < kInfinity;
  if (auto lanes = dyn_cast<VectorType>(y.type()))
    finite = e.splat(finite, lanes.getNumElements());
  Val safe = e.select(finite, y, sameType(y, 0.0));
  return e.floatToInt(e.roundEven(e.convert(safe, e.f64()) * inverse));
}

/// What one of a left-aligned digit of a plane of K counts.
static constexpr double kPlaneWeights[] = {256.0 / kCodeOne, 16.0 / kCodeOne,
                                           1.0 / kCodeOne};

static Val dotAsFloat(Val dot) {
  bool isInteger = isa<IntegerType>(getElementTypeOrSelf(dot.type()));
  return isInteger ? dot.emitter->intToFloat(dot) : dot;
}

Val aligned::tile::planeScore(Val dot, int plane, Val step) {
  return step * kPlaneWeights[plane] * dotAsFloat(dot);
}

Val aligned::tile::planeUnit(int plane, Val unit) {
  return unit * kPlaneWeights[plane];
}

Val aligned::tile::addPlane(Val score, Val dot, Val step) {
  return score.emitter->fma(dotAsFloat(dot), step, score);
}

Val aligned::tile::exp2Polynomial(Val x) {
  Emitter &e = *x.emitter;
  // 2^x = 2^n 2^f, |f| <= 1/2. The clamp also keeps NaN from the conversion.
  Val inside =
      e.minIgnore(e.maxIgnore(x, sameType(x, -126.0)), sameType(x, 127.0));
  Val whole = e.roundEven(inside);
  Val f = inside - whole;
  static constexpr double coefficients[] = {
      0.00015345810781396688, 0.0013399931209658236, 0.009618488961659169,
      0.055503287769949505,   0.24022646890592098,   0.6931472057372488,
      1.0000000005541725};
  Val result = sameType(x, coefficients[0]);
  for (double c : llvm::drop_begin(coefficients))
    result = e.fma(result, f, sameType(x, c));
  Val power = e.bitcast((e.floatToInt(whole) + 127) << 23, x.type());
  result = result * power;
  result = e.select(x < -126.0, sameType(x, 0.0), result);
  result = e.select(x > 127.0, sameType(x, kInfinity), result);
  return e.select(x == x, result, x);
}

Val aligned::tile::log2Library(Val x) {
  return x.emitter->wrap(math::Log2Op::create(*x.emitter, x.value));
}

//===----------------------------------------------------------------------===//
// What a row sees
//===----------------------------------------------------------------------===//

Visible Rule::visible(Val length, Val queryRow) const {
  Val position = length - static_cast<double>(problem.getRows()) + queryRow;
  Val from = e.c32(0), to = length;
  if (problem.getCausal())
    to = e.maxInt(position + 1, e.c32(0));
  if (int64_t window = problem.getWindow())
    from = e.maxInt(position - static_cast<double>(window - 1), from);
  return {from, to, e.maxInt(to - from, e.c32(0))};
}

Visible Rule::visibleToAny(Val length) const {
  Val from = visible(length, e.c32(0)).from;
  return {from, length, length - from};
}

Val Rule::tanh(Val x) const {
  // Near 0 the difference below would cancel.
  Val square = x * x;
  static constexpr double coefficients[] = {-5.70498872745e-3, 2.06390887954e-2,
                                            -5.37397155531e-2, 1.33314422036e-1,
                                            -3.33332819422e-1};
  Val small = sameType(x, coefficients[0]);
  for (double c : llvm::drop_begin(coefficients))
    small = small * square + c;
  small = x + x * square * small;
  Val large = sameType(x, 1.0) -
              sameType(x, 2.0) / (exp2(e.abs(x) * (2 * kLog2e)) + 1.0);
  large = e.select(x < 0.0, -large, large);
  return e.select(e.abs(x) < 0.625, small, large);
}

Val Rule::score(Val raw, Val seen, Val mask) const {
  Val score = raw;
  if (double cap = problem.getSoftcap().getValueAsDouble())
    score = tanh(score * (kLn2 / cap)) * (cap * kLog2e);
  Val nothing = sameType(raw, -kInfinity);
  if (problem.hasMask() && problem.getMask().isInteger(1)) {
    seen = seen & mask;
  } else if (problem.hasMask()) {
    Val bias = e.convert(mask, e.f32());
    // The lowest finite number is a common way to write -inf in a mask; a row
    // of nothing but it is uniform.
    Val biased = e.maxPropagate(score + bias * kLog2e, sameType(raw, -FLT_MAX));
    score = e.select(bias == -kInfinity, nothing, biased);
  }
  return e.select(seen, score, nothing);
}

//===----------------------------------------------------------------------===//
// The rule
//===----------------------------------------------------------------------===//

Val Rule::allowance(Val budget, Val count) const {
  // Of at least one position: the logarithm of none is never used.
  Val positions = e.intToFloat(e.maxInt(count, e.c32(1)));
  return budget + log2(positions) * 0.5;
}

double aligned::tile::readError(int bits) {
  switch (bits) {
  case 0:
    return kLargest;
  case 4:
    return 2176.5 / kCodeOne;
  case 8:
    return 128.5 / kCodeOne;
  default:
    return 0.5 / kCodeOne;
  }
}

/// Of a type that selects between conditions like `condition` need.
static Val error(Val condition, int bits) {
  Emitter &e = *condition.emitter;
  return e.constant(readError(bits), e.like(e.f32(), condition.type()));
}

Val Rule::keyReadError(Val plane1, Val plane2) const {
  return e.select(plane2, error(plane2, 16),
                  e.select(plane1, error(plane1, 8), error(plane1, 4)));
}

Val Rule::valueReadError(Val plane0, Val plane1) const {
  return e.select(plane1, error(plane1, 16),
                  e.select(plane0, error(plane0, 8), error(plane0, 0)));
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

TokenError Rule::tokenError(Val keyError, Val valueError, Val keyScale,
                            Val valueScale, Val centreDistance) const {
  double valueDim = problem.getValueHeadDim(), root = std::sqrt(valueDim);
  // Scales of `ieee` planes are the largest element itself.
  double kLargest = problem.isIEEE() ? 1.0 : ::kLargest;
  // A rotated row is nearly Gaussian: its largest element of D is about
  // sqrt(2 ln D) standard deviations.
  double kappa = kLargest * kLargest / (2 * std::log(std::max(valueDim, 2.0)));

  Val square = valueScale * valueScale;
  Val rowVar = square * (valueDim * kappa);
  Val readVar = square * (valueError * valueError) * (valueDim / 3);
  if (!problem.isIEEE()) // else there is no row that is not read
    readVar = e.select(valueError > readError(8), rowVar, readVar);
  Val error = keyScale * keyError;
  return {keyScale,
          error,
          error * error,
          e.fma(valueScale, e.cf(root * kLargest), centreDistance),
          valueScale * (valueError * root),
          e.fma(centreDistance, centreDistance, rowVar),
          readVar};
}

QueryError Rule::queryError(const Fields<QueryStats> &stats) const {
  double halfUnits = problem.getKeyHeadDim() * kLargest / 2;
  return {stats.get(&QueryStats::absSum),
          e.abs(stats.get(&QueryStats::unit)) * halfUnits,
          stats.get(&QueryStats::sqrSum) * (kLn2 * kLn2 / 3)};
}

Val Rule::inflated(Val exponent, const TokenError &token,
                   const QueryError &query) const {
  Val byDigits = e.fma(token.keyError, query.absSum, exponent);
  return exp2(e.fma(token.keyScale, query.halfUnits, byDigits));
}

Val Rule::variance(const TokenError &token, Val scoreVariance) const {
  return e.fma(scoreVariance, token.rowVar, token.readVar);
}

void Rule::addErrors(
    const TokenError &token, const QueryError &query, Val exponent, Val weight,
    llvm::function_ref<void(TokenSum sum, Val x, Val y)> add) const {
  Val inflated = this->inflated(exponent, token, query);
  add(kSumBeta, inflated, e.constant(1, inflated.type()));
  add(kSumBetaV, inflated, token.distance);
  add(kSumV, weight, token.distance);
  add(kSumRead, weight, token.read);
  Val square = weight * weight;
  Val variance = scoreVariance(token, query);
  add(kVariance, square, this->variance(token, variance));
  add(kSpread, square, variance);
}

Val Rule::scaled(Val factor, Val sum) const {
  // A factor that underflows to 0 must not turn "unknown" into NaN.
  return e.select(sum == kInfinity, sum, factor * sum);
}

void Rule::addSink(ErrorSums &sums, Val share, Val centreNorm) const {
  sums.sumBeta = sums.sumBeta + share;
  sums.sumBetaV = sums.sumBetaV + share * centreNorm;
  sums.sumV = sums.sumV + share * centreNorm;
  sums.maxV = e.maxPropagate(sums.maxV, centreNorm);
}

Val Rule::bound(const ErrorSums &sums, Val denominator, Val outputNorm) const {
  Val meanV = sums.sumV / denominator;
  Val read = sums.sumRead / denominator;
  Val byWeights =
      (sums.sumBeta / denominator) * (sums.sumBetaV / denominator) - meanV;
  Val weights = e.minIgnore(byWeights, sums.maxV * 2.0);
  weights = e.maxPropagate(weights, sameType(weights, 0.0));
  // The last term allows for the f32 arithmetic itself.
  return weights + read +
         (meanV + outputNorm + weights + read) * (1.0 / (1 << 20));
}

Val Rule::estimate(Val variance, Val denominator) const {
  return e.sqrt(variance) / denominator;
}

Val Rule::excess(Val bound, Val outputNorm, Val limit) const {
  // So that the promise stands however the product is rounded.
  Val most = limit * (1.0 - 1.0 / (1 << 20)) * outputNorm;
  Val factor = e.maxPropagate(bound / most, sameType(bound, 1.0 + 1e-6));
  return e.select(bound <= most, sameType(bound, 0.0), factor);
}

Val Rule::nextBudget(Val budget, Val worst, Val round) const {
  // A bit more halves the part of the bound that depends on the budget. NaN
  // and infinity fail the comparison.
  Val next = budget + log2(worst) + 1.0;
  Val isWorthIt = (next <= kCertifiedLastBudget) & (round < kCertifyRounds - 2);
  return e.select(isWorthIt, next, sameType(next, kFullBudget));
}

static Val wide(Val value) {
  return value.emitter->convert(value, value.emitter->i64());
}

Val Rule::planeBytes(ArrayRef<Val> keyRows, ArrayRef<Val> valueRows) const {
  PageLayout key = problem.getKeyLayout(), value = problem.getValueLayout();
  Val bytes = e.c64(0);
  int64_t keyBytes = 0;
  for (int plane = 0; plane < 3; ++plane) {
    keyBytes += key.rowBytes(plane);
    bytes = bytes + wide(keyRows[plane]) * e.c64(keyBytes);
  }
  int64_t valueBytes = 0;
  for (int plane = 0; plane < 2; ++plane) {
    valueBytes += value.rowBytes(plane);
    bytes = bytes + wide(valueRows[plane + 1]) * e.c64(valueBytes);
  }
  return bytes;
}

Val Rule::allBytes(Val planeBytes, ArrayRef<Val> keyRows, Val length) const {
  Visible any = visibleToAny(length);
  Val rows = wide(keyRows[0] + keyRows[1] + keyRows[2]);
  Val pages = wide(e.ceilDiv(any.to, kPageTokens) - any.from / kPageTokens);
  int64_t ofRow = 2 * sizeof(uint16_t);
  if (problem.hasMask())
    ofRow += problem.getGroupRows() *
             memoryType(problem.getMask()).getIntOrFloatBitWidth() / 8;
  int64_t ofPage = 2 * sizeof(int32_t) +
                   sizeof(uint16_t) * (problem.getKeyLayout().channels() +
                                       problem.getValueLayout().channels());
  return planeBytes + rows * e.c64(ofRow) + pages * e.c64(ofPage);
}
