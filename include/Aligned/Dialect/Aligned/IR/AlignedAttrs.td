//===- AlignedAttrs.td - Attributes of the aligned dialect -*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDATTRS
#define ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDATTRS

include "Aligned/Dialect/Aligned/IR/AlignedDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Aligned_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Aligned_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

/// An enumeration that is not written where it has the default value.
class Aligned_DefaultedEnum<EnumInfo info, string value> : EnumParameter<info> {
  let defaultValue = value;
}

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

def Aligned_Role : I32EnumAttr<"Role", "what planes stand for", [
    I32EnumAttrCase<"Key", 0, "key">, I32EnumAttrCase<"Value", 1, "value">]> {
  let cppNamespace = "::aligned";
  let genSpecializedAttr = 0;
}

def Aligned_Encoding : I32EnumAttr<"Encoding", "how rows become planes",
                                   [I32EnumAttrCase<"Fixed", 0, "fixed">,
                                    I32EnumAttrCase<"IEEE", 1, "ieee">]> {
  let cppNamespace = "::aligned";
  let genSpecializedAttr = 0;
}

def Aligned_MaskedRows
    : I32EnumAttr<"MaskedRows", "what a query row that sees no token gives", [
          I32EnumAttrCase<"NaN", 0, "nan">, I32EnumAttrCase<"Zero", 1, "zero">]> {
  let cppNamespace = "::aligned";
  let genSpecializedAttr = 0;
}
def Aligned_MaskedRowsAttr
    : EnumAttr<Aligned_Dialect, Aligned_MaskedRows, "masked_rows"> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Precision
//===----------------------------------------------------------------------===//

def Aligned_PrecisionAttr : Aligned_Attr<"Precision", "precision"> {
  let summary = "how many bits of the cache an answer may leave unread";
  let description = [{
    `budget<B>`: of N visible tokens one of weight w needs
    `B + log2 w + 1/2 log2 N` bits of its rows; every plane that holds one of
    those bits is read. `full`: every plane is read.

    `certified<E>`: the budget goes up, for each kv head by itself, until the
    sound bound of the error that the report has is at most E times the norm of
    the output, or everything has been read; the report says which.

    `paper`: the tiers of AlignedKV, over planes of the encoding `ieee`.

    Example:

    ```mlir
    #twelve = #aligned.precision<budget<12>>
    #all = #aligned.precision<full>
    #percent = #aligned.precision<certified<1.0e-02>>
    #published = #aligned.precision<paper>
    ```
  }];
  // The kind and the number of Precision in Aligned/Support/Precision.h.
  let parameters = (ins "::aligned::PrecisionKind":$kind,
      "::mlir::FloatAttr":$number);
  let builders = [AttrBuilder<(ins "::aligned::Precision":$precision), [{
    return $_get($_ctxt, precision.kind,
                 ::mlir::FloatAttr::get(::mlir::Float32Type::get($_ctxt),
                                        precision.value));
  }]>];
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    Precision getPrecision() const {
      return {getKind(), getNumber().getValue().convertToFloat()};
    }
  }];
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

