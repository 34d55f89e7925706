//===- Pipelines.h - From attention to code ---------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_PIPELINES_H
#define ALIGNED_PIPELINES_PIPELINES_H

#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace aligned {

/// Options of the whole pipelines.
struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<std::string> precision{
      *this, "precision",
      llvm::cl::desc("`budget<B>`, `full`, `certified<E>` or `paper`; default "
                     "by the cache's type")};
  Option<KvMode> kv{
      *this, "kv", llvm::cl::desc("how K and V become planes"),
      llvm::cl::values(
          clEnumValN(KvMode::Pack, "pack", "pack where they are read"),
          clEnumValN(KvMode::Retype, "retype", "arguments become planes")),
      llvm::cl::init(KvMode::Pack)};
  Option<bool> allowNarrowing{*this, "allow-narrowing",
                              llvm::cl::desc("store K and V of f32 in 16 bits"),
                              llvm::cl::init(false)};
  Option<bool> decompose{
      *this, "decompose",
      llvm::cl::desc("attention becomes the linalg that it means, not planes"),
      llvm::cl::init(false)};
  Option<std::string> chip{
      *this, "chip",
      llvm::cl::desc("architecture of a GPU pipeline, as in sm_90a"),
      llvm::cl::init("sm_90a")};
};

/// From tensors to host code around named kernels, on tensors still.
void buildAlignPipeline(mlir::OpPassManager &pm,
                        const PipelineOptions &options);

/// Host functions, on tensors, around outlined kernels to the LLVM dialect with
/// entries as HostABI.h has them. Kernels stay as they are.
void buildHostToLLVMPipeline(mlir::OpPassManager &pm);

/// Registers `aligned-host-to-llvm` and one whole pipeline for each target.
void registerAlignedPipelines();

} // namespace aligned

#endif // ALIGNED_PIPELINES_PIPELINES_H
