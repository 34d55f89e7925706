// RUN: aligned-opt %s --aligned-align-precision="kv=retype" --split-input-file | FileCheck %s

// How programs write rows into caches: each becomes an append.

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#token = affine_map<(d0, d1, d2, d3) -> (d2)>
#one = affine_map<(d0, d1, d2, d3) -> (0)>

// select(iota == position, row, past), as a static cache of Hugging Face's code
// becomes. What the mask says about positions behind the new row is asserted
// once, for K and V: planes do not have them.
// CHECK-LABEL: func @where(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK-SAME: %[[V:[^:]+]]: !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>
// CHECK-SAME: %[[KN:[^:]+]]: tensor<2x3x1x64xbf16>, %[[VN:[^:]+]]: tensor<2x3x1x64xbf16>, %[[P:[^:]+]]: tensor<1xi64>
// CHECK-SAME: %[[MASK:[^:]+]]: tensor<2x16xbf16>
// CHECK: %[[NUMBER:.+]] = tensor.extract %[[P]]
// CHECK: %[[AT:.+]] = arith.index_cast %[[NUMBER]] : i64 to index
// CHECK: %[[KA:.+]] = aligned.append %[[KN]] to %[[K]] at(%[[AT]] : index)
// CHECK: %[[VA:.+]] = aligned.append %[[VN]] to %[[V]] at(
// CHECK: %[[END:.+]] = arith.addi %{{.*}}, %c1
// CHECK: linalg.generic {{.*}} ins(%[[MASK]] :
// CHECK: arith.cmpi slt, %{{.*}}, %[[END]]
// CHECK: cf.assert %{{.*}}, "the mask shows positions behind the newest row
// CHECK-NOT: cf.assert
// CHECK: aligned.decode {{.*}} ins(%{{.*}}, %[[KA]], %[[VA]] :
// CHECK: return %{{.*}}, %[[KA]], %[[VA]]
func.func @where(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                 %vn: tensor<2x3x1x64xbf16>, %p: tensor<1xi64>, %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %ei = tensor.empty() : tensor<16xi1>
  %here = linalg.generic {indexing_maps = [affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%p : tensor<1xi64>) outs(%ei : tensor<16xi1>) {
  ^bb0(%a: i64, %out: i1):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %c = arith.cmpi eq, %j, %a : i64
    linalg.yield %c : i1
  } -> tensor<16xi1>
  %ka = linalg.generic {indexing_maps = [#token, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%here, %kn, %k : tensor<16xi1>, tensor<2x3x1x64xbf16>, tensor<2x3x16x64xbf16>) outs(%e : tensor<2x3x16x64xbf16>) {
  ^bb0(%c: i1, %new: bf16, %old: bf16, %out: bf16):
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  // The other way round, and into the past itself.
  %va = linalg.generic {indexing_maps = [#one, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%p, %vn, %v : tensor<1xi64>, tensor<2x3x1x64xbf16>, tensor<2x3x16x64xbf16>) outs(%v : tensor<2x3x16x64xbf16>) {
  ^bb0(%a: i64, %new: bf16, %old: bf16, %out: bf16):
    %i = linalg.index 2 : index
    %j = arith.index_cast %i : index to i64
    %c = arith.cmpi ne, %a, %j : i64
    %s = arith.select %c, %old, %new : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %va : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka, %va : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#token = affine_map<(d0, d1, d2, d3) -> (d2)>

// What computes the row is fused into the selection, and the positions are a
// constant: the row is computed for itself, once. The mask is boolean.
// CHECK-LABEL: func @fused(
// CHECK: %[[ROW:.+]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x3x1x64xf32>, tensor<2x3x1x64xbf16>) outs(%{{.*}} : tensor<2x3x1x64xbf16>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.truncf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: aligned.append %[[ROW]] to %{{.*}} at(
// CHECK: cf.assert
func.func @fused(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xf32>,
                 %cos: tensor<2x3x1x64xbf16>, %p: i64, %mask: tensor<2x16xi1>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %iota = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : tensor<16xi64>
  %ka = linalg.generic {indexing_maps = [#token, #row, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%iota, %kn, %cos, %k : tensor<16xi64>, tensor<2x3x1x64xf32>, tensor<2x3x1x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%e : tensor<2x3x16x64xbf16>) {
  ^bb0(%i: i64, %new: f32, %f: bf16, %old: bf16, %out: bf16):
    %c = arith.cmpi eq, %i, %p : i64
    %t = arith.truncf %new : f32 to bf16
    %m = arith.mulf %t, %f : bf16
    %s = arith.select %c, %m, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A concatenation as other dialects' are lowered: past and rows inserted into an
// empty tensor. No position: nothing is forgotten.
// CHECK-LABEL: func @two_inserts(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x15x64xbf16, key, [0, 1, 2, 3]>
// CHECK-NOT: tensor.insert_slice
// CHECK: aligned.append %{{.*}} to %[[K]] : {{.*}} -> !aligned.planes<2x3x16x64xbf16, key, [0, 1, 2, 3]>
func.func @two_inserts(%k: tensor<2x3x15x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                       %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %k0 = tensor.insert_slice %k into %e[0, 0, 0, 0] [2, 3, 15, 64] [1, 1, 1, 1] : tensor<2x3x15x64xbf16> into tensor<2x3x16x64xbf16>
  %ka = tensor.insert_slice %kn into %k0[0, 0, 15, 0] [2, 3, 1, 64] [1, 1, 1, 1] : tensor<2x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A row that lacks the token dimension, into a cache of another layout.
// CHECK-LABEL: func @row_of_lower_rank(
// CHECK: %[[ROW:.+]] = tensor.expand_shape %{{.*}} : tensor<2x3x64xbf16> into tensor<2x1x3x64xbf16>
// CHECK: aligned.append %[[ROW]] to %{{.*}} at(%{{.*}} : index) : tensor<2x1x3x64xbf16>, !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
func.func @row_of_lower_rank(%k: tensor<2x16x3x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x64xbf16>,
                             %p: index, %mask: tensor<16xf32>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x16x3x64xbf16>) {
  %ka = tensor.insert_slice %kn into %k[0, %p, 0, 0] [2, 1, 3, 64] [1, 1, 1, 1] : tensor<2x3x64xbf16> into tensor<2x16x3x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x16x3x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<16xf32>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x16x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// The caches of two layers in one tensor: an argument and a result for each
// layer. K of a layer is a slice that drops the layer's dimension; V keeps it in
// the slice, and drops it in a view.
// CHECK-LABEL: func @stacked(
// CHECK-SAME: %[[K0:[^:]+]]: !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>, %[[K1:[^:]+]]: !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK-SAME: %[[V0:[^:]+]]: !aligned.planes<1x3x16x64xbf16, value, [0, 1, 2, 3]>, %[[V1:[^:]+]]: tensor<1x3x16x64xbf16>
// CHECK-SAME: -> (tensor<1x3x3x1x64xbf16>, !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>, !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>, index)
// CHECK: %[[A0:.+]] = aligned.append %{{.*}} to %[[K0]] at(
// CHECK: %[[O0:.+]] = aligned.decode {{.*}} ins(%{{.*}}, %[[A0]], %[[V0]] :
// CHECK: %[[A1:.+]] = aligned.append %{{.*}} to %[[K1]] at(
// CHECK: aligned.decode {{.*}} ins(%[[O0]], %[[A1]], %[[V0]] :
// CHECK: return %{{.*}}, %[[A0]], %[[A1]], %c2
func.func @stacked(%k: tensor<2x1x3x16x64xbf16>, %v: tensor<2x1x3x16x64xbf16>, %kn: tensor<1x3x1x64xbf16>,
                   %p: index, %mask: tensor<1x16xi1>, %q: tensor<1x3x3x1x64xbf16>)
    -> (tensor<1x3x3x1x64xbf16>, tensor<2x1x3x16x64xbf16>, index) {
  %c0 = arith.constant 0 : index
  %vs = tensor.extract_slice %v[0, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<2x1x3x16x64xbf16> to tensor<1x1x3x16x64xbf16>
  %v0 = tensor.collapse_shape %vs [[0, 1], [2], [3], [4]] : tensor<1x1x3x16x64xbf16> into tensor<1x3x16x64xbf16>
  %k1 = tensor.insert_slice %kn into %k[0, 0, 0, %p, 0] [1, 1, 3, 1, 64] [1, 1, 1, 1, 1]
      : tensor<1x3x1x64xbf16> into tensor<2x1x3x16x64xbf16>
  %k1s = tensor.extract_slice %k1[0, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<2x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
  %o0 = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k1s, %v0 : tensor<1x3x3x1x64xbf16>, tensor<1x3x16x64xbf16>, tensor<1x3x16x64xbf16>) mask(%mask : tensor<1x16xi1>)
      outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
  %k2 = tensor.insert_slice %kn into %k1[1, 0, 0, %p, 0] [1, 1, 3, 1, 64] [1, 1, 1, 1, 1]
      : tensor<1x3x1x64xbf16> into tensor<2x1x3x16x64xbf16>
  %k2s = tensor.extract_slice %k2[1, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<2x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
  %o1 = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%o0, %k2s, %v0 : tensor<1x3x3x1x64xbf16>, tensor<1x3x16x64xbf16>, tensor<1x3x16x64xbf16>) mask(%mask : tensor<1x16xi1>)
      outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
  %layers = tensor.dim %k2, %c0 : tensor<2x1x3x16x64xbf16>
  return %o1, %k2, %layers : tensor<1x3x3x1x64xbf16>, tensor<2x1x3x16x64xbf16>, index
}
