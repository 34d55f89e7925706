//===- BufferizableOpInterfaceImpl.h - Bufferization ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define ALIGNED_DIALECT_ALIGNED_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace aligned {
/// Lets one-shot bufferization see through pack, append, unpack and decode.
void registerBufferizableOpInterfaceExternalModels(
    mlir::DialectRegistry &registry);
} // namespace aligned

#endif // ALIGNED_DIALECT_ALIGNED_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
