//===- CudaDevice.cpp - Kernels on an NVIDIA GPU --------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"
#include "Device.h"

#include <charconv>
#include <cstring>

using namespace aligned;
using cuda::Driver;

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

namespace {
/// Makes a context current, and puts back what was before.
class CurrentContext {
public:
  CurrentContext(const Driver &driver, cuda::Context context) : driver(driver) {
    cuda::Context current = nullptr;
    result = driver.ctxGetCurrent(&current);
    if (result != cuda::kSuccess || current == context)
      return;
    result = driver.ctxPushCurrent(context);
    pushed = result == cuda::kSuccess;
  }
  ~CurrentContext() {
    cuda::Context popped;
    if (pushed)
      driver.ctxPopCurrent(&popped);
  }
  Error check() const { return driver.check(result, "cuCtxPushCurrent"); }

private:
  const Driver &driver;
  cuda::Result result;
  bool pushed = false;
};

class CudaDevice : public AlignedDeviceImpl {
public:
  ~CudaDevice() override;
  Error open(int ordinal);
  bool isGpu() const override { return true; }
  Error allocate(size_t bytes, void **memory) override;
  void free(void *memory) override;
  Error uploadAsync(void *to, const void *from, size_t bytes,
                    void *stream) override;
  Error copyAsync(void *to, const void *from, size_t bytes,
                  void *stream) override;
  Error download(void *to, const void *from, size_t bytes,
                 void *stream) override;
  Error synchronize(void *stream) override;
  Error launch(const Function &function, const void *params, Grid grid,
               void *stream) override;
  Error launchResident(const Function &function, const void *params,
                       int64_t blocks, void *stream) override;

  const Driver *driver = nullptr;
  cuda::Context context = nullptr;
  int architecture = 0; ///< 90 for sm_90
  int multiprocessors = 0;

protected:
  Error loadModule(const std::shared_ptr<const PackageData> &package,
                   std::shared_ptr<Module> &module) override;

private:
  Error submit(const Function &function, const void *params, Grid grid,
               bool isCooperative, void *stream);
  cuda::Device device = -1;
};

class CudaModule : public Module {
public:
  CudaModule(std::shared_ptr<const PackageData> package, CudaDevice &device)
      : Module(std::move(package)), device(device) {}
  ~CudaModule() override {
    CurrentContext current(*device.driver, device.context);
    if (handle)
      device.driver->moduleUnload(handle);
  }
  Error open(const std::string &name, const ManifestTarget &target,
             bool useCubin);
  Error lookup(const std::string &symbol, Function &function) override;
  bool has(const std::string &symbol) const override {
    return target->kernels.count(symbol) != 0;
  }

private:
  CudaDevice &device;
  const ManifestTarget *target = nullptr;
  std::string targetName;
  cuda::ModuleHandle handle = nullptr;
};
} // namespace

/// Calls a function of the driver and hands its error on.
#define ALIGNED_CUDA(driver, member, name, ...)                                \
  ALIGNED_TRY((driver).check((driver).member(__VA_ARGS__), name))

static cuda::DevicePointer pointer(const void *memory) {
  return reinterpret_cast<uintptr_t>(memory);
}

