//===- StackedCaches.cpp - One tensor for all layers' caches --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs keep the caches of all layers in one tensor [layers, ..], take a
// layer out of it by a slice and put it back by another. Planes are of one
// layer. Each version of the stacked tensor is replaced by one value a layer:
// slices choose among them, insertions make one of them newer. A function that
// is given the number of a layer, and touches that one alone, has one value.
//
//===----------------------------------------------------------------------===//

#include "StackedCaches.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

/// What decides `index`: a constant, or a value but for conversions.
static OpFoldResult getSource(OpFoldResult index) {
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return Builder(index.getContext()).getIndexAttr(*constant);
  auto value = cast<Value>(index);
  while (auto cast = value.getDefiningOp<arith::IndexCastOp>())
    value = cast.getIn();
  return value;
}

template <typename T>
static SmallVector<T> without(ArrayRef<T> values, int64_t dim) {
  SmallVector<T> rest(values);
  rest.erase(rest.begin() + dim);
  return rest;
}

static RankedTensorType getLayerType(RankedTensorType type, int64_t dim) {
  return RankedTensorType::get(without(type.getShape(), dim),
                               type.getElementType());
}

/// Groups that put dimension `dim`, of size 1, together with a neighbour.
static SmallVector<ReassociationIndices> joining(int64_t rank, int64_t dim) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i)
    if (i == 0 || i != (dim == 0 ? 1 : dim))
      groups.push_back({i});
    else
      groups.back().push_back(i);
  return groups;
}

namespace {
class Stack {
public:
  Stack(func::FuncOp func, BlockArgument argument, int64_t dim)
      : func(func), argument(argument), dim(dim),
        type(cast<RankedTensorType>(argument.getType())) {}

  /// Whether every use of every version takes or gives one layer.
  LogicalResult check(Refusal &refusal);
  void split();
  /// Whether run time chooses the one layer that is used.
  bool isChosen() const { return static_cast<bool>(chosen); }

private:
  LogicalResult checkUse(OpOperand &use, Refusal &refusal);
  LogicalResult checkLayer(OffsetSizeAndStrideOpInterface slice,
                           Refusal &refusal);
  int64_t countLayers() const { return isChosen() ? 1 : type.getDimSize(dim); }
  int64_t getLayer(OffsetSizeAndStrideOpInterface slice) const {
    return isChosen() ? 0 : *getConstantIntValue(slice.getMixedOffsets()[dim]);
  }
  void replaceSlice(tensor::ExtractSliceOp op);
  void replaceInsertion(tensor::InsertSliceOp op);
  void splitResults();
  void replaceDim(tensor::DimOp op);
  bool isWhole(OffsetSizeAndStrideOpInterface slice) const;

  func::FuncOp func;
  BlockArgument argument;
  int64_t dim;
  RankedTensorType type;
  Value chosen; ///< the number of the layer, if run time chooses it
  bool hasConstants = false;
  SmallVector<Value> versions;   ///< in order
  SmallVector<Operation *> uses; ///< that are not returns
  DenseMap<Value, SmallVector<Value>> layers;
};
} // namespace

LogicalResult Stack::checkLayer(OffsetSizeAndStrideOpInterface slice,
                                Refusal &refusal) {
  auto refuse = [&](StringRef reason) {
    refusal = {reason.str(), "unroll the loop over layers, or make each "
                             "layer's cache an argument"};
    return failure();
  };
  if (!slice.hasUnitStride() || !isOneInteger(slice.getMixedSizes()[dim]))
    return refuse("several layers are taken out of it or put back at once");
  OpFoldResult layer = getSource(slice.getMixedOffsets()[dim]);
  auto number = dyn_cast<Value>(layer);
  hasConstants |= !number;
  if (!number && !isChosen())
    return success();
  if (number && slice->getBlock() != argument.getOwner())
    return refuse("a layer is chosen inside a loop or a branch");
  if (hasConstants || (chosen && chosen != number))
    return refuse(
        "layers are chosen when the function runs, and not one alone");
  chosen = number;
  return success();
}

LogicalResult Stack::checkUse(OpOperand &use, Refusal &refusal) {
  Operation *user = use.getOwner();
  auto refuse = [&](const llvm::Twine &reason, StringRef remedy) {
    refusal = {reason.str(), remedy.str()};
    return failure();
  };
  if (isa<func::ReturnOp>(user))
    return success();
  auto dimOp = dyn_cast<tensor::DimOp>(user);
  if (dimOp && dimOp.getConstantIndex()) {
    uses.push_back(user);
    return success();
  }
  auto slice = dyn_cast<OffsetSizeAndStrideOpInterface>(user);
  auto insert = dyn_cast<tensor::InsertSliceOp>(user);
  bool takesOrGives = isa<tensor::ExtractSliceOp>(user) ||
                      (insert && &insert.getDestMutable() == &use);
  if (!takesOrGives)
    return refuse("it is also used by " + user->getName().getStringRef(),
                  "take layers out of it and put them back, and nothing else");
  if (failed(checkLayer(slice, refusal)))
    return failure();
  if (insert) {
    if (user->getBlock() != argument.getOwner())
      return refuse("a layer is put back inside a loop or a branch",
                    "put it back in the body of the function");
    versions.push_back(insert.getResult());
  }
  uses.push_back(user);
  return success();
}

