//===- Kernels.h - Emitters of the phases ----------------------*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_KERNELS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_KERNELS_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

namespace aligned::loops {

// Each adds the functions of one phase before the kernel.
void emitAppend(KernelOp kernel, AppendProblemAttr problem);
void emitUnpack(KernelOp kernel, UnpackProblemAttr problem);
void emitAdvance(KernelOp kernel);
void emitPrepare(KernelOp kernel, DecodeProblemAttr problem);
void emitScore(KernelOp kernel, DecodeProblemAttr problem);
void emitAttend(KernelOp kernel, DecodeProblemAttr problem);
void emitMerge(KernelOp kernel, DecodeProblemAttr problem);
void emitCertify(KernelOp kernel, DecodeProblemAttr problem);
// In place of `prepare` and `score`, and between `score` and `attend`, of
// planes of the encoding `ieee`.
void emitPaperPrepare(KernelOp kernel, DecodeProblemAttr problem);
void emitPaperScore(KernelOp kernel, DecodeProblemAttr problem);
void emitPaperEstimate(KernelOp kernel, DecodeProblemAttr problem);

} // namespace aligned::loops

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOLOOPS_KERNELS_H
