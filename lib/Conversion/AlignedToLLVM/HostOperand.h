//===- HostOperand.h - Memrefs in the form the runtime takes ----*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_CONVERSION_ALIGNEDTOLLVM_HOSTOPERAND_H
#define ALIGNED_CONVERSION_ALIGNEDTOLLVM_HOSTOPERAND_H

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

namespace aligned {

/// The roles that the dimensions of a decode's domain have in HostABI.h.
struct HostDims {
  explicit HostDims(DecodeOp op);

  std::optional<unsigned> sequence, head;
  llvm::SmallVector<unsigned> group;
  unsigned m, n, k1, k2;
};

/// A memref operand of a decode and its map.
struct HostOperand {
  mlir::Value memref;
  mlir::AffineMap map;

  bool has(std::optional<unsigned> dim) const {
    return map && dim && map.isFunctionOfDim(*dim);
  }
  /// Dimension of the memref that `dim` of the domain indexes.
  unsigned position(unsigned dim) const;
  /// The stride along `dim`, if it is static.
  std::optional<int64_t> staticStride(unsigned dim) const;
};

/// Gives operands the strides that HostABI.h can express: those that have them
/// stay, the others go through dense copies around the decode.
class HostOperands {
public:
  HostOperands(DecodeOp op, const HostDims &dims)
      : op(op), dims(dims), before(op), after(op.getContext()) {
    after.setInsertionPointAfter(op);
  }

  /// `operand`, or a dense copy of it. `channel`, if given, has to be dense.
  HostOperand input(HostOperand operand, std::optional<unsigned> channel);
  /// The same for an output: copied back behind the decode.
  HostOperand output(HostOperand operand, std::optional<unsigned> channel);
  /// An output that has to be dense in f32, in the order of the domain.
  HostOperand denseOutput(HostOperand operand);
  /// The lengths of all sequences as dense i64.
  mlir::Value lengths(HostOperand operand, mlir::Value sequences);

private:
  bool isDirect(const HostOperand &operand,
                std::optional<unsigned> channel) const;
  HostOperand allocate(const HostOperand &like);
  void copy(mlir::OpBuilder &builder, const HostOperand &from,
            const HostOperand &to);

  DecodeOp op;
  const HostDims &dims;
  mlir::OpBuilder before, after;
};

} // namespace aligned

#endif // ALIGNED_CONVERSION_ALIGNEDTOLLVM_HOSTOPERAND_H
