module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xf16>, %arg1: tensor<2x24x2x16xf16>, %arg2: tensor<2x24x2x16xf16>, %arg3: tensor<2xi32>) -> tensor<2x1x4x16xf16> {
    %cst = arith.constant 0.000000e+00 : f16
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant -2.38197633E+38 : f32
    %cst_2 = arith.constant 2.500000e-01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x2x16x24xf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x2x16xf16>) outs(%0 : tensor<2x2x16x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x16x24xf16>
    %collapsed = tensor.collapse_shape %arg0 [[0, 1, 2, 3]] : tensor<2x1x4x16xf16> into tensor<128xf16>
    %expanded = tensor.expand_shape %collapsed [[0, 1, 2]] output_shape [4, 2, 16] : tensor<128xf16> into tensor<4x2x16xf16>
    %collapsed_4 = tensor.collapse_shape %1 [[0, 1], [2], [3]] : tensor<2x2x16x24xf16> into tensor<4x16x24xf16>
    %2 = tensor.empty() : tensor<4x2x24xf32>
    %3 = linalg.fill ins(%cst_3 : f32) outs(%2 : tensor<4x2x24xf32>) -> tensor<4x2x24xf32>
    %4 = linalg.batch_matmul ins(%expanded, %collapsed_4 : tensor<4x2x16xf16>, tensor<4x16x24xf16>) outs(%3 : tensor<4x2x24xf32>) -> tensor<4x2x24xf32>
    %expanded_5 = tensor.expand_shape %4 [[0, 1], [2, 3], [4]] output_shape [2, 2, 1, 2, 24] : tensor<4x2x24xf32> into tensor<2x2x1x2x24xf32>
    %5 = tensor.empty() : tensor<2x2x1x2x24xf32>
    %6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_5 : tensor<2x2x1x2x24xf32>) outs(%5 : tensor<2x2x1x2x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %52 = arith.mulf %in, %cst_2 : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x1x2x24xf32>
    %7 = tensor.empty() : tensor<24xi32>
    %8 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%7 : tensor<24xi32>) {
    ^bb0(%out: i32):
      %52 = linalg.index 0 : index
      %53 = arith.index_cast %52 : index to i32
      linalg.yield %53 : i32
    } -> tensor<24xi32>
    %9 = tensor.empty() : tensor<2x1x24xi32>
    %10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<24xi32>) outs(%9 : tensor<2x1x24xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<2x1x24xi32>
    %11 = tensor.empty() : tensor<2x1x24xi32>
    %12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg3 : tensor<2xi32>) outs(%11 : tensor<2x1x24xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<2x1x24xi32>
    %13 = tensor.empty() : tensor<2x1x24xi1>
    %14 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10, %12 : tensor<2x1x24xi32>, tensor<2x1x24xi32>) outs(%13 : tensor<2x1x24xi1>) {
    ^bb0(%in: i32, %in_10: i32, %out: i1):
      %52 = arith.cmpi slt, %in, %in_10 : i32
      linalg.yield %52 : i1
    } -> tensor<2x1x24xi1>
    %15 = tensor.empty() : tensor<2x2x1x24xi1>
    %16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14 : tensor<2x1x24xi1>) outs(%15 : tensor<2x2x1x24xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<2x2x1x24xi1>
    %17 = tensor.empty() : tensor<2x2x2x1x24xi1>
    %18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%16 : tensor<2x2x1x24xi1>) outs(%17 : tensor<2x2x2x1x24xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<2x2x2x1x24xi1>
    %19 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d0, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<2x2x1x2x24xf32>) outs(%19 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1x24xf32>
    %21 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%18, %20 : tensor<2x2x2x1x24xi1>, tensor<2x2x2x1x24xf32>) outs(%21 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: i1, %in_10: f32, %out: f32):
      %52 = arith.select %in, %in_10, %cst_1 : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x2x1x24xf32>
    %23 = tensor.empty() : tensor<2x2x2x1xf32>
    %24 = linalg.fill ins(%cst_0 : f32) outs(%23 : tensor<2x2x2x1xf32>) -> tensor<2x2x2x1xf32>
    %25 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%22 : tensor<2x2x2x1x24xf32>) outs(%24 : tensor<2x2x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %52 = arith.maximumf %out, %in : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x2x1xf32>
    %26 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %27 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%25 : tensor<2x2x2x1xf32>) outs(%26 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1x24xf32>
    %28 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %29 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%22, %27 : tensor<2x2x2x1x24xf32>, tensor<2x2x2x1x24xf32>) outs(%28 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %52 = arith.subf %in, %in_10 : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x2x1x24xf32>
    %30 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %31 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%29 : tensor<2x2x2x1x24xf32>) outs(%30 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %52 = math.exp %in : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x2x1x24xf32>
    %32 = tensor.empty() : tensor<2x2x2x1xf32>
    %33 = linalg.fill ins(%cst_3 : f32) outs(%32 : tensor<2x2x2x1xf32>) -> tensor<2x2x2x1xf32>
    %34 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%31 : tensor<2x2x2x1x24xf32>) outs(%33 : tensor<2x2x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %52 = arith.addf %out, %in : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x2x1xf32>
    %35 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %36 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%34 : tensor<2x2x2x1xf32>) outs(%35 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1x24xf32>
    %37 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %38 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%31, %36 : tensor<2x2x2x1x24xf32>, tensor<2x2x2x1x24xf32>) outs(%37 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %52 = arith.divf %in, %in_10 : f32
      linalg.yield %52 : f32
    } -> tensor<2x2x2x1x24xf32>
    %39 = tensor.empty() : tensor<2x2x2x1x24xf16>
    %40 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%38 : tensor<2x2x2x1x24xf32>) outs(%39 : tensor<2x2x2x1x24xf16>) {
    ^bb0(%in: f32, %out: f16):
      %52 = arith.truncf %in : f32 to f16
      linalg.yield %52 : f16
    } -> tensor<2x2x2x1x24xf16>
    %41 = tensor.empty() : tensor<2x2x16x24xf16>
    %42 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x2x16xf16>) outs(%41 : tensor<2x2x16x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x16x24xf16>
    %43 = tensor.empty() : tensor<2x2x24x2x1xf16>
    %44 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d3, d0, d1, d4, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%40 : tensor<2x2x2x1x24xf16>) outs(%43 : tensor<2x2x24x2x1xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x24x2x1xf16>
    %collapsed_6 = tensor.collapse_shape %42 [[0, 1], [2], [3]] : tensor<2x2x16x24xf16> into tensor<4x16x24xf16>
    %collapsed_7 = tensor.collapse_shape %44 [[0, 1], [2], [3, 4]] : tensor<2x2x24x2x1xf16> into tensor<4x24x2xf16>
    %45 = tensor.empty() : tensor<4x16x2xf16>
    %46 = linalg.fill ins(%cst : f16) outs(%45 : tensor<4x16x2xf16>) -> tensor<4x16x2xf16>
    %47 = linalg.batch_matmul ins(%collapsed_6, %collapsed_7 : tensor<4x16x24xf16>, tensor<4x24x2xf16>) outs(%46 : tensor<4x16x2xf16>) -> tensor<4x16x2xf16>
    %expanded_8 = tensor.expand_shape %47 [[0, 1], [2], [3, 4]] output_shape [2, 2, 16, 2, 1] : tensor<4x16x2xf16> into tensor<2x2x16x2x1xf16>
    %48 = tensor.empty() : tensor<2x2x1x2x16xf16>
    %49 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d4, d0, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<2x2x16x2x1xf16>) outs(%48 : tensor<2x2x1x2x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x1x2x16xf16>
    %50 = tensor.empty() : tensor<2x1x2x2x16xf16>
    %51 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d3, d0, d1, d2, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%49 : tensor<2x2x1x2x16xf16>) outs(%50 : tensor<2x1x2x2x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x1x2x2x16xf16>
    %collapsed_9 = tensor.collapse_shape %51 [[0], [1], [2, 3], [4]] : tensor<2x1x2x2x16xf16> into tensor<2x1x4x16xf16>
    return %collapsed_9 : tensor<2x1x4x16xf16>
  }
}