//===- BufferizableOpInterfaceImpl.cpp - Bufferization --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Planes are no tensors: they pass through bufferization as they are, and only
// the rows around them become buffers.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/Transforms/BufferizableOpInterfaceImpl.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace aligned;

/// The operands of `op`, tensors replaced by their buffers.
static LogicalResult getBuffers(RewriterBase &rewriter, Operation *op,
                                const BufferizationOptions &options,
                                const BufferizationState &state,
                                SmallVectorImpl<Value> &operands) {
  for (Value operand : op->getOperands()) {
    if (isa<TensorType>(operand.getType())) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operand = *buffer;
    }
    operands.push_back(operand);
  }
  return success();
}

/// `op` again, on buffers, with `resultTypes`.
static FailureOr<Operation *>
cloneOnBuffers(RewriterBase &rewriter, Operation *op, TypeRange resultTypes,
               const BufferizationOptions &options,
               const BufferizationState &state) {
  SmallVector<Value> operands;
  if (failed(getBuffers(rewriter, op, options, state, operands)))
    return failure();
  return clone(rewriter, op, resultTypes, operands);
}

namespace {
/// Pack and append: rows are read, and what comes out is planes.
template <typename OpTy>
struct RowsToPlanes
    : BufferizableOpInterface::ExternalModel<RowsToPlanes<OpTy>, OpTy> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &,
                              const AnalysisState &) const {
    return true;
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &,
                               const AnalysisState &) const {
    return false;
  }
  AliasingValueList getAliasingValues(Operation *, OpOperand &,
                                      const AnalysisState &) const {
    return {};
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    FailureOr<Operation *> buffered =
        cloneOnBuffers(rewriter, op, op->getResultTypes(), options, state);
    if (failed(buffered))
      return failure();
    rewriter.replaceOp(op, (*buffered)->getResults());
    return success();
  }
};

/// Decode and unpack: the destinations become the results.
template <typename OpTy>
struct DestinationStyle
    : DstBufferizableOpInterfaceExternalModel<DestinationStyle<OpTy>, OpTy> {
  /// A decode writes all of its output; an unpack leaves alone what lies
  /// behind the stored positions.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return std::is_same_v<OpTy, UnpackOp> ||
           !cast<OpTy>(op).isDpsInit(&operand);
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    if (op->getNumResults() == 0)
      return success();
    FailureOr<Operation *> buffered =
        cloneOnBuffers(rewriter, op, TypeRange(), options, state);
    if (failed(buffered))
      return failure();
    SmallVector<Value> inits =
        llvm::to_vector(cast<OpTy>(*buffered).getDpsInits());
    replaceOpWithBufferizedValues(rewriter, op, inits);
    return success();
  }
};
} // namespace

void aligned::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, AlignedDialect *) {
    PackOp::attachInterface<RowsToPlanes<PackOp>>(*context);
    AppendOp::attachInterface<RowsToPlanes<AppendOp>>(*context);
    UnpackOp::attachInterface<DestinationStyle<UnpackOp>>(*context);
    DecodeOp::attachInterface<DestinationStyle<DecodeOp>>(*context);
  });
}
