//===- AlignedOps.td - Operations of the aligned dialect ---*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDOPS
#define ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDOPS

include "Aligned/Dialect/Aligned/IR/AlignedTypes.td"
include "mlir/Dialect/LLVMIR/LLVMOpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"
include "mlir/Dialect/Linalg/IR/LinalgInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"

def Aligned_TensorOrMemRef : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef]>;

//===----------------------------------------------------------------------===//
// Attention on tensors, and over planes
//===----------------------------------------------------------------------===//

/// What `aligned.attention` and `aligned.decode` share: everything but the form
/// of K and V.
class Aligned_AttentionLikeOp<string mnemonic, Type kv, list<Trait> traits = []>
    : Aligned_Op<mnemonic, !listconcat(traits, [
        AttrSizedOperandSegments,
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])> {
  let arguments = (ins
    Aligned_TensorOrMemRef:$query,
    kv:$key,
    kv:$value,
    Optional<AnyFloat>:$scale,
    Optional<Aligned_TensorOrMemRef>:$mask,
    Optional<Aligned_TensorOrMemRef>:$lengths,
    Optional<Aligned_TensorOrMemRef>:$sinks,
    Aligned_TensorOrMemRef:$output,
    Optional<Aligned_TensorOrMemRef>:$logsumexp,
    AffineMapArrayAttr:$indexing_maps,
    OptionalAttr<F32Attr>:$softcap,
    OptionalAttr<I64Attr>:$window,
    UnitAttr:$causal,
    DefaultValuedAttr<Aligned_MaskedRowsAttr, "::aligned::MaskedRows::NaN">:$masked_rows);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    attr-dict `ins` `(` $query `,` $key `,` $value `:` type($query) `,`
      qualified(type($key)) `,` qualified(type($value)) `)`
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`mask` `(` $mask^ `:` type($mask) `)`)?
    (`lengths` `(` $lengths^ `:` type($lengths) `)`)?
    (`sinks` `(` $sinks^ `:` type($sinks) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`logsumexp` `(` $logsumexp^ `:` type($logsumexp) `)`)?
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;

  code sharedClassDeclaration = [{
    /// Roles of the iteration dimensions. The domain is always (batch ..,
    /// group .., m, n, k1, k2).
    AttentionDims getDims();
    ::mlir::AffineMap getQueryMap();
    ::mlir::AffineMap getKeyMap();
    ::mlir::AffineMap getValueMap();
    /// Null where the operand is absent.
    ::mlir::AffineMap getMaskMap();
    ::mlir::AffineMap getLengthsMap();
    ::mlir::AffineMap getSinksMap();
    ::mlir::AffineMap getOutputMap();
    ::mlir::AffineMap getLogsumexpMap();
    /// Static sizes of the iteration dimensions; kDynamic where unknown.
    ::llvm::SmallVector<int64_t> getStaticSizes();
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
}

def Aligned_AttentionOp : Aligned_AttentionLikeOp<"attention", Aligned_TensorOrMemRef, [
    AggregatedOpInterface]> {
  let summary = "softmax(scale * Q K^T + mask) V";
  let description = [{
    For every batch index b, head of the group g and query row m:

    ```
    s[n] = scale * sum_k1 query[b, g, m, k1] * key[b, n, k1]
    s[n] = softcap * tanh(s[n] / softcap)            if softcap
    s[n] = s[n] + mask[.., n], or mask[.., n] ? s[n] : -inf for an i1 mask
    s[n] = -inf where n >= lengths[b], n <= p - window, or (causal) n > p
           with p = length - rows + m, the position of query row m, and
           length = lengths[b], or the size of n without lengths
    w[n] = exp(s[n] - max s) / (sum_n exp(s[n] - max s) + exp(sinks[g] - max s))
    output[b, g, m, k2] = sum_n w[n] * value[b, n, k2]
    logsumexp[b, g, m] = log(sum_n exp(s[n]) + exp(sinks[g]))
    ```

    Arithmetic is in f32; operands are extended, the output is rounded once.
    `indexing_maps` say which dimensions of the domain (batch .., group .., m,
    n, k1, k2) index each operand, in the order query, key, value, mask,
    lengths, sinks, output, logsumexp (those present): layouts and grouped
    heads are maps, not variants. The last batch dimension counts the kv heads
    if there are two or more, those before it sequences.

    `masked_rows` says what a row gives that sees no token at all: `nan`, as a
    plain softmax does, or `zero`.

    This is its meaning, and `--aligned-decompose-attention` rewrites it so.

    Constraints:
    * (C1) there is one map for each operand that is indexed, over one domain,
      and each is a projected permutation of as many results as its operand has
      dimensions.
    * (C2) the domain is (batch .., group .., m, n, k1, k2): the query's map
      names batch, group, m and k1, the key's batch, n and k1, the value's
      batch, n and k2, the output's batch, group, m and k2.
    * (C3) the maps of the mask name no k1 or k2, of the lengths only batch,
      of the sinks only batch and group, of the logsumexp batch, group and m.
    * (C4) a dimension has the same size in all operands, as far as static.
    * (C5) query, key, value, output and sinks are f16, bf16, f32 or f64; the
      mask one of them or i1; lengths i32, i64 or index; logsumexp f32 or f64.
    * (C6) `window` and `softcap` are positive.
    * (C7) operands are all tensors, and there is a result for output and one
      for logsumexp if present, of their types; or all are memrefs and there is
      no result.

    Example:

    ```mlir
    #q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
    #k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
    #v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
    #o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
    func.func @decode(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x?x64xbf16>,
                      %v: tensor<2x3x?x64xbf16>, %init: tensor<2x3x3x1x64xbf16>)
        -> tensor<2x3x3x1x64xbf16> {
      %scale = arith.constant 0.125 : f32
      %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
          ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x?x64xbf16>, tensor<2x3x?x64xbf16>)
          scale(%scale : f32)
          outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
      return %o : tensor<2x3x3x1x64xbf16>
    }
    ```
  }];
  let extraClassDeclaration = sharedClassDeclaration # [{
    /// AggregatedOpInterface: the linalg that this operation means.
    ::mlir::FailureOr<::llvm::SmallVector<::mlir::Value>>
    decomposeOperation(::mlir::OpBuilder &builder);
  }];
}

