//===- JitBench.cpp - Compilation inside a process, measured --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JitBench.h"

#include "Jit.h"
#include "Statistics.h"
#include "Tool.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

using namespace aligned;
using Json = nlohmann::ordered_json;

namespace {

template <typename Body> double milliseconds(const Body &body) {
  auto start = std::chrono::steady_clock::now();
  body();
  std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  return elapsed.count();
}

double processorMilliseconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) * 1e-6;
}

/// A folder that goes with its owner.
class TemporaryFolder {
public:
  TemporaryFolder()
      : path((std::filesystem::temp_directory_path() /
              ("aligned-bench-" + std::to_string(getpid())))
                 .string()) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  const std::string path;
};

class JitBench {
public:
  JitBench(AlignedDevice device, int64_t samples)
      : device(device), samples(samples), jit(loadJit()) {}

  Json measure(const std::string &name, const DecodeModule &module,
               const std::string &target) {
    Json json = {{"kernel", name}, {"target", target}};
    json["first_ms"] = milliseconds([&] { compile(module, target, nullptr); });
    addWithProcessor(json, [&] { compile(module, target, nullptr); });
    compile(module, target, folder.path.c_str());
    add(json, "disk_cache_ms",
        [&] { compile(module, target, folder.path.c_str()); });
    addLoads(json, module, target);
    return json;
  }

  /// All of them at the same time.
  Json measureParallel(const std::map<std::string, DecodeModule> &modules,
                       const std::string &target) {
    Json json = {{"kernel", std::to_string(modules.size()) + " at a time"},
                 {"target", target}};
    addWithProcessor(json, [&] {
      std::vector<std::thread> threads;
      for (const auto &[name, module] : modules)
        threads.emplace_back([this, &module = module, &target] {
          compile(module, target, nullptr);
        });
      for (std::thread &thread : threads)
        thread.join();
    });
    return json;
  }

private:
  OwnedPackage compile(const DecodeModule &module, const std::string &target,
                       const char *cache) const {
    AlignedJitOptions options = {};
    options.targets = target.c_str();
    options.cacheDirectory = cache;
    const std::string text = module.text();
    AlignedPackage package;
    AlignedJitTimings timings;
    check(jit.compile(text.data(), text.size(), &options, &package, &timings));
    return OwnedPackage(package);
  }

  /// From the package to a kernel; nothing where the device does not run what
  /// is compiled for the target alone.
  void addLoads(Json &json, const DecodeModule &module,
                const std::string &target) const {
    bool isCpu = target.rfind("cpu", 0) == 0;
    if (isCpu == (alignedDeviceIsGpu(device) != 0))
      return;
    OwnedPackage package = compile(module, target, folder.path.c_str());
    std::vector<double> times;
    for (int64_t i = -1; i < samples; ++i) {
      AlignedKernel kernel;
      AlignedError error = nullptr;
      double time = milliseconds([&] {
        error = alignedKernelLoad(device, package.get(), 0, &kernel);
      });
      // That of another GPU can be compiled here all the same.
      if (error && alignedErrorGetCode(error) == ALIGNED_NO_DEVICE) {
        std::fprintf(stderr, "%s: %s: not loaded: %s\n", toolName,
                     target.c_str(), alignedErrorGetMessage(error));
        alignedErrorDestroy(error);
        return;
      }
      check(error);
      alignedKernelDestroy(kernel);
      // The first of all in a process may load the driver's compiler.
      if (i < 0)
        json["first_load_ms"] = time;
      else
        times.push_back(time);
    }
    describe(json, "load_ms", times);
  }

  template <typename Body>
  void add(Json &json, const char *name, const Body &body) const {
    std::vector<double> times;
    for (int64_t i = 0; i < samples; ++i)
      times.push_back(milliseconds(body));
    describe(json, name, times);
  }
  /// Time that passes, and time that processors spend on all threads: on a busy
  /// machine the second says more.
  template <typename Body>
  void addWithProcessor(Json &json, const Body &body) const {
    std::vector<double> times, processor;
    for (int64_t i = 0; i < samples; ++i) {
      double before = processorMilliseconds();
      times.push_back(milliseconds(body));
      processor.push_back(processorMilliseconds() - before);
    }
    describe(json, "again_ms", times);
    describe(json, "processor_ms", processor);
  }
  static void describe(Json &json, const char *name,
                       const std::vector<double> &times) {
    json[name] = {{"median", median(times)},
                  {"least", quantile(times, 0)},
                  {"p90", quantile(times, .9)}};
  }

  AlignedDevice device;
  int64_t samples;
  Jit jit;
  TemporaryFolder folder;
};

} // namespace

Json aligned::measureJit(AlignedDevice device,
                         const std::vector<std::string> &targets,
                         const std::map<std::string, DecodeModule> &modules,
                         int64_t samples) {
  Json json = {{"device", alignedDeviceGetDescription(device)},
               {"processors", std::thread::hardware_concurrency()}};
  std::unique_ptr<JitBench> bench;
  json["library_ms"] = milliseconds(
      [&] { bench = std::make_unique<JitBench>(device, samples); });
  json["results"] = Json::array();
  for (const std::string &target : targets) {
    for (const auto &[name, module] : modules)
      json["results"].push_back(bench->measure(name, module, target));
    if (modules.size() > 1)
      json["results"].push_back(bench->measureParallel(modules, target));
  }
  return json;
}

void aligned::printJitTable(const Json &json) {
  std::printf("%s, %lld processors; milliseconds, median and least; the JIT "
              "library took %.0f ms to load\n",
              json["device"].get<std::string>().c_str(),
              json["processors"].get<long long>(),
              json["library_ms"].get<double>());
  std::printf("%-24s %-14s %8s %17s %17s %17s %10s %17s\n", "kernel", "target",
              "first", "again", "processors", "disk cache", "first load",
              "package to kernel");
  for (const Json &result : json["results"]) {
    auto printOne = [&](const char *key, int width) {
      if (result.contains(key))
        std::printf(" %*.1f", width, result[key].get<double>());
      else
        std::printf(" %*s", width, "-");
    };
    auto printMany = [&](const char *key) {
      if (result.contains(key))
        std::printf("  %7.1f %7.1f", result[key]["median"].get<double>(),
                    result[key]["least"].get<double>());
      else
        std::printf("  %7s %7s", "-", "-");
    };
    std::printf("%-24s %-14s", result["kernel"].get<std::string>().c_str(),
                result["target"].get<std::string>().c_str());
    printOne("first_ms", 8);
    for (const char *key : {"again_ms", "processor_ms", "disk_cache_ms"})
      printMany(key);
    printOne("first_load_ms", 10);
    printMany("load_ms");
    std::printf("\n");
  }
}
