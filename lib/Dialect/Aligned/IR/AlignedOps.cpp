//===- AlignedOps.cpp - Operations on planes, and of kernels
//------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace aligned;

#define GET_OP_CLASSES
#include "Aligned/Dialect/Aligned/IR/AlignedOps.cpp.inc"

/// Reads `value` if it is in memory; tensors and planes are values.
static void
addRead(OpOperand &operand,
        SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
            &effects) {
  if (isa<MemRefType>(operand.get().getType()))
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
}

/// Whether planes may be made of rows of `type`: themselves, or f32 narrowed
/// where they are rounded anyway.
static bool canStore(Type type, PlanesType planes) {
  return type == planes.getElementType() ||
         (type.isF32() && planes.getEncoding() == Encoding::Fixed);
}

//===----------------------------------------------------------------------===//
// PackOp
//===----------------------------------------------------------------------===//

LogicalResult PackOp::verify() {
  auto source = cast<ShapedType>(getSource().getType());
  PlanesType planes = getPlanes().getType();
  if (failed(verifyCompatibleShape(source.getShape(), planes.getShape())))
    return emitOpError("(C1) expects the source to have the shape that the "
                       "planes stand for, got ")
           << source << " and " << planes;
  if (!canStore(source.getElementType(), planes))
    return emitOpError("(C1) expects the source to have elements of ")
           << planes.getElementType() << " or f32, got "
           << source.getElementType();
  return success();
}

void PackOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  addRead(getSourceMutable(), effects);
}

//===----------------------------------------------------------------------===//
// AppendOp
//===----------------------------------------------------------------------===//

/// `lhs` and `rhs` agree in every dimension but the token's, as far as static.
static bool agreeButTokens(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs,
                           PlanesType planes) {
  if (lhs.size() != rhs.size())
    return false;
  for (auto [dim, sizes] : llvm::enumerate(llvm::zip(lhs, rhs))) {
    auto [a, b] = sizes;
    if (static_cast<int64_t>(dim) == planes.getOrder()[PlanesType::Token])
      continue;
    if (a != b && !ShapedType::isDynamic(a) && !ShapedType::isDynamic(b))
      return false;
  }
  return true;
}

LogicalResult AppendOp::verify() {
  auto rows = cast<ShapedType>(getRows().getType());
  PlanesType before = getPlanes().getType(), after = getResult().getType();
  if (!agreeButTokens(rows.getShape(), before.getShape(), before) ||
      !canStore(rows.getElementType(), before))
    return emitOpError("(C1) expects rows that differ from the planes in the "
                       "token dimension alone, got ")
           << rows << " and " << before;
  if (!agreeButTokens(before.getShape(), after.getShape(), before) ||
      before.getElementType() != after.getElementType() ||
      before.getRole() != after.getRole() ||
      before.getEncoding() != after.getEncoding() ||
      before.getOrder() != after.getOrder())
    return emitOpError("(C1) expects planes that differ from those before in "
                       "the token dimension alone, got ")
           << after << " after " << before;
  auto positions = getPosition() ? dyn_cast<ShapedType>(getPosition().getType())
                                 : ShapedType();
  if (positions &&
      failed(verifyCompatibleDims(
          {positions.getDimSize(0), before.getDimSize(PlanesType::Sequence)})))
    return emitOpError("(C2) expects a position for each of ")
           << before.getDimSize(PlanesType::Sequence) << " sequences, got "
           << positions.getDimSize(0);
  return success();
}

void AppendOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  addRead(getRowsMutable(), effects);
  for (OpOperand &position : getPositionMutable())
    addRead(position, effects);
}

//===----------------------------------------------------------------------===//
// UnpackOp
//===----------------------------------------------------------------------===//

LogicalResult UnpackOp::verify() {
  auto output = cast<ShapedType>(getOutput().getType());
  PlanesType planes = getPlanes().getType();
  if (failed(verifyCompatibleShape(output.getShape(), planes.getShape())) ||
      !canStore(output.getElementType(), planes))
    return emitOpError("(C1) expects a destination of the shape that the "
                       "planes stand for, with their elements or f32, got ")
           << output << " and " << planes;
  bool isTensor = isa<RankedTensorType>(output);
  if (getNumResults() != (isTensor ? 1 : 0) ||
      (isTensor && getResultTypes().front() != output))
    return emitOpError("(C2) expects a result of the destination's type for a "
                       "tensor, and none for a memref");
  return success();
}

void UnpackOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  if (isa<MemRefType>(getOutput().getType()))
    effects.emplace_back(MemoryEffects::Write::get(), &getOutputMutable());
}

//===----------------------------------------------------------------------===//
// LengthOp
//===----------------------------------------------------------------------===//

OpFoldResult LengthOp::fold(FoldAdaptor) {
  int64_t tokens = getPlanes().getType().getDimSize(PlanesType::Token);
  if (ShapedType::isDynamic(tokens))
    return {};
  return IntegerAttr::get(IndexType::get(getContext()), tokens);
}

//===----------------------------------------------------------------------===//
// KernelOp
//===----------------------------------------------------------------------===//

LogicalResult KernelOp::verify() {
  if (!isa<DecodeProblemAttr, AppendProblemAttr, UnpackProblemAttr,
           AdvanceProblemAttr>(getProblem()))
    return emitOpError("(C1) expects a decode, append, unpack or advance "
                       "problem, got ")
           << getProblem();
  return success();
}

//===----------------------------------------------------------------------===//
// LoadPlanesOp
//===----------------------------------------------------------------------===//

LogicalResult LoadPlanesOp::verify() {
  int64_t planes = getLayout().getPlanes().size();
  int64_t from = getFrom(), to = getTo();
  if (from < 0 || from >= to || to > planes)
    return emitOpError("(C1) expects 0 <= from < to <= ")
           << planes << ", got " << from << " to " << to;
  if (static_cast<int64_t>(getNumResults()) != to - from ||
      !llvm::all_equal(getResultTypes()))
    return emitOpError("(C1) expects ")
           << to - from << " results of one type, got " << getResultTypes();
  int64_t channels =
      cast<VectorType>(getResultTypes().front()).getNumElements();
  PageLayout layout = getLayout().getPageLayout();
  bool allBytes = true;
  for (int64_t plane = from; plane < to; ++plane) {
    bool isByte = layout.planeBits(plane) == 8;
    if (getPacked() && isByte)
      return emitOpError("(C3) packed digits are of 4-bit planes, plane ")
             << plane << " has 8 bits";
    allBytes &= isByte;
  }
  if (getPacked())
    channels *= 2;
  bool isShort = channels == 8 || channels == 16 || (channels == 4 && allBytes);
  if ((!isShort && channels % kChannelGroup != 0) ||
      channels > layout.rowElements())
    return emitOpError("(C2) expects 8, 16 or a multiple of ")
           << kChannelGroup << " channels, or 4 of an 8-bit plane, at most "
           << layout.rowElements() << ", got " << channels;
  return success();
}
