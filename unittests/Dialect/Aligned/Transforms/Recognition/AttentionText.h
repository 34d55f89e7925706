//===- AttentionText.h - Attentions to be looked at -------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_RECOGNITION_ATTENTIONTEXT_H
#define ALIGNED_UNITTESTS_RECOGNITION_ATTENTIONTEXT_H

#include "AttentionDescriptor.h"
#include "ParsedFunction.h"

/// %q, %k and %v, with [batch, heads] before, and as weights what `weights`
/// makes of %p, the product of query and key: %w. `more` are arguments.
inline std::string attention(const std::string &weights,
                             const std::string &more = "") {
  return R"mlir(
    #rows = affine_map<(b, h, m, n) -> (b, h, m)>
    #all = affine_map<(b, h, m, n) -> (b, h, m, n)>
    func.func @f(%q: tensor<2x3x4x16xf32>, %k: tensor<2x3x24x16xf32>, %v: tensor<2x3x24x8xf32>)mlir" +
         more + R"mlir() -> tensor<2x3x4x8xf32> {
      %zs = arith.constant dense<0.0> : tensor<2x3x4x24xf32>
      %zo = arith.constant dense<0.0> : tensor<2x3x4x8xf32>
      %zr = arith.constant dense<0.0> : tensor<2x3x4xf32>
      %empty = tensor.empty() : tensor<2x3x4x24xf32>
      %p = linalg.contract indexing_maps = [affine_map<(b, h, m, n, d) -> (b, h, m, d)>, affine_map<(b, h, m, n, d) -> (b, h, n, d)>, affine_map<(b, h, m, n, d) -> (b, h, m, n)>]
          ins(%q, %k : tensor<2x3x4x16xf32>, tensor<2x3x24x16xf32>) outs(%zs : tensor<2x3x4x24xf32>) -> tensor<2x3x4x24xf32>
  )mlir" +
         weights + R"mlir(
      %o = linalg.contract indexing_maps = [affine_map<(b, h, m, n, d) -> (b, h, m, n)>, affine_map<(b, h, m, n, d) -> (b, h, n, d)>, affine_map<(b, h, m, n, d) -> (b, h, m, d)>]
          ins(%w, %v : tensor<2x3x4x24xf32>, tensor<2x3x24x8xf32>) outs(%zo : tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
      return %o : tensor<2x3x4x8xf32>
    })mlir";
}

/// The same with the softmax of what `scores` makes of %p: %s.
inline std::string attentionOf(const std::string &scores,
                               const std::string &more = "") {
  return attention(scores + R"mlir(
      %w = linalg.softmax dimension(3) ins(%s : tensor<2x3x4x24xf32>) outs(%empty : tensor<2x3x4x24xf32>) -> tensor<2x3x4x24xf32>)mlir",
                   more);
}

/// A quarter of the product.
inline const std::string kScaled = R"mlir(
      %scale = arith.constant dense<0.25> : tensor<2x3x4x24xf32>
      %s = arith.mulf %p, %scale : tensor<2x3x4x24xf32>)mlir";

/// %result, `op` of a tensor of the scores' type and one that `rhsMap` reads.
inline std::string
elementwise(const std::string &result, const std::string &op,
            const std::string &lhs, const std::string &rhs,
            const std::string &rhsMap = "#all",
            const std::string &rhsType = "tensor<2x3x4x24xf32>") {
  return "\n%" + result + " = linalg.generic {indexing_maps = [#all, " +
         rhsMap +
         ", #all], iterator_types = [\"parallel\", \"parallel\", "
         "\"parallel\", \"parallel\"]} ins(%" +
         lhs + ", %" + rhs + " : tensor<2x3x4x24xf32>, " + rhsType +
         ") outs(%empty : tensor<2x3x4x24xf32>) {\n^bb0(%left: f32, %right: "
         "f32, %old: "
         "f32):\n  %computed = arith." +
         op +
         " %left, %right : f32\n  linalg.yield %computed : f32\n} -> "
         "tensor<2x3x4x24xf32>\n";
}

/// %result, the sum over the tokens of `summed`, from `init` on.
inline std::string sumOf(const std::string &result, const std::string &summed,
                         const std::string &init = "zr") {
  return "\n%" + result + " = linalg.reduce { arith.addf } ins(%" + summed +
         " : tensor<2x3x4x24xf32>) outs(%" + init +
         " : tensor<2x3x4xf32>) dimensions = [3]\n";
}

inline double scaleOf(aligned::recognition::AttentionDescriptor &attention) {
  double scale = 1;
  for (const aligned::recognition::Factor &factor : attention.scale) {
    double number = attention.terms->getNumber(factor.term).value_or(0);
    scale = factor.inverse ? scale / number : scale * number;
  }
  return scale;
}

#endif // ALIGNED_UNITTESTS_RECOGNITION_ATTENTIONTEXT_H
