//===- DecodeCandidate.cpp - Attentions that planes can serve -------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodeCandidate.h"

#include "Aligned/Support/KernelABI.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

static std::string str(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static PlanesType planesFor(Value rows, Role role, ArrayRef<int64_t> order,
                            Encoding encoding) {
  auto type = cast<RankedTensorType>(rows.getType());
  return PlanesType::get(type.getContext(), type.getShape(),
                         type.getElementType(), role, order, encoding);
}

PlanesType DecodeCandidate::getKeyType() const {
  return planesFor(AttentionOp(op).getKey(), Role::Key, keyOrder, encoding);
}
PlanesType DecodeCandidate::getValueType() const {
  return planesFor(AttentionOp(op).getValue(), Role::Value, valueOrder,
                   encoding);
}

namespace {
/// The tests, from what says most about an attention to the details.
class Analysis {
public:
  Analysis(AttentionOp op, bool allowNarrowing, Encoding encoding,
           Refusal &refusal)
      : op(op), allowNarrowing(allowNarrowing), encoding(encoding),
        refusal(refusal) {}
  FailureOr<DecodeCandidate> run();

private:
  LogicalResult refuse(std::string reason, std::string remedy) {
    refusal = {std::move(reason), std::move(remedy)};
    return failure();
  }
  LogicalResult checkSizes();
  LogicalResult checkTypes();
  LogicalResult checkCacheType();
  LogicalResult chooseBatch();
  LogicalResult checkMaps();
  SmallVector<int64_t, 4> orderOf(AffineMap map, unsigned channel) const;
  bool uses(AffineMap map, std::optional<unsigned> dim) const {
    return map && dim && map.isFunctionOfDim(*dim);
  }

  AttentionOp op;
  bool allowNarrowing;
  Encoding encoding;
  Refusal &refusal;
  AttentionDims dims;
  SmallVector<int64_t> sizes;
  std::optional<unsigned> sequence, head;
};
} // namespace

LogicalResult Analysis::checkSizes() {
  int64_t rows = sizes[dims.m];
  if (ShapedType::isDynamic(rows))
    return refuse("the number of query rows is not static",
                  "make it static, 1 to 8, or split decode from prefill");
  if (rows < 1 || rows > kMaxQueryRows)
    return refuse(llvm::formatv("{0} query rows are prefill, not decode", rows),
                  llvm::formatv("decode 1 to {0} rows a call", kMaxQueryRows));
  for (unsigned dim : dims.group)
    if (ShapedType::isDynamic(sizes[dim]))
      return refuse("the number of query heads that share a kv head is not "
                    "static",
                    "make it static: kernels are compiled for it");
  for (unsigned dim : {dims.k1, dims.k2})
    if (ShapedType::isDynamic(sizes[dim]) || sizes[dim] < 1)
      return refuse("the head size is not static",
                    "make it static: kernels are compiled for it");
  // Planes speak of a size that is static, so the types have to have it.
  for (auto [value, map, dim] :
       {std::tuple(op.getKey(), op.getKeyMap(), dims.k1),
        std::tuple(op.getValue(), op.getValueMap(), dims.k2)}) {
    unsigned position =
        *map.getResultPosition(getAffineDimExpr(dim, op.getContext()));
    if (cast<ShapedType>(value.getType()).isDynamicDim(position))
      return refuse("the head size of K or V is not static in its type",
                    "cast K and V to types with a static head size");
  }
  return success();
}

LogicalResult Analysis::checkCacheType() {
  Type key = getElementTypeOrSelf(op.getKey().getType());
  Type value = getElementTypeOrSelf(op.getValue().getType());
  if (key != value)
    return refuse("K is " + str(key) + " and V is " + str(value),
                  "store both in one element type");
  if (encoding == Encoding::IEEE && !key.isF16())
    return refuse("K and V are " + str(key) +
                      ", and the planes of 'paper' hold the bits of f16",
                  "store K and V in f16, or use budget<B>, certified<E> or "
                  "full");
  if (key.isF64())
    return refuse("K and V are f64, which 16-bit planes cannot stand for",
                  "store K and V in f16 or bf16");
  if (key.isF32() && !allowNarrowing)
    return refuse("K and V are f32, and planes store 16 bits",
                  "allow-narrowing accepts that (relative error about 1e-4)");
  return success();
}

LogicalResult Analysis::checkTypes() {
  if (failed(checkCacheType()))
    return failure();
  std::pair<StringRef, Value> operands[] = {
      {"the query", op.getQuery()},
      {"the output", op.getOutput()},
      {"the mask", op.getMask()},
      {"the sinks", op.getSinks()},
      {"the logsumexp", op.getLogsumexp()}};
  for (auto [name, value] : operands)
    if (value && getElementTypeOrSelf(value.getType()).isF64())
      return refuse((name + " is f64, and kernels compute in f32").str(),
                    "use f32 or 16 bits");
  return success();
}

/// Which batch dimension is the sequence, and which the kv head.
LogicalResult Analysis::chooseBatch() {
  size_t count = dims.batch.size();
  if (count > 2)
    return refuse(llvm::formatv("there are {0} batch dimensions, and planes "
                                "know a sequence and a kv head",
                                count),
                  "collapse the batch dimensions before the kv head into one");
  if (count == 2) {
    sequence = dims.batch[0];
    head = dims.batch[1];
  } else if (count == 1) {
    // Sinks are the same in all sequences, so a dimension they have is heads.
    (uses(op.getSinksMap(), dims.batch[0]) ? head : sequence) = dims.batch[0];
  }
  return success();
}

LogicalResult Analysis::checkMaps() {
  if (uses(op.getSinksMap(), sequence))
    return refuse("the sinks differ between sequences",
                  "give the sinks head dimensions only");
  if (uses(op.getLengthsMap(), head))
    return refuse("the lengths differ between kv heads",
                  "give the lengths a sequence dimension only");
  for (AffineMap map : {op.getMaskMap(), op.getSinksMap()}) {
    size_t named = llvm::count_if(dims.group,
                                  [&](unsigned dim) { return uses(map, dim); });
    if (named != 0 && named != dims.group.size())
      return refuse("mask or sinks have some of the group dimensions only",
                    "collapse the group dimensions into one");
  }
  return success();
}

SmallVector<int64_t, 4> Analysis::orderOf(AffineMap map,
                                          unsigned channel) const {
  auto position = [&](std::optional<unsigned> dim) -> int64_t {
    if (!dim)
      return -1;
    return *map.getResultPosition(getAffineDimExpr(*dim, map.getContext()));
  };
  return {position(sequence), position(head), position(dims.n),
          position(channel)};
}

FailureOr<DecodeCandidate> Analysis::run() {
  if (!isa<RankedTensorType>(op.getOutput().getType()))
    return refuse("its operands are memrefs",
                  "run aligned-align-precision before bufferization");
  dims = op.getDims();
  sizes = op.getStaticSizes();
  if (failed(checkSizes()) || failed(checkTypes()) || failed(chooseBatch()) ||
      failed(checkMaps()))
    return failure();
  return DecodeCandidate{op, orderOf(op.getKeyMap(), dims.k1),
                         orderOf(op.getValueMap(), dims.k2), encoding};
}

FailureOr<DecodeCandidate> aligned::analyzeDecode(AttentionOp op,
                                                  bool allowNarrowing,
                                                  Encoding encoding,
                                                  Refusal &refusal) {
  return Analysis(op, allowNarrowing, encoding, refusal).run();
}
