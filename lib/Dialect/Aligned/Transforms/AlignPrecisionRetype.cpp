//===- AlignPrecisionRetype.cpp - Arguments that become planes ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// K or V of an attention is followed back through the updates that made it
// (CacheUpdate.h) to an argument, and then forwards again through every use:
// the runtime appends in place, so no older version may be read once there is a
// newer one, and the newest has to go back to the caller.
//
// Planes forget what lies behind rows that are written at a position; a tensor
// does not. An attention that may see it has to have lengths or a mask, which
// are then asserted to hide it.
//
//===----------------------------------------------------------------------===//

#include "AlignPrecisionRetype.h"
#include "CacheUpdate.h"
#include "MaskedTail.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

struct Retyper::Plan {
  BlockArgument argument;
  PlanesType type;                     ///< of the argument, once retyped
  SmallVector<CacheUpdate, 1> updates; ///< in order
  Value last;                          ///< the newest version
  SmallVector<AttentionOp> guarded;    ///< from seeing what is forgotten

  int64_t tokenDim() const { return type.getOrder()[PlanesType::Token]; }
};

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
                         type.getRole(), type.getOrder(), type.getEncoding());
}

/// Attentions over `update`'s result see no more than it has written, if their
/// lengths or masks are as is asserted.
LogicalResult Retyper::checkForgotten(Plan &plan, const CacheUpdate &update,
                                      Refusal &refusal) {
  std::optional<int64_t> offset = getConstantIntValue(update.position);
  int64_t rows = update.rowsType.getDimSize(plan.tokenDim());
  auto type = cast<RankedTensorType>(update.past.getType());
  if (offset && !ShapedType::isDynamic(rows) &&
      *offset + rows == type.getDimSize(plan.tokenDim()))
    return success();
  Value tensor = update.op->getResult(0);
  for (const DecodeCandidate &candidate : candidates) {
    AttentionOp op = candidate.op;
    if (op.getKey() != tensor && op.getValue() != tensor)
      continue;
    if (!canHideTail(op))
      return refuse(refusal,
                    "positions behind the inserted rows are attended to, and "
                    "planes forget them",
                    "give the attention its lengths or a mask, or append by "
                    "concatenation");
    if (ShapedType::isDynamic(rows))
      return refuse(refusal,
                    "the number of rows that are inserted is not static, so "
                    "that nobody can say what planes forget",
                    "make it static");
    plan.guarded.push_back(op);
  }
  return success();
}

LogicalResult Retyper::checkUpdate(Plan &plan, const CacheUpdate &update,
                                   Refusal &refusal) {
  if (update.op->getBlock() != plan.argument.getOwner())
    return refuse(refusal, "rows are appended inside a loop or a branch",
                  "append in the body of the function");
  if (failed(checkCacheUpdate(update, plan.tokenDim(), refusal)))
    return failure();
  return update.isAtPosition() ? checkForgotten(plan, update, refusal)
                               : success();
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

/// Every use of one version; `update` is the one that makes the next.
LogicalResult Retyper::checkUses(Plan &plan, Value value,
                                 std::optional<CacheUpdate> &update,
                                 Refusal &refusal) {
  update.reset();
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
    // An operation may both select from it and be written into it.
    if (update && update->op == user && isa<linalg::LinalgOp>(user))
      continue;
    if (!update) {
      update = matchCacheReader(user, plan.type.getOrder());
      if (update && update->past == value && update->rows != value)
        continue;
      update.reset();
    }
    return refuse(refusal,
                  llvm::formatv("it is also used by {0}", user->getName()),
                  "use it in the attention and its append alone");
  }
  if (update && isRead)
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
    std::optional<CacheUpdate> update;
    if (failed(checkUses(plan, plan.last, update, refusal)))
      return failure();
    if (!update)
      break;
    if (failed(checkUpdate(plan, *update, refusal)))
      return failure();
    if (update->isAtPosition())
      plan.type = withTokens(plan.type, ShapedType::kDynamic);
    plan.updates.push_back(*update);
    plan.last = update->op->getResult(0);
  }
  bool isReturned = llvm::any_of(plan.last.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp>(user);
  });
  if (!plan.updates.empty() && !isReturned)
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

/// Where the rows end that `update` writes at `position`.
static VisibleEnd buildEnd(OpBuilder &builder, Location loc, AttentionOp op,
                           Value position, int64_t rows, PlanesType type) {
  Value count = arith::ConstantIndexOp::create(builder, loc, rows);
  auto tensorType = dyn_cast<RankedTensorType>(position.getType());
  if (!tensorType)
    return {arith::AddIOp::create(builder, loc, position, count)};
  AffineMap each = builder.getMultiDimIdentityMap(1);
  Value init = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, position),
      builder.getIndexType());
  auto ends = linalg::GenericOp::create(
      builder, loc, init.getType(), position, init, {each, each},
      utils::IteratorType::parallel,
      [&](OpBuilder &body, Location, ValueRange args) {
        Value end = arith::AddIOp::create(body, loc, args[0], count);
        linalg::YieldOp::create(body, loc, end);
      });
  AffineMap map =
      type.getRole() == Role::Key ? op.getKeyMap() : op.getValueMap();
  return {ends.getResult(0),
          map.getDimPosition(type.getOrder()[PlanesType::Sequence])};
}

/// Attentions do not see what `update`, whose rows go to `position`, forgets.
/// One assertion serves attentions that share a mask, as K and V do.
void Retyper::guard(const Plan &plan, const CacheUpdate &update,
                    Value position) {
  OpBuilder builder(func.getContext());
  for (AttentionOp op : plan.guarded) {
    if (op.getKey() != update.op->getResult(0) &&
        op.getValue() != update.op->getResult(0))
      continue;
    Value source = update.positionTensor;
    if (!source)
      source = dyn_cast_if_present<Value>(update.position);
    Value hidesTail = op.getLengths() ? op.getLengths() : op.getMask();
    if (source && !asserted.insert({op->getBlock(), hidesTail, source}).second)
      continue;
    builder.setInsertionPoint(op);
    VisibleEnd end =
        buildEnd(builder, op.getLoc(), op, position,
                 update.rowsType.getDimSize(plan.tokenDim()), plan.type);
    if (op.getLengths())
      assertTailIsBeyondLengths(builder, op, end);
    else
      assertTailIsMasked(builder, op, end);
  }
}

void Retyper::rewrite(Plan &plan) {
  OpBuilder builder(func.getContext());
  Value current = plan.argument;
  planes[plan.argument] = plan.argument;
  plan.argument.setType(plan.type);
  rewriteDims(plan, plan.argument, plan.argument);
  for (const CacheUpdate &update : plan.updates) {
    Operation *op = update.op;
    builder.setInsertionPoint(op);
    int64_t tokens = update.isAtPosition()
                         ? ShapedType::kDynamic
                         : cast<RankedTensorType>(op->getResult(0).getType())
                               .getDimSize(plan.tokenDim());
    Value position = update.buildPosition(builder);
    current = AppendOp::create(
        builder, op->getLoc(), withTokens(plan.type, tokens),
        update.buildRows(builder), current, position, FlatSymbolRefAttr());
    planes[op->getResult(0)] = current;
    rewriteDims(plan, op->getResult(0), current);
    if (position)
      guard(plan, update, position);
    if (update.copy)
      replaced.push_back(update.copy);
    replaced.push_back(op);
  }
  for (OpOperand &use : llvm::make_early_inc_range(plan.last.getUses()))
    if (isa<func::ReturnOp>(use.getOwner()))
      use.set(current);
}

/// Follows `tensor` back to an argument, and retypes that if it can be.
bool Retyper::trace(Value tensor, PlanesType type) {
  Value value = tensor;
  while (Operation *def = value.getDefiningOp()) {
    std::optional<CacheUpdate> update = matchCacheUpdate(def, type.getOrder());
    if (!update)
      return false;
    value = update->past;
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != &func.getBody().front())
    return false;
  if (planes.contains(argument) || !seen.insert(argument).second)
    return true; // said before
  auto tensorType = cast<RankedTensorType>(argument.getType());
  Plan plan;
  plan.argument = argument;
  plan.type = withTokens(
      type, tensorType.getDimSize(type.getOrder()[PlanesType::Token]));
  Refusal refusal;
  std::string name = llvm::formatv("argument {0}", argument.getArgNumber());
  remark::RemarkOpts options =
      remark::RemarkOpts::name("Retype").category("aligned").function(
          func.getName());
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

static std::string nameOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (isa<func::FuncOp>(argument.getOwner()->getParentOp()))
      return llvm::formatv("argument {0}", argument.getArgNumber());
  return "a tensor";
}

/// Why `tensor` cannot be followed to an argument.
static Refusal explainSource(Value tensor) {
  Operation *def = tensor.getDefiningOp();
  while (isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp,
                         tensor::CastOp>(def)) {
    tensor = def->getOperand(0);
    def = tensor.getDefiningOp();
  }
  if (!def)
    return {"it is a view of " + nameOf(tensor),
            "pass K and V as arguments in the attention's own shape"};
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(def))
    return {"it is a slice of " + nameOf(slice.getSource()),
            "pass each layer's K and V as arguments of their own"};
  tensor::ExtractOp gathered;
  if (isa<linalg::LinalgOp>(def))
    def->walk([&](tensor::ExtractOp op) { gathered = op; });
  if (gathered)
    return {"it is gathered from " + nameOf(gathered.getTensor()) +
                ", as through a page table",
            "pass the rows of each sequence in order: planes have pages of "
            "their own"};
  return {llvm::formatv("it is computed by {0}, which appends no rows",
                        def->getName()),
          "pass K and V as arguments in the attention's own shape"};
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
      if (trace(tensor, type))
        continue;
      Refusal refusal = explainSource(tensor);
      remark::missed(
          op.getLoc(),
          remark::RemarkOpts::name("Retype").category("aligned").function(
              func.getName()))
          << remark::add("{0} is packed at every call",
                         role == Role::Key ? "K" : "V")
          << remark::reason("{0}", refusal.reason)
          << remark::suggest("{0}", refusal.remedy);
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
