module {
  func.func @main(%arg0: tensor<2x2x2x16xf32>, %arg1: tensor<2x24x2x16xf32>, %arg2: tensor<2x24x2x16xf32>) -> tensor<2x2x2x16xf32> {
    %0 = tosa.const_shape  {values = dense<[4, 2, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %1 = tosa.const_shape  {values = dense<[4, 16, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %2 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}> : () -> tensor<1xf32>
    %3 = tosa.const_shape  {values = dense<[2, 2, 2, 24]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %4 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %5 = tosa.const_shape  {values = dense<[4, 2, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %6 = tosa.const_shape  {values = dense<[4, 24, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %7 = tosa.const_shape  {values = dense<[2, 2, 2, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %8 = "tosa.const"() <{values = dense<2.500000e-01> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
    %9 = tosa.transpose %arg1 {perms = array<i32: 0, 2, 3, 1>} : (tensor<2x24x2x16xf32>) -> tensor<2x2x16x24xf32>
    %10 = tosa.reshape %arg0, %0 : (tensor<2x2x2x16xf32>, !tosa.shape<3>) -> tensor<4x2x16xf32>
    %11 = tosa.reshape %9, %1 : (tensor<2x2x16x24xf32>, !tosa.shape<3>) -> tensor<4x16x24xf32>
    %12 = tosa.matmul %10, %11, %2, %2 : (tensor<4x2x16xf32>, tensor<4x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x2x24xf32>
    %13 = tosa.reshape %12, %3 : (tensor<4x2x24xf32>, !tosa.shape<4>) -> tensor<2x2x2x24xf32>
    %14 = tosa.mul %13, %8, %4 : (tensor<2x2x2x24xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x2x2x24xf32>
    %15 = tosa.reduce_max %14 {axis = 3 : i32} : (tensor<2x2x2x24xf32>) -> tensor<2x2x2x1xf32>
    %16 = tosa.sub %14, %15 : (tensor<2x2x2x24xf32>, tensor<2x2x2x1xf32>) -> tensor<2x2x2x24xf32>
    %17 = tosa.exp %16 : (tensor<2x2x2x24xf32>) -> tensor<2x2x2x24xf32>
    %18 = tosa.reduce_sum %17 {axis = 3 : i32} : (tensor<2x2x2x24xf32>) -> tensor<2x2x2x1xf32>
    %19 = tosa.reciprocal %18 : (tensor<2x2x2x1xf32>) -> tensor<2x2x2x1xf32>
    %20 = tosa.mul %17, %19, %4 : (tensor<2x2x2x24xf32>, tensor<2x2x2x1xf32>, tensor<1xi8>) -> tensor<2x2x2x24xf32>
    %21 = tosa.transpose %arg2 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x24x2x16xf32>) -> tensor<2x2x24x16xf32>
    %22 = tosa.reshape %20, %5 : (tensor<2x2x2x24xf32>, !tosa.shape<3>) -> tensor<4x2x24xf32>
    %23 = tosa.reshape %21, %6 : (tensor<2x2x24x16xf32>, !tosa.shape<3>) -> tensor<4x24x16xf32>
    %24 = tosa.matmul %22, %23, %2, %2 : (tensor<4x2x24xf32>, tensor<4x24x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x2x16xf32>
    %25 = tosa.reshape %24, %7 : (tensor<4x2x16xf32>, !tosa.shape<4>) -> tensor<2x2x2x16xf32>
    return %25 : tensor<2x2x2x16xf32>
  }
}

