//===- Params.h - Addresses and fields of the kernel interface --*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the structs of KernelABI.h meet generated code: a field of a parameter
// block, an element of the workspace, a page of the cache, as values. Offsets
// come from the C++ structs themselves.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_TILE_PARAMS_H
#define ALIGNED_CONVERSION_TILE_PARAMS_H

#include "Aligned/Conversion/Tile/Emitter.h"
#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Support/KernelABI.h"

#include <type_traits>

namespace aligned::tile {

/// Fields of a `Block`, a struct of KernelABI.h, in memory of the target.
/// Pointers that it holds are in address space `space`, the target's global
/// memory. Parameter blocks are constant while a kernel runs, so that their
/// loads may move freely; other structs are not.
template <typename Block> class Fields {
public:
  Fields(Val base, unsigned space, bool isConstant)
      : base(base), space(space), isConstant(isConstant) {}

  template <typename T> Val get(T Block::*member) const {
    return load<T>(offsetOf(member));
  }
  template <typename T, size_t n>
  Val get(T (Block::*member)[n], int64_t index) const {
    return load<T>(offsetOf(member) + index * sizeof(T));
  }
  template <typename T> void set(T Block::*member, Val value) const {
    store(value, offsetOf(member));
  }
  template <typename T, size_t n>
  void set(T (Block::*member)[n], int64_t index, Val value) const {
    store(value, offsetOf(member) + index * sizeof(T));
  }
  template <typename T> Fields<T> sub(T Block::*member) const {
    return {base.emitter->offset(base, offsetOf(member)), space, isConstant};
  }
  /// The address of a field.
  template <typename T> Val address(T Block::*member) const {
    return base.emitter->offset(base, offsetOf(member));
  }
  Val pointer() const { return base; }
  unsigned addressSpace() const { return space; }

  /// Bytes before a field.
  template <typename T> static int64_t offsetOf(T Block::*member) {
    static const Block block{};
    return reinterpret_cast<const char *>(&(block.*member)) -
           reinterpret_cast<const char *>(&block);
  }

private:
  template <typename T> mlir::Type typeOf() const {
    Emitter &e = *base.emitter;
    if constexpr (std::is_pointer_v<T>)
      return e.pointer(space);
    else if constexpr (std::is_same_v<T, float>)
      return e.f32();
    else if constexpr (sizeof(T) == 4)
      return e.i32();
    else
      return e.i64();
  }
  template <typename T> Val load(int64_t offset) const {
    static_assert(std::is_scalar_v<T>, "sub() reaches the fields of a struct");
    Emitter &e = *base.emitter;
    return e.wrap(mlir::LLVM::LoadOp::create(
        e, typeOf<T>(), e.offset(base, offset), alignof(T),
        /*isVolatile=*/false, /*isNonTemporal=*/false, isConstant));
  }
  void store(Val value, int64_t offset) const {
    base.emitter->store(value, base.emitter->offset(base, offset));
  }

  Val base;
  unsigned space;
  bool isConstant;
};

/// The parameter block of a kernel. `space`: of the pointers in it.
template <typename Block>
Fields<Block> params(Val pointer, unsigned space = 0) {
  return {pointer, space, /*isConstant=*/true};
}
/// A struct in the workspace or in a result buffer.
template <typename Block> Fields<Block> record(Val pointer, unsigned space) {
  return {pointer, space, /*isConstant=*/false};
}

/// Address of the page that holds page number `page` (position / kPageTokens)
/// of sequence slot `slot` and kv head `head`. All i32.
Val pageAddress(const Fields<PlanesView> &view, Val slot, Val page, Val head);

/// The type that elements of `type` have in memory: an i1 is a byte.
mlir::Type memoryType(mlir::Type type);

/// Address of the element at `indices` (i32) of a strided operand; missing
/// trailing indices are 0.
template <typename Block, typename T, size_t n>
Val elementAddress(const Fields<Block> &block, T *Block::*pointer,
                   int64_t (Block::*strides)[n], llvm::ArrayRef<Val> indices,
                   mlir::Type element) {
  Val base = block.get(pointer);
  Emitter &e = *base.emitter;
  Val index = e.c64(0);
  for (auto [dim, value] : llvm::enumerate(indices))
    index = index + e.convert(value, e.i64()) * block.get(strides, dim);
  return e.element(base, index, memoryType(element));
}

/// Reads `lanes` consecutive elements of type f16, bf16 or f32 (scalar for 0
/// lanes) as f32. The conversions are exact.
Val loadFloats(Emitter &e, mlir::Type element, Val pointer, int64_t lanes = 0);
/// Rounds f32 to nearest even and stores it as `element`.
void storeFloats(Emitter &e, Val value, mlir::Type element, Val pointer);

/// Addresses of one kv head of one sequence in the workspace. Rows, chunks and
/// positions are i32; row r of the group is head r / rows, query row r % rows.
class Workspace {
public:
  Workspace(const Fields<DecodeParams> &params, DecodeProblemAttr problem,
            Val sequence, Val head);

  Val queryHigh(Val row) const;
  Val queryLow(Val row) const;
  Val queryCarry(Val row) const;
  Val query(Val row) const;
  Fields<QueryStats> queryStats(Val row) const;
  /// The score of `position`; a row's scores are contiguous.
  Val score(Val row, Val position) const;
  Val firstMax(Val chunk, Val row) const;
  Val firstSum(Val chunk, Val row) const;
  Fields<ChunkStats> stats(Val chunk, Val row) const;
  Val partial(Val chunk, Val row) const;
  Val firstLogSum(Val row) const;
  Fields<GroupRounds> rounds() const;
  Val excess(Val row) const;
  Val alignment(Val row) const;
  Val arrived() const;

private:
  Val row(Val pointer, Val row, int64_t rowElements, mlir::Type element) const;
  Val chunkRow(Val chunk, Val row) const;

  Emitter &e;
  unsigned space;
  int64_t groupRows, keyChannels, valueChannels;
  /// sequence * kvHeads + head, that times R, and C; i64.
  Val item, base, chunks;
  Val queryHighs, queryLows, queryCarries, queries, queryRecords, scores,
      maxima, sums, records, partials, logSums, arrivals, groups, excesses,
      alignments;
};

} // namespace aligned::tile

#endif // ALIGNED_CONVERSION_TILE_PARAMS_H
