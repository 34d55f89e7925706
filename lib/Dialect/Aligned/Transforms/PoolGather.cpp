//===- PoolGather.cpp - Rows that are gathered out of a pool --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PoolGather.h"
#include "RowScatter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

/// The older version that `value` is made of by writing into it; null if it is
/// made otherwise.
static Value getOlder(Value value) {
  Operation *def = value.getDefiningOp();
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(def))
    return insert.getDest();
  if (auto scatter = dyn_cast<tensor::ScatterOp>(def))
    return scatter.getDest();
  if (auto loop = dyn_cast<scf::ForOp>(def))
    return loop.getTiedLoopInit(cast<OpResult>(value))->get();
  return {};
}

BlockArgument PoolGather::getArgument() const {
  Value tensor = pool;
  while (Operation *def = tensor.getDefiningOp()) {
    if (Value older = getOlder(tensor)) {
      tensor = older;
      continue;
    }
    auto slice = dyn_cast<tensor::ExtractSliceOp>(def);
    bool isFixed = slice && llvm::all_of(slice.getMixedOffsets(), [](auto at) {
                     return getConstantIntValue(at).has_value();
                   });
    if (!isFixed &&
        !isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(
            def))
      return {};
    tensor = def->getOperand(0);
  }
  auto argument = dyn_cast<BlockArgument>(tensor);
  bool isOfFunction =
      argument && isa<func::FuncOp>(argument.getOwner()->getParentOp());
  return isOfFunction ? argument : BlockArgument();
}

/// Whether `term` is the index `digits`, as it is.
static bool isIndex(Terms &terms, Term *term, ArrayRef<Axis *> digits) {
  return term->is(Term::Position) &&
         terms.axes.resolve(term->indices.front()) ==
             terms.axes.resolve(digits);
}

std::optional<PoolGather> PoolGather::match(Value rows,
                                            ArrayRef<int64_t> order) {
  if (!isa<RankedTensorType>(rows.getType()))
    return std::nullopt;
  PoolGather gather;
  gather.rows = rows;
  gather.order.assign(order.begin(), order.end());
  gather.terms = std::make_shared<Terms>();
  Terms &terms = *gather.terms;
  Term *any = terms.anyElement(rows), *element = terms.head(any);
  gather.ofRow = any->indices;
  auto extract = element->is(Term::Apply)
                     ? dyn_cast_or_null<tensor::ExtractOp>(element->op)
                     : tensor::ExtractOp();
  if (!extract || !terms.assumptions.empty())
    return std::nullopt;
  gather.pool = extract.getTensor();
  // A row's channels, and all heads of a token, are where they are in the pool;
  // where its token is does not depend on them.
  SmallVector<PlanesType::Dim> left;
  for (PlanesType::Dim dim : {PlanesType::Channel, PlanesType::Head})
    if (order[dim] >= 0)
      left.push_back(dim);
  bool hasTable = false;
  for (Term *index : element->operands) {
    auto *same = llvm::find_if(left, [&](PlanesType::Dim dim) {
      return isIndex(terms, index, any->indices[order[dim]]);
    });
    if (same != left.end()) {
      gather.kept.push_back(*same);
      gather.indices.push_back(nullptr);
      left.erase(same);
      continue;
    }
    hasTable |= !index->is(Term::Position);
    for (PlanesType::Dim dim : {PlanesType::Channel, PlanesType::Head})
      if (order[dim] >= 0 && terms.dependsOn(index, any->indices[order[dim]]))
        return std::nullopt;
    gather.kept.push_back(std::nullopt);
    gather.indices.push_back(index);
  }
  llvm::erase_if(left, [&](PlanesType::Dim dim) {
    return terms.axes.resolve(any->indices[order[dim]]).empty();
  });
  if (!hasTable || !left.empty())
    return std::nullopt;
  return gather;
}

/// How many elements apart the positions along each dimension are; nothing
/// where they are not static.
static std::optional<SmallVector<int64_t>> getStrides(Value tensor) {
  // How many positions the outermost dimension has does not matter.
  ArrayRef<int64_t> inner =
      cast<RankedTensorType>(tensor.getType()).getShape().drop_front();
  if (ShapedType::isDynamicShape(inner))
    return std::nullopt;
  SmallVector<int64_t> strides = computeSuffixProduct(inner);
  strides.insert(strides.begin(), computeProduct(inner));
  return strides;
}

std::optional<SmallVector<PoolGather::Kept>> PoolGather::getKept() const {
  std::optional<SmallVector<int64_t>> strides = getStrides(pool);
  if (!strides)
    return std::nullopt;
  SmallVector<Kept> result;
  for (auto [dim, stride, size] : llvm::zip(
           kept, *strides, cast<RankedTensorType>(pool.getType()).getShape()))
    if (dim && size != 1)
      result.push_back({*dim, size, stride});
  return result;
}

//===----------------------------------------------------------------------===//
// Where rows are, computed
//===----------------------------------------------------------------------===//

Indices PoolGather::getLoops() const {
  Indices loops(2);
  if (order[PlanesType::Sequence] >= 0)
    loops[0] = terms->axes.resolve(ofRow[order[PlanesType::Sequence]]);
  loops[1] = terms->axes.resolve(ofRow[order[PlanesType::Token]]);
  return loops;
}

