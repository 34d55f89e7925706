/*===- Aligned.h - C interface of the Aligned runtime -------------*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Devices, packages of compiled kernels, caches of planes, append, decode.   *|
|*                                                                            *|
|* Errors are values. A function that can fail returns NULL when it did its   *|
|* work, or an error that the caller must free with alignedErrorDestroy; then *|
|* nothing has changed and outputs are untouched. Nothing is thrown or        *|
|* printed.                                                                   *|
|*                                                                            *|
|* Ownership. What alignedXCreate, alignedXLoad or alignedXOpen returns       *|
|* belongs to the caller, who frees it with alignedXDestroy. A child keeps    *|
|* nothing alive: destroy kernels, batches and caches before their device.    *|
|*                                                                            *|
|* Threads. Objects may be used from any thread, by one thread at a time.     *|
|*                                                                            *|
|* Streams. A stream is a CUstream of the device's context, given as void *;  *|
|* NULL is the default stream. On the CPU it is ignored: work is done when    *|
|* the call returns. alignedDecode and alignedAppend neither allocate,        *|
|* synchronise nor compile.                                                   *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef ALIGNED_C_ALIGNED_H
#define ALIGNED_C_ALIGNED_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ALIGNED_CAPI __attribute__((visibility("default")))
#else
#define ALIGNED_CAPI
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*===----------------------------------------------------------------------===*\
|* Errors                                                                     *|
\*===----------------------------------------------------------------------===*/

typedef enum AlignedErrorCode {
  ALIGNED_INVALID_ARGUMENT = 1, /* the caller's: a shape, a type, a name */
  ALIGNED_CORRUPT_FILE = 2,     /* truncated, or not what it claims to be */
  ALIGNED_NO_DEVICE = 3,        /* no driver, no GPU, no code for this one */
  ALIGNED_OUT_OF_CAPACITY = 4,  /* pages, sequences or reserved positions */
  ALIGNED_DRIVER = 5,           /* a driver call failed; the message names it */
  ALIGNED_NON_FINITE = 6,       /* a host append had a NaN or an infinity */
  ALIGNED_COMPILATION = 7       /* from the JIT library: diagnostics in the text */
} AlignedErrorCode;

typedef struct AlignedErrorImpl *AlignedError;

ALIGNED_CAPI AlignedErrorCode alignedErrorGetCode(AlignedError error);
/* Names what failed, and the remedy where there is one. Lives as long as the
   error. */
ALIGNED_CAPI const char *alignedErrorGetMessage(AlignedError error);
ALIGNED_CAPI void alignedErrorDestroy(AlignedError error);
/* For libraries on top of this one, which return errors of their own. */
ALIGNED_CAPI AlignedError alignedErrorCreate(AlignedErrorCode code,
                                             const char *message);

/* "MAJOR.MINOR.PATCH" */
ALIGNED_CAPI const char *alignedGetVersion(void);

/*===----------------------------------------------------------------------===*\
|* Devices                                                                    *|
\*===----------------------------------------------------------------------===*/

typedef struct AlignedDeviceImpl *AlignedDevice;

/* `name`: "cpu", "cuda" or "cuda:N". CUDA is found at run time; its primary
   context is retained, and made current by every call that needs it. */
ALIGNED_CAPI AlignedError alignedDeviceOpen(const char *name,
                                            AlignedDevice *device);
ALIGNED_CAPI void alignedDeviceDestroy(AlignedDevice device);
/* "cpu: AVX-512 VNNI, 16 threads", "cuda:0: NVIDIA H200, sm_90". */
ALIGNED_CAPI const char *alignedDeviceGetDescription(AlignedDevice device);
/* What to compile for, so that this device runs the result: host code is always
   among it. As AlignedJitOptions.targets: "cpu", "cpu,nvptx:sm_90a". */
