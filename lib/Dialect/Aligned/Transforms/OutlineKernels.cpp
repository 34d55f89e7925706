//===- OutlineKernels.cpp - Name the kernels of a module ------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/Transforms/KernelNames.h"
#include "Aligned/Dialect/Aligned/Transforms/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDOUTLINEKERNELS
#include "Aligned/Dialect/Aligned/Transforms/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

static std::string nameOf(StringRef what, Role role, int64_t headDim, Type type,
                          Encoding encoding) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << what << "_" << stringifyRole(role) << "_d" << headDim << "_"
         << type;
  if (encoding != Encoding::Fixed)
    stream << "_" << stringifyEncoding(encoding);
  return text;
}

std::string aligned::getAppendKernelName(Role role, int64_t headDim, Type type,
                                         Encoding encoding) {
  return nameOf("append", role, headDim, type, encoding);
}

std::string aligned::getUnpackKernelName(Role role, int64_t headDim, Type type,
                                         Encoding encoding) {
  return nameOf("unpack", role, headDim, type, encoding);
}

std::optional<double> aligned::getConstantScale(DecodeOp op) {
  FloatAttr scale;
  if (!op.getScale())
    return 1.0;
  if (!matchPattern(op.getScale(), m_Constant(&scale)))
    return std::nullopt;
  return scale.getValueAsDouble();
}

namespace {
struct OutlineKernels
    : aligned::impl::AlignedOutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OpBuilder builder(module.getBodyRegion());
    builder.setInsertionPointToEnd(module.getBody());
    WalkResult result = module.walk([&](Operation *op) {
      if (auto decode = dyn_cast<DecodeOp>(op))
        return outlineDecode(builder, decode);
      if (auto pack = dyn_cast<PackOp>(op))
        return outlineRows(builder, pack, pack.getPlanes().getType(),
                           pack.getSource().getType());
      if (auto append = dyn_cast<AppendOp>(op))
        return outlineRows(builder, append, append.getResult().getType(),
                           append.getRows().getType());
      if (auto unpack = dyn_cast<UnpackOp>(op))
        return outlineUnpack(builder, unpack);
      return WalkResult::advance();
    });
    if (result.wasInterrupted() || failed(outlineSignatures(builder)))
      signalPassFailure();
  }

  /// Whoever calls a function with planes packs and unpacks them.
  LogicalResult outlineSignatures(OpBuilder &builder) {
    for (auto func : getOperation().getOps<func::FuncOp>())
      for (Type type : llvm::concat<const Type>(func.getArgumentTypes(),
                                                func.getResultTypes())) {
        auto planes = dyn_cast<PlanesType>(type);
        if (!planes)
          continue;
        if (failed(addAppend(builder, func, planes, planes.getElementType())) ||
            failed(addUnpack(builder, func, planes, planes.getElementType())))
          return failure();
      }
    return success();
  }

  /// The kernel `name`, made if it is not there.
  FailureOr<FlatSymbolRefAttr> getKernel(OpBuilder &builder, Operation *user,
                                         StringRef name, Attribute problem) {
    auto symbol = FlatSymbolRefAttr::get(&getContext(), name);
    Operation *other = SymbolTable::lookupSymbolIn(getOperation(), name);
    if (!other) {
      KernelOp::create(builder, user->getLoc(), name, problem);
      return symbol;
    }
    auto kernel = dyn_cast<KernelOp>(other);
    if (kernel && kernel.getProblem() == problem)
      return symbol;
    InFlightDiagnostic diagnostic = user->emitOpError("needs a kernel named @")
                                    << name
                                    << ", and that symbol is taken: rename it";
    diagnostic.attachNote(other->getLoc()) << "taken here";
    return failure();
  }

  /// `type`: of the rows, which may be f32 where planes have 16 bits.
  LogicalResult addAppend(OpBuilder &builder, Operation *user,
                          PlanesType planes, Type type) {
    auto problem =
        AppendProblemAttr::get(&getContext(), planes.getRole(),
                               planes.getHeadDim(), type, planes.getEncoding());
    if (failed(getKernel(builder, user, appendName(planes, type), problem)))
      return failure();
    return getKernel(builder, user, "aligned_advance",
                     AdvanceProblemAttr::get(&getContext()));
  }
  static std::string appendName(PlanesType planes, Type type) {
    return getAppendKernelName(planes.getRole(), planes.getHeadDim(), type,
                               planes.getEncoding());
  }

  LogicalResult addUnpack(OpBuilder &builder, Operation *user,
                          PlanesType planes, Type type) {
    return getKernel(builder, user, unpackName(planes, type),
                     UnpackProblemAttr::get(&getContext(), planes.getRole(),
                                            planes.getHeadDim(), type,
                                            planes.getEncoding()));
  }
  static std::string unpackName(PlanesType planes, Type type) {
    return getUnpackKernelName(planes.getRole(), planes.getHeadDim(), type,
                               planes.getEncoding());
  }

  template <typename OpTy>
  WalkResult outlineRows(OpBuilder &builder, OpTy op, PlanesType planes,
                         Type rows) {
    Type type = getElementTypeOrSelf(rows);
    if (failed(addAppend(builder, op, planes, type)))
      return WalkResult::interrupt();
    op.setKernel(appendName(planes, type));
    return WalkResult::advance();
  }

  WalkResult outlineUnpack(OpBuilder &builder, UnpackOp op) {
    PlanesType planes = op.getPlanes().getType();
    Type type = getElementTypeOrSelf(op.getOutput().getType());
    if (failed(addUnpack(builder, op, planes, type)))
      return WalkResult::interrupt();
    op.setKernel(unpackName(planes, type));
    return WalkResult::advance();
  }

  /// Scale and budget are no part of the code, but the package lists them with
  /// each decode, so decodes that differ in them do not share an entry.
  WalkResult outlineDecode(OpBuilder &builder, DecodeOp op) {
    DecodeProblemAttr problem = op.getProblem();
    std::optional<double> scale = getConstantScale(op);
    Attribute key =
        builder.getArrayAttr({problem, op.getPrecision(),
                              scale ? Attribute(builder.getF64FloatAttr(*scale))
                                    : Attribute(builder.getUnitAttr())});
    std::string &name = decodes[key];
    if (name.empty()) {
      do
        name = llvm::formatv("decode_{0}", numDecodes++);
      while (SymbolTable::lookupSymbolIn(getOperation(), name));
    }
    op.setKernel(name);
    if (failed(getKernel(builder, op, name, problem)))
      return WalkResult::interrupt();
    for (PlanesType planes : {op.getKey().getType(), op.getValue().getType()})
      if (failed(addAppend(builder, op, planes, problem.getCache())) ||
          failed(addUnpack(builder, op, planes, problem.getCache())))
        return WalkResult::interrupt();
    return WalkResult::advance();
  }

  llvm::DenseMap<Attribute, std::string> decodes;
  int64_t numDecodes = 0;
};
} // namespace
