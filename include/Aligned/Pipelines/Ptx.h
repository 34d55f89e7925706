//===- Ptx.h - Kernels to PTX, and PTX to cubins ----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_PTX_H
#define ALIGNED_PIPELINES_PTX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace aligned {

struct NvptxOptions : mlir::PassPipelineOptions<NvptxOptions> {
  PassOptions::Option<std::string> chip{
      *this, "chip",
      llvm::cl::desc("architecture, as in sm_80, sm_90 or sm_90a"),
      llvm::cl::init("sm_90a")};
  PassOptions::Option<std::string> features{
      *this, "features",
      llvm::cl::desc("PTX version, as in +ptx83; empty: what the chip needs"),
      llvm::cl::init("")};
};

/// The PTX version that kernels for `chip` are written in.
std::string defaultPtxFeatures(llvm::StringRef chip);

/// `aligned.kernel` to GPU modules of LLVM and NVVM operations that carry an
/// NVVM target: ready for `translateToPtx`, or for `gpu-module-to-binary`.
void buildNvptxKernelsPipeline(mlir::OpPassManager &passes,
                               const NvptxOptions &options);
/// Registers that as `aligned-nvptx-kernels`.
void registerNvptxPipelines();

/// What a launch needs to know of one kernel.
struct PtxKernel {
  std::string name;
  int64_t threads;     ///< of a block
  int64_t sharedBytes; ///< dynamic shared memory
  bool overlaps;       ///< waits for the launch before it itself
};

struct PtxModule {
  std::string text;
  std::vector<PtxKernel> kernels;
};

/// PTX of the kernels that the operations `aligned.kernel` of `module` name.
/// The module stays as it is. Needs no CUDA toolkit. Kernels are compiled at
/// the same time, each on a thread of its own; that changes nothing of the
/// text.
llvm::Expected<PtxModule> compileToPtx(mlir::ModuleOp module,
                                       llvm::StringRef chip,
                                       llvm::StringRef features = "");

/// The same as LLVM IR, not yet optimised, for whoever wants to do more with
/// it than to translate it.
llvm::Expected<std::unique_ptr<llvm::Module>>
compileToNvvmIR(mlir::ModuleOp module, llvm::StringRef chip,
                llvm::LLVMContext &context,
                std::vector<PtxKernel> *kernels = nullptr);

/// The path of ptxas: in $CUDA_HOME/bin or in $PATH; empty if there is none.
std::string findPtxas();

/// Assembles PTX for `chip` with ptxas. `log`, if given, gets what it says of
/// each kernel's registers and spills.
llvm::Expected<llvm::SmallVector<char, 0>>
assembleCubin(llvm::StringRef ptx, llvm::StringRef chip,
              std::string *log = nullptr);

} // namespace aligned

#endif // ALIGNED_PIPELINES_PTX_H