ALIGNED_CAPI const char *alignedDeviceGetTargets(AlignedDevice device);
/* 1 on a GPU, 0 on the CPU. */
ALIGNED_CAPI int alignedDeviceIsGpu(AlignedDevice device);
/* Device memory; zeroed. */
ALIGNED_CAPI AlignedError alignedDeviceAllocate(AlignedDevice device,
                                                size_t bytes, void **memory);
ALIGNED_CAPI void alignedDeviceFree(AlignedDevice device, void *memory);
/* Copies that return when done, after all work on `stream`. */
ALIGNED_CAPI AlignedError alignedDeviceUpload(AlignedDevice device, void *to,
                                              const void *from, size_t bytes,
                                              void *stream);
ALIGNED_CAPI AlignedError alignedDeviceDownload(AlignedDevice device, void *to,
                                                const void *from, size_t bytes,
                                                void *stream);
ALIGNED_CAPI AlignedError alignedDeviceSynchronize(AlignedDevice device,
                                                   void *stream);

/*===----------------------------------------------------------------------===*\
|* Packages and kernels                                                       *|
\*===----------------------------------------------------------------------===*/

typedef struct AlignedPackageImpl *AlignedPackage;
typedef struct AlignedKernelImpl *AlignedKernel;

/* Reads a package file, or takes a copy of one in memory. */
ALIGNED_CAPI AlignedError alignedPackageLoad(const char *path,
                                             AlignedPackage *package);
ALIGNED_CAPI AlignedError alignedPackageLoadFromMemory(const void *bytes,
                                                       size_t size,
                                                       AlignedPackage *package);
ALIGNED_CAPI void alignedPackageDestroy(AlignedPackage package);
/* The manifest, as JSON. Lives as long as the package. */
ALIGNED_CAPI const char *alignedPackageGetManifest(AlignedPackage package);

/* Number of decode kernels, in the order of the attentions in the source. */
ALIGNED_CAPI int64_t alignedPackageGetNumDecodes(AlignedPackage package);

/* What one decode kernel computes. */
typedef struct AlignedProblem {
  int64_t keyHeadDim;   /* channels of q and K */
  int64_t valueHeadDim; /* channels of V and o */
  int64_t group;        /* query heads for each kv head */
  int64_t rows;         /* query rows for each sequence, 1 to 8 */
  const char *queryType, *cacheType, *outputType; /* "f16", "bf16", "f32" */
  const char *maskType; /* "" without mask; "i1" or as above */
  const char *sinksType;
  float scale;     /* as the source has it */
  float budget;    /* as compiled; `full` is 1e30, `paper` 0 */
  float certified; /* e, as compiled; 0 if it is not certified<e> */
  const char *encoding; /* of the planes: "fixed", or "ieee" for `paper` */
} AlignedProblem;

/* Loads decode kernel number `index`, with the append and unpack kernels of
   its cache, on a device: the driver compiles or loads the code here. The
   strings of alignedKernelGetProblem live as long as the kernel. */
ALIGNED_CAPI AlignedError alignedKernelLoad(AlignedDevice device,
                                            AlignedPackage package,
                                            int64_t index,
                                            AlignedKernel *kernel);
ALIGNED_CAPI void alignedKernelDestroy(AlignedKernel kernel);
ALIGNED_CAPI void alignedKernelGetProblem(AlignedKernel kernel,
                                          AlignedProblem *problem);

/*===----------------------------------------------------------------------===*\
|* Caches                                                                     *|
\*===----------------------------------------------------------------------===*/

typedef struct AlignedCacheImpl *AlignedCache;

typedef struct AlignedCacheOptions {
  int64_t layers;
  int64_t kvHeads;
  int64_t maxSequences; /* live at one time */
  int64_t maxPages;     /* pages of 128 positions, shared by all sequences */
  int64_t maxTokens;    /* longest sequence */
} AlignedCacheOptions;

/* A cache for the head sizes and element type of `kernel`. Everything is
   allocated here. */
