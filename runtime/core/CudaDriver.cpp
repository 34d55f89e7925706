//===- CudaDriver.cpp - The part of the CUDA driver that is used ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include <dlfcn.h>
#include <mutex>

using namespace aligned;
using namespace aligned::cuda;

Error Driver::check(Result result, const char *call) const {
  if (result == kSuccess)
    return nullptr;
  const char *name = nullptr, *text = nullptr;
  getErrorName(result, &name);
  getErrorString(result, &text);
  AlignedErrorCode code =
      result == kErrorNoDevice || result == kErrorInvalidDevice
          ? ALIGNED_NO_DEVICE
          : ALIGNED_DRIVER;
  return makeError(code, call, ": ", name ? name : "unknown error", " (",
                   result, "): ", text ? text : "no description");
}

static Error loadDriver(Driver &driver) {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *why = dlerror();
    return makeError(ALIGNED_NO_DEVICE, "no CUDA driver: ", why,
                     "; install NVIDIA's driver (libcuda.so.1), or use the "
                     "device cpu");
  }
  const char *missing = nullptr;
#define ALIGNED_CUDA_LOOKUP(member, symbol, parameters)                        \
  driver.member =                                                              \
      reinterpret_cast<Result(*) parameters>(dlsym(library, #symbol));         \
  if (!driver.member && !missing)                                              \
    missing = #symbol;
  ALIGNED_CUDA_FUNCTIONS(ALIGNED_CUDA_LOOKUP)
#undef ALIGNED_CUDA_LOOKUP
  if (missing) {
    dlclose(library);
    return makeError(ALIGNED_NO_DEVICE, "the CUDA driver libcuda.so.1 has no ",
                     missing, ": update NVIDIA's driver");
  }
  if (Error error = driver.check(driver.init(0), "cuInit")) {
    dlclose(library);
    return makeError(ALIGNED_NO_DEVICE, error->message,
                     "; the driver is installed, but no GPU can be used "
                     "(nvidia-smi says more), or use the device cpu");
  }
  return nullptr;
}

Error aligned::cuda::getDriver(const Driver *&driver) {
  static std::mutex mutex;
  static Driver loaded;
  static bool ready = false;
  std::lock_guard<std::mutex> lock(mutex);
  if (!ready) {
    ALIGNED_TRY(loadDriver(loaded));
    ready = true;
  }
  driver = &loaded;
  return nullptr;
}
