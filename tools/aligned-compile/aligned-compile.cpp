//===- aligned-compile.cpp - From MLIR to a package -----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Compiler.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace llvm;
using namespace aligned;

static cl::OptionCategory category("aligned-compile options");
static cl::opt<std::string> input(cl::Positional, cl::desc("IN.mlir"),
                                  cl::init("-"), cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("where the output goes"),
                                   cl::value_desc("OUT"), cl::init("-"),
                                   cl::cat(category));
static cl::opt<std::string>
    targets("target",
            cl::desc("comma-separated: cpu (this machine), cpu:NAME, "
                     "nvptx:sm_NN; default cpu"),
            cl::init("cpu"), cl::cat(category));
static cl::opt<Emit>
    emit("emit", cl::desc("what comes out"), cl::init(Emit::Package),
         cl::values(clEnumValN(Emit::MLIR, "mlir", "decodes over planes"),
                    clEnumValN(Emit::LLVM, "llvm", "LLVM IR of one target"),
                    clEnumValN(Emit::PTX, "ptx", "PTX of one GPU target"),
                    clEnumValN(Emit::Cubin, "cubin",
                               "machine code of one GPU target; needs ptxas"),
                    clEnumValN(Emit::Package, "package",
                               "all targets and a manifest (default)")),
         cl::cat(category));
static cl::opt<std::string>
    precision("precision",
              cl::desc("budget<B>, full, certified<E> or paper; default "
                       "budget<12> for bf16, "
                       "budget<15> for f16"),
              cl::cat(category));
static cl::opt<KvMode> kv(
    "kv", cl::desc("how K and V become planes"), cl::init(KvMode::Pack),
    cl::values(clEnumValN(KvMode::Pack, "pack",
                          "pack where they are read (default)"),
               clEnumValN(KvMode::Retype, "retype", "arguments become planes")),
    cl::cat(category));
static cl::opt<bool> allowNarrowing("allow-narrowing",
                                    cl::desc("store K and V of f32 in 16 bits"),
                                    cl::cat(category));
static cl::opt<bool> withCubins(
    "cubins",
    cl::desc("put cubins into packages where ptxas is found; default"),
    cl::init(true), cl::cat(category));
static cl::opt<bool>
    showRemarks("remarks",
                cl::desc("say on stderr what became of each attention"),
                cl::cat(category));

static void reportError(const Twine &message) {
  errs() << "aligned-compile: error: " << message << "\n";
}

static Error writeOutput(StringRef output, StringRef bytes) {
  std::error_code code;
  ToolOutputFile file(output, code, sys::fs::OF_None);
  if (code)
    return createFileError(output, code);
  file.os() << bytes;
  file.os().flush();
  if (file.os().has_error()) {
    code = file.os().error();
    file.os().clear_error();
    return createFileError(output, code);
  }
  file.keep();
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv,
                              "Compiles attention over a KV cache of planes\n");
  // Copies: linking, which is inside, resets the options of the process.
  std::string inputPath = input, outputPath = output;
  Emit kind = emit;
  bool wantsRemarks = showRemarks;
  CompileOptions options;
  options.targets = splitTargets(targets);
  options.precision = precision;
  options.kv = kv;
  options.allowNarrowing = allowNarrowing;
  options.withCubins = withCubins;
  if (Error error = checkOptions(options, kind)) {
    reportError(toString(std::move(error)));
    return 1;
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> source =
      MemoryBuffer::getFileOrSTDIN(inputPath, /*IsText=*/false);
  if (!source) {
    reportError("cannot read '" + inputPath +
                "': " + source.getError().message());
    return 1;
  }
  Expected<CompileOutput> result =
      compileSource((*source)->getMemBufferRef(), options, kind);
  if (!result) {
    reportError("'" + inputPath + "' does not compile\n" +
                toString(result.takeError()));
    return 1;
  }
  if (wantsRemarks)
    for (const std::string &line : result->remarks)
      errs() << line << "\n";
  if (Error error = writeOutput(outputPath, result->bytes)) {
    reportError("cannot write the output: " + toString(std::move(error)));
    return 1;
  }
  return 0;
}
