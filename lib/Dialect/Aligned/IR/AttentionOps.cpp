//===- AttentionOps.cpp - Attention, and decode over planes
//-------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The two operations have the same operands but for the form of K and V, so
// they share everything that speaks of maps and shapes.
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Support/KernelABI.h"

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace aligned;

namespace {
/// An operand that has an indexing map.
struct IndexedOperand {
  StringRef name;
  Value value;
  AffineMap map;
};
} // namespace

static ArrayRef<int64_t> getShape(Value value) {
  if (auto planes = dyn_cast<PlanesType>(value.getType()))
    return planes.getShape();
  return cast<ShapedType>(value.getType()).getShape();
}

/// The operands that are present, in the order of the maps. Null maps where
/// there are fewer maps than operands.
template <typename OpTy>
static SmallVector<IndexedOperand> getIndexedOperands(OpTy op) {
  SmallVector<IndexedOperand> operands;
  ArrayAttr maps = op.getIndexingMaps();
  auto add = [&](StringRef name, Value value) {
    if (!value)
      return;
    size_t index = operands.size();
    AffineMap map = index < maps.size()
                        ? cast<AffineMapAttr>(maps[index]).getValue()
                        : AffineMap();
    operands.push_back({name, value, map});
  };
  add("query", op.getQuery());
  add("key", op.getKey());
  add("value", op.getValue());
  add("mask", op.getMask());
  add("lengths", op.getLengths());
  add("sinks", op.getSinks());
  add("output", op.getOutput());
  add("logsumexp", op.getLogsumexp());
  return operands;
}

template <typename OpTy> static AffineMap findMap(OpTy op, StringRef name) {
  for (const IndexedOperand &operand : getIndexedOperands(op))
    if (operand.name == name)
      return operand.map;
  return AffineMap();
}

/// Classifies the domain by which of query, key, value and output use a
/// dimension; fails where one is used as no attention uses it, or out of the
/// order (batch .., group .., m, n, k1, k2).
static FailureOr<AttentionDims> classifyDims(AffineMap query, AffineMap key,
                                             AffineMap value,
                                             AffineMap output) {
  unsigned numDims = query.getNumDims();
  if (numDims < 4)
    return failure();
  AttentionDims dims;
  dims.m = numDims - 4;
  dims.n = numDims - 3;
  dims.k1 = numDims - 2;
  dims.k2 = numDims - 1;
  auto usedBy = [&](unsigned dim) {
    return std::array<bool, 4>{
        query.isFunctionOfDim(dim), key.isFunctionOfDim(dim),
        value.isFunctionOfDim(dim), output.isFunctionOfDim(dim)};
  };
  using Uses = std::array<bool, 4>; // query, key, value, output
  const Uses isM{true, false, false, true}, isN{false, true, true, false},
      isK1{true, true, false, false}, isK2{false, false, true, true},
      isBatch{true, true, true, true};
  if (usedBy(dims.m) != isM || usedBy(dims.n) != isN ||
      usedBy(dims.k1) != isK1 || usedBy(dims.k2) != isK2)
    return failure();
  for (unsigned dim = 0; dim < dims.m; ++dim) {
    if (usedBy(dim) == isBatch && dims.group.empty())
      dims.batch.push_back(dim);
    else if (usedBy(dim) == isM)
      dims.group.push_back(dim);
    else
      return failure();
  }
  return dims;
}

static bool isAmong(AffineMap map, ArrayRef<unsigned> allowed) {
  for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
    if (map.isFunctionOfDim(dim) && !llvm::is_contained(allowed, dim))
      return false;
  return true;
}

/// (C1): maps and operands fit each other.
template <typename OpTy>
static LogicalResult verifyMaps(OpTy op, ArrayRef<IndexedOperand> operands) {
  if (op.getIndexingMaps().size() != operands.size())
    return op.emitOpError("(C1) expects ")
           << operands.size() << " indexing maps, one for each operand but "
           << "scale, got " << op.getIndexingMaps().size();
  for (const IndexedOperand &operand : operands) {
    if (operand.map.getNumDims() != operands.front().map.getNumDims() ||
        operand.map.getNumSymbols() != 0 ||
        !operand.map.isProjectedPermutation())
      return op.emitOpError("(C1) expects the map of ")
             << operand.name << " to be a projected permutation over "
             << operands.front().map.getNumDims() << " dimensions, got "
             << AffineMapAttr::get(operand.map);
    if (operand.map.getNumResults() != getShape(operand.value).size())
      return op.emitOpError("(C1) expects ")
             << getShape(operand.value).size() << " results of the map of "
             << operand.name << ", got " << AffineMapAttr::get(operand.map);
  }
  return success();
}

