//===- EmulatedKernels.cpp - Kernels of a GPU on an emulator --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmulatedKernels.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace aligned;
using namespace aligned::test;

EmulatedKernels::EmulatedKernels(llvm::StringRef source) {
  mlir::MLIRContext context;
  context.loadDialect<AlignedDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  auto made = GpuEmulator::create(*module);
  if (made)
    emulator = std::move(*made);
  else
    ADD_FAILURE() << llvm::toString(made.takeError());
}

void EmulatedKernels::runPhase(llvm::StringRef symbol, const void *params,
                               int32_t xs, int32_t ys, int32_t zs) const {
  if (emulator)
    EXPECT_EQ(emulator->launch(symbol, {xs, ys, zs}, params), "");
}
