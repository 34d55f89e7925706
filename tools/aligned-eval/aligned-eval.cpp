//===- aligned-eval.cpp - Quality against bytes on recorded rows ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// For each precision: how far compiled decodes are from float64 attention on
// queries, keys and values that a model has really had, and how many bits of
// the cache they read for it.
//
//===----------------------------------------------------------------------===//

#include "Continuation.h"
#include "Evaluate.h"
#include "Handles.h"
#include "Options.h"
#include "Page.h"
#include "Published.h"
#include "Regressions.h"
#include "Summary.h"
#include "Tool.h"

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

using namespace aligned;
using Json = nlohmann::ordered_json;

/// The first precision of a kind, as a kernel is compiled for it; empty if
/// there is none.
static std::string findPrecision(const Options &options, PrecisionKind kind) {
  for (const NamedPrecision &named : options.precisions)
    if (named.precision.kind == kind)
      return named.name;
  return "";
}

namespace {

/// What evaluations at all lengths share.
class Evaluator {
public:
  Evaluator(const Options &options, const Recording &recording);
  void evaluate(int64_t tokens, const std::string &attention);

  Subject subject;

private:
  AlignedKernel kernelFor(const DecodeModule &module);
  DecodeKernels kernelsFor(DecodeModule module);
  /// On how many tokens the recording's own attention rests.
  const std::vector<double> &effectiveTokens(const RecordedLayer &layer);

  const Options &options;
  const Recording &recording;
  OwnedDevice device;
  std::map<std::string, OwnedKernel> kernels; ///< layers of one shape share it
  std::map<std::string, std::vector<double>> effective;
};

} // namespace

Evaluator::Evaluator(const Options &options, const Recording &recording)
    : options(options), recording(recording) {
  AlignedDevice opened;
  check(alignedDeviceOpen(options.device.c_str(), &opened));
  device.reset(opened);
  subject.file = options.files.front();
  subject.device = alignedDeviceGetDescription(device.get());
  subject.cacheType = recording.cacheType;
  subject.layers = static_cast<int64_t>(recording.layers.size());
}

AlignedKernel Evaluator::kernelFor(const DecodeModule &module) {
  OwnedKernel &kernel = kernels[module.precision + module.text()];
  if (!kernel)
    kernel = options.package.empty()
                 ? compileFor(device.get(), module)
                 : loadKernel(device.get(), options.package, module);
  return kernel.get();
}

DecodeKernels Evaluator::kernelsFor(DecodeModule module) {
  // "paper" has planes of its own.
  module.precision = findPrecision(options, PrecisionKind::Paper);
  DecodeKernels found = {kernelFor(module), nullptr};
  // On a GPU, kernels that can certify are others.
  std::string certified = findPrecision(options, PrecisionKind::Certified);
  if (!certified.empty() && alignedDeviceIsGpu(device.get())) {
    module.precision = certified;
    found.certifying = kernelFor(module);
  }
  return found;
}

const std::vector<double> &
Evaluator::effectiveTokens(const RecordedLayer &layer) {
  std::vector<double> &known = effective[layer.name];
  if (known.empty())
    known = computeExact(layer, recording.cacheType,
                         describeDecode(layer, recording.cacheType).scale(),
                         options.threads)
                .effectiveTokens;
  return known;
}

void Evaluator::evaluate(int64_t tokens, const std::string &attention) {
  Evaluation evaluation;
  evaluation.attention = attention;
  for (const NamedPrecision &precision : options.precisions) {
    evaluation.measurements.emplace_back();
    evaluation.measurements.back().precision = precision;
  }
  for (const RecordedLayer &recorded : recording.layers) {
    int64_t length = tokens ? tokens : recorded.key.tokens;
    RecordedLayer layer = changeLength(recorded, recording.cacheType, length);
    DecodeModule module = describeDecode(layer, recording.cacheType);
    if (attention == "peaked" && length > recorded.key.tokens)
      sharpenQueries(layer, recording.cacheType, module.scale(),
                     options.threads, effectiveTokens(recorded));
    evaluation.tokens = std::max(evaluation.tokens, length);
    ExactLayer exact = computeExact(layer, recording.cacheType, module.scale(),
                                    options.threads);
    evaluateLayer(device.get(), kernelsFor(module), layer, recording.cacheType,
                  exact, evaluation);
  }
  subject.evaluations.push_back(std::move(evaluation));
}

