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
#include <map>

using namespace aligned;

double Measurement::fraction() const {
  double planes = earlierRounds;
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

  /// What a kernel errs that rounds weights and output to the cache's type.
  std::vector<double> modelled;

private:
  /// Heads of sequences of one length.
  struct Part {
    std::vector<int64_t> heads; ///< numbers of [sequences][kv heads]
    RecordedLayer layer;
    ExactLayer exact;
  };
  void add(const Workload &workload, int64_t head);

  const Shape shape;
  std::map<int64_t, Part> parts; ///< by length
};
} // namespace

Errors::Errors(const Workload &w, int64_t count, int64_t threads)
    : shape(w.shape) {
  count = std::min(count, shape.sequences * shape.kvHeads);
  // Spread over the sequences and over their heads.
  for (int64_t i = 0; i < count; ++i)
    add(w, i % shape.sequences * shape.kvHeads +
               i / shape.sequences % shape.kvHeads);
  for (auto &[tokens, part] : parts) {
    part.exact = computeExact(part.layer, w.cacheType,
                              1 / std::sqrt(static_cast<float>(shape.channels)),
                              threads);
    part.layer = {};
    modelled.insert(modelled.end(), part.exact.kernelError.begin(),
                    part.exact.kernelError.end());
  }
}

void Errors::add(const Workload &w, int64_t head) {
  int64_t tokens = shape.tokens(head / shape.kvHeads);
  Part &part = parts[tokens];
  part.heads.push_back(head);
  RecordedLayer &layer = part.layer;
  layer.positions = 1;
  layer.queryHeads += shape.group();
  std::vector<double> query;
  int64_t elements = shape.group() * shape.channels;
  toDoubles(w.cacheType, w.query.data(), head * elements, elements, query);
  layer.query.insert(layer.query.end(), query.begin(), query.end());
  for (auto [from, to] :
       {std::pair(&w.key, &layer.key), std::pair(&w.value, &layer.value)}) {
    auto first = from->begin() + shape.rowsBefore(head) * shape.channels;
    to->heads += 1;
    to->tokens = tokens;
    to->channels = shape.channels;
    to->bits.insert(to->bits.end(), first, first + tokens * shape.channels);
  }
}

std::vector<double> Errors::of(const std::vector<float> &output) const {
  std::vector<double> errors;
  for (const auto &[tokens, part] : parts) {
    const double *expected = part.exact.output.data();
    for (int64_t head : part.heads)
      for (int64_t g = 0; g < shape.group(); ++g) {
        const float *got = &output[(head * shape.group() + g) * shape.channels];
        double off = 0, norm = 0;
        for (int64_t d = 0; d < shape.channels; ++d, ++expected) {
          off += std::pow(got[d] - *expected, 2);
          norm += std::pow(*expected, 2);
        }
        errors.push_back(std::sqrt(off / norm));
        if (!std::isfinite(errors.back()))
          fatal("shape " + shape.name() + ": the output of kv head " +
                std::to_string(head) + " is not finite");
      }
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
  double allRounds = 0;
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
    allRounds += static_cast<double>(report.planeBytes);
    into.certified += report.certificate == ALIGNED_CERTIFIED;
    into.readEverything += report.certificate == ALIGNED_READ_EVERYTHING;
  }
  if (into.certified + into.readEverything == 0)
    return;
  // The counts of rows are those of the last round.
  into.earlierRounds = allRounds;
  for (const auto &plane : into.planeBytes)
    into.earlierRounds -= plane.second;
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

/// All kernels on one workload: what they read and how exact they are, and what
/// is still to be timed.
class Trial {
public:
  Trial(AlignedDevice device, const DecodeKernels &kernels, const Timer &timer,
        const Workload &workload, const MeasureOptions &options);
  Trial(const Trial &) = delete;
  Trial &operator=(const Trial &) = delete;

  /// Moves what was measured to the end of `into`.
  void finish(std::vector<Measurement> &into);

  std::vector<Timed> timed;
  std::vector<Measurement> measurements; ///< of those, without their times

private:
  void addPrecision(const std::string &name, const Precision &precision,
                    PlaneEncoding encoding);
  void addBlocked(int64_t copies);

  const Workload &workload;
  Decoder decoder;
  Errors errors;
  std::unique_ptr<Blocked> blocked;
};
} // namespace

