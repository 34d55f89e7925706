//===- CudaApi.cpp - What CUDA graphs and events take of the driver -------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaApi.h"

#include "Tool.h"

#include <dlfcn.h>

using namespace aligned;
using namespace aligned::cuda;

void Api::check(Result result, const char *call) const {
  aligned::check(Driver::check(result, call).release());
}

Api aligned::cuda::loadApi() {
  const Driver *driver = nullptr;
  check(getDriver(driver).release());
  Api api = {*driver};
  // It is there: the runtime's part of it has been found.
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
#define ALIGNED_BENCH_CUDA_LOAD(member, symbol, parameters)                    \
  api.member =                                                                 \
      reinterpret_cast<decltype(api.member)>(dlsym(library, #symbol));         \
  if (!api.member)                                                             \
    fatal("the CUDA driver has no " #symbol ": measuring takes one of 12.0 "   \
          "or later");
  ALIGNED_BENCH_CUDA_FUNCTIONS(ALIGNED_BENCH_CUDA_LOAD)
#undef ALIGNED_BENCH_CUDA_LOAD
  return api;
}
