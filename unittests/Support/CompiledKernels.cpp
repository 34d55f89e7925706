//===- CompiledKernels.cpp - Kernels compiled for this machine ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Pipelines/CpuKernels.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

#include <dlfcn.h>

using namespace mlir;
using namespace aligned;
using namespace aligned::test;

/// Loads a shared object from memory, by way of a file.
static void *loadLibrary(llvm::StringRef bytes) {
  llvm::SmallString<128> path;
  int descriptor;
  if (llvm::sys::fs::createTemporaryFile("kernels", "so", descriptor, path))
    return nullptr;
  {
    llvm::raw_fd_ostream file(descriptor, /*shouldClose=*/true);
    file << bytes;
  }
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  llvm::sys::fs::remove(path);
  return library;
}

CompiledKernels::CompiledKernels(llvm::StringRef source, llvm::StringRef cpu) {
  DialectRegistry registry;
  registry.insert<AlignedDialect>();
  MLIRContext context(registry);
  auto module = parseSourceString<ModuleOp>(source, &context);
  PassManager passes(&context);
  buildCpuKernelsPipeline(passes);
  if (!module || failed(passes.run(*module))) {
    ADD_FAILURE() << "does not compile:\n" << source.str();
    return;
  }
  auto object = compileToSharedObject(*module, cpu);
  if (!object) {
    ADD_FAILURE() << llvm::toString(object.takeError());
    return;
  }
  needed = object->features;
  library = loadLibrary(object->bytes);
  EXPECT_TRUE(library) << dlerror();
}

CompiledKernels::~CompiledKernels() {
  if (library)
    dlclose(library);
}

void CompiledKernels::runPhase(llvm::StringRef symbol, const void *params,
                               int32_t xs, int32_t ys, int32_t zs) const {
  using Phase = void (*)(const void *, int32_t, int32_t, int32_t);
  auto phase = reinterpret_cast<Phase>(find(symbol));
  for (int32_t z = 0; phase && z < zs; ++z)
    for (int32_t y = 0; y < ys; ++y)
      for (int32_t x = 0; x < xs; ++x)
        phase(params, x, y, z);
}

void *CompiledKernels::find(llvm::StringRef symbol) const {
  void *address = library ? dlsym(library, symbol.str().c_str()) : nullptr;
  EXPECT_TRUE(address) << "no phase " << symbol.str();
  return address;
}
