// RUN: aligned-opt %s --aligned-align-precision="kv=retype" --split-input-file | FileCheck %s

// Sequences that are written at positions of their own.

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#seq = affine_map<(d0, d1, d2, d3) -> (d0)>

// The append takes a position for each; that the mask hides what is behind is
// asserted for each sequence against its own.
// CHECK-LABEL: func @positions(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK-SAME: %[[P:[^:]+]]: tensor<2xi32>, %[[MASK:[^:]+]]: tensor<2x16xbf16>
// CHECK: %[[AT:.+]] = linalg.generic {{.*}} ins(%[[P]] : tensor<2xi32>) outs(%{{.*}} : tensor<2xindex>)
// CHECK: arith.index_cast
// CHECK: %[[A:.+]] = aligned.append %{{.*}} to %[[K]] at(%[[AT]] : tensor<2xindex>)
// CHECK: %[[END:.+]] = linalg.generic {{.*}} ins(%[[AT]] : tensor<2xindex>)
// CHECK: arith.addi
// CHECK: linalg.generic {{.*}} ins(%[[MASK]], %[[END]] : tensor<2x16xbf16>, tensor<2xindex>)
// CHECK: cf.assert %{{.*}}, "the mask shows positions behind
// CHECK: aligned.decode {{.*}} ins(%{{.*}}, %[[A]], %{{.*}} :
func.func @positions(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                     %p: tensor<2xi32>, %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %ka = linalg.generic {indexing_maps = [#seq, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%p, %kn, %k : tensor<2xi32>, tensor<2x3x1x64xbf16>, tensor<2x3x16x64xbf16>) outs(%e : tensor<2x3x16x64xbf16>) {
  ^bb0(%a: i32, %new: bf16, %old: bf16, %out: bf16):
    %i = linalg.index 2 : index
    %j = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %j, %a : i32
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#len = affine_map<(b, h, g, m, n, k1, k2) -> (b)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#here = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>

// A one-hot of lengths - 1, computed apart; attention has the lengths, which are
// asserted not to reach further than was written.
// CHECK-LABEL: func @lengths(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
// CHECK-SAME: %[[L:[^:]+]]: tensor<2x1xi64>, %[[LENGTHS:[^:]+]]: tensor<2xi64>
// CHECK: %[[LAST:.+]] = linalg.generic {{.*}} ins(%[[L]] : tensor<2x1xi64>)
// CHECK: %[[AT:.+]] = linalg.generic {{.*}} ins(%[[LAST]] : tensor<2x1xi64>) outs(%{{.*}} : tensor<2xindex>)
// CHECK: aligned.append %{{.*}} to %[[K]] at(%[[AT]] : tensor<2xindex>)
// CHECK: linalg.generic {{.*}} ins(%[[LENGTHS]], %{{.*}} : tensor<2xi64>, tensor<2xindex>) outs(%{{.*}} : tensor<i1>)
// CHECK: arith.cmpi sle
// CHECK: cf.assert %{{.*}}, "a length reaches behind the newest row of the cache
func.func @lengths(%k: tensor<2x16x3x64xbf16>, %v: tensor<2x16x3x64xbf16>, %kn: tensor<2x1x3x64xbf16>,
                   %l: tensor<2x1xi64>, %lengths: tensor<2xi64>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x16x3x64xbf16>) {
  %one = arith.constant 1 : i64
  %el = tensor.empty() : tensor<2x1xi64>
  %last = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0, 0)>, affine_map<(d0) -> (d0, 0)>], iterator_types = ["parallel"]}
      ins(%l : tensor<2x1xi64>) outs(%el : tensor<2x1xi64>) {
  ^bb0(%a: i64, %out: i64):
    %s = arith.subi %a, %one : i64
    linalg.yield %s : i64
  } -> tensor<2x1xi64>
  %eh = tensor.empty() : tensor<2x16xi1>
  %hot = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%last : tensor<2x1xi64>) outs(%eh : tensor<2x16xi1>) {
  ^bb0(%a: i64, %out: i1):
    %i = linalg.index 1 : index
    %j = arith.index_cast %i : index to i64
    %c = arith.cmpi eq, %j, %a : i64
    linalg.yield %c : i1
  } -> tensor<2x16xi1>
  %hot4 = tensor.expand_shape %hot [[0], [1, 2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16xi1> into tensor<2x16x1x1xi1>
  %e = tensor.empty() : tensor<2x16x3x64xbf16>
  %ka = linalg.generic {indexing_maps = [#here, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%hot4, %kn, %k : tensor<2x16x1x1xi1>, tensor<2x1x3x64xbf16>, tensor<2x16x3x64xbf16>) outs(%e : tensor<2x16x3x64xbf16>) {
  ^bb0(%c: i1, %new: bf16, %old: bf16, %out: bf16):
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x16x3x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #len, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x16x3x64xbf16>, tensor<2x16x3x64xbf16>) lengths(%lengths : tensor<2xi64>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x16x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#seq = affine_map<(d0, d1, d2, d3) -> (d0)>

// One mask for all sequences has to hide what the shortest of them lacks.
// CHECK-LABEL: func @one_mask(
// CHECK: %[[A:.+]] = aligned.append %{{.*}} at(%[[AT:.+]] : tensor<2xindex>)
// CHECK: %[[END:.+]] = linalg.generic {{.*}} ins(%[[AT]] : tensor<2xindex>) outs(%{{.*}} : tensor<2xindex>)
// CHECK: %[[LEAST:.+]] = linalg.generic {{.*}} ins(%[[END]] : tensor<2xindex>) outs(%{{.*}} : tensor<index>)
// CHECK: arith.minsi
// CHECK: %[[FIRST:.+]] = tensor.extract %[[LEAST]][]
// CHECK: arith.cmpi slt, %{{.*}}, %[[FIRST]]
// CHECK: cf.assert
func.func @one_mask(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                    %p: tensor<2xindex>, %mask: tensor<16xi1>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = linalg.generic {indexing_maps = [#seq, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%p, %kn : tensor<2xindex>, tensor<2x3x1x64xbf16>) outs(%k : tensor<2x3x16x64xbf16>) {
  ^bb0(%a: index, %new: bf16, %old: bf16):
    %i = linalg.index 2 : index
    %c = arith.cmpi eq, %i, %a : index
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<16xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Scattered at indices of sequence and position: that each sequence gets its own
// row is asserted.
// CHECK-LABEL: func @scattered(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK-SAME: %[[NEW:[^:]+]]: tensor<2x1x3x1x64xbf16>, %[[INDICES:[^:]+]]: tensor<2x2xi64>
// CHECK: tensor.extract %[[INDICES]][%{{.*}}, %c0
// CHECK: tensor.extract %[[INDICES]][%{{.*}}, %c1
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<i1>)
// CHECK: linalg.index 0
// CHECK: cf.assert %{{.*}}, "rows are scattered to other sequences than their own
// CHECK: %[[ROWS:.+]] = linalg.generic {{.*}} ins(%[[NEW]] : tensor<2x1x3x1x64xbf16>) outs(%{{.*}} : tensor<2x3x1x64xbf16>)
// CHECK: aligned.append %[[ROWS]] to %[[K]] at(%{{.*}} : tensor<2xindex>)
// CHECK: cf.assert %{{.*}}, "the mask shows positions behind
func.func @scattered(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x1x3x1x64xbf16>, %at: tensor<2x2xi64>,
                     %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.scatter %kn into %k[%at] scatter_dims([0, 2]) unique
      : (tensor<2x1x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x2xi64>) -> tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// One position for the rows of all sequences.
// CHECK-LABEL: func @scattered_together(
// CHECK-NOT: other sequences
// CHECK: aligned.append %{{.*}} at(%{{.*}} : index)
func.func @scattered_together(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<1x2x3x64xbf16>, %at: tensor<1x1xi32>,
                     %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.scatter %kn into %k[%at] scatter_dims([2]) unique
      : (tensor<1x2x3x64xbf16>, tensor<2x3x16x64xbf16>, tensor<1x1xi32>) -> tensor<2x3x16x64xbf16>
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A loop over the sequences, each at its own position.
// CHECK-LABEL: func @looped(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK-SAME: %[[AT:[^:]+]]: tensor<2xindex>
// CHECK-NOT: scf.for
// CHECK: tensor.extract %[[AT]]
// CHECK: aligned.append %{{.*}} to %[[K]] at(%{{.*}} : tensor<2xindex>)
func.func @looped(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2xindex>,
                     %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %ka = scf.for %b = %zero to %two step %one iter_args(%older = %k) -> (tensor<2x3x16x64xbf16>) {
    %p = tensor.extract %at[%b] : tensor<2xindex>
    %row = tensor.extract_slice %kn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<3x64xbf16>
    %newer = tensor.insert_slice %row into %older[%b, 0, %p, 0] [1, 3, 1, 64] [1, 1, 1, 1] : tensor<3x64xbf16> into tensor<2x3x16x64xbf16>
    scf.yield %newer : tensor<2x3x16x64xbf16>
  }
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}
