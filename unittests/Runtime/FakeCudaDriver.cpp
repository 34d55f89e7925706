//===- FakeCudaDriver.cpp - A libcuda.so.1 that runs on the CPU -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stands in for NVIDIA's driver where there is no GPU: what the runtime asks of
// a driver is checked as a driver would, and "PTX" is the path of a shared
// object whose functions are launched. Device memory lies in host memory, in
// blocks that are known, so that a host pointer in a device's place is an
// error. ALIGNED_FAKE_CUDA_ARCH is the architecture, 90 without it.
//
// PTX that is PTX can be loaded as well: its kernels are found by their names,
// and launching one does nothing. A stream that is captured records launches,
// which a graph then makes.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Runtime/Manifest.h"
#include "Aligned/Support/KernelABI.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {
using Result = int;
using Pointer = unsigned long long;
enum : Result {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kInvalidContext = 201,
  kInvalidPtx = 218,
  kNotFound = 500,
  kNotSupported = 801,
  kCaptureUnsupported = 900
};

std::map<Pointer, size_t> blocks;
int contextObject, retained = 0;
void *current = nullptr;

bool inBlock(Pointer pointer, size_t bytes) {
  auto after = blocks.upper_bound(pointer);
  if (after == blocks.begin())
    return false;
  auto block = std::prev(after);
  return pointer + bytes <= block->first + block->second;
}
void *host(Pointer pointer) { return reinterpret_cast<void *>(pointer); }
/// What the GPU has, and how many blocks each of them holds.
constexpr int kMultiprocessors = 2, kBlocks = 3, kL2Bytes = 1 << 20;
bool ready() { return retained != 0 && current == &contextObject; }
} // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT Result cuInit(unsigned) { return kSuccess; }
EXPORT Result cuGetErrorName(Result result, const char **name) {
  *name = result == kOutOfMemory      ? "CUDA_ERROR_OUT_OF_MEMORY"
          : result == kInvalidContext ? "CUDA_ERROR_INVALID_CONTEXT"
          : result == kInvalidPtx     ? "CUDA_ERROR_INVALID_PTX"
          : result == kNotFound       ? "CUDA_ERROR_NOT_FOUND"
          : result == kNotSupported   ? "CUDA_ERROR_NOT_SUPPORTED"
          : result == kCaptureUnsupported
              ? "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"
              : "CUDA_ERROR_INVALID_VALUE";
  return kSuccess;
}
EXPORT Result cuGetErrorString(Result, const char **text) {
  *text = "as the tests' driver sees it";
  return kSuccess;
}
EXPORT Result cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return kSuccess;
}
EXPORT Result cuDeviceGetCount(int *count) {
  *count = 1;
  return kSuccess;
}
EXPORT Result cuDeviceGetName(char *name, int bytes, int) {
  std::strncpy(name, "Fake GPU", static_cast<size_t>(bytes));
  return kSuccess;
}
EXPORT Result cuDeviceGetAttribute(int *value, int attribute, int) {
  const char *text = std::getenv("ALIGNED_FAKE_CUDA_ARCH");
  int architecture = text ? std::atoi(text) : 90;
  *value = attribute == 16   ? kMultiprocessors
           : attribute == 38 ? kL2Bytes
           : attribute == 75 ? architecture / 10
                             : architecture % 10;
  return kSuccess;
}
EXPORT Result cuDevicePrimaryCtxRetain(void **context, int) {
  ++retained;
  *context = &contextObject;
  return kSuccess;
}
EXPORT Result cuDevicePrimaryCtxRelease_v2(int) {
  --retained;
  return kSuccess;
}
EXPORT Result cuCtxGetCurrent(void **context) {
  *context = current;
  return kSuccess;
}
EXPORT Result cuCtxSetCurrent(void *context) {
  current = context;
  return kSuccess;
}
EXPORT Result cuCtxPushCurrent_v2(void *context) {
  current = context;
  return kSuccess;
}
EXPORT Result cuCtxPopCurrent_v2(void **context) {
  *context = current;
  current = nullptr;
  return kSuccess;
}

