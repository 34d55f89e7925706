//===- ReferenceKernels.cpp - Kernels in plain C++ for the runtime's tests
//-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The phases of KernelABI.h and an entry of HostABI.h, as simple as can be,
// built as the shared object that a package holds. Planes here are the rows
// themselves, cut to bf16: what is tested is who hands what to whom.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Support/HostABI.h"
#include "Aligned/Support/KernelABI.h"
#include "ReferenceShape.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

using namespace aligned;

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

static uint8_t *page(const PlanesView &view, int slot, int head,
                     int64_t token) {
  return view.pages +
         view.pageTable[slot * view.tableStride + token / kPageTokens] *
             view.pageStride +
         head * view.headStride;
}

/// The stored element; two bytes a channel is what the planes of K and of V
/// have together.
static uint16_t *element(const PlanesView &view, PageLayout layout, int slot,
                         int head, int64_t token, int64_t channel) {
  uint8_t *rows = page(view, slot, head, token) + layout.planeOffset(0);
  return reinterpret_cast<uint16_t *>(rows) +
         token % kPageTokens * layout.channels() + channel;
}

static float load(const uint16_t *from) {
  uint32_t bits = uint32_t(*from) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

static void append(const AppendParams *p, PageLayout layout, int head, int b) {
  int slot = p->slots[b], length = p->lengths[slot];
  if (length + p->tokens > p->capacity[slot])
    return;
  for (int64_t t = 0; t < p->tokens; ++t)
    for (int64_t d = 0; d < layout.headDim; ++d) {
      float value = static_cast<const float *>(
          p->rows)[b * p->rowStride[0] + head * p->rowStride[1] +
                   t * p->rowStride[2] + d * p->rowStride[3]];
      if (!std::isfinite(value))
        p->status[slot] |= kStatusNonFinite;
      uint32_t bits;
      std::memcpy(&bits, &value, 4);
      *element(p->planes, layout, slot, head, length + t, d) =
          static_cast<uint16_t>(bits >> 16);
    }
}

static void unpack(const UnpackParams *p, PageLayout layout, int page, int head,
                   int b) {
  int slot = p->slots[b];
  for (int64_t t = page * kPageTokens;
       t < p->lengths[slot] && t < (page + 1) * kPageTokens; ++t)
    for (int64_t d = 0; d < layout.headDim; ++d)
      static_cast<float *>(
          p->rows)[b * p->rowStride[0] + head * p->rowStride[1] +
                   t * p->rowStride[2] + d * p->rowStride[3]] =
          load(element(p->planes, layout, slot, head, t, d));
}

//===----------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------===//

namespace {
constexpr float kNegInf = -std::numeric_limits<float>::infinity();

/// Where one (sequence, kv head) finds its part of everything.
struct Item {
  Item(const DecodeParams *p, int head, int b)
      : p(p), head(head), b(b), slot(p->slots[b]), length(p->lengths[slot]),
        index(int64_t(b) * p->kvHeads + head),
        tokens(p->maxChunks * kChunkTokens) {}
  float *query(int row) const {
    return p->work.query +
           (index * kReferenceGroup + row) * kReferenceKey.channels();
  }
  float *scores(int row) const {
    return p->work.scores + (index * kReferenceGroup + row) * tokens;
  }
  int64_t chunkRow(int chunk, int row) const {
    return (index * p->maxChunks + chunk) * kReferenceGroup + row;
  }
  float *partial(int chunk, int row) const {
    return p->work.partial + chunkRow(chunk, row) * kReferenceValue.channels();
  }
  const DecodeParams *p;
  int head, b, slot, length;
  int64_t index, tokens;
};
} // namespace

static void prepare(const DecodeParams *p, int row, int head, int b) {
  Item item(p, head, b);
  for (int64_t d = 0; d < kReferenceKey.headDim; ++d)
    item.query(row)[d] =
        p->scale *
        static_cast<const float *>(
            p->query)[b * p->queryStride[0] + head * p->queryStride[1] +
                      row * p->queryStride[2] + d];
}

static void score(const DecodeParams *p, int chunk, int head, int b) {
  Item item(p, head, b);
  for (int row = 0; row < kReferenceGroup; ++row) {
    float max = kNegInf, sum = 0;
    int64_t begin = chunk * kChunkTokens, end = begin + kChunkTokens;
    for (int64_t t = begin; t < end && t < item.length; ++t) {
      float s = 0;
      for (int64_t d = 0; d < kReferenceKey.headDim; ++d)
        s += item.query(row)[d] *
             load(element(p->key, kReferenceKey, item.slot, head, t, d));
      if (p->mask)
        s += static_cast<const float *>(
            p->mask)[b * p->maskStride[0] + head * p->maskStride[1] +
                     row * p->maskStride[2] + t * p->maskStride[4]];
      item.scores(row)[t] = s;
      max = std::fmax(max, s);
    }
    for (int64_t t = begin; t < end && t < item.length; ++t)
      sum += std::exp(item.scores(row)[t] - max);
    p->work.firstMax[item.chunkRow(chunk, row)] = max;
    p->work.firstSum[item.chunkRow(chunk, row)] = sum;
  }
}

static float wholeMax(const Item &item, int row) {
  float max = kNegInf;
  for (int chunk = 0; chunk < item.p->maxChunks; ++chunk)
    max = std::fmax(max, item.p->work.firstMax[item.chunkRow(chunk, row)]);
  return max;
}

static void attend(const DecodeParams *p, int chunk, int head, int b) {
  Item item(p, head, b);
  for (int row = 0; row < kReferenceGroup; ++row) {
    float max = wholeMax(item, row);
    ChunkStats stats = {};
    float *partial = item.partial(chunk, row);
    std::memset(partial, 0, kReferenceValue.channels() * sizeof(float));
    int64_t begin = chunk * kChunkTokens, end = begin + kChunkTokens;
    for (int64_t t = begin; t < end && t < item.length; ++t) {
      float weight = std::exp(item.scores(row)[t] - max);
      stats.sum += weight;
      ++stats.visible;
      for (int64_t d = 0; d < kReferenceValue.headDim; ++d)
        partial[d] += weight * load(element(p->value, kReferenceValue,
                                            item.slot, head, t, d));
    }
    p->work.stats[item.chunkRow(chunk, row)] = stats;
  }
}

static void merge(const DecodeParams *p, int row, int head, int b) {
  Item item(p, head, b);
  float max = wholeMax(item, row), sum = 0;
  HeadReport report = {};
  for (int chunk = 0; chunk < p->maxChunks; ++chunk) {
    sum += p->work.stats[item.chunkRow(chunk, row)].sum;
    report.visible += p->work.stats[item.chunkRow(chunk, row)].visible;
  }
  if (p->sinks)
    sum += std::exp(
        static_cast<const float *>(
            p->sinks)[head * p->sinksStride[0] + row * p->sinksStride[1]] -
        max);
  float *output = static_cast<float *>(p->output) + b * p->outputStride[0] +
                  head * p->outputStride[1] + row * p->outputStride[2];
  for (int64_t d = 0; d < kReferenceValue.headDim; ++d) {
    float o = 0;
    for (int chunk = 0; chunk < p->maxChunks; ++chunk)
      o += item.partial(chunk, row)[d];
    output[d] = o / sum;
  }
  int64_t index = item.index * kReferenceGroup + row;
  report.logSumExp = max + std::log(sum);
  report.bound = p->budget; // so that a test sees which one arrived
  if (p->logSumExp)
    p->logSumExp[index] = report.logSumExp;
  if (p->report) {
    if (p->certify != 0) // so that a test sees how many rounds there were
      report.certificate = p->report[index].certificate + 1;
    p->report[index] = report;
  }
}

//===----------------------------------------------------------------------===//
// What the package exports
//===----------------------------------------------------------------------===//

#define DECODE(name)                                                           \
  void name##_prepare(const DecodeParams *p, int x, int y, int z) {            \
    prepare(p, x, y, z);                                                       \
  }                                                                            \
  void name##_score(const DecodeParams *p, int x, int y, int z) {              \
    score(p, x, y, z);                                                         \
  }                                                                            \
  void name##_attend(const DecodeParams *p, int x, int y, int z) {             \
    attend(p, x, y, z);                                                        \
  }                                                                            \
  void name##_merge(const DecodeParams *p, int x, int y, int z) {              \
    merge(p, x, y, z);                                                         \
  }

