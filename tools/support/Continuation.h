//===- Continuation.h - A history longer than was recorded ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_SUPPORT_CONTINUATION_H
#define ALIGNED_TOOLS_SUPPORT_CONTINUATION_H

#include "Recording.h"

namespace aligned {

/// A layer of `tokens` tokens out of a recorded one. If it is shorter, it has
/// the first kKeptFront rows and the last ones. If it is longer, synthetic rows
/// stand between those. Each is a mix of two recorded rows x and y, m + cos(a)
/// (x - m) + sin(a) (y - m) with a random angle a and m the mean row; K and V
/// of a token are mixed alike. So the means and all covariances of K and V are
/// the recording's (outlier channels, the spread of scores, how V follows K),
/// and no row is there twice; skew is lost, and so is the order of the text but
/// for runs of 64. The same for the same arguments.
RecordedLayer changeLength(const RecordedLayer &layer,
                           const std::string &cacheType, int64_t tokens);

} // namespace aligned

#endif // ALIGNED_TOOLS_SUPPORT_CONTINUATION_H
