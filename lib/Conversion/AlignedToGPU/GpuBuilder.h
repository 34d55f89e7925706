//===- GpuBuilder.h - An emitter that knows a block of threads --*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a kernel of threads has beyond arithmetic: who it is, its block's shared
// memory, barriers, and what the lanes of a warp tell each other. All of it is
// written for blocks of one dimension whose warps are whole, and every
// collective is for all 32 lanes: it must stand where all of them arrive.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_GPUBUILDER_H
#define ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_GPUBUILDER_H

#include "Aligned/Conversion/Tile/Emitter.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace aligned::gpu {

using tile::Val;

/// Address spaces of NVPTX.
constexpr unsigned kGlobal = 1, kShared = 3;
constexpr int64_t kWarp = 32;

class GpuBuilder : public tile::Emitter {
public:
  GpuBuilder(mlir::Location loc, mlir::gpu::GPUModuleOp module,
             bool overlapsLaunches)
      : Emitter(loc, module.getContext()), module(module),
        overlapsLaunches(overlapsLaunches) {}

  /// Begins the kernel `name` with one parameter block of `paramBytes` and
  /// blocks of `threads`; the insertion point is its body. Registers are
  /// limited so that a multiprocessor can hold `minBlocks` blocks, if not 0.
  void beginKernel(llvm::StringRef name, int64_t paramBytes, int64_t threads,
                   int64_t minBlocks = 0);
  void endKernel();

  Val params;     ///< address of the parameter block
  Val thread;     ///< in the block
  Val lane, warp; ///< of the thread
  Val blockX, blockY, blockZ;
  int64_t threads = 0;

  Val gridSize();   ///< blocks along x
  Val blockWarps(); ///< that a block was launched with

  /// `bytes` of the block's shared memory, aligned to 16.
  Val shared(int64_t bytes);

  void barrier();     ///< of the block
  void warpBarrier(); ///< of the warp; orders its shared memory

  /// One of a block's 16 barriers, where `threads`, in whole warps, meet;
  /// `barrier` is number 0.
  void meetAt(Val number, int64_t threads);

  /// A signal of warps of the block to others, in eight bytes of shared memory:
  /// it is given again and again, and counted from 0. What a warp did before it
  /// gave it is done for those who have awaited it.
  static constexpr int64_t kSignalBytes = 8;
  /// By one thread, before the block meets. It is given when so many warps have
  /// done so.
  void initSignal(Val signal, int64_t warps);
  void giveSignal(Val signal);
  /// All signals before the one of this number must have been awaited.
  void awaitSignal(Val signal, Val number);

  /// Launches that overlap: one may begin as soon as every block of the launch
  /// before has let it, or is done. It waits for the end of that launch, and
  /// for all that this has written, itself; every thread must, in every block,
  /// for the next launch waits only for this one. Nothing where launches do not
  /// overlap.
  void letNextLaunchBegin();
  void awaitLastLaunch();

  /// The value of the lane whose number differs in `mask`.
  Val shuffleXor(Val value, int64_t mask);
  /// The value of lane `from`.
  Val shuffle(Val value, Val from);
  /// A bit for each lane whose condition holds.
  Val ballot(Val condition);
  Val popCount(Val bits);
  /// How many of `bits` belong to lanes below this one.
  Val countBelow(Val bits);

  /// Of all lanes, in a fixed order; every lane has the result. `from` > 1
  /// leaves lanes apart that differ in the bits below it.
  Val warpSum(Val value, int64_t from = 1);
  Val warpMax(Val value, int64_t from = 1); ///< NaN propagates
  Val warpSumInt(Val value);                ///< of i32, in one instruction
  /// Sums of eight values in nine exchanges: the lane whose number is 4 i
  /// (and the three after it) has that of values[i].
  Val warpSumOfEight(llvm::ArrayRef<Val> values);

  /// Of the block's threads; `scratch` has room for a value of each warp. All
  /// threads have the result. Has barriers on both sides of its exchange.
  Val blockSum(Val value, Val scratch);
  Val blockMax(Val value, Val scratch); ///< NaN propagates

