//===- AddEntries.cpp - Entries that the runtime calls --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/AlignedToLLVM/Passes.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace aligned {
#define GEN_PASS_DEF_ALIGNEDADDENTRIES
#include "Aligned/Conversion/AlignedToLLVM/Passes.h.inc"
} // namespace aligned

using namespace mlir;
using namespace aligned;

namespace {
/// The entry of one function: arguments are loaded, results stored, as
/// HostABI.h says where they are.
class EntryBuilder {
public:
  EntryBuilder(func::FuncOp callee, LLVMTypeConverter &converter)
      : callee(callee), converter(converter), builder(callee),
        loc(callee.getLoc()),
        pointer(LLVM::LLVMPointerType::get(callee.getContext())) {}

  LogicalResult build();

private:
  /// `list[index]`, which is an address.
  Value addressAt(Value list, int64_t index);
  Value loadArgument(Value list, int64_t index, Type type);
  void storeResult(Value list, int64_t index, Value result);
  Value cast(Value value, Type type);

  func::FuncOp callee;
  LLVMTypeConverter &converter;
  OpBuilder builder;
  Location loc;
  Type pointer;
};
} // namespace

Value EntryBuilder::addressAt(Value list, int64_t index) {
  Value slot =
      LLVM::GEPOp::create(builder, loc, pointer, pointer, list,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  return LLVM::LoadOp::create(builder, loc, pointer, slot);
}

Value EntryBuilder::cast(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

/// An i1 is a byte in memory.
static bool isByte(Type type) { return type.isInteger(1); }

Value EntryBuilder::loadArgument(Value list, int64_t index, Type type) {
  Value address = addressAt(list, index);
  if (isa<LLVM::LLVMPointerType>(type))
    return address; // planes are given as their handle
  Type converted = converter.convertType(type);
  if (!isByte(type))
    return cast(LLVM::LoadOp::create(builder, loc, converted, address), type);
  Value byte = LLVM::LoadOp::create(builder, loc, builder.getI8Type(), address);
  Value zero = LLVM::ConstantOp::create(builder, loc, builder.getI8Type(),
                                        builder.getI8IntegerAttr(0));
  return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, byte,
                              zero);
}

void EntryBuilder::storeResult(Value list, int64_t index, Value result) {
  Value value = cast(result, converter.convertType(result.getType()));
  if (isByte(value.getType()))
    value = LLVM::ZExtOp::create(builder, loc, builder.getI8Type(), value);
  LLVM::StoreOp::create(builder, loc, value, addressAt(list, index));
}

LogicalResult EntryBuilder::build() {
  for (Type type : llvm::concat<const Type>(callee.getArgumentTypes(),
                                            callee.getResultTypes()))
    if (isa<UnrankedMemRefType>(type) || !converter.convertType(type))
      return callee.emitError("cannot be an entry: type ")
             << type << " has no place in HostABI.h";
  auto entry = LLVM::LLVMFuncOp::create(
      builder, loc, (kEntryPrefix + callee.getName()).str(),
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(callee.getContext()),
                                  {pointer, pointer}));
  Block *block = entry.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (auto [index, type] : llvm::enumerate(callee.getArgumentTypes()))
    arguments.push_back(
        loadArgument(block->getArgument(0), static_cast<int64_t>(index), type));
  auto call = func::CallOp::create(builder, loc, callee, arguments);
  for (auto [index, result] : llvm::enumerate(call.getResults()))
    storeResult(block->getArgument(1), static_cast<int64_t>(index), result);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  callee.setPrivate();
  return success();
}

namespace {
struct AddEntries : aligned::impl::AlignedAddEntriesBase<AddEntries> {
  void runOnOperation() override {
    LLVMTypeConverter converter(&getContext());
    SmallVector<func::FuncOp> functions;
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (func.isPublic() && !func.isExternal())
        functions.push_back(func);
    for (func::FuncOp func : functions)
      if (failed(EntryBuilder(func, converter).build()))
        return signalPassFailure();
  }
};
} // namespace
