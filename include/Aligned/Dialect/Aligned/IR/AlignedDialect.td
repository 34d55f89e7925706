//===- AlignedDialect.td - The aligned dialect -------------*- tablegen -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDDIALECT
#define ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDDIALECT

include "mlir/IR/OpBase.td"

def Aligned_Dialect : Dialect {
  let name = "aligned";
  let cppNamespace = "::aligned";
  let summary = "Attention over a key-value cache that is read as far as it matters";
  let description = [{
    Decode attention reads the whole key-value cache for every new token, and
    most of what it reads cannot change the answer: a token whose weight is
    2^-15 touches nothing in the leading bits of the sum. Here the cache is
    stored as *planes*, leading digits apart from trailing ones, and each row
    is read only as far as its weight asks
    ([AlignedKV](https://arxiv.org/abs/2409.16546)).

    The operations come in three levels. `aligned.attention` is attention on
    tensors, and means what its decomposition to linalg means.
    `aligned.pack`, `aligned.append`, `aligned.unpack` and `aligned.decode`
    work on `!aligned.planes`, whose place in memory is not yet said.
    `aligned.kernel` and `aligned.load_planes` are the level of code: what a
    compiled kernel solves, and the partial load itself.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
  let hasConstantMaterializer = 1;
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

class Aligned_Op<string mnemonic, list<Trait> traits = []>
    : Op<Aligned_Dialect, mnemonic, traits>;

#endif // ALIGNED_DIALECT_ALIGNED_IR_ALIGNEDDIALECT
