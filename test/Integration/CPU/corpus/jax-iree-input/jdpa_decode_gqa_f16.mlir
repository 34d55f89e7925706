module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xf16>, %arg1: tensor<2x24x2x16xf16>, %arg2: tensor<2x24x2x16xf16>) -> tensor<2x1x4x16xf16> {
    %cst = arith.constant 0.000000e+00 : f16
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f32
    %cst_2 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x2x16x24xf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x2x16xf16>) outs(%0 : tensor<2x2x16x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x16x24xf16>
    %collapsed = tensor.collapse_shape %arg0 [[0, 1, 2, 3]] : tensor<2x1x4x16xf16> into tensor<128xf16>
    %expanded = tensor.expand_shape %collapsed [[0, 1, 2]] output_shape [4, 2, 16] : tensor<128xf16> into tensor<4x2x16xf16>
    %collapsed_3 = tensor.collapse_shape %1 [[0, 1], [2], [3]] : tensor<2x2x16x24xf16> into tensor<4x16x24xf16>
    %2 = tensor.empty() : tensor<4x2x24xf32>
    %3 = linalg.fill ins(%cst_2 : f32) outs(%2 : tensor<4x2x24xf32>) -> tensor<4x2x24xf32>
    %4 = linalg.batch_matmul ins(%expanded, %collapsed_3 : tensor<4x2x16xf16>, tensor<4x16x24xf16>) outs(%3 : tensor<4x2x24xf32>) -> tensor<4x2x24xf32>
    %expanded_4 = tensor.expand_shape %4 [[0, 1], [2, 3], [4]] output_shape [2, 2, 1, 2, 24] : tensor<4x2x24xf32> into tensor<2x2x1x2x24xf32>
    %5 = tensor.empty() : tensor<2x2x1x2x24xf32>
    %6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_4 : tensor<2x2x1x2x24xf32>) outs(%5 : tensor<2x2x1x2x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %40 = arith.mulf %in, %cst_1 : f32
      linalg.yield %40 : f32
    } -> tensor<2x2x1x2x24xf32>
    %7 = tensor.empty() : tensor<2x2x1x2xf32>
    %8 = linalg.fill ins(%cst_0 : f32) outs(%7 : tensor<2x2x1x2xf32>) -> tensor<2x2x1x2xf32>
    %9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%6 : tensor<2x2x1x2x24xf32>) outs(%8 : tensor<2x2x1x2xf32>) {
    ^bb0(%in: f32, %out: f32):
      %40 = arith.maximumf %out, %in : f32
      linalg.yield %40 : f32
    } -> tensor<2x2x1x2xf32>
    %10 = tensor.empty() : tensor<2x2x2x1xf32>
    %11 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1, d2, d3, d0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9 : tensor<2x2x1x2xf32>) outs(%10 : tensor<2x2x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1xf32>
    %12 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d0, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<2x2x1x2x24xf32>) outs(%12 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1x24xf32>
    %14 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%11 : tensor<2x2x2x1xf32>) outs(%14 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1x24xf32>
    %16 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%13, %15 : tensor<2x2x2x1x24xf32>, tensor<2x2x2x1x24xf32>) outs(%16 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %40 = arith.subf %in, %in_9 : f32
      linalg.yield %40 : f32
    } -> tensor<2x2x2x1x24xf32>
    %18 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %19 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x2x2x1x24xf32>) outs(%18 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %40 = math.exp %in : f32
      linalg.yield %40 : f32
    } -> tensor<2x2x2x1x24xf32>
    %20 = tensor.empty() : tensor<2x2x2x1xf32>
    %21 = linalg.fill ins(%cst_2 : f32) outs(%20 : tensor<2x2x2x1xf32>) -> tensor<2x2x2x1xf32>
    %22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%19 : tensor<2x2x2x1x24xf32>) outs(%21 : tensor<2x2x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %40 = arith.addf %out, %in : f32
      linalg.yield %40 : f32
    } -> tensor<2x2x2x1xf32>
    %23 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%22 : tensor<2x2x2x1xf32>) outs(%23 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x1x24xf32>
    %25 = tensor.empty() : tensor<2x2x2x1x24xf32>
    %26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%19, %24 : tensor<2x2x2x1x24xf32>, tensor<2x2x2x1x24xf32>) outs(%25 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %40 = arith.divf %in, %in_9 : f32
      linalg.yield %40 : f32
    } -> tensor<2x2x2x1x24xf32>
    %27 = tensor.empty() : tensor<2x2x2x1x24xf16>
    %28 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%26 : tensor<2x2x2x1x24xf32>) outs(%27 : tensor<2x2x2x1x24xf16>) {
    ^bb0(%in: f32, %out: f16):
      %40 = arith.truncf %in : f32 to f16
      linalg.yield %40 : f16
    } -> tensor<2x2x2x1x24xf16>
    %29 = tensor.empty() : tensor<2x2x16x24xf16>
    %30 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x2x16xf16>) outs(%29 : tensor<2x2x16x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x16x24xf16>
    %31 = tensor.empty() : tensor<2x2x24x2x1xf16>
    %32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d3, d0, d1, d4, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%28 : tensor<2x2x2x1x24xf16>) outs(%31 : tensor<2x2x24x2x1xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x24x2x1xf16>
    %collapsed_5 = tensor.collapse_shape %30 [[0, 1], [2], [3]] : tensor<2x2x16x24xf16> into tensor<4x16x24xf16>
    %collapsed_6 = tensor.collapse_shape %32 [[0, 1], [2], [3, 4]] : tensor<2x2x24x2x1xf16> into tensor<4x24x2xf16>
    %33 = tensor.empty() : tensor<4x16x2xf16>
    %34 = linalg.fill ins(%cst : f16) outs(%33 : tensor<4x16x2xf16>) -> tensor<4x16x2xf16>
    %35 = linalg.batch_matmul ins(%collapsed_5, %collapsed_6 : tensor<4x16x24xf16>, tensor<4x24x2xf16>) outs(%34 : tensor<4x16x2xf16>) -> tensor<4x16x2xf16>
    %expanded_7 = tensor.expand_shape %35 [[0, 1], [2], [3, 4]] output_shape [2, 2, 16, 2, 1] : tensor<4x16x2xf16> into tensor<2x2x16x2x1xf16>
    %36 = tensor.empty() : tensor<2x2x1x2x16xf16>
    %37 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d4, d0, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_7 : tensor<2x2x16x2x1xf16>) outs(%36 : tensor<2x2x1x2x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x1x2x16xf16>
    %38 = tensor.empty() : tensor<2x1x2x2x16xf16>
    %39 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d3, d0, d1, d2, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%37 : tensor<2x2x1x2x16xf16>) outs(%38 : tensor<2x1x2x2x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x1x2x2x16xf16>
    %collapsed_8 = tensor.collapse_shape %39 [[0], [1], [2, 3], [4]] : tensor<2x1x2x2x16xf16> into tensor<2x1x4x16xf16>
    return %collapsed_8 : tensor<2x1x4x16xf16>
  }
}