EXPORT Result cuMemAlloc_v2(Pointer *pointer, size_t bytes) {
  if (!ready())
    return kInvalidContext;
  void *memory = bytes > (size_t(1) << 36) ? nullptr : std::malloc(bytes);
  if (!memory)
    return kOutOfMemory;
  std::memset(memory, 0xa5, bytes);
  *pointer = reinterpret_cast<Pointer>(memory);
  blocks[*pointer] = bytes;
  return kSuccess;
}
EXPORT Result cuMemFree_v2(Pointer pointer) {
  if (!ready() || blocks.erase(pointer) == 0)
    return kInvalidValue;
  std::free(host(pointer));
  return kSuccess;
}
EXPORT Result cuMemsetD8_v2(Pointer to, unsigned char value, size_t bytes) {
  if (!ready() || !inBlock(to, bytes))
    return kInvalidValue;
  std::memset(host(to), value, bytes);
  return kSuccess;
}
EXPORT Result cuMemcpyHtoDAsync_v2(Pointer to, const void *from, size_t bytes,
                                   void *) {
  if (!ready() || !inBlock(to, bytes))
    return kInvalidValue;
  std::memcpy(host(to), from, bytes);
  return kSuccess;
}
EXPORT Result cuMemcpyDtoHAsync_v2(void *to, Pointer from, size_t bytes,
                                   void *) {
  if (!ready() || !inBlock(from, bytes))
    return kInvalidValue;
  std::memcpy(to, host(from), bytes);
  return kSuccess;
}
EXPORT Result cuMemcpyDtoDAsync_v2(Pointer to, Pointer from, size_t bytes,
                                   void *) {
  if (!ready() || !inBlock(to, bytes) || !inBlock(from, bytes))
    return kInvalidValue;
  std::memmove(host(to), host(from), bytes);
  return kSuccess;
}
//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

namespace {
/// A kernel: of a shared object, or of PTX, which is not run.
struct Kernel {
  std::string name;
  void *address; ///< null of PTX
};
struct LoadedModule {
  void *library = nullptr;       ///< null of PTX
  std::set<std::string> entries; ///< of PTX
  std::map<std::string, Kernel> kernels;
};
} // namespace

/// Names of what `.entry` declares.
static std::set<std::string> findEntries(const std::string &ptx) {
  const std::string key = ".entry ";
  std::set<std::string> names;
  for (size_t at = 0; (at = ptx.find(key, at)) != std::string::npos;) {
    at += key.size();
    names.insert(ptx.substr(at, ptx.find_first_of("( \n", at) - at));
  }
  return names;
}

