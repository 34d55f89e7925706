#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d5)>
#map3 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d5, d3, d4)>
#map4 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map8 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map9 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d2, 0)>
#map11 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, 0)>
#map13 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x24x16xf32>, %arg2: tensor<2x4x24x16xf32>) -> tensor<2x4x1x16xf32> {
    %cst = arith.constant dense<0.000000e+00> : tensor<1x1x24xf32>
    %cst_0 = arith.constant 5.000000e-01 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant 0xFF800000 : f32
    %0 = tensor.empty() : tensor<1xf32>
    %1 = tensor.empty() : tensor<2x4x1x24x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x24x16xf32>) outs(%1 : tensor<2x4x1x24x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24x16xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x4x24x16xf32>) outs(%1 : tensor<2x4x1x24x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24x16xf32>
    %4 = tensor.empty() : tensor<2x4x16x24xf32>
    %expanded = tensor.expand_shape %4 [[0], [1], [2], [3, 4]] output_shape [2, 4, 16, 1, 24] : tensor<2x4x16x24xf32> into tensor<2x4x16x1x24xf32>
    %transposed = linalg.transpose ins(%2 : tensor<2x4x1x24x16xf32>) outs(%expanded : tensor<2x4x16x1x24xf32>) permutation = [0, 1, 4, 2, 3] 
    %5 = tensor.empty() : tensor<8x1x24xf32>
    %expanded_3 = tensor.expand_shape %5 [[0, 1], [2], [3, 4]] output_shape [2, 4, 1, 1, 24] : tensor<8x1x24xf32> into tensor<2x4x1x1x24xf32>
    %6 = linalg.fill ins(%cst_1 : f32) outs(%expanded_3 : tensor<2x4x1x1x24xf32>) -> tensor<2x4x1x1x24xf32>
    %7 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %transposed : tensor<2x4x1x16xf32>, tensor<2x4x16x1x24xf32>) outs(%6 : tensor<2x4x1x1x24xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %23 = arith.mulf %in_8, %cst_0 : f32
      %24 = arith.mulf %in, %cst_0 : f32
      %25 = arith.mulf %24, %23 : f32
      %26 = arith.addf %out, %25 : f32
      linalg.yield %26 : f32
    } -> tensor<2x4x1x1x24xf32>
    %8 = tensor.empty() : tensor<2x4x1x24xf32>
    %9 = tensor.empty() : tensor<2x4x1x1x24xf32>
    %10 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%7 : tensor<2x4x1x1x24xf32>) outs(%9 : tensor<2x4x1x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.addf %in, %cst_1 : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x1x1x24xf32>
    %collapsed = tensor.collapse_shape %10 [[0], [1], [2], [3, 4]] : tensor<2x4x1x1x24xf32> into tensor<2x4x1x24xf32>
    %11 = tensor.empty() : tensor<2x4x1xf32>
    %expanded_4 = tensor.expand_shape %11 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %12 = linalg.fill ins(%cst_2 : f32) outs(%expanded_4 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %13 = linalg.generic {indexing_maps = [#map1, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%10 : tensor<2x4x1x1x24xf32>) outs(%12 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.maximumf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x1x1xf32>
    %14 = linalg.generic {indexing_maps = [#map6, #map7, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed, %13 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %23 = arith.subf %in, %in_8 : f32
      %24 = math.exp %23 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x24xf32>
    %15 = tensor.empty() : tensor<2x4x1x1xf32>
    %16 = linalg.fill ins(%cst_1 : f32) outs(%15 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %17 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%14 : tensor<2x4x1x24xf32>) outs(%16 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.addf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x1x1xf32>
    %expanded_5 = tensor.expand_shape %0 [[0, 1]] output_shape [1, 1] : tensor<1xf32> into tensor<1x1xf32>
    %18 = linalg.fill ins(%cst_2 : f32) outs(%expanded_5 : tensor<1x1xf32>) -> tensor<1x1xf32>
    %19 = linalg.generic {indexing_maps = [#map8, #map9], iterator_types = ["parallel", "parallel", "reduction"]} ins(%cst : tensor<1x1x24xf32>) outs(%18 : tensor<1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.maximumf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<1x1xf32>
    %20 = tensor.empty() : tensor<8x1x16xf32>
    %expanded_6 = tensor.expand_shape %20 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %21 = linalg.fill ins(%cst_1 : f32) outs(%expanded_6 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
    %collapsed_7 = tensor.collapse_shape %3 [[0], [1], [2, 3], [4]] : tensor<2x4x1x24x16xf32> into tensor<2x4x24x16xf32>
    %22 = linalg.generic {indexing_maps = [#map10, #map11, #map12, #map13, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%19, %14, %17, %collapsed_7 : tensor<1x1xf32>, tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>, tensor<2x4x24x16xf32>) outs(%21 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %in_9: f32, %in_10: f32, %out: f32):
      %23 = arith.divf %in_8, %in_9 : f32
      %24 = arith.cmpf oeq, %in, %cst_2 : f32
      %25 = arith.select %24, %cst_1, %23 : f32
      %26 = arith.mulf %25, %in_10 : f32
      %27 = arith.addf %out, %26 : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x16xf32>
    return %22 : tensor<2x4x1x16xf32>
  }
}

