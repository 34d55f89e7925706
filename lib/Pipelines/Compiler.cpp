//===- Compiler.cpp - From source to a package ----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Compiler.h"
#include "CompilerManifest.h"

#include "Aligned/Pipelines/CpuKernels.h"
#include "Aligned/Pipelines/NativeObject.h"
#include "Aligned/Pipelines/Pipelines.h"
#include "Aligned/Pipelines/Ptx.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace aligned;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static bool isCpu(StringRef target) {
  return target == "cpu" || target.starts_with("cpu:");
}

static Error checkTarget(StringRef target) {
  if (target == "cpu")
    return Error::success();
  if (target.starts_with("cpu:") && target.size() > 4)
    return Error::success(); // the code generator knows which names there are
  static const llvm::Regex nvptx("^nvptx:sm_[0-9]+[af]?$");
  if (nvptx.match(target))
    return Error::success();
  return createStringError("unknown target '" + target +
                           "': expected cpu, cpu:NAME (as in cpu:x86-64-v3) or "
                           "nvptx:sm_NN (as in nvptx:sm_90a)");
}

static Error checkEmit(const CompileOptions &options, Emit emit) {
  if (emit == Emit::MLIR || emit == Emit::Package)
    return Error::success();
  if (options.targets.size() != 1)
    return createStringError("this kind of output is of one target, and " +
                             std::to_string(options.targets.size()) +
                             " are given");
  StringRef target = options.targets.front();
  if (emit != Emit::LLVM && isCpu(target))
    return createStringError("PTX and cubins are for GPUs, and the target is " +
                             target + ": give --target=nvptx:sm_NN");
  return Error::success();
}

Error aligned::checkOptions(const CompileOptions &options, Emit emit) {
  if (options.targets.empty())
    return createStringError("no target is given: expected cpu or nvptx:sm_NN");
  for (const std::string &target : options.targets)
    if (Error error = checkTarget(target))
      return error;
  std::string message;
  Precision precision;
  if (!options.precision.empty() &&
      !parsePrecision(options.precision, precision, message))
    return createStringError("precision: " + message);
  return checkEmit(options, emit);
}

std::vector<std::string> aligned::splitTargets(StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  std::vector<std::string> targets;
  for (StringRef part : parts)
    if (!llvm::is_contained(targets, part.trim()))
      targets.push_back(part.trim().str());
  return targets;
}

std::string aligned::getCompilerVersion() {
  return "aligned " ALIGNED_VERSION ", LLVM " LLVM_VERSION_STRING;
}

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

static void printLocation(raw_ostream &stream, Location loc) {
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    stream << file.getFilename().getValue() << ":" << file.getLine() << ":"
           << file.getColumn() << ": ";
}

namespace {
/// The errors of a context, as text.
class Diagnostics {
public:
  explicit Diagnostics(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
            return success(); // remarks have a way of their own
          llvm::raw_string_ostream stream(text);
          printLocation(stream, diagnostic.getLocation());
          stream << "error: " << diagnostic << "\n";
          for (Diagnostic &note : diagnostic.getNotes()) {
            printLocation(stream, note.getLocation());
            stream << "note: " << note << "\n";
          }
          return success();
        }) {}

  Error take(StringRef what) {
    std::string message = text.empty() ? what.str() : text;
    text.clear();
    return createStringError(StringRef(message).rtrim());
  }

private:
  std::string text;
  ScopedDiagnosticHandler handler;
};

/// Keeps remarks as lines of text.
class RemarkLines : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit RemarkLines(std::vector<std::string> &lines) : lines(lines) {}
  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    std::string line;
    llvm::raw_string_ostream stream(line);
    printLocation(stream, remark.getLocation());
    stream << "remark: " << remark.getMsg();
    lines.push_back(std::move(line));
  }

private:
  std::vector<std::string> &lines;
};
} // namespace

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

