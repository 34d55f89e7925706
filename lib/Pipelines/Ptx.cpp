//===- Ptx.cpp - Kernels to PTX, and PTX to cubins ------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Ptx.h"

#include "Aligned/Conversion/AlignedToGPU/Passes.h"
#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Threading.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVM/NVVM/Target.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

#include <mutex>

using namespace mlir;
using namespace aligned;

static constexpr llvm::StringLiteral kTriple = "nvptx64-nvidia-cuda";

static llvm::Error fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// The pipeline
//===----------------------------------------------------------------------===//

/// 90 of sm_90a; 0 of what is no such name.
static unsigned architectureOf(StringRef chip) {
  unsigned version = 0;
  if (chip.consume_front("sm_"))
    (void)chip.consumeInteger(10, version);
  return version;
}

std::string aligned::defaultPtxFeatures(StringRef chip) {
  unsigned version = architectureOf(chip);
  // sm_90a came with PTX 8.0, sm_100 with 8.6, sm_120 with 8.7.
  if (version >= 120)
    return "+ptx87";
  if (version >= 100)
    return "+ptx86";
  return version >= 90 ? "+ptx83" : "+ptx80";
}

/// Kernels in GPU modules to LLVM and NVVM operations.
static void buildGpuToNvvmPipeline(OpPassManager &passes,
                                   const NvptxOptions &options) {
  OpPassManager &kernels = passes.nest<mlir::gpu::GPUModuleOp>();
  kernels.addPass(createAlignedLoadPlanesToLLVM());
  kernels.addPass(createCSEPass());
  kernels.addPass(createSCFToControlFlowPass());
  // Not convert-gpu-to-nvvm: it would make exp2 a call of libdevice. And all
  // dialects in one conversion, which nothing rolls back: one after the other
  // takes four times as long.
  ConvertToLLVMPassOptions conversion;
  conversion.filterDialects = {"arith", "cf", "math", "vector"};
  conversion.allowPatternRollback = false;
  kernels.addPass(createConvertToLLVMPass(conversion));
  GpuNVVMAttachTargetOptions target;
  target.triple = kTriple.str();
  target.chip = options.chip;
  target.features = options.features.getValue().empty()
                        ? defaultPtxFeatures(options.chip)
                        : options.features.getValue();
  target.optLevel = 3;
  passes.addPass(createGpuNVVMAttachTarget(target));
}

static void addKernelsPass(OpPassManager &passes, StringRef chip) {
  AlignedToGPUOptions options;
  options.overlapLaunches = architectureOf(chip) >= 90;
  passes.addPass(createAlignedToGPU(options));
}

void aligned::buildNvptxKernelsPipeline(OpPassManager &passes,
                                        const NvptxOptions &options) {
  addKernelsPass(passes, options.chip);
  buildGpuToNvvmPipeline(passes, options);
}

void aligned::registerNvptxPipelines() {
  PassPipelineRegistration<NvptxOptions>(
      "aligned-nvptx-kernels",
      "Make GPU modules for an NVIDIA architecture of aligned.kernel",
      buildNvptxKernelsPipeline);
}

//===----------------------------------------------------------------------===//
// PTX
//===----------------------------------------------------------------------===//

static void registerTranslations(MLIRContext *context) {
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
  NVVM::registerNVVMTargetInterfaceExternalModels(registry);
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  vector::registerConvertVectorToLLVMInterface(registry);
  context->appendDialectRegistry(registry);
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(StringRef chip, StringRef features) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  llvm::Triple triple(kTriple);
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return fail("this LLVM generates no PTX: " + error);
  // Asked first, as a machine for an unknown one complains on stderr.
  std::unique_ptr<llvm::MCSubtargetInfo> known(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!known || !known->isCPUStringValid(chip))
    return fail("unknown architecture '" + chip +
                "': expected one like sm_80, sm_90 or sm_90a");
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, chip, features, llvm::TargetOptions(), llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Default));
  if (!machine)
    return fail("this LLVM has no target machine for " + chip);
  return machine;
}

/// A module of the kernels alone.
static OwningOpRef<ModuleOp> cloneKernels(ModuleOp module) {
  OwningOpRef<ModuleOp> clone = ModuleOp::create(module.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(clone->getBody());
  for (auto kernel : module.getOps<KernelOp>())
    builder.clone(*kernel);
  return clone;
}

static void collectKernels(mlir::gpu::GPUModuleOp gpuModule,
                           std::vector<PtxKernel> &kernels) {
  for (auto kernel : gpuModule.getOps<LLVM::LLVMFuncOp>()) {
    auto threads = kernel->getAttrOfType<DenseI32ArrayAttr>(
        NVVM::NVVMDialect::getMaxntidAttrName());
    if (!threads)
      continue;
    bool waits = kernel
                     .walk([](NVVM::GriddepcontrolOp op) {
                       return op.getKind() == NVVM::GridDepActionKind::wait
                                  ? WalkResult::interrupt()
                                  : WalkResult::advance();
                     })
                     .wasInterrupted();
    kernels.push_back({kernel.getSymName().str(), threads[0], 0, waits});
  }
}

namespace {
/// The errors of a context, on one line.
class Messages {
public:
  explicit Messages(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
            text += (text.empty() ? "" : "; ") + diagnostic.str();
          return success();
        }) {}

  std::string text;

private:
  ScopedDiagnosticHandler handler;
};

/// Threads for a context that has none, as long as this lives.
class WithThreads {
public:
  explicit WithThreads(MLIRContext *context)
      : context(context), had(context->isMultithreadingEnabled()) {
    if (!had)
      context->enableMultithreading();
  }
  ~WithThreads() {
    if (!had)
      context->disableMultithreading();
  }
  WithThreads(const WithThreads &) = delete;
  WithThreads &operator=(const WithThreads &) = delete;

private:
  MLIRContext *context;
  bool had;
};
} // namespace

static LogicalResult runPasses(ModuleOp module,
                               function_ref<void(OpPassManager &)> build) {
  PassManager passes(module.getContext());
  // Not after every pass: that would be a tenth of the time.
  passes.enableVerifier(false);
  build(passes);
  return passes.run(module);
}

llvm::Expected<std::unique_ptr<llvm::Module>>
aligned::compileToNvvmIR(ModuleOp module, StringRef chip,
                         llvm::LLVMContext &llvmContext,
                         std::vector<PtxKernel> *kernels) {
  MLIRContext *context = module.getContext();
  registerTranslations(context);
  OwningOpRef<ModuleOp> clone = cloneKernels(module);
  if (clone->getBody()->empty())
    return fail("the module has no aligned.kernel");
  Messages messages(context);
  NvptxOptions options;
  options.chip = chip.str();
  if (failed(runPasses(*clone, [&](OpPassManager &passes) {
        buildNvptxKernelsPipeline(passes, options);
      })))
    return fail("no code for " + chip + ": " + messages.text);
  auto gpuModule = *clone->getOps<mlir::gpu::GPUModuleOp>().begin();
  if (kernels)
    collectKernels(gpuModule, *kernels);
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(gpuModule, llvmContext, kGpuModuleName);
  if (!llvmModule)
    return fail("no LLVM IR for " + chip + ": " + messages.text);
  return llvmModule;
}

