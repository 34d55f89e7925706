//===- Planes.h - Planes of one tensor of a program ----------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a handle of HostABI.h points at: K or V of one layer, all sequences of
// one length, pages in order. Caches (Cache.h) share and free pages; a
// program's planes only grow, and die with its run.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_PLANES_H
#define ALIGNED_RUNTIME_CORE_PLANES_H

#include "Aligned/Support/HostABI.h"
#include "Aligned/Support/KernelABI.h"
#include "Staging.h"

namespace aligned {

/// An append or an unpack kernel.
struct PlanesKernel {
  std::string name;
  PageLayout layout = {};
  std::string type; ///< of the rows' elements
  Function function;
};

class Planes {
public:
  Planes(ScratchPool &pool, PageLayout layout, int64_t sequences,
         int64_t kvHeads)
      : pool(pool), layout(layout), numSequences(sequences),
        numKvHeads(kvHeads) {}

  /// Writes rows from `position` on; -1: at the end.
  Error append(const PlanesKernel &kernel, const HostRows &rows,
               int64_t position);
  Error unpack(const PlanesKernel &kernel, const HostRows &rows);

  int64_t sequences() const { return numSequences; }
  int64_t kvHeads() const { return numKvHeads; }
  int64_t length() const { return stored; }
  const PageLayout &pageLayout() const { return layout; }
  PlanesView view() const;
  int32_t *slots() const { return state.as<int32_t>(); }
  int32_t *lengths() const { return slots() + numSequences; }

private:
  int32_t *capacities() const { return lengths() + numSequences; }
  int32_t *status() const { return capacities() + numSequences; }
  int32_t *pageTable() const { return status() + numSequences; }
  int64_t pageBytes() const { return numKvHeads * layout.pageBytes(); }
  Error check(const char *what, const PlanesKernel &kernel,
              const HostRows &rows) const;
  Error grow(int64_t tokens);
  Error setLength(int64_t length);

  ScratchPool &pool;
  PageLayout layout;
  int64_t numSequences, numKvHeads;
  int64_t stored = 0;
  int64_t pagesOfSequence = 0;
  ScratchPool::Loan pages;
  ScratchPool::Loan state; ///< slots, lengths, capacities, status, page table
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_PLANES_H
