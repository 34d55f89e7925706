//===- Staging.cpp - Host tensors as kernels can read them ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Staging.h"

#include <cstring>

using namespace aligned;

Error ScratchPool::borrow(size_t bytes, Loan &loan) {
  Loan fresh;
  auto found = idle.lower_bound(bytes);
  // A far larger one is left to those who need it.
  if (found != idle.end() && found->first / 4 <= bytes) {
    fresh.bytes = found->first;
    fresh.memory = std::move(found->second);
    idle.erase(found);
  } else {
    ALIGNED_TRY(fresh.memory.allocate(device, bytes));
    fresh.bytes = bytes;
  }
  fresh.pool = this;
  loan = std::move(fresh);
  return nullptr;
}

void aligned::copyStrided(void *to, const int64_t *toStrides, const void *from,
                          const int64_t *fromStrides, const int64_t *sizes,
                          int rank, size_t bytes) {
  if (rank == 0) {
    std::memcpy(to, from, bytes);
    return;
  }
  if (rank == 1 && toStrides[0] == 1 && fromStrides[0] == 1) {
    if (sizes[0] != 0)
      std::memcpy(to, from, static_cast<size_t>(sizes[0]) * bytes);
    return;
  }
  auto step = static_cast<int64_t>(bytes);
  for (int64_t i = 0; i < sizes[0]; ++i)
    copyStrided(static_cast<char *>(to) + i * toStrides[0] * step,
                toStrides + 1,
                static_cast<const char *>(from) + i * fromStrides[0] * step,
                fromStrides + 1, sizes + 1, rank - 1, bytes);
}
