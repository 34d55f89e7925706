//===- GpuEmulator.cpp - Kernels of threads, run without a GPU ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuEmulator.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/TargetSelect.h"

#include <ucontext.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>

using namespace aligned;
using namespace aligned::test;

//===----------------------------------------------------------------------===//
// Fibers
//===----------------------------------------------------------------------===//

namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr int kMaxThreads = 1024;
constexpr unsigned kSharedSpace = 3;

/// A point where `count` threads meet. Two generations, by turns: none can be
/// two ahead of another.
struct Meeting {
  struct Generation {
    uint64_t arrived = 0;
    uint32_t values[32][8] = {};
    const void *place[kMaxThreads] = {};
  };
  Generation generations[2];
};

/// One of a block's barriers that some threads meet at.
struct NamedBarrier {
  uint64_t arrived = 0;
  uint32_t threads = 0;
};

struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  bool done = false;
  uint64_t warpMeetings = 0, blockMeetings = 0;
};

struct Block {
  void (*kernel)(const void *) = nullptr;
  const void *params = nullptr;
  Grid index{}, grid{};
  int threads = 0, current = 0;
  std::vector<Fiber> fibers;
  std::vector<Meeting> warps;
  Meeting all;
  std::vector<NamedBarrier> named;
  ucontext_t scheduler;
  uint64_t progress = 0;
  std::string error;
  std::vector<std::vector<char>> shared; ///< while others run
};

Block *block; // the one that runs

void yield() {
  swapcontext(&block->fibers[block->current].context, &block->scheduler);
}

/// Ends this fiber for good, with an error for the launch.
[[noreturn]] void fail(const std::string &message) {
  if (block->error.empty())
    block->error = message + " (thread " + std::to_string(block->current) + ")";
  while (true)
    yield();
}

/// Waits until `count` threads are at `place`.
Meeting::Generation &meet(Meeting &meeting, uint64_t &meetings, int member,
                          int count, const void *place,
                          std::initializer_list<uint32_t> values = {}) {
  Meeting::Generation &generation = meeting.generations[meetings & 1];
  uint64_t wanted = (meetings / 2 + 1) * count;
  ++meetings;
  if (values.size())
    std::copy(values.begin(), values.end(), generation.values[member]);
  generation.place[member] = place;
  ++generation.arrived;
  ++block->progress;
  while (generation.arrived < wanted)
    yield();
  for (int i = 0; i < count; ++i)
    if (generation.place[i] != place)
      fail("threads meet at different places of the code");
  return generation;
}

Meeting::Generation &meetWarp(const void *place,
                              std::initializer_list<uint32_t> values = {}) {
  int thread = block->current;
  return meet(block->warps[thread / 32], block->fibers[thread].warpMeetings,
              thread % 32, 32, place, values);
}

void enterFiber() {
  block->kernel(block->params);
  block->fibers[block->current].done = true;
  ++block->progress;
  while (true)
    yield();
}

/// Lets every fiber of the block go on once; whether all are done.
bool turn(std::mt19937 &random) {
  std::vector<int> order(block->threads);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  bool allDone = true;
  for (int i : order) {
    Fiber &fiber = block->fibers[i];
    if (fiber.done)
      continue;
    allDone = false;
    block->current = i;
    swapcontext(&block->scheduler, &fiber.context);
  }
  return allDone;
}

/// Memory that the blocks have one after the other.
using Shared = std::vector<llvm::MutableArrayRef<char>>;

void swapShared(Block &block, const Shared &shared) {
  for (auto [own, memory] : llvm::zip_equal(block.shared, shared))
    std::swap_ranges(own.begin(), own.end(), memory.begin());
}

/// Runs blocks that are resident together, until all are done or none can go
/// on; an error.
std::string runTogether(std::vector<Block> &blocks, const Shared &shared,
                        std::mt19937 &random) {
  uint64_t before = ~0ull;
  while (true) {
    bool allDone = true;
    uint64_t progress = 0;
    for (Block &one : blocks) {
      block = &one;
      swapShared(one, shared);
      allDone &= turn(random);
      swapShared(one, shared);
      if (!one.error.empty())
        return one.error;
      progress += one.progress;
    }
    if (allDone)
      return {};
    if (progress == before)
      return "threads wait for others that never come";
    before = progress;
  }
}

} // namespace

