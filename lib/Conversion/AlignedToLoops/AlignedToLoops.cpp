//===- AlignedToLoops.cpp - Kernels as tile programs for the CPU ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToLoops/Passes.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Kernels.h"

#include "llvm/ADT/TypeSwitch.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDTOLOOPS
#include "Aligned/Conversion/AlignedToLoops/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

static void emitDecode(KernelOp kernel, DecodeProblemAttr problem) {
  if (problem.isIEEE()) {
    loops::emitPaperPrepare(kernel, problem);
    loops::emitPaperScore(kernel, problem);
    loops::emitPaperEstimate(kernel, problem);
  } else {
    loops::emitPrepare(kernel, problem);
    loops::emitScore(kernel, problem);
  }
  loops::emitAttend(kernel, problem);
  loops::emitMerge(kernel, problem);
  // Its rounds raise a budget, which `ieee` planes do not have.
  if (!problem.isIEEE())
    loops::emitCertify(kernel, problem);
}

namespace {

struct ToLoops : aligned::impl::AlignedToLoopsBase<ToLoops> {
  void runOnOperation() override {
    for (KernelOp kernel :
         llvm::make_early_inc_range(getOperation().getOps<KernelOp>())) {
      llvm::TypeSwitch<Attribute>(kernel.getProblem())
          .Case([&](AppendProblemAttr problem) {
            loops::emitAppend(kernel, problem);
          })
          .Case([&](UnpackProblemAttr problem) {
            loops::emitUnpack(kernel, problem);
          })
          .Case([&](AdvanceProblemAttr) { loops::emitAdvance(kernel); })
          .Case(
              [&](DecodeProblemAttr problem) { emitDecode(kernel, problem); });
      kernel.erase();
    }
  }
};

} // namespace
