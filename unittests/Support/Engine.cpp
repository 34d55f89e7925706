//===- Engine.cpp - The C interface, held as an engine would --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Engine.h"

#include "aligned-c/Jit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <sstream>
#include <tuple>

using namespace aligned::test;

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

std::string aligned::test::makeModule(const Shape &shape) {
  std::ostringstream os;
  std::string domain = "(b, h, g, m, n, c, e)";
  auto map = [&](const char *name, const char *results) {
    os << "#" << name << " = affine_map<" << domain << " -> " << results
       << ">\n";
  };
  map("q", "(b, h, g, m, c)");
  map("k", "(b, h, n, c)");
  map("v", "(b, h, n, e)");
  map("mask", "(b, n)");
  map("sinks", "(h, g)");
  map("o", "(b, h, g, m, e)");
  map("lse", "(b, h, g, m)");
  std::ostringstream query, rows, out, lse, sinks;
  query << "tensor<?x?x" << shape.group << "x" << shape.rows << "x"
        << shape.headDim << "x" << shape.type << ">";
  rows << "tensor<?x?x?x" << shape.headDim << "x" << shape.type << ">";
  out << "tensor<?x?x" << shape.group << "x" << shape.rows << "x"
      << shape.headDim << "xf32>";
  lse << "tensor<?x?x" << shape.group << "x" << shape.rows << "xf32>";
  sinks << "tensor<?x" << shape.group << "xf32>";
  std::string mask = "tensor<?x?x" + shape.mask + ">";
  os << "func.func @main(%q: " << query.str() << ", %k: " << rows.str()
     << ", %v: " << rows.str();
  if (!shape.mask.empty())
    os << ", %mask: " << mask;
  if (shape.sinks)
    os << ", %sinks: " << sinks.str();
  os << ", %o: " << out.str() << ", %l: " << lse.str() << ") -> (" << out.str()
     << ", " << lse.str() << ") {\n"
     << "  %scale = arith.constant " << std::scientific
     << 1 / std::sqrt(static_cast<double>(shape.headDim)) << " : f32\n"
     << "  %r:2 = aligned.attention {indexing_maps = [#q, #k, #v"
     << (shape.mask.empty() ? "" : ", #mask") << (shape.sinks ? ", #sinks" : "")
     << ", #o, #lse]" << (shape.causal ? ", causal" : "");
  if (shape.window)
    os << ", window = " << shape.window << " : i64";
  if (shape.softcap)
    os << ", softcap = " << shape.softcap << " : f32";
  os << "}\n      ins(%q, %k, %v : " << query.str() << ", " << rows.str()
     << ", " << rows.str() << ") scale(%scale : f32)";
  if (!shape.mask.empty())
    os << " mask(%mask : " << mask << ")";
  if (shape.sinks)
    os << " sinks(%sinks : " << sinks.str() << ")";
  os << "\n      outs(%o : " << out.str() << ") logsumexp(%l : " << lse.str()
     << ") -> " << out.str() << ", " << lse.str()
     << "\n  return %r#0, %r#1 : " << out.str() << ", " << lse.str() << "\n}\n";
  return os.str();
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}
static float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

uint32_t aligned::test::encode(const std::string &type, float value) {
  if (type == "f32")
    return bitsOf(value);
  if (type == "i1")
    return value != 0;
  if (type == "f16") {
    _Float16 half = static_cast<_Float16>(value);
    uint16_t bits;
    std::memcpy(&bits, &half, 2);
    return bits;
  }
  uint32_t bits = bitsOf(value);
  if (std::isnan(value))
    return 0x7FC0;
  return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
}

float aligned::test::decode(const std::string &type, uint32_t bits) {
  if (type == "f32")
    return floatOf(bits);
  if (type == "i1")
    return static_cast<float>(bits);
  if (type == "f16") {
    uint16_t narrow = static_cast<uint16_t>(bits);
    _Float16 half;
    std::memcpy(&half, &narrow, 2);
    return static_cast<float>(half);
  }
  return floatOf(bits << 16);
}

int64_t aligned::test::sizeOf(const std::string &type) {
  return type == "f32" ? 4 : type == "i1" ? 1 : 2;
}

//===----------------------------------------------------------------------===//
// Errors and devices
//===----------------------------------------------------------------------===//

int aligned::test::codeOf(AlignedError error, std::string *message) {
  if (!error)
    return 0;
  int code = alignedErrorGetCode(error);
  if (message)
    *message = alignedErrorGetMessage(error);
  alignedErrorDestroy(error);
  return code;
}

