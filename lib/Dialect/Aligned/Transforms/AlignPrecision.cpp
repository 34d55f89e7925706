//===- AlignPrecision.cpp - From attention to decode over planes ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AlignPrecisionRetype.h"
#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "DecodeCandidate.h"
#include "GatheredCaches.h"
#include "LayerLoops.h"
#include "RowScatter.h"
#include "StackedCaches.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDALIGNPRECISION
#include "Aligned/Dialect/Aligned/Transforms/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

/// The defaults of the element types: errors of a fifth to two thirds of a
/// bf16 kernel's own, and at or below those of an f16 kernel.
static Precision getDefaultPrecision(Type cache) {
  return {PrecisionKind::Budget, cache.isBF16() ? 12.0f : 15.0f};
}

static remark::RemarkOpts remarkOn(AttentionOp op, StringRef name) {
  auto func = op->getParentOfType<func::FuncOp>();
  return remark::RemarkOpts::name(name).category("aligned").function(
      func ? func.getName() : StringRef());
}

namespace {
struct AlignPrecision
    : aligned::impl::AlignedAlignPrecisionBase<AlignPrecision> {
  using Base::Base;

  void runOnOperation() override {
    if (!precision.empty()) {
      std::string message;
      if (!parsePrecision(precision, wanted.emplace(), message)) {
        getOperation().emitError("precision: ") << message;
        return signalPassFailure();
      }
    }
    getOperation().walk([&](func::FuncOp func) {
      if (!func.isExternal())
        alignFunction(func);
    });
  }

  void alignFunction(func::FuncOp func) {
    if (kv == KvMode::Retype) {
      unrollLayerLoops(func, allowNarrowing, getEncoding());
      splitRowLoops(func);
    }
    SmallVector<DecodeCandidate> candidates;
    func.walk([&](AttentionOp op) {
      Refusal refusal;
      FailureOr<DecodeCandidate> candidate =
          analyzeDecode(op, allowNarrowing, getEncoding(), refusal);
      if (succeeded(candidate)) {
        candidates.push_back(*candidate);
        return;
      }
      remark::missed(op.getLoc(), remarkOn(op, "Decode"))
          << remark::add("the attention reads whole rows of K and V")
          << remark::reason("{0}", refusal.reason)
          << remark::suggest("{0}", refusal.remedy);
    });
    if (kv == KvMode::Retype) {
      replaceGatheredCaches(func, candidates);
      splitStackedCaches(func, candidates);
    }
    Retyper retyper(func, candidates);
    if (kv == KvMode::Retype)
      retyper.run();
    for (const DecodeCandidate &candidate : candidates)
      toDecode(candidate, retyper);
    retyper.finish();
  }

  Encoding getEncoding() const {
    return wanted ? static_cast<Encoding>(wanted->encoding()) : Encoding::Fixed;
  }

  void toDecode(const DecodeCandidate &candidate, const Retyper &retyper) {
    AttentionOp op = candidate.op;
    OpBuilder builder(op);
    Value key = retyper.getPlanes(op.getKey());
    Value value = retyper.getPlanes(op.getValue());
    bool packsKey = !key, packsValue = !value;
    if (packsKey)
      key = PackOp::create(builder, op.getLoc(), candidate.getKeyType(),
                           op.getKey(), FlatSymbolRefAttr());
    if (packsValue)
      value = PackOp::create(builder, op.getLoc(), candidate.getValueType(),
                             op.getValue(), FlatSymbolRefAttr());
    Type cache = cast<PlanesType>(key.getType()).getElementType();
    auto attribute = PrecisionAttr::get(
        &getContext(), wanted ? *wanted : getDefaultPrecision(cache));
    auto decode = DecodeOp::create(
        builder, op.getLoc(), op.getResultTypes(), op.getQuery(), key, value,
        op.getScale(), op.getMask(), op.getLengths(), op.getSinks(),
        op.getOutput(), op.getLogsumexp(), op.getIndexingMapsAttr(),
        op.getSoftcapAttr(), op.getWindowAttr(), op.getCausalAttr(),
        op.getMaskedRowsAttr(), attribute, FlatSymbolRefAttr());
    reportDecode(op, decode, packsKey, packsValue);
    op.replaceAllUsesWith(decode.getResults());
    op.erase();
  }

  void reportDecode(AttentionOp op, DecodeOp decode, bool packsKey,
                    bool packsValue) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << "decode over planes, " << decode.getPrecision();
    int64_t bytes = 0;
    for (auto [packs, planes] : {std::pair(packsKey, decode.getKey()),
                                 std::pair(packsValue, decode.getValue())})
      if (packs)
        bytes += planes.getType().getHeadDim() *
                 planes.getType().getElementType().getIntOrFloatBitWidth() / 8;
    if (bytes != 0)
      stream
          << "; every call packs "
          << (packsKey && packsValue ? "K and V"
              : packsKey             ? "K"
                                     : "V")
          << ": it reads " << bytes
          << " bytes and writes about as many for each position and kv head, "
             "more than the attention saves. kv=retype, or a cache held by "
             "the runtime, packs only new rows";
    remark::passed(op.getLoc(), remarkOn(op, "Decode"))
        << remark::add("{0}", text)
        << remark::metric("PackedBytesPerRow", bytes);
  }

  std::optional<Precision> wanted;
};
} // namespace
