//===- Kernels.h - The phases, as kernels of threads ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KERNELS_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KERNELS_H

#include "GpuBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"

namespace aligned::gpu {

/// Each emits one phase of KernelABI.h as the kernel `name`.
void emitPrepare(GpuBuilder &b, llvm::StringRef name,
                 DecodeProblemAttr problem);
void emitScore(GpuBuilder &b, llvm::StringRef name, DecodeProblemAttr problem);
void emitAttend(GpuBuilder &b, llvm::StringRef name, DecodeProblemAttr problem);
/// `score` and `attend` in one launch; see Sweep.cpp.
void emitSweep(GpuBuilder &b, llvm::StringRef name, DecodeProblemAttr problem);
/// Warps of a block of `sweep`; 0 where the problem's scores do not fit one's
/// shared memory.
int64_t sweepWarps(DecodeProblemAttr problem);
/// The phases of planes of the encoding `ieee`, but for `merge`.
void emitPaperPrepare(GpuBuilder &b, llvm::StringRef name,
                      DecodeProblemAttr problem);
void emitPaperScore(GpuBuilder &b, llvm::StringRef name,
                    DecodeProblemAttr problem);
void emitPaperEstimate(GpuBuilder &b, llvm::StringRef name,
                       DecodeProblemAttr problem);
void emitPaperAttend(GpuBuilder &b, llvm::StringRef name,
                     DecodeProblemAttr problem);
void emitMerge(GpuBuilder &b, llvm::StringRef name, DecodeProblemAttr problem);
void emitAppend(GpuBuilder &b, llvm::StringRef name, AppendProblemAttr problem);
void emitExtend(GpuBuilder &b, llvm::StringRef name, DecodeProblemAttr problem);
void emitPack(GpuBuilder &b, llvm::StringRef name, DecodeProblemAttr problem);
void emitAdvance(GpuBuilder &b, llvm::StringRef name);
void emitUnpack(GpuBuilder &b, llvm::StringRef name, UnpackProblemAttr problem);

/// slots[sequence] and lengths[slot].
template <typename Params>
Val loadSlot(GpuBuilder &b, const tile::Fields<Params> &params, Val sequence) {
  return b.load(b.i32(),
                b.element(params.get(&Params::slots), sequence, b.i32()));
}
template <typename Params>
Val loadLength(GpuBuilder &b, const tile::Fields<Params> &params, Val slot) {
  return b.load(b.i32(),
                b.element(params.get(&Params::lengths), slot, b.i32()));
}

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_KERNELS_H