Error CudaDevice::open(int ordinal) {
  ALIGNED_TRY(cuda::getDriver(driver));
  int count = 0, major = 0, minor = 0;
  char name[256] = {};
  ALIGNED_CUDA(*driver, deviceGetCount, "cuDeviceGetCount", &count);
  if (ordinal >= count)
    return makeError(ALIGNED_NO_DEVICE, "there is no device cuda:", ordinal,
                     ": the driver sees ", count, count == 1 ? " GPU" : " GPUs",
                     " (CUDA_VISIBLE_DEVICES hides some if it is set)");
  ALIGNED_CUDA(*driver, deviceGet, "cuDeviceGet", &device, ordinal);
  ALIGNED_CUDA(*driver, deviceGetName, "cuDeviceGetName", name,
               sizeof(name) - 1, device);
  ALIGNED_CUDA(*driver, deviceGetAttribute, "cuDeviceGetAttribute", &major,
               cuda::kComputeCapabilityMajor, device);
  ALIGNED_CUDA(*driver, deviceGetAttribute, "cuDeviceGetAttribute", &minor,
               cuda::kComputeCapabilityMinor, device);
  ALIGNED_CUDA(*driver, deviceGetAttribute, "cuDeviceGetAttribute",
               &multiprocessors, cuda::kMultiprocessorCount, device);
  architecture = major * 10 + minor;
  const std::string arch = "sm_" + std::to_string(architecture);
  description = "cuda:" + std::to_string(ordinal) + ": " + name + ", " + arch;
  // Only code for `a` may use what is special to Hopper.
  targets = "cpu,nvptx:" + arch + (architecture == 90 ? "a" : "");
  ALIGNED_CUDA(*driver, primaryCtxRetain, "cuDevicePrimaryCtxRetain", &context,
               device);
  return nullptr;
}

