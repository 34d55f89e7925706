//===- GpuThreads.cpp - Threads of blocks, and what they tell each other --===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuThreads.h"

#include <ucontext.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <string>

using namespace aligned::test;

//===----------------------------------------------------------------------===//
// Fibers
//===----------------------------------------------------------------------===//

namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr int kMaxThreads = 1024;

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
  GpuLaunch launch{};
  Grid index{};
  int current = 0;
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
  block->launch.kernel(block->launch.params);
  block->fibers[block->current].done = true;
  ++block->progress;
  while (true)
    yield();
}

/// Lets every fiber of the block go on once; whether all are done.
bool turn(std::mt19937 &random) {
  std::vector<int> order(block->launch.threads);
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

void swapShared(Block &block, const SharedMemory &shared) {
  for (auto [own, memory] : llvm::zip_equal(block.shared, shared))
    std::swap_ranges(own.begin(), own.end(), memory.begin());
}

/// Runs blocks that are resident together, until all are done or none can go
/// on; an error.
std::string runTogether(std::vector<Block> &blocks, const SharedMemory &shared,
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

static Block makeBlock(const GpuLaunch &launch, Grid index,
                       const SharedMemory &shared) {
  Block block;
  block.launch = launch;
  block.index = index;
  block.warps.resize(launch.threads / 32);
  block.named.resize(16);
  for (llvm::MutableArrayRef<char> memory : shared)
    block.shared.emplace_back(memory.size());
  block.fibers.resize(launch.threads);
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

std::string aligned::test::runGpuBlocks(const GpuLaunch &launch,
                                        llvm::ArrayRef<Grid> which,
                                        const SharedMemory &shared,
                                        std::mt19937 &random) {
  std::vector<Block> blocks;
  for (Grid index : which)
    blocks.push_back(makeBlock(launch, index, shared));
  return runTogether(blocks, shared, random);
}

//===----------------------------------------------------------------------===//
// What intrinsics do
//===----------------------------------------------------------------------===//

#define HERE __builtin_return_address(0)

extern "C" {
uint32_t emu_thread() { return block->current; }
uint32_t emu_block_x() { return block->index.x; }
uint32_t emu_block_y() { return block->index.y; }
uint32_t emu_block_z() { return block->index.z; }
uint32_t emu_grid_x() { return block->launch.grid.x; }
uint32_t emu_block_threads() {
  return static_cast<uint32_t>(block->launch.threads);
}
uint32_t emu_lanes_below() { return (1u << (block->current % 32)) - 1; }

void emu_barrier(uint32_t) {
  int thread = block->current;
  meet(block->all, block->fibers[thread].blockMeetings, thread,
       block->launch.threads, HERE);
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
template <typename F> void *toAddress(F *function) {
  return reinterpret_cast<void *>(function);
}
const Shim kShims[] = {
    {"llvm.nvvm.read.ptx.sreg.tid.x", "emu_thread", toAddress(emu_thread)},
    {"llvm.nvvm.read.ptx.sreg.ctaid.x", "emu_block_x", toAddress(emu_block_x)},
    {"llvm.nvvm.read.ptx.sreg.ctaid.y", "emu_block_y", toAddress(emu_block_y)},
    {"llvm.nvvm.read.ptx.sreg.ctaid.z", "emu_block_z", toAddress(emu_block_z)},
    {"llvm.nvvm.read.ptx.sreg.nctaid.x", "emu_grid_x", toAddress(emu_grid_x)},
    {"llvm.nvvm.read.ptx.sreg.ntid.x", "emu_block_threads",
     toAddress(emu_block_threads)},
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
} // namespace

llvm::ArrayRef<Shim> aligned::test::gpuShims() { return kShims; }
