//===- Emitter.cpp - Arithmetic of tile programs, written as such ---------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/Tile/Emitter.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace aligned::tile;

static bool isFloat(Val value) {
  return isa<FloatType>(getElementTypeOrSelf(value.type()));
}

/// Splats the scalar where one operand is a vector and the other is not.
static void matchShapes(Val &a, Val &b) {
  auto va = dyn_cast<VectorType>(a.type()), vb = dyn_cast<VectorType>(b.type());
  if (va && !vb)
    b = a.emitter->splat(b, va.getNumElements());
  else if (vb && !va)
    a = a.emitter->splat(a, vb.getNumElements());
}

template <typename FloatOp, typename IntOp> static Val binary(Val a, Val b) {
  matchShapes(a, b);
  Emitter &e = *a.emitter;
  if (isFloat(a))
    return e.wrap(FloatOp::create(e, a, b));
  return e.wrap(IntOp::create(e, a, b));
}

static Val compare(arith::CmpFPredicate floats, arith::CmpIPredicate ints,
                   Val a, Val b) {
  matchShapes(a, b);
  Emitter &e = *a.emitter;
  if (isFloat(a))
    return e.wrap(arith::CmpFOp::create(e, floats, a, b));
  return e.wrap(arith::CmpIOp::create(e, ints, a, b));
}

//===----------------------------------------------------------------------===//
// Constants and conversions
//===----------------------------------------------------------------------===//

Type Emitter::like(Type element, Type shape) {
  if (auto vector = dyn_cast<VectorType>(shape))
    return vector.cloneWith(std::nullopt, element);
  return element;
}

Val Emitter::constant(double value, Type type) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr attr;
  if (isa<FloatType>(element))
    attr = getFloatAttr(element, value);
  else
    attr = getIntegerAttr(element, static_cast<int64_t>(value));
  if (auto vector = dyn_cast<VectorType>(type))
    attr = SplatElementsAttr::get(vector, attr);
  return wrap(arith::ConstantOp::create(*this, attr));
}

Val Emitter::splat(Val scalar, int64_t lanes) {
  return wrap(vector::BroadcastOp::create(*this, vec(lanes, scalar.type()),
                                          scalar.value));
}

Val Emitter::convert(Val value, Type element) {
  Type from = getElementTypeOrSelf(value.type());
  if (from == element)
    return value;
  Type to = like(element, value.type());
  unsigned fromWidth = from.getIntOrFloatBitWidth();
  unsigned toWidth = element.getIntOrFloatBitWidth();
  if (isa<FloatType>(from)) {
    // f16 and bf16 meet through f32.
    if (fromWidth == toWidth)
      return convert(convert(value, f32()), element);
    if (fromWidth < toWidth)
      return wrap(arith::ExtFOp::create(*this, to, ValueRange{value.value}));
    return wrap(arith::TruncFOp::create(*this, to, ValueRange{value.value}));
  }
  if (fromWidth < toWidth)
    return wrap(arith::ExtSIOp::create(*this, to, value));
  return wrap(arith::TruncIOp::create(*this, to, value));
}

Val Emitter::extendUnsigned(Val value, Type element) {
  return wrap(
      arith::ExtUIOp::create(*this, like(element, value.type()), value));
}

Val Emitter::intToFloat(Val value) {
  return wrap(arith::SIToFPOp::create(*this, like(f32(), value.type()), value));
}

Val Emitter::floatToInt(Val value) {
  return wrap(arith::FPToSIOp::create(*this, like(i32(), value.type()), value));
}