//===----------------------------------------------------------------------===//
// What intrinsics do
//===----------------------------------------------------------------------===//

#define HERE __builtin_return_address(0)

extern "C" {
uint32_t emu_thread() { return block->current; }
uint32_t emu_block_x() { return block->index.x; }
uint32_t emu_block_y() { return block->index.y; }
uint32_t emu_block_z() { return block->index.z; }
uint32_t emu_grid_x() { return block->grid.x; }
uint32_t emu_lanes_below() { return (1u << (block->current % 32)) - 1; }

void emu_barrier(uint32_t) {
  int thread = block->current;
  meet(block->all, block->fibers[thread].blockMeetings, thread, block->threads,
       HERE);
}
void emu_warp_barrier(uint32_t) { meetWarp(HERE); }

void emu_barrier_meet(uint32_t number, uint32_t threads) {
  if (number >= 16 || threads == 0 || threads % 32)
    fail("a barrier of " + std::to_string(threads) + " threads, number " +
         std::to_string(number));
  NamedBarrier &barrier = block->named[number];
  if (barrier.threads != threads && barrier.arrived != 0)
    fail("threads come to a barrier with different counts");
  barrier.threads = threads;
  uint64_t opening = barrier.arrived / threads + 1;
  ++barrier.arrived;
  ++block->progress;
  while (block->named[number].arrived < opening * threads)
    yield();
}

uint32_t emu_shuffle_xor(uint32_t, uint32_t value, uint32_t mask, uint32_t) {
  return meetWarp(HERE, {value}).values[(block->current % 32) ^ mask][0];
}
uint32_t emu_shuffle(uint32_t, uint32_t value, uint32_t lane, uint32_t) {
  if (lane >= 32)
    fail("shuffle from a lane beyond the warp");
  return meetWarp(HERE, {value}).values[lane][0];
}
uint32_t emu_warp_sum(uint32_t value, uint32_t) {
  Meeting::Generation &all = meetWarp(HERE, {value});
  uint32_t sum = 0;
  for (int i = 0; i < 32; ++i)
    sum += all.values[i][0];
  return sum;
}
uint32_t emu_ballot(uint32_t, uint32_t condition) {
  Meeting::Generation &all = meetWarp(HERE, {condition});
  uint32_t bits = 0;
  for (int i = 0; i < 32; ++i)
    bits |= (all.values[i][0] & 1) << i;
  return bits;
}

/// An mbarrier: how many arrivals complete a phase, how many of them are still
/// to come, and how many phases are complete.
struct PhaseBarrier {
  uint16_t expected, pending;
  uint32_t phases;
};
void emu_mbarrier_init(PhaseBarrier *barrier, uint32_t count) {
  *barrier = {static_cast<uint16_t>(count), static_cast<uint16_t>(count), 0};
}
uint64_t emu_mbarrier_arrive(PhaseBarrier *barrier) {
  if (barrier->pending == 0)
    fail("an arrival at a barrier that was not initialised");
  if (--barrier->pending == 0) {
    barrier->pending = barrier->expected;
    ++barrier->phases;
  }
  ++block->progress;
  return 0;
}
uint32_t emu_mbarrier_test(PhaseBarrier *barrier, uint32_t parity) {
  bool isComplete = (barrier->phases & 1) != parity;
  if (!isComplete)
    yield();
  return isComplete;
}

/// A thread that waits for others lets them run.
void emu_nanosleep(uint32_t) { yield(); }

uint32_t emu_permute_bytes(uint32_t x, uint32_t y, uint32_t selector) {
  uint64_t bytes = x | uint64_t(y) << 32;
  uint32_t result = 0;
  for (int i = 0; i < 4; ++i)
    result |= uint32_t(bytes >> (selector >> (4 * i) & 7) * 8 & 255) << (8 * i);
  return result;
}

/// m16n8k16 of f16 in f32, row by column.
void emu_mma_half(uint32_t *out, uint32_t a0, uint32_t a1, uint32_t a2,
                  uint32_t a3, uint32_t b0, uint32_t b1, uint32_t c0,
                  uint32_t c1, uint32_t c2, uint32_t c3) {
  Meeting::Generation &all = meetWarp(HERE, {a0, a1, a2, a3, b0, b1});
  auto half = [](uint32_t word, int i) {
    _Float16 value;
    uint16_t bits = word >> (16 * i);
    std::memcpy(&value, &bits, 2);
    return static_cast<float>(value);
  };
  int lane = block->current % 32;
  uint32_t c[] = {c0, c1, c2, c3};
  for (int i = 0; i < 4; ++i) {
    int row = lane / 4 + 8 * (i / 2), column = lane % 4 * 2 + i % 2;
    float sum;
    std::memcpy(&sum, &c[i], 4);
    for (int k = 0; k < 16; ++k) {
      int member = k % 8 / 2, upper = k / 8;
      sum +=
          half(all.values[row % 8 * 4 + member][row / 8 + 2 * upper], k % 2) *
          half(all.values[column * 4 + member][4 + upper], k % 2);
    }
    std::memcpy(&out[i], &sum, 4);
  }
}

/// m16n8k32, row by column; fragments as the PTX manual has them.
void emu_mma(uint32_t *out, uint32_t isUnsigned, uint32_t a0, uint32_t a1,
             uint32_t a2, uint32_t a3, uint32_t b0, uint32_t b1, uint32_t c0,
             uint32_t c1, uint32_t c2, uint32_t c3) {
  Meeting::Generation &all = meetWarp(HERE, {a0, a1, a2, a3, b0, b1});
  auto byte = [](uint32_t word, int i) { return (word >> (8 * i)) & 255; };
  int lane = block->current % 32;
  uint32_t c[] = {c0, c1, c2, c3};
  for (int i = 0; i < 4; ++i) {
    int row = lane / 4 + 8 * (i / 2), column = lane % 4 * 2 + i % 2;
    int32_t sum = static_cast<int32_t>(c[i]);
    for (int k = 0; k < 32; ++k) {
      int member = k % 16 / 4, half = k / 16;
      uint32_t a =
          byte(all.values[row % 8 * 4 + member][row / 8 + 2 * half], k % 4);
      uint32_t b = byte(all.values[column * 4 + member][4 + half], k % 4);
      sum += static_cast<int8_t>(a) *
             (isUnsigned ? static_cast<int32_t>(b) : static_cast<int8_t>(b));
    }
    out[i] = static_cast<uint32_t>(sum);
  }
}
}