static Error runPasses(ModuleOp module, Diagnostics &diagnostics,
                       function_ref<void(OpPassManager &)> build) {
  PassManager pm(module.getContext());
  pm.enableVerifier(true);
  build(pm);
  if (failed(pm.run(module)))
    return diagnostics.take("a pass failed without a diagnostic");
  return Error::success();
}

template <typename T> static std::string printed(const T &value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << value;
  return text;
}

/// A copy of `module` with the host functions, and the kernels if wanted, in
/// the LLVM dialect.
static Expected<OwningOpRef<ModuleOp>>
lowerForCpu(ModuleOp module, bool withKernels, Diagnostics &diagnostics) {
  OwningOpRef<ModuleOp> copy(cast<ModuleOp>(module->clone()));
  if (!withKernels)
    for (auto kernel : llvm::make_early_inc_range(copy->getOps<KernelOp>()))
      kernel.erase();
  auto build = [](OpPassManager &pm) {
    buildHostToLLVMPipeline(pm);
    buildCpuKernelsPipeline(pm);
  };
  if (Error error = runPasses(*copy, diagnostics, build))
    return error;
  return copy;
}

/// What the code generator is told to compile for.
static StringRef getCpuName(StringRef target) {
  return target == "cpu" ? StringRef("native") : target.substr(4);
}

namespace {
/// Collects the sections of a package.
class PackageWriter {
public:
  PackageWriter(ModuleOp module, const CompileOptions &options,
                Diagnostics &diagnostics)
      : module(module), options(options), diagnostics(diagnostics) {}
  Expected<std::string> run();

private:
  Error addCpu(const std::string &target, bool withKernels);
  Error addNvptx(const std::string &target);

  ModuleOp module;
  const CompileOptions &options;
  Diagnostics &diagnostics;
  Manifest manifest;
  std::map<std::string, std::string> sections;
};
} // namespace

Error PackageWriter::addCpu(const std::string &target, bool withKernels) {
  Expected<OwningOpRef<ModuleOp>> lowered =
      lowerForCpu(module, withKernels, diagnostics);
  if (!lowered)
    return lowered.takeError();
  Expected<NativeObject> object =
      compileToSharedObject(**lowered, getCpuName(target));
  if (!object)
    return object.takeError();
  manifest.targets[target] = {target, "", object->features, {}};
  sections[target] = std::move(object->bytes);
  return Error::success();
}

Error PackageWriter::addNvptx(const std::string &target) {
  StringRef chip = StringRef(target).split(':').second;
  Expected<PtxModule> ptx = compileToPtx(module, chip);
  if (!ptx)
    return ptx.takeError();
  ManifestTarget &entry = manifest.targets[target];
  entry.code = target + ".ptx";
  for (const PtxKernel &kernel : ptx->kernels)
    entry.kernels[kernel.name] = {kernel.threads, kernel.sharedBytes,
                                  kernel.overlaps};
  if (options.withCubins && !findPtxas().empty()) {
    Expected<SmallVector<char, 0>> cubin = assembleCubin(ptx->text, chip);
    if (!cubin)
      return cubin.takeError();
    entry.cubin = target + ".cubin";
    sections[entry.cubin] = std::string(cubin->data(), cubin->size());
  }
  sections[entry.code] = std::move(ptx->text);
  return Error::success();
}

Expected<std::string> PackageWriter::run() {
  FailureOr<Manifest> described = describeModule(module);
  if (failed(described))
    return diagnostics.take("the module cannot be described");
  manifest = std::move(*described);
  bool hasCpu = llvm::any_of(options.targets, isCpu);
  bool hasKernels = !module.getOps<KernelOp>().empty();
  for (const std::string &target : options.targets) {
    if (!isCpu(target) && !hasKernels)
      continue; // host code is all there is
    if (Error error = isCpu(target) ? addCpu(target, true) : addNvptx(target))
      return error;
  }
  // Entries run on the host, whatever device their kernels run on.
  if (!hasCpu && !manifest.entries.empty())
    if (Error error = addCpu("cpu", /*withKernels=*/false))
      return error;
  std::vector<char> bytes;
  std::string message;
  if (!serializePackage(manifest, sections, bytes, message))
    return createStringError(message);
  return std::string(bytes.begin(), bytes.end());
}

