//===- Page.h - An evaluation as a page with plots --------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_PAGE_H
#define ALIGNED_TOOLS_EVAL_PAGE_H

#include "Summary.h"

namespace aligned {

/// HTML that needs no other file: error against the share of the cache that
/// was read, the spread of the errors, and the numbers.
std::string formatPage(const Subject &subject,
                       const std::vector<Measurements> &measurements);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_PAGE_H
