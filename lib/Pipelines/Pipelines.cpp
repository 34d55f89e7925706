//===- Pipelines.cpp - From attention to code -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Pipelines.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace aligned;

void aligned::buildAlignPipeline(OpPassManager &pm,
                                 const PipelineOptions &options) {
  AlignedAlignPrecisionOptions align;
  align.precision = options.precision;
  align.kv = options.kv;
  align.allowNarrowing = options.allowNarrowing;
  pm.addPass(createAlignedAlignPrecision(align));
  pm.addPass(createCSEPass()); // one pack for all that read a tensor
  pm.addPass(createAlignedOutlineKernels());
}

void aligned::registerAlignedPipelines() {
  PassPipelineRegistration<>(
      "aligned-host-to-llvm",
      "Lower host functions around outlined kernels to the LLVM dialect",
      buildHostToLLVMPipeline);
}