def Aligned_DecodeOp : Aligned_AttentionLikeOp<"decode", Aligned_PlanesType> {
  let summary = "attention of a few query rows over planes, read as far as they matter";
  let description = [{
    What `aligned.attention` computes, with K and V as planes, to a precision:
    each row of K and V is read as far as its weight asks (docs/rule.md). The
    maps of key and value index the dimensions of the tensors that the planes
    stand for. `kernel`, once outlined, names the kernel that computes it.

    Constraints: (C1) to (C7) of `aligned.attention`, and
    * (C8) key planes have role `key`, value planes role `value`, and both one
      element type and encoding.
    * (C9) the batch dimensions are at most a sequence and a kv head, as the
      planes' `order` has them; m and the groups are static, m at most 8.
    * (C10) the precision is one that the encoding has: `paper` or `full` for
      `ieee`, any other for `fixed`.

    Example:

    ```mlir
    #q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
    #k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
    #v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
    #o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
    func.func @decode(%q: tensor<2x3x3x1x64xbf16>,
                      %k: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>,
                      %v: !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>,
                      %init: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
      %o = aligned.decode {indexing_maps = [#q, #k, #v, #o],
                           precision = #aligned.precision<budget<12>>}
          ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>,
              !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>,
              !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>)
          outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
      return %o : tensor<2x3x3x1x64xbf16>
    }
    ```
  }];
  let arguments = (ins
    Aligned_TensorOrMemRef:$query,
    Aligned_PlanesType:$key,
    Aligned_PlanesType:$value,
    Optional<AnyFloat>:$scale,
    Optional<Aligned_TensorOrMemRef>:$mask,
    Optional<Aligned_TensorOrMemRef>:$lengths,
    Optional<Aligned_TensorOrMemRef>:$sinks,
    Aligned_TensorOrMemRef:$output,
    Optional<Aligned_TensorOrMemRef>:$logsumexp,
    AffineMapArrayAttr:$indexing_maps,
    OptionalAttr<F32Attr>:$softcap,
    OptionalAttr<I64Attr>:$window,
    UnitAttr:$causal,
    DefaultValuedAttr<Aligned_MaskedRowsAttr, "::aligned::MaskedRows::NaN">:$masked_rows,
    Aligned_PrecisionAttr:$precision,
    OptionalAttr<FlatSymbolRefAttr>:$kernel);
  let extraClassDeclaration = sharedClassDeclaration # [{
    /// What a kernel has to be compiled for to compute this.
    DecodeProblemAttr getProblem();
  }];
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

