//===- DiskCache.h - Packages kept between processes ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_JIT_DISKCACHE_H
#define ALIGNED_RUNTIME_JIT_DISKCACHE_H

#include "Aligned/Pipelines/Compiler.h"

#include <optional>
#include <string>

namespace aligned {

struct CacheEntry {
  std::string package;
  std::string remarks; ///< one a line
};

/// The place of one compilation in a folder: its name is a hash of all that the
/// package depends on.
class DiskCache {
public:
  DiskCache(llvm::StringRef directory, llvm::StringRef source,
            const CompileOptions &options);

  /// What is there, if it is whole: the file ends with a hash of its content.
  std::optional<CacheEntry> read() const;
  /// Makes the folder where there is none. The file appears as a whole.
  llvm::Error write(const CacheEntry &entry) const;

private:
  std::string directory;
  std::string path;
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_JIT_DISKCACHE_H
