//===- Package.cpp - A package in memory ----------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Package.h"

using namespace aligned;

/// Checks what the parts of a package say of each other.
static Error checkPackage(const PackageData &package) {
  auto corrupt = [&](const auto &...parts) {
    return makeError(ALIGNED_CORRUPT_FILE, package.name, ": ", parts...);
  };
  for (const auto &[name, target] : package.manifest.targets)
    for (const std::string &section : {target.code, target.cubin}) {
      if (section.empty())
        continue;
      const SafetensorsTensor *tensor = package.file->find(section);
      if (!tensor)
        return corrupt("targets.", name, " names the section '", section,
                       "', which the file has not");
      if (tensor->dtype != "U8" || tensor->shape.size() != 1)
        return corrupt("section '", section, "' is not a list of bytes");
    }
  return nullptr;
}

static Error createPackage(const std::string &name,
                           std::unique_ptr<SafetensorsFile> file,
                           const std::string &readError,
                           AlignedPackage *package) {
  if (!file)
    return makeError(ALIGNED_CORRUPT_FILE, readError);
  auto data = std::make_shared<PackageData>();
  data->name = name;
  auto found = file->metadata().find(kManifestKey);
  if (found == file->metadata().end())
    return makeError(ALIGNED_CORRUPT_FILE, name,
                     ": a safetensors file, but no package: its metadata has "
                     "no '",
                     kManifestKey, "'; packages come from aligned-compile");
  data->manifestText = found->second;
  data->file = std::move(file);
  std::string error;
  std::optional<Manifest> manifest = parseManifest(data->manifestText, error);
  if (!manifest)
    return makeError(ALIGNED_CORRUPT_FILE, name, ": manifest: ", error);
  data->manifest = std::move(*manifest);
  ALIGNED_TRY(checkPackage(*data));
  *package = new AlignedPackageImpl{std::move(data)};
  return nullptr;
}

AlignedError alignedPackageLoad(const char *path, AlignedPackage *package) {
  return guarded([&]() -> Error {
    if (!path || !package)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedPackageLoad: a pointer is null");
    std::string error;
    std::unique_ptr<SafetensorsFile> file = SafetensorsFile::open(path, error);
    return createPackage(path, std::move(file), error, package);
  });
}

AlignedError alignedPackageLoadFromMemory(const void *bytes, size_t size,
                                          AlignedPackage *package) {
  return guarded([&]() -> Error {
    if (!bytes || !package)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedPackageLoadFromMemory: a pointer is null");
    std::string error, name = "package in memory";
    std::unique_ptr<SafetensorsFile> file =
        SafetensorsFile::copy(name, bytes, size, error);
    return createPackage(name, std::move(file), error, package);
  });
}

void alignedPackageDestroy(AlignedPackage package) { delete package; }

const char *alignedPackageGetManifest(AlignedPackage package) {
  return package->data->manifestText.c_str();
}

int64_t alignedPackageGetNumDecodes(AlignedPackage package) {
  return static_cast<int64_t>(package->data->manifest.decodes.size());
}
