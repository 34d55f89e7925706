//===- Decoder.h - A workload in caches, decoded ----------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_BENCH_DECODER_H
#define ALIGNED_TOOLS_BENCH_DECODER_H

#include "DecodeModule.h"
#include "Memory.h"
#include "Workload.h"

#include "Aligned/Support/Precision.h"

#include <memory>

namespace aligned {

/// What a decode said, [sequences][query heads] first.
struct Decoded {
  std::vector<float> output; ///< [..][channels]
  std::vector<AlignedHeadReport> reports;
};

/// A workload packed into several caches, so that decodes in turn find nothing
/// in the device's own caches.
class Decoder {
public:
  Decoder(AlignedDevice device, const DecodeKernels &kernels,
          const Workload &workload, int64_t copies);

  int64_t copies() const { return static_cast<int64_t>(caches.size()); }
  /// Starts a decode of copy `copy`, and returns before it is done on a GPU.
  void decode(int64_t copy, const Precision &precision, void *stream);
  /// The results of the last one.
  Decoded read() const;

  /// Seconds that packing all rows of each copy took, in one call for each
  /// length of the shape.
  std::vector<double> appendSeconds;

private:
  struct Copy {
    OwnedCache cache;
    OwnedBatch batch, certifying;
  };
  Copy createCopy(const DecodeKernels &kernels, const AlignedRows &keys,
                  const AlignedRows &values);
  /// Seconds that it took. `batch`: of the sequences of that turn.
  double append(AlignedBatch batch, int64_t turn, AlignedRows keys,
                AlignedRows values) const;

  AlignedDevice device;
  const Shape shape;
  Memory query, output, reports;
  std::vector<Copy> caches;
};

} // namespace aligned

#endif // ALIGNED_TOOLS_BENCH_DECODER_H
