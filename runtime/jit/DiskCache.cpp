//===- DiskCache.cpp - Packages kept between processes --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DiskCache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace aligned;

/// Each part with its length, so that no two lists of parts read the same.
static void update(SHA256 &hash, StringRef part) {
  char length[8];
  support::endian::write64le(length, part.size());
  hash.update(StringRef(length, sizeof(length)));
  hash.update(part);
}

static std::string makeKey(StringRef source, const CompileOptions &options) {
  SHA256 hash;
  update(hash, source);
  for (const std::string &target : options.targets)
    update(hash, target);
  update(hash, options.precision);
  update(hash, options.kv == KvMode::Pack ? "pack" : "retype");
  update(hash, options.allowNarrowing ? "narrow" : "");
  update(hash, options.decompose ? "decompose" : "");
  update(hash, getCompilerVersion());
  // "cpu" is this machine, and the folder may be on several.
  update(hash, sys::getHostCPUName());
  std::vector<std::string> features;
  for (const auto &feature : sys::getHostCPUFeatures())
    if (feature.second)
      features.push_back(feature.first().str());
  sort(features);
  update(hash, join(features, ","));
  return toHex(hash.final(), /*LowerCase=*/true);
}

DiskCache::DiskCache(StringRef directory, StringRef source,
                     const CompileOptions &options)
    : directory(directory) {
  SmallString<128> file(directory);
  sys::path::append(file, makeKey(source, options) + ".aligned");
  path = file.str().str();
}

static std::string digest(StringRef bytes) {
  auto hash = SHA256::hash(arrayRefFromStringRef(bytes));
  return std::string(hash.begin(), hash.end());
}

/// Layout: size of the package in 8 bytes, package, remarks, hash of all that.
static constexpr size_t kSizeBytes = 8, kDigestBytes = 32;

std::optional<CacheEntry> DiskCache::read() const {
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFile(path, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false);
  if (!file || (*file)->getBufferSize() < kSizeBytes + kDigestBytes)
    return std::nullopt;
  StringRef content = (*file)->getBuffer().drop_back(kDigestBytes);
  if ((*file)->getBuffer().take_back(kDigestBytes) != digest(content))
    return std::nullopt;
  uint64_t size = support::endian::read64le(content.data());
  content = content.drop_front(kSizeBytes);
  if (size > content.size())
    return std::nullopt;
  return CacheEntry{content.take_front(size).str(),
                    content.drop_front(size).str()};
}

Error DiskCache::write(const CacheEntry &entry) const {
  if (std::error_code code = sys::fs::create_directories(directory))
    return createFileError(directory, code);
  char size[kSizeBytes];
  support::endian::write64le(size, entry.package.size());
  std::string content(size, kSizeBytes);
  content += entry.package;
  content += entry.remarks;
  content += digest(content);
  // Under another name first: readers find the whole entry or none.
  return writeToOutput(path, [&](raw_ostream &stream) -> Error {
    stream << content;
    return Error::success();
  });
}