CudaDevice::~CudaDevice() {
  if (context)
    driver->primaryCtxRelease(device);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Error CudaDevice::allocate(size_t bytes, void **memory) {
  CurrentContext current(*driver, context);
  ALIGNED_TRY(current.check());
  cuda::DevicePointer allocated = 0;
  size_t size = bytes == 0 ? 1 : bytes;
  if (Error error =
          driver->check(driver->memAlloc(&allocated, size), "cuMemAlloc"))
    return makeError(error->code, error->message, ", for ", size, " bytes on ",
                     description);
  // Streams that do not wait for the default one may be the first to use it.
  cuda::Result result = driver->memsetD8(allocated, 0, size);
  const char *call = "cuMemsetD8";
  if (result == cuda::kSuccess) {
    result = driver->streamSynchronize(nullptr);
    call = "cuStreamSynchronize";
  }
  if (result != cuda::kSuccess) {
    driver->memFree(allocated);
    return driver->check(result, call);
  }
  *memory = reinterpret_cast<void *>(allocated);
  return nullptr;
}

void CudaDevice::free(void *memory) {
  CurrentContext current(*driver, context);
  driver->memFree(pointer(memory));
}

Error CudaDevice::uploadAsync(void *to, const void *from, size_t bytes,
                              void *stream) {
  if (bytes == 0)
    return nullptr;
  CurrentContext current(*driver, context);
  ALIGNED_TRY(current.check());
  // From pageable memory the driver has taken its copy when it returns.
  ALIGNED_CUDA(*driver, memcpyHtoDAsync, "cuMemcpyHtoDAsync", pointer(to), from,
               bytes, static_cast<cuda::Stream>(stream));
  return nullptr;
}

Error CudaDevice::copyAsync(void *to, const void *from, size_t bytes,
                            void *stream) {
  if (bytes == 0)
    return nullptr;
  CurrentContext current(*driver, context);
  ALIGNED_TRY(current.check());
  ALIGNED_CUDA(*driver, memcpyDtoDAsync, "cuMemcpyDtoDAsync", pointer(to),
               pointer(from), bytes, static_cast<cuda::Stream>(stream));
  return nullptr;
}

Error CudaDevice::download(void *to, const void *from, size_t bytes,
                           void *stream) {
  CurrentContext current(*driver, context);
  ALIGNED_TRY(current.check());
  if (bytes != 0)
    ALIGNED_CUDA(*driver, memcpyDtoHAsync, "cuMemcpyDtoHAsync", to,
                 pointer(from), bytes, static_cast<cuda::Stream>(stream));
  ALIGNED_CUDA(*driver, streamSynchronize, "cuStreamSynchronize",
               static_cast<cuda::Stream>(stream));
  return nullptr;
}

Error CudaDevice::synchronize(void *stream) {
  CurrentContext current(*driver, context);
  ALIGNED_TRY(current.check());
  ALIGNED_CUDA(*driver, streamSynchronize, "cuStreamSynchronize",
               static_cast<cuda::Stream>(stream));
  return nullptr;
}

Error CudaDevice::submit(const Function &function, const void *params,
                         Grid grid, bool isCooperative, void *stream) {
  CurrentContext current(*driver, context);
  ALIGNED_TRY(current.check());
  cuda::LaunchAttribute attributes[2] = {};
  cuda::LaunchConfig config = {static_cast<unsigned>(grid.x),
                               static_cast<unsigned>(grid.y),
                               static_cast<unsigned>(grid.z),
                               function.threads,
                               1,
                               1,
                               function.sharedBytes,
                               static_cast<cuda::Stream>(stream),
                               attributes,
                               0};
  auto add = [&](cuda::LaunchAttributeID id) {
    cuda::LaunchAttribute &attribute = attributes[config.numAttributes++];
    attribute.id = id;
    attribute.value = 1;
  };
  if (isCooperative)
    add(cuda::kCooperative);
  if (function.overlaps)
    add(cuda::kProgrammaticStreamSerialization);
  void *arguments[] = {const_cast<void *>(params)};
  ALIGNED_CUDA(*driver, launchKernelEx, "cuLaunchKernelEx", &config,
               static_cast<cuda::FunctionHandle>(function.address), arguments,
               nullptr);
  return nullptr;
}

Error CudaDevice::launch(const Function &function, const void *params,
                         Grid grid, void *stream) {
  // The driver takes an empty grid for an error.
  if (grid.x == 0 || grid.y == 0 || grid.z == 0)
    return nullptr;
  return submit(function, params, grid, /*isCooperative=*/false, stream);
}

Error CudaDevice::launchResident(const Function &function, const void *params,
                                 int64_t blocks, void *stream) {
  return submit(function, params, {blocks, 1, 1}, /*isCooperative=*/true,
                stream);
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

namespace {
/// A target that is named "nvptx:sm_90a".
struct Target {
  int architecture = 0;
  char suffix = 0; ///< 'a': this architecture alone; 'f': its family
};
} // namespace

static bool parseTarget(const std::string &name, Target &target) {
  constexpr const char *kPrefix = "nvptx:sm_";
  if (name.rfind(kPrefix, 0) != 0)
    return false;
  const char *begin = name.data() + std::strlen(kPrefix),
             *end = name.data() + name.size();
  auto [stop, status] = std::from_chars(begin, end, target.architecture);
  if (status != std::errc())
    return false;
  if (stop != end)
    target.suffix = *stop++;
  return stop == end &&
         (target.suffix == 0 || target.suffix == 'a' || target.suffix == 'f');
}

/// Whether PTX for `target` can be compiled for a GPU of `architecture`.
static bool runsOn(const Target &target, int architecture) {
  if (target.suffix == 'a')
    return target.architecture == architecture;
  if (target.suffix == 'f')
    return target.architecture / 10 == architecture / 10 &&
           target.architecture <= architecture;
  return target.architecture <= architecture;
}

Error CudaDevice::loadModule(const std::shared_ptr<const PackageData> &package,
                             std::shared_ptr<Module> &module) {
  const std::pair<const std::string, ManifestTarget> *best = nullptr;
  Target bestTarget;
  std::string others;
  for (const auto &entry : package->manifest.targets) {
    Target target;
    if (!parseTarget(entry.first, target))
      continue;
    others += (others.empty() ? "" : ", ") + entry.first;
    if (!runsOn(target, architecture))
      continue;
    // Of two for one architecture, the more specific.
    if (!best || target.architecture > bestTarget.architecture ||
        (target.architecture == bestTarget.architecture && target.suffix)) {
      best = &entry;
      bestTarget = target;
    }
  }
  if (!best)
    return makeError(ALIGNED_NO_DEVICE, package->name, ": has no code for ",
                     description, ", only for ",
                     others.empty() ? "no GPU at all" : others,
                     ": compile it with --target=nvptx:sm_", architecture,
                     " or a lower one");
  auto loaded = std::make_shared<CudaModule>(package, *this);
  ALIGNED_TRY(loaded->open(best->first, best->second,
                           !best->second.cubin.empty() &&
                               bestTarget.architecture == architecture));
  module = std::move(loaded);
  return nullptr;
}

Error CudaModule::open(const std::string &name, const ManifestTarget &chosen,
                       bool useCubin) {
  const Driver &driver = *device.driver;
  target = &chosen;
  targetName = name;
  CurrentContext current(driver, device.context);
  ALIGNED_TRY(current.check());
  if (useCubin) {
    const SafetensorsTensor &cubin = package->section(chosen.cubin);
    if (driver.moduleLoadDataEx(&handle, cubin.data, 0, nullptr, nullptr) ==
        cuda::kSuccess)
      return nullptr;
    // A driver older than the toolkit refuses it, and may still take the PTX.
    handle = nullptr;
  }
  const SafetensorsTensor &code = package->section(chosen.code);
  // The driver wants text that ends with a NUL.
  std::string ptx(static_cast<const char *>(code.data), code.bytes);
  char info[4096] = {}, errors[8192] = {};
  int options[] = {cuda::kJitInfoLogBuffer, cuda::kJitInfoLogBufferSizeBytes,
                   cuda::kJitErrorLogBuffer, cuda::kJitErrorLogBufferSizeBytes};
  auto asValue = [](size_t size) { return reinterpret_cast<void *>(size); };
  void *values[] = {info, asValue(sizeof(info) - 1), errors,
                    asValue(sizeof(errors) - 1)};
  Error error = driver.check(
      driver.moduleLoadDataEx(&handle, ptx.c_str(), 4, options, values),
      "cuModuleLoadDataEx");
  if (!error)
    return nullptr;
  handle = nullptr;
  return makeError(error->code, package->name, ": section '", code.name,
                   "' on ", device.description, ": ", error->message,
                   errors[0] ? "\n" : "", errors, info[0] ? "\n" : "", info);
}

Error CudaModule::lookup(const std::string &symbol, Function &function) {
  const Driver &driver = *device.driver;
  auto found = target->kernels.find(symbol);
  if (found == target->kernels.end())
    return makeError(ALIGNED_CORRUPT_FILE, package->name, ": targets.",
                     targetName, ".kernels has no '", symbol, "'");
  function.threads = static_cast<uint32_t>(found->second.threads);
  function.sharedBytes = static_cast<uint32_t>(found->second.sharedBytes);
  function.overlaps = found->second.overlaps;
  CurrentContext current(driver, device.context);
  ALIGNED_TRY(current.check());
  cuda::FunctionHandle kernel = nullptr;
  if (Error error = driver.check(
          driver.moduleGetFunction(&kernel, handle, symbol.c_str()),
          "cuModuleGetFunction"))
    return makeError(error->code, package->name, ": '", symbol,
                     "': ", error->message);
  // More than this has to be asked for.
  constexpr uint32_t kSharedByDefault = 48 * 1024;
  if (function.sharedBytes > kSharedByDefault)
    ALIGNED_CUDA(driver, funcSetAttribute, "cuFuncSetAttribute", kernel,
                 cuda::kMaxDynamicSharedSizeBytes,
                 static_cast<int>(function.sharedBytes));
  int blocks = 0;
  ALIGNED_CUDA(driver, occupancyMaxActiveBlocks,
               "cuOccupancyMaxActiveBlocksPerMultiprocessor", &blocks, kernel,
               static_cast<int>(function.threads), function.sharedBytes);
  function.residentBlocks =
      static_cast<int64_t>(blocks) * device.multiprocessors;
  function.address = kernel;
  return nullptr;
}

Error aligned::openCudaDevice(int ordinal,
                              std::unique_ptr<AlignedDeviceImpl> &device) {
  auto opened = std::make_unique<CudaDevice>();
  ALIGNED_TRY(opened->open(ordinal));
  device = std::move(opened);
  return nullptr;
}