static Expected<std::string> emitLLVM(ModuleOp module, StringRef target,
                                      Diagnostics &diagnostics) {
  llvm::LLVMContext context;
  if (!isCpu(target)) {
    Expected<std::unique_ptr<llvm::Module>> kernels =
        compileToNvvmIR(module, target.split(':').second, context);
    if (!kernels)
      return kernels.takeError();
    return printed(**kernels);
  }
  Expected<OwningOpRef<ModuleOp>> lowered =
      lowerForCpu(module, /*withKernels=*/true, diagnostics);
  if (!lowered)
    return lowered.takeError();
  std::unique_ptr<llvm::Module> translated =
      translateModuleToLLVMIR(**lowered, context);
  if (!translated)
    return diagnostics.take("translation to LLVM IR failed");
  return printed(*translated);
}

static Expected<std::string> emitForGpu(ModuleOp module, StringRef target,
                                        Emit emit) {
  StringRef chip = target.split(':').second;
  Expected<PtxModule> ptx = compileToPtx(module, chip);
  if (!ptx)
    return ptx.takeError();
  if (emit == Emit::PTX)
    return ptx->text;
  Expected<SmallVector<char, 0>> cubin = assembleCubin(ptx->text, chip);
  if (!cubin)
    return cubin.takeError();
  return std::string(cubin->data(), cubin->size());
}

Expected<std::string> aligned::compileModule(ModuleOp module,
                                             const CompileOptions &options,
                                             Emit emit) {
  if (Error error = checkOptions(options, emit))
    return error;
  Diagnostics diagnostics(module.getContext());
  PipelineOptions pipeline;
  pipeline.precision = options.precision;
  pipeline.kv = options.kv;
  pipeline.allowNarrowing = options.allowNarrowing;
  pipeline.decompose = options.decompose;
  if (Error error = runPasses(module, diagnostics, [&](OpPassManager &pm) {
        buildAlignPipeline(pm, pipeline);
      }))
    return error;
  switch (emit) {
  case Emit::MLIR:
    return printed(module);
  case Emit::LLVM:
    return emitLLVM(module, options.targets.front(), diagnostics);
  case Emit::PTX:
  case Emit::Cubin: {
    Expected<std::string> code =
        emitForGpu(module, options.targets.front(), emit);
    return code;
  }
  case Emit::Package:
    return PackageWriter(module, options, diagnostics).run();
  }
  llvm_unreachable("every kind of output is above");
}

Expected<CompileOutput> aligned::compileSource(llvm::MemoryBufferRef source,
                                               const CompileOptions &options,
                                               Emit emit) {
  if (Error error = checkOptions(options, emit))
    return error;
  DialectRegistry registry;
  registerCompilerDialects(registry);
  // One compilation is too small for threads to pay.
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  CompileOutput output;
  remark::RemarkCategories categories;
  categories.passed = categories.missed = categories.analysis =
      categories.failed = ".*";
  if (failed(remark::enableOptimizationRemarks(
          context, std::make_unique<RemarkLines>(output.remarks),
          std::make_unique<remark::RemarkEmittingPolicyAll>(), categories)))
    return createStringError("remarks cannot be collected");
  OwningOpRef<ModuleOp> module;
  {
    Diagnostics diagnostics(&context);
    auto manager = std::make_shared<llvm::SourceMgr>();
    // The lexer counts on a NUL behind the text.
    manager->AddNewSourceBuffer(
        llvm::MemoryBuffer::getMemBufferCopy(source.getBuffer(),
                                             source.getBufferIdentifier()),
        llvm::SMLoc());
    module = parseSourceFile<ModuleOp>(manager, ParserConfig(&context));
    if (!module)
      return diagnostics.take("the source cannot be parsed");
  }
  Expected<std::string> bytes = compileModule(*module, options, emit);
  if (!bytes)
    return bytes.takeError();
  output.bytes = std::move(*bytes);
  return output;
}
