// Prefill and decode, and a function that has no attention.
#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
func.func @attend(%q: tensor<1x1x1x1x32xbf16>, %k: tensor<1x1x?x32xbf16>,
                  %v: tensor<1x1x?x32xbf16>) -> tensor<1x1x1x1x32xbf16> {
  %scale = arith.constant 0.25 : f32
  %init = tensor.empty() : tensor<1x1x1x1x32xbf16>
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<1x1x1x1x32xbf16>, tensor<1x1x?x32xbf16>, tensor<1x1x?x32xbf16>)
      scale(%scale : f32)
      outs(%init : tensor<1x1x1x1x32xbf16>) -> tensor<1x1x1x1x32xbf16>
  return %o : tensor<1x1x1x1x32xbf16>
}

func.func @prefill(%q: tensor<1x1x1x16x32xf32>, %k: tensor<1x1x16x32xf32>,
                   %v: tensor<1x1x16x32xf32>) -> tensor<1x1x1x16x32xf32> {
  %init = tensor.empty() : tensor<1x1x1x16x32xf32>
  %o = aligned.attention {causal, indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<1x1x1x16x32xf32>, tensor<1x1x16x32xf32>, tensor<1x1x16x32xf32>)
      outs(%init : tensor<1x1x1x16x32xf32>) -> tensor<1x1x1x16x32xf32>
  return %o : tensor<1x1x1x16x32xf32>
}
func.func @twice(%a: tensor<4xf32>) -> tensor<4xf32> {
  %b = arith.addf %a, %a : tensor<4xf32>
  return %b : tensor<4xf32>
}