LogicalResult Stack::check(Refusal &refusal) {
  if (type.isDynamicDim(dim)) {
    refusal = {"the number of layers is not static", "make it static"};
    return failure();
  }
  if (!func.getBody().hasOneBlock() ||
      !SymbolTable::symbolKnownUseEmpty(func, func->getParentOp())) {
    refusal = {"the function has several blocks, or is called in the module",
               "inline it, and use structured control flow"};
    return failure();
  }
  versions.push_back(argument);
  // Versions are appended while their uses are looked at.
  for (size_t next = 0; next != versions.size(); ++next)
    for (OpOperand &use : versions[next].getUses())
      if (failed(checkUse(use, refusal)))
        return failure();
  return success();
}

bool Stack::isWhole(OffsetSizeAndStrideOpInterface slice) const {
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (i != dim &&
        (!isZeroInteger(slice.getMixedOffsets()[i]) || type.isDynamicDim(i) ||
         !isConstantIntValue(slice.getMixedSizes()[i], type.getDimSize(i))))
      return false;
  return true;
}

void Stack::replaceSlice(tensor::ExtractSliceOp op) {
  OpBuilder builder(op);
  Value part = layers[op.getSource()][getLayer(op)];
  RankedTensorType wanted = op.getType();
  llvm::SmallBitVector dropped = op.getDroppedDims();
  if (!isWhole(op)) {
    SmallVector<int64_t> shape;
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (i != dim && !dropped[i])
        shape.push_back(op.getStaticSizes()[i]);
    part = tensor::ExtractSliceOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(shape, type.getElementType()), part,
        without<OpFoldResult>(op.getMixedOffsets(), dim),
        without<OpFoldResult>(op.getMixedSizes(), dim),
        without<OpFoldResult>(op.getMixedStrides(), dim));
  }
  if (part.getType() == wanted) {
    op.replaceAllUsesWith(part);
    return;
  }
  // The slice has kept the layer's dimension; who drops it gets the layer.
  for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
    if (isa<tensor::CollapseShapeOp>(user) &&
        user->getResult(0).getType() == part.getType()) {
      user->getResult(0).replaceAllUsesWith(part);
      user->erase();
    }
  if (op->use_empty())
    return;
  int64_t before = 0;
  for (int64_t i = 0; i < dim; ++i)
    before += !dropped[i];
  Value expanded = tensor::ExpandShapeOp::create(
      builder, op.getLoc(), wanted, part, joining(wanted.getRank(), before));
  op.replaceAllUsesWith(expanded);
}

void Stack::replaceInsertion(tensor::InsertSliceOp op) {
  OpBuilder builder(op);
  int64_t layer = getLayer(op);
  SmallVector<Value> newer = layers[op.getDest()];
  Value source = op.getSource();
  RankedTensorType sourceType = op.getSourceType();
  // A source of the same rank has the layer's dimension too.
  if (sourceType.getRank() == type.getRank()) {
    source = tensor::CollapseShapeOp::create(
        builder, op.getLoc(), getLayerType(sourceType, dim), source,
        joining(type.getRank(), dim));
  }
  if (isWhole(op) && source.getType() == newer[layer].getType())
    newer[layer] = source;
  else
    newer[layer] = tensor::InsertSliceOp::create(
        builder, op.getLoc(), source, newer[layer],
        without<OpFoldResult>(op.getMixedOffsets(), dim),
        without<OpFoldResult>(op.getMixedSizes(), dim),
        without<OpFoldResult>(op.getMixedStrides(), dim));
  layers[op.getResult()] = std::move(newer);
}

void Stack::replaceDim(tensor::DimOp op) {
  OpBuilder builder(op);
  int64_t index = *op.getConstantIndex();
  Value size = index == dim
                   ? Value(arith::ConstantIndexOp::create(builder, op.getLoc(),
                                                          type.getDimSize(dim)))
                   : Value(tensor::DimOp::create(
                         builder, op.getLoc(), layers[op.getSource()].front(),
                         index > dim ? index - 1 : index));
  op.replaceAllUsesWith(size);
}