/// (C3): optional operands are indexed by what they may depend on.
template <typename OpTy>
static LogicalResult verifyOptionalMaps(OpTy op, const AttentionDims &dims) {
  SmallVector<unsigned> batch = dims.batch;
  SmallVector<unsigned> heads = batch;
  llvm::append_range(heads, dims.group);
  SmallVector<unsigned> rows = heads;
  rows.push_back(dims.m);
  SmallVector<unsigned> scores = rows;
  scores.push_back(dims.n);
  std::pair<StringRef, ArrayRef<unsigned>> allowed[] = {{"mask", scores},
                                                        {"lengths", batch},
                                                        {"sinks", heads},
                                                        {"logsumexp", rows}};
  for (auto [name, among] : allowed)
    if (AffineMap map = findMap(op, name); map && !isAmong(map, among))
      return op.emitOpError("(C3) the map of ")
             << name << " names a dimension that it cannot depend on: "
             << AffineMapAttr::get(map);
  if (AffineMap map = op.getLogsumexpMap();
      map && map.getNumResults() != rows.size())
    return op.emitOpError("(C3) expects the map of logsumexp to name every "
                          "batch and group dimension and m, got ")
           << AffineMapAttr::get(map);
  return success();
}

/// (C4), and the sizes as far as static.
static FailureOr<SmallVector<int64_t>>
inferSizes(ArrayRef<IndexedOperand> operands,
           function_ref<InFlightDiagnostic()> emitError) {
  SmallVector<int64_t> sizes(operands.front().map.getNumDims(),
                             ShapedType::kDynamic);
  for (const IndexedOperand &operand : operands) {
    for (auto [result, size] :
         llvm::zip(operand.map.getResults(), getShape(operand.value))) {
      unsigned dim = cast<AffineDimExpr>(result).getPosition();
      int64_t &known = sizes[dim];
      if (!ShapedType::isDynamic(known) && !ShapedType::isDynamic(size) &&
          known != size) {
        if (emitError)
          emitError() << "(C4) dimension d" << dim << " has size " << size
                      << " in " << operand.name << ", but " << known
                      << " before";
        return failure();
      }
      if (ShapedType::isDynamic(known))
        known = size;
    }
  }
  return sizes;
}

static Type getElementType(Value value) {
  if (auto planes = dyn_cast<PlanesType>(value.getType()))
    return planes.getElementType();
  return getElementTypeOrSelf(value.getType());
}

/// (C5) and (C6).
template <typename OpTy>
static LogicalResult verifyElements(OpTy op,
                                    ArrayRef<IndexedOperand> operands) {
  for (const IndexedOperand &operand : operands) {
    Type type = getElementType(operand.value);
    bool isFloat =
        isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type);
    bool ok = isFloat;
    if (operand.name == "mask")
      ok |= type.isInteger(1);
    else if (operand.name == "lengths")
      ok = type.isInteger(32) || type.isInteger(64) || type.isIndex();
    else if (operand.name == "logsumexp")
      ok = type.isF32() || type.isF64();
    if (!ok)
      return op.emitOpError("(C5) the element type of ")
             << operand.name << " cannot be " << type;
  }
  // The accessor is unsigned.
  if (static_cast<int64_t>(op.getWindow().value_or(1)) <= 0)
    return op.emitOpError("(C6) expects a positive window");
  if (op.getSoftcap() && !(op.getSoftcap()->convertToDouble() > 0))
    return op.emitOpError("(C6) expects a positive softcap");
  return success();
}

