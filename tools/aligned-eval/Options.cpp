//===- Options.cpp - Command line of aligned-eval -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "Tool.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <getopt.h>
#include <thread>

using namespace aligned;

static const char *const kUsage =
    R"(usage: aligned-eval KV.safetensors [options]
       aligned-eval RESULTS.json [--html=FILE] [--alert=..]
       aligned-eval --compare BEFORE.json AFTER.json [options]

KV.safetensors holds, for each layer L, L.q [positions, query heads, channels]
and L.k, L.v [kv heads, tokens, channels] in f16 or bf16. Query i stands at
position tokens - positions + i and sees the tokens up to and including its own.
RESULTS.json is what --json wrote.

  --precision=P,..    budget<B>, certified<E>, full (budget<10>,budget<12>,full);
                      or paper, which has planes of its own, and full over them
  --device=DEVICE     cpu, cuda or cuda:N (cpu)
  --layers=L,..       layers to evaluate (all)
  --kv-heads=H,..     kv heads to evaluate, with their query heads (all)
  --tokens=N,..       lengths: the first 4 and the last N - 4 rows (as recorded);
                      1k is 1024, 1M is 1024k
  --continue=A,..     lengths beyond the recording have synthetic rows behind the
                      first 4, of the statistics of the recorded ones; A is
                      'flat': queries as they are, so that attention spreads, or
                      'peaked': queries lengthened, so that it rests on as few
                      tokens as at the recording's own length
  --narrow=TYPE       round K and V in f32 to f16 or bf16, or bf16 to f16
  --threads=N         threads of the float64 attention (one a processor)
  --package=FILE      decode kernel of a package, in place of compiling one
  --published         print the bits that paper reads, and the errors of the two
                      products of attention, as AlignedKV's authors do; stop
  --print-module      print the MLIR that is compiled, for aligned-compile; stop
  --json=FILE         write the results as JSON too
  --html=FILE         write them as a page with plots that needs no network
  --bench=FILE        results of aligned-bench, for the page's plot of times

exit with 1 if a figure is not within its limit (and always if an error exceeds
its bound), naming it; figures are those of --json:
  --alert LIMIT ..    [PRECISION:]FIGURE<NUMBER, or with <=, > or >=, as in
                      --alert 'error.p99<5e-3' 'budget<12>:fraction<0.4';
                      without a precision: of each, full too

exit with 1 if AFTER is worse than BEFORE by more than a share of it:
  --error-tolerance=S (0.05)   --bytes-tolerance=S (0.01)
  --time-tolerance=S  (0.25; on the same device only)
)";

/// "4096", "4k", "1M".
static int64_t parseLength(const std::string &text) {
  int64_t unit = 1;
  std::string digits = text;
  if (!text.empty() && (text.back() == 'k' || text.back() == 'M')) {
    unit = text.back() == 'k' ? 1024 : 1024 * 1024;
    digits.pop_back();
  }
  int64_t length = parseInteger("--tokens", digits, 1) * unit;
  constexpr int64_t kMost = int64_t(1) << 24;
  if (length > kMost)
    fatal("--tokens=" + text + ": expected at most 16M");
  return length;
}

static std::vector<NamedPrecision> parsePrecisions(const std::string &text) {
  std::vector<NamedPrecision> precisions;
  bool hasPaper = false, hasOther = false;
  for (const std::string &name : splitList(text)) {
    precisions.push_back({name, parsePrecision(name)});
    const Precision &precision = precisions.back().precision;
    if (precision.kind == PrecisionKind::Paper)
      hasPaper = true;
    else
      hasOther |= precision.budget() < kFullBudget;
  }
  if (precisions.empty())
    fatal("--precision: expected one precision or more");
  if (hasPaper && hasOther)
    fatal("--precision=" + text +
          ": paper reads planes of its own: evaluate it "
          "apart, with full over the same planes if you like");
  return precisions;
}

static std::vector<std::string> parseAttentions(const std::string &text) {
  std::vector<std::string> attentions = splitList(text);
  for (const std::string &name : attentions)
    if (name != "flat" && name != "peaked")
      fatal("--continue=" + name + ": expected 'flat' or 'peaked'");
  return attentions;
}

