//===- AlignedTypes.td - Types of the aligned dialect ------*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDTYPES
#define ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDTYPES

include "Aligned/Dialect/Aligned/IR/AlignedAttrs.td"

def Aligned_PlanesType : TypeDef<Aligned_Dialect, "Planes"> {
  let mnemonic = "planes";
  let summary = "K or V of an attention, stored as planes";
  let description = [{
    Stands for a tensor of the given shape and element type, and says which of
    its dimensions is the sequence, the kv head, the token and the channel
    (`order`; -1 where the tensor has no such dimension and there is one of
    it). Each row of channels is stored as fixed-point digits against the
    centre of its block of 128 positions: planes of 4, 4 and 8 bits for keys, 8
    and 8 for values. What the planes say differs from the tensor by at most
    half a unit of the row's last digit, in the rotated basis. With the encoding
    `ieee`, named behind the order, planes of 8, 4 and 4 bits hold the bits of
    f16 numbers, and say exactly the tensor. docs/rule.md has the formulas.

    Planes have value semantics here; the runtime appends in place.

    Constraints:
    * (C1) `order` has four entries; those that are not -1 name every dimension
      of the shape once. The token and the channel are always there.
    * (C2) the element type is f16, bf16 or f32.
    * (C3) the channel dimension is static and positive.
    * (C4) the encoding `ieee` is for elements of f16.

    Example:

    ```mlir
    func.func private @cache(!aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>)
    func.func private @lossless(!aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3], ieee>)
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape,
      "::mlir::Type":$elementType, EnumParameter<Aligned_Role>:$role,
      ArrayRefParameter<"int64_t">:$order,
      EnumParameter<Aligned_Encoding>:$encoding);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Index into getOrder().
    enum Dim { Sequence = 0, Head = 1, Token = 2, Channel = 3 };
    /// Size along `dim`: 1 where the tensor has no such dimension.
    int64_t getDimSize(Dim dim) const;
    int64_t getHeadDim() const { return getDimSize(Channel); }
    /// What the planes stand for.
    ::mlir::RankedTensorType getTensorType() const;
  }];
}

#endif // ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDTYPES
