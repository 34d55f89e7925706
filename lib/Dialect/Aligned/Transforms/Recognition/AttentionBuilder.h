//===- AttentionBuilder.h - From a descriptor to the operation -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONBUILDER_H
#define ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONBUILDER_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Domain.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

namespace aligned::recognition {

/// Builds `aligned.attention` out of what was recognised. `plan` finds all
/// layouts before `build` makes the first operation, so that a refusal leaves
/// the IR as it was.
class AttentionBuilder {
public:
  AttentionBuilder(AttentionDescriptor &attention, mlir::OpBuilder &builder,
                   mlir::Location loc);

  mlir::LogicalResult plan(std::string &reason);
  /// The value that replaces the output; also the operation, for remarks.
  mlir::Value build(AttentionOp &op);

private:
  /// A term, the elements that it is computed from, and the dimensions of the
  /// domain that its tensor will have.
  struct Computation {
    Term *term = nullptr;
    llvm::SmallVector<Term *> leaves;
    llvm::SmallVector<mlir::Value> reads; ///< tensors that it reads
    llvm::SetVector<Axis *> axes;         ///< that it depends on
    Domain::Dims dims;
  };
  /// An operand: a tensor, or what has to be computed first.
  struct Operand {
    Layout layout;
    Computation computation;
  };
  /// An operand that may lack dimensions: a tensor, if there is a `leaf`.
  struct Function {
    Computation computation;
    mlir::Value leaf;
    Layout layout;
  };
  /// The loops that compute a tensor; a null axis is one of size 1.
  struct Loops {
    Digits axes;
    llvm::SmallVector<mlir::OpFoldResult> sizes;
  };
  /// The sizes that each dimension of a tensor is a product of.
  using Parts = llvm::SmallVector<llvm::SmallVector<int64_t>>;

  bool planOperand(const Access &access, const Domain::Dims &dims,
                   Operand &operand, llvm::StringRef name, std::string &reason);
  bool planMask(std::string &reason);
  bool planSinks(std::string &reason);
  bool planFunction(Term *term, llvm::ArrayRef<unsigned> allowed,
                    Function &function);
  bool planComputation(Term *term, llvm::ArrayRef<unsigned> allowed,
                       Computation &computation);
  /// False where a term has something that cannot be computed again.
  bool planLeaves(Term *term, Computation &computation);
  std::optional<Term *> getKept(Term *mask);
  Term *peelSurely(Term *term);

  mlir::Value buildOperand(const Access &access, const Operand &operand);
  mlir::Value buildFunction(const Function &function, mlir::AffineMap &map);
  /// The elements of a computation as a new tensor.
  mlir::Value buildTensor(const Computation &computation, mlir::Type type);
  mlir::Value buildLeaf(Term *leaf, Digits &axes);
  /// Emits a term in f32. `leaf` gives the values of elements.
  mlir::Value emit(mlir::OpBuilder &b, Term *term, const Loops &loops,
                   llvm::function_ref<mlir::Value(Term *)> leaf);
  mlir::Value emitPosition(mlir::OpBuilder &b, const Digits &digits,
                           const Loops &loops);
  mlir::OpFoldResult emitSize(const Size &size);

  bool canExpand(const Layout &layout) const;
  mlir::AffineMap getMap(llvm::ArrayRef<unsigned> dims) const;
  mlir::AffineMap getMap(const Layout &layout) const;
  /// `value` with one dimension for each that its layout names.
  mlir::Value reshape(mlir::Value value, const Layout &layout);
  mlir::Value reshape(mlir::Value value, const Parts &parts);
  mlir::Value expand(mlir::Value value, const Parts &parts);
  mlir::OpFoldResult sizeOf(unsigned dim);
  mlir::OpFoldResult
  sizeOf(Axis *axis, llvm::ArrayRef<unsigned> dims,
         llvm::ArrayRef<std::pair<mlir::Value, Digits>> leaves);
  mlir::Value emptyOutput(mlir::Type elementType);
  /// The attention's result with the dimensions of what it replaces.
  mlir::Value restore(mlir::Value result);
  mlir::Value buildScale();
  void buildAssertions();

  AttentionDescriptor &attention;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  Terms &terms;
  Domain domain;
  Operand query, key, value;
  Function mask, sinks;
  Layout outputLayout;
  llvm::DenseMap<Term *, Term *> peeled;
  /// Tensors that have been built, and the dimensions that they have.
  llvm::SmallVector<std::pair<mlir::Value, Domain::Dims>> built;
};

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONBUILDER_H
