//===- Domain.h - The iteration domain of an attention ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TRANSFORMS_RECOGNITION_DOMAIN_H
#define ALIGNED_TRANSFORMS_RECOGNITION_DOMAIN_H

#include "AttentionDescriptor.h"

#include "mlir/IR/AffineMap.h"

namespace aligned::recognition {

/// (batch .., group .., m, n, k1, k2), each the axes that it counts; a
/// dimension without axes has size 1.
struct Domain {
  llvm::SmallVector<Digits> dims;
  unsigned numBatch = 0, numGroup = 0;

  unsigned m() const { return numBatch + numGroup; }
  unsigned n() const { return m() + 1; }
  unsigned k1() const { return m() + 2; }
  unsigned k2() const { return m() + 3; }
  using Dims = llvm::SmallVector<unsigned>;
  Dims ofQuery() const;
  Dims ofKey() const;
  Dims ofValue() const;
  Dims ofOutput() const;
  Dims ofScores() const;
  Dims ofSinks() const;
};

/// Which dimensions of the domain a tensor dimension counts, outermost first;
/// none for a dimension of size 1 that counts nothing.
using Layout = llvm::SmallVector<llvm::SmallVector<unsigned, 2>, 6>;

/// Sorts the axes of an attention by who uses them. On failure `reason` says
/// which use no attention has.
std::optional<Domain> arrange(const AttentionDescriptor &attention,
                              std::string &reason);

/// The layout of a tensor over `allowed` dimensions. With `complete` every one
/// of them is in it: those of size 1 that the tensor lacks are put in front.
/// Nothing where a dimension cuts across those of the domain.
std::optional<Layout> layOut(const Domain &domain, const Axes &axes,
                             const Access &access,
                             llvm::ArrayRef<unsigned> allowed, bool complete);

} // namespace aligned::recognition

#endif // ALIGNED_TRANSFORMS_RECOGNITION_DOMAIN_H
