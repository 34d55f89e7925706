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

#include "Evaluate.h"
#include "Handles.h"
#include "Page.h"
#include "Statistics.h"
#include "Summary.h"
#include "Tool.h"

#include "Aligned/Runtime/Safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <getopt.h>
#include <map>
#include <thread>

using namespace aligned;

static const char *const kUsage =
    R"(usage: aligned-eval KV.safetensors [options]

KV.safetensors holds, for each layer L, L.q [positions, query heads, channels]
and L.k, L.v [kv heads, tokens, channels] in f16 or bf16. Query i stands at
position tokens - positions + i and sees the tokens up to and including its own.

  --precision=P,..    budget<B> or full (budget<10>,budget<12>,full)
  --device=DEVICE     cpu, cuda or cuda:N (cpu)
  --layers=L,..       layers to evaluate (all)
  --tokens=N          keep only the first 4 and the last N - 4 rows (0: all)
  --narrow=TYPE       round K and V in f32 to f16 or bf16
  --threads=N         threads of the float64 attention (one a processor)
  --package=FILE      decode kernel of a package, in place of compiling one
  --print-module      print the MLIR that is compiled, for aligned-compile; stop
  --json=FILE         write the results as JSON too
  --html=FILE         write them as a page with plots

exit with 1 if a precision exceeds (and always if an error exceeds its bound):
  --max-mean-error=E  mean of the relative errors
  --max-p99-error=E   their 99th percentile
  --max-fraction=F    share of the planes that was read, 0 to 1
)";

namespace {
struct Options {
  std::string file, json, html, package;
  bool printModule = false;
  std::string device = "cpu", precisions = "budget<10>,budget<12>,full";
  RecordingOptions recording;
  int64_t threads = std::max(1u, std::thread::hardware_concurrency());
  double maxMean = INFINITY, maxP99 = INFINITY, maxFraction = INFINITY;
};
} // namespace

static Options parseOptions(int argc, char **argv) {
  enum {
    kPrecision = 1,
    kDevice,
    kLayers,
    kTokens,
    kNarrow,
    kThreads,
    kPackage,
    kPrintModule,
    kJson,
    kHtml,
    kMaxMean,
    kMaxP99,
    kMaxFraction,
    kHelp
  };
  static const option kOptions[] = {
      {"precision", required_argument, nullptr, kPrecision},
      {"device", required_argument, nullptr, kDevice},
      {"layers", required_argument, nullptr, kLayers},
      {"tokens", required_argument, nullptr, kTokens},
      {"narrow", required_argument, nullptr, kNarrow},
      {"threads", required_argument, nullptr, kThreads},
      {"package", required_argument, nullptr, kPackage},
      {"print-module", no_argument, nullptr, kPrintModule},
      {"json", required_argument, nullptr, kJson},
      {"html", required_argument, nullptr, kHtml},
      {"max-mean-error", required_argument, nullptr, kMaxMean},
      {"max-p99-error", required_argument, nullptr, kMaxP99},
      {"max-fraction", required_argument, nullptr, kMaxFraction},
      {"help", no_argument, nullptr, kHelp},
      {nullptr, 0, nullptr, 0}};
  Options options;
  for (int which;
       (which = getopt_long(argc, argv, "", kOptions, nullptr)) >= 0;) {
    const std::string value = optarg ? optarg : "";
    switch (which) {
    case kPrecision:
      options.precisions = value;
      break;
    case kDevice:
      options.device = value;
      break;
    case kLayers:
      options.recording.layers = splitList(value);
      break;
    case kTokens:
      options.recording.tokens = parseInteger("--tokens", value, 0);
      break;
    case kNarrow:
      options.recording.narrow = value;
      break;
    case kThreads:
      options.threads = parseInteger("--threads", value, 1);
      break;
    case kPackage:
      options.package = value;
      break;
    case kPrintModule:
      options.printModule = true;
      break;
    case kJson:
      options.json = value;
      break;
    case kHtml:
      options.html = value;
      break;
    case kMaxMean:
      options.maxMean = parseTolerance("--max-mean-error", value);
      break;
    case kMaxP99:
      options.maxP99 = parseTolerance("--max-p99-error", value);
      break;
    case kMaxFraction:
      options.maxFraction = parseTolerance("--max-fraction", value);
      break;
    case kHelp:
      std::fputs(kUsage, stdout);
      std::exit(0);
    default:
      std::exit(1); // getopt has said why
    }
  }
  if (argc - optind != 1)
    fatal("expected one file, got " + std::to_string(argc - optind) +
          "; --help lists the options");
  options.file = argv[optind];
  const std::string &narrow = options.recording.narrow;
  if (!narrow.empty() && narrow != "f16" && narrow != "bf16")
    fatal("--narrow=" + narrow + ": expected 'f16' or 'bf16'");
  return options;
}

