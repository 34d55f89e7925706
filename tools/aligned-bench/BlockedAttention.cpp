//===- BlockedAttention.cpp - Plain 16-bit attention on the CPU -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockedAttention.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace aligned;

#if defined(__x86_64__)
#define ALIGNED_FOR_EACH_CPU                                                   \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ALIGNED_FOR_EACH_CPU
#endif

namespace {
/// Tokens of a block: their rows stay in the first-level cache.
constexpr int64_t kBlock = 32;
/// Tokens of a part, which one thread takes.
constexpr int64_t kPart = 1024;

/// Sums over one part for one query head, relative to `maximum`.
struct Partial {
  float maximum, sum;
  float *output; ///< [channels]
};

/// One kv head and some of its tokens.
struct Part {
  const uint16_t *key, *value; ///< [tokens][channels]
  int64_t tokens, channels, group;
  const float *query; ///< [group][channels], scaled
  bool isHalf;        ///< f16, not bf16
  float *rows;        ///< scratch: [kBlock][channels]
  float *scores;      ///< scratch: [group][kBlock]
};
} // namespace

static inline void widen(const uint16_t *from, int64_t count, bool isHalf,
                         float *to) {
  if (isHalf) {
    for (int64_t i = 0; i < count; ++i) {
      _Float16 number;
      std::memcpy(&number, from + i, sizeof(number));
      to[i] = static_cast<float>(number);
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits = static_cast<uint32_t>(from[i]) << 16;
    std::memcpy(to + i, &bits, sizeof(bits));
  }
}

static inline float dot(const float *a, const float *b, int64_t count) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += a[i] * b[i];
  return sum;
}

static inline void addScaled(float weight, const float *row, int64_t count,
                             float *to) {
#pragma clang fp contract(fast)
  for (int64_t i = 0; i < count; ++i)
    to[i] += weight * row[i];
}

/// e^x for x <= 0, in a form that becomes vector code: 2^n times a polynomial.
static inline float expNegative(float x) {
  float exponent = std::max(x * 1.44269504f, -126.0f);
  float whole = std::nearbyint(exponent), f = exponent - whole;
  float power = 1.3398874e-3f;
  for (float c :
       {9.6184373e-3f, 5.5503324e-2f, 2.4022648e-1f, 6.9314718e-1f, 1.0f})
    power = power * f + c;
  uint32_t bits = static_cast<uint32_t>(static_cast<int32_t>(whole) + 127)
                  << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return power * scale;
}

/// Scores of a block for one head become weights; what was summed before is
/// scaled down when the maximum rises.
static inline void weigh(float *scores, int64_t tokens, int64_t channels,
                         Partial &into) {
  float maximum = into.maximum;
  for (int64_t t = 0; t < tokens; ++t)
    maximum = std::max(maximum, scores[t]);
  float factor = std::exp(into.maximum - maximum);
  into.maximum = maximum;
  into.sum *= factor;
  for (int64_t d = 0; d < channels; ++d)
    into.output[d] *= factor;
  for (int64_t t = 0; t < tokens; ++t)
    scores[t] = expNegative(scores[t] - maximum);
  for (int64_t t = 0; t < tokens; ++t)
    into.sum += scores[t];
}

ALIGNED_FOR_EACH_CPU
static void addPart(const Part &part, Partial *partials) {
  int64_t channels = part.channels;
  for (int64_t first = 0; first < part.tokens; first += kBlock) {
    int64_t tokens = std::min(kBlock, part.tokens - first);
    widen(part.key + first * channels, tokens * channels, part.isHalf,
          part.rows);
    for (int64_t g = 0; g < part.group; ++g)
      for (int64_t t = 0; t < tokens; ++t)
        part.scores[g * kBlock + t] =
            dot(part.query + g * channels, &part.rows[t * channels], channels);
    widen(part.value + first * channels, tokens * channels, part.isHalf,
          part.rows);
    for (int64_t g = 0; g < part.group; ++g) {
      weigh(&part.scores[g * kBlock], tokens, channels, partials[g]);
      for (int64_t t = 0; t < tokens; ++t)
        addScaled(part.scores[g * kBlock + t], &part.rows[t * channels],
                  channels, partials[g].output);
    }
  }
}

/// Partial sums of one query head, added in order.
static void merge(const std::vector<Partial> &partials, int64_t first,
                  int64_t count, int64_t stride, int64_t channels,
                  float *output) {
  float maximum = -INFINITY, sum = 0;
  for (int64_t i = 0; i < count; ++i)
    maximum = std::max(maximum, partials[first + i * stride].maximum);
  std::fill(output, output + channels, 0.0f);
  for (int64_t i = 0; i < count; ++i) {
    const Partial &part = partials[first + i * stride];
    float factor = std::exp(part.maximum - maximum);
    sum += factor * part.sum;
    addScaled(factor, part.output, channels, output);
  }
  for (int64_t d = 0; d < channels; ++d)
    output[d] /= sum;
}

void aligned::decodeBlocked(const Workload &workload, const uint16_t *key,
                            const uint16_t *value, float *output) {
  const Shape &shape = workload.shape;
  int64_t channels = shape.channels, group = shape.group(),
          heads = shape.sequences * shape.kvHeads;
  // The parts of all heads, one behind the other.
  std::vector<int64_t> headOf, firstPart = {0};
  for (int64_t head = 0; head < heads; ++head) {
    int64_t tokens = shape.tokens(head / shape.kvHeads);
    firstPart.push_back(firstPart.back() + (tokens + kPart - 1) / kPart);
    headOf.resize(firstPart.back(), head);
  }
  int64_t parts = firstPart.back();
  bool isHalf = workload.cacheType == "f16";
  std::vector<float> query(workload.query.size());
  widen(workload.query.data(), static_cast<int64_t>(query.size()), isHalf,
        query.data());
  for (float &number : query)
    number /= std::sqrt(static_cast<float>(channels));
  // [parts][group]
  std::vector<Partial> partials(parts * group);
  std::vector<float> sums(partials.size() * channels);
  for (size_t i = 0; i < partials.size(); ++i)
    partials[i] = {-INFINITY, 0, &sums[i * channels]};
#pragma omp parallel for schedule(dynamic)
  for (int64_t i = 0; i < parts; ++i) {
    int64_t head = headOf[i], first = (i - firstPart[head]) * kPart,
            tokens = shape.tokens(head / shape.kvHeads),
            at = (shape.rowsBefore(head) + first) * channels;
    std::vector<float> rows(kBlock * channels), scores(group * kBlock);
    addPart({key + at, value + at, std::min(kPart, tokens - first), channels,
             group, &query[head * group * channels], isHalf, rows.data(),
             scores.data()},
            &partials[i * group]);
  }
#pragma omp parallel for
  for (int64_t h = 0; h < heads * group; ++h) {
    int64_t head = h / group;
    merge(partials, firstPart[head] * group + h % group,
          firstPart[head + 1] - firstPart[head], group, channels,
          output + h * channels);
  }
}
