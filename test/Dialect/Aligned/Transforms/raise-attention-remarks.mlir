// RUN: aligned-opt %s --aligned-raise-attention --remarks-filter=aligned -split-input-file -verify-diagnostics -o /dev/null

// What a remark says of an attention, in full. What it says of a near miss is
// in the tests whose names end in neg.

func.func @plain(%q: tensor<3x24x16xf32>, %k: tensor<3x16x24xf32>, %v: tensor<3x24x16xf32>) -> tensor<3x24x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<3x24x24xf32>
  %zo = arith.constant dense<0.0> : tensor<3x24x16xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<3x24x16xf32>, tensor<3x16x24xf32>) outs(%zs : tensor<3x24x24xf32>) -> tensor<3x24x24xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<3x24x24xf32>) outs(%zs : tensor<3x24x24xf32>) -> tensor<3x24x24xf32>
  // expected-remark @+1 {{[Passed] RaisedAttention | Category:aligned | Remark="raised to aligned.attention: query argument #0 : tensor<3x24x16xf32>, key argument #1 : tensor<3x16x24xf32>, value argument #2 : tensor<3x24x16xf32>; batch [3], group [], 24 query rows, 24 tokens; no scale, no mask"}}
  %o = linalg.batch_matmul ins(%p, %v : tensor<3x24x24xf32>, tensor<3x24x16xf32>) outs(%zo : tensor<3x24x16xf32>) -> tensor<3x24x16xf32>
  return %o : tensor<3x24x16xf32>
}

// -----

// A bias is added to a finite masking value: in a row where that is all there
// is, it would make a difference in the source.
func.func @biased_fill(%q: tensor<3x2x16xf32>, %k: tensor<3x16x24xf32>, %v: tensor<3x24x16xf32>, %keep: tensor<3x2x24xi1>, %bias: tensor<3x2x24xf32>) -> tensor<3x2x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<3x2x24xf32>
  %zo = arith.constant dense<0.0> : tensor<3x2x16xf32>
  %fill = arith.constant dense<-1.0e+4> : tensor<3x2x24xf32>
  %half = arith.constant dense<0.5> : tensor<3x2x24xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<3x2x16xf32>, tensor<3x16x24xf32>) outs(%zs : tensor<3x2x24xf32>) -> tensor<3x2x24xf32>
  %scaled = arith.mulf %s, %half : tensor<3x2x24xf32>
  %masked = arith.select %keep, %scaled, %fill : tensor<3x2x24xi1>, tensor<3x2x24xf32>
  %biased = arith.addf %masked, %bias : tensor<3x2x24xf32>
  %p = linalg.softmax dimension(2) ins(%biased : tensor<3x2x24xf32>) outs(%zs : tensor<3x2x24xf32>) -> tensor<3x2x24xf32>
  // expected-remark @+1 {{batch [3], group [], 2 query rows, 24 tokens; scaled, masked; a row whose tokens are all masked weighs them equally, whatever is added to its finite masking value"}}
  %o = linalg.batch_matmul ins(%p, %v : tensor<3x2x24xf32>, tensor<3x24x16xf32>) outs(%zo : tensor<3x2x16xf32>) -> tensor<3x2x16xf32>
  return %o : tensor<3x2x16xf32>
}
