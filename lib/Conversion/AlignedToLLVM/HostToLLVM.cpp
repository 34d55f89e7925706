//===- HostToLLVM.cpp - Operations on planes to calls of the runtime ------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Planes become pointers last: until then the operations that are left still
// read sizes and orders from their types, and casts stand between.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "HostCall.h"
#include "HostOperand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "llvm/ADT/TypeSwitch.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDTOLLVM
#include "Aligned/Conversion/AlignedToLLVM/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

namespace {
class HostLowering {
public:
  HostLowering(ModuleOp module, Operation *op)
      : call(module, op), b(call.builder), loc(op->getLoc()) {}

  void lower(PackOp op);
  void lower(AppendOp op);
  void lower(UnpackOp op);
  void lower(LengthOp op);
  void lower(DecodeOp op);

private:
  using Member = HostCallBuilder::Member;
  Value handle(Value planes) {
    return UnrealizedConversionCastOp::create(b, loc, call.pointer(), planes)
        .getResult(0);
  }
  Value planes(Value pointer, PlanesType type) {
    return UnrealizedConversionCastOp::create(b, loc, type, pointer)
        .getResult(0);
  }
  /// HostRows of `memref`, whose dimensions are those of `planes`.
  Value rows(Value memref, PlanesType planes);
  /// Strides of an operand of a decode along `roles`; zeros where it lacks one.
  Member strides(const HostOperand &operand, const HostView &view,
                 ArrayRef<SmallVector<unsigned>> roles);
  Value size(const HostOperand &operand, const HostView &view,
             std::optional<unsigned> dim);
  Value scale(DecodeOp op);

  HostCallBuilder call;
  OpBuilder &b;
  Location loc;
};
} // namespace

Value HostLowering::rows(Value memref, PlanesType planes) {
  HostView view = call.view(memref);
  Member sizes, strides;
  for (int64_t dim : planes.getOrder()) {
    sizes.push_back(dim < 0 ? call.constant(1) : view.sizes[dim]);
    strides.push_back(dim < 0 ? call.constant(0) : view.strides[dim]);
  }
  return call.structure({{view.data}, sizes, strides});
}

void HostLowering::lower(PackOp op) {
  PlanesType type = op.getPlanes().getType();
  Value pointer =
      call.call("aligned_rt_pack", call.pointer(),
                {call.name(*op.getKernel()), rows(op.getSource(), type)});
  op.replaceAllUsesWith(planes(pointer, type));
}

void HostLowering::lower(AppendOp op) {
  PlanesType type = op.getResult().getType();
  Value positions = call.null(), stride = call.constant(0);
  if (Value position = op.getPosition()) {
    if (isa<MemRefType>(position.getType())) {
      HostView view = call.view(position);
      positions = view.data;
      stride = view.strides.front();
    } else {
      positions = call.structure(
          {{arith::IndexCastOp::create(b, loc, b.getI64Type(), position)}});
    }
  }
  Value pointer = call.call("aligned_rt_append", call.pointer(),
                            {call.name(*op.getKernel()), handle(op.getPlanes()),
                             rows(op.getRows(), type), positions, stride});
  op.replaceAllUsesWith(planes(pointer, type));
}

void HostLowering::lower(UnpackOp op) {
  PlanesType type = op.getPlanes().getType();
  call.call("aligned_rt_unpack", Type(),
            {call.name(*op.getKernel()), handle(op.getPlanes()),
             rows(op.getOutput(), type)});
}

void HostLowering::lower(LengthOp op) {
  Value length =
      call.call("aligned_rt_length", b.getI64Type(), handle(op.getPlanes()));
  Value index = arith::IndexCastOp::create(b, loc, b.getIndexType(), length);
  op.replaceAllUsesWith(index);
}

HostCallBuilder::Member
HostLowering::strides(const HostOperand &operand, const HostView &view,
                      ArrayRef<SmallVector<unsigned>> roles) {
  Member strides;
  for (ArrayRef<unsigned> role : roles) {
    // Of several dimensions that count the heads of a group the last that has
    // more than one steps through all of them.
    Value stride;
    for (unsigned dim : role) {
      if (!operand.has(dim))
        continue;
      unsigned position = operand.position(dim);
      bool isOne =
          cast<MemRefType>(operand.memref.getType()).getDimSize(position) == 1;
      if (!stride || !isOne)
        stride = view.strides[position];
    }
    strides.push_back(stride ? stride : call.constant(0));
  }
  return strides;
}

Value HostLowering::size(const HostOperand &operand, const HostView &view,
                         std::optional<unsigned> dim) {
  return dim ? view.sizes[operand.position(*dim)] : call.constant(1);
}

Value HostLowering::scale(DecodeOp op) {
  Type f32 = b.getF32Type();
  Value scale = op.getScale();
  if (!scale)
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
  unsigned width = scale.getType().getIntOrFloatBitWidth();
  if (width < 32)
    return arith::ExtFOp::create(b, loc, f32, scale);
  return width > 32 ? arith::TruncFOp::create(b, loc, f32, scale).getResult()
                    : scale;
}

