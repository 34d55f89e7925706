// RUN: aligned-opt %s --inline --aligned-raise-attention -split-input-file | FileCheck %s

// Sinks: a logit of each head that joins the sum of the weights, and no weight.

// The sink's exponential is added to the sum.
#head = affine_map<(h, m, n) -> (h)>
#row = affine_map<(h, m, n) -> (h, m)>
#id = affine_map<(h, m, n) -> (h, m, n)>
// CHECK-DAG: #[[$SINKS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0)>
// CHECK-LABEL: func @added
// CHECK-SAME: %[[SINKS:[a-z0-9]*]]: tensor<3xf32>
// CHECK: aligned.attention {indexing_maps = [{{.*}}, #[[$SINKS]], {{.*}}]
// CHECK-SAME: sinks(%[[SINKS]] : tensor<3xf32>)
// CHECK-NOT: math.exp
func.func @added(%q: tensor<3x2x16xf32>, %k: tensor<3x16x24xf32>, %v: tensor<3x24x16xf32>, %sinks: tensor<3xf32>) -> tensor<3x2x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<3x2x24xf32>
  %zr = arith.constant dense<0.0> : tensor<3x2xf32>
  %zo = arith.constant dense<0.0> : tensor<3x2x16xf32>
  %er = tensor.empty() : tensor<3x2xf32>
  %es = tensor.empty() : tensor<3x2x24xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<3x2x16xf32>, tensor<3x16x24xf32>) outs(%zs : tensor<3x2x24xf32>) -> tensor<3x2x24xf32>
  %sink = linalg.broadcast ins(%sinks : tensor<3xf32>) outs(%er : tensor<3x2xf32>) dimensions = [1]
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<3x2x24xf32>) outs(%sink : tensor<3x2xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<3x2xf32>) outs(%es : tensor<3x2x24xf32>) dimensions = [2]
  %d = arith.subf %s, %mb : tensor<3x2x24xf32>
  %e = math.exp %d : tensor<3x2x24xf32>
  %l = linalg.reduce { arith.addf } ins(%e : tensor<3x2x24xf32>) outs(%zr : tensor<3x2xf32>) dimensions = [2]
  %below = arith.subf %sink, %m : tensor<3x2xf32>
  %extra = math.exp %below : tensor<3x2xf32>
  %sum = arith.addf %l, %extra : tensor<3x2xf32>
  %lb = linalg.broadcast ins(%sum : tensor<3x2xf32>) outs(%es : tensor<3x2x24xf32>) dimensions = [2]
  %p = arith.divf %e, %lb : tensor<3x2x24xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<3x2x24xf32>, tensor<3x24x16xf32>) outs(%zo : tensor<3x2x16xf32>) -> tensor<3x2x16xf32>
  return %o : tensor<3x2x16xf32>
}

// -----

// The sink is one more column of the scores; its weight is sliced off. The
// number of tokens is known at run time only, and so is where to slice.
// CHECK-LABEL: func @column
// CHECK-SAME: %[[SINKS:[a-z0-9]*]]: tensor<3xf32>
// CHECK-NOT: cf.assert
// CHECK: aligned.attention
// CHECK-SAME: sinks(%[[SINKS]] : tensor<3xf32>)
func.func @column(%q: tensor<3x2x16xf32>, %k: tensor<3x16x?xf32>, %v: tensor<3x?x16xf32>, %sinks: tensor<3xf32>) -> tensor<3x2x16xf32> {
  %zero = arith.constant 0.0 : f32
  %zo = arith.constant dense<0.0> : tensor<3x2x16xf32>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %k, %c2 : tensor<3x16x?xf32>
  %all = arith.addi %n, %c1 : index
  %es = tensor.empty(%n) : tensor<3x2x?xf32>
  %zs = linalg.fill ins(%zero : f32) outs(%es : tensor<3x2x?xf32>) -> tensor<3x2x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<3x2x16xf32>, tensor<3x16x?xf32>) outs(%zs : tensor<3x2x?xf32>) -> tensor<3x2x?xf32>
  %er = tensor.empty() : tensor<3x2xf32>
  %sink = linalg.broadcast ins(%sinks : tensor<3xf32>) outs(%er : tensor<3x2xf32>) dimensions = [1]
  %last = tensor.expand_shape %sink [[0], [1, 2]] output_shape [3, 2, 1] : tensor<3x2xf32> into tensor<3x2x1xf32>
  %both = tensor.concat dim(2) %s, %last : (tensor<3x2x?xf32>, tensor<3x2x1xf32>) -> tensor<3x2x?xf32>
  %ep = tensor.empty(%all) : tensor<3x2x?xf32>
  %w = linalg.softmax dimension(2) ins(%both : tensor<3x2x?xf32>) outs(%ep : tensor<3x2x?xf32>) -> tensor<3x2x?xf32>
  %n_again = arith.subi %all, %c1 : index
  %p = tensor.extract_slice %w[0, 0, 0] [3, 2, %n_again] [1, 1, 1] : tensor<3x2x?xf32> to tensor<3x2x?xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<3x2x?xf32>, tensor<3x?x16xf32>) outs(%zo : tensor<3x2x16xf32>) -> tensor<3x2x16xf32>
  return %o : tensor<3x2x16xf32>
}

