#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0, 0)>
module {
  func.func @main(%arg0: tensor<1x16xbf16>, %arg1: tensor<24x16xbf16>, %arg2: tensor<24x16xbf16>) -> tensor<1x16xbf16> {
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant -3.40282347E+38 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant dense<2.500000e-01> : tensor<1x1xbf16>
    %0 = tensor.empty() : tensor<16x24xbf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<24x16xbf16>) outs(%0 : tensor<16x24xbf16>) permutation = [1, 0] 
    %expanded = tensor.expand_shape %arg0 [[0, 1], [2]] output_shape [1, 1, 16] : tensor<1x16xbf16> into tensor<1x1x16xbf16>
    %expanded_3 = tensor.expand_shape %transposed [[0, 1], [2]] output_shape [1, 16, 24] : tensor<16x24xbf16> into tensor<1x16x24xbf16>
    %1 = tensor.empty() : tensor<1x1x24xf32>
    %2 = linalg.fill ins(%cst_1 : f32) outs(%1 : tensor<1x1x24xf32>) -> tensor<1x1x24xf32>
    %3 = linalg.batch_matmul ins(%expanded, %expanded_3 : tensor<1x1x16xbf16>, tensor<1x16x24xbf16>) outs(%2 : tensor<1x1x24xf32>) -> tensor<1x1x24xf32>
    %collapsed = tensor.collapse_shape %3 [[0, 1], [2]] : tensor<1x1x24xf32> into tensor<1x24xf32>
    %4 = tensor.empty() : tensor<1x24xbf16>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed : tensor<1x24xf32>) outs(%4 : tensor<1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %23 = arith.truncf %in : f32 to bf16
      linalg.yield %23 : bf16
    } -> tensor<1x24xbf16>
    %6 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%5, %cst_2 : tensor<1x24xbf16>, tensor<1x1xbf16>) outs(%4 : tensor<1x24xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %23 = arith.mulf %in, %in_10 : bf16
      linalg.yield %23 : bf16
    } -> tensor<1x24xbf16>
    %7 = tensor.empty() : tensor<1x24xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<1x24xbf16>) outs(%7 : tensor<1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %23 = arith.extf %in : bf16 to f32
      linalg.yield %23 : f32
    } -> tensor<1x24xf32>
    %9 = tensor.empty() : tensor<1xf32>
    %10 = linalg.fill ins(%cst_0 : f32) outs(%9 : tensor<1xf32>) -> tensor<1xf32>
    %reduced = linalg.reduce ins(%8 : tensor<1x24xf32>) outs(%10 : tensor<1xf32>) dimensions = [1] 
      (%in: f32, %init: f32) {
        %23 = arith.maximumf %in, %init : f32
        linalg.yield %23 : f32
      }
    %expanded_4 = tensor.expand_shape %reduced [[0, 1]] output_shape [1, 1] : tensor<1xf32> into tensor<1x1xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %expanded_4 : tensor<1x24xf32>, tensor<1x1xf32>) outs(%7 : tensor<1x24xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %23 = arith.subf %in, %in_10 : f32
      linalg.yield %23 : f32
    } -> tensor<1x24xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<1x24xf32>) outs(%7 : tensor<1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = math.exp %in : f32
      linalg.yield %23 : f32
    } -> tensor<1x24xf32>
    %13 = linalg.fill ins(%cst_1 : f32) outs(%9 : tensor<1xf32>) -> tensor<1xf32>
    %reduced_5 = linalg.reduce ins(%12 : tensor<1x24xf32>) outs(%13 : tensor<1xf32>) dimensions = [1] 
      (%in: f32, %init: f32) {
        %23 = arith.addf %in, %init : f32
        linalg.yield %23 : f32
      }
    %expanded_6 = tensor.expand_shape %reduced_5 [[0, 1]] output_shape [1, 1] : tensor<1xf32> into tensor<1x1xf32>
    %14 = tensor.empty() : tensor<1x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_6 : tensor<1x1xf32>) outs(%14 : tensor<1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.divf %cst, %in : f32
      linalg.yield %23 : f32
    } -> tensor<1x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%12, %15 : tensor<1x24xf32>, tensor<1x1xf32>) outs(%7 : tensor<1x24xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %23 = arith.mulf %in, %in_10 : f32
      linalg.yield %23 : f32
    } -> tensor<1x24xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%16 : tensor<1x24xf32>) outs(%4 : tensor<1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %23 = arith.truncf %in : f32 to bf16
      linalg.yield %23 : bf16
    } -> tensor<1x24xbf16>
    %expanded_7 = tensor.expand_shape %17 [[0, 1], [2]] output_shape [1, 1, 24] : tensor<1x24xbf16> into tensor<1x1x24xbf16>
    %expanded_8 = tensor.expand_shape %arg2 [[0, 1], [2]] output_shape [1, 24, 16] : tensor<24x16xbf16> into tensor<1x24x16xbf16>
    %18 = tensor.empty() : tensor<1x1x16xf32>
    %19 = linalg.fill ins(%cst_1 : f32) outs(%18 : tensor<1x1x16xf32>) -> tensor<1x1x16xf32>
    %20 = linalg.batch_matmul ins(%expanded_7, %expanded_8 : tensor<1x1x24xbf16>, tensor<1x24x16xbf16>) outs(%19 : tensor<1x1x16xf32>) -> tensor<1x1x16xf32>
    %collapsed_9 = tensor.collapse_shape %20 [[0, 1], [2]] : tensor<1x1x16xf32> into tensor<1x16xf32>
    %21 = tensor.empty() : tensor<1x16xbf16>
    %22 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed_9 : tensor<1x16xf32>) outs(%21 : tensor<1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %23 = arith.truncf %in : f32 to bf16
      linalg.yield %23 : bf16
    } -> tensor<1x16xbf16>
    return %22 : tensor<1x16xbf16>
  }
}

