//===- Aligned.h - The aligned dialect ---------------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_IR_ALIGNED_H
#define ALIGNED_DIALECT_ALIGNED_IR_ALIGNED_H

#include "Aligned/Support/PageLayout.h"
#include "Aligned/Support/Precision.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "Aligned/Dialect/Aligned/IR/AlignedOpsDialect.h.inc"
#include "Aligned/Dialect/Aligned/IR/AlignedOpsEnums.h.inc"

namespace aligned {
/// Iteration dimensions of an attention: positions in its domain.
struct AttentionDims {
  llvm::SmallVector<unsigned> batch; ///< in query, key, value and output
  llvm::SmallVector<unsigned> group; ///< heads that share K and V
  unsigned m;                        ///< query row
  unsigned n;                        ///< token
  unsigned k1;                       ///< channel of query and key
  unsigned k2;                       ///< channel of value and output
};
} // namespace aligned

#define GET_ATTRDEF_CLASSES
#include "Aligned/Dialect/Aligned/IR/AlignedOpsAttributes.h.inc"
#define GET_TYPEDEF_CLASSES
#include "Aligned/Dialect/Aligned/IR/AlignedOpsTypes.h.inc"
#define GET_OP_CLASSES
#include "Aligned/Dialect/Aligned/IR/AlignedOps.h.inc"

#endif // ALIGNED_DIALECT_ALIGNED_IR_ALIGNED_H
