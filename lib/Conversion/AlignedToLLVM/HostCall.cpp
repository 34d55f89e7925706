//===- HostCall.cpp - Pieces of a call of the runtime ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostCall.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace aligned;

HostCallBuilder::HostCallBuilder(ModuleOp module, Operation *op)
    : builder(op), module(module), op(op), loc(op->getLoc()) {}

Type HostCallBuilder::pointer() const {
  return LLVM::LLVMPointerType::get(loc->getContext());
}

Value HostCallBuilder::constant(int64_t value) {
  return arith::ConstantIntOp::create(builder, loc, value, 64);
}

Value HostCallBuilder::null() {
  return LLVM::ZeroOp::create(builder, loc, pointer());
}

HostView HostCallBuilder::view(Value memref) {
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  auto toI64 = [&](Value index) -> Value {
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                      index);
  };
  auto type = cast<MemRefType>(memref.getType());
  Type element = type.getElementType();
  int64_t bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  int64_t bytes = llvm::divideCeil(bits, 8);
  Value base = toI64(
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref));
  Value offset = arith::MulIOp::create(
      builder, loc, toI64(metadata.getOffset()), constant(bytes));
  Value address = arith::AddIOp::create(builder, loc, base, offset);
  HostView view;
  view.data = LLVM::IntToPtrOp::create(builder, loc, pointer(), address);
  view.sizes = llvm::map_to_vector(metadata.getSizes(), toI64);
  view.strides = llvm::map_to_vector(metadata.getStrides(), toI64);
  return view;
}

Value HostCallBuilder::string(StringRef suffix, StringRef text) {
  std::string symbol = ("aligned_" + suffix).str();
  if (!module.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    std::string terminated = text.str() + '\0';
    auto type =
        LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
    LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true,
                           LLVM::Linkage::Internal, symbol,
                           builder.getStringAttr(terminated));
  }
  return LLVM::AddressOfOp::create(builder, loc, pointer(), symbol);
}

Value HostCallBuilder::structure(ArrayRef<Member> members) {
  SmallVector<Type> types;
  for (const Member &member : members) {
    Type type = member.front().getType();
    types.push_back(member.size() == 1
                        ? type
                        : LLVM::LLVMArrayType::get(type, member.size()));
  }
  auto type = LLVM::LLVMStructType::getLiteral(module.getContext(), types);
  Value space;
  {
    // In the entry block: a slot in a loop would grow the stack each time.
    OpBuilder::InsertionGuard guard(builder);
    auto function = op->getParentOfType<FunctionOpInterface>();
    builder.setInsertionPointToStart(&function.getFunctionBody().front());
    Value one = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                         builder.getI64IntegerAttr(1));
    space = LLVM::AllocaOp::create(builder, loc, pointer(), type, one);
  }
  Value contents = LLVM::UndefOp::create(builder, loc, type);
  for (auto [index, member] : llvm::enumerate(members))
    for (auto [element, value] : llvm::enumerate(member)) {
      SmallVector<int64_t> position{static_cast<int64_t>(index)};
      if (member.size() != 1)
        position.push_back(static_cast<int64_t>(element));
      contents =
          LLVM::InsertValueOp::create(builder, loc, contents, value, position);
    }
  LLVM::StoreOp::create(builder, loc, contents, space);
  return space;
}

Value HostCallBuilder::call(StringRef function, Type result,
                            ValueRange arguments) {
  auto callee = module.lookupSymbol<LLVM::LLVMFuncOp>(function);
  if (!callee) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    Type returned =
        result ? result : LLVM::LLVMVoidType::get(module.getContext());
    callee = LLVM::LLVMFuncOp::create(
        builder, loc, function,
        LLVM::LLVMFunctionType::get(returned,
                                    llvm::to_vector(arguments.getTypes())));
  }
  auto call = LLVM::CallOp::create(builder, loc, callee, arguments);
  return result ? call.getResult() : Value();
}
