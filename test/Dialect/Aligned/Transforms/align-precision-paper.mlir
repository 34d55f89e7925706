// RUN: aligned-opt %s --aligned-align-precision="precision=paper" --remarks-filter=aligned -verify-diagnostics | FileCheck %s

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// CHECK-LABEL: func @f16
// CHECK: aligned.pack {{.*}} to !aligned.planes<2x3x16x64xf16, key, [0, 1, 2, 3], ieee>
// CHECK: aligned.pack {{.*}} to !aligned.planes<2x3x16x64xf16, value, [0, 1, 2, 3], ieee>
// CHECK: aligned.decode {{.*}}precision = #aligned.precision<paper>
func.func @f16(%q: tensor<2x3x3x1x64xf16>, %k: tensor<2x3x16x64xf16>, %v: tensor<2x3x16x64xf16>) -> tensor<2x3x3x1x64xf16> {
  // expected-remark @+1 {{decode over planes, #aligned.precision<paper>}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xf16>, tensor<2x3x16x64xf16>, tensor<2x3x16x64xf16>)
      outs(%q : tensor<2x3x3x1x64xf16>) -> tensor<2x3x3x1x64xf16>
  return %o : tensor<2x3x3x1x64xf16>
}

// bf16 has eight significant bits: its first plane would say nearly everything
// and the last nothing, and the tiers' exponents are those of f16.
// CHECK-LABEL: func @bf16
// CHECK: aligned.attention
func.func @bf16(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
  // expected-remark @+1 {{K and V are bf16, and the planes of 'paper' hold the bits of f16}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o : tensor<2x3x3x1x64xbf16>
}