void aligned::test::check(AlignedError error) {
  std::string message;
  if (int code = codeOf(error, &message))
    FAIL() << "error " << code << ": " << message;
}

bool aligned::test::hasDevice(const std::string &name) {
  AlignedDevice device = nullptr;
  if (codeOf(alignedDeviceOpen(name.c_str(), &device)))
    return false;
  alignedDeviceDestroy(device);
  return true;
}

//===----------------------------------------------------------------------===//
// Engine
//===----------------------------------------------------------------------===//

/// Packages compiled in this process, by module text, target and precision.
static AlignedPackage compile(const std::string &module, const char *targets,
                              const std::string &precision) {
  static std::map<std::tuple<std::string, std::string, std::string>,
                  AlignedPackage>
      packages;
  AlignedPackage &package = packages[{module, targets, precision}];
  if (!package) {
    AlignedJitOptions options = {};
    options.targets = targets;
    options.precision = precision.empty() ? nullptr : precision.c_str();
    check(alignedJitCompile(module.data(), module.size(), &options, &package,
                            nullptr));
  }
  return package;
}

Engine::Engine(const std::string &device, const Shape &shape, int64_t kvHeads,
               int64_t maxSequences, int64_t maxTokens)
    : shape(shape), kvHeads(kvHeads), maxTokens(maxTokens) {
  check(alignedDeviceOpen(device.c_str(), &deviceHandle));
  bool gpu = deviceHandle && alignedDeviceIsGpu(deviceHandle);
  packageHandle =
      compile(makeModule(shape), gpu ? "nvptx:sm_80,nvptx:sm_90a" : "cpu",
              shape.precision);
  check(alignedKernelLoad(deviceHandle, packageHandle, 0, &kernelHandle));
  AlignedCacheOptions options = {};
  options.layers = 1;
  options.kvHeads = kvHeads;
  options.maxSequences = maxSequences;
  options.maxTokens = maxTokens;
  options.maxPages = maxSequences * ((maxTokens + 127) / 128);
  check(alignedCacheCreate(kernelHandle, &options, &cacheHandle));
}

Engine::~Engine() {
  freeUploads();
  for (auto &[sequences, batch] : batches)
    alignedBatchDestroy(batch);
  alignedCacheDestroy(cacheHandle);
  alignedKernelDestroy(kernelHandle);
  alignedDeviceDestroy(deviceHandle);
}

int64_t Engine::newSequence(int64_t tokens) {
  int64_t sequence = -1;
  check(alignedSequenceCreate(cacheHandle, &sequence));
  check(alignedSequenceReserve(cacheHandle, sequence, tokens, nullptr));
  return sequence;
}

AlignedBatch Engine::batchOf(const std::vector<int64_t> &sequences) {
  for (auto &[known, batch] : batches)
    if (known == sequences)
      return batch;
  AlignedBatch batch = nullptr;
  check(alignedBatchCreate(kernelHandle, cacheHandle, sequences.data(),
                           sequences.size(), maxTokens, &batch));
  batches.push_back({sequences, batch});
  return batch;
}

void *Engine::upload(const std::string &type, const Floats &values) {
  int64_t size = sizeOf(type);
  std::vector<char> bytes(std::max<size_t>(values.size() * size, 1));
  for (size_t i = 0; i < values.size(); ++i) {
    uint32_t bits = encode(type, values[i]);
    std::memcpy(&bytes[i * size], &bits, size);
  }
  void *memory = nullptr;
  check(alignedDeviceAllocate(deviceHandle, bytes.size(), &memory));
  uploads.push_back(memory);
  check(alignedDeviceUpload(deviceHandle, memory, bytes.data(), bytes.size(),
                            nullptr));
  return memory;
}

void Engine::freeUploads() {
  for (void *memory : uploads)
    alignedDeviceFree(deviceHandle, memory);
  uploads.clear();
}

AlignedError Engine::tryAppend(const std::vector<int64_t> &sequences,
                               const Floats &key, const Floats &value,
                               int64_t tokens) {
  AlignedBatch batch = batchOf(sequences);
  int64_t d = shape.headDim;
  AlignedRows rows[2] = {
      {upload(shape.type, key), kvHeads * tokens * d, tokens * d, d, 1},
      {upload(shape.type, value), kvHeads * tokens * d, tokens * d, d, 1}};
  AlignedError error =
      alignedAppend(batch, 0, &rows[0], &rows[1], tokens, nullptr);
  check(alignedDeviceSynchronize(deviceHandle, nullptr));
  freeUploads();
  return error;
}

