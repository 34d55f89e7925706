//===- aligned-run.cpp - Runs a module or a package on tensors ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Compiles FILE if it is MLIR, loads it if it is a package, runs one of its
// functions on the tensors arg0, arg1, .. of a safetensors file, writes its
// results out0, out1, .. to another, and compares them with a third.
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Compare.h"
#include "Handles.h"
#include "Jit.h"
#include "Tool.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <getopt.h>

using namespace aligned;

static const char *const kUsage = R"(usage: aligned-run FILE [options]

FILE is MLIR (text or bytecode), or a package that aligned-compile wrote.

  --inputs=FILE       safetensors file with the arguments arg0, arg1, ..
  --outputs=FILE      where to write the results out0, out1, ..
  --entry=NAME        function to run (the first one)
  --device=DEVICE     cpu, cuda or cuda:N (cpu)
  --precision=P       budget<B>, full, certified<E> or paper (of a package: what
                      it was compiled for)
  --compare=FILE      print how far results are from out0, out1, .. of FILE
  --tolerance=T       exit with 1 if any |diff| > T * max(1, |ref|)
  --row-tolerance=T   exit with 1 if |diff| > T * |ref| in any row; with both,
                      what exceeds the first must be within the second
  --report            print what each decode read, and how exact it is
  --repeat=N          run N times, print the time (1)

for MLIR:
  --kv=pack|retype    keep the signature, or make K and V planes (pack)
  --allow-narrowing   K and V in f32 become 16-bit planes
  --decompose         run attention as the linalg that it means, without planes
)";

namespace {
struct Options {
  std::string file, inputs, outputs, entry, compare;
  std::string device = "cpu", precision, kv;
  bool allowNarrowing = false, decompose = false, report = false;
  Tolerance tolerance;
  int64_t repeat = 1;
};
} // namespace

static Options parseOptions(int argc, char **argv) {
  enum {
    kInputs = 1,
    kOutputs,
    kEntry,
    kDevice,
    kPrecision,
    kCompare,
    kTolerance,
    kRowTolerance,
    kReport,
    kRepeat,
    kKv,
    kAllowNarrowing,
    kDecompose,
    kHelp
  };
  static const option kOptions[] = {
      {"inputs", required_argument, nullptr, kInputs},
      {"outputs", required_argument, nullptr, kOutputs},
      {"entry", required_argument, nullptr, kEntry},
      {"device", required_argument, nullptr, kDevice},
      {"precision", required_argument, nullptr, kPrecision},
      {"compare", required_argument, nullptr, kCompare},
      {"tolerance", required_argument, nullptr, kTolerance},
      {"row-tolerance", required_argument, nullptr, kRowTolerance},
      {"report", no_argument, nullptr, kReport},
      {"repeat", required_argument, nullptr, kRepeat},
      {"kv", required_argument, nullptr, kKv},
      {"allow-narrowing", no_argument, nullptr, kAllowNarrowing},
      {"decompose", no_argument, nullptr, kDecompose},
      {"help", no_argument, nullptr, kHelp},
      {nullptr, 0, nullptr, 0}};
  Options options;
  for (int which;
       (which = getopt_long(argc, argv, "", kOptions, nullptr)) >= 0;) {
    const std::string value = optarg ? optarg : "";
    switch (which) {
    case kInputs:
      options.inputs = value;
      break;
    case kOutputs:
      options.outputs = value;
      break;
    case kEntry:
      options.entry = value;
      break;
    case kDevice:
      options.device = value;
      break;
    case kPrecision:
      options.precision = value;
      break;
    case kCompare:
      options.compare = value;
      break;
    case kTolerance:
      options.tolerance.elementwise = parseTolerance("--tolerance", value);
      break;
    case kRowTolerance:
      options.tolerance.row = parseTolerance("--row-tolerance", value);
      break;
    case kReport:
      options.report = true;
      break;
    case kRepeat:
      options.repeat = parseInteger("--repeat", value, 1);
      break;
    case kKv:
      options.kv = value;
      break;
    case kAllowNarrowing:
      options.allowNarrowing = true;
      break;
    case kDecompose:
      options.decompose = true;
      break;
    case kHelp:
      std::fputs(kUsage, stdout);
      std::exit(0);
    default:
      std::exit(1); // getopt has said why
    }
  }
  if (argc - optind != 1)
    fatal("expected one FILE, got " + std::to_string(argc - optind) +
          "; --help lists the options");
  options.file = argv[optind];
  if (!options.kv.empty() && options.kv != "pack" && options.kv != "retype")
    fatal("--kv=" + options.kv + ": expected 'pack' or 'retype'");
  if ((options.tolerance.elementwise || options.tolerance.row) &&
      options.compare.empty())
    fatal("a tolerance needs --compare=FILE to compare with");
  return options;
}

