//===- PagedWrite.cpp - Rows written into a pool of pages -----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A step writes each sequence's new row into a page, and gathers the rows of
// all sequences through a table afterwards. Where the row ends up among those
// of its sequence depends on the table alone, whether the program computes its
// place from there or is given it (a slot mapping). So it is looked up: it is
// the position whose row, in the pool, is the one that was written.
//
//===----------------------------------------------------------------------===//

#include "PagedWrite.h"
#include "TensorTests.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace aligned;

/// Whether `value` is `version` in another shape.
static bool isReshapeOf(Value value, Value version) {
  while (value != version) {
    Operation *def = value.getDefiningOp();
    if (!isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp,
                         tensor::CastOp>(def))
      return false;
    value = def->getOperand(0);
  }
  return true;
}

/// How many elements apart the positions of dimension `dim` are.
static int64_t getStride(Value tensor, int64_t dim) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
  return computeProduct(shape.drop_front(dim + 1));
}

/// The dimensions in which rows are written whole, outermost first.
static SmallVector<int64_t> getWhole(const RowScatter &scatter) {
  SmallVector<int64_t> whole;
  for (int64_t dim : scatter.along)
    if (dim >= 0)
      whole.push_back(dim);
  return whole;
}

/// Whether a row has its heads and channels in the same places wherever it is
/// written and gathered.
static bool haveSameRows(const RowScatter &scatter, const PoolGather &gather) {
  auto type = cast<RankedTensorType>(scatter.dest.getType());
  std::optional<SmallVector<PoolGather::Kept>> kept = gather.getKept();
  if (!kept || ShapedType::isDynamicShape(type.getShape().drop_front()))
    return false;
  SmallVector<PoolGather::Kept> written;
  for (int64_t dim : getWhole(scatter))
    written.push_back({PlanesType::Channel, type.getDimSize(dim),
                       getStride(scatter.dest, dim)});
  return *kept == written;
}

LogicalResult aligned::checkPagedWrite(const RowScatter &scatter,
                                       PoolGather &gather, Refusal &refusal) {
  auto refuse = [&](StringRef reason, StringRef remedy) {
    refusal = {reason.str(), remedy.str()};
    return failure();
  };
  auto rows = cast<RankedTensorType>(gather.getRows().getType());
  if (!rows.hasStaticShape())
    return refuse("rows are written into its pages, and how many are gathered "
                  "is not static",
                  "make the shape of the table static");
  int64_t sequenceDim = gather.getOrder()[PlanesType::Sequence];
  int64_t sequences = sequenceDim < 0 ? 1 : rows.getDimSize(sequenceDim);
  if (scatter.sequences != sequences)
    return refuse("not one row of each sequence is written into its pages",
                  "write one row for each sequence that the table has");
  if (!isReshapeOf(gather.getPool(), scatter.op->getResult(0)) ||
      !haveSameRows(scatter, gather))
    return refuse("rows are written into its pages in another layout than they "
                  "are gathered in",
                  "write and gather whole rows, all heads and channels, of one "
                  "and the same tensor");
  SmallVector<Value> tables;
  if (!gather.canBuildElements(tables))
    return refuse("rows are written into its pages, and where rows are "
                  "gathered from cannot be computed apart from them",
                  "compute it of integers, from a table and positions");
  return success();
}

//===----------------------------------------------------------------------===//
// The selection
//===----------------------------------------------------------------------===//

/// The number that the first element of each row has in the pool.
static Value buildWrittenElements(OpBuilder &builder,
                                  const RowScatter &scatter) {
  Location loc = scatter.op->getLoc();
  AffineMap each = builder.getMultiDimIdentityMap(1);
  SmallVector<Value> positions;
  for (size_t i = 0; i < scatter.placed.size(); ++i)
    positions.push_back(scatter.buildPositions(builder, i));
  Value init = tensor::EmptyOp::create(builder, loc, {scatter.sequences},
                                       builder.getIndexType());
  SmallVector<AffineMap> maps(positions.size() + 1, each);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), positions, init, maps,
             utils::IteratorType::parallel,
             [&](OpBuilder &b, Location, ValueRange args) {
               Value number = arith::ConstantIndexOp::create(b, loc, 0);
               for (auto [dim, position] :
                    llvm::zip(scatter.placed, args.drop_back())) {
                 Value stride = arith::ConstantIndexOp::create(
                     b, loc, getStride(scatter.dest, dim));
                 number = arith::AddIOp::create(
                     b, loc, number,
                     arith::MulIOp::create(b, loc, position, stride));
               }
               linalg::YieldOp::create(b, loc, number);
             })
      .getResult(0);
}

/// The first token of each sequence whose row is the one that was written, or
/// how many tokens there are if none is.
static Value buildTokens(OpBuilder &builder, Location loc, Value gathered,
                         Value written) {
  auto type = cast<RankedTensorType>(gathered.getType());
  Value none = arith::ConstantIndexOp::create(builder, loc, type.getDimSize(1));
  Value init = tensor::EmptyOp::create(builder, loc, {type.getDimSize(0)},
                                       builder.getIndexType());
  init = linalg::FillOp::create(builder, loc, none, init).getResult(0);
  AffineMap all = builder.getMultiDimIdentityMap(2),
            ofSequence = all.dropResult(1);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), ValueRange{gathered, written}, init,
             {all, ofSequence, ofSequence},
             {utils::IteratorType::parallel, utils::IteratorType::reduction},
             [&](OpBuilder &b, Location, ValueRange args) {
               Value same = arith::CmpIOp::create(
                   b, loc, arith::CmpIPredicate::eq, args[0], args[1]);
               Value token = arith::SelectOp::create(
                   b, loc, same, linalg::IndexOp::create(b, loc, 1), none);
               linalg::YieldOp::create(
                   b, loc,
                   Value(arith::MinUIOp::create(b, loc, args[2], token)));
             })
      .getResult(0);
}

