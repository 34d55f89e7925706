//===- GpuEmulator.cpp - Kernels of threads, run without a GPU ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuEmulator.h"
#include "GpuThreads.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/TargetSelect.h"

#include <random>

using namespace aligned;
using namespace aligned::test;

static constexpr unsigned kSharedSpace = 3;

//===----------------------------------------------------------------------===//
// From PTX's intrinsics to functions of the host
//===----------------------------------------------------------------------===//

namespace {
/// The one instruction that has no intrinsic.
bool isRelease(const llvm::InlineAsm &text) {
  return text.getAsmString().starts_with("atom.release.gpu.global.add.u32");
}

/// Calls of intrinsics become calls of shims, with words as arguments.
std::string replaceIntrinsics(llvm::Module &module) {
  llvm::SmallVector<llvm::CallInst *> calls, prefetches;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction)) {
        if (auto *text =
                llvm::dyn_cast<llvm::InlineAsm>(call->getCalledOperand())) {
          if (isRelease(*text))
            calls.push_back(call);
          else if (text->getAsmString().starts_with("prefetch."))
            prefetches.push_back(call);
          else
            return "no shim for " + text->getAsmString().str();
        } else if (call->getCalledFunction() &&
                   call->getCalledFunction()->getName().starts_with(
                       "llvm.nvvm.")) {
          calls.push_back(call);
        }
      }
  for (llvm::CallInst *call : prefetches)
    call->eraseFromParent(); // no program can see it
  for (llvm::CallInst *call : calls) {
    if (call->isInlineAsm()) {
      llvm::IRBuilder<> builder(call);
      call->replaceAllUsesWith(builder.CreateAtomicRMW(
          llvm::AtomicRMWInst::Add, call->getArgOperand(0),
          call->getArgOperand(1), llvm::MaybeAlign(4),
          llvm::AtomicOrdering::AcquireRelease));
      call->eraseFromParent();
      continue;
    }
    llvm::StringRef name = call->getCalledFunction()->getName();
    llvm::IRBuilder<> builder(call);
    llvm::Type *word = builder.getInt32Ty();
    if (name == "llvm.nvvm.lg2.approx.f" ||
        name.starts_with("llvm.nvvm.ex2.approx.ftz.f")) {
      call->replaceAllUsesWith(builder.CreateUnaryIntrinsic(
          name.contains("lg2") ? llvm::Intrinsic::log2 : llvm::Intrinsic::exp2,
          call->getArgOperand(0)));
      call->eraseFromParent();
      continue;
    }
    const Shim *shim = llvm::find_if(gpuShims(), [&](const Shim &s) {
      return name.starts_with(s.intrinsic);
    });
    if (shim == gpuShims().end())
      return "no shim for " + name.str();
    llvm::SmallVector<llvm::Value *> arguments;
    bool isHalf = llvm::StringRef(shim->name) == "emu_mma_half";
    bool isMma = isHalf || llvm::StringRef(shim->name) == "emu_mma";
    llvm::Type *result = call->getType();
    if (isMma) {
      llvm::IRBuilder<> entry(
          &*call->getFunction()->getEntryBlock().getFirstInsertionPt());
      arguments.push_back(entry.CreateAlloca(word, builder.getInt32(4)));
      if (!isHalf)
        arguments.push_back(builder.getInt32(name.contains(".u8")));
    }
    for (llvm::Value *argument : call->args()) {
      if (argument->getType()->isPointerTy()) {
        arguments.push_back(
            builder.CreateAddrSpaceCast(argument, builder.getPtrTy()));
        continue;
      }
      if (!argument->getType()->isIntegerTy())
        argument = builder.CreateBitCast(argument, word);
      arguments.push_back(builder.CreateZExt(argument, word));
    }
    llvm::SmallVector<llvm::Type *> types;
    for (llvm::Value *argument : arguments)
      types.push_back(argument->getType());
    auto *type = llvm::FunctionType::get(
        result->isVoidTy() || isMma ? builder.getVoidTy()
                                    : (result->isIntegerTy(64) ? result : word),
        types, false);
    llvm::FunctionCallee callee = module.getOrInsertFunction(shim->name, type);
    llvm::CallInst *made = builder.CreateCall(callee, arguments);
    made->addFnAttr(llvm::Attribute::Convergent);
    made->addFnAttr(llvm::Attribute::NoUnwind);
    llvm::Value *value = made;
    if (isMma) {
      value = llvm::PoisonValue::get(result);
      for (unsigned i = 0; i < 4; ++i) {
        llvm::Value *address =
            builder.CreateConstGEP1_32(word, arguments[0], i);
        llvm::Type *element = isHalf ? builder.getFloatTy() : word;
        value = builder.CreateInsertValue(
            value, builder.CreateLoad(element, address), i);
      }
    } else if (result->isFloatTy()) {
      value = builder.CreateBitCast(made, result);
    } else if (result->isIntegerTy(1)) {
      value = builder.CreateTrunc(made, result);
    }
    if (!result->isVoidTy())
      call->replaceAllUsesWith(value);
    call->eraseFromParent();
  }
  return {};
}

