// RUN: aligned-opt %s --inline --aligned-raise-attention --canonicalize | FileCheck %s

// What torch 2.8 writes, and code of models that it exports.

func.func private @scores(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>) -> tensor<4x24xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x16xf32>, tensor<16x24xf32>) outs(%zero : tensor<4x24xf32>) -> tensor<4x24xf32>
  return %s : tensor<4x24xf32>
}
func.func private @softmax(%s: tensor<4x24xf32>) -> tensor<4x24xf32> {
  %e = tensor.empty() : tensor<4x24xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<4x24xf32>) outs(%e : tensor<4x24xf32>) -> tensor<4x24xf32>
  return %p : tensor<4x24xf32>
}
func.func private @values(%p: tensor<4x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x16xf32>
  %o = linalg.matmul ins(%p, %v : tensor<4x24xf32>, tensor<24x16xf32>) outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}
func.func private @across(%x: tensor<4xi1>) -> tensor<4x24xi1> {
  %e = tensor.empty() : tensor<4x24xi1>
  %b = linalg.broadcast ins(%x : tensor<4xi1>) outs(%e : tensor<4x24xi1>) dimensions = [1]
  return %b : tensor<4x24xi1>
}

// _safe_softmax of torch 2.8: `not` is a test for being equal to false, and what
// is tested is as wide as the constant.
// CHECK-LABEL: func @not_is_equal_to_false
// CHECK-SAME: %[[MASK:[a-z0-9]*]]: tensor<4x24xf32>
// CHECK: aligned.attention {{.*}} masked_rows = #aligned.masked_rows<zero>
// CHECK-SAME: mask(%[[MASK]] : tensor<4x24xf32>)
func.func @not_is_equal_to_false(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %inf = arith.constant dense<0xFFF0000000000000> : tensor<4x24xf64>
  %zero = arith.constant dense<0.0> : tensor<4x24xf32>
  %all = arith.constant dense<false> : tensor<4x24xi1>
  %none = arith.constant dense<false> : tensor<4xi1>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %s, %mask : tensor<4x24xf32>
  %w = call @softmax(%masked) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %wide = arith.extf %masked : tensor<4x24xf32> to tensor<4x24xf64>
  %out = arith.cmpf oeq, %wide, %inf : tensor<4x24xf64>
  %in = arith.cmpi eq, %out, %all : tensor<4x24xi1>
  %any = linalg.reduce { arith.ori } ins(%in : tensor<4x24xi1>) outs(%none : tensor<4xi1>) dimensions = [1]
  %empty = arith.cmpi eq, %any, %none : tensor<4xi1>
  %rows = call @across(%empty) : (tensor<4xi1>) -> tensor<4x24xi1>
  %p = arith.select %rows, %zero, %w : tensor<4x24xi1>, tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// max(scores + mask, lowest): scores do not fall below it, the mask may.
// CHECK-LABEL: func @floor_of_the_mask
// CHECK-SAME: %[[MASK:[a-z0-9]*]]: tensor<4x24xf32>
// CHECK: %[[FLOORED:.*]] = linalg.generic {{.*}} ins(%[[MASK]] : tensor<4x24xf32>)
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
// CHECK: aligned.attention
// CHECK-SAME: mask(%[[FLOORED]] : tensor<4x24xf32>)
func.func @floor_of_the_mask(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %lowest = arith.constant dense<-3.40282347E+38> : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %s, %mask : tensor<4x24xf32>
  %larger = arith.cmpf ogt, %masked, %lowest : tensor<4x24xf32>
  %floored = arith.select %larger, %masked, %lowest : tensor<4x24xi1>, tensor<4x24xf32>
  %p = call @softmax(%floored) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// Without a mask nothing is below it.
// CHECK-LABEL: func @floor_without_a_mask
// CHECK-NOT: arith.maximumf
// CHECK: aligned.attention {{.*}} ins(%{{[^)]*}}) outs(
func.func @floor_without_a_mask(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %lowest = arith.constant dense<-3.40282347E+38> : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %floored = arith.maximumf %lowest, %s : tensor<4x24xf32>
  %p = call @softmax(%floored) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// The smaller of a score and the lowest number is no score at all.
// CHECK-LABEL: func @ceiling
// CHECK-NOT: aligned.attention
func.func @ceiling(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>) -> tensor<4x16xf32> {
  %lowest = arith.constant dense<-3.40282347E+38> : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %larger = arith.cmpf ogt, %s, %lowest : tensor<4x24xf32>
  %least = arith.select %larger, %lowest, %s : tensor<4x24xi1>, tensor<4x24xf32>
  %p = call @softmax(%least) : (tensor<4x24xf32>) -> tensor<4x24xf32>
  %o = call @values(%p, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}

// The maximum of all scores instead of a row's, and zero where a row's weights
// have all become zero beside it, as torch-mlir's own attention has it.
// CHECK-LABEL: func @zero_sum
// CHECK: aligned.attention {{.*}} masked_rows = #aligned.masked_rows<zero>
func.func @zero_sum(%q: tensor<4x16xf32>, %k: tensor<16x24xf32>, %v: tensor<24x16xf32>, %mask: tensor<4x24xf32>) -> tensor<4x16xf32> {
  %inf = arith.constant dense<0xFF800000> : tensor<f32>
  %none = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x24xf32>
  %s = call @scores(%q, %k) : (tensor<4x16xf32>, tensor<16x24xf32>) -> tensor<4x24xf32>
  %masked = arith.addf %s, %mask : tensor<4x24xf32>
  %most = linalg.reduce { arith.maximumf } ins(%masked : tensor<4x24xf32>) outs(%inf : tensor<f32>) dimensions = [0, 1]
  %powers = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> ()>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%masked, %most : tensor<4x24xf32>, tensor<f32>) outs(%e : tensor<4x24xf32>) {
  ^bb0(%x: f32, %max: f32, %out: f32):
    %d = arith.subf %x, %max : f32
    %p = math.exp %d : f32
    linalg.yield %p : f32
  } -> tensor<4x24xf32>
  %sum = linalg.reduce { arith.addf } ins(%powers : tensor<4x24xf32>) outs(%none : tensor<4xf32>) dimensions = [1]
  %w = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%powers, %sum : tensor<4x24xf32>, tensor<4xf32>) outs(%e : tensor<4x24xf32>) {
  ^bb0(%x: f32, %l: f32, %out: f32):
    %isZero = arith.cmpf oeq, %l, %zero : f32
    %share = arith.divf %x, %l : f32
    %p = arith.select %isZero, %zero, %share : f32
    linalg.yield %p : f32
  } -> tensor<4x24xf32>
  %o = call @values(%w, %v) : (tensor<4x24xf32>, tensor<24x16xf32>) -> tensor<4x16xf32>
  return %o : tensor<4x16xf32>
}
