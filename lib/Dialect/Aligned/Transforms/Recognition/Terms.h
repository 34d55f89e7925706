//===- Terms.h - What an element of a tensor is computed from -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An element of a tensor is a term: what its producer computes of elements of
// its operands. Terms unfold one producer at a time and only where a predicate
// looks, so that matching an attention inside a model touches the attention
// alone. Elementwise operations that are apart, fused, or inside a contraction
// all unfold to the same terms.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_RECOGNITION_TERMS_H
#define ALIGNED_TRANSFORMS_RECOGNITION_TERMS_H

#include "Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallBitVector.h"

namespace aligned::recognition {

struct Term {
  enum Kind {
    Element,   ///< element of the tensor `value` at `indices`
    Scalar,    ///< the scalar `value`
    Constant,  ///< `constant`
    Position,  ///< the index `indices[0]`, as a number
    Apply,     ///< `function` of `operands`
    Reduction, ///< over the loops of `op` that `indices` leaves open
    Opaque     ///< what these terms cannot say
  };
  /// Functions that predicates ask for; Other is named by `op` alone.
  enum Function {
    Add,
    Sub,
    Mul,
    Div,
    Exp,
    Exp2,
    Log,
    Log2,
    Tanh,
    Max,
    Select,
    Cast,
    Other
  };

  Kind kind;
  Function function = Other;
  mlir::Type type;
  mlir::Value value;
  mlir::Operation *op = nullptr;
  unsigned resultNumber = 0; ///< of a reduction
  mlir::Attribute constant;
  llvm::SmallVector<Term *, 3> operands;
  /// Of an element, or of a reduction: what its loops stand for.
  Indices indices;
  llvm::SmallVector<unsigned, 2> openLoops; ///< of a reduction

  bool is(Kind k) const { return kind == k; }
  bool isApply(Function f) const { return kind == Apply && function == f; }
};

/// Two sizes that the terms take for equal without knowing it, because torch
/// computes them at run time.
struct Assumption {
  Size size, other;
};

/// How a reduction combines its elements.
enum class Combiner { Sum, Max, And, Or, Unknown };

class Terms {
public:
  Axes axes;
  llvm::SmallVector<Assumption> assumptions;

  Term *element(mlir::Value value, llvm::ArrayRef<Digits> indices);
  /// The element of `value` at new loops over its dimensions.
  Term *anyElement(mlir::Value value);
  Term *constant(double value, mlir::Type type);
  Term *boolean(bool value, mlir::Builder &builder);
  Term *apply(Term::Function function, llvm::ArrayRef<Term *> operands);

  /// What the producer of an element computes; null where that is the end.
  Term *unfold(Term *term);
  /// Looks through what leaves a value as it is: views, transposes,
  /// broadcasts, extensions, + 0 and * 1, and roundings if asked to.
  Term *peel(Term *term, bool roundings);
  /// One producer of these; null where there is none.
  Term *peelOnce(Term *term, bool roundings);
  /// Peels, and unfolds elementwise producers: an Apply, a Reduction, or a
  /// leaf.
  Term *head(Term *term);
  /// `term` computed from elements of whole dimensions: an element of a part of
  /// one is what its producer computes there.
  Term *unfoldParts(Term *term);

  /// The number that a term is, if it is one.
  std::optional<double> getNumber(Term *term);
  bool isNumber(Term *term, double number);
  /// Whether a term may differ along one of `axes`; all axes if there are none.
  bool dependsOn(Term *term, llvm::ArrayRef<Axis *> axes);
  bool isUniform(Term *term);
  bool equal(Term *lhs, Term *rhs, int depth = 0);

  Combiner getCombiner(Term *reduction);
  Term *getInit(Term *reduction);
  /// What a reduction combines, its open loops standing for `loops`. Null where
  /// the sizes do not fit.
  Term *instantiate(Term *reduction, llvm::ArrayRef<Digits> loops);
  /// Sizes of the open loops.
  llvm::SmallVector<int64_t> getOpenSizes(Term *reduction);

  /// Notes that two sizes have to be equal; false if they are not.
  bool assume(const Size &size, const Size &other);

private:
  /// The block of an operation, and what its loops stand for.
  struct Body {
    mlir::Block *block;
    llvm::ArrayRef<Digits> loops;
    mlir::linalg::LinalgOp op; ///< null: its arguments are the positions
  };

  Term *make(Term::Kind kind, mlir::Type type);
  Term *unfoldLinalg(mlir::linalg::LinalgOp op, Term *term);
  Term *unfoldReshape(mlir::tensor::ReshapeOp op, Term *term);
  Term *unfoldSlice(mlir::tensor::ExtractSliceOp op, Term *term);
  Term *unfoldPieces(Term *term);
  Term *unfoldIf(mlir::scf::IfOp op, Term *term);
  Term *unfoldExtract(mlir::tensor::ExtractOp op, const Body &body);
  Term *bodyTerm(const Body &body, mlir::Value value);
  Term *operandTerm(const Body &body, mlir::OpOperand &operand);
  Term *scalarTerm(mlir::Value value);
  Term *applyOf(mlir::Operation *op, llvm::ArrayRef<Term *> operands);
  std::optional<Digits> getPosition(mlir::Value index, const Body &body);
  std::optional<Digits> getWrapped(mlir::arith::SelectOp select,
                                   const Body &body);
  std::optional<Digits> divide(llvm::ArrayRef<Axis *> digits, int64_t divisor,
                               bool remainder);
  std::optional<Indices> applyMap(mlir::AffineMap map,
                                  llvm::ArrayRef<Digits> loops);

  llvm::SmallVector<std::unique_ptr<Term>> terms;
  /// Steps left for comparisons: two unlike models must not take forever.
  int budget = 100000;
};

/// A tensor put together from others along one dimension.
struct Pieces {
  unsigned dim;
  struct Piece {
    mlir::Value source;
    Size begin, length;
    /// Dimensions of size 1 that the source lacks.
    llvm::SmallBitVector dropped;
  };
  llvm::SmallVector<Piece> pieces;
};
/// The pieces of a concatenation, however it is spelt.
std::optional<Pieces> getPieces(mlir::Value value);

/// The operand of a reduction's body that is combined with what was there; null
/// where the body is more than that.
mlir::Value getCombined(mlir::linalg::LinalgOp op, unsigned resultNumber,
                        mlir::Operation *&combiner);

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_TERMS_H
