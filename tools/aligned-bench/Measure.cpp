//===- Measure.cpp - Decodes of one workload, measured --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include "BlockedAttention.h"
#include "Decoder.h"
#include "Elements.h"
#include "Exact.h"
#include "Tool.h"

#include "Aligned/Support/PageLayout.h"

#include <algorithm>
#include <cmath>

using namespace aligned;

double Measurement::fraction() const {
  double planes = 0;
  for (const auto &plane : planeBytes)
    planes += plane.second;
  return planes / static_cast<double>(shape.cacheBytes());
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

namespace {
/// Some kv heads of a workload in float64.
class Errors {
public:
  Errors(const Workload &workload, int64_t count, int64_t threads);

  /// The errors of the query heads of those; `output` is of all.
  std::vector<double> of(const std::vector<float> &output) const;

  std::vector<double> modelled;

private:
  const Shape shape;
  std::vector<int64_t> heads; ///< numbers of [sequences][kv heads]
  ExactLayer exact;
};
} // namespace

Errors::Errors(const Workload &w, int64_t count, int64_t threads)
    : shape(w.shape) {
  int64_t all = shape.sequences * shape.kvHeads;
  count = std::min(count, all);
  RecordedLayer layer;
  layer.positions = 1;
  layer.queryHeads = count * shape.group();
  layer.key = layer.value = {count, shape.tokens, shape.channels, {}};
  for (int64_t i = 0; i < count; ++i) {
    // Spread over the sequences and over their heads.
    int64_t head = i % shape.sequences * shape.kvHeads +
                   i / shape.sequences % shape.kvHeads;
    heads.push_back(head);
    auto take = [&](const std::vector<uint16_t> &rows, int64_t elements) {
      auto first = rows.begin() + head * elements;
      return std::vector<uint16_t>(first, first + elements);
    };
    std::vector<double> query;
    auto bits = take(w.query, shape.group() * shape.channels);
    toDoubles(w.cacheType, bits.data(), 0, static_cast<int64_t>(bits.size()),
              query);
    layer.query.insert(layer.query.end(), query.begin(), query.end());
    for (auto [from, to] : {std::pair(&w.key, &layer.key.bits),
                            std::pair(&w.value, &layer.value.bits)}) {
      auto rows = take(*from, shape.tokens * shape.channels);
      to->insert(to->end(), rows.begin(), rows.end());
    }
  }
  if (count == 0)
    return;
  exact =
      computeExact(layer, w.cacheType,
                   1 / std::sqrt(static_cast<float>(shape.channels)), threads);
  modelled = exact.kernelError;
}

std::vector<double> Errors::of(const std::vector<float> &output) const {
  std::vector<double> errors;
  int64_t elements = shape.channels;
  for (size_t i = 0; i < heads.size(); ++i)
    for (int64_t g = 0; g < shape.group(); ++g) {
      const double *expected =
          &exact.output[(static_cast<int64_t>(i) * shape.group() + g) *
                        elements];
      const float *got = &output[(heads[i] * shape.group() + g) * elements];
      double off = 0, norm = 0;
      for (int64_t d = 0; d < elements; ++d) {
        off += std::pow(got[d] - expected[d], 2);
        norm += std::pow(expected[d], 2);
      }
      errors.push_back(std::sqrt(off / norm));
      if (!std::isfinite(errors.back()))
        fatal("shape " + shape.name() + ": the output of kv head " +
              std::to_string(heads[i]) + " is not finite");
    }
  return errors;
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

/// Adds the bytes of the planes of one operand. `read` counts, for each plane,
/// the rows of planes that it was read of: of keys of the encoding `ieee`
/// channels, which then have `visible` elements.
static void addPlanes(const PageLayout &layout, const double *read,
                      double visible, Measurement &into) {
  int bits = 0;
  for (int plane = 0; plane < layout.numPlanes(); ++plane) {
    bits += layout.planeBits(plane);
    double rowBytes = layout.isChannelMajor()
                          ? visible * layout.planeBits(plane) / 8
                          : static_cast<double>(layout.rowBytes(plane));
    std::string name =
        (layout.role == PlaneRole::Key ? "k" : "v") + std::to_string(bits);
    auto found = std::find_if(into.planeBytes.begin(), into.planeBytes.end(),
                              [&](const auto &p) { return p.first == name; });
    if (found == into.planeBytes.end())
      found = into.planeBytes.insert(found, {name, 0.0});
    found->second += read[plane] * rowBytes;
  }
}

/// All heads of a group report the same rows.
static void addReads(const Shape &shape, PlaneEncoding encoding,
                     const Decoded &decoded, Measurement &into) {
  PageLayout keys = {PlaneRole::Key, shape.channels, encoding},
             values = {PlaneRole::Value, shape.channels, encoding};
  for (size_t i = 0; i < decoded.reports.size(); i += shape.group()) {
    const AlignedHeadReport &report = decoded.reports[i];
    const int32_t *k = report.keyRows, *v = report.valueRows;
    const double keyRows[] = {double(k[0]) + k[1] + k[2], double(k[1]) + k[2],
                              double(k[2])};
    const double valueRows[] = {double(v[0]) + v[1] + v[2], double(v[1]) + v[2],
                                double(v[2])};
    addPlanes(keys, keyRows, report.visible, into);
    // Of digits, the first count is that of rows that were not read.
    addPlanes(values, values.isIEEE() ? valueRows : valueRows + 1,
              report.visible, into);
    into.bytes += static_cast<double>(report.bytes);
  }
}

//===----------------------------------------------------------------------===//
// All together
//===----------------------------------------------------------------------===//

/// Copies of something of which a call reads `bytes`, so that all of them
/// exceed four times the cache.
static int64_t countCopies(const Timer &timer, double bytes) {
  constexpr int64_t kMost = 128;
  double wanted = 4 * static_cast<double>(timer.cacheBytes()) / bytes;
  return std::clamp<int64_t>(std::llround(std::ceil(wanted)), 2, kMost);
}

static Measurement describe(const Workload &w, const std::string &kernel) {
  Measurement m;
  m.kernel = kernel;
  m.cacheType = w.cacheType;
  m.data = w.data;
  m.shape = w.shape;
  return m;
}

namespace {
/// Plain attention over copies of the rows.
class Blocked {
public:
  Blocked(const Workload &w, int64_t copies)
      : w(w), keys(copies, w.key), values(copies, w.value),
        output(w.query.size()) {}

  void decode(int64_t copy) {
    decodeBlocked(w, keys[copy].data(), values[copy].data(), output.data());
  }
  int64_t copies() const { return static_cast<int64_t>(keys.size()); }

  const Workload &w;
  std::vector<std::vector<uint16_t>> keys, values;
  std::vector<float> output;
};
} // namespace

std::vector<Measurement> aligned::measure(AlignedDevice device,
                                          AlignedKernel kernel, Timer &timer,
                                          const Workload &workload,
                                          const MeasureOptions &options,
                                          std::vector<double> &modelled) {
  const Shape &shape = workload.shape;
  AlignedProblem problem;
  alignedKernelGetProblem(kernel, &problem);
  auto encoding = std::string(problem.encoding) == "ieee"
                      ? PlaneEncoding::IEEE
                      : PlaneEncoding::Fixed;
  auto cacheBytes = static_cast<double>(shape.cacheBytes());
  // The least that a precision of interest reads.
  constexpr double kLeastRead = 0.15;
  int64_t copies = options.copies ? options.copies
                                  : countCopies(timer, kLeastRead * cacheBytes);
  Decoder decoder(device, kernel, workload, copies);
  Errors errors(workload, options.errorHeads, options.threads);
  modelled.insert(modelled.end(), errors.modelled.begin(),
                  errors.modelled.end());

  std::vector<Measurement> measurements;
  std::vector<Timed> timed;
  for (const auto &precision : options.precisions) {
    float budget = precision.second;
    Measurement m = describe(workload, precision.first);
    decoder.decode(0, budget, /*stream=*/nullptr);
    Decoded decoded = decoder.read();
    addReads(shape, encoding, decoded, m);
    m.error = errors.of(decoded.output);
    measurements.push_back(std::move(m));
    timed.push_back({copies, [&decoder, budget](int64_t copy, void *stream) {
                       decoder.decode(copy, budget, stream);
                     }});
  }
  std::unique_ptr<Blocked> blocked;
  if (options.withBlocked) {
    blocked = std::make_unique<Blocked>(
        workload,
        options.copies ? options.copies : countCopies(timer, cacheBytes));
    blocked->decode(0);
    Measurement m = describe(workload, "blocked");
    m.bytes = cacheBytes;
    m.error = errors.of(blocked->output);
    measurements.push_back(std::move(m));
    timed.push_back({blocked->copies(),
                     [&](int64_t copy, void *) { blocked->decode(copy); }});
  }
  auto seconds = timer.run(timed, options.samples);
  for (size_t i = 0; i < timed.size(); ++i)
    measurements[i].seconds = std::move(seconds[i]);

  Measurement append = describe(workload, "append");
  append.seconds = decoder.appendSeconds;
  append.bytes = 2 * cacheBytes; // as many bits are written as are read
  measurements.push_back(std::move(append));
  return measurements;
}
