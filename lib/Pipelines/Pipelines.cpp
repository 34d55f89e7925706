//===- Pipelines.cpp - From attention to code -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Pipelines.h"
#include "Aligned/Pipelines/CpuKernels.h"
#include "Aligned/Pipelines/Ptx.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace aligned;

void aligned::buildAlignPipeline(OpPassManager &pm,
                                 const PipelineOptions &options) {
  pm.addPass(createInlinerPass()); // a function at a time sees its own ops only
  pm.nest<func::FuncOp>().addPass(createAlignedRaiseAttention());
  pm.nest<func::FuncOp>().addPass(createAlignedLowerTosa());
  if (options.decompose) {
    pm.nest<func::FuncOp>().addPass(createAlignedDecomposeAttention());
    return;
  }
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
  PassPipelineRegistration<PipelineOptions>(
      "aligned-cpu-pipeline",
      "Compile functions with attention for the CPU, to the LLVM dialect",
      [](OpPassManager &pm, const PipelineOptions &options) {
        buildAlignPipeline(pm, options);
        buildHostToLLVMPipeline(pm);
        buildCpuKernelsPipeline(pm);
      });
  PassPipelineRegistration<PipelineOptions>(
      "aligned-nvptx-pipeline",
      "Compile functions with attention for NVIDIA GPUs: kernels to GPU "
      "modules "
      "in the NVVM dialect, host code to the LLVM dialect",
      [](OpPassManager &pm, const PipelineOptions &options) {
        buildAlignPipeline(pm, options);
        buildHostToLLVMPipeline(pm);
        NvptxOptions target;
        target.chip = options.chip;
        buildNvptxKernelsPipeline(pm, target);
      });
}
