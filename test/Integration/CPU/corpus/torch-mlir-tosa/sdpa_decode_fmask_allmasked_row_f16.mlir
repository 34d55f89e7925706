module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x4x24x16xf16>, %arg2: tensor<2x4x24x16xf16>, %arg3: tensor<2x1x1x24xf16>) -> tensor<2x4x1x16xf16> {
    %0 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<2x4x1x24xf32>}> : () -> tensor<2x4x1x24xf32>
    %1 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %2 = tosa.const_shape  {values = dense<[8, 1, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %3 = tosa.const_shape  {values = dense<[8, 16, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %4 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}> : () -> tensor<1xf32>
    %5 = tosa.const_shape  {values = dense<[2, 4, 1, 24]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %6 = tosa.const_shape  {values = dense<[8, 1, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %7 = tosa.const_shape  {values = dense<[8, 24, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %8 = tosa.const_shape  {values = dense<[2, 4, 1, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %9 = "tosa.const"() <{values = dense<5.000000e-01> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
    %10 = "tosa.const"() <{values = dense<0xFFF0000000000000> : tensor<1x1x1x1xf64>}> : () -> tensor<1x1x1x1xf64>
    %11 = tosa.cast %arg0 : (tensor<2x4x1x16xf16>) -> tensor<2x4x1x16xf32>
    %12 = tosa.cast %arg1 : (tensor<2x4x24x16xf16>) -> tensor<2x4x24x16xf32>
    %13 = tosa.cast %arg2 : (tensor<2x4x24x16xf16>) -> tensor<2x4x24x16xf32>
    %14 = tosa.mul %11, %9, %1 : (tensor<2x4x1x16xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x16xf32>
    %15 = tosa.transpose %12 {perms = array<i32: 0, 1, 3, 2>} : (tensor<2x4x24x16xf32>) -> tensor<2x4x16x24xf32>
    %16 = tosa.mul %15, %9, %1 : (tensor<2x4x16x24xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x16x24xf32>
    %17 = tosa.reshape %14, %2 : (tensor<2x4x1x16xf32>, !tosa.shape<3>) -> tensor<8x1x16xf32>
    %18 = tosa.reshape %16, %3 : (tensor<2x4x16x24xf32>, !tosa.shape<3>) -> tensor<8x16x24xf32>
    %19 = tosa.matmul %17, %18, %4, %4 : (tensor<8x1x16xf32>, tensor<8x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x1x24xf32>
    %20 = tosa.reshape %19, %5 : (tensor<8x1x24xf32>, !tosa.shape<4>) -> tensor<2x4x1x24xf32>
    %21 = tosa.cast %arg3 : (tensor<2x1x1x24xf16>) -> tensor<2x1x1x24xf32>
    %22 = tosa.add %20, %21 : (tensor<2x4x1x24xf32>, tensor<2x1x1x24xf32>) -> tensor<2x4x1x24xf32>
    %23 = tosa.reduce_max %22 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %24 = tosa.sub %22, %23 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) -> tensor<2x4x1x24xf32>
    %25 = tosa.exp %24 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %26 = tosa.reduce_sum %25 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %27 = tosa.reciprocal %26 : (tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %28 = tosa.mul %25, %27, %1 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x24xf32>
    %29 = tosa.cast %22 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf64>
    %30 = tosa.equal %29, %10 : (tensor<2x4x1x24xf64>, tensor<1x1x1x1xf64>) -> tensor<2x4x1x24xi1>
    %31 = tosa.reduce_all %30 {axis = 3 : i32} : (tensor<2x4x1x24xi1>) -> tensor<2x4x1x1xi1>
    %32 = tosa.select %31, %0, %28 : (tensor<2x4x1x1xi1>, tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %33 = tosa.reshape %32, %6 : (tensor<2x4x1x24xf32>, !tosa.shape<3>) -> tensor<8x1x24xf32>
    %34 = tosa.reshape %13, %7 : (tensor<2x4x24x16xf32>, !tosa.shape<3>) -> tensor<8x24x16xf32>
    %35 = tosa.matmul %33, %34, %4, %4 : (tensor<8x1x24xf32>, tensor<8x24x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x1x16xf32>
    %36 = tosa.reshape %35, %8 : (tensor<8x1x16xf32>, !tosa.shape<4>) -> tensor<2x4x1x16xf32>
    %37 = tosa.cast %36 : (tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf16>
    return %37 : tensor<2x4x1x16xf16>
  }
}
