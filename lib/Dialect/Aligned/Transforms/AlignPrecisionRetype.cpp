//===- AlignPrecisionRetype.cpp - Arguments that become planes ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// K or V of an attention is followed back through appends (concatenation along
// the token dimension, rows inserted at a position) to an argument, and then
// forwards again through every use: the runtime appends in place, so no older
// version may be read once there is a newer one, and the newest has to go back
// to the caller.
//
//===----------------------------------------------------------------------===//

#include "AlignPrecisionRetype.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

struct Retyper::Plan {
  BlockArgument argument;
  PlanesType type;                  ///< of the argument, once retyped
  SmallVector<Operation *> appends; ///< in order
  Value last;                       ///< the newest version

  int64_t tokenDim() const { return type.getOrder()[PlanesType::Token]; }
};

/// What an append appends to; null if `op` is none.
static Value getPast(Operation *op, int64_t tokenDim) {
  if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
    bool isAppend = concat.getInputs().size() == 2 &&
                    static_cast<int64_t>(concat.getDim()) == tokenDim;
    return isAppend ? concat.getInputs().front() : Value();
  }
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return insert.getDest();
  return {};
}

static Value getRows(Operation *append) {
  if (auto concat = dyn_cast<tensor::ConcatOp>(append))
    return concat.getInputs().back();
  return cast<tensor::InsertSliceOp>(append).getSource();
}

static LogicalResult refuse(Refusal &refusal, std::string reason,
                            std::string remedy) {
  refusal = {std::move(reason), std::move(remedy)};
  return failure();
}

/// The type of planes whose number of positions is known when they are run.
static PlanesType withTokens(PlanesType type, int64_t tokens) {
  SmallVector<int64_t> shape(type.getShape());
  shape[type.getOrder()[PlanesType::Token]] = tokens;
  return PlanesType::get(type.getContext(), shape, type.getElementType(),
                         type.getRole(), type.getOrder());
}

bool Retyper::isAttendedWithLengths(Value tensor) const {
  return llvm::all_of(candidates, [&](const DecodeCandidate &candidate) {
    AttentionOp op = candidate.op;
    return (op.getKey() != tensor && op.getValue() != tensor) ||
           op.getLengths();
  });
}

/// Rows inserted into a tensor of full size: planes forget what lies behind
/// them, the tensor does not.
LogicalResult Retyper::checkInsert(Plan &plan, Operation *append,
                                   Refusal &refusal) {
  auto insert = cast<tensor::InsertSliceOp>(append);
  RankedTensorType dest = insert.getDestType();
  RankedTensorType source = insert.getSourceType();
  if (source.getRank() != dest.getRank() || !insert.hasUnitStride())
    return refuse(refusal, "rows are inserted with strides or fewer dimensions",
                  "insert rows of the cache's own rank with unit strides");
  for (int64_t dim = 0; dim < dest.getRank(); ++dim) {
    if (dim == plan.tokenDim())
      continue;
    if (!isConstantIntValue(insert.getMixedOffsets()[dim], 0) ||
        dest.isDynamicDim(dim) ||
        source.getDimSize(dim) != dest.getDimSize(dim))
      return refuse(refusal, "a part of the heads or sequences is inserted",
                    "insert whole rows of all heads and sequences");
  }
  std::optional<int64_t> offset =
      getConstantIntValue(insert.getMixedOffsets()[plan.tokenDim()]);
  int64_t rows = source.getDimSize(plan.tokenDim());
  bool fillsTensor = offset && !ShapedType::isDynamic(rows) &&
                     *offset + rows == dest.getDimSize(plan.tokenDim());
  if (!fillsTensor && !isAttendedWithLengths(insert.getResult()))
    return refuse(refusal,
                  "positions behind the inserted rows are attended to, and "
                  "planes forget them",
                  "give the attention its lengths, or append by concatenation");
  return success();
}

