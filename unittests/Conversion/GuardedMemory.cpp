//===- GuardedMemory.cpp - Memory whose ends are faults -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuardedMemory.h"

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace aligned::test;

GuardedMemory::GuardedMemory(size_t bytes) : bytes(bytes) {
  size_t page = sysconf(_SC_PAGESIZE);
  // Devices give out memory in 256 bytes; the end is guarded to that.
  size_t rounded = (bytes + 15) / 16 * 16;
  size_t inside = (rounded + page - 1) / page * page;
  mapped = inside + 2 * page;
  base = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(base, page, PROT_NONE);
  mprotect(static_cast<char *>(base) + page + inside, page, PROT_NONE);
  data = static_cast<char *>(base) + page + inside - rounded;
  // What nobody wrote is NaN, as a float of any size.
  std::memset(data, 0xff, rounded);
}

GuardedMemory::~GuardedMemory() { munmap(base, mapped); }
