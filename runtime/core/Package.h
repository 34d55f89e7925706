//===- Package.h - A package in memory ------------------------ -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_PACKAGE_H
#define ALIGNED_RUNTIME_CORE_PACKAGE_H

#include "Aligned/Runtime/Manifest.h"
#include "Aligned/Runtime/Safetensors.h"
#include "Error.h"

namespace aligned {

/// What a package file holds. Kernels keep it alive beyond the handle.
struct PackageData {
  std::string name; ///< the path, or what stands for it, in errors
  std::unique_ptr<SafetensorsFile> file;
  std::string manifestText;
  Manifest manifest;

  /// Bytes of a section of code; the package was checked to have it.
  const SafetensorsTensor &section(const std::string &section) const {
    return *file->find(section);
  }
};

} // namespace aligned

struct AlignedPackageImpl {
  std::shared_ptr<const aligned::PackageData> data;
};

#endif // ALIGNED_RUNTIME_CORE_PACKAGE_H
