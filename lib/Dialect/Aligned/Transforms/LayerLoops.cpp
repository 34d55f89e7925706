//===- LayerLoops.cpp - Loops over the layers of a model ------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLoops.h"
#include "StackedCaches.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

/// A model has fewer layers; what has more is no loop over them.
static constexpr uint64_t kMaxLayers = 1024;

/// Whether K or V of an attention in `loop` is a slice at an offset that is not
/// known, of a tensor that outlives an iteration.
static bool takesLayers(scf::ForOp loop, bool allowNarrowing,
                        Encoding encoding) {
  WalkResult walk = loop.walk([&](AttentionOp op) {
    Refusal refusal;
    if (failed(analyzeDecode(op, allowNarrowing, encoding, refusal)))
      return WalkResult::advance();
    for (Value tensor : {op.getKey(), op.getValue()}) {
      tensor::ExtractSliceOp slice = getLayerSlice(tensor);
      if (slice && llvm::any_of(slice.getMixedOffsets(), [](OpFoldResult at) {
            return !getConstantIntValue(at);
          }))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return walk.wasInterrupted();
}

/// Integers that have become constants, as the counter of an unrolled loop has.
static void foldIntegers(func::FuncOp func) {
  OpBuilder builder(func.getContext());
  SmallVector<Operation *> ops;
  func.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<arith::ArithDialect>(op->getDialect()) &&
        op->getNumResults() == 1 && op->getResult(0).getType().isIntOrIndex() &&
        !op->hasTrait<OpTrait::ConstantLike>())
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    builder.setInsertionPoint(op);
    SmallVector<Value> folded;
    if (failed(builder.tryFold(op, folded)) || folded.empty())
      continue;
    op->getResult(0).replaceAllUsesWith(folded.front());
    op->erase();
  }
}

void aligned::unrollLayerLoops(func::FuncOp func, bool allowNarrowing,
                               Encoding encoding) {
  SmallVector<scf::ForOp> loops;
  func.walk([&](scf::ForOp loop) {
    std::optional<APInt> count = loop.getStaticTripCount();
    if (count && count->ule(kMaxLayers) &&
        takesLayers(loop, allowNarrowing, encoding))
      loops.push_back(loop);
  });
  for (scf::ForOp loop : loops) {
    uint64_t count = loop.getStaticTripCount()->getZExtValue();
    remark::RemarkOpts options =
        remark::RemarkOpts::name("Retype").category("aligned").function(
            func.getName());
    Location loc = loop.getLoc();
    if (succeeded(loopUnrollFull(loop)))
      remark::passed(loc, options) << remark::add(
          "the loop over layers is {0} copies of its body now, one a layer",
          count);
  }
  if (!loops.empty())
    foldIntegers(func);
}
