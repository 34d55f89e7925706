// RUN: aligned-opt %s --aligned-align-precision | FileCheck %s
// RUN: aligned-opt %s --aligned-align-precision="precision=full" | FileCheck %s --check-prefix=FULL
// RUN: aligned-opt %s --aligned-align-precision --remarks-filter=aligned 2>&1 | FileCheck %s --check-prefix=REMARK

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// K and V are packed where they are read; the signature stays.
// CHECK-LABEL: func @grouped(
// CHECK-SAME: %[[K:[^:]+]]: tensor<2x3x?x64xbf16>
// CHECK: %[[PK:.+]] = aligned.pack %[[K]] : tensor<2x3x?x64xbf16> to !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK: %[[PV:.+]] = aligned.pack {{.*}} to !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>
// CHECK: aligned.decode {{.*}}precision = #aligned.precision<budget<12>>{{.*}} ins(%{{.*}}, %[[PK]], %[[PV]] :
// CHECK-SAME: scale(
// FULL-LABEL: func @grouped(
// FULL: precision = #aligned.precision<full>
// REMARK: remark: [Passed] Decode {{.*}}Function=grouped{{.*}}decode over planes{{.*}}every call packs K and V: it reads 256 bytes
func.func @grouped(%k: tensor<2x3x?x64xbf16>, %v: tensor<2x3x?x64xbf16>,
                   %q: tensor<2x3x3x1x64xbf16>, %init: tensor<2x3x3x1x64xbf16>)
    -> tensor<2x3x3x1x64xbf16> {
  %scale = arith.constant 0.125 : f32
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x?x64xbf16>, tensor<2x3x?x64xbf16>)
      scale(%scale : f32)
      outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o : tensor<2x3x3x1x64xbf16>
}

#kt = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#vt = affine_map<(b, h, g, m, n, k1, k2) -> (h, k2, b, n)>

// Layouts are maps, and become the order of the planes. An f16 cache gets the
// budget that brings errors below an f16 kernel's.
// CHECK-LABEL: func @transposed(
// CHECK: aligned.pack {{.*}} to !aligned.planes<2x9x4x64xf16, key, [0, 2, 1, 3]>
// CHECK: aligned.pack {{.*}} to !aligned.planes<4x64x2x9xf16, value, [2, 0, 3, 1]>
// CHECK: #aligned.precision<budget<15>>
func.func @transposed(%q: tensor<2x4x1x2x64xf16>, %k: tensor<2x9x4x64xf16>,
                      %v: tensor<4x64x2x9xf16>, %init: tensor<2x4x1x2x64xf16>)
    -> tensor<2x4x1x2x64xf16> {
  %o = aligned.attention {indexing_maps = [#q, #kt, #vt, #o]}
      ins(%q, %k, %v : tensor<2x4x1x2x64xf16>, tensor<2x9x4x64xf16>, tensor<4x64x2x9xf16>)
      outs(%init : tensor<2x4x1x2x64xf16>) -> tensor<2x4x1x2x64xf16>
  return %o : tensor<2x4x1x2x64xf16>
}

#q1 = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k1 = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v1 = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o1 = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
#s1 = affine_map<(b, m, n, k1, k2) -> (b)>

// One batch dimension counts sequences ...
// CHECK-LABEL: func @one_batch(
// CHECK: aligned.pack {{.*}} key, [0, -1, 1, 2]>
func.func @one_batch(%q: tensor<8x1x32xf16>, %k: tensor<8x?x32xf16>, %v: tensor<8x?x32xf16>,
                     %init: tensor<8x1x32xf16>) -> tensor<8x1x32xf16> {
  %o = aligned.attention {indexing_maps = [#q1, #k1, #v1, #o1]}
      ins(%q, %k, %v : tensor<8x1x32xf16>, tensor<8x?x32xf16>, tensor<8x?x32xf16>)
      outs(%init : tensor<8x1x32xf16>) -> tensor<8x1x32xf16>
  return %o : tensor<8x1x32xf16>
}

// ... unless it has sinks, which are the same in all sequences.
// CHECK-LABEL: func @one_batch_of_heads(
// CHECK: aligned.pack {{.*}} key, [-1, 0, 1, 2]>
func.func @one_batch_of_heads(%q: tensor<8x1x32xf16>, %k: tensor<8x?x32xf16>, %v: tensor<8x?x32xf16>,
                              %sinks: tensor<8xf32>, %init: tensor<8x1x32xf16>) -> tensor<8x1x32xf16> {
  %o = aligned.attention {indexing_maps = [#q1, #k1, #v1, #s1, #o1]}
      ins(%q, %k, %v : tensor<8x1x32xf16>, tensor<8x?x32xf16>, tensor<8x?x32xf16>)
      sinks(%sinks : tensor<8xf32>)
      outs(%init : tensor<8x1x32xf16>) -> tensor<8x1x32xf16>
  return %o : tensor<8x1x32xf16>
}
