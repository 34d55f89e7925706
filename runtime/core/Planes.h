//===- Planes.h - Planes of one tensor of a program ----------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a handle of HostABI.h points at: K or V of one layer, pages in order.
// Caches (Cache.h) share and free pages; a program's planes only grow, and die
// with its run.
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
        numKvHeads(kvHeads), stored(static_cast<size_t>(sequences), 0) {}

  /// Writes rows of sequence s from `positions[s * stride]` on; at its end
  /// where `positions` is null.
  Error append(const PlanesKernel &kernel, const HostRows &rows,
               const int64_t *positions, int64_t stride);
  Error unpack(const PlanesKernel &kernel, const HostRows &rows);

  int64_t sequences() const { return numSequences; }
  int64_t kvHeads() const { return numKvHeads; }
  /// Of one sequence, and of the longest.
  int64_t length(int64_t sequence) const {
    return stored[static_cast<size_t>(sequence)];
  }
  int64_t length() const;
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
  /// To `stored`, as kernels read it.
  Error uploadLengths();

  ScratchPool &pool;
  PageLayout layout;
  int64_t numSequences, numKvHeads;
  std::vector<int64_t> stored; ///< positions of each sequence
  int64_t pagesOfSequence = 0;
  ScratchPool::Loan pages;
  ScratchPool::Loan state; ///< slots, lengths, capacities, status, page table
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_PLANES_H
