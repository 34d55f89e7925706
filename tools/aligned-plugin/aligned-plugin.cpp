//===- aligned-plugin.cpp - Aligned inside a stock mlir-opt ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host has to load MLIR as a shared library of the version that this was
// built with, which is what distributions package.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Aligned", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            aligned::registerAlignedDialect(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Aligned", LLVM_VERSION_STRING,
          [] { aligned::registerAlignedPasses(); }};
}
