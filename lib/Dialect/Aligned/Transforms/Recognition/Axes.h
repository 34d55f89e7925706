//===- Axes.h - Tensor dimensions as products of axes -------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reshapes, transposes and broadcasts between the contractions of an attention
// differ from producer to producer and mean nothing. To see through them, the
// index along a tensor dimension is written as a mixed-radix number whose
// digits are axes: collapsing dimensions concatenates digits, expanding one
// cuts its digits apart, splitting an axis in two where the cut falls inside.
// Whatever the reshapes, the same axis then indexes the query's heads and the
// output's.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_RECOGNITION_AXES_H
#define ALIGNED_TRANSFORMS_RECOGNITION_AXES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>
#include <optional>

namespace aligned::recognition {

/// A size or position known at run time: `offset` more than a number, than a
/// dimension of a tensor, or than nothing.
struct Size {
  mlir::Value number; ///< an integer outside of bodies; else null
  mlir::Value tensor; ///< null without `number`: `offset` is the size
  int64_t dim = 0;
  int64_t offset = 0;

  static Size constant(int64_t size) { return {{}, {}, 0, size}; }
  bool isConstant() const { return !number && !tensor; }
  bool isZero() const { return isConstant() && offset == 0; }
  bool hasBaseOf(const Size &other) const {
    return number == other.number && tensor == other.tensor && dim == other.dim;
  }
  bool operator==(const Size &other) const {
    return hasBaseOf(other) && offset == other.offset;
  }
};

struct Axis;
/// The index along one dimension, outermost digit first. A dimension of size 1
/// has no digits.
using Digits = llvm::SmallVector<Axis *, 2>;

/// Some positions of a dimension, next to each other.
struct Span {
  Size begin, length;
  Digits positions; ///< what counts them
};

/// A range of positions that no reshape seen so far cuts. `size` is kDynamic
/// where unknown.
struct Axis {
  int64_t size;
  /// The axes it was split into, outermost first; empty if it was not.
  Digits parts;
  /// Set where this is no digit of a number but stands for an index that
  /// leaves some positions of its dimension out.
  std::optional<Span> span;
};

/// The index into a tensor.
using Indices = llvm::SmallVector<Digits, 6>;

class Axes {
public:
  /// The index of a new loop over `size` positions.
  Digits create(int64_t size);
  /// The index of some positions of a dimension.
  Digits createSpan(const Span &span);
  /// `digits` with split axes replaced by their parts.
  Digits resolve(llvm::ArrayRef<Axis *> digits) const;
  Indices resolveAll(llvm::ArrayRef<Digits> indices) const;
  /// Cuts an index into indices along dimensions of `sizes`, splitting axes
  /// where needed. Nothing if the digits and the sizes do not line up.
  std::optional<Indices> cut(llvm::ArrayRef<Axis *> digits,
                             llvm::ArrayRef<int64_t> sizes);

private:
  std::optional<Digits> takeInner(Digits &digits, int64_t size);
  std::optional<Digits> takeOuter(Digits &digits, int64_t size);
  void split(Axis *axis, int64_t outer, int64_t inner);

  llvm::SmallVector<std::unique_ptr<Axis>> axes;
};

/// The range that an index is, if it is one.
inline const Span *getSpan(llvm::ArrayRef<Axis *> digits) {
  return digits.size() == 1 && digits.front()->span ? &*digits.front()->span
                                                     : nullptr;
}

/// Number of positions that `digits` count; kDynamic where unknown.
int64_t countPositions(llvm::ArrayRef<Axis *> digits);

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_AXES_H