ALIGNED_CAPI AlignedError alignedCacheCreate(AlignedKernel kernel,
                                             const AlignedCacheOptions *options,
                                             AlignedCache *cache);
ALIGNED_CAPI void alignedCacheDestroy(AlignedCache cache);
ALIGNED_CAPI int64_t alignedCacheGetFreePages(AlignedCache cache);
/* Bytes of one page of 128 positions, over all layers and heads, K and V. */
ALIGNED_CAPI int64_t alignedCacheGetPageBytes(AlignedCache cache);

/* A sequence is a number, until it is freed. */
ALIGNED_CAPI AlignedError alignedSequenceCreate(AlignedCache cache,
                                                int64_t *sequence);
ALIGNED_CAPI AlignedError alignedSequenceDestroy(AlignedCache cache,
                                                 int64_t sequence);
/* Makes room for `tokens` positions in all, before launching or replaying:
   takes pages and uploads the page table, after all work on `stream`. */
ALIGNED_CAPI AlignedError alignedSequenceReserve(AlignedCache cache,
                                                 int64_t sequence,
                                                 int64_t tokens, void *stream);
/* Positions stored in a layer. Waits for `stream`. Reports, as an error, a
   sticky status that an append on the device has set. */
ALIGNED_CAPI AlignedError alignedSequenceGetLength(AlignedCache cache,
                                                   int64_t sequence,
                                                   int64_t layer, void *stream,
                                                   int64_t *length);
/* Forgets positions from `length` on, in every layer; frees whole pages. */
ALIGNED_CAPI AlignedError alignedSequenceTruncate(AlignedCache cache,
                                                  int64_t sequence,
                                                  int64_t length, void *stream);
/* A new sequence that shares the whole pages of the first `length` positions,
   which every layer must have, and has a copy of the rest of them. */
ALIGNED_CAPI AlignedError alignedSequenceFork(AlignedCache cache,
                                              int64_t sequence, int64_t length,
                                              void *stream, int64_t *fork);

/*===----------------------------------------------------------------------===*\
|* Append and decode                                                          *|
\*===----------------------------------------------------------------------===*/

typedef struct AlignedBatchImpl *AlignedBatch;

/* Sequences that are decoded together, with the scratch memory that decoding
   them with `kernel` takes, for sequences of up to `maxTokens` positions. */
ALIGNED_CAPI AlignedError alignedBatchCreate(AlignedKernel kernel,
                                             AlignedCache cache,
                                             const int64_t *sequences,
                                             int64_t numSequences,
                                             int64_t maxTokens,
                                             AlignedBatch *batch);
ALIGNED_CAPI void alignedBatchDestroy(AlignedBatch batch);

/* Rows to append to each sequence of the batch: device memory of the cache's
   element type, strides in elements. */
typedef struct AlignedRows {
  const void *data;
  int64_t sequenceStride, headStride, tokenStride, channelStride;
} AlignedRows;

/* Packs `tokens` rows of K and of V for every sequence of the batch behind
   those the layer has. Stream-ordered; on the device an append beyond the
   reserved positions writes nothing and sets the sequence's status, a row with
   a NaN or an infinity is stored as such and sets it too. On the CPU both are
   refused with an error that names the row. */
ALIGNED_CAPI AlignedError alignedAppend(AlignedBatch batch, int64_t layer,
                                        const AlignedRows *key,
                                        const AlignedRows *value,
                                        int64_t tokens, void *stream);

/* What became of certified<e>. */
typedef enum AlignedCertificate {
  ALIGNED_NOT_ASKED = 0,      /* the precision was another */
  ALIGNED_CERTIFIED = 1,      /* bound <= e * norm */
  ALIGNED_READ_EVERYTHING = 2 /* it is not, and every plane has been read */
} AlignedCertificate;

