//===- Registration.cpp - What a driver has to know of Aligned ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Registration.h"

#include "Aligned/Conversion/AlignedToGPU/Passes.h"
#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "Aligned/Conversion/AlignedToLoops/Passes.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Dialect/Aligned/Transforms/BufferizableOpInterfaceImpl.h"
#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "Aligned/Pipelines/CpuKernels.h"
#include "Aligned/Pipelines/Pipelines.h"
#include "Aligned/Pipelines/Ptx.h"

void aligned::registerAlignedDialect(mlir::DialectRegistry &registry) {
  registry.insert<AlignedDialect>();
  registerBufferizableOpInterfaceExternalModels(registry);
}

void aligned::registerAlignedPasses() {
  registerAlignedTransformsPasses();
  registerAlignedToGPUPasses();
  registerAlignedToLLVMPasses();
  registerAlignedToLoopsPasses();
  registerAlignedPipelines();
  registerCpuKernelsPipeline();
  registerNvptxPipelines();
}
