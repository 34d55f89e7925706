//===- CompilerManifest.h - What a module offers ----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_COMPILERMANIFEST_H
#define ALIGNED_PIPELINES_COMPILERMANIFEST_H

#include "Aligned/Runtime/Manifest.h"
#include "mlir/IR/BuiltinOps.h"

namespace aligned {

/// Entries and decodes of a module that has been through buildAlignPipeline.
/// Fails, with a diagnostic, if a public function has types that packages
/// cannot describe.
mlir::FailureOr<Manifest> describeModule(mlir::ModuleOp module);

} // namespace aligned

#endif // ALIGNED_PIPELINES_COMPILERMANIFEST_H
