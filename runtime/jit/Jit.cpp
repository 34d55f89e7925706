//===- Jit.cpp - From IR to a package, inside a process -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/Jit.h"
#include "DiskCache.h"

#include "Aligned/Pipelines/Compiler.h"

#include "llvm/ADT/StringExtras.h"

#include <chrono>

using namespace aligned;

/// Of the last compilation on this thread, one a line.
static thread_local std::string lastRemarks;

static AlignedError fail(AlignedErrorCode code, llvm::Error error) {
  return alignedErrorCreate(code, llvm::toString(std::move(error)).c_str());
}

static llvm::Expected<CompileOptions>
readOptions(const AlignedJitOptions &given) {
  CompileOptions options;
  if (given.targets)
    options.targets = splitTargets(given.targets);
  if (given.precision)
    options.precision = given.precision;
  llvm::StringRef kv = given.kv ? given.kv : "pack";
  if (kv != "pack" && kv != "retype")
    return llvm::createStringError("unknown kv '" + kv +
                                   "': expected pack or retype");
  options.kv = kv == "pack" ? KvMode::Pack : KvMode::Retype;
  options.allowNarrowing = given.allowNarrowing != 0;
  options.decompose = given.decompose != 0;
  if (llvm::Error error = checkOptions(options))
    return error;
  return options;
}

/// A package from the cache, if it has one that can be loaded. What cannot is
/// as good as absent: it is compiled and written again.
static bool loadCached(const DiskCache &cache, AlignedPackage *package) {
  std::optional<CacheEntry> entry = cache.read();
  if (!entry)
    return false;
  AlignedError error = alignedPackageLoadFromMemory(
      entry->package.data(), entry->package.size(), package);
  if (error) {
    alignedErrorDestroy(error);
    return false;
  }
  lastRemarks = entry->remarks;
  return true;
}

static AlignedError compile(llvm::StringRef source,
                            const CompileOptions &options,
                            const std::optional<DiskCache> &cache,
                            AlignedPackage *package) {
  llvm::Expected<CompileOutput> output = compileSource(
      llvm::MemoryBufferRef(source, "source"), options, Emit::Package);
  if (!output)
    return fail(ALIGNED_COMPILATION, output.takeError());
  CacheEntry entry = {std::move(output->bytes),
                      llvm::join(output->remarks, "\n")};
  AlignedPackage loaded = nullptr;
  if (AlignedError error = alignedPackageLoadFromMemory(
          entry.package.data(), entry.package.size(), &loaded))
    return error;
  if (cache)
    if (llvm::Error error = cache->write(entry)) {
      alignedPackageDestroy(loaded);
      return fail(ALIGNED_INVALID_ARGUMENT, std::move(error));
    }
  lastRemarks = std::move(entry.remarks);
  *package = loaded;
  return nullptr;
}

AlignedError alignedJitCompile(const char *ir, size_t size,
                               const AlignedJitOptions *given,
                               AlignedPackage *package,
                               AlignedJitTimings *timings) {
  auto start = std::chrono::steady_clock::now();
  lastRemarks.clear();
  if (!ir || !package)
    return alignedErrorCreate(ALIGNED_INVALID_ARGUMENT,
                              "alignedJitCompile: ir or package is null");
  AlignedJitOptions defaults = {};
  const AlignedJitOptions &wanted = given ? *given : defaults;
  llvm::Expected<CompileOptions> options = readOptions(wanted);
  if (!options)
    return fail(ALIGNED_INVALID_ARGUMENT, options.takeError());
  llvm::StringRef source(ir, size);
  std::optional<DiskCache> cache;
  if (wanted.cacheDirectory)
    cache.emplace(wanted.cacheDirectory, source, *options);
  bool isCached = cache && loadCached(*cache, package);
  if (!isCached)
    if (AlignedError error = compile(source, *options, cache, package))
      return error;
  if (timings) {
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    *timings = {elapsed.count(), isCached};
  }
  return nullptr;
}

const char *alignedJitGetRemarks(void) { return lastRemarks.c_str(); }
