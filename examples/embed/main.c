/*===- main.c - Attention over planes inside a C program ------------------===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* What an inference engine does with Aligned: compile its attention once, keep
   a cache, append the rows of each new token, decode. Here the rows are made
   up, and the answer is checked against attention in double. */

#include "attention.h"
#include "stream.h"

#include "aligned-c/Aligned.h"
#include "aligned-c/Jit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  kPrompt = 1000, /* tokens that are there before the first decode */
  kSteps = 4,     /* tokens that follow, one by one */
  kTokens = kPrompt + kSteps,
  kHeads = kKvHeads * kGroup
};

/* K and V: [kv heads][tokens][channels], as bf16. */
static uint16_t key[kKvHeads][kTokens][kHeadDim];
static uint16_t value[kKvHeads][kTokens][kHeadDim];
static float query[kHeads][kHeadDim];

static void check(AlignedError error) {
  if (!error)
    return;
  fprintf(stderr, "embed: %s\n", alignedErrorGetMessage(error));
  alignedErrorDestroy(error);
  exit(1);
}

/*===----------------------------------------------------------------------===*\
|* Rows, and what attention over them is                                      *|
\*===----------------------------------------------------------------------===*/

/* -1 to 1, the same in every run. */
static float nextNumber(void) {
  static uint64_t state = 42;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)(int32_t)(state >> 32) / 2147483648.0f;
}

static uint16_t toBf16(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof(bits));
  return (uint16_t)(bits >> 16);
}

static double fromBf16(uint16_t number) {
  uint32_t bits = (uint32_t)number << 16;
  float wide;
  memcpy(&wide, &bits, sizeof(wide));
  return wide;
}

static void makeUp(void) {
  for (int h = 0; h < kKvHeads; ++h)
    for (int t = 0; t < kTokens; ++t)
      for (int d = 0; d < kHeadDim; ++d) {
        key[h][t][d] = toBf16(4 * nextNumber());
        /* Channels of real values have a mean. */
        value[h][t][d] = toBf16(nextNumber() + (d % 3 - 1));
      }
  for (int h = 0; h < kHeads; ++h)
    for (int d = 0; d < kHeadDim; ++d)
      query[h][d] = 2 * nextNumber();
}

/* Attention of query head `head` over the first `tokens` rows. */
static void attend(int head, int tokens, double *output) {
  static double weight[kTokens];
  int kvHead = head / kGroup;
  double largest = -INFINITY, sum = 0;
  for (int t = 0; t < tokens; ++t) {
    double score = 0;
    for (int d = 0; d < kHeadDim; ++d)
      score += query[head][d] * fromBf16(key[kvHead][t][d]);
    weight[t] = score / sqrt(kHeadDim);
    largest = fmax(largest, weight[t]);
  }
  for (int t = 0; t < tokens; ++t)
    sum += weight[t] = exp(weight[t] - largest);
  for (int d = 0; d < kHeadDim; ++d) {
    output[d] = 0;
    for (int t = 0; t < tokens; ++t)
      output[d] += weight[t] / sum * fromBf16(value[kvHead][t][d]);
  }
}

/* Compares a step with attention in double; 0 if an error is beyond what the
   report says it can be. */
static int checkStep(int tokens, float output[kHeads][kHeadDim],
                     const AlignedHeadReport *report) {
  int good = 1;
  printf("%d tokens\n head  |o - exact|/|o|   estimate      bound  K rows "
         "4/8/16  V rows 0/8/16\n",
         tokens);
  for (int h = 0; h < kHeads; ++h) {
    const AlignedHeadReport *r = &report[h];
    double exact[kHeadDim], error = 0;
    attend(h, tokens, exact);
    for (int d = 0; d < kHeadDim; ++d)
      error += pow(output[h][d] - exact[d], 2);
    error = sqrt(error);
    printf("%5d %17.2e %10.2e %10.2e %4d/%4d/%4d %5d/%4d/%4d\n", h,
           error / r->norm, r->estimate / r->norm, r->bound / r->norm,
           r->keyRows[0], r->keyRows[1], r->keyRows[2], r->valueRows[0],
           r->valueRows[1], r->valueRows[2]);
    /* Written so that a NaN fails. */
    if (!(error <= r->bound && error <= 0.01 * r->norm && r->visible == tokens))
      good = 0;
  }
  return good;
}

/*===----------------------------------------------------------------------===*\
|* Aligned                                                                    *|
\*===----------------------------------------------------------------------===*/