/// Whether bytes begin as a safetensors file does: no MLIR, text or bytecode,
/// has zeros in bytes 4 to 7.
static bool looksLikePackage(const std::string &bytes) {
  return bytes.size() >= 8 && std::memcmp(bytes.data() + 4, "\0\0\0", 4) == 0;
}

static OwnedPackage compile(const Options &options, const std::string &ir,
                            AlignedDevice device) {
  AlignedJitOptions jit = {};
  jit.targets = alignedDeviceGetTargets(device);
  jit.precision =
      options.precision.empty() ? nullptr : options.precision.c_str();
  jit.kv = options.kv.empty() ? nullptr : options.kv.c_str();
  jit.allowNarrowing = options.allowNarrowing;
  jit.decompose = options.decompose;
  Jit library = loadJit();
  AlignedPackage package;
  if (AlignedError error =
          library.compile(ir.data(), ir.size(), &jit, &package, nullptr)) {
    std::string message = alignedErrorGetMessage(error);
    alignedErrorDestroy(error);
    fatal(options.file + ": " + message);
  }
  if (const char *remarks = library.getRemarks(); options.report && *remarks)
    std::puts(remarks);
  return OwnedPackage(package);
}

static OwnedPackage loadOrCompile(const Options &options,
                                  AlignedDevice device) {
  const std::string bytes = readFile(options.file);
  if (!looksLikePackage(bytes))
    return compile(options, bytes, device);
  if (options.decompose || options.allowNarrowing || !options.kv.empty())
    fatal(options.file +
          " is a package, which is compiled already: "
          "--decompose, --allow-narrowing and --kv are for MLIR");
  AlignedPackage package;
  check(alignedPackageLoad(options.file.c_str(), &package));
  return OwnedPackage(package);
}

static std::unique_ptr<SafetensorsFile> openTensors(const std::string &path) {
  std::string error;
  std::unique_ptr<SafetensorsFile> file = SafetensorsFile::open(path, error);
  if (!file)
    fatal(error);
  return file;
}

static void printTimes(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  std::printf("time: min %.1f us, median %.1f us of %zu runs\n",
              seconds.front() * 1e6, seconds[seconds.size() / 2] * 1e6,
              seconds.size());
}

static void printReports(AlignedProgram program) {
  const AlignedHeadReport *reports;
  int64_t count;
  for (int64_t decode = 0;
       (count = alignedProgramGetReports(program, decode, &reports)) > 0;
       ++decode) {
    std::printf("decode %lld\n%6s %9s %12s %10s %10s %20s %20s %12s  %s\n",
                static_cast<long long>(decode), "row", "visible", "|o|",
                "estimate", "bound", "K rows 4/8/16", "V rows 0/8/16", "bytes",
                "certified");
    for (int64_t i = 0; i < count; ++i) {
      const AlignedHeadReport &r = reports[i];
      char key[64], value[64];
      std::snprintf(key, sizeof(key), "%d/%d/%d", r.keyRows[0], r.keyRows[1],
                    r.keyRows[2]);
      std::snprintf(value, sizeof(value), "%d/%d/%d", r.valueRows[0],
                    r.valueRows[1], r.valueRows[2]);
      static const char *const kCertificates[] = {"-", "yes",
                                                  "no, read everything"};
      std::printf("%6lld %9d %12.4e %10.2e %10.2e %20s %20s %12lld  %s\n",
                  static_cast<long long>(i), r.visible, r.norm, r.estimate,
                  r.bound, key, value, static_cast<long long>(r.bytes),
                  kCertificates[r.certificate]);
    }
  }
}

