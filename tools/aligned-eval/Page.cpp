//===- Page.cpp - An evaluation as a page with plots ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Page.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

using namespace aligned;
using Json = nlohmann::ordered_json;

static const char kPage[] = {
#include "page.html.inc"
};
static const char kStyle[] = {
#include "page.css.inc"
};
static const char kScript[] = {
#include "page.js.inc"
};

/// JSON that may stand in a script element: `</script>` in a name would end it.
static std::string embed(const Json &json) {
  std::string safe;
  for (char c : json.dump(-1, ' ', false, Json::error_handler_t::replace))
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  return safe;
}

/// The page with its marks, `@NAME@`, replaced; what replaces them is not
/// looked at again.
static std::string
fill(std::string_view page,
     const std::vector<std::pair<std::string_view, std::string>> &parts) {
  std::string filled;
  for (const auto &[mark, text] : parts) {
    size_t at = page.find(mark);
    filled += page.substr(0, at);
    filled += text;
    page.remove_prefix(at + mark.size());
  }
  filled += page;
  return filled;
}

std::string aligned::formatPage(const Json &evaluation, const Json &bench) {
  return fill({kPage, sizeof(kPage)},
              {{"@STYLE@", {kStyle, sizeof(kStyle)}},
               {"@EVALUATION@", embed(evaluation)},
               {"@BENCH@", embed(bench)},
               {"@SCRIPT@", {kScript, sizeof(kScript)}}});
}
