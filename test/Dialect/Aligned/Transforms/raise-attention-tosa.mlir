// RUN: aligned-opt %s --aligned-raise-attention | FileCheck %s

// TOSA goes through MLIR's own lowering first, in functions where there is an
// attention to be found.

// CHECK-LABEL: func @attention
// CHECK-SAME: (%[[Q:.*]]: tensor<3x1x16xf32>, %[[K:.*]]: tensor<3x24x16xf32>, %[[V:.*]]: tensor<3x24x16xf32>)
// CHECK-NOT: tosa
// CHECK: aligned.attention {{.*}} ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT: tosa
func.func @attention(%q: tensor<3x1x16xf32>, %k: tensor<3x24x16xf32>, %v: tensor<3x24x16xf32>) -> tensor<3x1x16xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %kt = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<3x24x16xf32>) -> tensor<3x16x24xf32>
  %s = tosa.matmul %q, %kt, %zp, %zp : (tensor<3x1x16xf32>, tensor<3x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x1x24xf32>
  %m = tosa.reduce_max %s {axis = 2 : i32} : (tensor<3x1x24xf32>) -> tensor<3x1x1xf32>
  %d = tosa.sub %s, %m : (tensor<3x1x24xf32>, tensor<3x1x1xf32>) -> tensor<3x1x24xf32>
  %e = tosa.exp %d : (tensor<3x1x24xf32>) -> tensor<3x1x24xf32>
  %l = tosa.reduce_sum %e {axis = 2 : i32} : (tensor<3x1x24xf32>) -> tensor<3x1x1xf32>
  %r = tosa.reciprocal %l : (tensor<3x1x1xf32>) -> tensor<3x1x1xf32>
  %p = tosa.mul %e, %r, %shift : (tensor<3x1x24xf32>, tensor<3x1x1xf32>, tensor<1xi8>) -> tensor<3x1x24xf32>
  %o = tosa.matmul %p, %v, %zp, %zp : (tensor<3x1x24xf32>, tensor<3x24x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x1x16xf32>
  return %o : tensor<3x1x16xf32>
}

// CHECK-LABEL: func @no_attention
// CHECK: tosa.matmul
// CHECK-NOT: linalg
func.func @no_attention(%x: tensor<3x1x16xf32>, %w: tensor<3x16x24xf32>) -> tensor<3x1x24xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.matmul %x, %w, %zp, %zp : (tensor<3x1x16xf32>, tensor<3x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x1x24xf32>
  return %y : tensor<3x1x24xf32>
}