/// Which of `loops` counts `axis`, and which digit of it that is.
static std::optional<std::pair<unsigned, size_t>>
findDigit(ArrayRef<Digits> loops, Axis *axis) {
  for (auto [loop, digits] : llvm::enumerate(loops))
    if (const auto *at = llvm::find(digits, axis); at != digits.end())
      return std::pair<unsigned, size_t>(loop, at - digits.begin());
  return std::nullopt;
}

bool PoolGather::canEmit(ArrayRef<Axis *> digits) {
  Indices loops = getLoops();
  return !getSpan(digits) &&
         llvm::all_of(terms->axes.resolve(digits), [&](Axis *axis) {
           auto found = findDigit(loops, axis);
           // How often an outer digit counts has to be known.
           return found &&
                  llvm::none_of(ArrayRef(loops[found->first])
                                    .drop_front(found->second + 1),
                                [](Axis *inner) {
                                  return ShapedType::isDynamic(inner->size);
                                });
         });
}

bool PoolGather::canEmit(Term *term, SmallVectorImpl<Value> &tables) {
  if (!llvm::all_of(term->indices,
                    [&](const Digits &digits) { return canEmit(digits); }))
    return false;
  switch (term->kind) {
  case Term::Constant:
  case Term::Scalar:
  case Term::Position:
    return true;
  case Term::Element:
    tables.push_back(term->value);
    return true;
  case Term::Apply:
    if (!term->op || !isPure(term->op) || term->op->getNumRegions() != 0)
      return false;
    if (auto extract = dyn_cast<tensor::ExtractOp>(term->op))
      tables.push_back(extract.getTensor());
    return llvm::all_of(term->operands, [&](Term *operand) {
      return canEmit(operand, tables);
    });
  default:
    return false;
  }
}

bool PoolGather::canBuildElements(SmallVectorImpl<Value> &tables) {
  return getStrides(pool) && llvm::all_of(indices, [&](Term *index) {
           return !index || canEmit(index, tables);
         });
}

static Value constant(OpBuilder &b, Location loc, int64_t number) {
  return arith::ConstantIndexOp::create(b, loc, number);
}

Value PoolGather::emit(OpBuilder &b, ArrayRef<Axis *> digits,
                       ValueRange loops) {
  Location loc = rows.getLoc();
  Indices counted = getLoops();
  Value position = constant(b, loc, 0);
  for (Axis *axis : terms->axes.resolve(digits)) {
    auto [loop, digit] = *findDigit(counted, axis);
    int64_t inner = 1;
    for (Axis *other : ArrayRef(counted[loop]).drop_front(digit + 1))
      inner *= other->size;
    Value value = loops[loop];
    if (inner != 1)
      value = arith::DivUIOp::create(b, loc, value, constant(b, loc, inner));
    if (digit != 0)
      value =
          arith::RemUIOp::create(b, loc, value, constant(b, loc, axis->size));
    if (axis->size > 0)
      position =
          arith::MulIOp::create(b, loc, position, constant(b, loc, axis->size));
    position = arith::AddIOp::create(b, loc, position, value);
  }
  return position;
}

Value PoolGather::emit(OpBuilder &b, Term *term, ValueRange loops) {
  Location loc = rows.getLoc();
  auto read = [&](Value tensor, ValueRange at) -> Value {
    return tensor::ExtractOp::create(b, loc, tensor, at);
  };
  switch (term->kind) {
  case Term::Constant:
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(term->constant));
  case Term::Scalar:
    return term->value;
  case Term::Position:
    return emit(b, term->indices.front(), loops);
  case Term::Element:
    return read(term->value,
                llvm::map_to_vector(term->indices, [&](const Digits &digits) {
                  return emit(b, digits, loops);
                }));
  default:
    break;
  }
  SmallVector<Value> operands = llvm::map_to_vector(
      term->operands, [&](Term *operand) { return emit(b, operand, loops); });
  if (auto extract = dyn_cast<tensor::ExtractOp>(term->op))
    return read(extract.getTensor(), operands);
  OperationState state(loc, term->op->getName(), operands, term->type,
                       term->op->getAttrs());
  return b.create(state)->getResult(0);
}

Value PoolGather::buildElements(OpBuilder &builder) {
  Location loc = rows.getLoc();
  SmallVector<OpFoldResult> sizes{builder.getIndexAttr(1)};
  if (order[PlanesType::Sequence] >= 0)
    sizes[0] =
        tensor::getMixedSize(builder, loc, rows, order[PlanesType::Sequence]);
  sizes.push_back(
      tensor::getMixedSize(builder, loc, rows, order[PlanesType::Token]));
  Value init =
      tensor::EmptyOp::create(builder, loc, sizes, builder.getIndexType());
  SmallVector<int64_t> strides = *getStrides(pool);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), ValueRange(), init,
             builder.getMultiDimIdentityMap(2),
             SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel),
             [&](OpBuilder &b, Location, ValueRange) {
               Value loops[] = {linalg::IndexOp::create(b, loc, 0),
                                linalg::IndexOp::create(b, loc, 1)};
               Value number = constant(b, loc, 0);
               for (auto [index, stride] : llvm::zip(indices, strides)) {
                 if (!index)
                   continue;
                 Value part = arith::MulIOp::create(
                     b, loc, emit(b, index, loops), constant(b, loc, stride));
                 number = arith::AddIOp::create(b, loc, number, part);
               }
               linalg::YieldOp::create(b, loc, number);
             })
      .getResult(0);
}
