//===- NativeObject.cpp - LLVM dialect to a shared object -----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/NativeObject.h"

#include "lld/Common/Driver.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace mlir;
using namespace aligned;

static llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Target
//===----------------------------------------------------------------------===//

/// "+a,-b" for what the host has and lacks.
static std::string hostFeatures() {
  std::string text;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    text += (text.empty() ? "" : ",") +
            std::string(feature.second ? "+" : "-") + feature.first().str();
  return text;
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(llvm::StringRef cpu) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return error(message);
  bool isNative = cpu == "native";
  std::string name = isNative ? llvm::sys::getHostCPUName().str() : cpu.str();
  std::unique_ptr<llvm::MCSubtargetInfo> known(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!known->isCPUStringValid(name))
    return error("unknown CPU '" + name +
                 "'; expected 'native' or a name that `llc -mcpu=help` lists, "
                 "such as x86-64-v3");
  llvm::TargetOptions options;
  // Planes are the same bits on every target: nothing is contracted that the
  // kernel does not ask for.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, name, isNative ? hostFeatures() : "", options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return error("no code generator for " + triple.str());
  return machine;
}

/// Of the features that generated code can depend on, those that it may use.
static std::vector<std::string> usedFeatures(llvm::TargetMachine &machine) {
  static constexpr llvm::StringLiteral names[] = {
      "sse3",         "ssse3",
      "sse4.1",       "sse4.2",
      "popcnt",       "avx",
      "avx2",         "fma",
      "f16c",         "bmi",
      "bmi2",         "lzcnt",
      "movbe",        "gfni",
      "avxvnni",      "avx512f",
      "avx512bw",     "avx512cd",
      "avx512dq",     "avx512vl",
      "avx512vnni",   "avx512vbmi",
      "avx512vbmi2",  "avx512ifma",
      "avx512bitalg", "avx512vpopcntdq",
      "avx512bf16",   "avx512fp16"};
  const llvm::MCSubtargetInfo &info = *machine.getMCSubtargetInfo();
  std::vector<std::string> used;
  for (llvm::StringRef name : names)
    if (info.checkFeatures(("+" + name).str()))
      used.push_back(name.str());
  return used;
}

//===----------------------------------------------------------------------===//
// LLVM IR to an object
//===----------------------------------------------------------------------===//

static void optimise(llvm::Module &module, llvm::TargetMachine &machine) {
  bool isWide = machine.getMCSubtargetInfo()->checkFeatures("+avx512f");
  for (llvm::Function &function : module) {
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    if (isWide)
      function.addFnAttr("prefer-vector-width", "512");
  }
  // Sums of pairs of 16-bit products are one instruction, as long as nobody
  // puts their additions into another order.
  llvm::PassInstrumentationCallbacks callbacks;
  callbacks.registerShouldRunOptionalPassCallback(
      [](llvm::StringRef pass, llvm::Any) {
        return pass != "ReassociatePass";
      });
  llvm::PassBuilder builder(&machine, llvm::PipelineTuningOptions(),
                            std::nullopt, &callbacks);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

static llvm::Error emitObject(llvm::Module &module,
                              llvm::TargetMachine &machine,
                              llvm::StringRef path) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  optimise(module, machine);
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  if (code)
    return error("cannot write " + path + ": " + code.message());
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, file, nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return error("this target emits no object files");
  passes.run(module);
  file.close();
  if (file.has_error())
    return error("cannot write " + path + ": " + file.error().message());
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Object to shared object
//===----------------------------------------------------------------------===//

static llvm::Error link(llvm::ArrayRef<const char *> arguments) {
  // lld keeps its state in globals.
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  static bool isUsable = true;
  if (!isUsable)
    return error("the linker crashed earlier and cannot run again");
  llvm::SmallVector<const char *> all = {"ld.lld", "-shared",
                                         "--build-id=none"};
  all.append(arguments.begin(), arguments.end());
  std::string text;
  llvm::raw_string_ostream stream(text);
  lld::Result result =
      lld::lldMain(all, stream, stream, {{lld::Gnu, &lld::elf::link}});
  isUsable = result.canRunAgain;
  if (result.retCode)
    return error("cannot link the CPU code: " + text);
  return llvm::Error::success();
}

namespace {

/// A directory that goes when this does.
class TemporaryDirectory {
public:
  ~TemporaryDirectory() {
    if (!path.empty())
      llvm::sys::fs::remove_directories(path);
  }
  llvm::Error create() {
    std::error_code code =
        llvm::sys::fs::createUniqueDirectory("aligned", path);
    if (code)
      return error("cannot create a directory for temporary files: " +
                   code.message());
    return llvm::Error::success();
  }
  std::string file(llvm::StringRef name) const {
    llvm::SmallString<128> full(path);
    llvm::sys::path::append(full, name);
    return full.str().str();
  }

private:
  llvm::SmallString<128> path;
};

} // namespace

/// Links `object`, which is in `directory`. What the code calls of libm must be
/// found when it is loaded, so it names that library; a stand-in without
/// symbols is enough for that, and nothing need be installed here.
static llvm::Error linkShared(const TemporaryDirectory &directory,
                              llvm::TargetMachine &machine,
                              llvm::StringRef object, llvm::StringRef result) {
  llvm::LLVMContext context;
  llvm::Module empty("empty", context);
  std::string emptyObject = directory.file("empty.o");
  std::string libm = directory.file("libm.so.6");
  if (llvm::Error failure = emitObject(empty, machine, emptyObject))
    return failure;
  if (llvm::Error failure = link(
          {"-soname", "libm.so.6", "-o", libm.c_str(), emptyObject.c_str()}))
    return failure;
  return link(
      // A function may have the name of one of the process: C's library has a
      // `step`. What the object defines is what it calls.
      {"-Bsymbolic", "-o", result.data(), object.data(), "--no-as-needed",
       libm.c_str()});
}

llvm::Expected<NativeObject>
aligned::compileToSharedObject(ModuleOp module, llvm::StringRef cpu) {
  auto machine = createMachine(cpu);
  if (!machine)
    return machine.takeError();

  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(module, context);
  if (!code)
    return error("cannot translate the module to LLVM IR; it must be in the "
                 "LLVM dialect");

  TemporaryDirectory directory;
  if (llvm::Error failure = directory.create())
    return failure;
  std::string object = directory.file("kernels.o");
  std::string shared = directory.file("kernels.so");
  if (llvm::Error failure = emitObject(*code, **machine, object))
    return failure;
  if (llvm::Error failure = linkShared(directory, **machine, object, shared))
    return failure;
  auto buffer = llvm::MemoryBuffer::getFile(shared);
  if (!buffer)
    return error("cannot read " + shared + ": " + buffer.getError().message());
  return NativeObject{(*buffer)->getBuffer().str(), usedFeatures(**machine)};
}