extern "C" {
DECODE(decode_0)
DECODE(decode_masked)
/// All chunks by the first block.
void decode_0_sweep(const DecodeParams *p, int x, int, int) {
  if (x != 0)
    return;
  for (auto phase : {decode_0_score, decode_0_attend})
    for (int b = 0; b < p->sequences; ++b)
      for (int head = 0; head < p->kvHeads; ++head)
        for (int chunk = 0; chunk < p->maxChunks; ++chunk)
          phase(p, chunk, head, b);
}
void append_key(const AppendParams *p, int, int head, int b) {
  append(p, kReferenceKey, head, b);
}
void append_value(const AppendParams *p, int, int head, int b) {
  append(p, kReferenceValue, head, b);
}
/// K and V, and the length behind the last of a sequence's blocks.
void decode_0_pack(const ExtendParams *p, int role, int head, int b) {
  const AppendParams &rows = role == 0 ? p->key : p->value;
  int slot = rows.slots[b], end = rows.lengths[slot] + rows.tokens;
  (role == 0 ? append_key : append_value)(&rows, 0, head, b);
  if (end > rows.capacity[slot])
    __atomic_or_fetch(&rows.status[slot], kStatusOverflow, __ATOMIC_RELAXED);
  else if (__atomic_add_fetch(&p->arrived[slot], 1, __ATOMIC_ACQ_REL) ==
           2 * rows.kvHeads) {
    p->arrived[slot] = 0;
    p->lengths[slot] = end;
  }
}
/// For steps alone.
void decode_0_extend(const ExtendParams *p, int role, int head, int b) {
  if (p->key.tokens <= kMaxExtendRows)
    decode_0_pack(p, role, head, b);
}
void unpack_key(const UnpackParams *p, int page, int head, int b) {
  unpack(p, kReferenceKey, page, head, b);
}
void unpack_value(const UnpackParams *p, int page, int head, int b) {
  unpack(p, kReferenceValue, page, head, b);
}
void aligned_advance(const AdvanceParams *p, int, int, int b) {
  int slot = p->slots[b];
  if (p->lengths[slot] + p->tokens > p->capacity[slot])
    p->status[slot] |= kStatusOverflow;
  else
    p->lengths[slot] += p->tokens;
}
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

namespace {
template <int Rank> struct MemRef {
  float *allocated, *data;
  int64_t offset, sizes[Rank], strides[Rank];
};

/// A decode of q [sequence, kv head, group, channel].
HostDecode makeDecode(const MemRef<4> *q, float *output, void *key,
                      void *value) {
  HostDecode decode = {};
  decode.query = q->data + q->offset;
  for (int i = 0; i < 3; ++i)
    decode.queryStride[i] = q->strides[i];
  decode.output = output;
  int64_t stride = kReferenceValue.headDim;
  for (int i = 2; i >= 0; stride *= q->sizes[i--])
    decode.outputStride[i] = stride;
  decode.key = key;
  decode.value = value;
  decode.sequences = q->sizes[0];
  decode.kvHeads = q->sizes[1];
  return decode;
}

MemRef<4> allocateOutput(const MemRef<4> *q) {
  MemRef<4> output = {};
  int64_t stride = 1;
  for (int i = 3; i >= 0; stride *= output.sizes[i--]) {
    output.sizes[i] = i == 3 ? kReferenceValue.headDim : q->sizes[i];
    output.strides[i] = stride;
  }
  output.allocated = output.data =
      static_cast<float *>(std::malloc(stride * sizeof(float)));
  return output;
}
} // namespace

extern "C" {
/// (q, K planes, V planes) -> o, o again, q: results alias each other and an
/// argument.
void entry_attend(void **arguments, void **results) {
  auto *q = static_cast<MemRef<4> *>(arguments[0]);
  MemRef<4> output = allocateOutput(q);
  HostDecode decode = makeDecode(q, output.data, arguments[1], arguments[2]);
  aligned_rt_decode("decode_0", &decode);
  *static_cast<MemRef<4> *>(results[0]) = output;
  *static_cast<MemRef<4> *>(results[1]) = output;
  *static_cast<MemRef<4> *>(results[2]) = *q;
}

/// (q, K planes, V rows, new K row, new V row, position, length, mask, sinks)
/// -> o, K planes, number of positions. V is packed here; mask is [token],
/// broadcast over everything else.
void entry_step(void **arguments, void **results) {
  auto *q = static_cast<MemRef<4> *>(arguments[0]);
  auto rows = [](void *argument) {
    auto *tensor = static_cast<MemRef<4> *>(argument);
    HostRows rows = {tensor->data, {}, {}};
    std::memcpy(rows.sizes, tensor->sizes, sizeof(rows.sizes));
    std::memcpy(rows.strides, tensor->strides, sizeof(rows.strides));
    return rows;
  };
  HostRows value = rows(arguments[2]), newKey = rows(arguments[3]),
           newValue = rows(arguments[4]);
  const auto *given = static_cast<int64_t *>(arguments[5]);
  const int64_t *position = *given == -1 ? nullptr : given;
  void *key = aligned_rt_append("append_key", arguments[1], &newKey, position,
                                /*stride=*/0);
  void *values = aligned_rt_pack("append_value", &value);
  values = aligned_rt_append("append_value", values, &newValue, position,
                             /*stride=*/0);
  MemRef<4> output = allocateOutput(q);
  HostDecode decode = makeDecode(q, output.data, key, values);
  auto *mask = static_cast<MemRef<1> *>(arguments[7]);
  decode.mask = mask->data;
  decode.maskStride[4] = 1;
  auto *sinks = static_cast<MemRef<2> *>(arguments[8]);
  decode.sinks = sinks->data;
  decode.sinksStride[0] = sinks->strides[0];
  decode.sinksStride[1] = sinks->strides[1];
  auto *lengths = static_cast<MemRef<1> *>(arguments[6]);
  decode.lengths = reinterpret_cast<int64_t *>(lengths->data);
  aligned_rt_decode("decode_masked", &decode);
  *static_cast<MemRef<4> *>(results[0]) = output;
  *static_cast<void **>(results[1]) = key;
  *static_cast<int64_t *>(results[2]) = aligned_rt_length(key);
}
}
