#map = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3, d5, d6)>
#map1 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d5, d6)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d0, d4)>
#map6 = affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d0)>
#map7 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d5, d6, d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d0, d5, d4, d6)>
#map9 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d0, d5, d4)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d4, d3, d1)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xf32>, %arg1: tensor<2x24x1x16xf32>, %arg2: tensor<2x24x1x16xf32>) -> tensor<2x1x4x16xf32> {
    %cst = arith.constant 0xFF800000 : f32
    %cst_0 = arith.constant 2.500000e-01 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x4x24xf32>
    %expanded = tensor.expand_shape %0 [[0], [1, 2, 3], [4]] output_shape [2, 1, 1, 4, 24] : tensor<2x4x24xf32> into tensor<2x1x1x4x24xf32>
    %1 = linalg.fill ins(%cst_1 : f32) outs(%expanded : tensor<2x1x1x4x24xf32>) -> tensor<2x1x1x4x24xf32>
    %expanded_2 = tensor.expand_shape %arg0 [[0], [1], [2, 3], [4, 5]] output_shape [2, 1, 1, 4, 1, 16] : tensor<2x1x4x16xf32> into tensor<2x1x1x4x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%expanded_2, %arg1 : tensor<2x1x1x4x1x16xf32>, tensor<2x24x1x16xf32>) outs(%1 : tensor<2x1x1x4x24xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %18 = arith.mulf %in, %in_5 : f32
      %19 = arith.addf %out, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<2x1x1x4x24xf32>
    %3 = tensor.empty() : tensor<2x1x1x4x24xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x1x1x4x24xf32>) outs(%3 : tensor<2x1x1x4x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.mulf %in, %cst_0 : f32
      linalg.yield %18 : f32
    } -> tensor<2x1x1x4x24xf32>
    %5 = tensor.empty() : tensor<2x1x1x4xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<2x1x1x4xf32>) -> tensor<2x1x1x4xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%4 : tensor<2x1x1x4x24xf32>) outs(%6 : tensor<2x1x1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %out, %in : f32
      linalg.yield %18 : f32
    } -> tensor<2x1x1x4xf32>
    %8 = tensor.empty() : tensor<4x2x1x1xf32>
    %9 = tensor.empty() : tensor<4x2x1x1x24xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map6, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<2x1x1x4x24xf32>, tensor<2x1x1x4xf32>) outs(%9 : tensor<4x2x1x1x24xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %18 = arith.subf %in, %in_5 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<4x2x1x1x24xf32>
    %11 = linalg.fill ins(%cst_1 : f32) outs(%8 : tensor<4x2x1x1xf32>) -> tensor<4x2x1x1xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%10 : tensor<4x2x1x1x24xf32>) outs(%11 : tensor<4x2x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %out, %in : f32
      linalg.yield %18 : f32
    } -> tensor<4x2x1x1xf32>
    %13 = tensor.empty() : tensor<2x16x4xf32>
    %expanded_3 = tensor.expand_shape %13 [[0], [1, 2], [3, 4]] output_shape [2, 1, 16, 4, 1] : tensor<2x16x4xf32> into tensor<2x1x16x4x1xf32>
    %14 = linalg.fill ins(%cst_1 : f32) outs(%expanded_3 : tensor<2x1x16x4x1xf32>) -> tensor<2x1x16x4x1xf32>
    %expanded_4 = tensor.expand_shape %arg2 [[0], [1, 2], [3], [4]] output_shape [2, 1, 24, 1, 16] : tensor<2x24x1x16xf32> into tensor<2x1x24x1x16xf32>
    %15 = linalg.generic {indexing_maps = [#map7, #map8, #map9, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%expanded_4, %10, %12 : tensor<2x1x24x1x16xf32>, tensor<4x2x1x1x24xf32>, tensor<4x2x1x1xf32>) outs(%14 : tensor<2x1x16x4x1xf32>) {
    ^bb0(%in: f32, %in_5: f32, %in_6: f32, %out: f32):
      %18 = arith.divf %in_5, %in_6 : f32
      %19 = arith.mulf %in, %18 : f32
      %20 = arith.addf %out, %19 : f32
      linalg.yield %20 : f32
    } -> tensor<2x1x16x4x1xf32>
    %16 = tensor.empty() : tensor<2x1x1x4x16xf32>
    %17 = linalg.generic {indexing_maps = [#map10, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<2x1x16x4x1xf32>) outs(%16 : tensor<2x1x1x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x1x1x4x16xf32>
    %collapsed = tensor.collapse_shape %17 [[0], [1], [2, 3], [4]] : tensor<2x1x1x4x16xf32> into tensor<2x1x4x16xf32>
    return %collapsed : tensor<2x1x4x16xf32>
  }
}

