# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""IR for engines that have no IR of their own."""


def attention_ir(*, kv_heads, group, head_dim, scale=None, cache_type="f16"):
    """MLIR text of a decode: one query row for each of kv_heads * group heads (float32), K and V of `cache_type`
    ("f16", "bf16"), scores times `scale` (1/sqrt(head_dim) if None)."""
    scale = head_dim ** -0.5 if scale is None else scale
    query = f"tensor<1x{kv_heads}x{group}x1x{head_dim}xf32>"
    rows = f"tensor<1x{kv_heads}x?x{head_dim}x{cache_type}>"
    return f"""
#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
func.func @main(%q: {query}, %k: {rows}, %v: {rows}) -> {query} {{
  %scale = arith.constant {scale:.9e} : f32
  %init = tensor.empty() : {query}
  %o = aligned.attention {{indexing_maps = [#q, #k, #v, #o]}}
      ins(%q, %k, %v : {query}, {rows}, {rows}) scale(%scale : f32)
      outs(%init : {query}) -> {query}
  return %o : {query}
}}
"""