/// Gives every kernel a GPU module of its own, with the globals in front of it
/// that it uses: what passes and code generation take one thread for.
static void splitKernels(ModuleOp module) {
  auto whole = *module.getOps<mlir::gpu::GPUModuleOp>().begin();
  OpBuilder builder(whole);
  SmallVector<Operation *> globals;
  for (Operation &op : llvm::make_early_inc_range(*whole.getBody())) {
    auto kernel = dyn_cast<LLVM::LLVMFuncOp>(op);
    if (!kernel) {
      globals.push_back(&op);
      continue;
    }
    auto part = mlir::gpu::GPUModuleOp::create(builder, whole.getLoc(),
                                               kernel.getSymName());
    Block *body = part.getBody();
    SymbolTable::UseRange uses = *SymbolTable::getSymbolUses(kernel);
    for (Operation *global : globals)
      if (llvm::any_of(uses, [&](const SymbolTable::SymbolUse &use) {
            return use.getSymbolRef().getLeafReference() ==
                   SymbolTable::getSymbolName(global);
          }))
        global->moveBefore(body, body->end());
    llvm::erase_if(
        globals, [&](Operation *global) { return global->getBlock() == body; });
    kernel->moveBefore(body, body->end());
  }
  assert(globals.empty() && "every global is some kernel's");
  whole.erase();
}

/// What is worth its time: kernels come without memory of their own and without
/// calls, and ptxas optimises them again. The usual pipeline takes three times
/// as long, for the same registers.
static constexpr const char *kOptimisations =
    "function(early-cse,simplifycfg,loop-mssa(loop-rotate,licm),indvars,"
    "loop-unroll<O2>,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
    "simplifycfg)";

static llvm::Error optimise(llvm::Module &module,
                            llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  llvm::ModulePassManager passes;
  if (auto error = builder.parsePassPipeline(passes, kOptimisations))
    return error;
  passes.run(module, modules);
  return llvm::Error::success();
}

namespace {
/// Code generation without what ptxas does again: with the induction variables
/// of loops rewritten, code comes a third later, and is longer in the end.
class WithoutStrengthReduction : public llvm::OptPassGate {
public:
  bool shouldRunPass(StringRef pass, StringRef) const override {
    return pass != "Loop Strength Reduction";
  }
  bool isEnabled() const override { return true; }
};
} // namespace

/// PTX of one GPU module.
static llvm::Expected<std::string> emitPtx(mlir::gpu::GPUModuleOp part,
                                           StringRef chip, StringRef features) {
  auto machine = createTargetMachine(chip, features);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext llvmContext;
  WithoutStrengthReduction gate;
  llvmContext.setOptPassGate(gate);
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(part, llvmContext, kGpuModuleName);
  if (!llvmModule)
    return fail("no LLVM IR for " + chip);
  llvmModule->setTargetTriple((*machine)->getTargetTriple());
  llvmModule->setDataLayout((*machine)->createDataLayout());
  if (auto error = optimise(*llvmModule, **machine))
    return error;
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager codegen;
  if ((*machine)->addPassesToEmitFile(codegen, stream, nullptr,
                                      llvm::CodeGenFileType::AssemblyFile))
    return fail("this LLVM writes no PTX for " + chip);
  codegen.run(*llvmModule);
  return text.str().str();
}

/// One text of several: directives that stand for a whole file stay once.
static std::string joinPtx(ArrayRef<std::string> parts) {
  constexpr llvm::StringLiteral last = ".address_size 64\n";
  std::string text;
  for (StringRef part : parts) {
    size_t end = part.find(last) + last.size();
    text += text.empty() ? part : part.drop_front(end);
  }
  return text;
}