void HostLowering::lower(DecodeOp op) {
  HostDims dims(op);
  HostOperands operands(op, dims);
  auto one = [](std::optional<unsigned> dim) {
    return dim ? SmallVector<unsigned>{*dim} : SmallVector<unsigned>{};
  };
  SmallVector<unsigned> sequence = one(dims.sequence), head = one(dims.head),
                        group = dims.group, m = {dims.m}, n = {dims.n};
  HostOperand query =
      operands.input({op.getQuery(), op.getQueryMap()}, dims.k1);
  HostView queryView = call.view(query.memref);
  HostOperand output =
      operands.output({op.getOutput(), op.getOutputMap()}, dims.k2);
  HostView outputView = call.view(output.memref);
  Value sequences = size(query, queryView, dims.sequence);

  Member logsumexp = {call.null()};
  if (op.getLogsumexp())
    logsumexp = {
        call.view(
                operands.denseOutput({op.getLogsumexp(), op.getLogsumexpMap()})
                    .memref)
            .data};
  Member mask = {call.null()}, maskStrides(5, call.constant(0));
  if (op.getMask()) {
    HostOperand operand =
        operands.input({op.getMask(), op.getMaskMap()}, std::nullopt);
    HostView view = call.view(operand.memref);
    mask = {view.data};
    maskStrides = strides(operand, view, {sequence, head, group, m, n});
  }
  Member sinks = {call.null()}, sinksStrides(2, call.constant(0));
  if (op.getSinks()) {
    HostOperand operand =
        operands.input({op.getSinks(), op.getSinksMap()}, std::nullopt);
    HostView view = call.view(operand.memref);
    sinks = {view.data};
    sinksStrides = strides(operand, view, {head, group});
  }
  Member lengths = {call.null()};
  if (op.getLengths()) {
    Value count =
        arith::IndexCastOp::create(b, loc, b.getIndexType(), sequences);
    lengths = {call.view(operands.lengths({op.getLengths(), op.getLengthsMap()},
                                          count))
                   .data};
  }
  Precision precision = op.getPrecision().getPrecision();
  Value budget =
      arith::ConstantOp::create(b, loc, b.getF32FloatAttr(precision.budget()));
  Value certified = arith::ConstantOp::create(
      b, loc, b.getF32FloatAttr(precision.certified()));
  Value arguments =
      call.structure({{queryView.data},
                      strides(query, queryView, {sequence, head, group, m}),
                      {outputView.data},
                      strides(output, outputView, {sequence, head, group, m}),
                      logsumexp,
                      mask,
                      maskStrides,
                      sinks,
                      sinksStrides,
                      {handle(op.getKey())},
                      {handle(op.getValue())},
                      lengths,
                      {sequences},
                      {size(query, queryView, dims.head)},
                      {scale(op)},
                      {budget},
                      {certified}});
  call.call("aligned_rt_decode", Type(),
            {call.name(*op.getKernel()), arguments});
}

/// Upstream lowers a copy between memrefs that are not dense to a call of a
/// library that packages do not bring along; a loop does it here.
static void toLoop(memref::CopyOp op) {
  auto isDense = [](Value memref) {
    return cast<MemRefType>(memref.getType()).getLayout().isIdentity();
  };
  if (isDense(op.getSource()) && isDense(op.getTarget()))
    return;
  OpBuilder b(op);
  unsigned rank = cast<MemRefType>(op.getTarget().getType()).getRank();
  SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  linalg::GenericOp::create(b, op.getLoc(), op.getSource(), op.getTarget(),
                            maps, iterators,
                            [](OpBuilder &b, Location loc, ValueRange values) {
                              linalg::YieldOp::create(b, loc, values.front());
                            });
  op.erase();
}

/// On memrefs, and with its kernel named.
template <typename OpTy> static LogicalResult checkLowerable(OpTy op) {
  if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
    return op.emitOpError("is on tensors: bufferize before aligned-to-llvm");
  if (!op.getKernel())
    return op.emitOpError(
        "names no kernel: run aligned-outline-kernels before aligned-to-llvm");
  return success();
}

namespace {
struct AlignedToLLVM : aligned::impl::AlignedToLLVMBase<AlignedToLLVM> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    WalkResult walk = getOperation().walk([&](Operation *op) {
      bool isOk = TypeSwitch<Operation *, bool>(op)
                      .Case<PackOp, AppendOp, UnpackOp, DecodeOp>(
                          [](auto op) { return succeeded(checkLowerable(op)); })
                      .Default(true);
      if (isa<PackOp, AppendOp, UnpackOp, LengthOp, DecodeOp>(op))
        ops.push_back(op);
      return isOk ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (walk.wasInterrupted())
      return signalPassFailure();
    for (Operation *op : ops) {
      HostLowering lowering(getOperation(), op);
      TypeSwitch<Operation *>(op)
          .Case<PackOp, AppendOp, UnpackOp, LengthOp, DecodeOp>(
              [&](auto op) { lowering.lower(op); });
      op->erase();
    }
    getOperation().walk([](memref::CopyOp op) { toLoop(op); });
    replacePlanes();
  }

  void replacePlanes() {
    AttrTypeReplacer replacer;
    replacer.addReplacement([](PlanesType type) -> Type {
      return LLVM::LLVMPointerType::get(type.getContext());
    });
    replacer.recursivelyReplaceElementsIn(getOperation(), /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
    getOperation().walk([](UnrealizedConversionCastOp cast) {
      if (cast.getOperandTypes() != cast.getResultTypes())
        return;
      cast.replaceAllUsesWith(cast.getOperands());
      cast.erase();
    });
  }
};
} // namespace
