//===- GpuBuilder.cpp - An emitter that knows a block of threads ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace aligned::gpu;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

void GpuBuilder::beginKernel(StringRef name, int64_t paramBytes,
                             int64_t blockThreads, int64_t minBlocks) {
  setInsertionPointToEnd(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(getContext()),
                                          {pointer()});
  kernel = LLVM::LLVMFuncOp::create(*this, name, type);
  kernel->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), getUnitAttr());
  kernel->setAttr(NVVM::NVVMDialect::getMaxntidAttrName(),
                  getDenseI32ArrayAttr({static_cast<int32_t>(blockThreads)}));
  if (minBlocks)
    kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    getI32IntegerAttr(static_cast<int32_t>(minBlocks)));
  // By value and constant: loads of fields are loads of parameter space, and
  // no thread keeps a copy.
  kernel.setArgAttr(
      0, LLVM::LLVMDialect::getByValAttrName(),
      TypeAttr::get(LLVM::LLVMArrayType::get(i64(), (paramBytes + 7) / 8)));
  kernel.setArgAttr(0, LLVM::LLVMDialect::getAlignAttrName(),
                    getI64IntegerAttr(8));
  kernel.setArgAttr(0, NVVM::NVVMDialect::getGridConstantAttrName(),
                    getUnitAttr());
  setInsertionPointToStart(kernel.addEntryBlock(*this));

  threads = blockThreads;
  params = wrap(kernel.getArgument(0));
  thread = wrap(NVVM::ThreadIdXOp::create(*this, i32()));
  lane = thread & (kWarp - 1);
  warp = wrap(arith::DivUIOp::create(*this, thread, c32(kWarp)));
  blockX = wrap(NVVM::BlockIdXOp::create(*this, i32()));
  blockY = wrap(NVVM::BlockIdYOp::create(*this, i32()));
  blockZ = wrap(NVVM::BlockIdZOp::create(*this, i32()));
}

void GpuBuilder::endKernel() { LLVM::ReturnOp::create(*this, ValueRange()); }

Val GpuBuilder::shared(int64_t bytes) {
  std::string name = (kernel.getName() + "_shared" + Twine(numShared++)).str();
  auto type = LLVM::LLVMArrayType::get(i8(), bytes);
  {
    OpBuilder::InsertionGuard guard(*this);
    setInsertionPoint(kernel);
    LLVM::GlobalOp::create(*this, type, /*isConstant=*/false,
                           LLVM::Linkage::Internal, name, Attribute(),
                           /*alignment=*/16, kShared);
  }
  return wrap(LLVM::AddressOfOp::create(*this, pointer(kShared), name));
}

//===----------------------------------------------------------------------===//
// Barriers and exchanges
//===----------------------------------------------------------------------===//

void GpuBuilder::barrier() { NVVM::Barrier0Op::create(*this); }

void GpuBuilder::warpBarrier() { NVVM::SyncWarpOp::create(*this, fullMask()); }

void GpuBuilder::meetAt(Val number, int64_t threads) {
  LLVM::CallIntrinsicOp::create(
      *this, getStringAttr("llvm.nvvm.barrier.cta.sync.aligned.count"),
      ValueRange{number, c32(threads)});
}

void GpuBuilder::initSignal(Val signal, int64_t warps) {
  NVVM::MBarrierInitOp::create(*this, signal, c32(warps * kWarp), Value());
}

void GpuBuilder::giveSignal(Val signal) {
  // Every lane for itself: tools that look for races know of no other way.
  NVVM::MBarrierArriveOp::create(*this, i64(), signal, Value());
}

void GpuBuilder::awaitSignal(Val signal, Val number) {
  scf::WhileOp::create(
      *this, TypeRange(), ValueRange(),
      [&](OpBuilder &, Location, ValueRange) {
        Val isGiven = wrap(
            NVVM::MBarrierTestWaitOp::create(*this, i1(), signal, number & 1));
        scf::ConditionOp::create(*this, isGiven == 0, ValueRange());
      },
      // What waits is what the block waits for: it does not sleep.
      [&](OpBuilder &, Location, ValueRange) { scf::YieldOp::create(*this); });
  warpBarrier();
}

