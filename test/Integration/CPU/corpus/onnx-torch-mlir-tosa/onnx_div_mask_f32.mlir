module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x24x16xf32>, %arg2: tensor<2x4x24x16xf32>, %arg3: tensor<2x1x1x24xf32>) -> tensor<2x4x1x16xf32> {
    %0 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}> : () -> tensor<1xf32>
    %1 = tosa.const_shape  {values = dense<[8, 1, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %2 = tosa.const_shape  {values = dense<[8, 16, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %3 = tosa.const_shape  {values = dense<[2, 4, 1, 24]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %4 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %5 = tosa.const_shape  {values = dense<[8, 1, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %6 = tosa.const_shape  {values = dense<[8, 24, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %7 = tosa.const_shape  {values = dense<[2, 4, 1, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %8 = "tosa.const"() <{values = dense<2.500000e-01> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
    %9 = tosa.transpose %arg1 {perms = array<i32: 0, 1, 3, 2>} : (tensor<2x4x24x16xf32>) -> tensor<2x4x16x24xf32>
    %10 = tosa.reshape %arg0, %1 : (tensor<2x4x1x16xf32>, !tosa.shape<3>) -> tensor<8x1x16xf32>
    %11 = tosa.reshape %9, %2 : (tensor<2x4x16x24xf32>, !tosa.shape<3>) -> tensor<8x16x24xf32>
    %12 = tosa.matmul %10, %11, %0, %0 : (tensor<8x1x16xf32>, tensor<8x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x1x24xf32>
    %13 = tosa.reshape %12, %3 : (tensor<8x1x24xf32>, !tosa.shape<4>) -> tensor<2x4x1x24xf32>
    %14 = tosa.mul %13, %8, %4 : (tensor<2x4x1x24xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x24xf32>
    %15 = tosa.add %14, %arg3 : (tensor<2x4x1x24xf32>, tensor<2x1x1x24xf32>) -> tensor<2x4x1x24xf32>
    %16 = tosa.reduce_max %15 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %17 = tosa.sub %15, %16 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) -> tensor<2x4x1x24xf32>
    %18 = tosa.exp %17 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %19 = tosa.reduce_sum %18 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %20 = tosa.reciprocal %19 : (tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %21 = tosa.mul %18, %20, %4 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x24xf32>
    %22 = tosa.reshape %21, %5 : (tensor<2x4x1x24xf32>, !tosa.shape<3>) -> tensor<8x1x24xf32>
    %23 = tosa.reshape %arg2, %6 : (tensor<2x4x24x16xf32>, !tosa.shape<3>) -> tensor<8x24x16xf32>
    %24 = tosa.matmul %22, %23, %0, %0 : (tensor<8x1x24xf32>, tensor<8x24x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x1x16xf32>
    %25 = tosa.reshape %24, %7 : (tensor<8x1x16xf32>, !tosa.shape<4>) -> tensor<2x4x1x16xf32>
    return %25 : tensor<2x4x1x16xf32>
  }
}

