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
  /// A mask, or a tensor that it is computed from.
  struct Leaf {
    Term *term;
    Layout layout;
  };

  // Masks.
  bool planMask(std::string &reason);
  bool planLeaves(Term *term);
  mlir::Value buildMask(mlir::AffineMap &map);

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
  /// Emits a term in f32. `leaves` are the values of elements.
  mlir::Value emit(mlir::OpBuilder &b, Term *term,
                   llvm::function_ref<mlir::Value(Term *)> leaf);

  AttentionDescriptor &attention;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  Terms &terms;
  Domain domain;
  Layout queryLayout, keyLayout, valueLayout, outputLayout;
  llvm::SmallVector<Leaf> leaves;
  llvm::SmallVector<unsigned> maskDims; ///< of a mask that is computed
  bool maskIsLeaf = false;
  mlir::Value query, key, value;
};

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_ATTENTIONBUILDER_H