/// Results that are versions become one for each layer.
void Stack::splitResults() {
  auto terminator = cast<func::ReturnOp>(func.getBody().front().back());
  for (unsigned i = terminator.getNumOperands(); i-- != 0;) {
    auto found = layers.find(terminator.getOperand(i));
    if (found == layers.end())
      continue;
    SmallVector<Value> parts = found->second;
    SmallVector<Type> types(parts.size(), getLayerType(type, dim));
    SmallVector<unsigned> positions(parts.size(), i);
    (void)func.insertResults(positions, types,
                             SmallVector<DictionaryAttr>(parts.size()));
    (void)func.eraseResult(i + parts.size());
    terminator.getOperandsMutable().slice(i, 1).assign(parts);
  }
}

void Stack::split() {
  unsigned number = argument.getArgNumber();
  int64_t count = countLayers();
  SmallVector<Type> types(count, getLayerType(type, dim));
  SmallVector<unsigned> positions(count, number);
  SmallVector<Location> locations(count, argument.getLoc());
  DictionaryAttr attributes = func.getArgAttrDict(number);
  (void)func.insertArguments(positions, types,
                             SmallVector<DictionaryAttr>(count, attributes),
                             locations);
  Value stacked = func.getArgument(number + count);
  layers[stacked] =
      llvm::to_vector_of<Value>(func.getArguments().slice(number, count));
  // Each version exists before what reads it.
  SmallPtrSet<Operation *, 8> found(uses.begin(), uses.end());
  uses.clear();
  func.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (found.contains(op))
      uses.push_back(op);
  });
  for (Operation *use : uses) {
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(use))
      replaceSlice(slice);
    else if (auto insert = dyn_cast<tensor::InsertSliceOp>(use))
      replaceInsertion(insert);
    else
      replaceDim(cast<tensor::DimOp>(use));
  }
  splitResults();
  for (Operation *use : llvm::reverse(uses))
    use->erase();
  (void)func.eraseArgument(number + count);
}

//===----------------------------------------------------------------------===//
// Finding them
//===----------------------------------------------------------------------===//

tensor::ExtractSliceOp aligned::getLayerSlice(Value tensor) {
  while (Operation *def = tensor.getDefiningOp()) {
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(def))
      return slice;
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(
            def))
      return {};
    tensor = def->getOperand(0);
  }
  return {};
}

/// The argument that `tensor` is a newer version of.
static BlockArgument getOldest(Value tensor) {
  while (auto insert = tensor.getDefiningOp<tensor::InsertSliceOp>())
    tensor = insert.getDest();
  return dyn_cast<BlockArgument>(tensor);
}

/// The outermost dimension of which `slice` has one of several positions.
static std::optional<int64_t> getStackDim(tensor::ExtractSliceOp slice) {
  ArrayRef<int64_t> shape = slice.getSourceType().getShape();
  for (auto [dim, size] : llvm::enumerate(shape))
    if (size != 1 && slice.getStaticSizes()[dim] == 1)
      return dim;
  return std::nullopt;
}

void aligned::splitStackedCaches(func::FuncOp func,
                                 ArrayRef<DecodeCandidate> candidates) {
  SmallPtrSet<void *, 8> refused;
  for (const DecodeCandidate &candidate : candidates)
    for (bool isKey : {true, false}) {
      AttentionOp op = candidate.op;
      tensor::ExtractSliceOp slice =
          getLayerSlice(isKey ? op.getKey() : op.getValue());
      BlockArgument argument =
          slice ? getOldest(slice.getSource()) : BlockArgument();
      std::optional<int64_t> dim = slice ? getStackDim(slice) : std::nullopt;
      if (!argument || !dim || argument.getOwner() != &func.getBody().front() ||
          refused.contains(argument.getAsOpaquePointer()))
        continue;
      remark::RemarkOpts options =
          remark::RemarkOpts::name("Retype").category("aligned").function(
              func.getName());
      std::string name = llvm::formatv("argument {0}", argument.getArgNumber());
      Stack stack(func, argument, *dim);
      Refusal refusal;
      if (failed(stack.check(refusal))) {
        refused.insert(argument.getAsOpaquePointer());
        remark::missed(func.getLoc(), options)
            << remark::add("{0} stays one tensor for all layers, and each is "
                           "packed at every call",
                           name)
            << remark::reason("{0}", refusal.reason)
            << remark::suggest("{0}", refusal.remedy);
        continue;
      }
      int64_t layers = slice.getSourceType().getDimSize(*dim);
      stack.split();
      if (stack.isChosen())
        remark::passed(func.getLoc(), options)
            << remark::add("{0} is the layer now that the function chooses "
                           "along its dimension {1}",
                           name, *dim);
      else
        remark::passed(func.getLoc(), options)
            << remark::add("{0} is {1} arguments now, one for each index along "
                           "its dimension {2}",
                           name, layers, *dim);
    }
}