  /// Goes from `from` to `to` in steps, a power of two of which `from` is a
  /// multiple. `load` begins the loads of a step, and says what they give;
  /// `use` goes on with it and the carried values, `stages` - 1 steps later.
  /// The stages are unrolled: a value that moved from register to register
  /// would have to have arrived.
  llvm::SmallVector<Val> pipeline(
      Val from, Val to, int64_t step, int64_t stages,
      llvm::ArrayRef<Val> initial,
      llvm::function_ref<llvm::SmallVector<Val>(Val index)> load,
      llvm::function_ref<llvm::SmallVector<Val>(
          Val index, llvm::ArrayRef<Val> loaded, llvm::ArrayRef<Val> carried)>
          use);

  /// Begins to move the line at an address of global memory to the L2 cache.
  void prefetch(Val address);

  /// Whether a pointer is not null.
  Val isSet(Val pointer);

  Val extract(Val vector, int64_t lane);
  Val vectorOf(llvm::ArrayRef<Val> elements);

  /// Accumulators c += a * b of one 16 x 8 tile over 32 channels: `a` signed
  /// bytes, `b` signed or unsigned ones, c four i32.
  llvm::SmallVector<Val> mma(llvm::ArrayRef<Val> a, llvm::ArrayRef<Val> b,
                             llvm::ArrayRef<Val> c, bool unsignedB);

  /// The same of f16 over 16, added up in f32.
  llvm::SmallVector<Val> mmaHalf(llvm::ArrayRef<Val> a, llvm::ArrayRef<Val> b,
                                 llvm::ArrayRef<Val> c);

  Val exclusiveOr(Val x, Val y);
  /// Bytes of the i32 x (0 to 3) and y (4 to 7), as the four digits of
  /// `selector` say, the lowest first.
  Val permuteBytes(Val x, Val y, Val selector);
  Val permuteBytes(Val x, Val y, int64_t selector) {
    return permuteBytes(x, y, c32(selector));
  }

  //===--------------------------------------------------------------------===//
  // Between blocks of one launch. i32 in global memory.
  //===--------------------------------------------------------------------===//

  /// Adds, and releases what this thread has written or seen before; what was
  /// there.
  Val atomicAdd(Val address, Val value);
  /// Counts the warp in, and releases what its lanes have written or seen
  /// before; how many had come before, in every lane.
  Val countArrival(Val address);
  /// What other threads of the device have released is seen by later loads.
  void fence();
  /// Stores for threads that wait.
  void storeRelaxed(Val value, Val address);
  /// Waits until something else than `nothing` is stored there; what it is.
  /// Nothing else that the other thread has written is seen: that would empty
  /// this multiprocessor's first cache.
  Val await(Val address, Val nothing);

private:
  /// One instruction of PTX that has no operation here.
  mlir::LLVM::InlineAsmOp instruction(mlir::TypeRange results,
                                      mlir::ValueRange operands,
                                      llvm::StringRef text,
                                      llvm::StringRef constraints);
  /// A 16 x 8 tile of products over `depth`.
  llvm::SmallVector<Val>
  product(int64_t depth, llvm::ArrayRef<Val> a, llvm::ArrayRef<Val> b,
          llvm::ArrayRef<Val> c,
          std::optional<mlir::NVVM::MMAIntOverflow> overflow,
          mlir::NVVM::MMATypes typeA, mlir::NVVM::MMATypes typeB);
  Val blockReduce(Val value, Val scratch,
                  llvm::function_ref<Val(Val, Val)> combine);
  Val fullMask() { return c32(-1); }

  mlir::gpu::GPUModuleOp module;
  bool overlapsLaunches;
  mlir::LLVM::LLVMFuncOp kernel;
  int64_t numShared = 0;
};

} // namespace aligned::gpu

#endif // ALIGNED_LIB_CONVERSION_ALIGNEDTOGPU_GPUBUILDER_H