def Aligned_LayoutAttr : Aligned_Attr<"Layout", "layout"> {
  let summary = "where the bytes of planes lie in a page";
  let description = [{
    Made by the target pipeline out of a role and a head size; the arithmetic
    is that of `Aligned/Support/PageLayout.h`. A cache made for another layout
    is refused when a kernel is loaded.

    Constraints:
    * (C1) `planes` are the widths that the role has in the encoding.
    * (C2) `page` is 128 and `channels` is a multiple of 32.

    Example:

    ```mlir
    #keys = #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>
    ```
  }];
  let parameters = (ins
    EnumParameter<Aligned_Encoding>:$encoding,
    EnumParameter<Aligned_Role>:$role,
    ArrayRefParameter<"int64_t">:$planes,
    "int64_t":$page,
    "int64_t":$channels);
  let assemblyFormat = [{
    `<` $encoding `,` `role` `=` $role `,` `planes` `=` `[` $planes `]` `,`
    `page` `=` $page `,` `channels` `=` $channels `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The layout of planes of `role` with `headDim` channels.
    static LayoutAttr get(::mlir::MLIRContext *context,
                          const PageLayout &layout);
    static LayoutAttr getFixed(::mlir::MLIRContext *context, Role role,
                               int64_t headDim) {
      return get(context, PageLayout{static_cast<PlaneRole>(role), headDim});
    }
    PageLayout getPageLayout() const;
  }];
}

//===----------------------------------------------------------------------===//
// What kernels solve
//===----------------------------------------------------------------------===//

def Aligned_DecodeProblemAttr : Aligned_Attr<"DecodeProblem", "decode_problem"> {
  let summary = "what a decode kernel computes, as far as its code depends on it";
  let description = [{
    The sizes and types that are fixed when a kernel is compiled. Lengths,
    batch, kv heads, strides, scale and budget are known when it is launched.

    `group` query heads share a kv head, and each sequence has `rows` query
    rows: the last stands at the last position. `window` 0 and `softcap` 0 mean
    none; a type of `none` means that the operand is absent. `certified`: the
    kernel can raise the budget of a group until a bound is met. On a CPU every
    kernel can; on a GPU the others would pay for it.

    Constraints:
    * (C1) the head sizes are positive, `group` at least 1 and `rows` 1 to 8.
    * (C2) `query`, `cache` and `output` are f16, bf16 or f32.
    * (C3) `mask` is none, i1, f16, bf16 or f32, `sinks` none, f16, bf16 or f32.
    * (C4) `softcap` and `window` are not negative.
    * (C5) a cache whose planes have the encoding `ieee` is of f16.
    * (C6) `certified` is for planes of the encoding `fixed`.

    Example:

    ```mlir
    #p = #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
    ```
  }];
  let parameters = (ins "int64_t":$keyHeadDim, "int64_t":$valueHeadDim,
      "int64_t":$group, "int64_t":$rows, "::mlir::Type":$query,
      "::mlir::Type":$cache, "::mlir::Type":$output, "::mlir::Type":$mask,
      "::mlir::Type":$sinks, "::mlir::FloatAttr":$softcap, "int64_t":$window,
      "bool":$causal, EnumParameter<Aligned_MaskedRows>:$maskedRows,
      Aligned_DefaultedEnum<Aligned_Encoding, "Encoding::Fixed">:$encoding,
      DefaultValuedParameter<"bool", "false">:$certified);
  let assemblyFormat = [{
    `<` (`certified` `=` $certified^ `,` ` `)? `key_head_dim` `=` $keyHeadDim `,` `value_head_dim` `=` $valueHeadDim `,`
    `group` `=` $group `,` `rows` `=` $rows `,` `query` `=` $query `,`
    `cache` `=` $cache `,` `output` `=` $output `,` `mask` `=` $mask `,`
    `sinks` `=` $sinks `,` `softcap` `=` $softcap `,` `window` `=` $window `,`
    `causal` `=` $causal `,` `masked_rows` `=` $maskedRows
    (`,` `encoding` `=` $encoding^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool hasMask() const { return !::mlir::isa<::mlir::NoneType>(getMask()); }
    bool hasSinks() const { return !::mlir::isa<::mlir::NoneType>(getSinks()); }
    /// Query rows that share K and V: heads of the group times rows.
    int64_t getGroupRows() const { return getGroup() * getRows(); }
    bool isIEEE() const { return getEncoding() == Encoding::IEEE; }
    PageLayout getKeyLayout() const {
      return {PlaneRole::Key, getKeyHeadDim(),
              static_cast<PlaneEncoding>(getEncoding())};
    }
    PageLayout getValueLayout() const {
      return {PlaneRole::Value, getValueHeadDim(),
              static_cast<PlaneEncoding>(getEncoding())};
    }
  }];
}

class Aligned_RowsProblemAttr<string name, string mnemonic, string what>
    : Aligned_Attr<name, mnemonic> {
  let summary = what;
  let parameters = (ins EnumParameter<Aligned_Role>:$role, "int64_t":$headDim,
      "::mlir::Type":$type,
      Aligned_DefaultedEnum<Aligned_Encoding, "Encoding::Fixed">:$encoding);
  let assemblyFormat = [{
    `<` `role` `=` $role `,` `head_dim` `=` $headDim `,` `type` `=` $type
    (`,` `encoding` `=` $encoding^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    PageLayout getLayout() const {
      return {static_cast<PlaneRole>(getRole()), getHeadDim(),
              static_cast<PlaneEncoding>(getEncoding())};
    }
  }];
}
def Aligned_AppendProblemAttr
    : Aligned_RowsProblemAttr<"AppendProblem", "append_problem",
                              "rows of a type to planes, behind those stored"> {
  let description = [{
    Example:

    ```mlir
    #p = #aligned.append_problem<role = key, head_dim = 64, type = bf16>
    ```
  }];
}
def Aligned_UnpackProblemAttr
    : Aligned_RowsProblemAttr<"UnpackProblem", "unpack_problem",
                              "planes to rows of a type"> {
  let description = [{
    Example:

    ```mlir
    #p = #aligned.unpack_problem<role = value, head_dim = 64, type = f16>
    ```
  }];
}
def Aligned_AdvanceProblemAttr : Aligned_Attr<"AdvanceProblem", "advance_problem"> {
  let summary = "lengths move on after the appends of a step";
  let description = [{
    Example:

    ```mlir
    #p = #aligned.advance_problem
    ```
  }];
}

#endif // ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDATTRS
