// RUN: aligned-opt %s --aligned-raise-attention -split-input-file | FileCheck %s

// Where K and V are read from: through a page table inside the contraction, in
// another order, with heads divided in the map, over two dimensions of tokens.

// A paged K, gathered by the contraction itself, page and slot apart: K is
// gathered once, as [sequence, head, page x slot, channel].
#q = affine_map<(b, h, p, s, d) -> (b, h, d)>
#table = affine_map<(b, h, p, s, d) -> (b, p)>
#scores = affine_map<(b, h, p, s, d) -> (b, h, p, s)>
// CHECK-LABEL: func @paged_key
// CHECK-SAME: %[[Q:[a-z0-9]*]]: tensor<2x4x16xf32>, %[[PAGES:[a-z0-9]*]]: tensor<8x5x4x16xf32>, %[[TABLE:[a-z0-9]*]]: tensor<2x3xi64>
// CHECK: %[[K:.*]] = linalg.generic {{.*}} ins(%[[TABLE]] : tensor<2x3xi64>) outs({{.*}} : tensor<2x4x3x5x16xf32>)
// CHECK: tensor.extract %[[PAGES]]
// CHECK: tensor.collapse_shape %[[K]]
// CHECK-SAME: into tensor<2x4x15x16xf32>
// CHECK: aligned.attention
func.func @paged_key(%q: tensor<2x4x16xf32>, %pages: tensor<8x5x4x16xf32>, %table: tensor<2x3xi64>, %v: tensor<2x4x15x16xf32>) -> tensor<2x4x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<2x4x3x5xf32>
  %zo = arith.constant dense<0.0> : tensor<2x4x16xf32>
  %es = tensor.empty() : tensor<2x4x15xf32>
  %s = linalg.generic {indexing_maps = [#q, #table, #scores], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %table : tensor<2x4x16xf32>, tensor<2x3xi64>) outs(%zs : tensor<2x4x3x5xf32>) {
  ^bb0(%x: f32, %page: i64, %acc: f32):
    %i = arith.index_cast %page : i64 to index
    %h = linalg.index 1 : index
    %slot = linalg.index 3 : index
    %d = linalg.index 4 : index
    %y = tensor.extract %pages[%i, %slot, %h, %d] : tensor<8x5x4x16xf32>
    %t = arith.mulf %x, %y : f32
    %u = arith.addf %acc, %t : f32
    linalg.yield %u : f32
  } -> tensor<2x4x3x5xf32>
  %c = tensor.collapse_shape %s [[0], [1], [2, 3]] : tensor<2x4x3x5xf32> into tensor<2x4x15xf32>
  %p = linalg.softmax dimension(2) ins(%c : tensor<2x4x15xf32>) outs(%es : tensor<2x4x15xf32>) -> tensor<2x4x15xf32>
  %o = linalg.contract indexing_maps = [affine_map<(b, h, d, n) -> (b, h, n)>, affine_map<(b, h, d, n) -> (b, h, n, d)>, affine_map<(b, h, d, n) -> (b, h, d)>]
      ins(%p, %v : tensor<2x4x15xf32>, tensor<2x4x15x16xf32>) outs(%zo : tensor<2x4x16xf32>) -> tensor<2x4x16xf32>
  return %o : tensor<2x4x16xf32>
}

// -----

// The heads of V are read in the opposite order: V as it is would give each
// head another's values.
// CHECK-LABEL: func @flipped_value
// CHECK-SAME: %[[V:[a-z0-9]*]]: tensor<4x24x16xf32>)
// CHECK: %[[FLIPPED:.*]] = linalg.generic
// CHECK: tensor.extract %[[V]]
// CHECK: aligned.attention {{.*}} ins(%{{[a-z0-9]*}}, %{{[a-z0-9]*}}, %[[FLIPPED]] :
func.func @flipped_value(%q: tensor<4x2x16xf32>, %k: tensor<4x16x24xf32>, %v: tensor<4x24x16xf32>) -> tensor<4x2x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<4x2x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x2x16xf32>
  %es = tensor.empty() : tensor<4x2x24xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<4x2x16xf32>, tensor<4x16x24xf32>) outs(%zs : tensor<4x2x24xf32>) -> tensor<4x2x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<4x2x24xf32>) outs(%es : tensor<4x2x24xf32>) -> tensor<4x2x24xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(h, m, d, n) -> (h, m, n)>, affine_map<(h, m, d, n) -> (h, m, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p : tensor<4x2x24xf32>) outs(%zo : tensor<4x2x16xf32>) {
  ^bb0(%w: f32, %acc: f32):
    %c3 = arith.constant 3 : index
    %h = linalg.index 0 : index
    %d = linalg.index 2 : index
    %n = linalg.index 3 : index
    %last = arith.subi %c3, %h : index
    %x = tensor.extract %v[%last, %n, %d] : tensor<4x24x16xf32>
    %t = arith.mulf %w, %x : f32
    %u = arith.addf %acc, %t : f32
    linalg.yield %u : f32
  } -> tensor<4x2x16xf32>
  return %o : tensor<4x2x16xf32>
}

// -----

// Query head h reads kv head h / 3: grouped heads without an expansion.
// CHECK-DAG: #[[$Q:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[$K:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d3, d4)>
// CHECK-LABEL: func @divided_heads
// CHECK-SAME: %[[Q:[a-z0-9]*]]: tensor<6x1x16xf32>, %[[K:[a-z0-9]*]]: tensor<2x24x16xf32>
// CHECK: %[[GROUPED:.*]] = tensor.expand_shape %[[Q]]
// CHECK: aligned.attention {indexing_maps = [#[[$Q]], #[[$K]], {{.*}} ins(%[[GROUPED]], %[[K]],
func.func @divided_heads(%q: tensor<6x1x16xf32>, %k: tensor<2x24x16xf32>, %v: tensor<2x24x16xf32>) -> tensor<6x1x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<6x1x24xf32>
  %zo = arith.constant dense<0.0> : tensor<6x1x16xf32>
  %es = tensor.empty() : tensor<6x1x24xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(h, m, n, d) -> (h, m, d)>, affine_map<(h, m, n, d) -> (h floordiv 3, n, d)>, affine_map<(h, m, n, d) -> (h, m, n)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<6x1x16xf32>, tensor<2x24x16xf32>) outs(%zs : tensor<6x1x24xf32>) {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %t = arith.mulf %x, %y : f32
    %u = arith.addf %acc, %t : f32
    linalg.yield %u : f32
  } -> tensor<6x1x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<6x1x24xf32>) outs(%es : tensor<6x1x24xf32>) -> tensor<6x1x24xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(h, m, d, n) -> (h, m, n)>, affine_map<(h, m, d, n) -> (h floordiv 3, n, d)>, affine_map<(h, m, d, n) -> (h, m, d)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %v : tensor<6x1x24xf32>, tensor<2x24x16xf32>) outs(%zo : tensor<6x1x16xf32>) {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %t = arith.mulf %x, %y : f32
    %u = arith.addf %acc, %t : f32
    linalg.yield %u : f32
  } -> tensor<6x1x16xf32>
  return %o : tensor<6x1x16xf32>
}

// -----

// K's rotation is fused with its expansion to the query's heads: what K has of
// each kv head is computed, not what it has of each query head.
// CHECK-LABEL: func @expanded_while_computed
// CHECK: %[[K:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<2x24x16xf32>)
// CHECK: aligned.attention {{.*}} ins(%{{[a-z0-9]*}}, %[[K]],
func.func @expanded_while_computed(%q: tensor<6x1x16xf32>, %k: tensor<2x24x16xf32>, %turn: tensor<24x16xf32>, %v: tensor<2x24x16xf32>) -> tensor<6x1x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<6x1x24xf32>
  %zo = arith.constant dense<0.0> : tensor<6x1x16xf32>
  %es = tensor.empty() : tensor<6x1x24xf32>
  %ek = tensor.empty() : tensor<2x3x24x16xf32>
  %wide = linalg.generic {indexing_maps = [affine_map<(h, g, n, d) -> (h, n, d)>, affine_map<(h, g, n, d) -> (n, d)>, affine_map<(h, g, n, d) -> (h, g, n, d)>],
                          iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%k, %turn : tensor<2x24x16xf32>, tensor<24x16xf32>) outs(%ek : tensor<2x3x24x16xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %t = arith.mulf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<2x3x24x16xf32>
  %kx = tensor.collapse_shape %wide [[0, 1], [2], [3]] : tensor<2x3x24x16xf32> into tensor<6x24x16xf32>
  %vb = linalg.broadcast ins(%v : tensor<2x24x16xf32>) outs(%ek : tensor<2x3x24x16xf32>) dimensions = [1]
  %vx = tensor.collapse_shape %vb [[0, 1], [2], [3]] : tensor<2x3x24x16xf32> into tensor<6x24x16xf32>
  %s = linalg.contract indexing_maps = [affine_map<(h, m, n, d) -> (h, m, d)>, affine_map<(h, m, n, d) -> (h, n, d)>, affine_map<(h, m, n, d) -> (h, m, n)>]
      ins(%q, %kx : tensor<6x1x16xf32>, tensor<6x24x16xf32>) outs(%zs : tensor<6x1x24xf32>) -> tensor<6x1x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<6x1x24xf32>) outs(%es : tensor<6x1x24xf32>) -> tensor<6x1x24xf32>
  %o = linalg.batch_matmul ins(%p, %vx : tensor<6x1x24xf32>, tensor<6x24x16xf32>) outs(%zo : tensor<6x1x16xf32>) -> tensor<6x1x16xf32>
  return %o : tensor<6x1x16xf32>
}

// -----

