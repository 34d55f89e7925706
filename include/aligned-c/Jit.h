/*===- Jit.h - From IR to a package, inside a process -------------*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* In libaligned-jit, which holds LLVM and MLIR; libaligned does not.         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef ALIGNED_C_JIT_H
#define ALIGNED_C_JIT_H

#include "aligned-c/Aligned.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct AlignedJitOptions {
  /* Comma-separated: "cpu" (this machine's features), "cpu:x86-64-v3",
     "nvptx:sm_80", "nvptx:sm_90a". NULL: "cpu". */
  const char *targets;
  /* "budget<12>", "full", "certified<1e-2>", "paper" (f16 only); NULL:
     budget<12> for bf16, budget<15> for f16. */
  const char *precision;
  /* "pack" or "retype"; NULL: "pack". */
  const char *kv;
  /* 1: K and V in f32 are narrowed to 16-bit planes. */
  int allowNarrowing;
  /* Folder of the disk cache, made if absent; NULL: none. Entries are keyed by
     the IR, these options, the compiler's version and the CPU. */
  const char *cacheDirectory;
  /* 1: attention becomes the linalg that it means, not decodes over planes: the
     oracle to compare with. */
  int decompose;
} AlignedJitOptions;

/* What a compilation took. */
typedef struct AlignedJitTimings {
  double totalSeconds;
  int fromDiskCache;
} AlignedJitTimings;

/* Compiles MLIR text or bytecode. `options` and `timings` may be NULL. The
   error's message holds the compiler's diagnostics. Remarks, one a line, say
   what became of each attention: alignedJitGetRemarks of the last compilation
   on this thread. */
ALIGNED_CAPI AlignedError alignedJitCompile(const char *ir, size_t size,
                                            const AlignedJitOptions *options,
                                            AlignedPackage *package,
                                            AlignedJitTimings *timings);
ALIGNED_CAPI const char *alignedJitGetRemarks(void);

#ifdef __cplusplus
}
#endif

#endif /* ALIGNED_C_JIT_H */
