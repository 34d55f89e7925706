// RUN: aligned-opt %s --aligned-raise-attention -split-input-file | FileCheck %s

// Spellings of softmax, scale and mask around the same two contractions.

// No transposes: layouts are maps, and the key is the first operand.
#k = affine_map<(h, m, n, d) -> (n, h, d)>
#q = affine_map<(h, m, n, d) -> (m, h, d)>
#s = affine_map<(h, m, n, d) -> (h, m, n)>
// CHECK-DAG: #[[$Q:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d0, d3)>
// CHECK-DAG: #[[$K:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d0, d3)>
// CHECK-DAG: #[[$V:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d0, d4)>
// CHECK-DAG: #[[$O:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d0, d4)>
// CHECK-LABEL: func @layouts_in_maps
// CHECK-SAME: (%[[Q:.*]]: tensor<5x3x16xf16>, %[[K:.*]]: tensor<24x3x16xf16>, %[[V:.*]]: tensor<24x3x16xf16>)
// CHECK: aligned.attention {indexing_maps = [#[[$Q]], #[[$K]], #[[$V]], #[[$O]]]} ins(%[[Q]], %[[K]], %[[V]] :
func.func @layouts_in_maps(%q: tensor<5x3x16xf16>, %k: tensor<24x3x16xf16>, %v: tensor<24x3x16xf16>) -> tensor<5x3x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<3x5x24xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<3x5x24xf32>) -> tensor<3x5x24xf32>
  %s = linalg.contract indexing_maps = [#k, #q, #s] ins(%k, %q : tensor<24x3x16xf16>, tensor<5x3x16xf16>) outs(%zs : tensor<3x5x24xf32>) -> tensor<3x5x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<3x5x24xf32>) outs(%es : tensor<3x5x24xf32>) -> tensor<3x5x24xf32>
  %eo = tensor.empty() : tensor<5x3x16xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<5x3x16xf32>) -> tensor<5x3x16xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(h, m, d, n) -> (h, m, n)>, affine_map<(h, m, d, n) -> (n, h, d)>, affine_map<(h, m, d, n) -> (m, h, d)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %v : tensor<3x5x24xf32>, tensor<24x3x16xf16>) outs(%zo : tensor<5x3x16xf32>) {
  ^bb0(%w: f32, %x: f16, %acc: f32):
    %y = arith.extf %x : f16 to f32
    %t = arith.mulf %y, %w : f32
    %u = arith.addf %t, %acc : f32
    linalg.yield %u : f32
  } -> tensor<5x3x16xf32>
  return %o : tensor<5x3x16xf32>
}

// -----

// exp(s - m - log sum exp(s - m)): no division; and no maximum is needed.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
// CHECK-LABEL: func @log_sum_exp
// CHECK: aligned.attention
// CHECK-NOT: math.exp
func.func @log_sum_exp(%q: tensor<1x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %shift: tensor<1xf32>) -> tensor<1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<1x24xf32>
  %er = tensor.empty() : tensor<1xf32>
  %eo = tensor.empty() : tensor<1x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<1x24xf32>) -> tensor<1x24xf32>
  %s = linalg.matmul ins(%q, %k : tensor<1x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<1x24xf32>) -> tensor<1x24xf32>
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<1xf32>) -> tensor<1xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s, %shift : tensor<1x24xf32>, tensor<1xf32>) outs(%zr : tensor<1xf32>) {
  ^bb0(%x: f32, %m: f32, %acc: f32):
    %y = arith.subf %x, %m : f32
    %e = math.exp %y : f32
    %a = arith.addf %e, %acc : f32
    linalg.yield %a : f32
  } -> tensor<1xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %shift, %sum : tensor<1x24xf32>, tensor<1xf32>, tensor<1xf32>) outs(%es : tensor<1x24xf32>) {
  ^bb0(%x: f32, %m: f32, %l: f32, %out: f32):
    %log = math.log %l : f32
    %lse = arith.addf %m, %log : f32
    %y = arith.subf %x, %lse : f32
    %e = math.exp %y : f32
    linalg.yield %e : f32
  } -> tensor<1x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<1x16xf32>) -> tensor<1x16xf32>
  %o = linalg.matmul ins(%p, %v : tensor<1x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %o : tensor<1x16xf32>
}

// -----

