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
// disappear. Rows that the program writes into pages before are selected into
// what is gathered instead, at the position that the table has for them.
//
//===----------------------------------------------------------------------===//

#include "GatheredCaches.h"
#include "MaskedTail.h"
#include "PagedWrite.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

namespace {
/// An argument, and what is gathered out of it.
struct Pool {
  BlockArgument argument;
  SmallVector<PoolGather, 1> gathers;   ///< of different rows
  llvm::SetVector<Operation *> readers; ///< all that disappears
  std::optional<RowScatter> write;      ///< what makes its newest version

  bool isGathered(Value rows) const {
    return llvm::any_of(gathers, [&](const PoolGather &gather) {
      return gather.getRows() == rows;
    });
  }
};
} // namespace

static LogicalResult refuse(Refusal &refusal, std::string reason,
                            std::string remedy) {
  refusal = {std::move(reason), std::move(remedy)};
  return failure();
}

/// Notes what `writer` writes into `version` of the pool, if it does.
static LogicalResult checkWriter(Pool &pool, Operation *writer, Value version,
                                 Refusal &refusal) {
  if (pool.write || version != pool.argument || !version.hasOneUse())
    return refuse(refusal, "it is written more than once, or read and written",
                  "write all rows of a step at once, and gather afterwards");
  pool.write = matchRowScatter(writer);
  if (!pool.write || pool.write->dest != version)
    return refuse(refusal,
                  "rows are written into its pages in a way that does not say "
                  "which are of which sequence",
                  "write one row for each sequence, by tensor.scatter or in a "
                  "loop over the sequences, or write rows where they are in "
                  "their sequence");
  return success();
}

/// Whether the argument is read for what is gathered, and for nothing else.
static LogicalResult checkUses(Pool &pool, Refusal &refusal) {
  auto func = cast<func::FuncOp>(pool.argument.getOwner()->getParentOp());
  if (!SymbolTable::symbolKnownUseEmpty(func, func->getParentOp()))
    return refuse(refusal, "the function is called in the module",
                  "inline it, or compile it apart from its callers");
  SmallVector<Value> worklist{pool.argument};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    bool isNewest = pool.write && value == pool.write->op->getResult(0);
    for (Operation *user : value.getUsers()) {
      if (isNewest && isa<func::ReturnOp>(user))
        continue;
      // A use in the body of an operation is that operation's.
      Operation *reader = func.getBody().front().findAncestorOpInBlock(*user);
      if (!reader || reader->hasTrait<OpTrait::IsTerminator>() ||
          !isMemoryEffectFree(reader))
        return refuse(refusal,
                      llvm::formatv("it is also used by {0}", user->getName()),
                      "gather K and V out of it, and nothing else");
      bool isWriter =
          isa<tensor::InsertSliceOp, tensor::ScatterOp, scf::ForOp>(reader);
      if (isWriter && failed(checkWriter(pool, reader, value, refusal)))
        return failure();
      if (!pool.readers.insert(reader))
        continue;
      for (Value result : reader->getResults())
        if (!pool.isGathered(result))
          worklist.push_back(result);
    }
  }
  return success();
}

/// Whether what is gathered is K of decodes, or V, and nothing else: these can
/// be held to seeing nothing behind the newest rows, where others may be that
/// some sequence writes.
static LogicalResult checkReaders(const PoolGather &gather,
                                  ArrayRef<DecodeCandidate> candidates,
                                  Refusal &refusal) {
  std::optional<unsigned> operand;
  for (OpOperand &use : gather.getRows().getUses()) {
    bool isCache =
        llvm::any_of(candidates, [&](const DecodeCandidate &candidate) {
          AttentionOp op = candidate.op;
          if (&use == &op.getKeyMutable())
            return gather.getOrder() == ArrayRef(candidate.keyOrder);
          return &use == &op.getValueMutable() &&
                 gather.getOrder() == ArrayRef(candidate.valueOrder);
        });
    if (!isCache ||
        operand.value_or(use.getOperandNumber()) != use.getOperandNumber())
      return refuse(
          refusal,
          llvm::formatv("rows are written into its pages, and what is gathered "
                        "is also used by {0}",
                        use.getOwner()->getName()),
          "attend over it, as K or as V, and nothing else");
    operand = use.getOperandNumber();
    if (!canHideTail(cast<AttentionOp>(use.getOwner())))
      return refuse(refusal,
                    "rows are written into its pages, and what lies behind "
                    "them is attended to, which planes forget",
                    "give the attention its lengths or a mask");
  }
  return success();
}