// Two sizes known at run time, through shapes that torch computes as i64. They
// are known to be those of query and key: nothing is left to assert.
// CHECK-LABEL: func @computed_shapes
// CHECK-NOT: cf.assert
// CHECK: aligned.attention
func.func @computed_shapes(%q: tensor<2x3x?x16xf32>, %k: tensor<2x3x16x?xf32>, %v: tensor<6x?x16xf32>) -> tensor<6x?x16xf32> {
  %zero = arith.constant 0.0 : f32
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c0_i64 = arith.constant 0 : i64
  %c1_i64 = arith.constant 1 : i64
  %c2_i64 = arith.constant 2 : i64
  %c3_i64 = arith.constant 3 : i64
  %c6_i64 = arith.constant 6 : i64
  %m = tensor.dim %q, %c2 : tensor<2x3x?x16xf32>
  %n = tensor.dim %k, %c3 : tensor<2x3x16x?xf32>
  %m64 = arith.index_cast %m : index to i64
  %n64 = arith.index_cast %n : index to i64
  %negative = arith.cmpi slt, %m64, %c0_i64 : i64
  %mm = arith.select %negative, %c1_i64, %m64 : i64
  %qc = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<2x3x?x16xf32> into tensor<6x?x16xf32>
  %kc = tensor.collapse_shape %k [[0, 1], [2], [3]] : tensor<2x3x16x?xf32> into tensor<6x16x?xf32>
  %es = tensor.empty(%m, %n) : tensor<6x?x?xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<6x?x?xf32>) -> tensor<6x?x?xf32>
  %s = linalg.batch_matmul ins(%qc, %kc : tensor<6x?x16xf32>, tensor<6x16x?xf32>) outs(%zs : tensor<6x?x?xf32>) -> tensor<6x?x?xf32>
  %shape = tensor.from_elements %c2_i64, %c3_i64, %mm, %n64 : tensor<4xi64>
  %s4 = tensor.reshape %s(%shape) : (tensor<6x?x?xf32>, tensor<4xi64>) -> tensor<2x3x?x?xf32>
  %ep = tensor.empty(%m, %n) : tensor<2x3x?x?xf32>
  %p4 = linalg.softmax dimension(3) ins(%s4 : tensor<2x3x?x?xf32>) outs(%ep : tensor<2x3x?x?xf32>) -> tensor<2x3x?x?xf32>
  %back = tensor.from_elements %c6_i64, %mm, %n64 : tensor<3xi64>
  %p = tensor.reshape %p4(%back) : (tensor<2x3x?x?xf32>, tensor<3xi64>) -> tensor<6x?x?xf32>
  %eo = tensor.empty(%m) : tensor<6x?x16xf32>
  %zo = linalg.fill ins(%zero : f32) outs(%eo : tensor<6x?x16xf32>) -> tensor<6x?x16xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<6x?x?xf32>, tensor<6x?x16xf32>) outs(%zo : tensor<6x?x16xf32>) -> tensor<6x?x16xf32>
  return %o : tensor<6x?x16xf32>
}

// -----

// Heads repeated by concatenating K and V with themselves, along a dimension put
// in for it: K and V are as they came, and the copies a group of query heads.
// CHECK-LABEL: func @concatenated_copies
// CHECK-SAME: %[[Q:[a-z0-9]*]]: tensor<4x1x16xf32>, %[[K:[a-z0-9]*]]: tensor<2x24x16xf32>, %[[V:[a-z0-9]*]]: tensor<2x24x16xf32>
// CHECK: aligned.attention
// CHECK-SAME: ins(%{{.*}}, %[[K]], %[[V]] :
func.func @concatenated_copies(%q: tensor<4x1x16xf32>, %k: tensor<2x24x16xf32>, %v: tensor<2x24x16xf32>) -> tensor<4x1x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<4x1x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x1x16xf32>
  %e = tensor.empty() : tensor<4x1x24xf32>
  %k1 = tensor.expand_shape %k [[0, 1], [2], [3]] output_shape [2, 1, 24, 16] : tensor<2x24x16xf32> into tensor<2x1x24x16xf32>
  %k2 = tensor.concat dim(1) %k1, %k1 : (tensor<2x1x24x16xf32>, tensor<2x1x24x16xf32>) -> tensor<2x2x24x16xf32>
  %kk = tensor.collapse_shape %k2 [[0, 1], [2], [3]] : tensor<2x2x24x16xf32> into tensor<4x24x16xf32>
  %v1 = tensor.expand_shape %v [[0, 1], [2], [3]] output_shape [2, 1, 24, 16] : tensor<2x24x16xf32> into tensor<2x1x24x16xf32>
  %v2 = tensor.concat dim(1) %v1, %v1 : (tensor<2x1x24x16xf32>, tensor<2x1x24x16xf32>) -> tensor<2x2x24x16xf32>
  %vv = tensor.collapse_shape %v2 [[0, 1], [2], [3]] : tensor<2x2x24x16xf32> into tensor<4x24x16xf32>
  %s = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>]
      ins(%q, %kk : tensor<4x1x16xf32>, tensor<4x24x16xf32>) outs(%zs : tensor<4x1x24xf32>) -> tensor<4x1x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<4x1x24xf32>) outs(%e : tensor<4x1x24xf32>) -> tensor<4x1x24xf32>
  %o = linalg.batch_matmul ins(%p, %vv : tensor<4x1x24xf32>, tensor<4x24x16xf32>) outs(%zo : tensor<4x1x16xf32>) -> tensor<4x1x16xf32>
  return %o : tensor<4x1x16xf32>
}