llvm::Expected<PtxModule> aligned::compileToPtx(ModuleOp module, StringRef chip,
                                                StringRef features) {
  std::string ptxFeatures =
      features.empty() ? defaultPtxFeatures(chip) : features.str();
  // What is wrong with the chip is said before anything else is.
  if (auto machine = createTargetMachine(chip, ptxFeatures); !machine)
    return machine.takeError();
  MLIRContext *context = module.getContext();
  registerTranslations(context);
  OwningOpRef<ModuleOp> clone = cloneKernels(module);
  if (clone->getBody()->empty())
    return fail("the module has no aligned.kernel");
  Messages messages(context);
  WithThreads threads(context);
  if (failed(runPasses(*clone, [&](OpPassManager &passes) {
        addKernelsPass(passes, chip);
      })))
    return fail("no code for " + chip + ": " + messages.text);
  splitKernels(*clone);
  NvptxOptions options;
  options.chip = chip.str();
  if (failed(runPasses(*clone, [&](OpPassManager &passes) {
        buildGpuToNvvmPipeline(passes, options);
      })))
    return fail("no code for " + chip + ": " + messages.text);

  PtxModule result;
  SmallVector<mlir::gpu::GPUModuleOp> parts(
      clone->getOps<mlir::gpu::GPUModuleOp>());
  for (mlir::gpu::GPUModuleOp part : parts)
    collectKernels(part, result.kernels);
  std::vector<std::string> texts(parts.size()), errors(parts.size());
  mlir::parallelFor(context, 0, parts.size(), [&](size_t i) {
    auto text = emitPtx(parts[i], chip, ptxFeatures);
    if (text)
      texts[i] = std::move(*text);
    else
      errors[i] = llvm::toString(text.takeError());
  });
  for (const std::string &error : errors)
    if (!error.empty())
      return fail(error + (messages.text.empty() ? "" : ": " + messages.text));
  result.text = joinPtx(texts);
  return result;
}

//===----------------------------------------------------------------------===//
// Cubins
//===----------------------------------------------------------------------===//

std::string aligned::findPtxas() {
  if (auto home = llvm::sys::Process::GetEnv("CUDA_HOME")) {
    llvm::SmallString<128> path(*home);
    llvm::sys::path::append(path, "bin", "ptxas");
    if (llvm::sys::fs::can_execute(path))
      return path.str().str();
  }
  auto found = llvm::sys::findProgramByName("ptxas");
  return found ? *found : std::string();
}

/// A temporary file that goes with its remover.
static llvm::Error createFile(StringRef suffix, llvm::SmallString<128> &path,
                              std::optional<llvm::FileRemover> &remover) {
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("aligned", suffix, path))
    return fail("cannot create a temporary file for ptxas: " + code.message());
  remover.emplace(path);
  return llvm::Error::success();
}

static std::string readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

llvm::Expected<llvm::SmallVector<char, 0>>
aligned::assembleCubin(StringRef ptx, StringRef chip, std::string *log) {
  std::string ptxas = findPtxas();
  if (ptxas.empty())
    return fail("cannot assemble for " + chip +
                ": ptxas is neither in $CUDA_HOME/bin nor in $PATH; install "
                "the CUDA toolkit, or ship the PTX");
  llvm::SmallString<128> input, output, messages;
  std::optional<llvm::FileRemover> removers[3];
  if (auto error = createFile("ptx", input, removers[0]))
    return error;
  if (auto error = createFile("cubin", output, removers[1]))
    return error;
  if (auto error = createFile("log", messages, removers[2]))
    return error;
  {
    std::error_code code;
    llvm::raw_fd_ostream stream(input, code);
    stream << ptx;
    stream.close();
    if (code || stream.has_error())
      return fail("cannot write " + input);
  }
  std::string arch = ("-arch=" + chip).str();
  SmallVector<StringRef> arguments = {ptxas, arch, "-O3", input, "-o", output};
  if (log)
    arguments.push_back("-v");
  StringRef out = messages;
  std::optional<StringRef> redirects[] = {StringRef(""), out, out};
  std::string error;
  int status = llvm::sys::ExecuteAndWait(ptxas, arguments, std::nullopt,
                                         redirects, 0, 0, &error);
  std::string text = readFile(messages);
  if (status != 0)
    return fail("ptxas refuses the code for " + chip + ": " +
                (error.empty() ? text : error));
  if (log)
    *log = text;
  std::string cubin = readFile(output);
  return llvm::SmallVector<char, 0>(cubin.begin(), cubin.end());
}