EXPORT Result cuModuleLoadDataEx(void **module, const void *image,
                                 unsigned numOptions, int *options,
                                 void **values) {
  if (!ready())
    return kInvalidContext;
  auto *text = static_cast<const char *>(image);
  auto loaded = std::make_unique<LoadedModule>();
  if (std::strstr(text, ".version "))
    loaded->entries = findEntries(text);
  else
    loaded->library = dlopen(text, RTLD_NOW | RTLD_LOCAL);
  if (loaded->library || !loaded->entries.empty()) {
    *module = loaded.release();
    return kSuccess;
  }
  for (unsigned i = 0; i < numOptions; ++i)
    if (options[i] == 5) // the error log's buffer
      std::strcpy(static_cast<char *>(values[i]), "ptxas: not a path");
  return kInvalidPtx;
}
EXPORT Result cuModuleUnload(void *module) {
  auto *loaded = static_cast<LoadedModule *>(module);
  if (loaded->library)
    dlclose(loaded->library);
  delete loaded;
  return ready() ? kSuccess : kInvalidContext;
}
EXPORT Result cuModuleGetFunction(void **function, void *module,
                                  const char *name) {
  auto *loaded = static_cast<LoadedModule *>(module);
  void *address = loaded->library ? dlsym(loaded->library, name) : nullptr;
  if (!address && loaded->entries.count(name) == 0)
    return kNotFound;
  *function = &(loaded->kernels[name] = {name, address});
  return kSuccess;
}
EXPORT Result cuFuncSetAttribute(void *, int attribute, int) {
  return attribute == 8 ? kSuccess : kInvalidValue;
}
EXPORT Result cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *,
                                                          int, size_t) {
  *blocks = kBlocks;
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Streams, graphs and launches
//===----------------------------------------------------------------------===//

namespace {
struct Launch {
  const Kernel *kernel;
  unsigned gridX, gridY, gridZ;
  std::vector<char> params;
};
using Graph = std::vector<Launch>;
using Clock = std::chrono::steady_clock;

void run(const Kernel &kernel, const void *params, unsigned gridX,
         unsigned gridY, unsigned gridZ) {
  auto *phase =
      reinterpret_cast<void (*)(const void *, int, int, int)>(kernel.address);
  if (!phase)
    return;
  for (unsigned z = 0; z < gridZ; ++z)
    for (unsigned y = 0; y < gridY; ++y)
      for (unsigned x = 0; x < gridX; ++x)
        phase(params, static_cast<int>(x), static_cast<int>(y),
              static_cast<int>(z));
}

/// Bytes of the parameters of a kernel, which a driver knows; 0 if they are not
/// known here.
size_t paramsBytes(const Kernel &kernel) {
  const std::string &name = kernel.name;
  auto begins = [&](const char *with) { return name.rfind(with, 0) == 0; };
  auto has = [&](const char *part) {
    return name.find(part) != std::string::npos;
  };
  if (has("_extend") || has("_pack"))
    return sizeof(aligned::ExtendParams);
  if (begins("decode_"))
    return sizeof(aligned::DecodeParams);
  if (begins("append_"))
    return sizeof(aligned::AppendParams);
  return name == aligned::kAdvanceSymbol ? sizeof(aligned::AdvanceParams) : 0;
}

/// The stream that is captured, and what has been launched on it.
void *captured = nullptr;
std::unique_ptr<Graph> capturing;
} // namespace

/// How often the host has waited for the device.
static int waits = 0;
EXPORT int fakeCudaWaits() { return waits; }

EXPORT Result cuStreamSynchronize(void *stream) {
  ++waits;
  if (capturing && stream == captured)
    return kCaptureUnsupported;
  return ready() ? kSuccess : kInvalidContext;
}
EXPORT Result cuStreamCreate(void **stream, unsigned) {
  *stream = new char;
  return kSuccess;
}
EXPORT Result cuStreamDestroy_v2(void *stream) {
  delete static_cast<char *>(stream);
  return kSuccess;
}
EXPORT Result cuStreamBeginCapture_v2(void *stream, int) {
  if (!stream || capturing)
    return kCaptureUnsupported;
  captured = stream;
  capturing = std::make_unique<Graph>();
  return kSuccess;
}
EXPORT Result cuStreamEndCapture(void *stream, void **graph) {
  if (!capturing || stream != captured)
    return kInvalidValue;
  *graph = capturing.release();
  return kSuccess;
}
EXPORT Result cuGraphInstantiateWithFlags(void **exec, void *graph,
                                          unsigned long long) {
  *exec = new Graph(*static_cast<Graph *>(graph));
  return kSuccess;
}
EXPORT Result cuGraphDestroy(void *graph) {
  delete static_cast<Graph *>(graph);
  return kSuccess;
}
EXPORT Result cuGraphExecDestroy(void *exec) {
  delete static_cast<Graph *>(exec);
  return kSuccess;
}
EXPORT Result cuGraphLaunch(void *exec, void *) {
  if (!ready())
    return kInvalidContext;
  for (const Launch &launch : *static_cast<Graph *>(exec))
    run(*launch.kernel, launch.params.data(), launch.gridX, launch.gridY,
        launch.gridZ);
  return kSuccess;
}

EXPORT Result cuEventCreate(void **event, unsigned) {
  *event = new Clock::time_point;
  return kSuccess;
}
EXPORT Result cuEventDestroy_v2(void *event) {
  delete static_cast<Clock::time_point *>(event);
  return kSuccess;
}
EXPORT Result cuEventRecord(void *event, void *) {
  // All that was launched before has been done.
  *static_cast<Clock::time_point *>(event) = Clock::now();
  return kSuccess;
}
EXPORT Result cuEventSynchronize(void *) { return kSuccess; }
EXPORT Result cuEventElapsedTime(float *milliseconds, void *from, void *to) {
  *milliseconds = std::chrono::duration<float, std::milli>(
                      *static_cast<Clock::time_point *>(to) -
                      *static_cast<Clock::time_point *>(from))
                      .count();
  return kSuccess;
}

EXPORT Result cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                             unsigned gridZ, unsigned blockX, unsigned blockY,
                             unsigned blockZ, unsigned sharedBytes,
                             void *stream, void **params, void **) {
  if (!ready())
    return kInvalidContext;
  auto &kernel = *static_cast<Kernel *>(function);
  // What sharedBytes is checked against is what was asked for.
  if (gridX == 0 || gridY == 0 || gridZ == 0 || blockY != 1 || blockZ != 1 ||
      (kernel.address && (blockX != 64 || sharedBytes != 1000)))
    return kInvalidValue;
  if (!capturing || stream != captured) {
    run(kernel, params[0], gridX, gridY, gridZ);
    return kSuccess;
  }
  size_t bytes = paramsBytes(kernel);
  if (bytes == 0 && kernel.address)
    return kNotSupported;
  auto *from = static_cast<const char *>(params[0]);
  Launch launch = {&kernel, gridX, gridY, gridZ, {from, from + bytes}};
  capturing->push_back(launch);
  return kSuccess;
}
EXPORT Result cuLaunchCooperativeKernel(void *function, unsigned gridX,
                                        unsigned gridY, unsigned gridZ,
                                        unsigned blockX, unsigned blockY,
                                        unsigned blockZ, unsigned sharedBytes,
                                        void *stream, void **params) {
  // All blocks must fit at one time.
  if (gridX * gridY * gridZ > kMultiprocessors * kBlocks)
    return kInvalidValue;
  return cuLaunchKernel(function, gridX, gridY, gridZ, blockX, blockY, blockZ,
                        sharedBytes, stream, params, nullptr);
}
