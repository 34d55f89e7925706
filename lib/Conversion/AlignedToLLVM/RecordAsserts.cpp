//===- RecordAsserts.cpp - Failed assertions as errors of a run -----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "HostCall.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDRECORDASSERTS
#include "Aligned/Conversion/AlignedToLLVM/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

/// Whether every call of `func` is from an entry, which returns at once.
static bool isCalledByEntriesOnly(LLVM::LLVMFuncOp func, ModuleOp module) {
  std::optional<SymbolTable::UseRange> uses =
      SymbolTable::getSymbolUses(func, module);
  return uses && llvm::all_of(*uses, [](SymbolTable::SymbolUse use) {
           auto caller = use.getUser()->getParentOfType<LLVM::LLVMFuncOp>();
           return caller && caller.getName().starts_with(kEntryPrefix);
         });
}

static void recordAssert(cf::AssertOp op, LLVM::LLVMFuncOp func,
                         ModuleOp module, int64_t index) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Block *block = op->getBlock();
  Block *next = block->splitBlock(op);
  Block *failed = builder.createBlock(next);
  {
    HostCallBuilder call(module, op);
    call.builder.setInsertionPointToStart(failed);
    std::string symbol = "assert_" + std::to_string(index);
    Value text = call.string(symbol, "assertion failed: " + op.getMsg().str());
    call.call("aligned_rt_fail", Type(), text);
  }
  builder.setInsertionPointToEnd(failed);
  Type result = func.getFunctionType().getReturnType();
  SmallVector<Value> results;
  if (!isa<LLVM::LLVMVoidType>(result))
    results.push_back(LLVM::ZeroOp::create(builder, loc, result));
  LLVM::ReturnOp::create(builder, loc, results);
  builder.setInsertionPointToEnd(block);
  LLVM::CondBrOp::create(builder, loc, op.getArg(), next, failed);
  op.erase();
}

namespace {
struct RecordAsserts : aligned::impl::AlignedRecordAssertsBase<RecordAsserts> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<std::pair<cf::AssertOp, LLVM::LLVMFuncOp>> asserts;
    for (auto func : module.getOps<LLVM::LLVMFuncOp>())
      if (isCalledByEntriesOnly(func, module))
        func.walk([&](cf::AssertOp op) { asserts.emplace_back(op, func); });
    for (auto [index, pair] : llvm::enumerate(asserts))
      recordAssert(pair.first, pair.second, module,
                   static_cast<int64_t>(index));
  }
};
} // namespace
