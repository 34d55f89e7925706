//===- KernelNames.h - Symbols of kernels -----------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_KERNELNAMES_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_KERNELNAMES_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

namespace aligned {

/// The kernel that appends rows of `type` to planes of `role`.
std::string getAppendKernelName(Role role, int64_t headDim, mlir::Type type,
                                Encoding encoding);
/// The kernel that turns them into rows of `type`.
std::string getUnpackKernelName(Role role, int64_t headDim, mlir::Type type,
                                Encoding encoding);

/// The scale of a decode as far as it is a constant: 1 where it has none.
std::optional<double> getConstantScale(DecodeOp op);

} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_KERNELNAMES_H
