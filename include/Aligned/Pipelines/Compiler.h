//===- Compiler.h - From source to a package --------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_COMPILER_H
#define ALIGNED_PIPELINES_COMPILER_H

#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <string>
#include <vector>

namespace aligned {

/// What comes out of the compiler.
enum class Emit {
  MLIR,   ///< the module with decodes over planes and named kernels
  LLVM,   ///< LLVM IR of one target
  PTX,    ///< of one GPU target
  Cubin,  ///< of one GPU target; needs ptxas
  Package ///< of all targets; see docs/package.md
};

struct CompileOptions {
  /// "cpu" (this machine's features), "cpu:NAME", "nvptx:sm_NN".
  std::vector<std::string> targets = {"cpu"};
  /// `budget<B>`, `full`, `certified<E>`, `paper`, or empty: the default.
  std::string precision;
  KvMode kv = KvMode::Pack;
  bool allowNarrowing = false;
  /// Whether attention becomes the linalg that it means, not decodes over
  /// planes.
  bool decompose = false;
  /// Whether packages have cubins beside the PTX, where ptxas is found.
  bool withCubins = false;
};

/// Checks targets and precision, and that `emit` is of such targets. What is
/// wrong is named with what is right.
llvm::Error checkOptions(const CompileOptions &options,
                         Emit emit = Emit::Package);

/// The comma-separated list `text` as targets.
std::vector<std::string> splitTargets(llvm::StringRef text);

/// Compiler and LLVM version, as packages record them.
std::string getCompilerVersion();

/// Every dialect that sources may have, and what the passes need of them.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Compiles `module`, which is changed. Diagnostics are part of the error.
llvm::Expected<std::string> compileModule(mlir::ModuleOp module,
                                          const CompileOptions &options,
                                          Emit emit);

/// A package of `module`.
inline llvm::Expected<std::string>
compileToPackage(mlir::ModuleOp module, const CompileOptions &options) {
  return compileModule(module, options, Emit::Package);
}

struct CompileOutput {
  std::string bytes;
  std::vector<std::string> remarks; ///< what became of each attention
};

/// Parses text or bytecode and compiles it, in a context of its own.
llvm::Expected<CompileOutput> compileSource(llvm::MemoryBufferRef source,
                                            const CompileOptions &options,
                                            Emit emit);

} // namespace aligned

#endif // ALIGNED_PIPELINES_COMPILER_H