namespace {
struct Shim {
  const char *intrinsic; ///< how its name begins
  const char *name;
  void *address;
};
template <typename F> void *toAddress(F *function) {
  return reinterpret_cast<void *>(function);
}
const Shim shims[] = {
    {"llvm.nvvm.read.ptx.sreg.tid.x", "emu_thread", toAddress(emu_thread)},
    {"llvm.nvvm.read.ptx.sreg.ctaid.x", "emu_block_x", toAddress(emu_block_x)},
    {"llvm.nvvm.read.ptx.sreg.ctaid.y", "emu_block_y", toAddress(emu_block_y)},
    {"llvm.nvvm.read.ptx.sreg.ctaid.z", "emu_block_z", toAddress(emu_block_z)},
    {"llvm.nvvm.read.ptx.sreg.nctaid.x", "emu_grid_x", toAddress(emu_grid_x)},
    {"llvm.nvvm.nanosleep", "emu_nanosleep", toAddress(emu_nanosleep)},
    {"llvm.nvvm.prmt", "emu_permute_bytes", toAddress(emu_permute_bytes)},
    {"llvm.nvvm.mma.m16n8k16", "emu_mma_half", toAddress(emu_mma_half)},
    {"llvm.nvvm.read.ptx.sreg.lanemask.lt", "emu_lanes_below",
     toAddress(emu_lanes_below)},
    {"llvm.nvvm.barrier.cta.sync.aligned.all", "emu_barrier",
     toAddress(emu_barrier)},
    {"llvm.nvvm.barrier.cta.sync.aligned.count", "emu_barrier_meet",
     toAddress(emu_barrier_meet)},
    {"llvm.nvvm.bar.warp.sync", "emu_warp_barrier",
     toAddress(emu_warp_barrier)},
    {"llvm.nvvm.shfl.sync.bfly", "emu_shuffle_xor", toAddress(emu_shuffle_xor)},
    {"llvm.nvvm.shfl.sync.idx", "emu_shuffle", toAddress(emu_shuffle)},
    {"llvm.nvvm.redux.sync.add", "emu_warp_sum", toAddress(emu_warp_sum)},
    {"llvm.nvvm.vote.ballot.sync", "emu_ballot", toAddress(emu_ballot)},
    {"llvm.nvvm.mma.m16n8k32", "emu_mma", toAddress(emu_mma)},
    {"llvm.nvvm.mbarrier.init", "emu_mbarrier_init",
     toAddress(emu_mbarrier_init)},
    {"llvm.nvvm.mbarrier.arrive", "emu_mbarrier_arrive",
     toAddress(emu_mbarrier_arrive)},
    {"llvm.nvvm.mbarrier.test.wait.parity", "emu_mbarrier_test",
     toAddress(emu_mbarrier_test)},
};

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
    const Shim *shim = llvm::find_if(
        shims, [&](const Shim &s) { return name.starts_with(s.intrinsic); });
    if (shim == std::end(shims))
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
  Shared shared;
  std::mt19937 random{1};

