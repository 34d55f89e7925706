//===- Arguments.h - Tensors of a file for an entry function ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_RUN_ARGUMENTS_H
#define ALIGNED_TOOLS_RUN_ARGUMENTS_H

#include "Aligned/Runtime/Safetensors.h"
#include "aligned-c/Program.h"

#include <string>
#include <vector>

namespace aligned {

/// What an entry function takes or gives, from the manifest.
struct EntryType {
  std::string type;           ///< "bf16"
  std::vector<int64_t> shape; ///< -1 where known when run
};

struct Entry {
  std::string name;
  std::vector<EntryType> arguments, results;
};

/// The entry `name` of a package (empty: the first); leaves with the names
/// that there are if it is none of them.
Entry findEntry(AlignedPackage package, const std::string &name);

/// Whether a decode reads planes of the encoding `fixed`.
bool hasFixedPlanes(AlignedPackage package);

/// Tensors arg0, arg1, .. of the file, which must be those that the entry
/// takes; leaves with the name of the first that is not. Tensors called out*
/// are references and ignored. The result points into the file.
std::vector<AlignedTensor> matchArguments(const Entry &entry,
                                          const SafetensorsFile &file,
                                          const std::string &path);

} // namespace aligned

#endif // ALIGNED_TOOLS_RUN_ARGUMENTS_H