/// (C7): all tensors with results, or all memrefs without.
template <typename OpTy>
static LogicalResult verifySemantics(OpTy op,
                                     ArrayRef<IndexedOperand> operands) {
  bool isTensor = isa<RankedTensorType>(op.getOutput().getType());
  for (const IndexedOperand &operand : operands)
    if (!isa<PlanesType>(operand.value.getType()) &&
        isa<RankedTensorType>(operand.value.getType()) != isTensor)
      return op.emitOpError("(C7) mixes tensors and memrefs: ")
             << operand.name << " is " << operand.value.getType();
  SmallVector<Type> expected;
  if (isTensor) {
    expected.push_back(op.getOutput().getType());
    if (op.getLogsumexp())
      expected.push_back(op.getLogsumexp().getType());
  }
  if (TypeRange(expected) != op.getResultTypes())
    return op.emitOpError("(C7) expects results of types (")
           << expected << "), got (" << op.getResultTypes() << ")";
  return success();
}

template <typename OpTy> static LogicalResult verifyAttention(OpTy op) {
  SmallVector<IndexedOperand> operands = getIndexedOperands(op);
  if (failed(verifyMaps(op, operands)))
    return failure();
  FailureOr<AttentionDims> dims = classifyDims(
      op.getQueryMap(), op.getKeyMap(), op.getValueMap(), op.getOutputMap());
  if (failed(dims))
    return op.emitOpError("(C2) expects the domain (batch .., group .., m, n, "
                          "k1, k2) with query over batch, group, m, k1, key "
                          "over batch, n, k1, value over batch, n, k2 and "
                          "output over batch, group, m, k2");
  if (failed(verifyOptionalMaps(op, *dims)) ||
      failed(inferSizes(operands, [&] { return op.emitOpError(); })) ||
      failed(verifyElements(op, operands)))
    return failure();
  return verifySemantics(op, operands);
}

