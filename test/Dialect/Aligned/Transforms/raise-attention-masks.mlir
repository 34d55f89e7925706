// RUN: aligned-opt %s --inline --aligned-raise-attention | FileCheck %s

// Tokens that are left out in other places than the scores, and rows that are
// left with none. The functions in front are what all of these share.

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

// jax.nn.softmax(where=): weights of masked tokens are zero in the sum and
// behind the division. A row without tokens is zero.
// CHECK-LABEL: func @where
// CHECK-SAME: %[[MASK:[a-z0-9]*]]: tensor<4x24xi1>
// CHECK: aligned.attention {{.*}} masked_rows = #aligned.masked_rows<zero>
// CHECK-SAME: mask(%{{.*}} : tensor<4x24xi1>)
// CHECK-NOT: math.exp
func.func @where(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>) -> tensor<4x16xf32> {
  %inf = arith.constant dense<0xFF800000> : tensor<4x24xf32>
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.select %mask, %s, %inf : tensor<4x24xi1>, tensor<4x24xf32>
  %e = call @exponentials(%masked) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %kept = arith.select %mask, %e, %zero : tensor<4x24xi1>, tensor<4x24xf32>
  %l = call @sum(%kept) : (tensor<4x24xf32>) -> tensor<4xf32>
  %lb = call @across(%l) : (tensor<4xf32>) -> tensor<4x24xf32>
  %w = arith.divf %e, %lb : tensor<4x24xf32>
  %p = arith.select %mask, %w, %zero : tensor<4x24xi1>, tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Exponentials times a mask of zeros and ones, above and below. A row without
// tokens is 0 / 0.
// CHECK-LABEL: func @multiplied
// CHECK-SAME: %[[MASK:[a-z0-9]*]]: tensor<4x24xi1>
// CHECK: aligned.attention
// CHECK-NOT: masked_rows
// CHECK-SAME: mask(%[[MASK]] : tensor<4x24xi1>)
func.func @multiplied(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>) -> tensor<4x16xf32> {
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %e = call @exponentials(%s) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %number = arith.uitofp %mask : tensor<4x24xi1> to tensor<4x24xf32>
  %kept = arith.mulf %number, %e : tensor<4x24xf32>
  %p = call @normalize(%kept) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// The maximum is kept off -inf, and a sum of zero off the division: a row
// without tokens is zero.
// CHECK-LABEL: func @sum_of_zero
// CHECK: aligned.attention {{.*}} masked_rows = #aligned.masked_rows<zero>
// CHECK-SAME: mask(%{{.*}} : tensor<4x24xf32>)
func.func @sum_of_zero(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %lowest = arith.constant dense<-3.40282347E+38> : tensor<4xf32>
  %none = arith.constant dense<0.0> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %mask, %s : tensor<4x24xf32>
  %m = call @largest(%masked) : (tensor<4x24xf32>) -> tensor<4xf32>
  %finite = arith.maximumf %m, %lowest : tensor<4xf32>
  %mb = call @across(%finite) : (tensor<4xf32>) -> tensor<4x24xf32>
  %d = arith.subf %masked, %mb : tensor<4x24xf32>
  %e = math.exp %d : tensor<4x24xf32>
  %l = call @sum(%e) : (tensor<4x24xf32>) -> tensor<4xf32>
  %is_zero = arith.cmpf oeq, %l, %none : tensor<4xf32>
  %divisor = arith.select %is_zero, %one, %l : tensor<4xi1>, tensor<4xf32>
  %lb = call @across(%divisor) : (tensor<4xf32>) -> tensor<4x24xf32>
  %p = arith.divf %e, %lb : tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// The same without keeping the maximum off -inf: exp(-inf + inf) makes the row
// NaN before its sum is asked for.
// CHECK-LABEL: func @sum_of_nan
// CHECK: aligned.attention
// CHECK-NOT: masked_rows
// CHECK-SAME: mask(%{{.*}} : tensor<4x24xf32>)
func.func @sum_of_nan(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %none = arith.constant dense<0.0> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %mask, %s : tensor<4x24xf32>
  %e = call @exponentials(%masked) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %l = call @sum(%e) : (tensor<4x24xf32>) -> tensor<4xf32>
  %is_zero = arith.cmpf oeq, %l, %none : tensor<4xf32>
  %divisor = arith.select %is_zero, %one, %l : tensor<4xi1>, tensor<4xf32>
  %lb = call @across(%divisor) : (tensor<4xf32>) -> tensor<4x24xf32>
  %p = arith.divf %e, %lb : tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Rows are set to zero where their mask lets no token through.
// CHECK-LABEL: func @any_token
// CHECK-SAME: %[[MASK:[a-z0-9]*]]: tensor<4x24xi1>
// CHECK: aligned.attention {{.*}} masked_rows = #aligned.masked_rows<zero>
// CHECK-SAME: mask(%[[MASK]] : tensor<4x24xi1>)
func.func @any_token(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xi1>) -> tensor<4x16xf32> {
  %inf = arith.constant dense<0xFF800000> : tensor<4x24xf32>
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %false = arith.constant dense<false> : tensor<4xi1>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.select %mask, %s, %inf : tensor<4x24xi1>, tensor<4x24xf32>
  %e = call @exponentials(%masked) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %w = call @normalize(%e) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %any = linalg.reduce { arith.ori } ins(%mask : tensor<4x24xi1>) outs(%false : tensor<4xi1>) dimensions = [1]
  %empty = tensor.empty() : tensor<4x24xi1>
  %anyb = linalg.broadcast ins(%any : tensor<4xi1>) outs(%empty : tensor<4x24xi1>) dimensions = [1]
  %p = arith.select %anyb, %w, %zero : tensor<4x24xi1>, tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Rows are set to zero where their largest score is -inf.
// CHECK-LABEL: func @largest_is_minus_inf
// CHECK: aligned.attention {{.*}} masked_rows = #aligned.masked_rows<zero>
// CHECK-SAME: mask(%{{.*}} : tensor<4x24xf32>)
func.func @largest_is_minus_inf(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %inf = arith.constant dense<0xFF800000> : tensor<4x24xf32>
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %s, %mask : tensor<4x24xf32>
  %e = call @exponentials(%masked) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %w = call @normalize(%e) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %m = call @largest(%masked) : (tensor<4x24xf32>) -> tensor<4xf32>
  %mb = call @across(%m) : (tensor<4xf32>) -> tensor<4x24xf32>
  %none = arith.cmpf oeq, %mb, %inf : tensor<4x24xf32>
  %p = arith.select %none, %zero, %w : tensor<4x24xi1>, tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// A window of 8 before a causal limit, each a select of its own: what is kept
// is computed as one i1 mask, `n <= m + 20` and `n > m + 12`.
// CHECK-LABEL: func @window
// CHECK: %[[KEPT:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<4x24xi1>)
// CHECK-DAG: arith.cmpi sle
// CHECK-DAG: arith.cmpi sgt
// CHECK: aligned.attention
// CHECK-SAME: mask(%[[KEPT]] : tensor<4x24xi1>)
func.func @window(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %inf = arith.constant 0xFF800000 : f32
  %c20 = arith.constant 20 : index
  %c12 = arith.constant 12 : index
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %empty = tensor.empty() : tensor<4x24xf32>
  %causal = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x24xf32>) outs(%empty : tensor<4x24xf32>) {
  ^bb0(%x: f32, %out: f32):
    %m = linalg.index 0 : index
    %n = linalg.index 1 : index
    %last = arith.addi %m, %c20 : index
    %first = arith.addi %m, %c12 : index
    %before = arith.cmpi sle, %n, %last : index
    %after = arith.cmpi sgt, %n, %first : index
    %a = arith.select %before, %x, %inf : f32
    %b = arith.select %after, %a, %inf : f32
    linalg.yield %b : f32
  } -> tensor<4x24xf32>
  %e = call @exponentials(%causal) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %p = call @normalize(%e) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// 2^(s c - m c), with c = log2(e) / 4: the maximum is scaled apart.
// CHECK-LABEL: func @scaled_difference
// CHECK: %[[SCALE:.*]] = arith.constant 2.500000e-01 : f32
// CHECK: aligned.attention
// CHECK-SAME: scale(%[[SCALE]] : f32)
func.func @scaled_difference(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %c = arith.constant dense<0.36067376> : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %m = call @largest(%s) : (tensor<4x24xf32>) -> tensor<4xf32>
  %mb = call @across(%m) : (tensor<4xf32>) -> tensor<4x24xf32>
  %d = arith.subf %s, %mb : tensor<4x24xf32>
  %x = arith.mulf %d, %c : tensor<4x24xf32>
  %e = math.exp2 %x : tensor<4x24xf32>
  %p = call @normalize(%e) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}
