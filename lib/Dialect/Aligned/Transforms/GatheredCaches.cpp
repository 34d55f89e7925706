//===- GatheredCaches.cpp - Caches behind a page table --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs that page their cache themselves keep it as [pages, ..], and gather
// the rows of each sequence through a table before they attend. Planes have
// pages of their own, which the runtime follows, so the gather goes: what it
// gives becomes the argument, and the pool and all that was only read out of it
// disappear.
//
//===----------------------------------------------------------------------===//

#include "GatheredCaches.h"
#include "Recognition/Terms.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::recognition;

//===----------------------------------------------------------------------===//
// Finding the gather
//===----------------------------------------------------------------------===//

/// The argument of the function that `tensor` is a view, a constant slice or a
/// newer version of.
static BlockArgument getViewedArgument(Value tensor) {
  while (Operation *def = tensor.getDefiningOp()) {
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(def)) {
      tensor = insert.getDest();
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

BlockArgument aligned::getGatheredPool(Value rows, ArrayRef<int64_t> order) {
  if (!isa<RankedTensorType>(rows.getType()))
    return {};
  Terms terms;
  Term *any = terms.anyElement(rows), *element = terms.head(any);
  auto extract = element->is(Term::Apply)
                     ? dyn_cast_or_null<tensor::ExtractOp>(element->op)
                     : tensor::ExtractOp();
  BlockArgument pool =
      extract ? getViewedArgument(extract.getTensor()) : BlockArgument();
  if (!pool || !terms.assumptions.empty())
    return {};
  // A row's channels, and all heads of a token, are where they are in the pool;
  // where its token is does not depend on them.
  SmallVector<Digits> kept;
  for (PlanesType::Dim dim : {PlanesType::Channel, PlanesType::Head})
    if (order[dim] >= 0)
      kept.push_back(terms.axes.resolve(any->indices[order[dim]]));
  bool hasTable = false;
  for (Term *index : element->operands) {
    Digits *same = llvm::find_if(kept, [&](ArrayRef<Axis *> digits) {
      return isIndex(terms, index, digits);
    });
    if (same != kept.end()) {
      kept.erase(same);
      continue;
    }
    hasTable |= !index->is(Term::Position);
    for (PlanesType::Dim dim : {PlanesType::Channel, PlanesType::Head})
      if (order[dim] >= 0 && terms.dependsOn(index, any->indices[order[dim]]))
        return {};
  }
  llvm::erase_if(kept, [](const Digits &digits) { return digits.empty(); });
  return hasTable && kept.empty() ? pool : BlockArgument();
}

//===----------------------------------------------------------------------===//
// Replacing it
//===----------------------------------------------------------------------===//

namespace {
/// An argument, and what is gathered out of it.
struct Pool {
  BlockArgument argument;
  llvm::SetVector<Value> gathered;
  llvm::SetVector<Operation *> readers; ///< all that disappears, in order
};
} // namespace

/// Whether the argument is read for what is gathered, and for nothing else.
static LogicalResult check(Pool &pool, Refusal &refusal) {
  auto func = cast<func::FuncOp>(pool.argument.getOwner()->getParentOp());
  if (!SymbolTable::symbolKnownUseEmpty(func, func->getParentOp())) {
    refusal = {"the function is called in the module",
               "inline it, or compile it apart from its callers"};
    return failure();
  }
  SmallVector<Value> worklist{pool.argument};
  while (!worklist.empty()) {
    for (Operation *user : worklist.pop_back_val().getUsers()) {
      // A use in the body of an operation is that operation's.
      Operation *reader = func.getBody().front().findAncestorOpInBlock(*user);
      if (!reader || reader->hasTrait<OpTrait::IsTerminator>() ||
          !isMemoryEffectFree(reader)) {
        refusal = {llvm::formatv("it is also used by {0}", user->getName()),
                   "gather K and V out of it, and nothing else"};
        return failure();
      }
      if (isa<tensor::InsertSliceOp>(reader)) {
        refusal = {"rows are written into its pages, and which row of a "
                   "sequence that is only the table says",
                   "write rows where they are in their sequence"};
        return failure();
      }
      if (!pool.readers.insert(reader))
        continue;
      for (Value result : reader->getResults())
        if (!pool.gathered.contains(result))
          worklist.push_back(result);
    }
  }
  return success();
}

static void replace(Pool &pool) {
  auto func = cast<func::FuncOp>(pool.argument.getOwner()->getParentOp());
  unsigned number = pool.argument.getArgNumber();
  DictionaryAttr attributes = func.getArgAttrDict(number);
  unsigned next = number;
  for (Value rows : pool.gathered) {
    (void)func.insertArgument(next, rows.getType(), attributes,
                              pool.argument.getLoc());
    rows.replaceAllUsesWith(func.getArgument(next++));
  }
  SmallVector<Operation *> dead(pool.readers.getArrayRef());
  llvm::sort(dead,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : llvm::reverse(dead))
    op->erase();
  (void)func.eraseArgument(next);
}

void aligned::replaceGatheredCaches(func::FuncOp func,
                                    ArrayRef<DecodeCandidate> candidates) {
  if (!func.getBody().hasOneBlock())
    return;
  llvm::MapVector<void *, Pool> pools;
  for (const DecodeCandidate &candidate : candidates) {
    AttentionOp op = candidate.op;
    for (auto [rows, order] :
         {std::pair(op.getKey(), ArrayRef<int64_t>(candidate.keyOrder)),
          std::pair(op.getValue(), ArrayRef<int64_t>(candidate.valueOrder))})
      if (BlockArgument argument = getGatheredPool(rows, order)) {
        Pool &pool = pools[argument.getAsOpaquePointer()];
        pool.argument = argument;
        pool.gathered.insert(rows);
      }
  }
  for (auto &entry : pools) {
    Pool &pool = entry.second;
    remark::RemarkOpts options =
        remark::RemarkOpts::name("Retype").category("aligned").function(
            func.getName());
    std::string name =
        llvm::formatv("argument {0}", pool.argument.getArgNumber());
    Refusal refusal;
    if (failed(check(pool, refusal))) {
      remark::missed(func.getLoc(), options)
          << remark::add("rows stay in the pages of {0}, and are gathered and "
                         "packed at every call",
                         name)
          << remark::reason("{0}", refusal.reason)
          << remark::suggest("{0}", refusal.remedy);
      continue;
    }
    size_t count = pool.gathered.size();
    replace(pool);
    remark::passed(func.getLoc(), options) << remark::add(
        "{0}, pages that rows were gathered from, is {1} now: the rows of each "
        "sequence in order, since planes have pages of their own",
        name,
        count == 1 ? "what was gathered"
                   : llvm::formatv("{0} arguments", count).str());
  }
}
