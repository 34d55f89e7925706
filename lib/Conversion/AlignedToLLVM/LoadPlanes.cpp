//===- LoadPlanes.cpp - Partial loads as vector loads ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A 4-bit row has, in every 16 bytes, the digits of 16 channels in the low and
// of the next 16 in the high nibbles (PageLayout.h). Taken as 32-bit words,
// `word << 4` and `word`, both masked with 0xf0f0f0f0, are four left-aligned
// digits each; words change places, bytes do not.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToLLVM/LoadPlanes.h"

#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDLOADPLANESTOLLVM
#include "Aligned/Conversion/AlignedToLLVM/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

namespace {

/// One plane of one load.
class PlaneLoad {
public:
  PlaneLoad(ImplicitLocOpBuilder &b, LoadPlanesOp op, int plane)
      : b(b), op(op), layout(op.getLayout().getPageLayout()), plane(plane),
        channels(
            cast<VectorType>(op.getResultTypes().front()).getNumElements() *
            (op.getPacked() ? 2 : 1)) {}

  Value emit() {
    Value words = loadWords();
    if (layout.planeBits(plane) == 4 && !op.getPacked())
      words = separateNibbles(words);
    return vector::BitCastOp::create(b, op.getResultTypes().front(), words);
  }

private:
  Value constant(int64_t value) {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
  }

  /// Byte of the row where the digits begin, i32.
  Value byteOfChannel() {
    Value channel = op.getChannel();
    if (layout.planeBits(plane) == 8)
      return channel;
    if (channels >= kChannelGroup)
      return arith::ShRUIOp::create(b, channel, constant(1));
    // 16 bytes a group; inside one, a byte a channel.
    Value group = arith::ShRUIOp::create(b, channel, constant(5));
    Value inside =
        arith::AndIOp::create(b, channel, constant(kChannelGroup - 1));
    return arith::AddIOp::create(
        b, arith::ShLIOp::create(b, group, constant(4)), inside);
  }

  Value loadWords() {
    int64_t bytes = channels * layout.planeBits(plane) / 8;
    Value row =
        arith::MulIOp::create(b, op.getRow(), constant(layout.rowBytes(plane)));
    Value offset = arith::AddIOp::create(b, row, byteOfChannel());
    Type pointer = op.getPage().getType();
    Value address = LLVM::GEPOp::create(b, pointer, b.getI8Type(), op.getPage(),
                                        ValueRange{offset});
    // The constant comes last, where targets fold it into the load.
    auto start = static_cast<int32_t>(layout.planeOffset(plane));
    address = LLVM::GEPOp::create(b, pointer, b.getI8Type(), address,
                                  ArrayRef<LLVM::GEPArg>{start});
    return LLVM::LoadOp::create(
        b, VectorType::get({bytes / 4}, b.getI32Type()), address,
        std::min<int64_t>(bytes, 16), /*isVolatile=*/false,
        /*isNonTemporal=*/false,
        /*isInvariant=*/op->hasAttr("aligned.invariant"));
  }

  Value separateNibbles(Value words) {
    auto type = cast<VectorType>(words.getType());
    auto splat = [&](int32_t value) {
      return arith::ConstantOp::create(
          b, SplatElementsAttr::get(type, b.getI32IntegerAttr(value)));
    };
    Value mask = splat(static_cast<int32_t>(0xf0f0f0f0u));
    Value low = arith::AndIOp::create(
        b, arith::ShLIOp::create(b, words, splat(4)), mask);
    Value high = arith::AndIOp::create(b, words, mask);
    // Groups of (at most) four words, by turns low and high.
    int64_t count = type.getNumElements();
    int64_t group = std::min<int64_t>(count, 4);
    SmallVector<int64_t> order;
    for (int64_t first = 0; first < count; first += group)
      for (int64_t half : {int64_t(0), count})
        for (int64_t i = 0; i < group; ++i)
          order.push_back(half + first + i);
    return vector::ShuffleOp::create(b, low, high, order);
  }

  ImplicitLocOpBuilder &b;
  LoadPlanesOp op;
  PageLayout layout;
  int plane;
  int64_t channels;
};

struct LowerLoadPlanes : OpRewritePattern<LoadPlanesOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LoadPlanesOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<Value> digits;
    for (uint64_t plane = op.getFrom(); plane < op.getTo(); ++plane)
      digits.push_back(PlaneLoad(b, op, plane).emit());
    rewriter.replaceOp(op, digits);
    return success();
  }
};

struct LoadPlanesToLLVM
    : aligned::impl::AlignedLoadPlanesToLLVMBase<LoadPlanesToLLVM> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateLoadPlanesToLLVMPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void aligned::populateLoadPlanesToLLVMPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerLoadPlanes>(patterns.getContext());
}
