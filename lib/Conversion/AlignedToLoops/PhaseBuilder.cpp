//===- PhaseBuilder.cpp - One phase of a kernel as a function -------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PhaseBuilder.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

PhaseBuilder::PhaseBuilder(KernelOp kernel, StringRef phase)
    : Emitter(kernel.getLoc(), kernel.getContext()) {
  setInsertionPoint(kernel);
  std::string symbol = kernel.getSymName().str();
  if (!phase.empty())
    symbol += ("_" + phase).str();
  FunctionType type =
      getFunctionType({pointer(), i32(), i32(), i32()}, TypeRange());
  auto function = func::FuncOp::create(*this, symbol, type);
  entry = function.addEntryBlock();
  params = wrap(entry->getArgument(0));
  x = wrap(entry->getArgument(1));
  y = wrap(entry->getArgument(2));
  z = wrap(entry->getArgument(3));
  setInsertionPointToStart(entry);
  setInsertionPoint(func::ReturnOp::create(*this));
}

Val PhaseBuilder::buffer(Type element, int64_t count) {
  InsertionGuard guard(*this);
  setInsertionPointToStart(entry);
  return wrap(LLVM::AllocaOp::create(*this, pointer(), element, c64(count),
                                     /*alignment=*/64));
}

void PhaseBuilder::forChannels(int64_t count,
                               function_ref<void(Val, int64_t)> body) {
  int64_t whole = count / kLanes * kLanes;
  if (whole)
    loop(c32(0), c32(whole), kLanes, [&](Val index) { body(index, kLanes); });
  if (whole != count)
    body(c32(whole), count - whole);
}

SmallVector<Val> PhaseBuilder::accumulateChannels(
    int64_t count, ArrayRef<Val> initial,
    function_ref<SmallVector<Val>(Val, ArrayRef<Val>)> body) {
  assert(count % kLanes == 0 && "channels are padded");
  return loop(c32(0), c32(count), kLanes, initial, body);
}

Val PhaseBuilder::shuffle(Val a, Val b, ArrayRef<int64_t> order) {
  return wrap(vector::ShuffleOp::create(*this, a, b, order));
}

Val PhaseBuilder::reduceLanes(Val vector, function_ref<Val(Val, Val)> combine) {
  int64_t lanes = cast<VectorType>(vector.type()).getNumElements();
  for (; lanes > 1; lanes /= 2) {
    auto low = llvm::to_vector(llvm::seq<int64_t>(0, lanes / 2));
    auto high = llvm::to_vector(llvm::seq<int64_t>(lanes / 2, lanes));
    vector =
        combine(shuffle(vector, vector, low), shuffle(vector, vector, high));
  }
  return lane(vector, 0);
}

Val PhaseBuilder::sumLanes(Val vector) {
  return reduceLanes(vector, [](Val a, Val b) { return a + b; });
}
Val PhaseBuilder::maxLanes(Val vector) {
  return reduceLanes(vector,
                     [this](Val a, Val b) { return maxPropagate(a, b); });
}

Val PhaseBuilder::lane(Val vector, int64_t index) {
  return wrap(vector::ExtractOp::create(*this, vector.value, index));
}

Val PhaseBuilder::fromLanes(ArrayRef<Val> scalars) {
  SmallVector<Value> values(scalars.begin(), scalars.end());
  auto type = vec(scalars.size(), scalars.front().type());
  return wrap(vector::FromElementsOp::create(*this, type, values));
}

Val PhaseBuilder::iota(Val first) {
  SmallVector<int32_t> counts;
  for (int64_t i = 0; i < kLanes; ++i)
    counts.push_back(i);
  Val steps = wrap(arith::ConstantOp::create(
      *this, DenseElementsAttr::get(ints(), ArrayRef<int32_t>(counts))));
  return steps + first;
}

Val PhaseBuilder::isPresent(Val pointer) {
  Value null = LLVM::ZeroOp::create(*this, pointer.type());
  return wrap(
      LLVM::ICmpOp::create(*this, LLVM::ICmpPredicate::ne, pointer, null));
}

void PhaseBuilder::atomicOr(Val pointer, int64_t bits) {
  LLVM::AtomicRMWOp::create(*this, LLVM::AtomicBinOp::_or, pointer, c32(bits),
                            LLVM::AtomicOrdering::monotonic);
}

Val PhaseBuilder::atomicIncrement(Val pointer) {
  return wrap(LLVM::AtomicRMWOp::create(*this, LLVM::AtomicBinOp::add, pointer,
                                        c32(1), LLVM::AtomicOrdering::acq_rel));
}

void PhaseBuilder::prefetch(Val pointer, int64_t bytes) {
  constexpr int64_t kLine = 64;
  for (int64_t at = 0; at < bytes; at += kLine)
    LLVM::Prefetch::create(*this, offset(pointer, at), /*rw=*/0, /*hint=*/3,
                           /*cache=*/1);
}

void loops::prefetchPlane(PhaseBuilder &b, PageLayout layout, Val page, Val row,
                          Val channel, int64_t channels, int plane) {
  int64_t inByte = 8 / layout.planeBits(plane);
  Val offset = row * layout.rowBytes(plane) + channel / inByte;
  b.prefetch(b.offset(b.offset(page, offset), layout.planeOffset(plane)),
             channels / inByte);
}

SmallVector<Val> loops::loadPlanes(Emitter &e, PageLayout layout, Val page,
                                   Val row, Val channel, int64_t channels,
                                   int64_t from, int64_t to) {
  auto attr = LayoutAttr::get(e.getContext(), layout);
  SmallVector<Type> types(to - from, e.vec(channels, e.i8()));
  auto load =
      LoadPlanesOp::create(e, types, page, row, channel, from, to, attr);
  SmallVector<Val> digits;
  for (Value result : load.getResults())
    digits.push_back(e.wrap(result));
  return digits;
}
