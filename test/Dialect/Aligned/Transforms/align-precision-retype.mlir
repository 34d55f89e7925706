// RUN: aligned-opt %s --aligned-align-precision="kv=retype" | FileCheck %s

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#l = affine_map<(b, h, g, m, n, k1, k2) -> (b)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// CHECK-LABEL: func @read_only(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x16x64xbf16, key, [0, 1, 2, 3]>,
// CHECK-SAME: %[[V:[^:]+]]: !aligned.planes<2x3x16x64xbf16, value, [0, 1, 2, 3]>
// CHECK-NOT: aligned.pack
// CHECK: aligned.decode {{.*}} ins(%{{.*}}, %[[K]], %[[V]] :
func.func @read_only(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>,
                     %q: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o : tensor<2x3x3x1x64xbf16>
}

// A concatenation with the past is an append; what is returned is planes. The
// old length is asked for before the append, which happens in place.
// CHECK-LABEL: func @concat(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>,
// CHECK-SAME: -> (tensor<2x3x3x1x64xbf16>, !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>, !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>, index)
// CHECK: %[[N:.+]] = aligned.length %[[K]]
// CHECK: %[[KA:.+]] = aligned.append %{{.*}} to %[[K]] :
// CHECK: %[[VA:.+]] = aligned.append
// CHECK-NOT: tensor.concat
// CHECK: %[[O:.+]] = aligned.decode {{.*}} ins(%{{.*}}, %[[KA]], %[[VA]] :
// CHECK: return %[[O]], %[[KA]], %[[VA]], %[[N]]
func.func @concat(%k: tensor<2x3x?x64xbf16>, %v: tensor<2x3x?x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                  %vn: tensor<2x3x1x64xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x?x64xbf16>, tensor<2x3x?x64xbf16>, index) {
  %ka = tensor.concat dim(2) %k, %kn : (tensor<2x3x?x64xbf16>, tensor<2x3x1x64xbf16>) -> tensor<2x3x?x64xbf16>
  %va = tensor.concat dim(2) %v, %vn : (tensor<2x3x?x64xbf16>, tensor<2x3x1x64xbf16>) -> tensor<2x3x?x64xbf16>
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %ka, %va : tensor<2x3x3x1x64xbf16>, tensor<2x3x?x64xbf16>, tensor<2x3x?x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  %c2 = arith.constant 2 : index
  %n = tensor.dim %k, %c2 : tensor<2x3x?x64xbf16>
  return %o, %ka, %va, %n : tensor<2x3x3x1x64xbf16>, tensor<2x3x?x64xbf16>, tensor<2x3x?x64xbf16>, index
}

// Rows inserted at a position of a tensor that is as long as it may get: planes
// have only the rows that were written.
// CHECK-LABEL: func @insert(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK-SAME: %[[POS:[^:]+]]: index
// CHECK: aligned.append %{{.*}} to %[[K]] at(%[[POS]] : index) :
// CHECK: aligned.decode {{.*}} lengths(
func.func @insert(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                  %vn: tensor<2x3x1x64xbf16>, %pos: index, %lengths: tensor<2xi64>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.insert_slice %kn into %k[0, 0, %pos, 0] [2, 3, 1, 64] [1, 1, 1, 1]
      : tensor<2x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  %va = tensor.insert_slice %vn into %v[0, 0, %pos, 0] [2, 3, 1, 64] [1, 1, 1, 1]
      : tensor<2x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #l, #o]}
      ins(%q, %ka, %va : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      lengths(%lengths : tensor<2xi64>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o, %ka, %va : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>
}