Val GpuBuilder::shuffleXor(Val value, int64_t mask) {
  return wrap(NVVM::ShflOp::create(*this, value.type(), fullMask(), value,
                                   c32(mask), c32(kWarp - 1),
                                   NVVM::ShflKind::bfly, UnitAttr()));
}

Val GpuBuilder::shuffle(Val value, Val from) {
  return wrap(NVVM::ShflOp::create(*this, value.type(), fullMask(), value, from,
                                   c32(kWarp - 1), NVVM::ShflKind::idx,
                                   UnitAttr()));
}

Val GpuBuilder::ballot(Val condition) {
  return wrap(NVVM::VoteSyncOp::create(*this, i32(), fullMask(), condition,
                                       NVVM::VoteSyncKind::ballot));
}

Val GpuBuilder::popCount(Val bits) {
  return wrap(math::CtPopOp::create(*this, bits));
}

Val GpuBuilder::countBelow(Val bits) {
  return popCount(bits & wrap(NVVM::LaneMaskLtOp::create(*this, i32())));
}

Val GpuBuilder::warpSum(Val value, int64_t from) {
  for (int64_t mask = kWarp / 2; mask >= from; mask /= 2)
    value = value + shuffleXor(value, mask);
  return value;
}

Val GpuBuilder::warpMax(Val value, int64_t from) {
  for (int64_t mask = kWarp / 2; mask >= from; mask /= 2)
    value = maxPropagate(value, shuffleXor(value, mask));
  return value;
}

Val GpuBuilder::warpSumInt(Val value) {
  return wrap(NVVM::ReduxOp::create(*this, i32(), value, NVVM::ReduxKind::ADD,
                                    fullMask()));
}

Val GpuBuilder::warpSumOfEight(ArrayRef<Val> values) {
  assert(values.size() == 8);
  SmallVector<Val> left(values);
  // Each exchange halves what a lane has to add up: it keeps one half of the
  // values and gives the other away.
  for (int64_t mask = 16; left.size() > 1; mask /= 2) {
    size_t half = left.size() / 2;
    Val upper = (lane & mask) != 0;
    SmallVector<Val> next;
    for (size_t i = 0; i < half; ++i) {
      Val keep = select(upper, left[half + i], left[i]);
      Val give = select(upper, left[i], left[half + i]);
      next.push_back(keep + shuffleXor(give, mask));
    }
    left = next;
  }
  Val sum = left.front();
  sum = sum + shuffleXor(sum, 2);
  return sum + shuffleXor(sum, 1);
}

Val GpuBuilder::blockReduce(Val value, Val scratch,
                            function_ref<Val(Val, Val)> combine) {
  barrier();
  ifThen(lane == 0, [&] { store(value, element(scratch, warp, f32())); });
  barrier();
  Val all = load(f32(), scratch);
  for (int64_t w = 1; w < threads / kWarp; ++w)
    all = combine(all, load(f32(), offset(scratch, w * 4)));
  return all;
}

Val GpuBuilder::blockSum(Val value, Val scratch) {
  return blockReduce(warpSum(value), scratch,
                     [](Val a, Val b) { return a + b; });
}

Val GpuBuilder::blockMax(Val value, Val scratch) {
  return blockReduce(warpMax(value), scratch,
                     [&](Val a, Val b) { return maxPropagate(a, b); });
}

//===----------------------------------------------------------------------===//
// Vectors and tensor cores
//===----------------------------------------------------------------------===//

LLVM::InlineAsmOp GpuBuilder::instruction(TypeRange results,
                                          ValueRange operands, StringRef text,
                                          StringRef constraints) {
  return LLVM::InlineAsmOp::create(
      *this, results, operands, text, constraints, /*has_side_effects=*/true,
      /*is_align_stack=*/false, LLVM::tailcallkind::TailCallKind::None,
      LLVM::AsmDialectAttr(), ArrayAttr());
}

