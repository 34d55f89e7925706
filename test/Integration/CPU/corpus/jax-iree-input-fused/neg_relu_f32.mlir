#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xf32>, %arg1: tensor<2x24x4x16xf32>, %arg2: tensor<2x24x4x16xf32>) -> tensor<2x1x4x16xf32> {
    %cst = arith.constant 2.500000e-01 : f32
    %cst_0 = arith.constant 0.000000e+00 : f32
    %collapsed = tensor.collapse_shape %arg0 [[0, 1, 2, 3]] : tensor<2x1x4x16xf32> into tensor<128xf32>
    %0 = tensor.empty() : tensor<8x1x24xf32>
    %expanded = tensor.expand_shape %0 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xf32> into tensor<2x4x1x24xf32>
    %1 = linalg.fill ins(%cst_0 : f32) outs(%expanded : tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %expanded_1 = tensor.expand_shape %collapsed [[0, 1, 2, 3]] output_shape [2, 4, 1, 16] : tensor<128xf32> into tensor<2x4x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_1, %arg1 : tensor<2x4x1x16xf32>, tensor<2x24x4x16xf32>) outs(%1 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %8 = arith.mulf %in, %in_7 : f32
      %9 = arith.addf %out, %8 : f32
      linalg.yield %9 : f32
    } -> tensor<2x4x1x24xf32>
    %3 = tensor.empty() : tensor<2x4x1x24xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x4x1x24xf32>) outs(%3 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %8 = arith.mulf %in, %cst : f32
      %9 = arith.maximumf %8, %cst_0 : f32
      linalg.yield %9 : f32
    } -> tensor<2x4x1x24xf32>
    %collapsed_2 = tensor.collapse_shape %4 [[0, 1, 2, 3]] : tensor<2x4x1x24xf32> into tensor<192xf32>
    %5 = tensor.empty() : tensor<8x16x1xf32>
    %expanded_3 = tensor.expand_shape %5 [[0, 1], [2], [3]] output_shape [2, 4, 16, 1] : tensor<8x16x1xf32> into tensor<2x4x16x1xf32>
    %6 = linalg.fill ins(%cst_0 : f32) outs(%expanded_3 : tensor<2x4x16x1xf32>) -> tensor<2x4x16x1xf32>
    %expanded_4 = tensor.expand_shape %collapsed_2 [[0, 1, 2, 3]] output_shape [2, 4, 24, 1] : tensor<192xf32> into tensor<2x4x24x1xf32>
    %7 = linalg.generic {indexing_maps = [#map4, #map5, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg2, %expanded_4 : tensor<2x24x4x16xf32>, tensor<2x4x24x1xf32>) outs(%6 : tensor<2x4x16x1xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %8 = arith.mulf %in, %in_7 : f32
      %9 = arith.addf %out, %8 : f32
      linalg.yield %9 : f32
    } -> tensor<2x4x16x1xf32>
    %collapsed_5 = tensor.collapse_shape %7 [[0, 1, 2, 3]] : tensor<2x4x16x1xf32> into tensor<128xf32>
    %expanded_6 = tensor.expand_shape %collapsed_5 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xf32> into tensor<2x1x4x16xf32>
    return %expanded_6 : tensor<2x1x4x16xf32>
  }
}