void Engine::append(const std::vector<int64_t> &sequences, const Floats &key,
                    const Floats &value, int64_t tokens) {
  check(tryAppend(sequences, key, value, tokens));
}

Answer Engine::decode(const std::vector<int64_t> &sequences,
                      const Floats &query, float budget, const Floats &mask,
                      const Floats &sinks) {
  AlignedDecodeArgs args = {};
  args.budget = budget;
  return decode(sequences, query, args, mask, sinks);
}

Answer Engine::decodeCertified(const std::vector<int64_t> &sequences,
                               const Floats &query, float error) {
  AlignedDecodeArgs args = {};
  args.certified = error;
  return decode(sequences, query, args, /*mask=*/{}, /*sinks=*/{});
}

/// `args` has the precision.
Answer Engine::decode(const std::vector<int64_t> &sequences,
                      const Floats &query, AlignedDecodeArgs args,
                      const Floats &mask, const Floats &sinks) {
  AlignedBatch batch = batchOf(sequences);
  int64_t heads = sequences.size() * kvHeads * shape.group * shape.rows;
  int64_t d = shape.headDim;
  Answer answer;
  answer.output.assign(heads * d, NAN);
  answer.logSumExp.assign(heads, NAN);
  answer.reports.resize(heads);
  std::vector<float> poison(answer.reports.size() * 16, NAN);
  args.query = upload(shape.type, query);
  args.outputRowStride = args.queryRowStride = d;
  args.outputGroupStride = args.queryGroupStride = shape.rows * d;
  args.outputKvHeadStride = args.queryKvHeadStride =
      shape.group * shape.rows * d;
  args.outputSequenceStride = args.querySequenceStride =
      kvHeads * shape.group * shape.rows * d;
  args.output = upload("f32", answer.output);
  args.logSumExp = static_cast<float *>(upload("f32", answer.logSumExp));
  args.report = static_cast<AlignedHeadReport *>(upload("f32", poison));
  if (!mask.empty()) {
    args.mask = upload(shape.mask, mask);
    args.maskSequenceStride = mask.size() / sequences.size();
    args.maskTokenStride = 1;
  }
  if (!sinks.empty()) {
    args.sinks = upload("f32", sinks);
    args.sinksKvHeadStride = shape.group;
    args.sinksGroupStride = 1;
  }
  check(alignedDecode(batch, 0, &args, nullptr));
  auto download = [&](auto &to, const void *from) {
    check(alignedDeviceDownload(deviceHandle, to.data(), from,
                                to.size() * sizeof(to[0]), nullptr));
  };
  download(answer.output, args.output);
  download(answer.logSumExp, args.logSumExp);
  download(answer.reports, args.report);
  freeUploads();
  return answer;
}

int64_t Engine::length(int64_t sequence) {
  int64_t length = -1;
  check(alignedSequenceGetLength(cacheHandle, sequence, 0, nullptr, &length));
  return length;
}

std::vector<AlignedChunkReads>
Engine::chunkReads(const std::vector<int64_t> &sequences, int64_t index,
                   int64_t kvHead) {
  std::vector<AlignedChunkReads> chunks(maxTokens);
  int64_t count = 0;
  check(alignedBatchGetChunkReads(batchOf(sequences), 0, index, kvHead,
                                  chunks.data(), maxTokens, &count, nullptr));
  chunks.resize(count);
  return chunks;
}

Floats Engine::unpack(int64_t sequence, bool value) {
  int64_t tokens = length(sequence), d = shape.headDim;
  Floats rows(kvHeads * tokens * d);
  void *memory = upload(shape.type, rows);
  check(alignedUnpack(batchOf({sequence}), 0, value, memory,
                      kvHeads * tokens * d, tokens * d, d, 1, nullptr));
  int64_t size = sizeOf(shape.type);
  std::vector<char> bytes(rows.size() * size);
  check(alignedDeviceDownload(deviceHandle, bytes.data(), memory, bytes.size(),
                              nullptr));
  for (size_t i = 0; i < rows.size(); ++i) {
    uint32_t bits = 0;
    std::memcpy(&bits, &bytes[i * size], size);
    rows[i] = aligned::test::decode(shape.type, bits);
  }
  freeUploads();
  return rows;
}

//===----------------------------------------------------------------------===//
// The truth, and inputs
//===----------------------------------------------------------------------===//