Val Emitter::bitcast(Val value, Type type) {
  if (isa<VectorType>(type) && isa<VectorType>(value.type()))
    return wrap(
        vector::BitCastOp::create(*this, cast<VectorType>(type), value));
  if (isa<VectorType>(type) || isa<VectorType>(value.type()))
    return wrap(LLVM::BitcastOp::create(*this, type, value));
  return wrap(arith::BitcastOp::create(*this, type, value));
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Val Emitter::select(Val condition, Val onTrue, Val onFalse) {
  matchShapes(onTrue, onFalse);
  if (auto vector = dyn_cast<VectorType>(condition.type())) {
    if (!isa<VectorType>(onTrue.type())) {
      onTrue = splat(onTrue, vector.getNumElements());
      onFalse = splat(onFalse, vector.getNumElements());
    }
  }
  return wrap(arith::SelectOp::create(*this, condition, onTrue, onFalse));
}

Val Emitter::maxPropagate(Val a, Val b) {
  matchShapes(a, b);
  return wrap(arith::MaximumFOp::create(*this, a, b));
}
Val Emitter::maxIgnore(Val a, Val b) {
  matchShapes(a, b);
  return wrap(arith::MaxNumFOp::create(*this, a, b));
}
Val Emitter::minIgnore(Val a, Val b) {
  matchShapes(a, b);
  return wrap(arith::MinNumFOp::create(*this, a, b));
}
Val Emitter::minInt(Val a, Val b) {
  matchShapes(a, b);
  return wrap(arith::MinSIOp::create(*this, a, b));
}
Val Emitter::maxInt(Val a, Val b) {
  matchShapes(a, b);
  return wrap(arith::MaxSIOp::create(*this, a, b));
}
Val Emitter::fma(Val a, Val b, Val c) {
  matchShapes(a, b);
  matchShapes(a, c);
  matchShapes(b, c);
  return wrap(math::FmaOp::create(*this, a, b, c));
}
Val Emitter::abs(Val a) { return wrap(math::AbsFOp::create(*this, a)); }
Val Emitter::sqrt(Val a) { return wrap(math::SqrtOp::create(*this, a)); }
Val Emitter::roundEven(Val a) {
  return wrap(math::RoundEvenOp::create(*this, a));
}
Val Emitter::ceilDiv(Val a, int64_t b) { return (a + (b - 1)) / b; }

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Val Emitter::offset(Val pointer, Val bytes) {
  return element(pointer, bytes, i8());
}

Val Emitter::element(Val pointer, Val index, Type element) {
  return wrap(LLVM::GEPOp::create(*this, pointer.type(), element, pointer,
                                  ValueRange{index.value}));
}

Val Emitter::load(Type type, Val pointer, unsigned alignment) {
  return wrap(LLVM::LoadOp::create(*this, type, pointer, alignment));
}

void Emitter::store(Val value, Val pointer, unsigned alignment) {
  LLVM::StoreOp::create(*this, value, pointer, alignment);
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

void Emitter::loop(Val from, Val to, int64_t step, Body body) {
  loop(from, to, step, {}, [&](Val index, ArrayRef<Val>) {
    body(index);
    return SmallVector<Val>();
  });
}

SmallVector<Val> Emitter::loop(Val from, Val to, int64_t step,
                               ArrayRef<Val> initial, CarriedBody body) {
  SmallVector<Value> inits(initial.begin(), initial.end());
  auto op = scf::ForOp::create(
      *this, from, to, c32(step), inits,
      [&](OpBuilder &, Location, Value index, ValueRange args) {
        // The callback's builder is this one: it is inside the body.
        SmallVector<Val> carried;
        for (Value arg : args)
          carried.push_back(wrap(arg));
        SmallVector<Val> next = body(wrap(index), carried);
        scf::YieldOp::create(*this,
                             SmallVector<Value>(next.begin(), next.end()));
      });
  SmallVector<Val> results;
  for (Value result : op.getResults())
    results.push_back(wrap(result));
  return results;
}

void Emitter::ifThen(Val condition, function_ref<void()> then) {
  scf::IfOp::create(*this, condition, [&](OpBuilder &, Location) {
    then();
    scf::YieldOp::create(*this);
  });
}

SmallVector<Val> Emitter::ifElse(Val condition,
                                 function_ref<SmallVector<Val>()> onTrue,
                                 function_ref<SmallVector<Val>()> onFalse) {
  auto branch = [&](function_ref<SmallVector<Val>()> body) {
    return [this, body](OpBuilder &, Location) {
      SmallVector<Val> values = body();
      scf::YieldOp::create(*this,
                           SmallVector<Value>(values.begin(), values.end()));
    };
  };
  auto op =
      scf::IfOp::create(*this, condition, branch(onTrue), branch(onFalse));
  SmallVector<Val> results;
  for (Value result : op.getResults())
    results.push_back(wrap(result));
  return results;
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

namespace aligned::tile {

Val operator+(Val a, Val b) {
  return binary<arith::AddFOp, arith::AddIOp>(a, b);
}
Val operator-(Val a, Val b) {
  return binary<arith::SubFOp, arith::SubIOp>(a, b);
}
Val operator*(Val a, Val b) {
  return binary<arith::MulFOp, arith::MulIOp>(a, b);
}
Val operator/(Val a, Val b) {
  return binary<arith::DivFOp, arith::DivSIOp>(a, b);
}
Val operator%(Val a, Val b) {
  return binary<arith::RemFOp, arith::RemSIOp>(a, b);
}
Val operator-(Val a) { return a.emitter->constant(0, a.type()) - a; }
Val operator&(Val a, Val b) {
  matchShapes(a, b);
  return a.emitter->wrap(arith::AndIOp::create(*a.emitter, a, b));
}
Val operator|(Val a, Val b) {
  matchShapes(a, b);
  return a.emitter->wrap(arith::OrIOp::create(*a.emitter, a, b));
}
Val operator<<(Val a, Val bits) {
  return a.emitter->wrap(arith::ShLIOp::create(*a.emitter, a, bits));
}
Val operator<<(Val a, int64_t bits) {
  return a << a.emitter->constant(bits, a.type());
}
Val operator>>(Val a, Val bits) {
  return a.emitter->wrap(arith::ShRSIOp::create(*a.emitter, a, bits));
}
Val operator>>(Val a, int64_t bits) {
  return a >> a.emitter->constant(bits, a.type());
}

Val operator<(Val a, Val b) {
  return compare(arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt, a, b);
}
Val operator<=(Val a, Val b) {
  return compare(arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle, a, b);
}
Val operator>(Val a, Val b) {
  return compare(arith::CmpFPredicate::OGT, arith::CmpIPredicate::sgt, a, b);
}
Val operator>=(Val a, Val b) {
  return compare(arith::CmpFPredicate::OGE, arith::CmpIPredicate::sge, a, b);
}
Val operator==(Val a, Val b) {
  return compare(arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq, a, b);
}
Val operator!=(Val a, Val b) {
  return compare(arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne, a, b);
}

static Val same(Val a, double b) { return a.emitter->constant(b, a.type()); }

Val operator+(Val a, double b) { return a + same(a, b); }
Val operator-(Val a, double b) { return a - same(a, b); }
Val operator*(Val a, double b) { return a * same(a, b); }
Val operator/(Val a, double b) { return a / same(a, b); }
Val operator%(Val a, int64_t b) { return a % same(a, b); }
Val operator&(Val a, int64_t b) { return a & same(a, b); }
Val operator<(Val a, double b) { return a < same(a, b); }
Val operator<=(Val a, double b) { return a <= same(a, b); }
Val operator>(Val a, double b) { return a > same(a, b); }
Val operator>=(Val a, double b) { return a >= same(a, b); }
Val operator==(Val a, double b) { return a == same(a, b); }
Val operator!=(Val a, double b) { return a != same(a, b); }

} // namespace aligned::tile