/* What a decode says of one query head and row. Errors are 2-norms over the
   channels of o before it is rounded to its own type. Over `ieee` planes
   keyRows counts the channels of K that were read to 8, 12 and 16 bits, of
   every row, and valueRows the rows of V. */
typedef struct AlignedHeadReport {
  float logSumExp;      /* nats; -inf where no token is visible */
  float norm;           /* |o| */
  float estimate;       /* statistical estimate of |o - o*| */
  float bound;          /* |o - o*| is at most this */
  int32_t visible;      /* positions within length, window, causal limit */
  int32_t keyRows[3];   /* rows of the group's K read to 4, 8, 16 bits */
  int32_t valueRows[3]; /* rows of the group's V read to 0, 8, 16 bits */
  int32_t certificate;  /* AlignedCertificate */
  int64_t planeBytes;   /* bytes of planes fetched for the whole group, in all
                           rounds of certified<e> */
  int64_t bytes;        /* all bytes of the cache fetched for it */
} AlignedHeadReport;

typedef struct AlignedDecodeArgs {
  const void *query; /* device memory; strides in elements, channels dense */
  int64_t querySequenceStride, queryKvHeadStride, queryGroupStride,
      queryRowStride;
  void *output;
  int64_t outputSequenceStride, outputKvHeadStride, outputGroupStride,
      outputRowStride;
  const void *mask; /* NULL if the problem has none */
  int64_t maskSequenceStride, maskKvHeadStride, maskGroupStride, maskRowStride,
      maskTokenStride;
  const void *sinks; /* NULL if the problem has none */
  int64_t sinksKvHeadStride, sinksGroupStride;
  /* [sequences][kv heads][group * rows], dense, or NULL. */
  float *logSumExp;
  AlignedHeadReport *report;
  float scale; /* 0: the problem's */
  /* 0 and 0: the problem's precision. Else a budget, 1e30 for full; and the e
     of certified<e>, whose first round has that budget, or one of its own if
     that is 0. On a GPU that takes a kernel compiled with certified<e>, any
     e. */
  float budget;
  float certified;
} AlignedDecodeArgs;

/* One step of attention of every sequence of the batch over a layer's cache.
   Stream-ordered, and capturable in a CUDA graph. */
ALIGNED_CAPI AlignedError alignedDecode(AlignedBatch batch, int64_t layer,
                                        const AlignedDecodeArgs *args,
                                        void *stream);

/* What the last decode of a batch read of a chunk of positions for one kv
   head. */
typedef struct AlignedChunkReads {
  int32_t positions;    /* of a whole chunk; the last one may have fewer */
  int32_t visible;      /* to the first query row of the group */
  int32_t keyRows[3];   /* rows of the group's K read to 4, 8, 16 bits */
  int32_t valueRows[3]; /* rows of the group's V read to 0, 8, 16 bits */
} AlignedChunkReads;

/* Where along a sequence the last decode of the batch read how much: one entry
   for each chunk from position 0 on, at most `capacity` of them, into host
   memory; `count` is how many the sequence has, of up to 256 positions each. `sequence` counts within the
   batch. Waits for `stream`. To be called after alignedDecode over `layer`,
   before anything is appended to it or decoded; entries of positions that a
   window hides mean nothing. */
ALIGNED_CAPI AlignedError alignedBatchGetChunkReads(
    AlignedBatch batch, int64_t layer, int64_t sequence, int64_t kvHead,
    AlignedChunkReads *chunks, int64_t capacity, int64_t *count, void *stream);

/* The stored rows of a layer, as the planes say them, of every sequence of the
   batch, into device memory: `what` 0 for K, 1 for V. */
ALIGNED_CAPI AlignedError alignedUnpack(AlignedBatch batch, int64_t layer,
                                        int what, void *data,
                                        int64_t sequenceStride,
                                        int64_t headStride, int64_t tokenStride,
                                        int64_t channelStride, void *stream);

#ifdef __cplusplus
}
#endif

#endif /* ALIGNED_C_ALIGNED_H */
