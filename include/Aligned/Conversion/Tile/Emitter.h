//===- Emitter.h - Arithmetic of tile programs, written as such -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels are a few hundred lines of arithmetic; with operators on values they
// can be read against the formulas of docs/rule.md. A Val is an SSA value,
// scalar or vector, of integers, floats or pointers. Mixed with a scalar, a
// vector meets its splat. Integers are signless and treated as signed.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_TILE_EMITTER_H
#define ALIGNED_CONVERSION_TILE_EMITTER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace aligned::tile {

class Emitter;

/// An SSA value and the builder that goes on with it.
struct Val {
  mlir::Value value;
  Emitter *emitter = nullptr;

  operator mlir::Value() const { return value; }
  mlir::Type type() const { return value.getType(); }
};

/// Builds arith, vector, llvm and scf operations at its insertion point.
class Emitter : public mlir::ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  Val wrap(mlir::Value value) { return {value, this}; }

  //===--------------------------------------------------------------------===//
  // Types
  //===--------------------------------------------------------------------===//

  mlir::Type i1() { return getI1Type(); }
  mlir::Type i8() { return getI8Type(); }
  mlir::Type i32() { return getI32Type(); }
  mlir::Type i64() { return getI64Type(); }
  mlir::Type f32() { return getF32Type(); }
  mlir::Type f64() { return getF64Type(); }
  mlir::VectorType vec(int64_t lanes, mlir::Type element) {
    return mlir::VectorType::get({lanes}, element);
  }
  /// `element`, in the shape of `like`.
  mlir::Type like(mlir::Type element, mlir::Type shape);

  //===--------------------------------------------------------------------===//
  // Constants
  //===--------------------------------------------------------------------===//

  /// A constant of `type`; a splat for a vector.
  Val constant(double value, mlir::Type type);
  Val c32(int64_t value) { return constant(value, i32()); }
  Val c64(int64_t value) { return constant(value, i64()); }
  Val cf(double value) { return constant(value, f32()); }
  Val splat(Val scalar, int64_t lanes);

  //===--------------------------------------------------------------------===//
  // Conversions
  //===--------------------------------------------------------------------===//

  /// Between integers (sign-extending) and between floats (rounding to
  /// nearest even), element by element.
  Val convert(Val value, mlir::Type element);
  Val extendUnsigned(Val value, mlir::Type element);
  Val intToFloat(Val value); ///< signed, to f32
  Val floatToInt(Val value); ///< to i32; the value must fit
  Val bitcast(Val value, mlir::Type type);

  //===--------------------------------------------------------------------===//
  // Arithmetic beyond operators
  //===--------------------------------------------------------------------===//

  Val select(Val condition, Val onTrue, Val onFalse);
  /// NaN if either is.
  Val maxPropagate(Val a, Val b);
  /// The other one where one is NaN.
  Val maxIgnore(Val a, Val b);
  Val minIgnore(Val a, Val b);
  Val minInt(Val a, Val b);
  Val maxInt(Val a, Val b);
  Val fma(Val a, Val b, Val c);
  Val abs(Val a);
  Val sqrt(Val a);
  Val roundEven(Val a);
  /// Of integers: towards zero, as the operands must not be negative.
  Val ceilDiv(Val a, int64_t b);

  //===--------------------------------------------------------------------===//
  // Memory
  //===--------------------------------------------------------------------===//

  /// `pointer` plus a number of bytes (i32 or i64).
  Val offset(Val pointer, Val bytes);
  Val offset(Val pointer, int64_t bytes) { return offset(pointer, c64(bytes)); }
  /// Element `index` (i32 or i64) of an array of `element`.
  Val element(Val pointer, Val index, mlir::Type element);
  Val load(mlir::Type type, Val pointer, unsigned alignment = 0);
  void store(Val value, Val pointer, unsigned alignment = 0);
  /// Pointers read from a parameter block are addresses of the target's global
  /// memory: address space `space`.
  mlir::Type pointer(unsigned space = 0) {
    return mlir::LLVM::LLVMPointerType::get(getContext(), space);
  }

  //===--------------------------------------------------------------------===//
  // Control
  //===--------------------------------------------------------------------===//

  using Body = llvm::function_ref<void(Val index)>;
  using CarriedBody = llvm::function_ref<llvm::SmallVector<Val>(
      Val index, llvm::ArrayRef<Val> carried)>;

  /// for (i = from; i < to; i += step), over i32.
  void loop(Val from, Val to, int64_t step, Body body);
  llvm::SmallVector<Val> loop(Val from, Val to, int64_t step,
                              llvm::ArrayRef<Val> initial, CarriedBody body);
  void ifThen(Val condition, llvm::function_ref<void()> then);
  /// Both branches give values of the same types.
  llvm::SmallVector<Val>
  ifElse(Val condition, llvm::function_ref<llvm::SmallVector<Val>()> onTrue,
         llvm::function_ref<llvm::SmallVector<Val>()> onFalse);
};

Val operator+(Val a, Val b);
Val operator-(Val a, Val b);
Val operator*(Val a, Val b);
Val operator/(Val a, Val b);
Val operator%(Val a, Val b);
Val operator-(Val a);
Val operator&(Val a, Val b);
Val operator|(Val a, Val b);
Val operator<<(Val a, Val bits);
Val operator<<(Val a, int64_t bits);
/// Arithmetic shift.
Val operator>>(Val a, Val bits);
Val operator>>(Val a, int64_t bits);
/// Comparisons: signed; of floats ordered, so false where one is NaN.
Val operator<(Val a, Val b);
Val operator<=(Val a, Val b);
Val operator>(Val a, Val b);
Val operator>=(Val a, Val b);
Val operator==(Val a, Val b);
/// True where either is NaN, for floats.
Val operator!=(Val a, Val b);

// With a constant of the other operand's type.
Val operator+(Val a, double b);
Val operator-(Val a, double b);
Val operator*(Val a, double b);
Val operator/(Val a, double b);
Val operator%(Val a, int64_t b);
Val operator&(Val a, int64_t b);
Val operator<(Val a, double b);
Val operator<=(Val a, double b);
Val operator>(Val a, double b);
Val operator>=(Val a, double b);
Val operator==(Val a, double b);
Val operator!=(Val a, double b);

} // namespace aligned::tile

#endif // ALIGNED_CONVERSION_TILE_EMITTER_H
