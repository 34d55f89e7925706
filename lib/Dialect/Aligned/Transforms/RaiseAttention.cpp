//===- RaiseAttention.cpp - Attention in linalg to aligned.attention
//----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "Recognition/AttentionBuilder.h"
#include "TosaToLinalg.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/Support/FormatVariadic.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDRAISEATTENTION
#include "Aligned/Dialect/Aligned/Transforms/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

static remark::RemarkOpts about(StringRef name) {
  return remark::RemarkOpts::name(name).category("aligned");
}

/// A name for an operand that its author knows.
static std::string describe(const Access &access) {
  if (access.computed)
    return "computed inside the contraction";
  Value value = access.value;
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto argument = dyn_cast<BlockArgument>(value))
    stream << "argument #" << argument.getArgNumber();
  else
    stream << "result of " << value.getDefiningOp()->getName();
  stream << " : " << value.getType();
  return text;
}

/// Sizes of dimensions, as in 2x4x?.
static std::string describe(ArrayRef<int64_t> sizes) {
  return llvm::join(llvm::map_range(sizes,
                                    [](int64_t size) {
                                      return ShapedType::isDynamic(size)
                                                 ? std::string("?")
                                                 : std::to_string(size);
                                    }),
                    "x");
}

static void remarkRaised(AttentionOp op, const AttentionDescriptor &attention,
                         size_t numAssumptions) {
  AttentionDims dims = op.getDims();
  SmallVector<int64_t> sizes = op.getStaticSizes();
  auto sizesOf = [&](ArrayRef<unsigned> among) {
    return describe(
        llvm::map_to_vector(among, [&](unsigned dim) { return sizes[dim]; }));
  };
  std::string text = llvm::formatv(
      "raised to aligned.attention: query {0}, key {1}, value {2}; batch "
      "[{3}], group [{4}], {5} query rows, {6} tokens; {7}, {8}{9}",
      describe(attention.query), describe(attention.key),
      describe(attention.value), sizesOf(dims.batch), sizesOf(dims.group),
      describe(sizes[dims.m]), describe(sizes[dims.n]),
      op.getScale() ? "scaled" : "no scale",
      op.getMask() ? "masked" : "no mask",
      attention.zeroMaskedRows ? ", masked rows give zero" : "");
  if (attention.smallFill)
    text += "; a row whose tokens are all masked weighs them by score, not "
            "equally, since its masking value is finite and small";
  if (numAssumptions != 0)
    text += "; sizes that the source would broadcast are asserted to agree";
  remark::passed(op.getLoc(), about("RaisedAttention")) << text;
}

/// The operation that does nothing but view or round `value`, if that is all
/// that happens to it: the attention can give that operation's result.
static Value getForwarded(Value value) {
  if (!value.hasOneUse())
    return {};
  Operation *user = *value.user_begin();
  // Torch's broadcasts read a tensor from inside a body.
  while (user && !isa<linalg::LinalgOp>(user) &&
         isa_and_nonnull<linalg::LinalgOp>(user->getParentOp()))
    user = user->getParentOp();
  if (user->getNumResults() != 1 ||
      !isa<RankedTensorType>(user->getResult(0).getType()))
    return {};
  Value result = user->getResult(0);
  Terms terms;
  Term *any = terms.anyElement(result);
  Term *term = terms.unfold(any);
  while (term && term->isApply(Term::Cast)) {
    bool rounds = term->type.getIntOrFloatBitWidth() <
                  term->operands[0]->type.getIntOrFloatBitWidth();
    if (!rounds)
      return {};
    term = term->operands[0];
  }
  if (!term || !term->is(Term::Element) || term->value != value ||
      !terms.assumptions.empty())
    return {};
  // A broadcast would make the attention compute the same rows again.
  for (const Digits &digits : any->indices)
    for (Axis *axis : terms.axes.resolve(digits))
      if (llvm::none_of(term->indices, [&](const Digits &other) {
            return llvm::is_contained(terms.axes.resolve(other), axis);
          }))
        return {};
  return result;
}

namespace {
struct RaiseAttention
    : aligned::impl::AlignedRaiseAttentionBase<RaiseAttention> {
  void getDependentDialects(DialectRegistry &registry) const override {
    AlignedRaiseAttentionBase::getDependentDialects(registry);
    getTosaToLinalgPipeline().getDependentDialects(registry);
  }

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!hasTosa(func)) {
      raiseAll();
      return;
    }
    Region before;
    IRMapping unused;
    func.getBody().cloneInto(&before, unused);
    OpPassManager pm = getTosaToLinalgPipeline();
    if (failed(runPipeline(pm, func)))
      return signalPassFailure();
    if (!raiseAll())
      func.getBody().takeBody(before);
  }

private:
  bool raiseAll();
  bool raise(linalg::LinalgOp op, IRRewriter &rewriter);
  bool raiseInto(Value root, IRRewriter &rewriter, std::string &reason);
};
} // namespace

bool RaiseAttention::raiseAll() {
  SmallVector<linalg::LinalgOp> reductions;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (op.getNumReductionLoops() != 0 && op.getNumDpsInits() == 1)
      reductions.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  bool changed = false;
  for (linalg::LinalgOp op : reductions)
    changed |= raise(op, rewriter);
  if (changed)
    // Torch reads tensors inside bodies, which go one layer at a time.
    while (succeeded(runRegionDCE(rewriter, getOperation()->getRegions())))
      ;
  return changed;
}

/// Replaces `root` if an attention computes it.
bool RaiseAttention::raiseInto(Value root, IRRewriter &rewriter,
                               std::string &reason) {
  Recognizer recognizer;
  std::optional<AttentionDescriptor> attention = recognizer.recognize(root);
  if (!attention) {
    reason = recognizer.reason;
    return false;
  }
  rewriter.setInsertionPoint(root.getDefiningOp());
  AttentionBuilder builder(*attention, rewriter, root.getLoc());
  if (failed(builder.plan(reason)))
    return false;
  AttentionOp op;
  Value replacement = builder.build(op);
  remarkRaised(op, *attention, attention->terms->assumptions.size());
  rewriter.replaceAllUsesWith(root, replacement);
  return true;
}

/// Replaces the result of `op`, or what is made of it, if it is an attention.
bool RaiseAttention::raise(linalg::LinalgOp op, IRRewriter &rewriter) {
  if (!op.hasPureTensorSemantics() || op->use_empty())
    return false;
  Value sum = op->getResult(0), root = sum;
  std::string reason;
  // Views and roundings behind the sum can be part of the attention; so can
  // the division by the weights' sum.
  while (Value next = getForwarded(root))
    root = next;
  if (raiseInto(root, rewriter, reason))
    return true;
  if (root.hasOneUse())
    if (auto user = dyn_cast<linalg::LinalgOp>(*root.user_begin());
        user && user.getNumReductionLoops() == 0 &&
        user->getNumResults() == 1) {
      root = user->getResult(0);
      std::string ofDivided;
      while (Value next = getForwarded(root))
        root = next;
      if (raiseInto(root, rewriter, ofDivided))
        return true;
    }
  if (!reason.empty())
    remark::missed(op.getLoc(), about("KeptAttention"))
        << ("left as it is: " + reason);
  return false;
}
