//===- Registration.h - What a driver has to know of Aligned ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PIPELINES_REGISTRATION_H
#define ALIGNED_PIPELINES_REGISTRATION_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace aligned {

/// Makes the dialect known, with the interfaces that upstream passes ask for.
void registerAlignedDialect(mlir::DialectRegistry &registry);

/// Makes every pass and pipeline known by its name. Once a process.
void registerAlignedPasses();

} // namespace aligned

#endif // ALIGNED_PIPELINES_REGISTRATION_H
