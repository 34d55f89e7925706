//===- Recording.h - Queries, keys and values of a model --------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_RECORDING_H
#define ALIGNED_TOOLS_SUPPORT_RECORDING_H

#include <cstdint>
#include <string>
#include <vector>

namespace aligned {

/// Tokens at the front that stay when a recording is shortened or continued:
/// attention leans on the first ones.
constexpr int64_t kKeptFront = 4;

/// K or V of a layer: [heads][tokens][channels], the bits of f16 or bf16.
struct RecordedRows {
  int64_t heads = 0, tokens = 0, channels = 0;
  std::vector<uint16_t> bits;
};

struct RecordedLayer {
  std::string name;
  /// [positions][query heads][channels of K]
  int64_t positions = 0, queryHeads = 0;
  std::vector<float> query;
  RecordedRows key, value;
  /// Numbers that the model gives the kv heads.
  std::vector<int64_t> kvHeads;

  int64_t group() const { return queryHeads / key.heads; }
};

/// What an evaluation is of. Query i of a layer stands at position
/// tokens - positions + i, and sees the tokens up to and including its own.
struct Recording {
  std::string cacheType; ///< of K and V of every layer: "f16" or "bf16"
  std::vector<RecordedLayer> layers;
};

struct RecordingOptions {
  /// Layers to read; empty: all, in order of their numbers.
  std::vector<std::string> layers;
  /// KV heads to keep, with their query heads; empty: all.
  std::vector<int64_t> kvHeads;
  /// "f16" or "bf16": round K and V in f32 to it; empty: refuse them.
  std::string narrow;
};

/// Reads tensors L.q, L.k and L.v of a safetensors file; leaves with the name
/// of the first that is not as it should be.
Recording readRecording(const std::string &path,
                        const RecordingOptions &options);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_RECORDING_H
