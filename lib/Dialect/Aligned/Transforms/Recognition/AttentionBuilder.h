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
  /// A tensor that something is computed from.
  struct Leaf {
    Term *term;
    Layout layout;
  };
  /// A term and the dimensions of the domain that its tensor will have.
  struct Computation {
    Term *term = nullptr;
    llvm::SmallVector<Leaf> leaves;
    Domain::Dims dims;
  };
  /// An operand: a tensor, or what has to be computed first.
  struct Operand {
    Layout layout;
    Computation computation;
  };

  bool planOperand(const Access &access, const Domain::Dims &dims,
                   Operand &operand, llvm::StringRef name, std::string &reason);
  bool planMask(std::string &reason);
  bool planLeaves(Term *term, llvm::ArrayRef<unsigned> allowed,
                  llvm::SmallVectorImpl<Leaf> &leaves);
  mlir::Value buildOperand(const Access &access, const Operand &operand);
  mlir::Value buildMask(mlir::AffineMap &map);
  /// The elements of a computation as a new tensor.
  mlir::Value buildTensor(const Computation &computation, mlir::Type type);
  /// Emits a term in f32. `leaf` gives the values of elements, in the order of
  /// planLeaves; positions are among `dims`.
  mlir::Value emit(mlir::OpBuilder &b, Term *term,
                   llvm::ArrayRef<unsigned> dims,
                   llvm::function_ref<mlir::Value(Term *)> leaf);

  bool canExpand(const Layout &layout) const;
  mlir::AffineMap getMap(llvm::ArrayRef<unsigned> dims) const;
  mlir::AffineMap getMap(const Layout &layout) const;
  /// `value` with one dimension for each that its layout names.
  mlir::Value reshape(mlir::Value value, const Layout &layout);
  mlir::Value expand(mlir::Value value, const Layout &layout);
  mlir::OpFoldResult sizeOf(unsigned dim);
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
  Layout outputLayout;
  Computation mask;
  bool maskIsLeaf = false;
  /// Tensors that have been built, and the dimensions that they have.
  llvm::SmallVector<std::pair<mlir::Value, Domain::Dims>> built;
};

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONBUILDER_H
