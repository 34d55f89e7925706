//===- TensorTests.cpp - Tests of all elements when run -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorTests.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

Value aligned::buildAll(OpBuilder &b, Location loc, ValueRange inputs,
                        ArrayRef<AffineMap> maps,
                        function_ref<Value(OpBuilder &, ValueRange)> test) {
  unsigned rank = maps.front().getNumDims();
  Value yes = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
  Value init =
      tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>(), b.getI1Type());
  init = linalg::FillOp::create(b, loc, yes, init).getResult(0);
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(AffineMap::get(rank, 0, b.getContext()));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  auto all = linalg::GenericOp::create(
      b, loc, init.getType(), inputs, init, allMaps, iterators,
      [&](OpBuilder &body, Location, ValueRange args) {
        Value holds = arith::AndIOp::create(
            body, loc, test(body, args.drop_back()), args.back());
        linalg::YieldOp::create(body, loc, holds);
      });
  return tensor::ExtractOp::create(b, loc, all.getResult(0), ValueRange());
}