/// Leaves if a length cannot be made of the recording.
static void checkLengths(const Options &options, const Recording &recording) {
  for (const RecordedLayer &layer : recording.layers)
    for (int64_t tokens : options.tokens) {
      const std::string where = "--tokens=" + std::to_string(tokens) + ": '" +
                                layer.name + ".k' has ";
      if (tokens > layer.key.tokens && options.attentions.empty())
        fatal(where + "only " + std::to_string(layer.key.tokens) +
              "; --continue makes up the others");
      if (tokens < layer.positions)
        fatal(where + std::to_string(layer.positions) +
              " positions with a query, more than that");
      if (tokens > layer.key.tokens && layer.key.tokens <= kKeptFront)
        fatal(where + "only " + std::to_string(layer.key.tokens) +
              ", too few to make up others from");
    }
}

/// AlignedKV's tables, at each length.
static void printAllPublished(const Options &options,
                              const Recording &recording) {
  std::vector<int64_t> lengths = options.tokens;
  if (lengths.empty())
    lengths = {recording.layers.front().key.tokens};
  for (int64_t tokens : lengths) {
    Recording cut = recording;
    for (RecordedLayer &layer : cut.layers)
      layer = changeLength(layer, cut.cacheType, tokens);
    std::printf("-- %lld tokens\n", static_cast<long long>(tokens));
    printPublished(cut);
  }
}

/// Evaluates a recording; what --json writes.
static Json evaluateRecording(const Options &options) {
  Recording recording = readRecording(options.files.front(), options.recording);
  if (options.printModule) {
    const RecordedLayer &layer = recording.layers.front();
    std::fputs(describeDecode(layer, recording.cacheType).text().c_str(),
               stdout);
    std::exit(0);
  }
  checkLengths(options, recording);
  if (options.published) {
    printAllPublished(options, recording);
    std::exit(0);
  }
  Evaluator evaluator(options, recording);
  std::vector<std::string> attentions = options.attentions;
  if (attentions.empty())
    attentions = {"recorded"};
  std::vector<int64_t> lengths = options.tokens;
  if (lengths.empty())
    lengths = {0};
  for (const std::string &attention : attentions)
    for (int64_t tokens : lengths)
      evaluator.evaluate(tokens, attention);
  printTable(evaluator.subject);
  return formatJson(evaluator.subject);
}

static std::string dump(const Json &json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

static int compare(const Options &options) {
  const std::string &before = options.files[0], &after = options.files[1];
  Comparison comparison =
      compareResults(readResults(before), before, readResults(after), after,
                     options.tolerances);
  std::fputs(comparison.table.c_str(), stdout);
  std::fflush(stdout);
  for (const std::string &regression : comparison.regressions)
    std::fprintf(stderr, "%s: regression: %s\n", toolName, regression.c_str());
  return comparison.regressions.empty() ? 0 : 1;
}

static bool isJson(const std::string &path) {
  return path.size() > 5 && path.compare(path.size() - 5, 5, ".json") == 0;
}

int main(int argc, char **argv) {
  toolName = "aligned-eval";
  Options options = parseOptions(argc, argv);
  if (options.compare)
    return compare(options);
  const std::string &file = options.files.front();
  Json json = isJson(file) ? readResults(file) : evaluateRecording(options);
  std::vector<Result> results = collectResults(json, file);
  if (!options.json.empty())
    writeFile(options.json, dump(json));
  if (!options.html.empty())
    writeFile(options.html, formatPage(json, options.bench.empty()
                                                 ? Json()
                                                 : readResults(options.bench)));
  for (const Result &result : results)
    if (const double *beyond = result.find("bound_violated"); beyond && *beyond)
      fatal(result.name + ": " + std::to_string(static_cast<int64_t>(*beyond)) +
            " errors are beyond their reported bound");
  enforceAlerts(options.alerts, results);
  return 0;
}