  Block makeBlock(const PtxKernel &kernel, Grid index, Grid grid,
                  const void *params);
};

Block GpuEmulator::Impl::makeBlock(const PtxKernel &kernel, Grid index,
                                   Grid grid, const void *params) {
  Block block;
  block.kernel =
      llvm::cantFail(jit->lookup(kernel.name)).toPtr<void (*)(const void *)>();
  block.params = params;
  block.threads = kernel.threads;
  block.index = index;
  block.grid = grid;
  block.warps.resize(kernel.threads / 32);
  block.named.resize(16);
  for (llvm::MutableArrayRef<char> memory : shared)
    block.shared.emplace_back(memory.size());
  block.fibers.resize(kernel.threads);
  for (Fiber &fiber : block.fibers) {
    fiber.stack.reset(new char[kStackBytes]);
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = kStackBytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, enterFiber, 0);
  }
  return block;
}

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
  for (const Shim &shim : shims)
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
                             const void *params, bool areResident) {
  auto known = llvm::find_if(
      impl->kernels, [&](const PtxKernel &k) { return kernel == k.name; });
  if (known == impl->kernels.end())
    return "no kernel " + kernel.str();
  std::vector<Block> blocks;
  for (int32_t z = 0; z < grid.z; ++z)
    for (int32_t y = 0; y < grid.y; ++y)
      for (int32_t x = 0; x < grid.x; ++x) {
        blocks.push_back(impl->makeBlock(*known, {x, y, z}, grid, params));
        bool isLast = x + 1 == grid.x && y + 1 == grid.y && z + 1 == grid.z;
        if (areResident && !isLast)
          continue;
        std::string error = runTogether(blocks, impl->shared, impl->random);
        if (!error.empty())
          return kernel.str() + ": " + error;
        blocks.clear();
      }
  return {};
}

std::string GpuEmulator::launch(llvm::StringRef kernel, Grid grid,
                                const void *params) {
  return run(kernel, grid, params, /*areResident=*/false);
}

std::string GpuEmulator::launchResident(llvm::StringRef kernel, int32_t blocks,
                                        const void *params) {
  return run(kernel, {blocks, 1, 1}, params, /*areResident=*/true);
}