/// Whether what is gathered out of the pool is appended to, once it is written.
static LogicalResult
checkWrite(Pool &pool, ArrayRef<DecodeCandidate> candidates, Refusal &refusal) {
  if (pool.gathers.size() != 1)
    return refuse(refusal, "K and V are both in it, and rows are written",
                  "give K and V a pool each");
  PoolGather &gather = pool.gathers.front();
  if (failed(checkPagedWrite(*pool.write, gather, refusal)))
    return failure();
  if (failed(checkReaders(gather, candidates, refusal)))
    return failure();
  SmallVector<Value> needed;
  (void)gather.canBuildElements(needed);
  needed.push_back(pool.write->rows);
  for (Value value : needed)
    if (pool.readers.contains(value.getDefiningOp()))
      return refuse(refusal, "its rows say where other rows are",
                    "keep the table apart from the pool");
  if (llvm::none_of(pool.write->op->getUsers(), llvm::IsaPred<func::ReturnOp>))
    return refuse(refusal,
                  "rows are written into its pages, and it is not "
                  "returned",
                  "return it");
  return success();
}

static void replace(Pool &pool) {
  auto func = cast<func::FuncOp>(pool.argument.getOwner()->getParentOp());
  unsigned number = pool.argument.getArgNumber();
  DictionaryAttr attributes = func.getArgAttrDict(number);
  unsigned next = number;
  for (PoolGather &gather : pool.gathers) {
    Value rows = gather.getRows();
    (void)func.insertArgument(next, rows.getType(), attributes,
                              pool.argument.getLoc());
    Value instead = func.getArgument(next++);
    if (pool.write) {
      OpBuilder builder(rows.getDefiningOp());
      instead = buildPagedWrite(builder, *pool.write, gather, instead);
      pool.write->op->getResult(0).replaceUsesWithIf(
          instead,
          [](OpOperand &use) { return isa<func::ReturnOp>(use.getOwner()); });
    }
    rows.replaceAllUsesWith(instead);
  }
  SmallVector<Operation *> dead(pool.readers.getArrayRef());
  llvm::sort(dead,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : llvm::reverse(dead))
    op->erase();
  (void)func.eraseArgument(next);
  Block &body = func.getBody().front();
  func.setFunctionType(
      FunctionType::get(func.getContext(), body.getArgumentTypes(),
                        body.getTerminator()->getOperandTypes()));
}

/// The arguments of `func` that K or V of candidates are gathered from.
static std::vector<Pool> findPools(func::FuncOp func,
                                   ArrayRef<DecodeCandidate> candidates) {
  llvm::MapVector<void *, Pool> pools;
  for (const DecodeCandidate &candidate : candidates) {
    AttentionOp op = candidate.op;
    for (auto [rows, order] :
         {std::pair(op.getKey(), ArrayRef<int64_t>(candidate.keyOrder)),
          std::pair(op.getValue(), ArrayRef<int64_t>(candidate.valueOrder))}) {
      std::optional<PoolGather> gather = PoolGather::match(rows, order);
      BlockArgument argument = gather ? gather->getArgument() : BlockArgument();
      if (!argument)
        continue;
      Pool &pool = pools[argument.getAsOpaquePointer()];
      pool.argument = argument;
      if (!pool.isGathered(rows))
        pool.gathers.push_back(std::move(*gather));
    }
  }
  std::vector<Pool> found;
  for (auto &entry : pools)
    found.push_back(std::move(entry.second));
  return found;
}

void aligned::replaceGatheredCaches(func::FuncOp func,
                                    ArrayRef<DecodeCandidate> candidates) {
  if (!func.getBody().hasOneBlock())
    return;
  for (Pool &pool : findPools(func, candidates)) {
    remark::RemarkOpts options =
        remark::RemarkOpts::name("Retype").category("aligned").function(
            func.getName());
    std::string name =
        llvm::formatv("argument {0}", pool.argument.getArgNumber());
    Refusal refusal;
    if (failed(checkUses(pool, refusal)) ||
        (pool.write && failed(checkWrite(pool, candidates, refusal)))) {
      remark::missed(func.getLoc(), options)
          << remark::add("rows stay in the pages of {0}, and are gathered and "
                         "packed at every call",
                         name)
          << remark::reason("{0}", refusal.reason)
          << remark::suggest("{0}", refusal.remedy);
      continue;
    }
    size_t count = pool.gathers.size();
    bool isWritten = pool.write.has_value();
    replace(pool);
    remark::passed(func.getLoc(), options) << remark::add(
        "{0}, pages that rows were gathered from, is {1} now: the rows of each "
        "sequence in order, since planes have pages of their own{2}",
        name,
        count == 1 ? "what was gathered"
                   : llvm::formatv("{0} arguments", count).str(),
        isWritten ? "; rows that were written into pages are appended" : "");
  }
}
