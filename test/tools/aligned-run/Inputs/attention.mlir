// Decode attention: 2 kv heads of 2 query heads, one query row, 32 channels.
#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
func.func @main(%q: tensor<1x2x2x1x32xf16>, %k: tensor<1x2x?x32xf16>, %v: tensor<1x2x?x32xf16>)
    -> tensor<1x2x2x1x32xf32> {
  %scale = arith.constant 0.17677669529663687 : f32
  %init = tensor.empty() : tensor<1x2x2x1x32xf32>
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<1x2x2x1x32xf16>, tensor<1x2x?x32xf16>, tensor<1x2x?x32xf16>)
      scale(%scale : f32)
      outs(%init : tensor<1x2x2x1x32xf32>) -> tensor<1x2x2x1x32xf32>
  return %o : tensor<1x2x2x1x32xf32>
}
