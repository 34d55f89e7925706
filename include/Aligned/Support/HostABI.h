//===- HostABI.h - What a compiled host function calls ----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function that has been through the pipeline is host code around kernels.
// `aligned-to-llvm` turns its pack, append, decode and unpack operations into
// calls of the functions below, which libaligned exports. They find the device
// and the package in the program that runs on this thread
// (alignedProgramRun); an error is kept there, every later call of that run
// does nothing, and alignedProgramRun returns it. Pointers are host memory.
//
// The entry function itself is called as
//
//   void SYMBOL(void **arguments, void **results)
//
// where arguments[i] is: of a tensor, the address of a ranked memref
// descriptor; of a scalar, its address; of planes, their handle. results[i]
// is space for a descriptor, a scalar or a handle. Memory of results comes
// from malloc, unless it is an argument's.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_SUPPORT_HOSTABI_H
#define ALIGNED_SUPPORT_HOSTABI_H

#include <cstdint>

namespace aligned {

/// Rows of K or V in host memory. Dimensions: sequence, kv head, token,
/// channel; strides count elements.
struct HostRows {
  void *data;
  int64_t sizes[4];
  int64_t strides[4];
};

/// Operands of a decode in host memory. Strides count elements; see
/// DecodeParams of KernelABI.h for the dimensions and which pointers may be
/// null.
struct HostDecode {
  const void *query;
  int64_t queryStride[4];
  void *output;
  int64_t outputStride[4];
  float *logSumExp; ///< dense [sequence][kv head][R]
  const void *mask;
  int64_t maskStride[5];
  const void *sinks;
  int64_t sinksStride[2];
  void *key; ///< handles of planes
  void *value;
  const int64_t *lengths; ///< [sequence] positions that are visible, or null:
                          ///< all that are stored
  int64_t sequences;
  int64_t kvHeads;
  float scale;
  float budget;
  float certified; ///< e of certified<e>; 0: another precision
};

} // namespace aligned

extern "C" {
/// New planes with all of `rows`; `kernel` names an append kernel of the
/// package. They live until the program's run ends.
void *aligned_rt_pack(const char *kernel, const aligned::HostRows *rows);
/// `planes` with `rows` written from a position on: that of sequence s is
/// positions[s * stride], and its end where `positions` is null. Later
/// positions are forgotten. Returns the planes.
void *aligned_rt_append(const char *kernel, void *planes,
                        const aligned::HostRows *rows, const int64_t *positions,
                        int64_t stride);
/// What the planes say, as rows; `kernel` names an unpack kernel. Rows behind
/// the end of a sequence that is shorter than others stay as they are.
void aligned_rt_unpack(const char *kernel, void *planes,
                       const aligned::HostRows *rows);
/// Positions stored in the longest sequence of the planes.
int64_t aligned_rt_length(void *planes);
/// The run has failed for a reason of the source's own: an assertion. The text
/// is copied.
void aligned_rt_fail(const char *message);
/// `kernel` names a decode kernel.
void aligned_rt_decode(const char *kernel, const aligned::HostDecode *args);
}

#endif // ALIGNED_SUPPORT_HOSTABI_H
