//===- aligned-opt.cpp - The Aligned optimizer driver ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToGPU/Passes.h"
#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "Aligned/Conversion/AlignedToLoops/Passes.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Dialect/Aligned/Transforms/BufferizableOpInterfaceImpl.h"
#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "Aligned/Pipelines/CpuKernels.h"
#include "Aligned/Pipelines/Pipelines.h"
#include "Aligned/Pipelines/Ptx.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  aligned::registerAlignedTransformsPasses();
  aligned::registerAlignedToGPUPasses();
  aligned::registerAlignedToLLVMPasses();
  aligned::registerAlignedToLoopsPasses();
  aligned::registerAlignedPipelines();
  aligned::registerCpuKernelsPipeline();
  aligned::registerNvptxPipelines();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  // gpu-module-to-binary translates kernels to LLVM IR inside the driver.
  mlir::registerAllGPUToLLVMIRTranslations(registry);
  registry.insert<aligned::AlignedDialect>();
  aligned::registerBufferizableOpInterfaceExternalModels(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Aligned optimizer driver\n", registry));
}
