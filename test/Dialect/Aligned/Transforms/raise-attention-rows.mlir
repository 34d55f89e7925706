// RUN: aligned-opt %s --aligned-raise-attention --remarks-filter=aligned -split-input-file -verify-diagnostics -o /dev/null

// Which of the query's own dimensions are heads that share K and V, and which
// are query rows. Both give the same numbers; a kernel takes at most 8 rows.

// One row for each of 12 heads, which has no dimension: heads and channels are
// one dimension of the query.
func.func @heads_beside_channels(%flat: tensor<2x192xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x12x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<2x12x24xf32>
  %zo = arith.constant dense<0.0> : tensor<2x12x16xf32>
  %es = tensor.empty() : tensor<2x12x24xf32>
  %q = tensor.expand_shape %flat [[0], [1, 2]] output_shape [2, 12, 16] : tensor<2x192xf32> into tensor<2x12x16xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x12x16xf32>, tensor<2x16x24xf32>) outs(%zs : tensor<2x12x24xf32>) -> tensor<2x12x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x12x24xf32>) outs(%es : tensor<2x12x24xf32>) -> tensor<2x12x24xf32>
  // expected-remark @+1 {{batch [2], group [12], 1 query rows, 24 tokens}}
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x12x24xf32>, tensor<2x24x16xf32>) outs(%zo : tensor<2x12x16xf32>) -> tensor<2x12x16xf32>
  return %o : tensor<2x12x16xf32>
}

// -----

// [sequences, heads, channels] over [sequences, tokens, channels]: nothing
// speaks of rows.
func.func @heads_of_one_row(%q: tensor<2x12x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x12x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<2x12x24xf32>
  %zo = arith.constant dense<0.0> : tensor<2x12x16xf32>
  %es = tensor.empty() : tensor<2x12x24xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x12x16xf32>, tensor<2x16x24xf32>) outs(%zs : tensor<2x12x24xf32>) -> tensor<2x12x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x12x24xf32>) outs(%es : tensor<2x12x24xf32>) -> tensor<2x12x24xf32>
  // expected-remark @+1 {{batch [2], group [12], 1 query rows, 24 tokens}}
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x12x24xf32>, tensor<2x24x16xf32>) outs(%zo : tensor<2x12x16xf32>) -> tensor<2x12x16xf32>
  return %o : tensor<2x12x16xf32>
}

// -----

// As many rows as tokens: a prompt that attends to itself.
func.func @rows_of_a_prompt(%q: tensor<2x24x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x24x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<2x24x24xf32>
  %zo = arith.constant dense<0.0> : tensor<2x24x16xf32>
  %es = tensor.empty() : tensor<2x24x24xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x24x16xf32>, tensor<2x16x24xf32>) outs(%zs : tensor<2x24x24xf32>) -> tensor<2x24x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x24x24xf32>) outs(%es : tensor<2x24x24xf32>) -> tensor<2x24x24xf32>
  // expected-remark @+1 {{batch [2], group [], 24 query rows, 24 tokens}}
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x24x24xf32>, tensor<2x24x16xf32>) outs(%zo : tensor<2x24x16xf32>) -> tensor<2x24x16xf32>
  return %o : tensor<2x24x16xf32>
}

// -----

// Two sequences and three heads in K: what is left are rows.
func.func @rows_of_heads(%q: tensor<2x3x5x16xf32>, %k: tensor<2x3x24x16xf32>, %v: tensor<2x3x24x16xf32>) -> tensor<2x3x5x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<2x3x5x24xf32>
  %zo = arith.constant dense<0.0> : tensor<2x3x5x16xf32>
  %es = tensor.empty() : tensor<2x3x5x24xf32>
  %s = linalg.contract indexing_maps = [affine_map<(b, h, m, n, d) -> (b, h, m, d)>, affine_map<(b, h, m, n, d) -> (b, h, n, d)>, affine_map<(b, h, m, n, d) -> (b, h, m, n)>]
      ins(%q, %k : tensor<2x3x5x16xf32>, tensor<2x3x24x16xf32>) outs(%zs : tensor<2x3x5x24xf32>) -> tensor<2x3x5x24xf32>
  %p = linalg.softmax dimension(3) ins(%s : tensor<2x3x5x24xf32>) outs(%es : tensor<2x3x5x24xf32>) -> tensor<2x3x5x24xf32>
  // expected-remark @+1 {{batch [2x3], group [], 5 query rows, 24 tokens}}
  %o = linalg.contract indexing_maps = [affine_map<(b, h, m, n, d) -> (b, h, m, n)>, affine_map<(b, h, m, n, d) -> (b, h, n, d)>, affine_map<(b, h, m, n, d) -> (b, h, m, d)>]
      ins(%p, %v : tensor<2x3x5x24xf32>, tensor<2x3x24x16xf32>) outs(%zo : tensor<2x3x5x16xf32>) -> tensor<2x3x5x16xf32>
  return %o : tensor<2x3x5x16xf32>
}
