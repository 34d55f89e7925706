#map = affine_map<(d0, d1, d2) -> (d2, d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1) -> (d0, d1)>
module @jit__lambda {
  func.func @main(%arg0: tensor<1x4x16xbf16>, %arg1: tensor<24x4x16xbf16>, %arg2: tensor<24x4x16xbf16>) -> tensor<1x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 2.500000e-01 : f32
    %cst_1 = arith.constant 0.000000e+00 : bf16
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2]] : tensor<1x4x16xbf16> into tensor<4x16xbf16>
    %3 = tensor.empty() : tensor<4x16x24xbf16>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<24x4x16xbf16>) outs(%3 : tensor<4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<4x16x24xbf16>
    %expanded = tensor.expand_shape %collapsed [[0], [1, 2]] output_shape [4, 1, 16] : tensor<4x16xbf16> into tensor<4x1x16xbf16>
    %5 = tensor.empty() : tensor<4x1x24xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<4x1x24xf32>) -> tensor<4x1x24xf32>
    %7 = linalg.batch_matmul ins(%expanded, %4 : tensor<4x1x16xbf16>, tensor<4x16x24xbf16>) outs(%6 : tensor<4x1x24xf32>) -> tensor<4x1x24xf32>
    %collapsed_2 = tensor.collapse_shape %7 [[0, 1], [2]] : tensor<4x1x24xf32> into tensor<4x24xf32>
    %8 = tensor.empty() : tensor<4x24xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%collapsed_2 : tensor<4x24xf32>) outs(%8 : tensor<4x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.mulf %in, %cst_0 : f32
      linalg.yield %18 : f32
    } -> tensor<4x24xf32>
    %10 = linalg.softmax dimension(1) ins(%9 : tensor<4x24xf32>) outs(%8 : tensor<4x24xf32>) -> tensor<4x24xf32>
    %11 = tensor.empty() : tensor<4x24xbf16>
    %12 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%10 : tensor<4x24xf32>) outs(%11 : tensor<4x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %18 = arith.truncf %in : f32 to bf16
      linalg.yield %18 : bf16
    } -> tensor<4x24xbf16>
    %13 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2 : tensor<24x4x16xbf16>) outs(%3 : tensor<4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<4x16x24xbf16>
    %expanded_3 = tensor.expand_shape %12 [[0], [1, 2]] output_shape [4, 24, 1] : tensor<4x24xbf16> into tensor<4x24x1xbf16>
    %14 = tensor.empty() : tensor<4x16x1xbf16>
    %15 = linalg.fill ins(%cst_1 : bf16) outs(%14 : tensor<4x16x1xbf16>) -> tensor<4x16x1xbf16>
    %16 = linalg.batch_matmul ins(%13, %expanded_3 : tensor<4x16x24xbf16>, tensor<4x24x1xbf16>) outs(%15 : tensor<4x16x1xbf16>) -> tensor<4x16x1xbf16>
    %collapsed_4 = tensor.collapse_shape %16 [[0, 1, 2]] : tensor<4x16x1xbf16> into tensor<64xbf16>
    %expanded_5 = tensor.expand_shape %collapsed_4 [[0, 1, 2]] output_shape [1, 4, 16] : tensor<64xbf16> into tensor<1x4x16xbf16>
    return %expanded_5 : tensor<1x4x16xbf16>
  }
}

