//===- CpuModule.cpp - Compiled code as a shared object -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace aligned;

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

namespace {
enum class Support { Yes, No, Unknown };
} // namespace

/// `__builtin_cpu_supports` takes literals only.
static Support cpuSupports(const std::string &feature) {
#if defined(__x86_64__)
#define ALIGNED_FEATURE(name)                                                  \
  if (feature == name)                                                         \
    return __builtin_cpu_supports(name) ? Support::Yes : Support::No;
  ALIGNED_FEATURE("sse3")
  ALIGNED_FEATURE("ssse3")
  ALIGNED_FEATURE("sse4.1")
  ALIGNED_FEATURE("sse4.2")
  ALIGNED_FEATURE("popcnt")
  ALIGNED_FEATURE("avx")
  ALIGNED_FEATURE("avx2")
  ALIGNED_FEATURE("fma")
  ALIGNED_FEATURE("f16c")
  ALIGNED_FEATURE("bmi")
  ALIGNED_FEATURE("bmi2")
  ALIGNED_FEATURE("lzcnt")
  ALIGNED_FEATURE("movbe")
  ALIGNED_FEATURE("gfni")
  ALIGNED_FEATURE("avxvnni")
  ALIGNED_FEATURE("avx512f")
  ALIGNED_FEATURE("avx512bw")
  ALIGNED_FEATURE("avx512cd")
  ALIGNED_FEATURE("avx512dq")
  ALIGNED_FEATURE("avx512vl")
  ALIGNED_FEATURE("avx512vnni")
  ALIGNED_FEATURE("avx512vbmi")
  ALIGNED_FEATURE("avx512vbmi2")
  ALIGNED_FEATURE("avx512ifma")
  ALIGNED_FEATURE("avx512bitalg")
  ALIGNED_FEATURE("avx512vpopcntdq")
  ALIGNED_FEATURE("avx512bf16")
  ALIGNED_FEATURE("avx512fp16")
  ALIGNED_FEATURE("x86-64-v2")
  ALIGNED_FEATURE("x86-64-v3")
  ALIGNED_FEATURE("x86-64-v4")
#undef ALIGNED_FEATURE
#endif
  return Support::Unknown;
}

/// What `target` needs and this machine has not, as text; empty if it has all.
static std::string missingFeatures(const ManifestTarget &target) {
  std::string missing;
  for (const std::string &feature : target.features) {
    Support support = cpuSupports(feature);
    if (support == Support::Yes)
      continue;
    missing += (missing.empty() ? "" : ", ") + feature;
    if (support == Support::Unknown)
      missing += " (unknown here)";
  }
  return missing;
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

namespace {
class CpuModule : public Module {
public:
  using Module::Module;
  ~CpuModule() override {
    if (handle)
      dlclose(handle);
  }
  Error open(const SafetensorsTensor &code);
  Error lookup(const std::string &symbol, Function &function) override;
  bool has(const std::string &symbol) const override {
    return dlsym(handle, symbol.c_str()) != nullptr;
  }

private:
  void *handle = nullptr;
};
} // namespace

/// Makes the functions of HostABI.h visible to compiled code, also where the
/// program loaded this library for itself alone, as interpreters do.
static void exportOwnSymbols() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void *>(&alignedGetVersion), &info))
    dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_GLOBAL | RTLD_LAZY);
}

/// A name of an open file that no file had before: the loader takes one of the
/// same name for what it has loaded already, and it may keep code that was
/// closed. The number of the name is written in ways to say the same folder.
static std::string newNameOf(int fd) {
  static std::atomic<uint64_t> count{0};
  std::string path = "/proc/self/fd";
  for (uint64_t number = ++count; number != 0; number >>= 1)
    path += (number & 1) != 0 ? "/." : "/";
  return path + "/" + std::to_string(fd);
}

static bool writeAll(int fd, const void *bytes, size_t size) {
  const char *from = static_cast<const char *>(bytes);
  while (size != 0) {
    ssize_t written = write(fd, from, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    from += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

Error CpuModule::open(const SafetensorsTensor &code) {
  auto failed = [&](const char *what, const char *why) {
    return makeError(ALIGNED_CORRUPT_FILE, package->name, ": section '",
                     code.name, "': ", what, ": ", why);
  };
  exportOwnSymbols();
  std::string path, temporary;
  int fd = memfd_create(code.name.c_str(), MFD_CLOEXEC);
  if (fd >= 0) {
    path = newNameOf(fd);
  } else {
    const char *folder = getenv("TMPDIR");
    temporary = std::string(folder ? folder : "/tmp") + "/aligned-XXXXXX";
    fd = mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0)
      return failed("cannot create a temporary file for it", strerror(errno));
    path = temporary;
  }
  bool written = writeAll(fd, code.data, code.bytes);
  int reason = errno;
  if (written)
    handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  close(fd);
  if (!temporary.empty())
    unlink(temporary.c_str());
  if (!written)
    return failed("cannot write it out", strerror(reason));
  if (!handle)
    return failed("cannot load the code", dlerror());
  return nullptr;
}

Error CpuModule::lookup(const std::string &symbol, Function &function) {
  function.address = dlsym(handle, symbol.c_str());
  if (!function.address)
    return makeError(ALIGNED_CORRUPT_FILE, package->name,
                     ": the code for the CPU has no function '", symbol, "'");
  return nullptr;
}

Error aligned::loadCpuModule(const std::shared_ptr<const PackageData> &package,
                             std::shared_ptr<Module> &module) {
  // Of several, the one that asks for most of what is here.
  const ManifestTarget *best = nullptr;
  std::string refused;
  for (const auto &[name, target] : package->manifest.targets) {
    if (name != "cpu" && name.rfind("cpu:", 0) != 0)
      continue;
    std::string missing = missingFeatures(target);
    if (!missing.empty())
      refused += (refused.empty() ? "" : "; ") + name + " needs " + missing;
    else if (!best || target.features.size() > best->features.size())
      best = &target;
  }
  if (!best && refused.empty())
    return makeError(ALIGNED_NO_DEVICE, package->name,
                     ": has no code for the CPU: compile it with --target=cpu");
  if (!best)
    return makeError(ALIGNED_NO_DEVICE, package->name,
                     ": its code asks for what this CPU has not: ", refused,
                     ": compile it on this machine, or with "
                     "--target=cpu:x86-64-v3 or lower");
  auto loaded = std::make_shared<CpuModule>(package);
  ALIGNED_TRY(loaded->open(package->section(best->code)));
  module = std::move(loaded);
  return nullptr;
}
