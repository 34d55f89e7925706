//===- AttentionBuilder.cpp - From a descriptor to the operation
//--------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

AttentionBuilder::AttentionBuilder(AttentionDescriptor &attention,
                                   OpBuilder &builder, Location loc)
    : attention(attention), builder(builder), loc(loc),
      terms(*attention.terms) {}

/// Whether each dimension of a tensor parts into those of its layout with at
/// most one size left to be computed.
bool AttentionBuilder::canExpand(const Layout &layout) const {
  return llvm::all_of(layout, [&](ArrayRef<unsigned> dims) {
    return dims.size() < 2 ||
           llvm::count_if(
               dims,
               [&](unsigned dim) {
                 return ShapedType::isDynamic(countPositions(domain.dims[dim]));
               }) <= 1;
  });
}

bool AttentionBuilder::planOperand(const Access &access,
                                   const Domain::Dims &dims, Operand &operand,
                                   StringRef name, std::string &reason) {
  if (access.computed) {
    for (unsigned dim : dims)
      operand.layout.push_back({dim});
    if (isa<FloatType>(access.computed->type) &&
        planComputation(access.computed, dims, operand.computation)) {
      operand.computation.dims = dims; // those of size 1 as well
      return true;
    }
    reason = ("the " + name + " is computed inside a contraction").str();
    return false;
  }
  Type element = getElementTypeOrSelf(access.value.getType());
  if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(element)) {
    reason =
        ("the " + name + " has elements that are not f16, bf16, f32 or f64")
            .str();
    return false;
  }
  std::optional<Layout> found =
      layOut(domain, terms.axes, access, dims, /*complete=*/true);
  if (!found || !canExpand(*found)) {
    reason = ("a dimension of the " + name +
              " cuts across heads, rows, tokens or channels")
                 .str();
    return false;
  }
  operand.layout = *found;
  return true;
}

LogicalResult AttentionBuilder::plan(std::string &reason) {
  std::optional<Domain> arranged = arrange(attention, reason);
  if (!arranged)
    return failure();
  domain = *arranged;
  Operand output;
  bool planned =
      planOperand(attention.query, domain.ofQuery(), query, "query", reason) &&
      planOperand(attention.key, domain.ofKey(), key, "key", reason) &&
      planOperand(attention.value, domain.ofValue(), value, "value", reason) &&
      planOperand(attention.output, domain.ofOutput(), output, "output",
                  reason) &&
      planMask(reason) && planSinks(reason);
  outputLayout = output.layout;
  return success(planned);
}

AffineMap AttentionBuilder::getMap(ArrayRef<unsigned> dims) const {
  SmallVector<AffineExpr> exprs;
  for (unsigned dim : dims)
    exprs.push_back(builder.getAffineDimExpr(dim));
  return AffineMap::get(domain.dims.size(), 0, exprs, builder.getContext());
}

static Domain::Dims flatten(const Layout &layout) {
  Domain::Dims flat;
  for (ArrayRef<unsigned> dims : layout)
    flat.append(dims.begin(), dims.end());
  return flat;
}

AffineMap AttentionBuilder::getMap(const Layout &layout) const {
  return getMap(flatten(layout));
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

/// Parts dimensions that are products.
Value AttentionBuilder::expand(Value value, const Parts &parts) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<OpFoldResult> sizes;
  SmallVector<int64_t> sourceShape, shape;
  SmallVector<ReassociationIndices> groups;
  for (auto [index, dims] : llvm::enumerate(parts)) {
    ReassociationIndices &group = groups.emplace_back();
    int64_t product = 1;
    for (int64_t size : dims)
      if (!ShapedType::isDynamic(size))
        product *= size;
    int64_t sourceSize = type.getDimSize(index);
    bool open = false;
    for (unsigned i = 0; i < std::max<size_t>(dims.size(), 1); ++i) {
      group.push_back(shape.size());
      int64_t size = dims.size() < 2 ? ShapedType::kDynamic : dims[i];
      if (!ShapedType::isDynamic(size)) {
        sizes.push_back(builder.getIndexAttr(size));
        shape.push_back(size);
        continue;
      }
      open = true;
      if (!ShapedType::isDynamic(sourceSize)) {
        int64_t rest = dims.size() < 2 ? sourceSize : sourceSize / product;
        sizes.push_back(builder.getIndexAttr(rest));
        shape.push_back(rest);
        continue;
      }
      Value rest = tensor::DimOp::create(builder, loc, value, index);
      if (dims.size() > 1)
        rest = arith::DivUIOp::create(
            builder, loc, rest,
            arith::ConstantIndexOp::create(builder, loc, product));
      sizes.push_back(rest);
      shape.push_back(ShapedType::kDynamic);
    }
    sourceShape.push_back(open ? sourceSize : product);
  }
  // The axes may know a size that the type does not.
  auto sourceType = RankedTensorType::get(sourceShape, type.getElementType());
  if (sourceType != type)
    value = tensor::CastOp::create(builder, loc, sourceType, value);
  return tensor::ExpandShapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      groups, sizes);
}

