//===- aligned-bench.cpp - Time and bytes of decodes ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decodes of many shapes at several precisions, beside the control that reads
// everything, plain attention on the CPU, and results of other libraries'
// kernels; how many bytes each read, how fast that was against the fastest read
// that the machine was capable of just then, and how exact the answer is.
//
//===----------------------------------------------------------------------===//

#include "Alerts.h"
#include "DecodeModule.h"
#include "JitBench.h"
#include "Measure.h"
#include "Report.h"
#include "Results.h"
#include "Tool.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <getopt.h>
#include <map>
#include <nlohmann/json.hpp>
#include <omp.h>
#include <thread>

using namespace aligned;

static const char *const kUsage = R"(usage: aligned-bench [options]

what is decoded:
  --shapes=S,..       SEQUENCESxQUERY_HEADSxKV_HEADSxCHANNELSxTOKENS, k: 1024
                      (1x32x8x128x1k,1x32x8x128x4k,1x32x8x128x16k)
                      TOKENS of sequences of different lengths are a list that
                      they take in turn, 8x32x8x128x1k+4k+16k+128k; a batch of
                      as many tokens in equal lengths is measured beside it
                      (x_equal: its time over the skewed one's; bw_equal: the
                      skewed one's bytes a second over its)
  --precision=P,..    budget<B>, certified<E> or full
                      (budget<12>,budget<16>,full); or paper, which has planes
                      of its own, and full over them
  --cache=TYPE,..     bf16 or f16 (bf16; of paper f16, and nothing else)
  --spread=X,..       standard deviations of synthetic logits, in nats (3.6,1)
  --recording=FILE    also rows of a recording (safetensors, as aligned-eval
                      reads them), repeated to fill the shape
  --continue          beyond its length with synthetic rows that are mixes of
                      its own, as aligned-eval's, not with the same ones again
  --narrow=TYPE       round K and V of the recording in f32 to f16 or bf16, or
                      bf16 to f16
  --seed=N            of synthetic rows (1)

where, and how:
  --device=DEVICE     cpu, cuda or cuda:N (cpu)
  --threads=N         CPU threads (one a processor)
  --packages=DIR      kernels compiled elsewhere: NAME.aligned of what
                      --print-modules writes, in place of compiling here
  --print-modules=DIR write NAME.mlir of the kernels needed; stop (those
                      whose NAME ends in paper are compiled with that precision,
                      those in certified with certified<E>, of any E: they are
                      for GPUs)
  --processor-time    time that processors spend, in place of what passes: with
                      --threads=1 on a busy machine (CPU only)
  --samples=N         times measured of each (25)
  --copies=N          caches that decodes take in turn (0: as many as exceed
                      four times the last-level cache)
  --error-heads=N     kv heads compared with float64 (8; 0: none)
  --launch-overhead   on a GPU, beside the time of a decode in a CUDA graph:
                      host_us, until a call returns; replay_us, the same of the
                      launch of a graph of one; eager_us, of one of 64 calls one
                      behind the other, without a graph
  --no-blocked        leave out plain 16-bit attention on the CPU
  --jit=TARGET,..     measure compilation for targets (nvptx:sm_90a, cpu) in
                      place of decodes: MLIR to a package and, of a target that
                      the device runs, the package to a loaded kernel

what comes out:
  --peers=FILE,..     results of other kernels on the same shapes, as
                      benchmarks/peers.py writes them, join the results
  --json=FILE, --tsv=FILE, --html=FILE
  --alert LIMIT ..    exit with 1 if a figure of --json is not within its limit,
                      [KERNEL:]FIGURE<NUMBER, or with <=, > or >=, naming it:
                      --alert 'budget<12>:speedup.over_full>1' 'full:fraction<=1'
)";

namespace {
struct Options {
  std::vector<Shape> shapes;
  std::vector<std::string> cacheTypes, peers, jit;
  std::vector<double> spreads = {3.6, 1};
  std::string device = "cpu", packages, printModules, recording;
  RecordingOptions recordingOptions;
  Beyond beyond = Beyond::Repeat;
  std::string json, tsv, html;
  std::vector<Alert> alerts;
  bool isPaper = false;  ///< planes are those of the precision `paper`
  std::string certified; ///< the first certified<e>, if there is one
  int64_t seed = 1;
  Clock clock = Clock::Wall;
  MeasureOptions measure = {{},
                            /*samples=*/25,
                            /*copies=*/0,
                            /*errorHeads=*/8,
                            /*threads=*/
                            std::max(1u, std::thread::hardware_concurrency()),
                            /*withBlocked=*/true,
                            /*withLaunches=*/false};
};
} // namespace

