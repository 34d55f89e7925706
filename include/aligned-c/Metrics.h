/*===- Metrics.h - What a device has done, in numbers -------------*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Counters of a device since it was opened. They are kept from what the host *|
|* has anyway: nothing here waits for a device. docs/monitoring.md lists them.*|
|*                                                                            *|
|* What is counted where:                                                     *|
|*   cache occupancy, appends     on every device, by the calls that change it*|
|*   duration of a decode         on the CPU by alignedDecode, which is over  *|
|*                                when it returns; on a GPU by                *|
|*                                alignedMetricsRecord, from the caller's own *|
|*                                timing (alignedDecode counts what its       *|
|*                                launches took on the host)                  *|
|*   rows, bytes, error figures   from reports: on the CPU by alignedDecode if*|
|*                                it is given a report buffer, on a GPU by    *|
|*                                alignedMetricsRecord once the caller has    *|
|*                                the reports on the host; for programs       *|
|*                                always. Replays of a graph are seen only so.*|
|*                                                                            *|
|* These functions may be called while other threads use the device.          *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef ALIGNED_C_METRICS_H
#define ALIGNED_C_METRICS_H

#include "aligned-c/Aligned.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum AlignedMetricsFormat {
  ALIGNED_METRICS_JSON = 0,
  ALIGNED_METRICS_PROMETHEUS = 1 /* text exposition format 0.0.4 */
} AlignedMetricsFormat;

/* Writes the counters as text, NUL included at most `capacity` bytes of it, and
   to `size` the length of all of it without the NUL: as snprintf. `text` may be
   NULL if `capacity` is 0. */
ALIGNED_CAPI AlignedError alignedMetricsFormat(AlignedDevice device,
                                               AlignedMetricsFormat format,
                                               char *text, size_t capacity,
                                               size_t *size);

/* On a GPU, counts one decode of the batch whose reports the caller has copied
   to host memory, laid out as AlignedDecodeArgs.report; NULL: they are not
   known. `seconds` is how long the decode took; negative: not known. On the CPU
   alignedDecode has counted both, and this does nothing. */
ALIGNED_CAPI AlignedError alignedMetricsRecord(AlignedBatch batch,
                                               const AlignedHeadReport *reports,
                                               double seconds);

/* Counting is on when a device is opened. Cache occupancy is kept either way. */
ALIGNED_CAPI void alignedMetricsEnable(AlignedDevice device, int enable);

/* Sets every counter to zero; cache occupancy is no counter, and stays. */
ALIGNED_CAPI void alignedMetricsReset(AlignedDevice device);

#ifdef __cplusplus
}
#endif

#endif /* ALIGNED_C_METRICS_H */
