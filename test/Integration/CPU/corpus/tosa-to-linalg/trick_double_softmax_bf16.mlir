#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (0, 0, d2, 0)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x24x16xbf16>, %arg2: tensor<2x4x24x16xbf16>) -> tensor<2x4x1x16xbf16> {
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant -3.40282347E+38 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant dense<2.500000e-01> : tensor<1x1x1x1xbf16>
    %0 = tensor.empty() : tensor<2x4x16x24xbf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x24x16xbf16>) outs(%0 : tensor<2x4x16x24xbf16>) permutation = [0, 1, 3, 2] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xbf16> into tensor<8x1x16xbf16>
    %collapsed_3 = tensor.collapse_shape %transposed [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %1 = tensor.empty() : tensor<8x1x24xf32>
    %2 = linalg.fill ins(%cst_1 : f32) outs(%1 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %3 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%2 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %4 = tensor.empty() : tensor<8x1x24xbf16>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3 : tensor<8x1x24xf32>) outs(%4 : tensor<8x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %30 = arith.truncf %in : f32 to bf16
      linalg.yield %30 : bf16
    } -> tensor<8x1x24xbf16>
    %expanded = tensor.expand_shape %5 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xbf16> into tensor<2x4x1x24xbf16>
    %6 = tensor.empty() : tensor<2x4x1x24xbf16>
    %7 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %cst_2 : tensor<2x4x1x24xbf16>, tensor<1x1x1x1xbf16>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %30 = arith.mulf %in, %in_14 : bf16
      linalg.yield %30 : bf16
    } -> tensor<2x4x1x24xbf16>
    %8 = tensor.empty() : tensor<2x4x1x24xf32>
    %9 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7 : tensor<2x4x1x24xbf16>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %30 = arith.extf %in : bf16 to f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %10 = tensor.empty() : tensor<2x4x1xf32>
    %11 = linalg.fill ins(%cst_0 : f32) outs(%10 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %reduced = linalg.reduce ins(%9 : tensor<2x4x1x24xf32>) outs(%11 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %30 = arith.maximumf %in, %init : f32
        linalg.yield %30 : f32
      }
    %expanded_4 = tensor.expand_shape %reduced [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %12 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %expanded_4 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %30 = arith.subf %in, %in_14 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %13 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12 : tensor<2x4x1x24xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = math.exp %in : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %14 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %reduced_5 = linalg.reduce ins(%13 : tensor<2x4x1x24xf32>) outs(%14 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %30 = arith.addf %in, %init : f32
        linalg.yield %30 : f32
      }
    %expanded_6 = tensor.expand_shape %reduced_5 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %15 = tensor.empty() : tensor<2x4x1x1xf32>
    %16 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<2x4x1x1xf32>) outs(%15 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = arith.divf %cst, %in : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x1xf32>
    %17 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13, %16 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %30 = arith.mulf %in, %in_14 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %18 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x4x1x24xf32>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %30 = arith.truncf %in : f32 to bf16
      linalg.yield %30 : bf16
    } -> tensor<2x4x1x24xbf16>
    %19 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<2x4x1x24xbf16>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %30 = arith.extf %in : bf16 to f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %reduced_7 = linalg.reduce ins(%19 : tensor<2x4x1x24xf32>) outs(%11 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %30 = arith.maximumf %in, %init : f32
        linalg.yield %30 : f32
      }
    %expanded_8 = tensor.expand_shape %reduced_7 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19, %expanded_8 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %30 = arith.subf %in, %in_14 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %21 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20 : tensor<2x4x1x24xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = math.exp %in : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %reduced_9 = linalg.reduce ins(%21 : tensor<2x4x1x24xf32>) outs(%14 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %30 = arith.addf %in, %init : f32
        linalg.yield %30 : f32
      }
    %expanded_10 = tensor.expand_shape %reduced_9 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %22 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_10 : tensor<2x4x1x1xf32>) outs(%15 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = arith.divf %cst, %in : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x1xf32>
    %23 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%21, %22 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %30 = arith.mulf %in, %in_14 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x24xf32>
    %24 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%23 : tensor<2x4x1x24xf32>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %30 = arith.truncf %in : f32 to bf16
      linalg.yield %30 : bf16
    } -> tensor<2x4x1x24xbf16>
    %collapsed_11 = tensor.collapse_shape %24 [[0, 1], [2], [3]] : tensor<2x4x1x24xbf16> into tensor<8x1x24xbf16>
    %collapsed_12 = tensor.collapse_shape %arg2 [[0, 1], [2], [3]] : tensor<2x4x24x16xbf16> into tensor<8x24x16xbf16>
    %25 = tensor.empty() : tensor<8x1x16xf32>
    %26 = linalg.fill ins(%cst_1 : f32) outs(%25 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %27 = linalg.batch_matmul ins(%collapsed_11, %collapsed_12 : tensor<8x1x24xbf16>, tensor<8x24x16xbf16>) outs(%26 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %28 = tensor.empty() : tensor<8x1x16xbf16>
    %29 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27 : tensor<8x1x16xf32>) outs(%28 : tensor<8x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %30 = arith.truncf %in : f32 to bf16
      linalg.yield %30 : bf16
    } -> tensor<8x1x16xbf16>
    %expanded_13 = tensor.expand_shape %29 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xbf16> into tensor<2x4x1x16xbf16>
    return %expanded_13 : tensor<2x4x1x16xbf16>
  }
}

