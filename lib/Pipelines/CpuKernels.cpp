//===- CpuKernels.cpp - Kernels to the LLVM dialect for the CPU -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/CpuKernels.h"

#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "Aligned/Conversion/AlignedToLoops/Passes.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void aligned::buildCpuKernelsPipeline(OpPassManager &passes) {
  passes.addPass(createAlignedToLoops());
  passes.addPass(createAlignedLoadPlanesToLLVM());
  passes.addPass(createCSEPass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
}

void aligned::registerCpuKernelsPipeline() {
  PassPipelineRegistration<>(
      "aligned-cpu-kernels",
      "Turn every `aligned.kernel` into functions in the LLVM dialect that run "
      "on the CPU",
      buildCpuKernelsPipeline);
}
