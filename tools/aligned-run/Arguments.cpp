//===- Arguments.cpp - Tensors of a file for an entry function ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

#include "Tool.h"

#include <algorithm>
#include <nlohmann/json.hpp>

using namespace aligned;
using nlohmann::json;

static std::vector<EntryType> readTypes(const json &list) {
  std::vector<EntryType> types;
  for (const json &item : list)
    types.push_back({item.at("type").get<std::string>(),
                     item.at("shape").get<std::vector<int64_t>>()});
  return types;
}

Entry aligned::findEntry(AlignedPackage package, const std::string &name) {
  // The runtime has checked it when it loaded the package.
  json manifest = json::parse(alignedPackageGetManifest(package));
  std::string names;
  for (const json &item : manifest.at("entries")) {
    const std::string found = item.at("name").get<std::string>();
    if (name.empty() || found == name)
      return {found, readTypes(item.at("arguments")),
              readTypes(item.at("results"))};
    names += (names.empty() ? "" : ", ") + found;
  }
  if (names.empty())
    fatal("the module has no function to run: only public functions with a "
          "body are entries");
  fatal("--entry=" + name + ": no such function; there are: " + names);
}

bool aligned::hasFixedPlanes(AlignedPackage package) {
  json manifest = json::parse(alignedPackageGetManifest(package));
  for (const json &decode : manifest.at("decodes"))
    if (decode.at("problem").at("encoding") == "fixed")
      return true;
  return false;
}

static std::string formatType(const std::string &type,
                              const std::vector<int64_t> &shape) {
  return type + " " + formatShape(shape);
}

static bool matches(const EntryType &expected, const std::string &type,
                    const std::vector<int64_t> &shape) {
  return type == expected.type &&
         std::equal(shape.begin(), shape.end(), expected.shape.begin(),
                    expected.shape.end(), [](int64_t size, int64_t wanted) {
                      return wanted < 0 || size == wanted;
                    });
}

std::vector<AlignedTensor> aligned::matchArguments(const Entry &entry,
                                                   const SafetensorsFile &file,
                                                   const std::string &path) {
  // Type names of C tensors live as long as the program.
  static std::vector<std::string> types;
  types.assign(entry.arguments.size(), "");
  std::vector<AlignedTensor> arguments;
  for (size_t i = 0; i < entry.arguments.size(); ++i) {
    const EntryType &expected = entry.arguments[i];
    const std::string name = "arg" + std::to_string(i);
    const SafetensorsTensor *tensor = file.find(name);
    const std::string wanted = formatType(expected.type, expected.shape);
    if (!tensor)
      fatal(path + ": tensor '" + name + "' is missing: '" + entry.name +
            "' takes " + std::to_string(entry.arguments.size()) +
            " arguments, of which this is " + wanted);
    types[i] = safetensorsElementType(tensor->dtype);
    if (!matches(expected, types[i], tensor->shape))
      fatal(path + ": tensor '" + name + "': expected " + wanted + ", got " +
            formatType(types[i], tensor->shape));
    arguments.push_back(
        {types[i].c_str(), static_cast<int64_t>(tensor->shape.size()),
         tensor->shape.data(), const_cast<void *>(tensor->data)});
  }
  for (const SafetensorsTensor &tensor : file.tensors()) {
    bool isArgument = tensor.name.rfind("arg", 0) == 0;
    bool isReference = tensor.name.rfind("out", 0) == 0;
    bool isTaken = false;
    for (size_t i = 0; isArgument && i < arguments.size(); ++i)
      isTaken |= tensor.name == "arg" + std::to_string(i);
    if (!isTaken && !isReference)
      fatal(path + ": tensor '" + tensor.name + "' is none that '" +
            entry.name + "' takes: expected " +
            (arguments.empty()
                 ? "no tensors"
                 : "arg0 to arg" + std::to_string(arguments.size() - 1)));
  }
  return arguments;
}