/// Groups that merge each dimension which `keeps` denies into a neighbour.
static SmallVector<ReassociationIndices>
mergeUnits(unsigned rank, function_ref<bool(unsigned)> keeps) {
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices leading;
  for (unsigned dim = 0; dim < rank; ++dim) {
    if (keeps(dim)) {
      groups.push_back(std::exchange(leading, {}));
      groups.back().push_back(dim);
    } else if (groups.empty()) {
      leading.push_back(dim);
    } else {
      groups.back().push_back(dim);
    }
  }
  return groups;
}

Value AttentionBuilder::reshape(Value value, const Parts &parts) {
  if (llvm::any_of(parts, [](auto &dims) { return dims.size() > 1; }))
    value = expand(value, parts);
  if (llvm::none_of(parts, [](auto &dims) { return dims.empty(); }))
    return value;
  // Dimensions of size 1 that stand for nothing.
  SmallVector<bool> kept;
  for (ArrayRef<int64_t> dims : parts)
    kept.append(std::max<size_t>(dims.size(), 1), !dims.empty());
  return tensor::CollapseShapeOp::create(
      builder, loc, value,
      mergeUnits(kept.size(), [&](unsigned dim) { return kept[dim]; }));
}

Value AttentionBuilder::reshape(Value value, const Layout &layout) {
  Parts parts;
  for (ArrayRef<unsigned> dims : layout)
    parts.push_back(llvm::map_to_vector(dims, [&](unsigned dim) {
      return countPositions(domain.dims[dim]);
    }));
  return reshape(value, parts);
}

Value AttentionBuilder::restore(Value result) {
  auto type = cast<RankedTensorType>(attention.output.value.getType());
  SmallVector<ReassociationIndices> products;
  SmallVector<bool> kept;
  unsigned next = 0;
  for (ArrayRef<unsigned> dims : outputLayout) {
    kept.push_back(!dims.empty());
    if (dims.empty())
      continue;
    ReassociationIndices &group = products.emplace_back();
    for (size_t i = 0; i < dims.size(); ++i)
      group.push_back(next++);
  }
  if (products.size() != next)
    result = tensor::CollapseShapeOp::create(builder, loc, result, products);
  if (llvm::is_contained(kept, false)) {
    SmallVector<int64_t> shape;
    SmallVector<OpFoldResult> sizes;
    auto collapsed = cast<RankedTensorType>(result.getType());
    unsigned dim = 0;
    for (bool keep : kept) {
      sizes.push_back(keep ? tensor::getMixedSize(builder, loc, result, dim)
                           : builder.getIndexAttr(1));
      shape.push_back(keep ? collapsed.getDimSize(dim) : 1);
      dim += keep;
    }
    result = tensor::ExpandShapeOp::create(
        builder, loc, RankedTensorType::get(shape, type.getElementType()),
        result,
        mergeUnits(kept.size(), [&](unsigned dim) { return kept[dim]; }),
        sizes);
  }
  if (result.getType() != type)
    result = tensor::CastOp::create(builder, loc, type, result);
  return result;
}

//===----------------------------------------------------------------------===//
// The operation
//===----------------------------------------------------------------------===//

OpFoldResult AttentionBuilder::sizeOf(unsigned dim) {
  if (int64_t size = countPositions(domain.dims[dim]);
      !ShapedType::isDynamic(size))
    return builder.getIndexAttr(size);
  std::pair<Value, unsigned> found;
  for (auto &[tensor, dims] : built) {
    const auto *at = llvm::find(dims, dim);
    if (at == dims.end())
      continue;
    unsigned position = at - dims.begin();
    int64_t known =
        cast<RankedTensorType>(tensor.getType()).getDimSize(position);
    if (!ShapedType::isDynamic(known))
      return builder.getIndexAttr(known);
    if (!found.first)
      found = {tensor, position};
  }
  return tensor::getMixedSize(builder, loc, found.first, found.second);
}