std::vector<double>
aligned::test::exactAttention(const Shape &shape, int64_t kvHeads,
                              int64_t tokens, const Floats &query,
                              const Floats &key, const Floats &value,
                              const Floats &mask, const Floats &sinks) {
  int64_t d = shape.headDim, r = shape.group * shape.rows;
  std::vector<double> output(kvHeads * r * d);
  double scale = 1 / std::sqrt(static_cast<double>(d));
  for (int64_t i = 0; i < kvHeads * r; ++i) {
    int64_t head = i / r, m = i % shape.rows;
    int64_t position = tokens - shape.rows + m;
    std::vector<double> s(tokens, -INFINITY);
    double top = sinks.empty() ? -INFINITY
                               : sinks[head * shape.group + i % r / shape.rows];
    double sink = top;
    for (int64_t t = 0; t < tokens; ++t) {
      if ((shape.causal && t > position) ||
          (shape.window && t <= position - shape.window))
        continue;
      double dot = 0;
      for (int64_t c = 0; c < d; ++c)
        dot += static_cast<double>(query[i * d + c]) *
               key[(head * tokens + t) * d + c];
      dot *= scale;
      if (shape.softcap)
        dot = shape.softcap * std::tanh(dot / shape.softcap);
      if (shape.mask == "i1")
        dot = mask[t] != 0 ? dot : -INFINITY;
      else if (!mask.empty())
        dot += mask[t];
      s[t] = dot;
      top = std::max(top, dot);
    }
    double sum = std::exp(sink - top);
    for (double &x : s)
      sum += x = std::exp(x - top);
    for (int64_t t = 0; t < tokens; ++t)
      if (s[t] != 0)
        for (int64_t c = 0; c < d; ++c)
          output[i * d + c] += s[t] / sum * value[(head * tokens + t) * d + c];
  }
  return output;
}

double aligned::test::relativeError(const Floats &a,
                                    const std::vector<double> &b,
                                    int64_t offset, int64_t count) {
  double error = 0, norm = 0;
  for (int64_t i = offset; i < offset + count; ++i) {
    error += (a[i] - b[i]) * (a[i] - b[i]);
    norm += b[i] * b[i];
  }
  return std::sqrt(error / norm);
}

Rows aligned::test::makeRows(const Shape &shape, int64_t sequences,
                             int64_t kvHeads, int64_t tokens, double spread,
                             uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  int64_t d = shape.headDim, r = shape.group * shape.rows;
  auto round = [&](float x) {
    return aligned::test::decode(shape.type,
                                 aligned::test::encode(shape.type, x));
  };
  Rows rows;
  rows.query.resize(sequences * kvHeads * r * d);
  rows.key.resize(sequences * kvHeads * tokens * d);
  rows.value.resize(rows.key.size());
  for (int64_t head = 0; head < sequences * kvHeads; ++head) {
    std::vector<float> size(d), mean(d), drift(d), shared(d);
    for (int64_t c = 0; c < d; ++c) {
      size[c] = std::exp(0.5f * normal(random)) * (c % 37 == 5 ? 8 : 1);
      mean[c] = 0.5f * normal(random);
      drift[c] = 0.0005f * normal(random);
      shared[c] = normal(random);
    }
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t c = 0; c < d; ++c) {
        int64_t i = (head * tokens + t) * d + c;
        rows.key[i] =
            round(size[c] * (normal(random) + mean[c] + drift[c] * t));
        rows.value[i] = round(0.5f * normal(random) + mean[c]);
      }
    for (int64_t i = 0; i < r; ++i) {
      std::vector<float> q(d);
      double norm = 0;
      for (int64_t c = 0; c < d; ++c) {
        q[c] = (0.9f * shared[c] + 0.4f * normal(random)) / size[c];
        norm += q[c] * size[c] * q[c] * size[c];
      }
      for (int64_t c = 0; c < d; ++c)
        rows.query[(head * r + i) * d + c] = round(static_cast<float>(
            q[c] * spread * std::sqrt(static_cast<double>(d) / norm)));
    }
  }
  return rows;
}

Floats aligned::test::cut(const Floats &rows, int64_t heads, int64_t tokens,
                          int64_t d, int64_t from, int64_t to) {
  Floats out;
  for (int64_t h = 0; h < heads; ++h)
    out.insert(out.end(), rows.begin() + (h * tokens + from) * d,
               rows.begin() + (h * tokens + to) * d);
  return out;
}
