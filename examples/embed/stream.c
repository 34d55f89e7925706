/*===- stream.c - A CUDA stream, without cuda.h ---------------------------===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "stream.h"

#include <dlfcn.h>
#include <stdio.h>

/* The few declarations of cuda.h that are needed. */
typedef int CUresult;
typedef int CUdevice;
typedef struct CUctx_st *CUcontext;
typedef struct CUstream_st *CUstream;
enum { CU_STREAM_NON_BLOCKING = 1 };

static void *find(const char *name) {
  void *driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  void *symbol = driver ? dlsym(driver, name) : NULL;
  if (!symbol)
    fprintf(stderr, "embed: no %s: %s\n", name, dlerror());
  return symbol;
}

/* Data and functions are of one size wherever there is a dlsym. */
#define FIND(name, ...)                                                        \
  CUresult (*name)(__VA_ARGS__) = (CUresult(*)(__VA_ARGS__))find(#name)

void *createStream(int ordinal) {
  FIND(cuInit, unsigned);
  FIND(cuDeviceGet, CUdevice *, int);
  FIND(cuDevicePrimaryCtxRetain, CUcontext *, CUdevice);
  FIND(cuCtxSetCurrent, CUcontext);
  FIND(cuStreamCreate, CUstream *, unsigned);
  CUdevice device;
  CUcontext context;
  CUstream stream;
  if (!cuInit || !cuDeviceGet || !cuDevicePrimaryCtxRetain ||
      !cuCtxSetCurrent || !cuStreamCreate)
    return NULL;
  /* The primary context is what Aligned works in, too. */
  if (cuInit(0) || cuDeviceGet(&device, ordinal) ||
      cuDevicePrimaryCtxRetain(&context, device) || cuCtxSetCurrent(context) ||
      cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING)) {
    fprintf(stderr, "embed: cannot create a CUDA stream\n");
    return NULL;
  }
  return stream;
}

void destroyStream(void *stream) {
  if (!stream)
    return;
  FIND(cuStreamDestroy_v2, CUstream);
  if (cuStreamDestroy_v2)
    cuStreamDestroy_v2((CUstream)stream);
}