void GpuBuilder::prefetch(Val address) {
  // The operation is for sm_90 and up alone, the instruction for all.
  instruction({}, {address}, "prefetch.global.L2 [$0];", "l");
}

Val GpuBuilder::isSet(Val pointer) {
  return wrap(LLVM::PtrToIntOp::create(*this, i64(), pointer)) != 0;
}

Val GpuBuilder::extract(Val vector, int64_t lane) {
  return wrap(vector::ExtractOp::create(*this, vector.value, lane));
}

Val GpuBuilder::vectorOf(ArrayRef<Val> elements) {
  SmallVector<Value> values(elements.begin(), elements.end());
  return wrap(vector::FromElementsOp::create(
      *this, vec(elements.size(), elements.front().type()), values));
}

SmallVector<Val> GpuBuilder::mma(ArrayRef<Val> a, ArrayRef<Val> b,
                                 ArrayRef<Val> c, bool unsignedB) {
  return product(32, a, b, c, NVVM::MMAIntOverflow::wrapped, NVVM::MMATypes::s8,
                 unsignedB ? NVVM::MMATypes::u8 : NVVM::MMATypes::s8);
}

SmallVector<Val> GpuBuilder::mmaHalf(ArrayRef<Val> a, ArrayRef<Val> b,
                                     ArrayRef<Val> c) {
  return product(16, a, b, c, /*overflow=*/std::nullopt, NVVM::MMATypes::f16,
                 NVVM::MMATypes::f16);
}