/// Every row is one of its own sequence, and up to its newest row no sequence
/// has another one's.
static void assertOwnPages(OpBuilder &builder, Location loc, Value gathered,
                           Value written, Value tokens) {
  auto type = cast<RankedTensorType>(gathered.getType());
  Value count =
      arith::ConstantIndexOp::create(builder, loc, type.getDimSize(1));
  auto compare = [&](OpBuilder &b, arith::CmpIPredicate predicate, Value lhs,
                     Value rhs) -> Value {
    return arith::CmpIOp::create(b, loc, predicate, lhs, rhs);
  };
  Value found =
      buildAll(builder, loc, tokens, builder.getMultiDimIdentityMap(1),
               [&](OpBuilder &b, ValueRange args) {
                 return compare(b, arith::CmpIPredicate::ult, args[0], count);
               });
  cf::AssertOp::create(builder, loc, found,
                       "a row is written where the table has no position of "
                       "its sequence: compile with kv=pack");
  if (type.getDimSize(0) == 1)
    return;
  // Writers, readers, tokens.
  AffineMap all = builder.getMultiDimIdentityMap(3);
  AffineMap ofWriter = all.getSubMap({0}), ofReader = all.getSubMap({1}),
            ofToken = all.getSubMap({1, 2});
  Value own = buildAll(
      builder, loc, {written, tokens, gathered}, {ofWriter, ofReader, ofToken},
      [&](OpBuilder &b, ValueRange args) -> Value {
        Value same = compare(b, arith::CmpIPredicate::eq,
                             linalg::IndexOp::create(b, loc, 0),
                             linalg::IndexOp::create(b, loc, 1));
        Value behind = compare(b, arith::CmpIPredicate::ugt,
                               linalg::IndexOp::create(b, loc, 2), args[1]);
        Value other = compare(b, arith::CmpIPredicate::ne, args[2], args[0]);
        Value fine = arith::OrIOp::create(b, loc, same, behind);
        return arith::OrIOp::create(b, loc, fine, other);
      });
  cf::AssertOp::create(builder, loc, own,
                       "a row is written into a page that another sequence "
                       "reads, too: copy the page first, or compile with "
                       "kv=pack");
}

/// How the new rows lie beside what is gathered.
static AffineMap getRowsMap(OpBuilder &builder, const RowScatter &scatter,
                            const PoolGather &gather) {
  SmallVector<PoolGather::Kept> kept = *gather.getKept();
  SmallVector<int64_t> whole = getWhole(scatter);
  ArrayRef<int64_t> order = gather.getOrder();
  SmallVector<AffineExpr> results;
  for (int64_t dim : scatter.along) {
    int64_t loop = -1;
    if (dim == RowScatter::kSequence)
      loop = order[PlanesType::Sequence];
    else if (dim >= 0)
      loop = order[kept[llvm::find(whole, dim) - whole.begin()].dim];
    results.push_back(loop < 0 ? builder.getAffineConstantExpr(0)
                               : builder.getAffineDimExpr(loop));
  }
  int64_t rank = cast<RankedTensorType>(gather.getRows().getType()).getRank();
  return AffineMap::get(rank, 0, results, builder.getContext());
}

Value aligned::buildPagedWrite(OpBuilder &builder, const RowScatter &scatter,
                               PoolGather &gather, Value past) {
  Location loc = scatter.op->getLoc();
  Value written = buildWrittenElements(builder, scatter);
  Value gathered = gather.buildElements(builder);
  Value tokens = buildTokens(builder, loc, gathered, written);
  assertOwnPages(builder, loc, gathered, written, tokens);
  auto type = cast<RankedTensorType>(past.getType());
  ArrayRef<int64_t> order = gather.getOrder();
  int64_t sequenceDim = order[PlanesType::Sequence];
  AffineMap all = builder.getMultiDimIdentityMap(type.getRank());
  AffineExpr sequence = sequenceDim < 0 ? builder.getAffineConstantExpr(0)
                                        : builder.getAffineDimExpr(sequenceDim);
  AffineMap ofSequence = AffineMap::get(type.getRank(), 0, sequence);
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, type, ValueRange{tokens, scatter.rows}, past,
             {ofSequence, getRowsMap(builder, scatter, gather), all}, iterators,
             [&](OpBuilder &b, Location, ValueRange args) {
               Value token =
                   linalg::IndexOp::create(b, loc, order[PlanesType::Token]);
               Value here = arith::CmpIOp::create(
                   b, loc, arith::CmpIPredicate::eq, token, args[0]);
               linalg::YieldOp::create(b, loc,
                                       Value(arith::SelectOp::create(
                                           b, loc, here, args[1], args[2])));
             })
      .getResult(0);
}