static std::vector<Measurements> parsePrecisions(const std::string &text) {
  std::vector<Measurements> measurements;
  for (const std::string &name : splitList(text)) {
    Measurements m;
    m.precision = {name, parsePrecision(name)};
    measurements.push_back(m);
  }
  if (measurements.empty())
    fatal("--precision: expected one precision or more");
  return measurements;
}

static void writeText(const std::string &path, const std::string &text) {
  std::string error;
  if (!writeFileAtomically(path, text.data(), text.size(), error))
    fatal(error);
}

static void checkLimits(const Options &options, const Measurements &m) {
  auto limit = [&](const char *what, double value, double most) {
    char text[128];
    std::snprintf(text, sizeof(text), ": the %s is %.3g, more than %.3g", what,
                  value, most);
    if (!(value <= most))
      fatal(m.precision.name + text);
  };
  if (m.boundViolated)
    fatal(m.precision.name + ": " + std::to_string(m.boundViolated) +
          " errors are beyond their reported bound");
  limit("mean error", mean(m.error), options.maxMean);
  limit("p99 error", quantile(m.error, .99), options.maxP99);
  limit("fraction", fraction(m), options.maxFraction);
}

int main(int argc, char **argv) {
  toolName = "aligned-eval";
  Options options = parseOptions(argc, argv);
  std::vector<Measurements> measurements = parsePrecisions(options.precisions);
  Recording recording = readRecording(options.file, options.recording);
  if (options.printModule) {
    const RecordedLayer &layer = recording.layers.front();
    std::fputs(describeDecode(layer, recording.cacheType).text().c_str(),
               stdout);
    return 0;
  }
  AlignedDevice newDevice;
  check(alignedDeviceOpen(options.device.c_str(), &newDevice));
  OwnedDevice device(newDevice);

  Subject subject;
  subject.file = options.file;
  subject.device = alignedDeviceGetDescription(device.get());
  subject.cacheType = recording.cacheType;
  subject.layers = static_cast<int64_t>(recording.layers.size());
  // Layers of one shape share a kernel.
  std::map<std::string, OwnedKernel> kernels;
  for (const RecordedLayer &layer : recording.layers) {
    DecodeModule module = describeDecode(layer, recording.cacheType);
    OwnedKernel &kernel = kernels[module.text()];
    if (!kernel)
      kernel = options.package.empty()
                   ? compileFor(device.get(), module)
                   : loadKernel(device.get(), options.package, module);
    ExactLayer exact = computeExact(layer, recording.cacheType, module.scale(),
                                    options.threads);
    evaluateLayer(device.get(), kernel.get(), layer, recording.cacheType, exact,
                  measurements);
    subject.tokens = std::max(subject.tokens, layer.key.tokens);
    subject.kernelError.insert(subject.kernelError.end(),
                               exact.kernelError.begin(),
                               exact.kernelError.end());
  }
  printTable(subject, measurements);
  if (!options.json.empty())
    writeText(options.json, formatJson(subject, measurements));
  if (!options.html.empty())
    writeText(options.html, formatPage(subject, measurements));
  for (const Measurements &m : measurements)
    checkLimits(options, m);
  return 0;
}
