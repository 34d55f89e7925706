//===- Recording.cpp - Queries, keys and values of a model ----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Recording.h"

#include "Elements.h"
#include "Tool.h"

#include "Aligned/Runtime/Safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace aligned;

static const SafetensorsTensor &find(const SafetensorsFile &file,
                                     const std::string &path,
                                     const std::string &name,
                                     const char *dimensions) {
  const SafetensorsTensor *tensor = file.find(name);
  if (!tensor)
    fatal(path + ": tensor '" + name +
          "' is missing: a layer L has L.q, L.k "
          "and L.v");
  if (tensor->shape.size() != 3 ||
      *std::min_element(tensor->shape.begin(), tensor->shape.end()) < 1)
    fatal(path + ": tensor '" + name + "': expected " + dimensions + ", got " +
          formatShape(tensor->shape));
  return *tensor;
}

/// The kv heads that the options keep of `heads`.
static std::vector<int64_t> chooseHeads(const RecordingOptions &options,
                                        int64_t heads,
                                        const std::string &where) {
  std::vector<int64_t> chosen = options.kvHeads;
  for (int64_t head = 0; options.kvHeads.empty() && head < heads; ++head)
    chosen.push_back(head);
  for (int64_t head : chosen)
    if (head >= heads)
      fatal("--kv-heads=" + std::to_string(head) + ": " + where +
            "there are only " + std::to_string(heads) + " kv heads");
  return chosen;
}

static RecordedRows readRows(const SafetensorsTensor &tensor,
                             const std::string &path,
                             const RecordingOptions &options,
                             std::string &cacheType) {
  const std::string where = path + ": tensor '" + tensor.name + "': ";
  std::string type = safetensorsElementType(tensor.dtype);
  if (type == "f32" && options.narrow.empty())
    fatal(where + "planes hold f16 or bf16, and this is f32: say "
                  "--narrow=f16 or --narrow=bf16 to round it");
  if (type != "f32" && type != "f16" && type != "bf16")
    fatal(where + "expected f16, bf16 or f32, got " + tensor.dtype);
  const std::string stored = type == "f32" ? options.narrow : type;
  if (cacheType.empty())
    cacheType = stored;
  if (stored != cacheType)
    fatal(where + "it is " + stored + ", other keys and values are " +
          cacheType + ": they must be the same");

  RecordedRows rows;
  int64_t heads = tensor.shape[0];
  rows.tokens = tensor.shape[1];
  rows.channels = tensor.shape[2];
  int64_t count = rows.tokens * rows.channels;
  std::vector<double> numbers;
  for (int64_t head : chooseHeads(options, heads, where)) {
    toDoubles(type, tensor.data, head * count, count, numbers);
    for (int64_t i = 0; i < count; ++i) {
      if (!std::isfinite(numbers[i]))
        fatal(where + "row " + std::to_string(i / rows.channels) + " of head " +
              std::to_string(head) + " is not finite");
      rows.bits.push_back(toBits16(cacheType, numbers[i]));
    }
    ++rows.heads;
  }
  return rows;
}

/// The query rows of the kv heads that are kept, `group` for each.
static std::vector<float> readQueries(const SafetensorsTensor &tensor,
                                      const std::string &where,
                                      const std::vector<int64_t> &kvHeads,
                                      int64_t group) {
  std::vector<double> numbers;
  int64_t positions = tensor.shape[0], heads = tensor.shape[1],
          count = group * tensor.shape[2];
  std::vector<float> query;
  for (int64_t position = 0; position < positions; ++position)
    for (int64_t kvHead : kvHeads) {
      if (!toDoubles(safetensorsElementType(tensor.dtype), tensor.data,
                     (position * heads + kvHead * group) * tensor.shape[2],
                     count, numbers))
        fatal(where + ": q cannot be " + tensor.dtype);
      query.insert(query.end(), numbers.begin(), numbers.end());
    }
  return query;
}

static RecordedLayer readLayer(const SafetensorsFile &file,
                               const std::string &path, const std::string &name,
                               const RecordingOptions &options,
                               std::string &cacheType) {
  RecordedLayer layer;
  layer.name = name;
  const SafetensorsTensor &query =
      find(file, path, name + ".q", "[positions, query heads, channels]");
  const SafetensorsTensor &key =
      find(file, path, name + ".k", "[kv heads, tokens, channels]");
  const SafetensorsTensor &value =
      find(file, path, name + ".v", "[kv heads, tokens, channels]");
  layer.positions = query.shape[0];
  layer.key = readRows(key, path, options, cacheType);
  layer.value = readRows(value, path, options, cacheType);

  const std::string shapes = ": q " + formatShape(query.shape) + ", k " +
                             formatShape(key.shape) + ", v " +
                             formatShape(value.shape);
  const std::string where = path + ": layer " + name;
  if (value.shape[0] != key.shape[0] || value.shape[1] != key.shape[1])
    fatal(where + ": K and V differ in heads or tokens" + shapes);
  if (query.shape[2] != layer.key.channels)
    fatal(where + ": q and K differ in channels" + shapes);
  if (query.shape[1] % key.shape[0] != 0)
    fatal(where + ": the query heads are no multiple of the kv heads" + shapes);
  if (layer.positions > layer.key.tokens)
    fatal(where + ": there are more positions than tokens" + shapes);

  int64_t group = query.shape[1] / key.shape[0];
  layer.queryHeads = group * layer.key.heads;
  layer.kvHeads = chooseHeads(options, key.shape[0], where);
  layer.query = readQueries(query, where, layer.kvHeads, group);
  return layer;
}

/// Names before the dot, in order of their numbers.
static std::vector<std::string> listLayers(const SafetensorsFile &file) {
  std::vector<std::string> names;
  for (const SafetensorsTensor &tensor : file.tensors()) {
    size_t dot = tensor.name.rfind('.');
    if (dot == std::string::npos)
      continue;
    std::string name = tensor.name.substr(0, dot);
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  std::sort(names.begin(), names.end(),
            [](const std::string &a, const std::string &b) {
              // Shorter numbers are smaller ones.
              return a.size() != b.size() ? a.size() < b.size() : a < b;
            });
  return names;
}

Recording aligned::readRecording(const std::string &path,
                                 const RecordingOptions &options) {
  std::string error;
  std::unique_ptr<SafetensorsFile> file = SafetensorsFile::open(path, error);
  if (!file)
    fatal(error);
  std::vector<std::string> names =
      options.layers.empty() ? listLayers(*file) : options.layers;
  if (names.empty())
    fatal(path + ": no recording: there is no tensor L.q of a layer L");
  Recording recording;
  for (const std::string &name : names)
    recording.layers.push_back(
        readLayer(*file, path, name, options, recording.cacheType));
  return recording;
}
