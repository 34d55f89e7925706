//===- AlignedDialect.cpp - The aligned dialect
//-------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace aligned;

#include "Aligned/Dialect/Aligned/IR/AlignedOpsDialect.cpp.inc"
#include "Aligned/Dialect/Aligned/IR/AlignedOpsEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "Aligned/Dialect/Aligned/IR/AlignedOpsAttributes.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "Aligned/Dialect/Aligned/IR/AlignedOpsTypes.cpp.inc"

Operation *AlignedDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

void AlignedDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "Aligned/Dialect/Aligned/IR/AlignedOpsAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "Aligned/Dialect/Aligned/IR/AlignedOpsTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "Aligned/Dialect/Aligned/IR/AlignedOps.cpp.inc"
      >();
}