LogicalResult Retyper::checkAppend(Plan &plan, Operation *append,
                                   Refusal &refusal) {
  if (append->getBlock() != plan.argument.getOwner())
    return refuse(refusal, "rows are appended inside a loop or a branch",
                  "append in the body of the function");
  if (isa<tensor::InsertSliceOp>(append))
    return checkInsert(plan, append, refusal);
  return success();
}

/// Whether `use` is K or V of a decode that wants planes like `type`.
bool Retyper::isAttention(PlanesType type, OpOperand &use) const {
  auto op = dyn_cast<AttentionOp>(use.getOwner());
  if (!op)
    return false;
  bool isKey = type.getRole() == Role::Key;
  OpOperand &wanted = isKey ? op.getKeyMutable() : op.getValueMutable();
  return &wanted == &use &&
         llvm::any_of(candidates, [&](const DecodeCandidate &candidate) {
           return candidate.op == op &&
                  type.getOrder() == ArrayRef(isKey ? candidate.keyOrder
                                                    : candidate.valueOrder);
         });
}

/// Every use of one version; `append` is the one that makes the next.
LogicalResult Retyper::checkUses(Plan &plan, Value value, Operation *&append,
                                 Refusal &refusal) {
  append = nullptr;
  bool isRead = false;
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (auto dim = dyn_cast<tensor::DimOp>(user)) {
      std::optional<int64_t> index = dim.getConstantIndex();
      if (index && (*index == plan.tokenDim() ||
                    !ShapedType::isDynamic(plan.type.getShape()[*index])))
        continue;
      return refuse(refusal, "a size of it is asked for that planes do not say",
                    "make sequences and kv heads static");
    }
    if (isAttention(plan.type, use) || isa<func::ReturnOp>(user)) {
      isRead = true;
      continue;
    }
    if (!append && getPast(user, plan.tokenDim()) == value &&
        getRows(user) != value) {
      append = user;
      continue;
    }
    return refuse(refusal,
                  llvm::formatv("it is also used by {0}", user->getName()),
                  "use it in the attention and its append alone");
  }
  if (append && isRead)
    return refuse(refusal, "it is read besides being appended to",
                  "attend over and return what the append gives");
  return success();
}

LogicalResult Retyper::check(Plan &plan, Refusal &refusal) {
  Operation *module = func->getParentOp();
  if (!func.getBody().hasOneBlock())
    return refuse(refusal, "the function has several blocks",
                  "use structured control flow");
  if (!SymbolTable::symbolKnownUseEmpty(func, module))
    return refuse(refusal, "the function is called in the module",
                  "inline it, or compile it apart from its callers");
  for (plan.last = plan.argument;;) {
    Operation *append;
    if (failed(checkUses(plan, plan.last, append, refusal)))
      return failure();
    if (!append)
      break;
    if (failed(checkAppend(plan, append, refusal)))
      return failure();
    if (isa<tensor::InsertSliceOp>(append))
      plan.type = withTokens(plan.type, ShapedType::kDynamic);
    plan.appends.push_back(append);
    plan.last = append->getResult(0);
  }
  bool isReturned = llvm::any_of(plan.last.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp>(user);
  });
  if (!plan.appends.empty() && !isReturned)
    return refuse(refusal, "it is appended to, and not returned",
                  "return the updated cache");
  return success();
}

/// Positions are asked for where the version is made: a later append would
/// change the answer.
void Retyper::rewriteDims(Plan &plan, Value tensor, Value newPlanes) {
  OpBuilder builder(func.getContext());
  builder.setInsertionPointAfterValue(newPlanes);
  for (OpOperand &use : llvm::make_early_inc_range(tensor.getUses())) {
    auto dim = dyn_cast<tensor::DimOp>(use.getOwner());
    if (!dim)
      continue;
    int64_t index = *dim.getConstantIndex();
    Value size = index == plan.tokenDim()
                     ? Value(LengthOp::create(builder, dim.getLoc(), newPlanes))
                     : Value(arith::ConstantIndexOp::create(
                           builder, dim.getLoc(), plan.type.getShape()[index]));
    dim.replaceAllUsesWith(size);
    dim.erase();
  }
}

