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
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"
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

static void remarkKept(Operation *op, const Refusal &refusal) {
  auto remark = remark::missed(op->getLoc(), about("KeptAttention"));
  remark << remark::add("left as it is")
         << remark::reason("{0}", refusal.reason);
  if (!refusal.remedy.empty())
    remark << remark::suggest("{0}", refusal.remedy);
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
  if (attention.addedToFill)
    text += "; a row whose tokens are all masked weighs them equally, whatever "
            "is added to its finite masking value";
  if (numAssumptions != 0)
    text += "; sizes that the source would broadcast are asserted to agree";
  remark::passed(op.getLoc(), about("RaisedAttention")) << text;
}

/// Whether a loop keeps a running maximum.
static bool hasRunningMaximum(scf::ForOp loop) {
  auto isMaximum = [](Value value, Value before) {
    Operation *op = value.getDefiningOp();
    if (isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(op))
      return llvm::is_contained(op->getOperands(), before);
    auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
    if (!linalgOp || linalgOp.getNumReductionLoops() == 0)
      return false;
    unsigned number = cast<OpResult>(value).getResultNumber();
    Operation *combiner;
    return linalgOp.getDpsInits()[number] == before &&
           getCombined(linalgOp, number, combiner) &&
           isa<arith::MaximumFOp, arith::MaxNumFOp>(combiner);
  };
  return llvm::any_of(
      llvm::zip(loop.getYieldedValues(), loop.getRegionIterArgs()),
      [&](auto pair) {
        return isMaximum(std::get<0>(pair), std::get<1>(pair));
      });
}

/// What looks like attention in forms that nothing here starts from.
static void remarkNearMisses(func::FuncOp func) {
  func.walk([](Operation *op) {
    auto softmax = dyn_cast<linalg::SoftmaxOp>(op);
    if (softmax && softmax.hasPureBufferSemantics())
      remarkKept(op, {"its operands are memrefs", "run before bufferization"});
    auto loop = dyn_cast<scf::ForOp>(op);
    if (!loop || !hasRunningMaximum(loop))
      return;
    bool hasExponential = loop.getBody()
                              ->walk([](Operation *inner) {
                                return isa<math::ExpOp, math::Exp2Op>(inner)
                                           ? WalkResult::interrupt()
                                           : WalkResult::advance();
                              })
                              .wasInterrupted();
    if (hasExponential)
      remarkKept(op, {"the softmax is taken in a loop over tiles",
                      "run before tiling"});
  });
}

/// The operation that does nothing but view or round `value`, or something else
/// that changes nothing, if that is all that happens to it: the attention can
/// give that operation's result.
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
  // An extension keeps the rounding before it.
  if (getElementTypeOrSelf(result).getIntOrFloatBitWidth() >
      getElementTypeOrSelf(value).getIntOrFloatBitWidth())
    return {};
  Term *term = terms.peelOnce(any, /*roundings=*/true);
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
  bool raiseInto(Value root, IRRewriter &rewriter, Refusal &refusal);
};
} // namespace

bool RaiseAttention::raiseAll() {
  SmallVector<linalg::LinalgOp> reductions;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (op.getNumReductionLoops() != 0 && op.getNumDpsInits() == 1)
      reductions.push_back(op);
  });
  remarkNearMisses(getOperation());
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
                               Refusal &refusal) {
  Recognizer recognizer;
  std::optional<AttentionDescriptor> attention = recognizer.recognize(root);
  if (!attention) {
    refusal = recognizer.refusal;
    return false;
  }
  rewriter.setInsertionPoint(root.getDefiningOp());
  AttentionBuilder builder(*attention, rewriter, root.getLoc());
  if (failed(builder.plan(refusal)))
    return false;
  AttentionOp op;
  Value replacement = builder.build(op);
  remarkRaised(op, *attention, attention->terms->assumptions.size());
  rewriter.replaceAllUsesWith(root, replacement);
  return true;
}

static bool isElementwise(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return op->getNumResults() == 1 &&
         isa<RankedTensorType>(op->getResult(0).getType()) &&
         (linalgOp ? linalgOp.getNumReductionLoops() == 0
                   : OpTrait::hasElementwiseMappableTraits(op));
}

/// Replaces the result of `op`, or what is made of it, if it is an attention.
bool RaiseAttention::raise(linalg::LinalgOp op, IRRewriter &rewriter) {
  if (!op.hasPureTensorSemantics() || op->use_empty())
    return false;
  Value sum = op->getResult(0), root = sum;
  Refusal refusal;
  // Views and roundings behind the sum can be part of the attention; so can
  // the division by the weights' sum.
  while (Value next = getForwarded(root))
    root = next;
  if (raiseInto(root, rewriter, refusal))
    return true;
  if (root.hasOneUse() && isElementwise(*root.user_begin())) {
    root = (*root.user_begin())->getResult(0);
    Refusal ofDivided;
    while (Value next = getForwarded(root))
      root = next;
    if (raiseInto(root, rewriter, ofDivided))
      return true;
    if (!ofDivided.reason.empty())
      refusal = ofDivided;
  }
  if (!refusal.reason.empty())
    remarkKept(op, refusal);
  return false;
}