// The sum over the tokens is divided afterwards, by a product with the
// reciprocal; 2^(s) means a scale of ln 2.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
// CHECK-LABEL: func @late_division_exp2
// CHECK: %[[LN2:.*]] = arith.constant 0.693147182 : f32
// CHECK: aligned.attention
// CHECK-SAME: scale(%[[LN2]] : f32)
func.func @late_division_exp2(%q: tensor<1x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %es = tensor.empty() : tensor<1x24xf32>
  %er = tensor.empty() : tensor<1xf32>
  %eo = tensor.empty() : tensor<1x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<1x24xf32>) -> tensor<1x24xf32>
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<1xf32>) -> tensor<1xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<1x16xf32>) -> tensor<1x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<1x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<1x24xf32>) -> tensor<1x24xf32>
  %e = math.exp2 %s : tensor<1x24xf32>
  %l = linalg.reduce ins(%e : tensor<1x24xf32>) outs(%zr : tensor<1xf32>) dimensions = [1]
    (%x: f32, %acc: f32) {
      %a = arith.addf %x, %acc : f32
      linalg.yield %a : f32
    }
  %u = linalg.matmul ins(%e, %v : tensor<1x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<1x16xf32>) -> tensor<1x16xf32>
  %o = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%u, %l : tensor<1x16xf32>, tensor<1xf32>) outs(%eo : tensor<1x16xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %r = arith.divf %one, %y : f32
    %z = arith.mulf %x, %r : f32
    linalg.yield %z : f32
  } -> tensor<1x16xf32>
  return %o : tensor<1x16xf32>
}

// -----

// A run-time scale, a soft-cap, and an i1 mask that is true where a score goes:
// the mask is computed, since the operand's i1 means the opposite.
#id = affine_map<(m, n) -> (m, n)>
#token = affine_map<(m, n) -> (n)>
// CHECK-LABEL: func @softcap_and_mask
// CHECK-SAME: %[[SCALE:[a-z0-9]*]]: f32, %[[DROP:[a-z0-9]*]]: tensor<24xi1>
// CHECK: %[[MASK:.*]] = linalg.generic {{.*}} ins(%[[DROP]] : tensor<24xi1>)
// CHECK: aligned.attention {{.*}} softcap = 3.000000e+01 : f32
// CHECK-SAME: scale(%[[SCALE]] : f32) mask(%[[MASK]] : tensor<24xi1>)
func.func @softcap_and_mask(%q: tensor<1x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %scale: f32, %drop: tensor<24xi1>) -> tensor<1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %cap = arith.constant 30.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %es = tensor.empty() : tensor<1x24xf32>
  %eo = tensor.empty() : tensor<1x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<1x24xf32>) -> tensor<1x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<1x16xf32>) -> tensor<1x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<1x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<1x24xf32>) -> tensor<1x24xf32>
  %c = linalg.generic {indexing_maps = [#id, #token, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %drop : tensor<1x24xf32>, tensor<24xi1>) outs(%es : tensor<1x24xf32>) {
  ^bb0(%x: f32, %d: i1, %out: f32):
    %a = arith.mulf %x, %scale : f32
    %b = arith.divf %a, %cap : f32
    %t = math.tanh %b : f32
    %y = arith.mulf %t, %cap : f32
    %z = arith.select %d, %lowest, %y : f32
    linalg.yield %z : f32
  } -> tensor<1x24xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<1x24xf32>) outs(%es : tensor<1x24xf32>) -> tensor<1x24xf32>
  %o = linalg.matmul ins(%p, %v : tensor<1x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %o : tensor<1x16xf32>
}

// -----

// select(keep, s, -inf): what an i1 mask means. The scale divides.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @keep_mask
// CHECK-SAME: %[[KEEP:[a-z0-9]*]]: tensor<1x24xi1>)
// CHECK: aligned.attention
// CHECK-SAME: mask(%[[KEEP]] : tensor<1x24xi1>)
func.func @keep_mask(%q: tensor<1x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %keep: tensor<1x24xi1>) -> tensor<1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %root = arith.constant 4.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %es = tensor.empty() : tensor<1x24xf32>
  %eo = tensor.empty() : tensor<1x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<1x24xf32>) -> tensor<1x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<1x16xf32>) -> tensor<1x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<1x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<1x24xf32>) -> tensor<1x24xf32>
  %c = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %keep : tensor<1x24xf32>, tensor<1x24xi1>) outs(%es : tensor<1x24xf32>) {
  ^bb0(%x: f32, %d: i1, %out: f32):
    %y = arith.divf %x, %root : f32
    %z = arith.select %d, %y, %lowest : f32
    linalg.yield %z : f32
  } -> tensor<1x24xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<1x24xf32>) outs(%es : tensor<1x24xf32>) -> tensor<1x24xf32>
  %o = linalg.matmul ins(%p, %v : tensor<1x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %o : tensor<1x16xf32>
}
