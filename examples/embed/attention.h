/*===- attention.h - The attention that the example compiles ------*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef EMBED_ATTENTION_H
#define EMBED_ATTENTION_H

/* Shapes that the IR below has. */
enum { kKvHeads = 2, kGroup = 4, kHeadDim = 64 };

/* Decode attention as an engine's front end may write it: one query row for
   each of 2 * 4 heads, which share 2 heads of K and V. Ordinary linalg. */
/* clang-format off: one line of IR a line. */
static const char kAttention[] =
    "#q = affine_map<(h, g, n, d) -> (h, g, d)>\n"
    "#k = affine_map<(h, g, n, d) -> (h, n, d)>\n"
    "#s = affine_map<(h, g, n, d) -> (h, g, n)>\n"
    "#p = affine_map<(h, g, d, n) -> (h, g, n)>\n"
    "#v = affine_map<(h, g, d, n) -> (h, n, d)>\n"
    "#o = affine_map<(h, g, d, n) -> (h, g, d)>\n"
    "#e = affine_map<(h, g, n) -> (h, g, n)>\n"
    "#contract = [\"parallel\", \"parallel\", \"parallel\", \"reduction\"]\n"
    "#map = [\"parallel\", \"parallel\", \"parallel\"]\n"
    "func.func @attention(%q: tensor<2x4x64xf32>, %k: tensor<2x?x64xbf16>, %v: tensor<2x?x64xbf16>) -> tensor<2x4x64xf32> {\n"
    "  %zero = arith.constant 0.0 : f32\n"
    "  %scale = arith.constant 0.125 : f32\n"
    "  %c1 = arith.constant 1 : index\n"
    "  %n = tensor.dim %k, %c1 : tensor<2x?x64xbf16>\n"
    "  %es = tensor.empty(%n) : tensor<2x4x?xf32>\n"
    "  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<2x4x?xf32>) -> tensor<2x4x?xf32>\n"
    "  %qk = linalg.generic {indexing_maps = [#q, #k, #s], iterator_types = #contract}\n"
    "      ins(%q, %k : tensor<2x4x64xf32>, tensor<2x?x64xbf16>) outs(%zs : tensor<2x4x?xf32>) {\n"
    "  ^bb0(%a: f32, %b: bf16, %c: f32):\n"
    "    %bf = arith.extf %b : bf16 to f32\n"
    "    %ab = arith.mulf %a, %bf : f32\n"
    "    %sum = arith.addf %c, %ab : f32\n"
    "    linalg.yield %sum : f32\n"
    "  } -> tensor<2x4x?xf32>\n"
    "  %scaled = linalg.generic {indexing_maps = [#e, #e], iterator_types = #map}\n"
    "      ins(%qk : tensor<2x4x?xf32>) outs(%es : tensor<2x4x?xf32>) {\n"
    "  ^bb0(%a: f32, %c: f32):\n"
    "    %m = arith.mulf %a, %scale : f32\n"
    "    linalg.yield %m : f32\n"
    "  } -> tensor<2x4x?xf32>\n"
    "  %w = linalg.softmax dimension(2) ins(%scaled : tensor<2x4x?xf32>) outs(%es : tensor<2x4x?xf32>) -> tensor<2x4x?xf32>\n"
    "  %eo = tensor.empty() : tensor<2x4x64xf32>\n"
    "  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<2x4x64xf32>) -> tensor<2x4x64xf32>\n"
    "  %o = linalg.generic {indexing_maps = [#p, #v, #o], iterator_types = #contract}\n"
    "      ins(%w, %v : tensor<2x4x?xf32>, tensor<2x?x64xbf16>) outs(%zo : tensor<2x4x64xf32>) {\n"
    "  ^bb0(%a: f32, %b: bf16, %c: f32):\n"
    "    %bf = arith.extf %b : bf16 to f32\n"
    "    %ab = arith.mulf %a, %bf : f32\n"
    "    %sum = arith.addf %c, %ab : f32\n"
    "    linalg.yield %sum : f32\n"
    "  } -> tensor<2x4x64xf32>\n"
    "  return %o : tensor<2x4x64xf32>\n"
    "}\n";
/* clang-format on */

#endif /* EMBED_ATTENTION_H */
