// RUN: aligned-opt %s --split-input-file --aligned-align-precision="kv=retype" --remarks-filter=aligned -verify-diagnostics | FileCheck %s
// RUN: aligned-opt %s --split-input-file --aligned-align-precision="allow-narrowing" | FileCheck %s --check-prefix=NARROW
// RUN: not aligned-opt %s --split-input-file --aligned-align-precision="precision=budget<x>" 2>&1 | FileCheck %s --check-prefix=BAD

// BAD: error: precision: {{.*}}budget

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Prefill reads each row of K and V once for many queries: partial loads would
// save nothing, and kernels keep all query rows of a head in registers.
// CHECK-LABEL: func @prefill
// CHECK: aligned.attention
func.func @prefill(%q: tensor<2x3x3x16x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>,
                   %init: tensor<2x3x3x16x64xbf16>) -> tensor<2x3x3x16x64xbf16> {
  // expected-remark @+1 {{16 query rows are prefill, not decode}}
  %o = aligned.attention {causal, indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x16x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%init : tensor<2x3x3x16x64xbf16>) -> tensor<2x3x3x16x64xbf16>
  return %o : tensor<2x3x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Rows that are known when it is run may be a prefill.
// CHECK-LABEL: func @dynamic_rows
// CHECK: aligned.attention
func.func @dynamic_rows(%q: tensor<2x3x3x?x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>,
                        %init: tensor<2x3x3x?x64xbf16>) -> tensor<2x3x3x?x64xbf16> {
  // expected-remark @+1 {{the number of query rows is not static}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x?x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%init : tensor<2x3x3x?x64xbf16>) -> tensor<2x3x3x?x64xbf16>
  return %o : tensor<2x3x3x?x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Planes store 16 bits: for f32 that is a loss the user has to allow.
// CHECK-LABEL: func @f32
// CHECK: aligned.attention
// NARROW-LABEL: func @f32
// NARROW: aligned.pack {{.*}} to !aligned.planes<2x3x16x64xf32, key, [0, 1, 2, 3]>
// NARROW: #aligned.precision<budget<15>>
func.func @f32(%q: tensor<2x3x3x1x64xf32>, %k: tensor<2x3x16x64xf32>, %v: tensor<2x3x16x64xf32>,
               %init: tensor<2x3x3x1x64xf32>) -> tensor<2x3x3x1x64xf32> {
  // expected-remark @+1 {{allow-narrowing}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xf32>, tensor<2x3x16x64xf32>, tensor<2x3x16x64xf32>)
      outs(%init : tensor<2x3x3x1x64xf32>) -> tensor<2x3x3x1x64xf32>
  return %o : tensor<2x3x3x1x64xf32>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// f64 is never narrowed: whoever computes in it wants its digits.
// NARROW-LABEL: func @f64
// NARROW: aligned.attention
func.func @f64(%q: tensor<2x3x3x1x64xf64>, %k: tensor<2x3x16x64xf64>, %v: tensor<2x3x16x64xf64>,
               %init: tensor<2x3x3x1x64xf64>) -> tensor<2x3x3x1x64xf64> {
  // expected-remark @+1 {{K and V are f64}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xf64>, tensor<2x3x16x64xf64>, tensor<2x3x16x64xf64>)
      outs(%init : tensor<2x3x3x1x64xf64>) -> tensor<2x3x3x1x64xf64>
  return %o : tensor<2x3x3x1x64xf64>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A memref may change between a pack and the decode.
func.func @memrefs(%q: memref<2x3x3x1x64xbf16>, %k: memref<2x3x16x64xbf16>, %v: memref<2x3x16x64xbf16>,
                   %init: memref<2x3x3x1x64xbf16>) {
  // expected-remark @+1 {{its operands are memrefs}}
  aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : memref<2x3x3x1x64xbf16>, memref<2x3x16x64xbf16>, memref<2x3x16x64xbf16>)
      outs(%init : memref<2x3x3x1x64xbf16>)
  return
}

// -----

#q = affine_map<(a, b, h, m, n, k1, k2) -> (a, b, h, m, k1)>
#k = affine_map<(a, b, h, m, n, k1, k2) -> (a, b, h, n, k1)>
#v = affine_map<(a, b, h, m, n, k1, k2) -> (a, b, h, n, k2)>
#o = affine_map<(a, b, h, m, n, k1, k2) -> (a, b, h, m, k2)>

// A cache has sequences and kv heads, no third dimension to step through.
func.func @three_batches(%q: tensor<2x2x3x1x64xbf16>, %k: tensor<2x2x3x16x64xbf16>, %v: tensor<2x2x3x16x64xbf16>,
                         %init: tensor<2x2x3x1x64xbf16>) -> tensor<2x2x3x1x64xbf16> {
  // expected-remark @+1 {{there are 3 batch dimensions}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x2x3x1x64xbf16>, tensor<2x2x3x16x64xbf16>, tensor<2x2x3x16x64xbf16>)
      outs(%init : tensor<2x2x3x1x64xbf16>) -> tensor<2x2x3x1x64xbf16>
  return %o : tensor<2x2x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// The result of a retyped %k would not be the tensor that the caller wants, so
// K is packed; V has no such use.
// CHECK-LABEL: func @other_use
// CHECK-SAME: tensor<2x3x16x64xbf16>, %{{.*}}: !aligned.planes<2x3x16x64xbf16, value, [0, 1, 2, 3]>
// CHECK: aligned.pack
// expected-remark @+2 {{it is also used by arith.negf}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @other_use(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>,
                     %init: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %neg = arith.negf %k : tensor<2x3x16x64xbf16>
  // expected-remark @+1 {{every call packs K:}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o, %neg : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// The attention sees the old rows behind %pos in the tensor; planes have
// forgotten them after the append.
// expected-remark @+1 {{positions behind the inserted rows are attended to}}
func.func @insert_without_lengths(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>,
                   %new: tensor<2x3x1x64xbf16>, %pos: index, %init: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ks = tensor.insert_slice %new into %k[0, 0, %pos, 0] [2, 3, 1, 64] [1, 1, 1, 1]
      : tensor<2x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  // expected-remark @+2 {{V is packed at every call}}
  // expected-remark @+1 {{every call packs K and V}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %ks, %e : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o, %ks : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Appends are in place: a caller that is not given the new cache would find its
// old one changed.
// expected-remark @+2 {{it is appended to, and not returned}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @not_returned(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x17x64xbf16>,
                   %new: tensor<2x3x1x64xbf16>, %init: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
  %ks = tensor.concat dim(2) %k, %new : (tensor<2x3x16x64xbf16>, tensor<2x3x1x64xbf16>) -> tensor<2x3x17x64xbf16>
  // expected-remark @+1 {{every call packs K:}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %ks, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x17x64xbf16>, tensor<2x3x17x64xbf16>)
      outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o : tensor<2x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A caller would pass tensors for planes.
// expected-remark @+2 {{argument 1 stays a tensor}}
// expected-remark @+1 {{argument 2 stays a tensor}}
func.func @callee(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>)
    -> tensor<2x3x3x1x64xbf16> {
  // expected-remark @+1 {{every call packs K and V}}
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o : tensor<2x3x3x1x64xbf16>
}
func.func @caller(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>)
    -> tensor<2x3x3x1x64xbf16> {
  %o = func.call @callee(%q, %k, %v)
      : (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %o : tensor<2x3x3x1x64xbf16>
}