SmallVector<Val>
GpuBuilder::product(int64_t depth, ArrayRef<Val> a, ArrayRef<Val> b,
                    ArrayRef<Val> c,
                    std::optional<NVVM::MMAIntOverflow> overflow,
                    NVVM::MMATypes typeA, NVVM::MMATypes typeB) {
  auto values = [](ArrayRef<Val> vals) {
    return SmallVector<Value>(vals.begin(), vals.end());
  };
  auto type = LLVM::LLVMStructType::getLiteral(
      getContext(), SmallVector<Type>(c.size(), c.front().type()));
  Value sums = NVVM::MmaOp::create(
      *this, type, values(a), values(b), values(c),
      ArrayRef<int64_t>{16, 8, depth}, /*b1Op=*/std::nullopt, overflow,
      std::array{typeA, typeB},
      std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
  SmallVector<Val> results;
  for (size_t i = 0; i < c.size(); ++i)
    results.push_back(wrap(LLVM::ExtractValueOp::create(*this, sums, i)));
  return results;
}

Val GpuBuilder::exclusiveOr(Val x, Val y) {
  return wrap(arith::XOrIOp::create(*this, x, y));
}

Val GpuBuilder::permuteBytes(Val x, Val y, Val selector) {
  return wrap(LLVM::CallIntrinsicOp::create(*this, i32(),
                                            getStringAttr("llvm.nvvm.prmt"),
                                            ValueRange{x, y, selector})
                  .getResult(0));
}

SmallVector<Val> GpuBuilder::pipeline(
    Val from, Val to, int64_t step, int64_t stages, ArrayRef<Val> initial,
    function_ref<SmallVector<Val>(Val)> load,
    function_ref<SmallVector<Val>(Val, ArrayRef<Val>, ArrayRef<Val>)> use) {
  size_t numCarried = initial.size(), numLoaded = 0;
  // Beyond the last step it is loaded again: what is loaded under a condition
  // has to arrive before it can be chosen.
  Val last = maxInt((to - 1) & -step, from);
  auto loadStep = [&](Val index) { return load(minInt(index, last)); };
  SmallVector<Val> state(initial);
  for (int64_t i = 0; i + 1 < stages; ++i) {
    SmallVector<Val> loaded = loadStep(from + i * step);
    numLoaded = loaded.size();
    state.append(loaded);
  }
  SmallVector<Val> results =
      loop(from, to, step * stages, state, [&](Val index, ArrayRef<Val> state) {
        SmallVector<Val> carried(state.take_front(numCarried));
        SmallVector<SmallVector<Val>> loaded(stages);
        for (int64_t i = 0; i + 1 < stages; ++i)
          loaded[i] = llvm::to_vector(
              state.slice(numCarried + i * numLoaded, numLoaded));
        for (int64_t i = 0; i < stages; ++i) {
          Val at = index + i * step;
          loaded[(i + stages - 1) % stages] =
              loadStep(at + (stages - 1) * step);
          auto next = [&] { return use(at, loaded[i], carried); };
          carried =
              i == 0 ? next() : ifElse(at < to, next, [&] { return carried; });
        }
        for (int64_t i = 0; i + 1 < stages; ++i)
          carried.append(loaded[i]);
        return carried;
      });
  results.truncate(numCarried);
  return results;
}

//===----------------------------------------------------------------------===//
// Between blocks
//===----------------------------------------------------------------------===//

static constexpr StringLiteral kDeviceScope = "device";

Val GpuBuilder::gridSize() {
  return wrap(NVVM::GridDimXOp::create(*this, i32()));
}

Val GpuBuilder::blockWarps() {
  return wrap(NVVM::BlockDimXOp::create(*this, i32())) >> 5;
}

void GpuBuilder::letNextLaunchBegin() {
  if (overlapsLaunches)
    NVVM::GriddepcontrolOp::create(*this,
                                   NVVM::GridDepActionKind::launch_dependents);
}

void GpuBuilder::awaitLastLaunch() {
  if (overlapsLaunches)
    NVVM::GriddepcontrolOp::create(*this, NVVM::GridDepActionKind::wait);
}

Val GpuBuilder::atomicAdd(Val address, Val value) {
  // An atomicrmw would be relaxed, whatever its ordering says.
  return wrap(instruction(i32(), {address, value},
                          "atom.release.gpu.global.add.u32 $0, [$1], $2;",
                          "=r,l,r,~{memory}")
                  .getResult(0));
}

Val GpuBuilder::countArrival(Val address) {
  warpBarrier(); // of all lanes, which then lane 0 releases
  Val before = ifElse(
                   lane == 0,
                   [&] { return SmallVector<Val>{atomicAdd(address, c32(1))}; },
                   [&] { return SmallVector<Val>{c32(0)}; })
                   .front();
  return shuffle(before, c32(0));
}

void GpuBuilder::storeRelaxed(Val value, Val address) {
  LLVM::StoreOp::create(*this, value, address, /*alignment=*/4,
                        /*isVolatile=*/false, /*isNonTemporal=*/false,
                        /*isInvariantGroup=*/false,
                        LLVM::AtomicOrdering::monotonic, kDeviceScope);
}

void GpuBuilder::fence() {
  LLVM::FenceOp::create(*this, LLVM::AtomicOrdering::acq_rel, kDeviceScope);
}

Val GpuBuilder::await(Val address, Val nothing) {
  auto wait = scf::WhileOp::create(
      *this, TypeRange(i32()), ValueRange(),
      [&](OpBuilder &, Location, ValueRange) {
        Val value = wrap(LLVM::LoadOp::create(
            *this, i32(), address, /*alignment=*/4, /*isVolatile=*/false,
            /*isNonTemporal=*/false, /*isInvariant=*/false,
            /*isInvariantGroup=*/false, LLVM::AtomicOrdering::monotonic,
            kDeviceScope));
        scf::ConditionOp::create(*this, value == nothing, value.value);
      },
      [&](OpBuilder &, Location, ValueRange) {
        NVVM::NanosleepOp::create(*this, c32(64));
        scf::YieldOp::create(*this);
      });
  return wrap(wait.getResult(0));
}