static void setShapes(Options &options, const std::string &text) {
  options.shapes.clear();
  for (const std::string &shape : splitList(text))
    options.shapes.push_back(parseShape(shape));
  if (options.shapes.empty())
    fatal("--shapes: expected one shape or more");
}

static void setPrecisions(Options &options, const std::string &text) {
  options.measure.precisions.clear();
  options.isPaper = false;
  options.certified.clear();
  bool readsDigits = false;
  for (const std::string &name : splitList(text)) {
    Precision precision = parsePrecision(name);
    bool isPaper = precision.kind == PrecisionKind::Paper;
    options.isPaper |= isPaper;
    readsDigits |= !isPaper && precision.budget() < kFullBudget;
    if (precision.kind == PrecisionKind::Certified && options.certified.empty())
      options.certified = name;
    options.measure.precisions.emplace_back(name, precision);
  }
  if (options.measure.precisions.empty())
    fatal("--precision: expected one precision or more");
  if (options.isPaper && readsDigits)
    fatal("--precision=" + text +
          ": paper reads planes of its own: time it apart, with full over the "
          "same planes");
}

/// Leaves if `type` is none that a cache can have.
static void checkCacheType(const char *option, const std::string &type) {
  if (type != "f16" && type != "bf16")
    fatal(std::string(option) + "=" + type + ": expected 'f16' or 'bf16'");
}

static void setCacheTypes(Options &options, const std::string &text) {
  options.cacheTypes = splitList(text);
  for (const std::string &type : options.cacheTypes)
    checkCacheType("--cache", type);
}

static void setNarrow(Options &options, const std::string &type) {
  checkCacheType("--narrow", type);
  options.recordingOptions.narrow = type;
}

static void setSpreads(Options &options, const std::string &text) {
  options.spreads.clear();
  for (const std::string &spread : splitList(text))
    options.spreads.push_back(parseTolerance("--spread", spread));
}

