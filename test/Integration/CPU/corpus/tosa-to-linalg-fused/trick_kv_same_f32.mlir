#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map6 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x24x16xf32>) -> tensor<2x4x1x16xf32> {
    %cst = arith.constant 2.500000e-01 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant -3.40282347E+38 : f32
    %cst_2 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x4x16x24xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x24x16xf32>) outs(%0 : tensor<2x4x16x24xf32>) permutation = [0, 1, 3, 2] 
    %1 = tensor.empty() : tensor<8x1x24xf32>
    %expanded = tensor.expand_shape %1 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xf32> into tensor<2x4x1x24xf32>
    %2 = linalg.fill ins(%cst_2 : f32) outs(%expanded : tensor<2x4x1x24xf32>) -> tensor<2x4x1x24xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %transposed : tensor<2x4x1x16xf32>, tensor<2x4x16x24xf32>) outs(%2 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %15 = arith.mulf %in, %in_7 : f32
      %16 = arith.addf %out, %15 : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x1x24xf32>
    %4 = tensor.empty() : tensor<2x4x1x24xf32>
    %5 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3 : tensor<2x4x1x24xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.mulf %in, %cst : f32
      linalg.yield %15 : f32
    } -> tensor<2x4x1x24xf32>
    %6 = tensor.empty() : tensor<2x4x1xf32>
    %expanded_3 = tensor.expand_shape %6 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %7 = linalg.fill ins(%cst_1 : f32) outs(%expanded_3 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %expanded_4 = tensor.expand_shape %5 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, 24] : tensor<2x4x1x24xf32> into tensor<2x4x1x1x24xf32>
    %8 = linalg.generic {indexing_maps = [#map4, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_4 : tensor<2x4x1x1x24xf32>) outs(%7 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.maximumf %in, %out : f32
      linalg.yield %15 : f32
    } -> tensor<2x4x1x1xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%5, %8 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %15 = arith.subf %in, %in_7 : f32
      %16 = math.exp %15 : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x1x24xf32>
    %10 = linalg.fill ins(%cst_2 : f32) outs(%expanded_3 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %expanded_5 = tensor.expand_shape %9 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, 24] : tensor<2x4x1x24xf32> into tensor<2x4x1x1x24xf32>
    %11 = linalg.generic {indexing_maps = [#map4, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_5 : tensor<2x4x1x1x24xf32>) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.addf %in, %out : f32
      linalg.yield %15 : f32
    } -> tensor<2x4x1x1xf32>
    %12 = tensor.empty() : tensor<8x1x16xf32>
    %expanded_6 = tensor.expand_shape %12 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %13 = linalg.fill ins(%cst_2 : f32) outs(%expanded_6 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map6, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%9, %11, %arg1 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<2x4x24x16xf32>) outs(%13 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %in_7: f32, %in_8: f32, %out: f32):
      %15 = arith.divf %cst_0, %in_7 : f32
      %16 = arith.mulf %in, %15 : f32
      %17 = arith.mulf %16, %in_8 : f32
      %18 = arith.addf %out, %17 : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x1x16xf32>
    return %14 : tensor<2x4x1x16xf32>
  }
}

