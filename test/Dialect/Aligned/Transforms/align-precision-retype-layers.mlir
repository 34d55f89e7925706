// RUN: aligned-opt %s --aligned-align-precision="kv=retype" --split-input-file --remarks-filter=aligned -verify-diagnostics | FileCheck %s

// Layers of one tensor that are counted by a loop, or chosen when the function
// runs.

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A loop, with the index clamped as JAX does. There is an argument and a decode
// for each iteration.
// CHECK-LABEL: func @loop(
// CHECK-SAME: %[[K0:[^:]+]]: !aligned.planes<1x3x16x64xbf16, key, [0, 1, 2, 3]>, %[[K1:[^:]+]]: !aligned.planes<{{[^>]*}}>,
// CHECK-SAME: %[[V0:[^:]+]]: !aligned.planes<1x3x16x64xbf16, value, [0, 1, 2, 3]>, %[[V1:[^:]+]]: !aligned.planes<{{[^>]*}}>,
// CHECK-NOT: scf.for
// CHECK: %[[O:.+]] = aligned.decode {{.*}} ins(%{{.*}}, %[[K0]], %[[V0]] :
// CHECK: aligned.decode {{.*}} ins(%[[O]], %[[K1]], %[[V1]] :
// expected-remark @+6 {{argument 0 is 2 arguments now}}
// expected-remark @+5 {{argument 2 is 2 arguments now}}
// expected-remark @+4 {{argument 0 is planes now}}
// expected-remark @+3 {{argument 1 is planes now}}
// expected-remark @+2 {{argument 2 is planes now}}
// expected-remark @+1 {{argument 3 is planes now}}
func.func @loop(%k: tensor<2x1x3x16x64xbf16>, %v: tensor<2x1x3x16x64xbf16>, %q: tensor<1x3x3x1x64xbf16>)
    -> tensor<1x3x3x1x64xbf16> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %first = arith.constant 0 : index
  %last = arith.constant 1 : index
  // expected-remark @+1 {{the loop over layers is 2 copies of its body now, one a layer}}
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%x = %q) -> (tensor<1x3x3x1x64xbf16>) : i32 {
    %j = arith.index_cast %i : i32 to index
    %low = arith.maxsi %j, %first : index
    %l = arith.minsi %low, %last : index
    %ks = tensor.extract_slice %k[%l, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<2x1x3x16x64xbf16> to tensor<1x1x3x16x64xbf16>
    %k1 = tensor.collapse_shape %ks [[0, 1], [2], [3], [4]] : tensor<1x1x3x16x64xbf16> into tensor<1x3x16x64xbf16>
    %v1 = tensor.extract_slice %v[%l, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<2x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
    // expected-remark @+1 {{decode over planes}}
    %o = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
        ins(%x, %k1, %v1 : tensor<1x3x3x1x64xbf16>, tensor<1x3x16x64xbf16>, tensor<1x3x16x64xbf16>)
        outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
    scf.yield %o : tensor<1x3x3x1x64xbf16>
  }
  return %r : tensor<1x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A function for one layer, whose number it is given: the argument becomes that
// layer, and so does the result.
// CHECK-LABEL: func @chosen(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>,
// CHECK-SAME: -> (tensor<1x3x3x1x64xbf16>, !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>)
// CHECK: %[[A:.+]] = aligned.append %{{.*}} to %[[K]] at(
// CHECK: return %{{.*}}, %[[A]]
// expected-remark @+3 {{argument 0 is the layer now that the function chooses along its dimension 0}}
// expected-remark @+2 {{argument 0 is planes now}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @chosen(%k: tensor<4x1x3x16x64xbf16>, %v: tensor<1x3x16x64xbf16>, %kn: tensor<1x3x1x64xbf16>, %layer: i64,
                  %p: index, %mask: tensor<1x16xi1>, %q: tensor<1x3x3x1x64xbf16>)
    -> (tensor<1x3x3x1x64xbf16>, tensor<4x1x3x16x64xbf16>) {
  %l0 = arith.index_cast %layer : i64 to index
  %ka = tensor.insert_slice %kn into %k[%l0, 0, 0, %p, 0] [1, 1, 3, 1, 64] [1, 1, 1, 1, 1]
      : tensor<1x3x1x64xbf16> into tensor<4x1x3x16x64xbf16>
  %l1 = arith.index_cast %layer : i64 to index
  %ks = tensor.extract_slice %ka[%l1, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<4x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ks, %v : tensor<1x3x3x1x64xbf16>, tensor<1x3x16x64xbf16>, tensor<1x3x16x64xbf16>) mask(%mask : tensor<1x16xi1>)
      outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
  return %r, %ka : tensor<1x3x3x1x64xbf16>, tensor<4x1x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Two layers that run time chooses, possibly the same one: one argument for
// them would mix them up.
// CHECK-LABEL: func @two_chosen(
// CHECK-SAME: tensor<4x1x3x16x64xbf16>
// CHECK: aligned.pack
// CHECK: aligned.pack
// expected-remark @+1 {{Reason="layers are chosen when the function runs, and not one alone", Remark="argument 0 stays one tensor for all layers}}
func.func @two_chosen(%kv: tensor<4x1x3x16x64xbf16>, %l0: index, %l1: index, %q: tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16> {
  %k = tensor.extract_slice %kv[%l0, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<4x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
  %v = tensor.extract_slice %kv[%l1, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<4x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
  // expected-remark @+2 {{it is a slice of argument 0}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %k, %v : tensor<1x3x3x1x64xbf16>, tensor<1x3x16x64xbf16>, tensor<1x3x16x64xbf16>)
      outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
  return %r : tensor<1x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// How often the loop runs is not known, so neither is how many arguments there
// would have to be.
// CHECK-LABEL: func @dynamic_loop(
// CHECK: scf.for
// CHECK: aligned.pack
// CHECK: aligned.pack
// expected-remark @+2 {{Reason="a layer is chosen inside a loop or a branch", Remark="argument 0 stays one tensor for all layers}}
// expected-remark @+1 {{Reason="a layer is chosen inside a loop or a branch", Remark="argument 1 stays one tensor for all layers}}
func.func @dynamic_loop(%k: tensor<4x1x3x16x64xbf16>, %v: tensor<4x1x3x16x64xbf16>, %count: index, %q: tensor<1x3x3x1x64xbf16>)
    -> tensor<1x3x3x1x64xbf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %l = %c0 to %count step %c1 iter_args(%x = %q) -> (tensor<1x3x3x1x64xbf16>) {
    %k1 = tensor.extract_slice %k[%l, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<4x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
    %v1 = tensor.extract_slice %v[%l, 0, 0, 0, 0] [1, 1, 3, 16, 64] [1, 1, 1, 1, 1] : tensor<4x1x3x16x64xbf16> to tensor<1x3x16x64xbf16>
    // expected-remark @+3 {{it is a slice of argument 0}}
    // expected-remark @+2 {{it is a slice of argument 1}}
    // expected-remark @+1 {{decode over planes}}
    %o = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
        ins(%x, %k1, %v1 : tensor<1x3x3x1x64xbf16>, tensor<1x3x16x64xbf16>, tensor<1x3x16x64xbf16>)
        outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
    scf.yield %o : tensor<1x3x3x1x64xbf16>
  }
  return %r : tensor<1x3x3x1x64xbf16>
}
