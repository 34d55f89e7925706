//===- LowerTosa.cpp - TOSA to linalg, in functions that have any ---------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/Transforms/Passes.h"
#include "TosaToLinalg.h"

#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDLOWERTOSA
#include "Aligned/Dialect/Aligned/Transforms/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

bool aligned::hasTosa(func::FuncOp func) {
  return func
      ->walk([](Operation *op) {
        return isa_and_nonnull<tosa::TosaDialect>(op->getDialect())
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

OpPassManager aligned::getTosaToLinalgPipeline() {
  OpPassManager pm(func::FuncOp::getOperationName());
  pm.addPass(tosa::createTosaOptionalDecompositionsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(tosa::createTosaInferShapesPass());
  pm.addPass(tosa::createTosaMakeBroadcastablePass());
  pm.addPass(tosa::createTosaToLinalgNamed());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(tosa::createTosaMakeBroadcastablePass());
  pm.addPass(tosa::createTosaToLinalg());
  pm.addPass(createTosaToTensorPass());
  TosaToArithPassOptions arith;
  arith.includeApplyRescale = true;
  pm.addPass(createTosaToArithPass(arith));
  pm.addPass(createTosaToSCFPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  return pm;
}

namespace {
struct LowerTosa : aligned::impl::AlignedLowerTosaBase<LowerTosa> {
  void getDependentDialects(DialectRegistry &registry) const override {
    getTosaToLinalgPipeline().getDependentDialects(registry);
  }
  void runOnOperation() override {
    if (!hasTosa(getOperation()))
      return;
    OpPassManager pm = getTosaToLinalgPipeline();
    if (failed(runPipeline(pm, getOperation())))
      signalPassFailure();
  }
};
} // namespace