static std::vector<SafetensorsTensor> collectResults(AlignedProgram program) {
  std::vector<SafetensorsTensor> results;
  for (int64_t i = 0; i < alignedProgramGetNumResults(program); ++i) {
    const AlignedTensor *tensor = alignedProgramGetResult(program, i);
    SafetensorsTensor result;
    result.name = "out" + std::to_string(i);
    result.dtype = safetensorsDtype(tensor->type);
    result.shape.assign(tensor->shape, tensor->shape + tensor->rank);
    result.data = tensor->data;
    result.bytes = safetensorsElementBytes(result.dtype);
    for (int64_t size : result.shape)
      result.bytes *= static_cast<size_t>(size);
    results.push_back(std::move(result));
  }
  return results;
}

/// Prints all comparisons before it leaves because of one.
static void compareAll(const Options &options, const SafetensorsFile &reference,
                       const std::vector<SafetensorsTensor> &results) {
  std::string beyond;
  for (const SafetensorsTensor &result : results) {
    const SafetensorsTensor *expected = reference.find(result.name);
    if (!expected)
      fatal(options.compare + ": tensor '" + result.name +
            "' is missing: there are " + std::to_string(results.size()) +
            " results to compare with");
    std::string what = compareTensors(result, *expected, options.tolerance);
    if (beyond.empty())
      beyond = what;
  }
  if (!beyond.empty())
    fatal(beyond);
}

/// A package's own precision gives way to the one that is asked for, but other
/// planes than it was compiled for it does not have.
static void setPrecision(const Options &options, AlignedPackage package,
                         AlignedProgram program) {
  if (options.precision.empty())
    return;
  Precision precision = parsePrecision(options.precision);
  if (precision.kind == PrecisionKind::Paper && hasFixedPlanes(package))
    fatal(options.file + ": --precision=paper: has planes of the encoding "
                         "'fixed': compile it with --precision=paper");
  alignedProgramSetPrecision(program, precision.budget(),
                             precision.certified());
}

int main(int argc, char **argv) {
  toolName = "aligned-run";
  Options options = parseOptions(argc, argv);
  // What the device or the kernels do not have is refused when they run.
  if (!options.precision.empty())
    parsePrecision(options.precision);

  AlignedDevice openedDevice;
  check(alignedDeviceOpen(options.device.c_str(), &openedDevice));
  OwnedDevice device(openedDevice);
  OwnedPackage package = loadOrCompile(options, device.get());
  Entry entry = findEntry(package.get(), options.entry);
  AlignedProgram loadedProgram;
  check(alignedProgramLoad(device.get(), package.get(), entry.name.c_str(),
                           &loadedProgram));
  OwnedProgram program(loadedProgram);
  setPrecision(options, package.get(), program.get());

  std::unique_ptr<SafetensorsFile> inputs, reference;
  std::vector<AlignedTensor> arguments;
  if (!options.inputs.empty()) {
    inputs = openTensors(options.inputs);
    arguments = matchArguments(entry, *inputs, options.inputs);
  } else if (!entry.arguments.empty()) {
    fatal("'" + entry.name + "' takes " +
          std::to_string(entry.arguments.size()) +
          " arguments: give them with --inputs=FILE.safetensors");
  }
  if (!options.compare.empty())
    reference = openTensors(options.compare);

  std::vector<double> seconds;
  for (int64_t i = 0; i < options.repeat; ++i) {
    check(alignedProgramRun(program.get(), arguments.data(),
                            static_cast<int64_t>(arguments.size())));
    seconds.push_back(alignedProgramGetSeconds(program.get()));
  }
  std::vector<SafetensorsTensor> results = collectResults(program.get());
  std::string error;
  if (!options.outputs.empty() &&
      !writeSafetensors(options.outputs, results, {}, error))
    fatal(error);
  if (options.report)
    printReports(program.get());
  if (options.repeat > 1)
    printTimes(seconds);
  if (reference)
    compareAll(options, *reference, results);
  return 0;
}
