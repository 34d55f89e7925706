//===- ParsedFunction.h - A function to be looked at --------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_RECOGNITION_PARSEDFUNCTION_H
#define ALIGNED_UNITTESTS_RECOGNITION_PARSEDFUNCTION_H

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"

/// The only function of a module that is given as text.
class ParsedFunction {
public:
  explicit ParsedFunction(const std::string &text) {
    context.loadDialect<mlir::affine::AffineDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                        mlir::math::MathDialect, mlir::scf::SCFDialect,
                        mlir::tensor::TensorDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    // Nothing can be said about a text that is wrong.
    if (!module)
      llvm::report_fatal_error("the text of a test does not parse");
    function = *module->getOps<mlir::func::FuncOp>().begin();
  }
  mlir::Value argument(unsigned i) { return function.getArgument(i); }
  mlir::Value returned() {
    return function.getBody().front().getTerminator()->getOperand(0);
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
};

#endif // ALIGNED_UNITTESTS_RECOGNITION_PARSEDFUNCTION_H