/// Kernels as functions of the host that take the address of the parameters.
void makeHostFunctions(llvm::Module &module, const llvm::DataLayout &layout,
                       const llvm::Triple &triple) {
  module.setDataLayout(layout);
  module.setTargetTriple(triple);
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setCallingConv(llvm::CallingConv::C);
    for (unsigned i = 0; i < function.arg_size(); ++i)
      function.removeParamAttr(i, llvm::Attribute::ByVal);
  }
}
} // namespace

//===----------------------------------------------------------------------===//
// GpuEmulator
//===----------------------------------------------------------------------===//

struct GpuEmulator::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::vector<PtxKernel> kernels;
  SharedMemory shared;
  std::mt19937 random{1};
};

GpuEmulator::GpuEmulator() : impl(std::make_unique<Impl>()) {}
GpuEmulator::~GpuEmulator() = default;
void GpuEmulator::setSeed(uint32_t seed) { impl->random.seed(seed); }

llvm::Expected<std::unique_ptr<GpuEmulator>>
GpuEmulator::create(mlir::ModuleOp module,
                    llvm::ArrayRef<llvm::StringRef> only) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  std::unique_ptr<GpuEmulator> emulator(new GpuEmulator());
  Impl &impl = *emulator->impl;
  auto context = std::make_unique<llvm::LLVMContext>();
  auto ir = compileToNvvmIR(module, "sm_80", *context, &impl.kernels);
  if (!ir)
    return ir.takeError();
  if (!only.empty())
    for (llvm::Function &function : **ir)
      if (!llvm::is_contained(only, function.getName()))
        function.deleteBody();
  std::string error = replaceIntrinsics(**ir);
  if (!error.empty())
    return llvm::createStringError(error);
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  impl.jit = std::move(*jit);
  makeHostFunctions(**ir, impl.jit->getDataLayout(),
                    impl.jit->getTargetTriple());
  llvm::orc::SymbolMap symbols;
  for (const Shim &shim : gpuShims())
    symbols[impl.jit->mangleAndIntern(shim.name)] = {
        llvm::orc::ExecutorAddr::fromPtr(shim.address),
        llvm::JITSymbolFlags::Exported};
  if (auto e = impl.jit->getMainJITDylib().define(
          llvm::orc::absoluteSymbols(std::move(symbols))))
    return e;
  std::vector<std::pair<std::string, size_t>> shared;
  for (llvm::GlobalVariable &global : (*ir)->globals())
    if (global.getAddressSpace() == kSharedSpace) {
      // Found by name.
      global.setLinkage(llvm::GlobalValue::ExternalLinkage);
      shared.emplace_back(
          global.getName().str(),
          (*ir)->getDataLayout().getTypeAllocSize(global.getValueType()));
    }
  if (auto e = impl.jit->addIRModule(
          llvm::orc::ThreadSafeModule(std::move(*ir), std::move(context))))
    return e;
  for (const auto &[name, size] : shared) {
    auto address = impl.jit->lookup(name);
    if (!address)
      return address.takeError();
    impl.shared.emplace_back(address->toPtr<char *>(), size);
  }
  return emulator;
}

std::string GpuEmulator::run(llvm::StringRef kernel, Grid grid,
                             const void *params, int threads,
                             bool areResident) {
  auto known = llvm::find_if(
      impl->kernels, [&](const PtxKernel &k) { return kernel == k.name; });
  if (known == impl->kernels.end())
    return "no kernel " + kernel.str();
  GpuLaunch launch = {
      llvm::cantFail(impl->jit->lookup(kernel)).toPtr<void (*)(const void *)>(),
      params, threads ? threads : static_cast<int>(known->threads), grid};
  std::vector<Grid> blocks;
  for (int32_t z = 0; z < grid.z; ++z)
    for (int32_t y = 0; y < grid.y; ++y)
      for (int32_t x = 0; x < grid.x; ++x) {
        blocks.push_back({x, y, z});
        bool isLast = x + 1 == grid.x && y + 1 == grid.y && z + 1 == grid.z;
        if (areResident && !isLast)
          continue;
        std::string error =
            runGpuBlocks(launch, blocks, impl->shared, impl->random);
        if (!error.empty())
          return kernel.str() + ": " + error;
        blocks.clear();
      }
  return {};
}

std::string GpuEmulator::launch(llvm::StringRef kernel, Grid grid,
                                const void *params, int threads) {
  return run(kernel, grid, params, threads, /*areResident=*/false);
}

std::string GpuEmulator::launchResident(llvm::StringRef kernel, int32_t blocks,
                                        const void *params) {
  return run(kernel, {blocks, 1, 1}, params, /*threads=*/0,
             /*areResident=*/true);
}