void Retyper::rewrite(Plan &plan) {
  OpBuilder builder(func.getContext());
  Value current = plan.argument;
  planes[plan.argument] = plan.argument;
  plan.argument.setType(plan.type);
  rewriteDims(plan, plan.argument, plan.argument);
  for (Operation *append : plan.appends) {
    builder.setInsertionPoint(append);
    Value position;
    int64_t tokens = cast<RankedTensorType>(append->getResult(0).getType())
                         .getDimSize(plan.tokenDim());
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(append)) {
      position = getValueOrCreateConstantIndexOp(
          builder, append->getLoc(), insert.getMixedOffsets()[plan.tokenDim()]);
      tokens = ShapedType::kDynamic;
    }
    current = AppendOp::create(builder, append->getLoc(),
                               withTokens(plan.type, tokens), getRows(append),
                               current, position, FlatSymbolRefAttr());
    planes[append->getResult(0)] = current;
    rewriteDims(plan, append->getResult(0), current);
    replaced.push_back(append);
  }
  for (OpOperand &use : llvm::make_early_inc_range(plan.last.getUses()))
    if (isa<func::ReturnOp>(use.getOwner()))
      use.set(current);
}

/// Follows `tensor` back to an argument, and retypes that if it can be.
bool Retyper::trace(Value tensor, PlanesType type) {
  int64_t tokenDim = type.getOrder()[PlanesType::Token];
  Value value = tensor;
  while (Operation *def = value.getDefiningOp()) {
    value = getPast(def, tokenDim);
    if (!value)
      return false;
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != &func.getBody().front())
    return false;
  if (planes.contains(argument) || !seen.insert(argument).second)
    return true; // said before
  auto tensorType = cast<RankedTensorType>(argument.getType());
  Plan plan;
  plan.argument = argument;
  plan.type = withTokens(type, tensorType.getDimSize(tokenDim));
  Refusal refusal;
  std::string name = llvm::formatv("argument {0}", argument.getArgNumber());
  remark::RemarkOpts options = remark::RemarkOpts::name("Retype")
                                   .category("aligned")
                                   .function(func.getName());
  if (failed(check(plan, refusal))) {
    remark::missed(func.getLoc(), options)
        << remark::add("{0} stays a tensor and is packed at every call", name)
        << remark::reason("{0}", refusal.reason)
        << remark::suggest("{0}", refusal.remedy);
    return true;
  }
  rewrite(plan);
  remark::passed(func.getLoc(), options)
      << remark::add("{0} is planes now", name);
  return true;
}

void Retyper::run() {
  for (const DecodeCandidate &candidate : candidates) {
    AttentionOp op = candidate.op;
    // An operand that is retyped already has no tensor type to ask.
    for (auto [tensor, role] : {std::pair(op.getKey(), Role::Key),
                                std::pair(op.getValue(), Role::Value)}) {
      if (planes.contains(tensor))
        continue;
      PlanesType type =
          role == Role::Key ? candidate.getKeyType() : candidate.getValueType();
      if (!trace(tensor, type))
        remark::missed(op.getLoc(), remark::RemarkOpts::name("Retype")
                                        .category("aligned")
                                        .function(func.getName()))
            << remark::add("{0} is packed at every call",
                           role == Role::Key ? "K" : "V")
            << remark::reason("it is not an argument, nor one with appends")
            << remark::suggest(
                   "pass K and V as arguments in the attention's own shape");
    }
  }
}

void Retyper::finish() {
  for (Operation *op : llvm::reverse(replaced))
    op->erase();
  if (planes.empty())
    return;
  Operation *terminator = func.getBody().front().getTerminator();
  func.setFunctionType(FunctionType::get(
      func.getContext(), func.getBody().front().getArgumentTypes(),
      terminator->getOperandTypes()));
}
