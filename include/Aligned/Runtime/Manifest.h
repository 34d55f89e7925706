//===- Manifest.h - What a package says of itself ---------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The manifest of docs/package.md as structs: the compiler writes it and the
// runtime reads it with the code behind this header. No LLVM, nothing throws.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_MANIFEST_H
#define ALIGNED_RUNTIME_MANIFEST_H

#include "Aligned/Support/PageLayout.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aligned {

constexpr int64_t kManifestFormat = 2;

/// Key of the manifest in a package's metadata.
constexpr const char *kManifestKey = "aligned.manifest";

/// The kernel that every package has.
constexpr const char *kAdvanceSymbol = "aligned_advance";

/// How planes stand for a tensor.
struct ManifestPlanes {
  PlaneRole role = PlaneRole::Key;
  /// Which dimension of the tensor is the sequence, the kv head, the token and
  /// the channel; -1: none.
  std::array<int64_t, 4> order = {0, 1, 2, 3};
  int64_t headDim = 0;
  PlaneEncoding encoding = PlaneEncoding::Fixed;
  std::string append, unpack; ///< kernels
};

/// Type of an argument or a result of an entry.
struct ManifestType {
  std::string type;           ///< of the elements: "bf16"
  std::vector<int64_t> shape; ///< -1: known when run
  bool scalar = false;        ///< by value, not a tensor of rank 0
  std::optional<ManifestPlanes> planes;
};

struct ManifestEntry {
  std::string name, symbol;
  std::vector<ManifestType> arguments, results;
};

struct ManifestProblem {
  int64_t keyHeadDim = 0, valueHeadDim = 0, group = 1, rows = 1;
  std::string query, cache, output; ///< element types
  std::string mask, sinks;          ///< empty: none
  double softcap = 0;               ///< 0: none
  int64_t window = 0;               ///< 0: none
  bool causal = false;
  std::string maskedRows = "nan"; ///< or "zero"
  double scale = 1;
  double budget = 0;
  double certified = 0; ///< e of certified<e>; 0: another precision
  PlaneEncoding encoding = PlaneEncoding::Fixed;
};

struct ManifestDecode {
  std::string name;
  ManifestProblem problem;
  std::string appendKey, appendValue, unpackKey, unpackValue;
};

/// How a phase is launched on a GPU.
struct ManifestKernel {
  int64_t threads = 1;
  int64_t sharedBytes = 0;
  /// It may begin while the launch before it ends, for which it waits itself.
  bool overlaps = false;
};

struct ManifestTarget {
  std::string code;                              ///< name of the section
  std::string cubin;                             ///< empty: none
  std::vector<std::string> features;             ///< CPU only
  std::map<std::string, ManifestKernel> kernels; ///< GPU only
};

struct Manifest {
  std::string compiler;
  std::vector<ManifestEntry> entries;
  std::vector<ManifestDecode> decodes;
  std::map<std::string, ManifestTarget> targets;
};

/// Nothing, and `error` set to what is wrong where ("decodes[0].problem.rows:
/// expected an integer, 1 to 8"), if `text` is no manifest of this format.
std::optional<Manifest> parseManifest(const std::string &text,
                                      std::string &error);

std::string writeManifest(const Manifest &manifest);

/// The bytes of a package: sections of code by name. `error` is set, and false
/// returned, if the manifest names a section that is not there.
bool serializePackage(const Manifest &manifest,
                      const std::map<std::string, std::string> &sections,
                      std::vector<char> &bytes, std::string &error);

} // namespace aligned

#endif // ALIGNED_RUNTIME_MANIFEST_H
