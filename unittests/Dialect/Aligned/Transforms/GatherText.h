//===- GatherText.h - Rows gathered out of a pool, as text ------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_TRANSFORMS_GATHERTEXT_H
#define ALIGNED_UNITTESTS_TRANSFORMS_GATHERTEXT_H

#include <string>

namespace aligned {

/// The end of a function that returns, for two sequences of six tokens, rows of
/// 3 heads of 4 channels: `body` gives %x for what %table says, %row, for token
/// %t, head %h and channel %d.
inline std::string gatherRows(const std::string &body) {
  return R"mlir(
      %e = tensor.empty() : tensor<2x6x3x4xf32>
      %r = linalg.generic {indexing_maps = [affine_map<(b, t, h, d) -> (b, t)>, affine_map<(b, t, h, d) -> (b, t, h, d)>],
          iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
          ins(%table : tensor<2x6xindex>) outs(%e : tensor<2x6x3x4xf32>) {
      ^bb0(%row: index, %o: f32):
        %zero = arith.constant 0 : index
        %c2 = arith.constant 2 : index
        %t = linalg.index 1 : index
        %h = linalg.index 2 : index
        %d = linalg.index 3 : index
        )mlir" +
         body + R"mlir(
        linalg.yield %x : f32
      } -> tensor<2x6x3x4xf32>
      return %r : tensor<2x6x3x4xf32>
    })mlir";
}

} // namespace aligned

#endif // ALIGNED_UNITTESTS_TRANSFORMS_GATHERTEXT_H
