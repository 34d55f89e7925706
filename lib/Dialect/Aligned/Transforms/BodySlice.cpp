//===- BodySlice.cpp - What a value of a body is computed by --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BodySlice.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

SmallVector<Operation *> aligned::getSliceOf(Block *body, Value value) {
  DenseSet<Value> needed{value};
  SmallVector<Operation *> slice;
  for (Operation &op : llvm::reverse(body->without_terminator())) {
    if (llvm::none_of(op.getResults(),
                      [&](Value result) { return needed.contains(result); }))
      continue;
    slice.push_back(&op);
    needed.insert(op.operand_begin(), op.operand_end());
  }
  return llvm::to_vector(llvm::reverse(slice));
}

/// The operands that `value` is computed from inside the body of `op`.
SmallVector<OpOperand *> aligned::getInputsOf(linalg::LinalgOp op,
                                              Value value) {
  DenseSet<Value> used{value};
  for (Operation *inner : getSliceOf(op.getBlock(), value))
    used.insert(inner->operand_begin(), inner->operand_end());
  SmallVector<OpOperand *> inputs;
  for (BlockArgument argument : op.getBlock()->getArguments())
    if (used.contains(argument))
      inputs.push_back(op.getMatchingOpOperand(argument));
  return inputs;
}
