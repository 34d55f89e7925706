//===- Engine.h - The C interface, held as an engine would ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Devices, kernels and caches for tests, with host vectors on the outside. Any
// error is a test failure with the error's text.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_ENGINE_H
#define ALIGNED_UNITTESTS_SUPPORT_ENGINE_H

#include "aligned-c/Aligned.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace aligned::test {

/// What an attention module is generated for.
struct Shape {
  std::string type = "bf16"; ///< of q, K and V; the output is f32
  int64_t headDim = 64;
  int64_t group = 1;
  int64_t rows = 1;
  bool causal = false;
  int64_t window = 0;
  double softcap = 0;
  std::string mask = "";      ///< element type of a [sequence, token] mask
  bool sinks = false;         ///< f32, one a query head
  std::string precision = ""; ///< that it is compiled for; the default if empty
};

/// MLIR text of an `aligned.attention` of that shape, scale 1/sqrt(headDim).
std::string makeModule(const Shape &shape);

/// A value as the 16 bits (or 32) of its type, and back.
uint32_t encode(const std::string &type, float value);
float decode(const std::string &type, uint32_t bits);
int64_t sizeOf(const std::string &type);

/// Fails the running test if `error` is one, and frees it.
void check(AlignedError error);
/// Code of the error, 0 if there was none; frees it. `message` may be null.
int codeOf(AlignedError error, std::string *message = nullptr);

/// Whether a device can be opened here.
bool hasDevice(const std::string &name);

/// Host rows [sequence][kv head][token][channel], rounded to the type.
using Floats = std::vector<float>;

/// What a decode gave.
struct Answer {
  Floats output;    ///< [sequence][kv head][group][row][channel]
  Floats logSumExp; ///< [sequence][kv head][group * row]
  std::vector<AlignedHeadReport> reports;
};

/// A kernel on a device, and a cache of one layer.
class Engine {
public:
  Engine(const std::string &device, const Shape &shape, int64_t kvHeads,
         int64_t maxSequences, int64_t maxTokens);
  ~Engine();
  Engine(const Engine &) = delete;

  /// A new sequence with room for `tokens`.
  int64_t newSequence(int64_t tokens);
  /// Appends the same number of rows, [sequence][kv head][token][channel], to
  /// each sequence.
  void append(const std::vector<int64_t> &sequences, const Floats &key,
              const Floats &value, int64_t tokens);
  AlignedError tryAppend(const std::vector<int64_t> &sequences,
                         const Floats &key, const Floats &value,
                         int64_t tokens);
  /// `query`: [sequence][kv head][group][row][channel]; `mask`: [sequence]
  /// [token] as floats; `sinks`: [kv head][group].
  Answer decode(const std::vector<int64_t> &sequences, const Floats &query,
                float budget, const Floats &mask = {},
                const Floats &sinks = {});
  /// The same of certified<e>.
  Answer decodeCertified(const std::vector<int64_t> &sequences,
                         const Floats &query, float error);
  /// Stored rows of a sequence, [kv head][token][channel].
  Floats unpack(int64_t sequence, bool value);
  int64_t length(int64_t sequence);
  /// What the last decode of `sequences` read for sequence number `index`.
  std::vector<AlignedChunkReads>
  chunkReads(const std::vector<int64_t> &sequences, int64_t index,
             int64_t kvHead);
  AlignedDevice device() { return deviceHandle; }
  AlignedCache cache() { return cacheHandle; }
  AlignedKernel kernel() { return kernelHandle; }

private:
  Answer decode(const std::vector<int64_t> &sequences, const Floats &query,
                AlignedDecodeArgs args, const Floats &mask,
                const Floats &sinks);
  AlignedBatch batchOf(const std::vector<int64_t> &sequences);
  /// Device memory with `values` in `type`.
  void *upload(const std::string &type, const Floats &values);
  void freeUploads();

  Shape shape;
  int64_t kvHeads, maxTokens;
  AlignedDevice deviceHandle = nullptr;
  AlignedPackage packageHandle = nullptr;
  AlignedKernel kernelHandle = nullptr;
  AlignedCache cacheHandle = nullptr;
  std::vector<std::pair<std::vector<int64_t>, AlignedBatch>> batches;
  std::vector<void *> uploads;
};

/// Attention of the shape over rows as given, in float64: the output, laid out
/// as Answer::output for one sequence.
std::vector<double> exactAttention(const Shape &shape, int64_t kvHeads,
                                   int64_t tokens, const Floats &query,
                                   const Floats &key, const Floats &value,
                                   const Floats &mask = {},
                                   const Floats &sinks = {});

/// |a - b| / |b| over `count` numbers from `offset`.
double relativeError(const Floats &a, const std::vector<double> &b,
                     int64_t offset, int64_t count);

/// Rows with a given spread of logits, outlier channels and drifting means, as
/// real ones have them; rounded to the shape's type.
struct Rows {
  Floats query, key, value;
};
Rows makeRows(const Shape &shape, int64_t sequences, int64_t kvHeads,
              int64_t tokens, double spread, uint32_t seed);

/// Rows `from` .. `to` of every head, of [heads][tokens][channels].
Floats cut(const Floats &rows, int64_t heads, int64_t tokens, int64_t d,
           int64_t from, int64_t to);

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_ENGINE_H
