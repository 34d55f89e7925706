module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x2x24x16xf16>, %arg2: tensor<2x2x24x16xf16>, %arg3: tensor<2x1x1x24xf16>) -> tensor<2x1x4x16xf16> {
    %0 = tosa.const_shape  {values = dense<[2, 2, 1, 24, 16]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %1 = tosa.const_shape  {values = dense<[1, 1, 2, 1, 1]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %2 = tosa.const_shape  {values = dense<[2, 4, 24, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %3 = tosa.const_shape  {values = dense<[8, 1, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %4 = tosa.const_shape  {values = dense<[8, 16, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %5 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf16>}> : () -> tensor<1xf16>
    %6 = tosa.const_shape  {values = dense<[2, 4, 1, 24]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %7 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %8 = tosa.const_shape  {values = dense<[8, 1, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %9 = tosa.const_shape  {values = dense<[8, 24, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %10 = "tosa.const"() <{values = dense<2.500000e-01> : tensor<1x1x1x1xf16>}> : () -> tensor<1x1x1x1xf16>
    %11 = tosa.const_shape  {values = dense<[2, 1, 4, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %12 = tosa.reshape %arg1, %0 : (tensor<2x2x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x1x24x16xf16>
    %13 = tosa.tile %12, %1 : (tensor<2x2x1x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x2x24x16xf16>
    %14 = tosa.reshape %13, %2 : (tensor<2x2x2x24x16xf16>, !tosa.shape<4>) -> tensor<2x4x24x16xf16>
    %15 = tosa.reshape %arg2, %0 : (tensor<2x2x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x1x24x16xf16>
    %16 = tosa.tile %15, %1 : (tensor<2x2x1x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x2x24x16xf16>
    %17 = tosa.transpose %14 {perms = array<i32: 0, 1, 3, 2>} : (tensor<2x4x24x16xf16>) -> tensor<2x4x16x24xf16>
    %18 = tosa.reshape %arg0, %3 : (tensor<2x4x1x16xf16>, !tosa.shape<3>) -> tensor<8x1x16xf16>
    %19 = tosa.reshape %17, %4 : (tensor<2x4x16x24xf16>, !tosa.shape<3>) -> tensor<8x16x24xf16>
    %20 = tosa.matmul %18, %19, %5, %5 : (tensor<8x1x16xf16>, tensor<8x16x24xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<8x1x24xf32>
    %21 = tosa.cast %20 : (tensor<8x1x24xf32>) -> tensor<8x1x24xf16>
    %22 = tosa.reshape %21, %6 : (tensor<8x1x24xf16>, !tosa.shape<4>) -> tensor<2x4x1x24xf16>
    %23 = tosa.mul %22, %10, %7 : (tensor<2x4x1x24xf16>, tensor<1x1x1x1xf16>, tensor<1xi8>) -> tensor<2x4x1x24xf16>
    %24 = tosa.add %23, %arg3 : (tensor<2x4x1x24xf16>, tensor<2x1x1x24xf16>) -> tensor<2x4x1x24xf16>
    %25 = tosa.cast %24 : (tensor<2x4x1x24xf16>) -> tensor<2x4x1x24xf32>
    %26 = tosa.reduce_max %25 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %27 = tosa.sub %25, %26 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) -> tensor<2x4x1x24xf32>
    %28 = tosa.exp %27 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %29 = tosa.reduce_sum %28 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %30 = tosa.reciprocal %29 : (tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %31 = tosa.mul %28, %30, %7 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x24xf32>
    %32 = tosa.cast %31 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf16>
    %33 = tosa.reshape %32, %8 : (tensor<2x4x1x24xf16>, !tosa.shape<3>) -> tensor<8x1x24xf16>
    %34 = tosa.reshape %16, %9 : (tensor<2x2x2x24x16xf16>, !tosa.shape<3>) -> tensor<8x24x16xf16>
    %35 = tosa.matmul %33, %34, %5, %5 : (tensor<8x1x24xf16>, tensor<8x24x16xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<8x1x16xf32>
    %36 = tosa.cast %35 : (tensor<8x1x16xf32>) -> tensor<8x1x16xf16>
    %37 = tosa.reshape %36, %11 : (tensor<8x1x16xf16>, !tosa.shape<4>) -> tensor<2x1x4x16xf16>
    return %37 : tensor<2x1x4x16xf16>
  }
}