static Options parseOptions(int argc, char **argv) {
  Options options;
  setShapes(options, "1x32x8x128x1k,1x32x8x128x4k,1x32x8x128x16k");
  setPrecisions(options, "budget<12>,budget<16>,full");
  using Set = std::function<void(const std::string &)>;
  auto text = [](std::string &to) -> Set {
    return [&to](const std::string &value) { to = value; };
  };
  auto integer = [](const char *name, int64_t &to, int64_t least) -> Set {
    return [name, &to, least](const std::string &value) {
      to = parseInteger(name, value, least);
    };
  };
  MeasureOptions &measure = options.measure;
  const std::vector<std::pair<const char *, Set>> withValue = {
      {"shapes", [&](auto &value) { setShapes(options, value); }},
      {"precision", [&](auto &value) { setPrecisions(options, value); }},
      {"cache", [&](auto &value) { setCacheTypes(options, value); }},
      {"spread", [&](auto &value) { setSpreads(options, value); }},
      {"recording", text(options.recording)},
      {"narrow", [&](auto &value) { setNarrow(options, value); }},
      {"seed", integer("--seed", options.seed, 0)},
      {"device", text(options.device)},
      {"threads", integer("--threads", measure.threads, 1)},
      {"packages", text(options.packages)},
      {"print-modules", text(options.printModules)},
      {"samples", integer("--samples", measure.samples, 1)},
      {"copies", integer("--copies", measure.copies, 0)},
      {"error-heads", integer("--error-heads", measure.errorHeads, 0)},
      {"jit",
       [&](auto &value) {
         options.jit = splitList(value);
         if (options.jit.empty())
           fatal("--jit: expected one target or more");
       }},
      {"peers", [&](auto &value) { options.peers = splitList(value); }},
      {"json", text(options.json)},
      {"tsv", text(options.tsv)},
      {"html", text(options.html)},
      {"alert", [&](auto &) { parseAlerts(argc, argv, options.alerts); }},
  };
  const std::vector<std::pair<const char *, std::function<void()>>> flags = {
      {"processor-time", [&] { options.clock = Clock::Processor; }},
      {"launch-overhead", [&] { measure.withLaunches = true; }},
      {"no-blocked", [&] { measure.withBlocked = false; }},
      {"continue", [&] { options.beyond = Beyond::Mix; }},
      {"help",
       [] {
         std::fputs(kUsage, stdout);
         std::exit(0);
       }},
  };
  std::vector<option> table;
  for (const auto &[name, set] : withValue)
    table.push_back({name, required_argument, nullptr,
                     static_cast<int>(table.size()) + 256});
  for (const auto &[name, set] : flags)
    table.push_back(
        {name, no_argument, nullptr, static_cast<int>(table.size()) + 256});
  table.push_back({nullptr, 0, nullptr, 0});
  for (int which;
       (which = getopt_long(argc, argv, "", table.data(), nullptr)) >= 0;) {
    if (which < 256)
      std::exit(1); // getopt has said why
    size_t index = static_cast<size_t>(which) - 256;
    if (index < withValue.size())
      withValue[index].second(optarg);
    else
      flags[index - withValue.size()].second();
  }
  if (options.cacheTypes.empty())
    options.cacheTypes = {options.isPaper ? "f16" : "bf16"};
  if (options.isPaper && options.cacheTypes != std::vector<std::string>{"f16"})
    fatal("--cache: the planes of 'paper' hold the bits of f16");
  if (optind != argc)
    fatal(std::string("unexpected '") + argv[optind] +
          "'; --help lists the options");
  if (options.spreads.empty() && options.recording.empty())
    fatal("there is no data: give --spread or --recording");
  const std::pair<const char *, bool> ofDecodes[] = {
      {"--launch-overhead", measure.withLaunches},
      {"--packages", !options.packages.empty()},
      {"--peers", !options.peers.empty()},
      {"--tsv", !options.tsv.empty()},
      {"--html", !options.html.empty()}};
  for (const auto &[name, isGiven] : ofDecodes)
    if (!options.jit.empty() && isGiven)
      fatal(std::string("--jit measures compilation, and ") + name +
            " is of decodes: leave one of them out");
  if (options.beyond == Beyond::Mix && options.recording.empty())
    fatal("--continue: it goes on with a recording, and there is none: give "
          "--recording");
  return options;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static DecodeModule moduleOf(const Options &options, const Shape &shape,
                             const std::string &cacheType) {
  return {shape.group(),
          shape.channels,
          shape.channels,
          cacheType,
          cacheType,
          "f32",
          options.isPaper ? "paper" : ""};
}

/// What does certified<e> on a GPU, over the same planes.
static DecodeModule certifyingOf(const Options &options, DecodeModule module) {
  module.precision = options.certified;
  return module;
}

/// Name of the files of a kernel.
static std::string nameOf(const DecodeModule &module) {
  std::string precision =
      module.precision.substr(0, module.precision.find('<'));
  return "decode_g" + std::to_string(module.group) + "_d" +
         std::to_string(module.keyChannels) + "_" + module.cacheType +
         (precision.empty() ? "" : "_" + precision);
}

/// The kernels that the shapes take, by name. Those of a CPU certify, too.
static std::map<std::string, DecodeModule> listModules(const Options &options,
                                                       bool isGpu) {
  std::map<std::string, DecodeModule> modules;
  for (const Shape &shape : options.shapes)
    for (const std::string &type : options.cacheTypes) {
      DecodeModule module = moduleOf(options, shape, type);
      modules.emplace(nameOf(module), module);
      if (isGpu && !options.certified.empty()) {
        module = certifyingOf(options, module);
        modules.emplace(nameOf(module), module);
      }
    }
  return modules;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Batches that are decoded in turns, for each data: the shape's, and of a
/// skewed one that of equal lengths which it is set beside.
static std::vector<std::vector<Workload>>
makeWorkloads(const Options &options, const Shape &shape,
              const std::string &cacheType, const Recording *recording) {
  std::vector<std::vector<Workload>> workloads;
  auto add = [&](auto make) {
    workloads.emplace_back();
    workloads.back().push_back(make(shape));
    if (shape.isSkewed())
      workloads.back().push_back(make(shape.equalised()));
  };
  for (double spread : options.spreads)
    add([&](const Shape &of) {
      return makeSynthetic(of, cacheType, spread,
                           static_cast<uint64_t>(options.seed),
                           options.measure.threads);
    });
  if (recording && recording->cacheType == cacheType)
    add([&](const Shape &of) {
      return tileRecording(of, *recording, options.beyond);
    });
  return workloads;
}

static Session run(const Options &options, AlignedDevice device) {
  bool isGpu = alignedDeviceIsGpu(device);
  if (options.measure.withLaunches && !isGpu)
    fatal("--launch-overhead is of a GPU: on the CPU a decode is done when it "
          "returns; give --device=cuda");
  std::map<std::string, OwnedKernel> kernels;
  for (const auto &[name, module] : listModules(options, isGpu))
    kernels[name] =
        options.packages.empty()
            ? compileFor(device, module)
            : loadKernel(device, options.packages + "/" + name + ".aligned",
                         module);
  Recording recording;
  if (!options.recording.empty()) {
    recording = readRecording(options.recording, options.recordingOptions);
    if (std::find(options.cacheTypes.begin(), options.cacheTypes.end(),
                  recording.cacheType) == options.cacheTypes.end())
      fatal(options.recording + ": it is " + recording.cacheType +
            ", which --cache leaves out");
  }
  std::unique_ptr<Timer> timer =
      isGpu ? createCudaTimer(options.device) : createCpuTimer(options.clock);
  MeasureOptions measureOptions = options.measure;
  measureOptions.withBlocked &= !isGpu;
  Session session;
  session.device = alignedDeviceGetDescription(device);
  session.peakRead = timer->measurePeakRead();
  for (const Shape &shape : options.shapes)
    for (const std::string &type : options.cacheTypes)
      for (const std::vector<Workload> &workloads :
           makeWorkloads(options, shape, type,
                         options.recording.empty() ? nullptr : &recording)) {
        std::fprintf(stderr, "%s %s, %s\n", shape.name().c_str(), type.c_str(),
                     workloads.front().data.c_str());
        DecodeModule module = moduleOf(options, shape, type);
        DecodeKernels decode = {kernels[nameOf(module)].get(), nullptr};
        if (isGpu && !options.certified.empty())
          decode.certifying =
              kernels[nameOf(certifyingOf(options, module))].get();
        auto measurements =
            measure(device, decode, *timer, workloads, measureOptions);
        std::move(measurements.begin(), measurements.end(),
                  std::back_inserter(session.measurements));
      }
  return session;
}

static nlohmann::ordered_json readPeers(const Options &options) {
  nlohmann::ordered_json peers = nlohmann::ordered_json::array();
  for (const std::string &path : options.peers) {
    nlohmann::ordered_json json = readResults(path);
    collectResults(json, path); // leaves if there are none
    for (const auto &result : json["results"])
      peers.push_back(result);
  }
  return peers;
}

int main(int argc, char **argv) {
  toolName = "aligned-bench";
  Options options = parseOptions(argc, argv);
  omp_set_num_threads(static_cast<int>(options.measure.threads));
  if (!options.printModules.empty()) {
    for (const auto &[name, module] : listModules(options, /*isGpu=*/true))
      writeFile(options.printModules + "/" + name + ".mlir", module.text());
    return 0;
  }
  nlohmann::ordered_json peers = readPeers(options);
  // The driver's own cache of what it compiled would be measured.
  if (!options.jit.empty())
    setenv("CUDA_CACHE_DISABLE", "1", /*overwrite=*/1);
  AlignedDevice newDevice;
  check(alignedDeviceOpen(options.device.c_str(), &newDevice));
  OwnedDevice device(newDevice);
  nlohmann::ordered_json json;
  if (!options.jit.empty()) {
    json = measureJit(device.get(), options.jit,
                      listModules(options, /*isGpu=*/true),
                      options.measure.samples);
    printJitTable(json);
  } else {
    json = describe(run(options, device.get()), peers);
    printTable(json);
    if (!options.tsv.empty())
      writeFile(options.tsv, formatTsv(json));
    if (!options.html.empty())
      writeFile(options.html, formatPage(json));
  }
  if (!options.json.empty())
    writeFile(options.json, json.dump(2) + "\n");
  enforceAlerts(options.alerts, collectResults(json, "this run"));
  return 0;
}
