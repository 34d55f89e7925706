#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d5)>
#map3 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d5, d4)>
#map4 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
#map5 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4, d5)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map8 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map9 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, 0)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map11 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x2x24x16xf32>, %arg2: tensor<2x2x24x16xf32>) -> tensor<2x4x1x16xf32> {
    %cst = arith.constant 5.000000e-01 : f32
    %cst_0 = arith.constant 0.000000e+00 : f32
    %cst_1 = arith.constant 0xFF800000 : f32
    %0 = tensor.empty() : tensor<2x2x2x24x16xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x2x24x16xf32>) outs(%0 : tensor<2x2x2x24x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x24x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x2x24x16xf32>) outs(%0 : tensor<2x2x2x24x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x24x16xf32>
    %3 = tensor.empty() : tensor<8x16x24xf32>
    %expanded = tensor.expand_shape %3 [[0, 1, 2], [3], [4]] output_shape [2, 2, 2, 16, 24] : tensor<8x16x24xf32> into tensor<2x2x2x16x24xf32>
    %transposed = linalg.transpose ins(%1 : tensor<2x2x2x24x16xf32>) outs(%expanded : tensor<2x2x2x16x24xf32>) permutation = [0, 1, 2, 4, 3] 
    %4 = tensor.empty() : tensor<8x1x24xf32>
    %expanded_2 = tensor.expand_shape %4 [[0, 1, 2], [3], [4]] output_shape [2, 2, 2, 1, 24] : tensor<8x1x24xf32> into tensor<2x2x2x1x24xf32>
    %5 = linalg.fill ins(%cst_0 : f32) outs(%expanded_2 : tensor<2x2x2x1x24xf32>) -> tensor<2x2x2x1x24xf32>
    %expanded_3 = tensor.expand_shape %arg0 [[0], [1, 2], [3], [4]] output_shape [2, 2, 2, 1, 16] : tensor<2x4x1x16xf32> into tensor<2x2x2x1x16xf32>
    %6 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_3, %transposed : tensor<2x2x2x1x16xf32>, tensor<2x2x2x16x24xf32>) outs(%5 : tensor<2x2x2x1x24xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %18 = arith.mulf %in_9, %cst : f32
      %19 = arith.mulf %in, %cst : f32
      %20 = arith.mulf %19, %18 : f32
      %21 = arith.addf %out, %20 : f32
      linalg.yield %21 : f32
    } -> tensor<2x2x2x1x24xf32>
    %collapsed = tensor.collapse_shape %6 [[0], [1, 2], [3], [4]] : tensor<2x2x2x1x24xf32> into tensor<2x4x1x24xf32>
    %7 = tensor.empty() : tensor<2x4x1xf32>
    %expanded_4 = tensor.expand_shape %7 [[0], [1, 2], [3, 4]] output_shape [2, 2, 2, 1, 1] : tensor<2x4x1xf32> into tensor<2x2x2x1x1xf32>
    %8 = linalg.fill ins(%cst_1 : f32) outs(%expanded_4 : tensor<2x2x2x1x1xf32>) -> tensor<2x2x2x1x1xf32>
    %expanded_5 = tensor.expand_shape %6 [[0], [1], [2], [3, 4], [5]] output_shape [2, 2, 2, 1, 1, 24] : tensor<2x2x2x1x24xf32> into tensor<2x2x2x1x1x24xf32>
    %9 = linalg.generic {indexing_maps = [#map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_5 : tensor<2x2x2x1x1x24xf32>) outs(%8 : tensor<2x2x2x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x2x2x1x1xf32>
    %collapsed_6 = tensor.collapse_shape %9 [[0], [1, 2], [3], [4]] : tensor<2x2x2x1x1xf32> into tensor<2x4x1x1xf32>
    %10 = tensor.empty() : tensor<2x4x1x24xf32>
    %11 = linalg.generic {indexing_maps = [#map6, #map7, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed, %collapsed_6 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %18 = arith.subf %in, %in_9 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<2x4x1x24xf32>
    %12 = tensor.empty() : tensor<2x4x1x1xf32>
    %13 = linalg.fill ins(%cst_0 : f32) outs(%12 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %14 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x4x1x24xf32>) outs(%13 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x1x1xf32>
    %15 = tensor.empty() : tensor<8x1x16xf32>
    %expanded_7 = tensor.expand_shape %15 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %16 = linalg.fill ins(%cst_0 : f32) outs(%expanded_7 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
    %collapsed_8 = tensor.collapse_shape %2 [[0], [1, 2], [3], [4]] : tensor<2x2x2x24x16xf32> into tensor<2x4x24x16xf32>
    %17 = linalg.generic {indexing_maps = [#map8, #map9, #map10, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%11, %14, %collapsed_8 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<2x4x24x16xf32>) outs(%16 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %in_9: f32, %in_10: f32, %out: f32):
      %18 = arith.divf %in, %in_9 : f32
      %19 = arith.mulf %18, %in_10 : f32
      %20 = arith.addf %out, %19 : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x16xf32>
    return %17 : tensor<2x4x1x16xf32>
  }
}