def Aligned_PackOp : Aligned_Op<"pack", [
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "rows of K or V to planes";
  let description = [{
    New planes with all rows of a tensor. Planes depend on the rows and their
    positions alone, not on how they were appended.

    Constraints:
    * (C1) the source has the shape and element type that the planes stand for;
      an f32 source may also become 16-bit planes.

    Example:

    ```mlir
    func.func @pack(%k: tensor<2x24x4x64xbf16>) -> !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]> {
      %p = aligned.pack %k : tensor<2x24x4x64xbf16> to !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
      return %p : !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
    }
    ```
  }];
  let arguments = (ins Aligned_TensorOrMemRef:$source,
                       OptionalAttr<FlatSymbolRefAttr>:$kernel);
  let results = (outs Aligned_PlanesType:$planes);
  let assemblyFormat = "$source attr-dict `:` type($source) `to` qualified(type($planes))";
  let hasVerifier = 1;
}

def Aligned_Position : AnyTypeOf<[Index, 1DTensorOf<[Index]>,
                                  MemRefRankOf<[Index], [1]>]>;

def Aligned_AppendOp : Aligned_Op<"append", [
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "rows behind those that planes have";
  let description = [{
    The planes with rows written from `position` on, or behind the last without
    one. Positions behind the rows are forgotten, so a position inside cuts the
    planes back; one beyond their end is an error when it is run. A tensor has a
    position for each sequence, whose number of positions may differ then.

    Constraints:
    * (C1) rows and planes agree in rank, element type and all dimensions but
      the token's; the planes before and after in all but the token's. f32 rows
      may also be appended to 16-bit planes.
    * (C2) positions of sequences are as many as the planes have sequences.

    Example:

    ```mlir
    func.func @append(%p: !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>, %row: tensor<2x4x1x64xf16>)
        -> !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]> {
      %n = aligned.append %row to %p : tensor<2x4x1x64xf16>, !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
          -> !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
      return %n : !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
    }
    ```
  }];
  let arguments = (ins Aligned_TensorOrMemRef:$rows, Aligned_PlanesType:$planes,
                       Optional<Aligned_Position>:$position,
                       OptionalAttr<FlatSymbolRefAttr>:$kernel);
  let results = (outs Aligned_PlanesType:$result);
  let assemblyFormat = [{
    $rows `to` $planes (`at` `(` $position^ `:` type($position) `)`)? attr-dict
    `:` type($rows) `,` qualified(type($planes)) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def Aligned_UnpackOp : Aligned_Op<"unpack", [
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "what planes say, as rows";
  let description = [{
    The only way back from planes to a tensor; within half a unit of every
    row's last digit, in the rotated basis, of what was packed.

    Constraints:
    * (C1) the destination has the shape that the planes stand for, as far as
      both are static, and their element type or f32.
    * (C2) there is a result, of the destination's type, exactly if that is a
      tensor.

    Example:

    ```mlir
    func.func @unpack(%p: !aligned.planes<2x4x8x64xf16, value, [0, 1, 2, 3]>, %init: tensor<2x4x8x64xf16>) -> tensor<2x4x8x64xf16> {
      %v = aligned.unpack %p outs(%init : tensor<2x4x8x64xf16>) : !aligned.planes<2x4x8x64xf16, value, [0, 1, 2, 3]> -> tensor<2x4x8x64xf16>
      return %v : tensor<2x4x8x64xf16>
    }
    ```
  }];
  let arguments = (ins Aligned_PlanesType:$planes, Aligned_TensorOrMemRef:$output,
                       OptionalAttr<FlatSymbolRefAttr>:$kernel);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $planes `outs` `(` $output `:` type($output) `)` attr-dict
    `:` qualified(type($planes)) (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
  }];
}

def Aligned_LengthOp : Aligned_Op<"length", [Pure]> {
  let summary = "positions that planes have";
  let description = [{
    The size of the token dimension. Folds to a constant where the type has it.

    Example:

    ```mlir
    func.func @length(%p: !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>) -> index {
      %n = aligned.length %p : !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
      return %n : index
    }
    ```
  }];
  let arguments = (ins Aligned_PlanesType:$planes);
  let results = (outs Index:$result);
  let assemblyFormat = "$planes attr-dict `:` qualified(type($planes))";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

def Aligned_KernelOp : Aligned_Op<"kernel", [Symbol]> {
  let summary = "a kernel that targets generate code for";
  let description = [{
    Names a problem. Each target's conversion (`--aligned-to-loops`,
    `--aligned-to-gpu`) makes of it one function for each phase that
    `Aligned/Support/KernelABI.h` lists for its kind, called by the kernel's
    name and the phase's.

    Constraints:
    * (C1) the problem is a decode, append, unpack or advance problem.

    Example:

    ```mlir
    aligned.kernel @append_key_d64_bf16 solves #aligned.append_problem<role = key, head_dim = 64, type = bf16>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, AnyAttr:$problem);
  let assemblyFormat = "$sym_name `solves` $problem attr-dict";
  let hasVerifier = 1;
}

def Aligned_LoadPlanesOp : Aligned_Op<"load_planes"> {
  let summary = "load digits of one row from some of its planes";
  let description = [{
    The partial load: of the row `row` of a page, planes `from` up to but
    without `to`, for the channels that begin at `channel`. There is one result
    a plane: its digits as signed bytes, left-aligned, so that a 4-bit digit
    counts 16 times itself. With the planes' weights the integer that the row
    stores is

    * for keys 256 * r0 + 16 * r1 + r2,
    * for values 256 * r0 + r1.

    With the encoding `ieee` the digits are bits of an f16 number: 8 in the
    first plane, and then 4 in the upper half of a byte. Keys of that encoding
    lie channel by channel: `row` is a channel, and `channel` the position in
    the page that the digits begin at.

    A result of 32 or more channels, in multiples of 32, has them in order. One
    of 8 or 16 channels of a 4-bit plane has the first half of them in order
    from `channel`, and the second half from `channel` + 16: the digits that
    share bytes. Each plane becomes the widest aligned loads that the target
    has.

    With `packed` a result is the bytes as they are stored, two 4-bit digits in
    each: for a loop that loads ahead, and separates the digits when they are
    there.

    Constraints:
    * (C1) 0 <= `from` < `to` <= the number of planes, and there are `to` -
      `from` results of one type.
    * (C2) a result has 8, 16 or a multiple of 32 channels, or 4 of an 8-bit
      plane; at most the layout's.
    * (C3) `packed` is for 4-bit planes.

    Example:

    ```mlir
    func.func @row(%page: !llvm.ptr, %row: i32, %c: i32) -> vector<64xi8> {
      %a, %b = aligned.load_planes
          #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
          %page[%row, %c] planes 0 to 2 : !llvm.ptr -> vector<64xi8>, vector<64xi8>
      return %b : vector<64xi8>
    }
    ```
  }];
  let arguments = (ins
    Arg<LLVM_AnyPointer, "address of the page", [MemRead]>:$page,
    I32:$row, I32:$channel, I64Attr:$from, I64Attr:$to,
    Aligned_LayoutAttr:$layout, UnitAttr:$packed);
  let results = (outs Variadic<VectorOfRankAndType<[1], [I8]>>:$digits);
  let assemblyFormat = [{
    qualified($layout) `,` $page `[` $row `,` $channel `]`
    `planes` $from `to` $to (`packed` $packed^)? attr-dict
    `:` qualified(type($page)) `->` type($digits)
  }];
  let hasVerifier = 1;
}

#endif // ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDOPS
