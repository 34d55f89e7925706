//===- Manifest.cpp - What a package says of itself -----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Runtime/Manifest.h"
#include "Aligned/Runtime/Safetensors.h"
#include "Aligned/Support/KernelABI.h"

#include <algorithm>
#include <nlohmann/json.hpp>

using namespace aligned;
using nlohmann::json;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
/// A JSON value and where it is. The first thing that is wrong is kept, later
/// ones follow from it.
class Reader {
public:
  Reader(const json *value, std::string path, std::string *error)
      : value(value), path(std::move(path)), error(error) {}

  bool has(const char *key) const {
    return value && value->is_object() && value->contains(key);
  }
  Reader at(const char *key) const {
    std::string inner = path.empty() ? key : path + "." + key;
    if (!has(key)) {
      Reader missing(nullptr, inner, error);
      missing.fail("is missing");
      return missing;
    }
    return Reader(&(*value)[key], inner, error);
  }
  std::vector<Reader> list() const {
    std::vector<Reader> result;
    if (!value || !value->is_array()) {
      fail("expected a list");
      return result;
    }
    for (size_t i = 0; i < value->size(); ++i)
      result.emplace_back(&(*value)[i], path + "[" + std::to_string(i) + "]",
                          error);
    return result;
  }
  std::vector<std::pair<std::string, Reader>> members() const {
    std::vector<std::pair<std::string, Reader>> result;
    if (!value || !value->is_object()) {
      fail("expected an object");
      return result;
    }
    for (const auto &[key, member] : value->items())
      result.emplace_back(key, Reader(&member, path + "." + key, error));
    return result;
  }
  std::string string() const {
    if (value && value->is_string())
      return value->get<std::string>();
    fail("expected a string");
    return "";
  }
  int64_t integer(int64_t least, int64_t most) const {
    if (value && value->is_number_integer() &&
        !(value->is_number_unsigned() &&
          value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))) {
      int64_t result = value->get<int64_t>();
      if (result >= least && result <= most)
        return result;
    }
    fail("expected an integer, " + std::to_string(least) + " to " +
         std::to_string(most));
    return least;
  }
  double number() const {
    if (value && value->is_number())
      return value->get<double>();
    fail("expected a number");
    return 0;
  }
  bool boolean() const {
    if (value && value->is_boolean())
      return value->get<bool>();
    fail("expected true or false");
    return false;
  }
  /// A string out of those given.
  std::string oneOf(std::initializer_list<const char *> choices) const {
    std::string result = string(), text;
    for (const char *choice : choices) {
      if (result == choice)
        return result;
      text += std::string(text.empty() ? "'" : ", '") + choice + "'";
    }
    fail("is '" + result + "', expected one of " + text);
    return result;
  }
  void fail(const std::string &what) const {
    if (error->empty())
      *error = (path.empty() ? "the manifest" : path) + ": " + what;
  }

private:
  const json *value;
  std::string path;
  std::string *error;
};
} // namespace

/// Head sizes and tensor dimensions beyond this are a corrupt file.
static constexpr int64_t kMaxSize = int64_t(1) << 40;
static constexpr int64_t kMaxHeadDim = 1 << 16;

static PlaneEncoding readEncoding(const Reader &reader) {
  return reader.at("encoding").oneOf({"fixed", "ieee"}) == "ieee"
             ? PlaneEncoding::IEEE
             : PlaneEncoding::Fixed;
}
static const char *encodingName(PlaneEncoding encoding) {
  return encoding == PlaneEncoding::IEEE ? "ieee" : "fixed";
}

static ManifestPlanes readPlanes(const Reader &reader, int64_t rank) {
  ManifestPlanes planes;
  planes.role = reader.at("role").oneOf({"key", "value"}) == "key"
                    ? PlaneRole::Key
                    : PlaneRole::Value;
  std::vector<Reader> order = reader.at("order").list();
  if (order.size() != planes.order.size()) {
    reader.at("order").fail("expected four dimensions");
    return planes;
  }
  for (size_t i = 0; i < order.size(); ++i) {
    // There are always tokens and channels.
    planes.order[i] = order[i].integer(i < 2 ? -1 : 0, rank - 1);
    for (size_t j = 0; j < i; ++j)
      if (planes.order[i] != -1 && planes.order[i] == planes.order[j])
        order[i].fail("names the same dimension twice");
  }
  if (rank != 4 - std::count(planes.order.begin(), planes.order.end(), -1))
    reader.at("order").fail("does not name every dimension of the tensor");
  planes.headDim = reader.at("headDim").integer(1, kMaxHeadDim);
  planes.encoding = readEncoding(reader);
  planes.append = reader.at("append").string();
  planes.unpack = reader.at("unpack").string();
  return planes;
}

