// RUN: aligned-opt %s --aligned-raise-attention --remarks-filter=aligned -split-input-file -verify-diagnostics | FileCheck %s --implicit-check-not=aligned.attention

// What looks like attention and is not. Each of these would give other numbers
// if it were raised; the comments say which. Where there is a softmax a remark
// says what is in the way.

// The weights no longer add up to one: the gate would be lost.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @gated
func.func @gated(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %gate: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %w = linalg.softmax dimension(1) ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %gate : tensor<4x24xf32>, tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %x1: f32, %out: f32):
    %y = arith.mulf %x0, %x1 : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  // expected-remark @+1 {{the weights are multiplied by something else after the softmax}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// Each token's weights add up to one over the queries, not each query's over
// the tokens.
// CHECK-LABEL: func @query_axis
func.func @query_axis(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.softmax dimension(0) ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{the softmax is not taken over the tokens that the value is summed over}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// exp(s) / sum exp(2 s): not normalised by its own sum.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
// CHECK-LABEL: func @other_denominator
func.func @other_denominator(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %e = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %out: f32):
    %y = math.exp %x0 : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %d = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %out: f32):
    %w = arith.addf %x0, %x0 : f32
    %y = math.exp %w : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %er = tensor.empty() : tensor<4xf32>
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<4xf32>) -> tensor<4xf32>
  %l = linalg.reduce ins(%d : tensor<4x24xf32>) outs(%zr : tensor<4xf32>) dimensions = [1]
    (%a: f32, %b: f32) {
      %c = arith.addf %a, %b : f32
      linalg.yield %c : f32
    }
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%e, %l : tensor<4x24xf32>, tensor<4xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %c = arith.divf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<4x24xf32>
  // expected-remark @+1 {{the exponentials are not divided by their own sum over the tokens}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// exp(s) alone: the output would be divided by a sum that the source does not
// have.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @no_denominator
func.func @no_denominator(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %out: f32):
    %y = math.exp %x0 : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  // expected-remark @+1 {{the exponentials are not divided by their own sum over the tokens}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// exp(s) w / sum exp(s): w would be lost.
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
// CHECK-LABEL: func @weighted
func.func @weighted(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %w: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %e = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %out: f32):
    %y = math.exp %x0 : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %er = tensor.empty() : tensor<4xf32>
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<4xf32>) -> tensor<4xf32>
  %l = linalg.reduce ins(%e : tensor<4x24xf32>) outs(%zr : tensor<4xf32>) dimensions = [1]
    (%a: f32, %b: f32) {
      %c = arith.addf %a, %b : f32
      linalg.yield %c : f32
    }
  %e2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%e, %w : tensor<4x24xf32>, tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %x1: f32, %out: f32):
    %y = arith.mulf %x0, %x1 : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%e2, %l : tensor<4x24xf32>, tensor<4xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %c = arith.divf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<4x24xf32>
  // expected-remark @+1 {{the weights are multiplied by something else after the softmax}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// No softmax at all, and so no remark.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @sigmoid
func.func @sigmoid(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %out: f32):
    %one = arith.constant 1.0 : f32
    %n = arith.negf %x0 : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %y = arith.divf %one, %d : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// A masked score of 10 keeps its weight in the sum.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @no_masking_value
func.func @no_masking_value(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %c = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %mask : tensor<4x24xf32>, tensor<4x24xi1>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %x1: i1, %out: f32):
    %ten = arith.constant 10.0 : f32
    %y = arith.select %x1, %x0, %ten : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{scores are replaced by 10.00, which is no masking value}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// Which tokens count depends on the scores themselves.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @mask_of_scores
func.func @mask_of_scores(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %c = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %s : tensor<4x24xf32>, tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %x1: f32, %out: f32):
    %cst = arith.constant 0xFF800000 : f32
    %keep = arith.cmpf oge, %x1, %zero : f32
    %y = arith.select %keep, %x0, %cst : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{the mask depends on the scores}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// Scores beyond the clamp would count more than they do.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @clamped
func.func @clamped(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %c = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %out: f32):
    %cap = arith.constant 5.0 : f32
    %y = arith.minimumf %x0, %cap : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{the scores are clamped, which aligned.attention cannot say}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// A scale of its own for each token is no scale.
#id = affine_map<(m, n) -> (m, n)>
// CHECK-LABEL: func @scaled_by_row
func.func @scaled_by_row(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %t: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %c = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : tensor<4x24xf32>, tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) {
  ^bb0(%x0: f32, %x1: f32, %out: f32):
    %y = arith.mulf %x0, %x1 : f32
    linalg.yield %y : f32
  } -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{scores are multiplied by something that is not one number}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// Softmax of a softmax: the inner one would be lost.
// CHECK-LABEL: func @softmax_twice
func.func @softmax_twice(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %w = linalg.softmax dimension(1) ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%w : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{the scores are not a scaled and masked product of query and key}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// The product of query and key is added to something that would be lost.
// CHECK-LABEL: func @accumulates
func.func @accumulates(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %bias: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%bias : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{the product of query and key does not start from zero}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// There is a key for each query row: nothing is shared that could be a cache.
#qr = affine_map<(m, n, k) -> (m, k)>
#kr = affine_map<(m, n, k) -> (m, n, k)>
#sr = affine_map<(m, n, k) -> (m, n)>
// CHECK-LABEL: func @keyed_by_row
func.func @keyed_by_row(%q: tensor<4x16xf32>, %k: tensor<4x24x16xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<4x24xf32>
  %eo = tensor.empty() : tensor<4x16xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x16xf32>) -> tensor<4x16xf32>
  %s = linalg.contract indexing_maps = [#qr, #kr, #sr] ins(%q, %k : tensor<4x16xf32>, tensor<4x24x16xf32>)
      outs(%zs : tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<4x24xf32>) outs(%es : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{query, key and value do not agree on which heads they share}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// -----

// On memrefs a value has no one producer to be followed to.
// CHECK-LABEL: func @on_memrefs
func.func @on_memrefs(%q: memref<4x16xf32>, %k: memref<16x24xf32>, %v: memref<24x16xf32>, %s: memref<4x24xf32>, %o: memref<4x16xf32>) {
  linalg.matmul ins(%q, %k : memref<4x16xf32>, memref<16x24xf32>) outs(%s : memref<4x24xf32>)
  linalg.softmax dimension(1) ins(%s : memref<4x24xf32>) outs(%s : memref<4x24xf32>)
  linalg.matmul ins(%s, %v : memref<4x24xf32>, memref<24x16xf32>) outs(%o : memref<4x16xf32>)
  return
}