template <typename OpTy>
static void
addEffects(OpTy op,
           SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
               &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

/// The members that both operations have.
#define ALIGNED_ATTENTION_MEMBERS(OpTy)                                        \
  AffineMap OpTy::getQueryMap() { return findMap(*this, "query"); }            \
  AffineMap OpTy::getKeyMap() { return findMap(*this, "key"); }                \
  AffineMap OpTy::getValueMap() { return findMap(*this, "value"); }            \
  AffineMap OpTy::getMaskMap() { return findMap(*this, "mask"); }              \
  AffineMap OpTy::getLengthsMap() { return findMap(*this, "lengths"); }        \
  AffineMap OpTy::getSinksMap() { return findMap(*this, "sinks"); }            \
  AffineMap OpTy::getOutputMap() { return findMap(*this, "output"); }          \
  AffineMap OpTy::getLogsumexpMap() { return findMap(*this, "logsumexp"); }    \
  AttentionDims OpTy::getDims() {                                              \
    return *classifyDims(getQueryMap(), getKeyMap(), getValueMap(),            \
                         getOutputMap());                                      \
  }                                                                            \
  SmallVector<int64_t> OpTy::getStaticSizes() {                                \
    return *inferSizes(getIndexedOperands(*this), nullptr);                    \
  }                                                                            \
  MutableOperandRange OpTy::getDpsInitsMutable() {                             \
    auto [first, count] = getODSOperandIndexAndLength(7);                      \
    return MutableOperandRange(*this, first,                                   \
                               count + (getLogsumexp() ? 1 : 0));              \
  }                                                                            \
  void OpTy::getEffects(                                                       \
      SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>      \
          &effects) {                                                          \
    addEffects(*this, effects);                                                \
  }

ALIGNED_ATTENTION_MEMBERS(AttentionOp)
ALIGNED_ATTENTION_MEMBERS(DecodeOp)
#undef ALIGNED_ATTENTION_MEMBERS

//===----------------------------------------------------------------------===//
// AttentionOp
//===----------------------------------------------------------------------===//

LogicalResult AttentionOp::verify() { return verifyAttention(*this); }

//===----------------------------------------------------------------------===//
// DecodeOp
//===----------------------------------------------------------------------===//

/// (C9), of one operand: the dimensions that `order` names are indexed by those
/// of the domain that have the role.
static LogicalResult verifyOrder(DecodeOp op, StringRef name, PlanesType planes,
                                 AffineMap map, unsigned channel) {
  AttentionDims dims = op.getDims();
  auto isIndexedBy = [&](PlanesType::Dim role, unsigned dim) {
    int64_t position = planes.getOrder()[role];
    return position < 0 || map.getDimPosition(position) == dim;
  };
  bool ok = isIndexedBy(PlanesType::Token, dims.n) &&
            isIndexedBy(PlanesType::Channel, channel);
  if (!dims.batch.empty())
    ok = ok && isIndexedBy(PlanesType::Sequence, dims.batch.front()) &&
         isIndexedBy(PlanesType::Head, dims.batch.back());
  if (ok)
    return success();
  return op.emitOpError("(C9) expects the ")
         << name << " map to index the planes' sequence, kv head, token and "
         << "channel by the first and last batch dimension, n and "
         << (name == "key" ? "k1" : "k2") << ", got " << AffineMapAttr::get(map)
         << " for " << planes;
}

static LogicalResult verifyPrecision(DecodeOp op) {
  Encoding key = op.getKey().getType().getEncoding();
  Encoding value = op.getValue().getType().getEncoding();
  if (key != value)
    return op.emitOpError("(C8) expects key and value planes of one encoding, "
                          "got ")
           << stringifyEncoding(key) << " and " << stringifyEncoding(value);
  Precision precision = op.getPrecision().getPrecision();
  bool isFull = precision.budget() >= kFullBudget;
  if (!isFull && precision.encoding() != static_cast<PlaneEncoding>(key))
    return op.emitOpError("(C10) has the precision ")
           << op.getPrecision() << " over planes of the encoding "
           << stringifyEncoding(key)
           << ": 'paper' is for ieee, 'budget' and 'certified' are for fixed, "
              "'full' for both";
  return success();
}

LogicalResult DecodeOp::verify() {
  if (failed(verifyAttention(*this)))
    return failure();
  if (getKey().getType().getRole() != Role::Key ||
      getValue().getType().getRole() != Role::Value)
    return emitOpError("(C8) expects key planes of role key and value planes "
                       "of role value");
  if (getKey().getType().getElementType() !=
      getValue().getType().getElementType())
    return emitOpError("(C8) expects key and value planes of one element "
                       "type, got ")
           << getKey().getType().getElementType() << " and "
           << getValue().getType().getElementType();
  if (failed(verifyPrecision(*this)))
    return failure();
  AttentionDims dims = getDims();
  SmallVector<int64_t> sizes = getStaticSizes();
  if (dims.batch.size() > 2)
    return emitOpError("(C9) expects at most two batch dimensions, sequence "
                       "and kv head, got ")
           << dims.batch.size();
  for (unsigned dim : dims.group)
    if (ShapedType::isDynamic(sizes[dim]))
      return emitOpError("(C9) expects static groups");
  if (ShapedType::isDynamic(sizes[dims.m]) || sizes[dims.m] > kMaxQueryRows)
    return emitOpError("(C9) expects a static number of query rows, at most ")
           << kMaxQueryRows << ", got "
           << (ShapedType::isDynamic(sizes[dims.m])
                   ? std::string("a dynamic one")
                   : std::to_string(sizes[dims.m]));
  if (failed(
          verifyOrder(*this, "key", getKey().getType(), getKeyMap(), dims.k1)))
    return failure();
  return verifyOrder(*this, "value", getValue().getType(), getValueMap(),
                     dims.k2);
}

DecodeProblemAttr DecodeOp::getProblem() {
  AttentionDims dims = getDims();
  SmallVector<int64_t> sizes = getStaticSizes();
  int64_t group = 1;
  for (unsigned dim : dims.group)
    group *= sizes[dim];
  MLIRContext *context = getContext();
  auto typeOrNone = [&](Value value) -> Type {
    return value ? getElementType(value) : NoneType::get(context);
  };
  float softcap = getSoftcap() ? getSoftcap()->convertToFloat() : 0.0f;
  return DecodeProblemAttr::get(
      context, sizes[dims.k1], sizes[dims.k2], group, sizes[dims.m],
      getElementType(getQuery()), getKey().getType().getElementType(),
      getElementType(getOutput()), typeOrNone(getMask()),
      typeOrNone(getSinks()),
      FloatAttr::get(Float32Type::get(context), softcap),
      getWindow().value_or(0), getCausal(), getMaskedRows(),
      getKey().getType().getEncoding(),
      getPrecision().getKind() == PrecisionKind::Certified);
}
