// RUN: aligned-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#l = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
!q = tensor<2x3x3x1x64xbf16>
!k = !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
!v = !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>

// Planes pass through; a decode needs no copy of the output that it overwrites,
// though the output's old content is read later.
// CHECK-LABEL: func @decode(
// CHECK-SAME: %[[Q:[^:]+]]: memref<2x3x3x1x64xbf16>, %[[K:[^:]+]]: memref<2x3x?x64xbf16>, %[[V:[^:]+]]: !aligned.planes
// CHECK-SAME: -> (memref<2x3x3x1x64xbf16>, memref<2x3x3x1xf32>, !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>)
// CHECK: %[[P:.+]] = aligned.pack %[[K]] : memref<2x3x?x64xbf16> to
// CHECK: %[[A:.+]] = aligned.append %{{.*}} to %[[V]] : memref<2x3x1x64xbf16>
// CHECK: %[[O:.+]] = memref.alloc() {{.*}}: memref<2x3x3x1x64xbf16>
// CHECK: %[[L:.+]] = memref.alloc() {{.*}}: memref<2x3x3x1xf32>
// CHECK-NOT: memref.copy
// CHECK: aligned.decode {{.*}} ins(%[[Q]], %[[P]], %[[A]] : {{.*}}) outs(%[[O]] : memref<2x3x3x1x64xbf16>) logsumexp(%[[L]] : memref<2x3x3x1xf32>)
// CHECK-NOT: memref.copy
// CHECK: return %[[O]], %[[L]], %[[A]]
func.func @decode(%q: !q, %k: tensor<2x3x?x64xbf16>, %v: !v, %row: tensor<2x3x1x64xbf16>)
    -> (!q, tensor<2x3x3x1xf32>, !v) {
  %p = aligned.pack %k : tensor<2x3x?x64xbf16> to !k
  %a = aligned.append %row to %v : tensor<2x3x1x64xbf16>, !v -> !v
  %init = tensor.empty() : !q
  %lse = tensor.empty() : tensor<2x3x3x1xf32>
  %o, %l = aligned.decode {indexing_maps = [#q, #k, #v, #o, #l], precision = #aligned.precision<budget<12>>}
      ins(%q, %p, %a : !q, !k, !v) outs(%init : !q) logsumexp(%lse : tensor<2x3x3x1xf32>) -> !q, tensor<2x3x3x1xf32>
  return %o, %l, %a : !q, tensor<2x3x3x1xf32>, !v
}

// An unpack leaves alone what lies behind the stored rows, so the old content
// is kept for it, and copied where somebody else still reads it.
// CHECK-LABEL: func @unpack(
// CHECK-SAME: %[[P:[^:]+]]: !aligned.planes{{[^,]*}}, key, {{[^:]*}}, %[[OLD:[^:]+]]: memref<2x3x8x64xbf16>
// CHECK: %[[NEW:.+]] = memref.alloc
// CHECK: memref.copy %[[OLD]], %[[NEW]]
// CHECK: aligned.unpack %[[P]] outs(%[[NEW]] : memref<2x3x8x64xbf16>)
// CHECK: return %[[NEW]], %[[OLD]]
func.func @unpack(%p: !k, %old: tensor<2x3x8x64xbf16>) -> (tensor<2x3x8x64xbf16>, tensor<2x3x8x64xbf16>) {
  %u = aligned.unpack %p outs(%old : tensor<2x3x8x64xbf16>) : !k -> tensor<2x3x8x64xbf16>
  return %u, %old : tensor<2x3x8x64xbf16>, tensor<2x3x8x64xbf16>
}
