/*===- Program.h - Whole functions of a package, run on host tensors -*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A program is an entry function of a package: what surrounds the attention  *|
|* runs on the host, packs, appends and decodes on the device.                *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef ALIGNED_C_PROGRAM_H
#define ALIGNED_C_PROGRAM_H

#include "aligned-c/Aligned.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct AlignedProgramImpl *AlignedProgram;

/* A dense row-major host tensor. `type`: "f16", "bf16", "f32", "f64", "i1",
   "i8", "i16", "i32", "i64". An i1 takes a byte. */
typedef struct AlignedTensor {
  const char *type;
  int64_t rank;
  const int64_t *shape;
  void *data;
} AlignedTensor;

/* Loads entry function `name` (NULL: the first) on a device. */
ALIGNED_CAPI AlignedError alignedProgramLoad(AlignedDevice device,
                                             AlignedPackage package,
                                             const char *name,
                                             AlignedProgram *program);
ALIGNED_CAPI void alignedProgramDestroy(AlignedProgram program);
ALIGNED_CAPI int64_t alignedProgramGetNumArguments(AlignedProgram program);
ALIGNED_CAPI int64_t alignedProgramGetNumResults(AlignedProgram program);

/* Replaces the precision of every decode, as AlignedDecodeArgs.budget and
   .certified do; 0 and 0 for the compiled one. */
ALIGNED_CAPI void alignedProgramSetPrecision(AlignedProgram program,
                                             float budget, float certified);

/* Runs once. Arguments are checked against the entry's types; an argument that
   is planes in the entry is given as a plain tensor and packed before the time
   starts, a result that is planes is unpacked after it. Results belong to the
   program and live until its next run. */
ALIGNED_CAPI AlignedError alignedProgramRun(AlignedProgram program,
                                            const AlignedTensor *arguments,
                                            int64_t numArguments);
ALIGNED_CAPI const AlignedTensor *
alignedProgramGetResult(AlignedProgram program, int64_t index);
/* Seconds that the last run took, packing of arguments excluded. */
ALIGNED_CAPI double alignedProgramGetSeconds(AlignedProgram program);
/* Reports of the last run's decodes, in the order they ran. Returns their
   number; `reports` stays valid until the next run. */
ALIGNED_CAPI int64_t alignedProgramGetReports(AlignedProgram program,
                                              int64_t decode,
                                              const AlignedHeadReport **reports);

#ifdef __cplusplus
}
#endif

#endif /* ALIGNED_C_PROGRAM_H */