static std::vector<ManifestType> readTypes(const Reader &reader) {
  std::vector<ManifestType> types;
  for (const Reader &item : reader.list()) {
    ManifestType type;
    type.type = item.at("type").oneOf(
        {"f16", "bf16", "f32", "f64", "i1", "i8", "i16", "i32", "i64"});
    for (const Reader &size : item.at("shape").list())
      type.shape.push_back(size.integer(-1, kMaxSize));
    if (item.has("scalar"))
      type.scalar = item.at("scalar").boolean();
    if (type.scalar && (!type.shape.empty() || item.has("planes")))
      item.fail("a scalar has neither shape nor planes");
    if (item.has("planes"))
      type.planes = readPlanes(item.at("planes"),
                               static_cast<int64_t>(type.shape.size()));
    types.push_back(std::move(type));
  }
  return types;
}

static ManifestProblem readProblem(const Reader &reader) {
  ManifestProblem problem;
  problem.keyHeadDim = reader.at("keyHeadDim").integer(1, kMaxHeadDim);
  problem.valueHeadDim = reader.at("valueHeadDim").integer(1, kMaxHeadDim);
  problem.group = reader.at("group").integer(1, kMaxHeadDim);
  problem.rows = reader.at("rows").integer(1, kMaxQueryRows);
  problem.query = reader.at("query").oneOf({"f16", "bf16", "f32"});
  problem.cache = reader.at("cache").oneOf({"f16", "bf16", "f32"});
  problem.output = reader.at("output").oneOf({"f16", "bf16", "f32"});
  problem.mask = reader.at("mask").oneOf({"", "i1", "f16", "bf16", "f32"});
  problem.sinks = reader.at("sinks").oneOf({"", "f16", "bf16", "f32"});
  problem.softcap = reader.at("softcap").number();
  problem.window = reader.at("window").integer(0, INT32_MAX);
  problem.causal = reader.at("causal").boolean();
  problem.maskedRows = reader.at("maskedRows").oneOf({"nan", "zero"});
  problem.scale = reader.at("scale").number();
  problem.budget = reader.at("budget").number();
  problem.certified = reader.at("certified").number();
  problem.encoding = readEncoding(reader);
  return problem;
}

static ManifestTarget readTarget(const Reader &reader) {
  ManifestTarget target;
  target.code = reader.at("code").string();
  if (reader.has("cubin"))
    target.cubin = reader.at("cubin").string();
  if (reader.has("features"))
    for (const Reader &feature : reader.at("features").list())
      target.features.push_back(feature.string());
  if (reader.has("kernels"))
    for (const auto &[name, kernel] : reader.at("kernels").members())
      target.kernels[name] = {kernel.at("threads").integer(1, 1024),
                              kernel.at("sharedBytes").integer(0, 1 << 20),
                              kernel.has("overlaps") &&
                                  kernel.at("overlaps").boolean()};
  return target;
}