/* From IR to a kernel on the device. */
static AlignedKernel compile(AlignedDevice device) {
  AlignedJitOptions options = {0};
  AlignedPackage package;
  AlignedKernel kernel;
  AlignedProblem problem;
  options.targets = alignedDeviceGetTargets(device);
  options.precision = "budget<12>";
  check(alignedJitCompile(kAttention, strlen(kAttention), &options, &package,
                          NULL));
  if (alignedPackageGetNumDecodes(package) != 1) {
    fprintf(stderr, "embed: the attention was not recognised\n%s",
            alignedJitGetRemarks());
    exit(1);
  }
  check(alignedKernelLoad(device, package, 0, &kernel));
  alignedPackageDestroy(package);
  /* Heads that share K and V are a group or query rows, as the compiler likes:
     either way they are kGroup rows, kHeadDim apart. */
  alignedKernelGetProblem(kernel, &problem);
  if (problem.group * problem.rows != kGroup ||
      problem.keyHeadDim != kHeadDim || strcmp(problem.cacheType, "bf16")) {
    fprintf(stderr, "embed: the kernel computes another attention\n");
    exit(1);
  }
  return kernel;
}

static void *upload(AlignedDevice device, const void *from, size_t bytes,
                    void *stream) {
  void *memory;
  check(alignedDeviceAllocate(device, bytes, &memory));
  check(alignedDeviceUpload(device, memory, from, bytes, stream));
  return memory;
}

/* Rows of all heads from token `first` on. */
static AlignedRows rowsFrom(const void *rows, int first) {
  AlignedRows view = {0};
  view.data = (const uint16_t *)rows + (size_t)first * kHeadDim;
  view.headStride = (int64_t)kTokens * kHeadDim;
  view.tokenStride = kHeadDim;
  view.channelStride = 1;
  return view;
}

static int run(AlignedDevice device, void *stream) {
  AlignedKernel kernel = compile(device);
  AlignedCacheOptions options = {0};
  AlignedCache cache;
  AlignedBatch batch;
  AlignedDecodeArgs args = {0};
  AlignedHeadReport reports[kHeads];
  float output[kHeads][kHeadDim];
  int64_t sequence;
  int good = 1;

  void *keys = upload(device, key, sizeof(key), stream);
  void *values = upload(device, value, sizeof(value), stream);
  void *queries = upload(device, query, sizeof(query), stream);
  void *outputMemory, *reportMemory;
  check(alignedDeviceAllocate(device, sizeof(output), &outputMemory));
  check(alignedDeviceAllocate(device, sizeof(reports), &reportMemory));

  options.layers = 1;
  options.kvHeads = kKvHeads;
  options.maxSequences = 1;
  options.maxPages = (kTokens + 127) / 128;
  options.maxTokens = kTokens;
  check(alignedCacheCreate(kernel, &options, &cache));
  check(alignedSequenceCreate(cache, &sequence));
  check(alignedSequenceReserve(cache, sequence, kTokens, stream));
  check(alignedBatchCreate(kernel, cache, &sequence, 1, kTokens, &batch));

  args.query = queries;
  args.queryKvHeadStride = args.outputKvHeadStride = kGroup * kHeadDim;
  args.queryGroupStride = args.outputGroupStride = kHeadDim;
  args.queryRowStride = args.outputRowStride = kHeadDim;
  args.output = outputMemory;
  args.report = reportMemory;
  for (int tokens = 0; tokens < kTokens;) {
    int more = tokens ? 1 : kPrompt;
    AlignedRows newKeys = rowsFrom(keys, tokens);
    AlignedRows newValues = rowsFrom(values, tokens);
    check(alignedAppend(batch, 0, &newKeys, &newValues, more, stream));
    check(alignedDecode(batch, 0, &args, stream));
    tokens += more;
    check(alignedDeviceDownload(device, output, outputMemory, sizeof(output),
                                stream));
    check(alignedDeviceDownload(device, reports, reportMemory, sizeof(reports),
                                stream));
    good &= checkStep(tokens, output, reports);
  }

  alignedBatchDestroy(batch);
  alignedCacheDestroy(cache);
  alignedKernelDestroy(kernel);
  void *const memory[] = {keys, values, queries, outputMemory, reportMemory};
  for (size_t i = 0; i < sizeof(memory) / sizeof(memory[0]); ++i)
    alignedDeviceFree(device, memory[i]);
  return good;
}

int main(int argc, char **argv) {
  AlignedDevice device;
  void *stream = NULL;
  int good;
  if (argc != 2) {
    fprintf(stderr, "usage: embed cpu|cuda\n");
    return 1;
  }
  check(alignedDeviceOpen(argv[1], &device));
  printf("%s\n", alignedDeviceGetDescription(device));
  if (alignedDeviceIsGpu(device) && !(stream = createStream(0)))
    return 1;
  makeUp();
  good = run(device, stream);
  destroyStream(stream);
  alignedDeviceDestroy(device);
  printf(good ? "every error is within its bound\n"
              : "an error is beyond its bound\n");
  return !good;
}
