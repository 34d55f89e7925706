//===- KernelScene.cpp - A batch of sequences to attend over --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelScene.h"

#include "Aligned/Support/Workspace.h"

#include <sstream>

using namespace aligned;
using namespace aligned::test;
using namespace aligned::reference;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

float Element::read(const void *from) const {
  if (name == "f32") {
    float value;
    std::memcpy(&value, from, 4);
    return value;
  }
  uint16_t bits;
  std::memcpy(&bits, from, 2);
  if (name == "bf16")
    return fromBF16(bits);
  _Float16 value;
  std::memcpy(&value, from, 2);
  return value;
}

void Element::write(void *to, float value) const {
  if (name == "f32") {
    std::memcpy(to, &value, 4);
  } else if (name == "bf16") {
    uint16_t bits = toBF16(value);
    std::memcpy(to, &bits, 2);
  } else {
    auto half = static_cast<_Float16>(value);
    std::memcpy(to, &half, 2);
  }
}

/// Rows of one head, channel by channel.
static void write(uint8_t *to, const Row &row, const Element &element) {
  for (size_t d = 0; d < row.size(); ++d)
    element.write(to + d * element.bytes(), row[d]);
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

std::string Shape::kernels() const {
  std::ostringstream text;
  auto rows = [&](const char *what, const char *role, int64_t dim) {
    text << "aligned.kernel @" << what << "_" << role << " solves #aligned."
         << what << "_problem<role = " << role << ", head_dim = " << dim
         << ", type = " << cache << ", encoding = " << encoding << ">\n";
  };
  for (const char *what : {"append", "unpack"}) {
    rows(what, "key", keyDim);
    rows(what, "value", valueDim);
  }
  text << "aligned.kernel @advance solves #aligned.advance_problem\n"
       << std::scientific
       << "aligned.kernel @decode solves #aligned.decode_problem<key_head_dim "
       << "= " << keyDim << ", value_head_dim = " << valueDim
       << ", group = " << group << ", rows = " << this->rows
       << ", query = " << query << ", cache = " << cache
       << ", output = " << output << ", mask = " << mask
       << ", sinks = " << sinks << ", softcap = " << softcap
       << " : f32, window = " << window
       << ", causal = " << (causal ? "true" : "false")
       << ", masked_rows = " << (zeroWhereMasked ? "zero" : "nan")
       << ", encoding = " << encoding << ">\n";
  return text.str();
}

//===----------------------------------------------------------------------===//
// Scene
//===----------------------------------------------------------------------===//

/// Positions that there is room for.
static int64_t capacityOf(const std::vector<int32_t> &lengths) {
  int64_t capacity = 1024;
  for (int64_t length : lengths)
    capacity = std::max(capacity, length);
  return capacity;
}

Scene::Scene(const Shape &shape, std::vector<int32_t> lengths, unsigned seed)
    : shape(shape), scale(1 / std::sqrt(float(shape.keyDim))),
      budget(shape.budget), lengths(lengths),
      keyPlanes(shape.keyLayout(), lengths.size(), kHeads, capacityOf(lengths)),
      valuePlanes(shape.valueLayout(), lengths.size(), kHeads,
                  capacityOf(lengths)) {
  std::mt19937 random(seed);
  makeRows(random);
  makeMasks(random);
  size_t count = lengths.size();
  stored.assign(count, 0);
  capacity.assign(count, capacityOf(lengths));
  statuses.assign(count, 0);
  for (size_t s = 0; s < count; ++s)
    slots.push_back(slot(s));
}

/// Channels of their own size and mean, as rotary embeddings leave them, and
/// queries that look for some of the keys.
void Scene::makeRows(std::mt19937 &random) {
  std::normal_distribution<float> normal;
  auto row = [&](int64_t dim, const Row &mean, float size, const char *type) {
    Row result;
    for (int64_t d = 0; d < dim; ++d)
      result.push_back(Element{type}.round(mean[d] + size * normal(random)));
    return result;
  };
  auto mean = [&](int64_t dim) {
    return row(dim, Row(dim, 0.0f), 0.7f, "f32");
  };
  const char *cache = shape.cache.c_str();
  for (int32_t length : lengths) {
    keys.emplace_back();
    values.emplace_back();
    queries.emplace_back();
    for (int64_t head = 0; head < kHeads; ++head) {
      Row keyMean = mean(shape.keyDim), valueMean = mean(shape.valueDim);
      std::vector<Row> k, v, q;
      for (int32_t t = 0; t < length; ++t) {
        k.push_back(row(shape.keyDim, keyMean, 1, cache));
        v.push_back(row(shape.valueDim, valueMean, 1, cache));
      }
      for (int64_t r = 0; r < shape.groupRows(); ++r) {
        Row towards = length ? k[random() % length] : keyMean;
        q.push_back(row(shape.keyDim, towards, 0.5f, shape.query.c_str()));
      }
      keys.back().push_back(k);
      values.back().push_back(v);
      queries.back().push_back(q);
    }
  }
}

void Scene::makeMasks(std::mt19937 &random) {
  std::normal_distribution<float> normal;
  for (size_t s = 0; shape.mask != "none" && s < lengths.size(); ++s) {
    masks.emplace_back(shape.rows);
    for (int64_t row = 0; row < shape.rows; ++row)
      for (int32_t t = 0; t < lengths[s]; ++t) {
        double bias = shape.mask == "i1"
                          ? 0.0
                          : Element{shape.mask}.round(normal(random));
        // Some tokens are hidden, and all of them from one row.
        if (random() % 4 == 0 || (s == 2 && row == 0))
          bias = -kInfinity;
        masks[s][row].push_back(bias);
      }
  }
  for (int64_t head = 0; shape.sinks != "none" && head < kHeads; ++head) {
    sinks.emplace_back();
    for (int64_t g = 0; g < shape.group; ++g)
      sinks.back().push_back(Element{shape.sinks}.round(1 + normal(random)));
  }
}

AppendParams Scene::appendParams(const PlanesMemory &planes,
                                 const uint8_t *rows, int64_t dim,
                                 int64_t sequence, int64_t token,
                                 int64_t count) {
  stored[slot(sequence)] = token;
  AppendParams params{};
  params.rows = rows;
  int64_t strides[] = {0, dim, kHeads * dim, 1};
  std::copy(strides, strides + 4, params.rowStride);
  params.planes = planes.view();
  params.slots = &slots[sequence];
  params.lengths = stored.data();
  params.capacity = capacity.data();
  params.status = statuses.data();
  params.sequences = 1;
  params.kvHeads = kHeads;
  params.tokens = count;
  return params;
}

void Scene::append(const Kernels &kernels, int64_t sequence, int64_t from,
                   int64_t to) {
  Element element{shape.cache};
  auto appendTo = [&](const PlanesMemory &planes, const char *kernel,
                      const std::vector<std::vector<Row>> &rows, int64_t dim) {
    std::vector<uint8_t> bytes((to - from) * kHeads * dim * element.bytes());
    for (int64_t t = from; t < to; ++t)
      for (int64_t head = 0; head < kHeads; ++head)
        write(&bytes[((t - from) * kHeads + head) * dim * element.bytes()],
              rows[head][t], element);
    kernels.run(
        kernel,
        appendParams(planes, bytes.data(), dim, sequence, from, to - from), 1,
        kHeads, 1);
  };
  if (from == to)
    return;
  appendTo(keyPlanes, "append_key", keys[sequence], shape.keyDim);
  appendTo(valuePlanes, "append_value", values[sequence], shape.valueDim);
}

void Scene::fill(const Kernels &kernels) {
  for (size_t s = 0; s < lengths.size(); ++s) {
    append(kernels, s, 0, lengths[s]);
    stored[slot(s)] = lengths[s];
  }
}

std::vector<uint8_t> Scene::maskBytes(int64_t tokens) const {
  Element element{shape.mask};
  bool isBool = shape.mask == "i1";
  int64_t size = isBool ? 1 : element.bytes();
  std::vector<uint8_t> bytes(lengths.size() * shape.rows * tokens * size);
  for (size_t s = 0; s < masks.size(); ++s)
    for (int64_t row = 0; row < shape.rows; ++row)
      for (size_t t = 0; t < masks[s][row].size(); ++t) {
        double bias = masks[s][row][t];
        uint8_t *to = &bytes[((s * shape.rows + row) * tokens + t) * size];
        if (isBool)
          *to = bias == 0;
        else
          element.write(to, static_cast<float>(bias));
      }
  return bytes;
}

void Scene::decode(const Kernels &kernels) {
  std::vector<int64_t> all(lengths.size());
  std::iota(all.begin(), all.end(), 0);
  decode(kernels, all);
}

/// The layout [sequence][row][head][group][channel] of queries and outputs.
template <typename T>
static void setStrides(const Shape &shape, int64_t dim, T &strides) {
  strides[3] = Scene::kHeads * shape.group * dim;
  strides[0] = shape.rows * strides[3];
  strides[1] = shape.group * dim;
  strides[2] = dim;
}

void Scene::decode(const Kernels &kernels, std::vector<int64_t> batch,
                   int64_t moreChunks) {
  DecodeParams p{};
  Element queryType{shape.query}, outputType{shape.output};
  setStrides(shape, shape.keyDim, p.queryStride);
  setStrides(shape, shape.valueDim, p.outputStride);
  int64_t rows = shape.groupRows(), count = batch.size(), longest = 0;
  std::vector<uint8_t> queryBytes(count * p.queryStride[0] * queryType.bytes());
  std::vector<int32_t> batchSlots;
  for (int64_t i = 0; i < count; ++i) {
    batchSlots.push_back(slot(batch[i]));
    longest = std::max<int64_t>(longest, lengths[batch[i]]);
    for (int64_t head = 0; head < kHeads; ++head)
      for (int64_t r = 0; r < rows; ++r)
        write(&queryBytes[(i * p.queryStride[0] + head * p.queryStride[1] +
                           r / shape.rows * p.queryStride[2] +
                           r % shape.rows * p.queryStride[3]) *
                          queryType.bytes()],
              queries[batch[i]][head][r], queryType);
  }
  int64_t chunks = numChunks(longest, rows) + moreChunks;
  WorkspaceMemory workspace(shape.keyLayout(), shape.valueLayout(), count,
                            kHeads, rows, chunks);
  outputs.assign(count * p.outputStride[0] * outputType.bytes(), 0);
  logSumExps.assign(count * kHeads * rows, 0);
  reports.assign(count * kHeads * rows, {});
  std::vector<uint8_t> mask = maskBytes(longest), sinkBytes;
  for (const auto &ofHead : sinks)
    for (float sink : ofHead) {
      uint8_t raw[4];
      Element{shape.sinks}.write(raw, sink);
      sinkBytes.insert(sinkBytes.end(), raw,
                       raw + Element{shape.sinks}.bytes());
    }

  p.query = queryBytes.data();
  p.output = outputs.data();
  p.logSumExp = logSumExps.data();
  p.report = reports.data();
  if (shape.mask != "none")
    p.mask = mask.data();
  int64_t maskStride[] = {shape.rows * longest, 0, 0, longest, 1};
  std::copy(maskStride, maskStride + 5, p.maskStride);
  p.sinks = sinks.empty() ? nullptr : sinkBytes.data();
  p.sinksStride[0] = shape.group;
  p.sinksStride[1] = 1;
  p.key = keyPlanes.view();
  p.value = valuePlanes.view();
  p.slots = batchSlots.data();
  p.lengths = stored.data();
  p.work = workspace.work;
  p.scale = scale;
  p.budget = budget;
  p.certify = certify;
  p.sequences = count;
  p.kvHeads = kHeads;
  p.maxChunks = chunks;
  kernels.run("decode_prepare", p, rows, kHeads, count);
  for (int round = 0; round < (certify == 0 ? 1 : kCertifyRounds); ++round) {
    kernels.run("decode_score", p, chunks, kHeads, count);
    if (shape.encoding == "ieee" && budget < kFullBudget)
      kernels.run("decode_estimate", p, rows, kHeads, count);
    kernels.run("decode_attend", p, chunks, kHeads, count);
    kernels.run("decode_merge", p, rows, kHeads, count);
    if (certify != 0)
      kernels.run("decode_certify", p, 1, kHeads, count);
  }
}

std::vector<float> Scene::output(int64_t sequence, int64_t head,
                                 int64_t row) const {
  int64_t strides[4];
  setStrides(shape, shape.valueDim, strides);
  int64_t first = sequence * strides[0] + head * strides[1] +
                  row / shape.rows * strides[2] + row % shape.rows * strides[3];
  Element element{shape.output};
  std::vector<float> result;
  for (int64_t d = 0; d < shape.valueDim; ++d)
    result.push_back(element.read(&outputs[(first + d) * element.bytes()]));
  return result;
}

reference::Problem Scene::problem(int64_t sequence, int64_t head) const {
  reference::Problem p;
  p.rows = shape.rows;
  p.queries = queries[sequence][head];
  p.length = lengths[sequence];
  p.scale = scale;
  p.budget = budget;
  p.softcap = shape.softcap;
  p.window = shape.window;
  p.causal = shape.causal;
  p.zeroWhereMasked = shape.zeroWhereMasked;
  if (shape.mask != "none")
    p.mask = [this, sequence](size_t r, size_t t) {
      return masks[sequence][r % shape.rows][t];
    };
  for (int64_t r = 0; !sinks.empty() && r < shape.groupRows(); ++r)
    p.sinks.push_back(sinks[head][r / shape.rows]);
  return p;
}