std::optional<Manifest> aligned::parseManifest(const std::string &text,
                                               std::string &error) {
  error.clear();
  json value = json::parse(text, /*cb=*/nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) {
    error = "the manifest: is not a JSON object";
    return std::nullopt;
  }
  Reader reader(&value, "", &error);
  int64_t format = reader.at("format").integer(0, INT32_MAX);
  if (error.empty() && format != kManifestFormat)
    reader.at("format").fail(
        "is " + std::to_string(format) + ", this version reads " +
        std::to_string(kManifestFormat) +
        ": compile the package again, or update libaligned");
  if (!error.empty())
    return std::nullopt;

  Manifest manifest;
  manifest.compiler = reader.at("compiler").string();
  for (const Reader &item : reader.at("entries").list()) {
    ManifestEntry entry;
    entry.name = item.at("name").string();
    entry.symbol = item.at("symbol").string();
    entry.arguments = readTypes(item.at("arguments"));
    entry.results = readTypes(item.at("results"));
    manifest.entries.push_back(std::move(entry));
  }
  for (const Reader &item : reader.at("decodes").list()) {
    ManifestDecode decode;
    decode.name = item.at("name").string();
    decode.problem = readProblem(item.at("problem"));
    decode.appendKey = item.at("append").at("key").string();
    decode.appendValue = item.at("append").at("value").string();
    decode.unpackKey = item.at("unpack").at("key").string();
    decode.unpackValue = item.at("unpack").at("value").string();
    manifest.decodes.push_back(std::move(decode));
  }
  for (const auto &[name, item] : reader.at("targets").members())
    manifest.targets[name] = readTarget(item);
  if (!error.empty())
    return std::nullopt;
  return manifest;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

using ordered = nlohmann::ordered_json;

static ordered typesToJson(const std::vector<ManifestType> &types) {
  ordered list = ordered::array();
  for (const ManifestType &type : types) {
    ordered item = {{"type", type.type}, {"shape", type.shape}};
    if (type.scalar)
      item["scalar"] = true;
    if (const auto &planes = type.planes)
      item["planes"] = {
          {"role", planes->role == PlaneRole::Key ? "key" : "value"},
          {"order", planes->order},
          {"headDim", planes->headDim},
          {"encoding", encodingName(planes->encoding)},
          {"append", planes->append},
          {"unpack", planes->unpack}};
    list.push_back(std::move(item));
  }
  return list;
}

static ordered problemToJson(const ManifestProblem &problem) {
  return {{"keyHeadDim", problem.keyHeadDim},
          {"valueHeadDim", problem.valueHeadDim},
          {"group", problem.group},
          {"rows", problem.rows},
          {"query", problem.query},
          {"cache", problem.cache},
          {"output", problem.output},
          {"mask", problem.mask},
          {"sinks", problem.sinks},
          {"softcap", problem.softcap},
          {"window", problem.window},
          {"causal", problem.causal},
          {"maskedRows", problem.maskedRows},
          {"scale", problem.scale},
          {"budget", problem.budget},
          {"certified", problem.certified},
          {"encoding", encodingName(problem.encoding)}};
}

static ordered targetToJson(const ManifestTarget &target) {
  ordered item = {{"code", target.code}};
  if (!target.cubin.empty())
    item["cubin"] = target.cubin;
  if (!target.features.empty())
    item["features"] = target.features;
  for (const auto &[name, kernel] : target.kernels) {
    ordered &launch = item["kernels"][name];
    launch = {{"threads", kernel.threads}, {"sharedBytes", kernel.sharedBytes}};
    if (kernel.overlaps)
      launch["overlaps"] = true;
  }
  return item;
}

std::string aligned::writeManifest(const Manifest &manifest) {
  ordered value = {{"format", kManifestFormat},
                   {"compiler", manifest.compiler},
                   {"entries", ordered::array()},
                   {"decodes", ordered::array()},
                   {"targets", ordered::object()}};
  for (const ManifestEntry &entry : manifest.entries)
    value["entries"].push_back({{"name", entry.name},
                                {"symbol", entry.symbol},
                                {"arguments", typesToJson(entry.arguments)},
                                {"results", typesToJson(entry.results)}});
  for (const ManifestDecode &decode : manifest.decodes)
    value["decodes"].push_back(
        {{"name", decode.name},
         {"problem", problemToJson(decode.problem)},
         {"append", {{"key", decode.appendKey}, {"value", decode.appendValue}}},
         {"unpack",
          {{"key", decode.unpackKey}, {"value", decode.unpackValue}}}});
  for (const auto &[name, target] : manifest.targets)
    value["targets"][name] = targetToJson(target);
  return value.dump(2, ' ', false, json::error_handler_t::replace);
}

bool aligned::serializePackage(
    const Manifest &manifest,
    const std::map<std::string, std::string> &sections,
    std::vector<char> &bytes, std::string &error) {
  for (const auto &[name, target] : manifest.targets)
    for (const std::string &section : {target.code, target.cubin})
      if (!section.empty() && sections.count(section) == 0) {
        error = "target '" + name + "': there is no section '" + section + "'";
        return false;
      }
  std::vector<SafetensorsTensor> tensors;
  for (const auto &[name, code] : sections)
    tensors.push_back({name,
                       "U8",
                       {static_cast<int64_t>(code.size())},
                       code.data(),
                       code.size()});
  return serializeSafetensors(
      tensors, {{kManifestKey, writeManifest(manifest)}}, bytes, error);
}
