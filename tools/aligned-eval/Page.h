//===- Page.h - An evaluation as a page with plots --------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_TOOLS_EVAL_PAGE_H
#define ALIGNED_TOOLS_EVAL_PAGE_H

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace aligned {

/// HTML that needs no other file: Page.html with the results in it, and those
/// of aligned-bench where they are not null.
std::string formatPage(const nlohmann::ordered_json &evaluation,
                       const nlohmann::ordered_json &bench);

} // namespace aligned

#endif // ALIGNED_TOOLS_EVAL_PAGE_H