// -----

// Scores and sinks are scaled for powers of two once they are side by side; the
// slice and views with a dimension of size 1 are between.
// CHECK-LABEL: func @column_base2
// CHECK-SAME: %[[SINKS:[a-z0-9]*]]: tensor<3x2x1xf32>
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[SINKS]]
// CHECK: %[[LOGITS:.*]] = linalg.generic {{.*}} ins(%[[FLAT]] : tensor<3x2xf32>)
// CHECK-COUNT-2: arith.mulf
// CHECK: aligned.attention
// CHECK-SAME: sinks(%[[LOGITS]] :
func.func @column_base2(%q: tensor<3x2x16xf32>, %k: tensor<3x16x24xf32>, %v: tensor<3x24x16xf32>, %sinks: tensor<3x2x1xf32>) -> tensor<3x2x16xf32> {
  %log2e = arith.constant dense<1.44269502> : tensor<3x2x25xf32>
  %zs = arith.constant dense<0.0> : tensor<3x2x24xf32>
  %zr = arith.constant dense<0.0> : tensor<3x2xf32>
  %zo = arith.constant dense<0.0> : tensor<3x2x16xf32>
  %e = tensor.empty() : tensor<3x2x25xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<3x2x16xf32>, tensor<3x16x24xf32>) outs(%zs : tensor<3x2x24xf32>) -> tensor<3x2x24xf32>
  %both = tensor.concat dim(2) %s, %sinks : (tensor<3x2x24xf32>, tensor<3x2x1xf32>) -> tensor<3x2x25xf32>
  %scaled = arith.mulf %both, %log2e : tensor<3x2x25xf32>
  %powers = math.exp2 %scaled : tensor<3x2x25xf32>
  %l = linalg.reduce { arith.addf } ins(%powers : tensor<3x2x25xf32>) outs(%zr : tensor<3x2xf32>) dimensions = [2]
  %lb = linalg.broadcast ins(%l : tensor<3x2xf32>) outs(%e : tensor<3x2x25xf32>) dimensions = [2]
  %w = arith.divf %powers, %lb : tensor<3x2x25xf32>
  %wide = tensor.expand_shape %w [[0], [1], [2, 3]] output_shape [3, 2, 1, 25] : tensor<3x2x25xf32> into tensor<3x2x1x25xf32>
  %narrow = tensor.collapse_shape %wide [[0], [1], [2, 3]] : tensor<3x2x1x25xf32> into tensor<3x2x25xf32>
  %p = tensor.extract_slice %narrow[0, 0, 0] [3, 2, 24] [1, 1, 1] : tensor<3x2x25xf32> to tensor<3x2x24xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<3x2x24xf32>, tensor<3x24x16xf32>) outs(%zo : tensor<3x2x16xf32>) -> tensor<3x2x16xf32>
  return %o : tensor<3x2x16xf32>
}

// -----

// The column comes first, put there by insertions.
// CHECK-LABEL: func @column_first
// CHECK: aligned.attention
// CHECK-SAME: sinks(
func.func @column_first(%q: tensor<3x2x16xf32>, %k: tensor<3x16x24xf32>, %v: tensor<3x24x16xf32>, %sinks: tensor<3x2x1xf32>) -> tensor<3x2x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<3x2x24xf32>
  %zo = arith.constant dense<0.0> : tensor<3x2x16xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<3x2x16xf32>, tensor<3x16x24xf32>) outs(%zs : tensor<3x2x24xf32>) -> tensor<3x2x24xf32>
  %e = tensor.empty() : tensor<3x2x25xf32>
  %a = tensor.insert_slice %sinks into %e[0, 0, 0] [3, 2, 1] [1, 1, 1] : tensor<3x2x1xf32> into tensor<3x2x25xf32>
  %b = tensor.insert_slice %s into %a[0, 0, 1] [3, 2, 24] [1, 1, 1] : tensor<3x2x24xf32> into tensor<3x2x25xf32>
  %w = linalg.softmax dimension(2) ins(%b : tensor<3x2x25xf32>) outs(%e : tensor<3x2x25xf32>) -> tensor<3x2x25xf32>
  %p = tensor.extract_slice %w[0, 0, 1] [3, 2, 24] [1, 1, 1] : tensor<3x2x25xf32> to tensor<3x2x24xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<3x2x24xf32>, tensor<3x24x16xf32>) outs(%zo : tensor<3x2x16xf32>) -> tensor<3x2x16xf32>
  return %o : tensor<3x2x16xf32>
}