static void checkFiles(const Options &options) {
  size_t wanted = options.compare ? 2 : 1;
  if (options.files.size() != wanted)
    fatal(std::string("expected ") +
          (options.compare ? "two files of results" : "one file") + ", got " +
          std::to_string(options.files.size()) + "; --help lists the options");
}

Options aligned::parseOptions(int argc, char **argv) {
  enum {
    kPrecision = 1,
    kDevice,
    kLayers,
    kKvHeads,
    kTokens,
    kContinue,
    kNarrow,
    kThreads,
    kPackage,
    kPrintModule,
    kPublished,
    kJson,
    kHtml,
    kBench,
    kAlert,
    kCompare,
    kErrorTolerance,
    kBytesTolerance,
    kTimeTolerance,
    kHelp
  };
  static const option kOptions[] = {
      {"precision", required_argument, nullptr, kPrecision},
      {"device", required_argument, nullptr, kDevice},
      {"layers", required_argument, nullptr, kLayers},
      {"kv-heads", required_argument, nullptr, kKvHeads},
      {"tokens", required_argument, nullptr, kTokens},
      {"continue", required_argument, nullptr, kContinue},
      {"narrow", required_argument, nullptr, kNarrow},
      {"threads", required_argument, nullptr, kThreads},
      {"package", required_argument, nullptr, kPackage},
      {"print-module", no_argument, nullptr, kPrintModule},
      {"published", no_argument, nullptr, kPublished},
      {"json", required_argument, nullptr, kJson},
      {"html", required_argument, nullptr, kHtml},
      {"bench", required_argument, nullptr, kBench},
      {"alert", required_argument, nullptr, kAlert},
      {"compare", no_argument, nullptr, kCompare},
      {"error-tolerance", required_argument, nullptr, kErrorTolerance},
      {"bytes-tolerance", required_argument, nullptr, kBytesTolerance},
      {"time-tolerance", required_argument, nullptr, kTimeTolerance},
      {"help", no_argument, nullptr, kHelp},
      {nullptr, 0, nullptr, 0}};
  Options options;
  options.threads = std::max(1u, std::thread::hardware_concurrency());
  std::string precisions = "budget<10>,budget<12>,full";
  for (int which;
       (which = getopt_long(argc, argv, "", kOptions, nullptr)) >= 0;) {
    const std::string value = optarg ? optarg : "";
    switch (which) {
    case kPrecision:
      precisions = value;
      break;
    case kDevice:
      options.device = value;
      break;
    case kLayers:
      options.recording.layers = splitList(value);
      break;
    case kKvHeads:
      for (const std::string &head : splitList(value))
        options.recording.kvHeads.push_back(
            parseInteger("--kv-heads", head, 0));
      break;
    case kTokens:
      for (const std::string &length : splitList(value))
        options.tokens.push_back(parseLength(length));
      break;
    case kContinue:
      options.attentions = parseAttentions(value);
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
    case kPublished:
      options.published = true;
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
    case kBench:
      options.bench = value;
      break;
    case kAlert:
      parseAlerts(argc, argv, options.alerts);
      break;
    case kCompare:
      options.compare = true;
      break;
    case kErrorTolerance:
      options.tolerances.error = parseTolerance("--error-tolerance", value);
      break;
    case kBytesTolerance:
      options.tolerances.bytes = parseTolerance("--bytes-tolerance", value);
      break;
    case kTimeTolerance:
      options.tolerances.time = parseTolerance("--time-tolerance", value);
      break;
    case kHelp:
      std::fputs(kUsage, stdout);
      std::exit(0);
    default:
      std::exit(1); // getopt has said why
    }
  }
  options.files.assign(argv + optind, argv + argc);
  checkFiles(options);
  options.precisions = parsePrecisions(precisions);
  const std::string &narrow = options.recording.narrow;
  if (!narrow.empty() && narrow != "f16" && narrow != "bf16")
    fatal("--narrow=" + narrow + ": expected 'f16' or 'bf16'");
  return options;
}
