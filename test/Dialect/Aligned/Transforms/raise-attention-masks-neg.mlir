// RUN: aligned-opt %s --inline --aligned-raise-attention --remarks-filter=aligned -verify-diagnostics | FileCheck %s --implicit-check-not=aligned.attention

// Masks, caps and sinks that aligned.attention cannot say, or that are not what
// they look like. The functions in front are what all of these share.

func.func private @scores(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>) -> tensor<4x24xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zero : tensor<4x24xf32>) -> tensor<4x24xf32>
  return %s : tensor<4x24xf32>
}
func.func private @largest(%s: tensor<4x24xf32>) -> tensor<4xf32> {
  %inf = arith.constant dense<0xFF800000> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<4x24xf32>) outs(%inf : tensor<4xf32>) dimensions = [1]
  return %m : tensor<4xf32>
}
func.func private @sum(%e: tensor<4x24xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %l = linalg.reduce { arith.addf } ins(%e : tensor<4x24xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  return %l : tensor<4xf32>
}
func.func private @across(%x: tensor<4xf32>) -> tensor<4x24xf32> {
  %empty = tensor.empty() : tensor<4x24xf32>
  %b = linalg.broadcast ins(%x : tensor<4xf32>) outs(%empty : tensor<4x24xf32>) dimensions = [1]
  return %b : tensor<4x24xf32>
}
func.func private @exponentials(%s: tensor<4x24xf32>) -> tensor<4x24xf32> {
  %m = call @largest(%s) : (tensor<4x24xf32>) -> tensor<4xf32>
  %b = call @across(%m) : (tensor<4xf32>) -> tensor<4x24xf32>
  %d = arith.subf %s, %b : tensor<4x24xf32>
  %e = math.exp %d : tensor<4x24xf32>
  return %e : tensor<4x24xf32>
}
func.func private @normalize(%e: tensor<4x24xf32>) -> tensor<4x24xf32> {
  %l = call @sum(%e) : (tensor<4x24xf32>) -> tensor<4xf32>
  %b = call @across(%l) : (tensor<4xf32>) -> tensor<4x24xf32>
  %p = arith.divf %e, %b : tensor<4x24xf32>
  return %p : tensor<4x24xf32>
}
func.func private @values(%p: tensor<4x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x16xf32>
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Masked after the softmax: the weights of a row add up to less than one.
// CHECK-LABEL: func @masked_after
func.func @masked_after(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %e = call @exponentials(%s) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %w = call @normalize(%e) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = arith.select %mask, %w, %zero : tensor<4x24xi1>, tensor<4x24xf32>
  // expected-remark @+1 {{left as it is: tokens are masked after the softmax}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// The sum leaves tokens out that the weights do not: they add up to more than
// one.
// CHECK-LABEL: func @masked_sum
func.func @masked_sum(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %e = call @exponentials(%s) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %kept = arith.select %mask, %e, %zero : tensor<4x24xi1>, tensor<4x24xf32>
  %l = call @sum(%kept) : (tensor<4x24xf32>) -> tensor<4xf32>
  %b = call @across(%l) : (tensor<4xf32>) -> tensor<4x24xf32>
  %p = arith.divf %e, %b : tensor<4x24xf32>
  // expected-remark @+1 {{the sum of the weights leaves out tokens that the weights do not}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Rows are dropped by something that the mask does not say: an attention would
// give them a value.
// CHECK-LABEL: func @dropped_rows
func.func @dropped_rows(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %drop: tensor<4xi1>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %e = call @exponentials(%s) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %w = call @normalize(%e) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %empty = tensor.empty() : tensor<4x24xi1>
  %b = linalg.broadcast ins(%drop : tensor<4xi1>) outs(%empty : tensor<4x24xi1>) dimensions = [1]
  %p = arith.select %b, %zero, %w : tensor<4x24xi1>, tensor<4x24xf32>
  // expected-remark @+1 {{weights are set to zero by something that is not a test for rows without tokens}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Scores are replaced by run-time numbers, which may be anything: the token
// would be lost if they were taken for a mask.
// CHECK-LABEL: func @replaced
func.func @replaced(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>, %other: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.select %mask, %s, %other : tensor<4x24xi1>, tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%masked : tensor<4x24xf32>) outs(%empty : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{scores are replaced by something that is not a constant}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Two things are added, and neither is a product: nothing is attended to.
// CHECK-LABEL: func @no_product
func.func @no_product(%a: tensor<4x24xf32>, %b: tensor<4x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x24xf32>
  %s = arith.addf %a, %b : tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<4x24xf32>) outs(%empty : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{neither addend of the scores is a product of query and key}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// The mask goes into the tanh: -inf would come out as minus the cap, and the
// token count.
// CHECK-LABEL: func @cap_of_masked
func.func @cap_of_masked(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %cap = arith.constant dense<30.0> : tensor<4x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %s, %mask : tensor<4x24xf32>
  %share = arith.divf %masked, %cap : tensor<4x24xf32>
  %squashed = math.tanh %share : tensor<4x24xf32>
  %capped = arith.mulf %squashed, %cap : tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%capped : tensor<4x24xf32>) outs(%empty : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{a soft-cap is taken after a mask}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// A cap known at run time only: aligned.attention has it as an attribute.
// CHECK-LABEL: func @run_time_cap
func.func @run_time_cap(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %number: f32) -> tensor<4x16xf32> {
  %cap = tensor.splat %number : tensor<4x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %share = arith.divf %s, %cap : tensor<4x24xf32>
  %squashed = math.tanh %share : tensor<4x24xf32>
  %capped = arith.mulf %squashed, %cap : tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%capped : tensor<4x24xf32>) outs(%empty : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{the soft-cap is not a positive constant}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// A number known at run time would scale the cap too.
// CHECK-LABEL: func @run_time_scale_of_cap
func.func @run_time_scale_of_cap(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %number: f32) -> tensor<4x16xf32> {
  %cap = arith.constant dense<30.0> : tensor<4x24xf32>
  %two = tensor.splat %number : tensor<4x24xf32>
  %zo = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %share = arith.divf %s, %cap : tensor<4x24xf32>
  %squashed = math.tanh %share : tensor<4x24xf32>
  %capped = arith.mulf %squashed, %cap : tensor<4x24xf32>
  %half = arith.divf %capped, %two : tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%half : tensor<4x24xf32>) outs(%empty : tensor<4x24xf32>) -> tensor<4x24xf32>
  // expected-remark @+1 {{scores are scaled after the soft-cap by something that is not a positive constant}}
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zo : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}
