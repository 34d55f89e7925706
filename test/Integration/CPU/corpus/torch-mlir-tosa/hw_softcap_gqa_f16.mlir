module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x2x24x16xf16>, %arg2: tensor<2x2x24x16xf16>, %arg3: tensor<2x1x1x24xf16>) -> tensor<2x4x1x16xf16> {
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
    %10 = tosa.const_shape  {values = dense<[2, 4, 1, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %11 = "tosa.const"() <{values = dense<2.500000e-01> : tensor<1x1x1x1xf16>}> : () -> tensor<1x1x1x1xf16>
    %12 = "tosa.const"() <{values = dense<3.332520e-02> : tensor<1x1x1x1xf16>}> : () -> tensor<1x1x1x1xf16>
    %13 = "tosa.const"() <{values = dense<3.000000e+01> : tensor<1x1x1x1xf16>}> : () -> tensor<1x1x1x1xf16>
    %14 = tosa.reshape %arg1, %0 : (tensor<2x2x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x1x24x16xf16>
    %15 = tosa.tile %14, %1 : (tensor<2x2x1x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x2x24x16xf16>
    %16 = tosa.reshape %15, %2 : (tensor<2x2x2x24x16xf16>, !tosa.shape<4>) -> tensor<2x4x24x16xf16>
    %17 = tosa.reshape %arg2, %0 : (tensor<2x2x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x1x24x16xf16>
    %18 = tosa.tile %17, %1 : (tensor<2x2x1x24x16xf16>, !tosa.shape<5>) -> tensor<2x2x2x24x16xf16>
    %19 = tosa.transpose %16 {perms = array<i32: 0, 1, 3, 2>} : (tensor<2x4x24x16xf16>) -> tensor<2x4x16x24xf16>
    %20 = tosa.reshape %arg0, %3 : (tensor<2x4x1x16xf16>, !tosa.shape<3>) -> tensor<8x1x16xf16>
    %21 = tosa.reshape %19, %4 : (tensor<2x4x16x24xf16>, !tosa.shape<3>) -> tensor<8x16x24xf16>
    %22 = tosa.matmul %20, %21, %5, %5 : (tensor<8x1x16xf16>, tensor<8x16x24xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<8x1x24xf32>
    %23 = tosa.cast %22 : (tensor<8x1x24xf32>) -> tensor<8x1x24xf16>
    %24 = tosa.reshape %23, %6 : (tensor<8x1x24xf16>, !tosa.shape<4>) -> tensor<2x4x1x24xf16>
    %25 = tosa.mul %24, %11, %7 : (tensor<2x4x1x24xf16>, tensor<1x1x1x1xf16>, tensor<1xi8>) -> tensor<2x4x1x24xf16>
    %26 = tosa.mul %25, %12, %7 : (tensor<2x4x1x24xf16>, tensor<1x1x1x1xf16>, tensor<1xi8>) -> tensor<2x4x1x24xf16>
    %27 = tosa.tanh %26 : (tensor<2x4x1x24xf16>) -> tensor<2x4x1x24xf16>
    %28 = tosa.mul %27, %13, %7 : (tensor<2x4x1x24xf16>, tensor<1x1x1x1xf16>, tensor<1xi8>) -> tensor<2x4x1x24xf16>
    %29 = tosa.add %28, %arg3 : (tensor<2x4x1x24xf16>, tensor<2x1x1x24xf16>) -> tensor<2x4x1x24xf16>
    %30 = tosa.cast %29 : (tensor<2x4x1x24xf16>) -> tensor<2x4x1x24xf32>
    %31 = tosa.reduce_max %30 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %32 = tosa.sub %30, %31 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) -> tensor<2x4x1x24xf32>
    %33 = tosa.exp %32 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %34 = tosa.reduce_sum %33 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %35 = tosa.reciprocal %34 : (tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %36 = tosa.mul %33, %35, %7 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x24xf32>
    %37 = tosa.cast %36 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf16>
    %38 = tosa.reshape %37, %8 : (tensor<2x4x1x24xf16>, !tosa.shape<3>) -> tensor<8x1x24xf16>
    %39 = tosa.reshape %18, %9 : (tensor<2x2x2x24x16xf16>, !tosa.shape<3>) -> tensor<8x24x16xf16>
    %40 = tosa.matmul %38, %39, %5, %5 : (tensor<8x1x24xf16>, tensor<8x24x16xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<8x1x16xf32>
    %41 = tosa.cast %40 : (tensor<8x1x16xf32>) -> tensor<8x1x16xf16>
    %42 = tosa.reshape %41, %10 : (tensor<8x1x16xf16>, !tosa.shape<4>) -> tensor<2x4x1x16xf16>
    return %42 : tensor<2x4x1x16xf16>
  }
}