static int64_t chooseCopies(const MeasureOptions &options, const Timer &timer,
                            double bytes) {
  return options.copies ? options.copies : countCopies(timer, bytes);
}

/// The least share of a 16-bit cache that a precision of interest reads.
static constexpr double kLeastRead = 0.15;

Trial::Trial(AlignedDevice device, const DecodeKernels &kernels,
             const Timer &timer, const Workload &workload,
             const MeasureOptions &options)
    : workload(workload),
      decoder(device, kernels, workload,
              chooseCopies(options, timer,
                           kLeastRead * static_cast<double>(
                                            workload.shape.cacheBytes()))),
      errors(workload, options.errorHeads, options.threads) {
  AlignedProblem problem;
  alignedKernelGetProblem(kernels.kernel, &problem);
  auto encoding = std::string(problem.encoding) == "ieee"
                      ? PlaneEncoding::IEEE
                      : PlaneEncoding::Fixed;
  for (const auto &[name, precision] : options.precisions)
    addPrecision(name, precision, encoding);
  if (options.withBlocked)
    addBlocked(chooseCopies(options, timer,
                            static_cast<double>(workload.shape.cacheBytes())));
}

void Trial::addPrecision(const std::string &name, const Precision &precision,
                         PlaneEncoding encoding) {
  Measurement m = describe(workload, name);
  decoder.decode(0, precision, /*stream=*/nullptr);
  Decoded decoded = decoder.read();
  addReads(workload.shape, encoding, decoded, m);
  m.error = errors.of(decoded.output);
  m.modelled = errors.modelled;
  measurements.push_back(std::move(m));
  timed.push_back(
      {decoder.copies(), [this, precision](int64_t copy, void *stream) {
         decoder.decode(copy, precision, stream);
       }});
}

void Trial::addBlocked(int64_t copies) {
  blocked = std::make_unique<Blocked>(workload, copies);
  blocked->decode(0);
  Measurement m = describe(workload, "blocked");
  m.bytes = static_cast<double>(workload.shape.cacheBytes());
  m.error = errors.of(blocked->output);
  measurements.push_back(std::move(m));
  timed.push_back({blocked->copies(),
                   [this](int64_t copy, void *) { blocked->decode(copy); }});
}

void Trial::finish(std::vector<Measurement> &into) {
  std::move(measurements.begin(), measurements.end(), std::back_inserter(into));
  Measurement append = describe(workload, "append");
  append.seconds = decoder.appendSeconds;
  // As many bits are written as are read.
  append.bytes = 2 * static_cast<double>(workload.shape.cacheBytes());
  into.push_back(std::move(append));
}

std::vector<Measurement>
aligned::measure(AlignedDevice device, const DecodeKernels &kernels,
                 Timer &timer, const std::vector<Workload> &workloads,
                 const MeasureOptions &options) {
  std::vector<std::unique_ptr<Trial>> trials;
  std::vector<Timed> timed;
  std::vector<Measurement *> of;
  for (const Workload &workload : workloads) {
    trials.push_back(
        std::make_unique<Trial>(device, kernels, timer, workload, options));
    Trial &trial = *trials.back();
    timed.insert(timed.end(), trial.timed.begin(), trial.timed.end());
    for (Measurement &m : trial.measurements)
      of.push_back(&m);
  }
  auto seconds = timer.run(timed, options.samples);
  for (size_t i = 0; i < of.size(); ++i)
    of[i]->seconds = std::move(seconds[i]);
  if (options.withLaunches) {
    auto launches = timer.measureLaunches(timed, options.samples);
    for (size_t i = 0; i < of.size(); ++i)
      of[i]->launches = std::move(launches[i]);
  }
  std::vector<Measurement> measurements;
  for (const auto &trial : trials)
    trial->finish(measurements);
  return measurements;
}
