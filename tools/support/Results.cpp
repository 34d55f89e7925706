//===- Results.cpp - Figures that a measurement came to -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Results.h"

#include "Tool.h"

#include <cmath>
#include <nlohmann/json.hpp>

using namespace aligned;
using Json = nlohmann::ordered_json;

const double *Result::find(const std::string &figure) const {
  for (const auto &[name, value] : figures)
    if (name == figure)
      return &value;
  return nullptr;
}

static void collect(const Json &object, const std::string &prefix,
                    Result &into) {
  for (const auto &[key, value] : object.items()) {
    if (value.is_object())
      collect(value, prefix + key + ".", into);
    else if (value.is_string())
      into.name += (into.name.empty() ? "" : ", ") + value.get<std::string>();
    else if (value.is_number())
      into.figures.emplace_back(prefix + key, value.get<double>());
    else if (value.is_null())
      into.figures.emplace_back(prefix + key, NAN);
  }
}

std::vector<Result> aligned::collectResults(const Json &json,
                                            const std::string &where) {
  std::vector<Result> results;
  if (json.is_object() && json.contains("results"))
    for (const Json &object : json["results"]) {
      Result result;
      collect(object, "", result);
      results.push_back(std::move(result));
    }
  if (results.empty())
    fatal(where + ": there is no array \"results\" with something in it, as "
                  "the tools' --json writes it");
  return results;
}

Json aligned::readResults(const std::string &path) {
  Json json = Json::parse(readFile(path), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded())
    fatal(path + ": this is not JSON");
  return json;
}
