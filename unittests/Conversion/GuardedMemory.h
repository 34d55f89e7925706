//===- GuardedMemory.h - Memory whose ends are faults -----------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_CONVERSION_GUARDEDMEMORY_H
#define ALIGNED_UNITTESTS_CONVERSION_GUARDEDMEMORY_H

#include <cstddef>

namespace aligned::test {

/// Memory that ends, and begins, where the next access is a fault.
class GuardedMemory {
public:
  explicit GuardedMemory(size_t bytes);
  GuardedMemory(const GuardedMemory &) = delete;
  ~GuardedMemory();
  template <typename T> T *get() const { return static_cast<T *>(data); }
  size_t size() const { return bytes; }

private:
  void *base, *data;
  size_t bytes, mapped;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_CONVERSION_GUARDEDMEMORY_H