Value AttentionBuilder::emptyOutput(Type elementType) {
  SmallVector<OpFoldResult> sizes = llvm::map_to_vector(
      flatten(outputLayout), [&](unsigned dim) { return sizeOf(dim); });
  return tensor::EmptyOp::create(builder, loc, sizes, elementType);
}

Value AttentionBuilder::buildScale() {
  double product = 1;
  Value scalar;
  for (const Factor &factor : attention.scale) {
    if (std::optional<double> number = terms.getNumber(factor.term)) {
      product = factor.inverse ? product / *number : product * *number;
      continue;
    }
    Value next = emit(builder, factor.term, {}, [&](Term *term) -> Value {
      SmallVector<Value> zeros = llvm::map_to_vector(
          term->indices, [&](const Digits &digits) {
            return emitPosition(builder, digits, {});
          });
      return tensor::ExtractOp::create(builder, loc, term->value, zeros);
    });
    if (!scalar && factor.inverse)
      scalar =
          arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(1.0));
    scalar =
        !scalar ? next
        : factor.inverse
            ? arith::DivFOp::create(builder, loc, scalar, next).getResult()
            : arith::MulFOp::create(builder, loc, scalar, next).getResult();
  }
  if (product == 1.0)
    return scalar;
  Value constant =
      arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(product));
  return scalar
             ? arith::MulFOp::create(builder, loc, scalar, constant).getResult()
             : constant;
}

/// What the source leaves to run time and the attention takes for granted is
/// tested: a wrong size stops the program instead of changing its meaning.
void AttentionBuilder::buildAssertions() {
  auto toValue = [&](const Size &size) {
    return getValueOrCreateConstantIndexOp(builder, loc, emitSize(size));
  };
  ArrayRef<Assumption> all = terms.assumptions;
  for (size_t index = 0; index < all.size(); ++index) {
    const Assumption &assumption = all[index];
    if (llvm::any_of(all.take_front(index), [&](const Assumption &earlier) {
          return earlier.size == assumption.size &&
                 earlier.other == assumption.other;
        }))
      continue;
    Value same = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       toValue(assumption.size),
                                       toValue(assumption.other));
    cf::AssertOp::create(builder, loc, same,
                         "aligned.attention does not broadcast: dimensions "
                         "of query, key, value and mask must agree");
  }
}

Value AttentionBuilder::buildOperand(const Access &access,
                                     const Operand &operand) {
  Value built = access.computed
                    ? buildTensor(operand.computation, access.computed->type)
                    : reshape(access.value, operand.layout);
  this->built.push_back({built, flatten(operand.layout)});
  return built;
}

Value AttentionBuilder::build(AttentionOp &op) {
  buildAssertions();
  Value queryValue = buildOperand(attention.query, query);
  Value keyValue = buildOperand(attention.key, key);
  Value valueValue = buildOperand(attention.value, value);
  Value scale = buildScale();
  SmallVector<AffineMap> maps{getMap(query.layout), getMap(key.layout),
                              getMap(value.layout)};
  Value maskValue, sinksValue;
  if (attention.mask)
    maskValue = buildFunction(mask, maps.emplace_back());
  if (attention.sinks)
    sinksValue = buildFunction(sinks, maps.emplace_back());
  maps.push_back(getMap(outputLayout));
  Value init =
      emptyOutput(getElementTypeOrSelf(attention.output.value.getType()));
  FloatAttr softcap = attention.softcap
                          ? builder.getF32FloatAttr(*attention.softcap)
                          : FloatAttr();
  op = AttentionOp::create(
      builder, loc, init.getType(), queryValue, keyValue, valueValue, scale,
      maskValue,
      /*lengths=*/Value(), sinksValue, init, /*logsumexp=*/Value(),
      builder.getAffineMapArrayAttr(maps), softcap, /*window=*/IntegerAttr(),
      /*causal=*/UnitAttr(),
      MaskedRowsAttr::get(builder.getContext(), attention.zeroMaskedRows
                                                    ? MaskedRows::Zero
                                                    : MaskedRows::NaN));
  return restore(op.getResult(0));
}
