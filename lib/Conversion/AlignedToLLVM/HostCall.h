//===- HostCall.h - Pieces of a call of the runtime -------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLLVM_HOSTCALL_H
#define ALIGNED_CONVERSION_ALIGNEDTOLLVM_HOSTCALL_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace aligned {

/// A memref as the runtime sees it: the address of its first element, and i64
/// sizes and strides, in elements.
struct HostView {
  mlir::Value data;
  llvm::SmallVector<mlir::Value> sizes, strides;
};

/// Builds calls of the functions in HostABI.h before one operation.
class HostCallBuilder {
public:
  HostCallBuilder(mlir::ModuleOp module, mlir::Operation *op);

  mlir::OpBuilder builder;

  mlir::Value constant(int64_t value);
  mlir::Value null();
  HostView view(mlir::Value memref);
  /// Address of the name of a kernel.
  mlir::Value name(llvm::StringRef kernel) {
    return string(("name_" + kernel).str(), kernel);
  }
  /// Address of a string that lives as long as the code, with a symbol of its
  /// own.
  mlir::Value string(llvm::StringRef symbol, llvm::StringRef text);
  /// Address of a struct with these members, on the function's stack. An array
  /// member is given as its elements.
  using Member = llvm::SmallVector<mlir::Value>;
  mlir::Value structure(llvm::ArrayRef<Member> members);
  /// Calls `function`; null where it returns nothing.
  mlir::Value call(llvm::StringRef function, mlir::Type result,
                   mlir::ValueRange arguments);
  mlir::Type pointer() const;

private:
  mlir::ModuleOp module;
  mlir::Operation *op;
  mlir::Location loc;
};

} // namespace aligned

#endif // ALIGNED_CONVERSION_ALIGNEDTOLLVM_HOSTCALL_H
