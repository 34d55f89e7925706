#map = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x2x2x16xf16>, %arg1: tensor<2x24x2x16xf16>, %arg2: tensor<2x24x2x16xf16>) -> tensor<2x2x2x16xf16> {
    %cst = arith.constant 0.000000e+00 : f16
    %cst_0 = arith.constant 2.500000e-01 : f16
    %cst_1 = arith.constant 0xFC00 : f16
    %cst_2 = arith.constant 0.000000e+00 : f32
    %3 = tensor.empty() : tensor<2x2x24x16xf16>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x2x16xf16>) outs(%3 : tensor<2x2x24x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x24x16xf16>
    %5 = tensor.empty() : tensor<2x2x16x2xf16>
    %6 = linalg.generic {indexing_maps = [#map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x2x2x16xf16>) outs(%5 : tensor<2x2x16x2xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x16x2xf16>
    %collapsed = tensor.collapse_shape %4 [[0, 1], [2], [3]] : tensor<2x2x24x16xf16> into tensor<4x24x16xf16>
    %collapsed_3 = tensor.collapse_shape %6 [[0, 1], [2], [3]] : tensor<2x2x16x2xf16> into tensor<4x16x2xf16>
    %7 = tensor.empty() : tensor<4x24x2xf16>
    %8 = linalg.fill ins(%cst : f16) outs(%7 : tensor<4x24x2xf16>) -> tensor<4x24x2xf16>
    %9 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<4x24x16xf16>, tensor<4x16x2xf16>) outs(%8 : tensor<4x24x2xf16>) -> tensor<4x24x2xf16>
    %expanded = tensor.expand_shape %9 [[0, 1], [2], [3]] output_shape [2, 2, 24, 2] : tensor<4x24x2xf16> into tensor<2x2x24x2xf16>
    %10 = tensor.empty() : tensor<2x2x24x2xf16>
    %11 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x2x24x2xf16>) outs(%10 : tensor<2x2x24x2xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = arith.mulf %in, %cst_0 : f16
      linalg.yield %32 : f16
    } -> tensor<2x2x24x2xf16>
    %12 = tensor.empty() : tensor<2x2x2xf16>
    %13 = linalg.fill ins(%cst_1 : f16) outs(%12 : tensor<2x2x2xf16>) -> tensor<2x2x2xf16>
    %14 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x2x24x2xf16>) outs(%13 : tensor<2x2x2xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = arith.maximumf %out, %in : f16
      linalg.yield %32 : f16
    } -> tensor<2x2x2xf16>
    %15 = tensor.empty() : tensor<2x2x2x24xf16>
    %16 = linalg.generic {indexing_maps = [#map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14 : tensor<2x2x2xf16>) outs(%15 : tensor<2x2x2x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x2x24xf16>
    %17 = linalg.generic {indexing_maps = [#map2, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %16 : tensor<2x2x24x2xf16>, tensor<2x2x2x24xf16>) outs(%15 : tensor<2x2x2x24xf16>) {
    ^bb0(%in: f16, %in_7: f16, %out: f16):
      %32 = arith.subf %in, %in_7 : f16
      linalg.yield %32 : f16
    } -> tensor<2x2x2x24xf16>
    %18 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x2x2x24xf16>) outs(%15 : tensor<2x2x2x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = math.exp %in : f16
      linalg.yield %32 : f16
    } -> tensor<2x2x2x24xf16>
    %19 = tensor.empty() : tensor<2x2x2x24xf32>
    %20 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<2x2x2x24xf16>) outs(%19 : tensor<2x2x2x24xf32>) {
    ^bb0(%in: f16, %out: f32):
      %32 = arith.extf %in : f16 to f32
      linalg.yield %32 : f32
    } -> tensor<2x2x2x24xf32>
    %21 = tensor.empty() : tensor<2x2x2xf32>
    %22 = linalg.fill ins(%cst_2 : f32) outs(%21 : tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
    %23 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%20 : tensor<2x2x2x24xf32>) outs(%22 : tensor<2x2x2xf32>) {
    ^bb0(%in: f32, %out: f32):
      %32 = arith.addf %out, %in : f32
      linalg.yield %32 : f32
    } -> tensor<2x2x2xf32>
    %24 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<2x2x2xf32>) outs(%12 : tensor<2x2x2xf16>) {
    ^bb0(%in: f32, %out: f16):
      %32 = arith.truncf %in : f32 to f16
      linalg.yield %32 : f16
    } -> tensor<2x2x2xf16>
    %25 = linalg.generic {indexing_maps = [#map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24 : tensor<2x2x2xf16>) outs(%15 : tensor<2x2x2x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x2x24xf16>
    %26 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %25 : tensor<2x2x2x24xf16>, tensor<2x2x2x24xf16>) outs(%15 : tensor<2x2x2x24xf16>) {
    ^bb0(%in: f16, %in_7: f16, %out: f16):
      %32 = arith.divf %in, %in_7 : f16
      linalg.yield %32 : f16
    } -> tensor<2x2x2x24xf16>
    %27 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x2x16xf16>) outs(%3 : tensor<2x2x24x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x2x24x16xf16>
    %collapsed_4 = tensor.collapse_shape %26 [[0, 1], [2], [3]] : tensor<2x2x2x24xf16> into tensor<4x2x24xf16>
    %collapsed_5 = tensor.collapse_shape %27 [[0, 1], [2], [3]] : tensor<2x2x24x16xf16> into tensor<4x24x16xf16>
    %28 = tensor.empty() : tensor<4x2x16xf16>
    %29 = linalg.fill ins(%cst : f16) outs(%28 : tensor<4x2x16xf16>) -> tensor<4x2x16xf16>
    %30 = linalg.batch_matmul ins(%collapsed_4, %collapsed_5 : tensor<4x2x24xf16>, tensor<4x24x16xf16>) outs(%29 : tensor<4x2x16xf16>) -> tensor<4x2x16xf16>
    %expanded_6 = tensor.expand_shape %30 [[0, 1], [2], [3]] output_shape [2, 2, 2, 16] : tensor<4x2x16xf16> into tensor<2x2x2x16xf16>
    return %expanded_6 : tensor<2x2x2x16xf16>
  }
}

