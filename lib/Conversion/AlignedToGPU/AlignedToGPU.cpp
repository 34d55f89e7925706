//===- AlignedToGPU.cpp - Kernels to GPU modules --------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToGPU/Passes.h"

#include "Kernels.h"

#include "mlir/Dialect/Math/IR/Math.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDTOGPU
#include "Aligned/Conversion/AlignedToGPU/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

static LogicalResult checkHeadDim(KernelOp kernel, StringRef what,
                                  int64_t headDim) {
  if (headDim % 16 == 0 && headDim <= kMaxGpuHeadDim)
    return success();
  return kernel.emitOpError("has no GPU kernel for ")
         << what << " of " << headDim
         << " channels: head sizes are multiples of 16 up to "
         << kMaxGpuHeadDim;
}

static LogicalResult emitDecode(aligned::gpu::GpuBuilder &b, KernelOp kernel,
                                DecodeProblemAttr problem) {
  if (failed(checkHeadDim(kernel, "keys", problem.getKeyHeadDim())) ||
      failed(checkHeadDim(kernel, "values", problem.getValueHeadDim())))
    return failure();
  if (problem.getGroupRows() > kMaxGpuGroupRows)
    return kernel.emitOpError("has no GPU kernel for ")
           << problem.getGroupRows()
           << " query rows of a group (heads times rows): there are at most "
           << kMaxGpuGroupRows;
  std::string name = kernel.getSymName().str();
  if (problem.isIEEE()) {
    aligned::gpu::emitPaperPrepare(b, name + "_prepare", problem);
    aligned::gpu::emitPaperScore(b, name + "_score", problem);
    aligned::gpu::emitPaperEstimate(b, name + "_estimate", problem);
    aligned::gpu::emitPaperAttend(b, name + "_attend", problem);
  } else {
    aligned::gpu::emitPrepare(b, name + "_prepare", problem);
    aligned::gpu::emitScore(b, name + "_score", problem);
    aligned::gpu::emitAttend(b, name + "_attend", problem);
    if (aligned::gpu::sweepWarps(problem) > 0)
      aligned::gpu::emitSweep(b, name + "_sweep", problem);
  }
  aligned::gpu::emitMerge(b, name + "_merge", problem);
  aligned::gpu::emitExtend(b, name + "_extend", problem);
  aligned::gpu::emitPack(b, name + "_pack", problem);
  return success();
}

static LogicalResult emitKernel(aligned::gpu::GpuBuilder &b, KernelOp kernel) {
  StringRef name = kernel.getSymName();
  Attribute problem = kernel.getProblem();
  if (auto decode = dyn_cast<DecodeProblemAttr>(problem))
    return emitDecode(b, kernel, decode);
  if (auto append = dyn_cast<AppendProblemAttr>(problem)) {
    if (failed(checkHeadDim(kernel, "rows", append.getHeadDim())))
      return failure();
    aligned::gpu::emitAppend(b, name, append);
  } else if (auto unpack = dyn_cast<UnpackProblemAttr>(problem)) {
    if (failed(checkHeadDim(kernel, "rows", unpack.getHeadDim())))
      return failure();
    aligned::gpu::emitUnpack(b, name, unpack);
  } else {
    aligned::gpu::emitAdvance(b, name);
  }
  return success();
}

namespace {
struct AlignedToGPU : aligned::impl::AlignedToGPUBase<AlignedToGPU> {
  using AlignedToGPUBase::AlignedToGPUBase;
  void runOnOperation() override {
    SmallVector<KernelOp> kernels(getOperation().getOps<KernelOp>());
    if (kernels.empty())
      return;
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    auto target = mlir::gpu::GPUModuleOp::create(
        builder, getOperation().getLoc(), kGpuModuleName);
    for (KernelOp kernel : kernels) {
      aligned::gpu::GpuBuilder b(kernel.getLoc(), target, overlapLaunches);
      if (failed(emitKernel(b, kernel)))
        return signalPassFailure();
      kernel.erase();
    }
  }
};
} // namespace
