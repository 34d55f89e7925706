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

/// Tokens at the front that stay when a recording is shortened: attention
/// leans on the first ones.
static constexpr int64_t kKeptFront = 4;

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
  rows.heads = tensor.shape[0];
  int64_t all = tensor.shape[1];
  rows.tokens = options.tokens ? options.tokens : all;
  rows.channels = tensor.shape[2];
  if (rows.tokens > all)
    fatal("--tokens=" + std::to_string(options.tokens) + ": '" + tensor.name +
          "' has only " + std::to_string(all));
  std::vector<double> numbers;
  for (int64_t head = 0; head < rows.heads; ++head)
    for (int64_t token = 0; token < rows.tokens; ++token) {
      int64_t from = token < kKeptFront ? token : all - rows.tokens + token;
      toDoubles(type, tensor.data, (head * all + from) * rows.channels,
                rows.channels, numbers);
      for (double number : numbers) {
        if (!std::isfinite(number))
          fatal(where + "row " + std::to_string(from) + " of head " +
                std::to_string(head) + " is not finite");
        rows.bits.push_back(toBits16(cacheType, number));
      }
    }
  return rows;
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
  layer.queryHeads = query.shape[1];
  layer.key = readRows(key, path, options, cacheType);
  layer.value = readRows(value, path, options, cacheType);

  const std::string shapes = ": q " + formatShape(query.shape) + ", k " +
                             formatShape(key.shape) + ", v " +
                             formatShape(value.shape);
  const std::string where = path + ": layer " + name;
  if (layer.value.heads != layer.key.heads ||
      layer.value.tokens != layer.key.tokens)
    fatal(where + ": K and V differ in heads or tokens" + shapes);
  if (query.shape[2] != layer.key.channels)
    fatal(where + ": q and K differ in channels" + shapes);
  if (layer.queryHeads % layer.key.heads != 0)
    fatal(where + ": the query heads are no multiple of the kv heads" + shapes);
  if (layer.positions > layer.key.tokens)
    fatal(where + ": there are more positions than tokens" + shapes);

  std::vector<double> numbers;
  int64_t count = layer.positions * layer.queryHeads * layer.key.channels;
  if (!toDoubles(safetensorsElementType(query.dtype), query.data, 0, count,
                 numbers))
    fatal(where + ": q cannot be " + query.dtype);
  layer.query.assign(numbers.begin(), numbers.end());
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
