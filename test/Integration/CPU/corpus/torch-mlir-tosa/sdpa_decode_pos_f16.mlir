module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x2x24x16xf16>, %arg2: tensor<2x2x24x16xf16>, %arg3: tensor<1xi64>) -> tensor<2x4x1x16xf16> {
    %0 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<2x4x1x24xf32>}> : () -> tensor<2x4x1x24xf32>
    %1 = "tosa.const"() <{values = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]> : tensor<24xi64>}> : () -> tensor<24xi64>
    %2 = tosa.const_shape  {values = dense<[1, 1, 1, 24]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %3 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %4 = tosa.const_shape  {values = dense<[2, 2, 1, 24, 16]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %5 = tosa.const_shape  {values = dense<[1, 1, 2, 1, 1]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %6 = tosa.const_shape  {values = dense<[2, 4, 24, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %7 = tosa.const_shape  {values = dense<[8, 1, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %8 = tosa.const_shape  {values = dense<[8, 16, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %9 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}> : () -> tensor<1xf32>
    %10 = tosa.const_shape  {values = dense<[2, 4, 1, 24]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %11 = tosa.const_shape  {values = dense<[8, 1, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %12 = tosa.const_shape  {values = dense<[8, 24, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %13 = tosa.const_shape  {values = dense<[2, 4, 1, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %14 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1x1x1x1xf16>}> : () -> tensor<1x1x1x1xf16>
    %15 = "tosa.const"() <{values = dense<0xFC00> : tensor<1x1x1x1xf16>}> : () -> tensor<1x1x1x1xf16>
    %16 = "tosa.const"() <{values = dense<5.000000e-01> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
    %17 = "tosa.const"() <{values = dense<0xFFF0000000000000> : tensor<1x1x1x1xf64>}> : () -> tensor<1x1x1x1xf64>
    %18 = tosa.greater_equal %arg3, %1 : (tensor<1xi64>, tensor<24xi64>) -> tensor<24xi1>
    %19 = tosa.reshape %18, %2 : (tensor<24xi1>, !tosa.shape<4>) -> tensor<1x1x1x24xi1>
    %20 = tosa.select %19, %14, %15 : (tensor<1x1x1x24xi1>, tensor<1x1x1x1xf16>, tensor<1x1x1x1xf16>) -> tensor<1x1x1x24xf16>
    %21 = tosa.cast %arg0 : (tensor<2x4x1x16xf16>) -> tensor<2x4x1x16xf32>
    %22 = tosa.cast %arg1 : (tensor<2x2x24x16xf16>) -> tensor<2x2x24x16xf32>
    %23 = tosa.cast %arg2 : (tensor<2x2x24x16xf16>) -> tensor<2x2x24x16xf32>
    %24 = tosa.mul %21, %16, %3 : (tensor<2x4x1x16xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x16xf32>
    %25 = tosa.reshape %22, %4 : (tensor<2x2x24x16xf32>, !tosa.shape<5>) -> tensor<2x2x1x24x16xf32>
    %26 = tosa.tile %25, %5 : (tensor<2x2x1x24x16xf32>, !tosa.shape<5>) -> tensor<2x2x2x24x16xf32>
    %27 = tosa.reshape %26, %6 : (tensor<2x2x2x24x16xf32>, !tosa.shape<4>) -> tensor<2x4x24x16xf32>
    %28 = tosa.reshape %23, %4 : (tensor<2x2x24x16xf32>, !tosa.shape<5>) -> tensor<2x2x1x24x16xf32>
    %29 = tosa.tile %28, %5 : (tensor<2x2x1x24x16xf32>, !tosa.shape<5>) -> tensor<2x2x2x24x16xf32>
    %30 = tosa.transpose %27 {perms = array<i32: 0, 1, 3, 2>} : (tensor<2x4x24x16xf32>) -> tensor<2x4x16x24xf32>
    %31 = tosa.mul %30, %16, %3 : (tensor<2x4x16x24xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x16x24xf32>
    %32 = tosa.reshape %24, %7 : (tensor<2x4x1x16xf32>, !tosa.shape<3>) -> tensor<8x1x16xf32>
    %33 = tosa.reshape %31, %8 : (tensor<2x4x16x24xf32>, !tosa.shape<3>) -> tensor<8x16x24xf32>
    %34 = tosa.matmul %32, %33, %9, %9 : (tensor<8x1x16xf32>, tensor<8x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x1x24xf32>
    %35 = tosa.reshape %34, %10 : (tensor<8x1x24xf32>, !tosa.shape<4>) -> tensor<2x4x1x24xf32>
    %36 = tosa.cast %20 : (tensor<1x1x1x24xf16>) -> tensor<1x1x1x24xf32>
    %37 = tosa.add %35, %36 : (tensor<2x4x1x24xf32>, tensor<1x1x1x24xf32>) -> tensor<2x4x1x24xf32>
    %38 = tosa.reduce_max %37 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %39 = tosa.sub %37, %38 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) -> tensor<2x4x1x24xf32>
    %40 = tosa.exp %39 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %41 = tosa.reduce_sum %40 {axis = 3 : i32} : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x1xf32>
    %42 = tosa.reciprocal %41 : (tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %43 = tosa.mul %40, %42, %3 : (tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<1xi8>) -> tensor<2x4x1x24xf32>
    %44 = tosa.cast %37 : (tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf64>
    %45 = tosa.equal %44, %17 : (tensor<2x4x1x24xf64>, tensor<1x1x1x1xf64>) -> tensor<2x4x1x24xi1>
    %46 = tosa.reduce_all %45 {axis = 3 : i32} : (tensor<2x4x1x24xi1>) -> tensor<2x4x1x1xi1>
    %47 = tosa.select %46, %0, %43 : (tensor<2x4x1x1xi1>, tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %48 = tosa.reshape %47, %11 : (tensor<2x4x1x24xf32>, !tosa.shape<3>) -> tensor<8x1x24xf32>
    %49 = tosa.reshape %29, %12 : (tensor<2x2x2x24x16xf32>, !tosa.shape<3>) -> tensor<8x24x16xf32>
    %50 = tosa.matmul %48, %49, %9, %9 : (tensor<8x1x24xf32>, tensor<8x24x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x1x16xf32>
    %51 = tosa.reshape %50, %13 : (tensor<8x1x16xf32>, !tosa.shape<4>) -> tensor<2x4x1x16xf32>
    %52 = tosa.cast %51 : (tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf16>
    return %52 : tensor<2x4x1x16xf16>
  }
}
