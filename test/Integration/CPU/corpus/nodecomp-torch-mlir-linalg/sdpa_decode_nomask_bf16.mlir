#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x24x16xbf16>, %arg2: tensor<2x4x24x16xbf16>) -> tensor<2x4x1x16xbf16> {
    %c0_i64 = arith.constant 0 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF80 : bf16
    %cst_1 = arith.constant 0.000000e+00 : bf16
    %cst_2 = arith.constant 2.500000e-01 : bf16
    %0 = tensor.empty() : tensor<2x4x16x24xbf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x24x16xbf16>) outs(%0 : tensor<2x4x16x24xbf16>) permutation = [0, 1, 3, 2] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xbf16> into tensor<8x1x16xbf16>
    %collapsed_3 = tensor.collapse_shape %transposed [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %1 = tensor.empty() : tensor<8x1x24xf32>
    %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %3 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%2 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %4 = tensor.empty() : tensor<8x1x24xbf16>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3 : tensor<8x1x24xf32>) outs(%4 : tensor<8x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %24 = arith.truncf %in : f32 to bf16
      linalg.yield %24 : bf16
    } -> tensor<8x1x24xbf16>
    %expanded = tensor.expand_shape %5 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xbf16> into tensor<2x4x1x24xbf16>
    %6 = tensor.empty() : tensor<2x4x1x24xbf16>
    %7 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x24xbf16>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %24 = arith.mulf %in, %cst_2 : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x24xbf16>
    %8 = tensor.empty() : tensor<2x4x1xi64>
    %9 = linalg.fill ins(%c0_i64 : i64) outs(%8 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %10 = tensor.empty() : tensor<2x4x1xbf16>
    %11 = linalg.fill ins(%cst_0 : bf16) outs(%10 : tensor<2x4x1xbf16>) -> tensor<2x4x1xbf16>
    %12:2 = linalg.generic {indexing_maps = [#map1, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%7 : tensor<2x4x1x24xbf16>) outs(%11, %9 : tensor<2x4x1xbf16>, tensor<2x4x1xi64>) {
    ^bb0(%in: bf16, %out: bf16, %out_8: i64):
      %24 = linalg.index 3 : index
      %25 = arith.index_cast %24 : index to i64
      %26 = arith.maximumf %in, %out : bf16
      %27 = arith.cmpf ogt, %in, %out : bf16
      %28 = arith.select %27, %25, %out_8 : i64
      linalg.yield %26, %28 : bf16, i64
    } -> (tensor<2x4x1xbf16>, tensor<2x4x1xi64>)
    %expanded_4 = tensor.expand_shape %12#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xbf16> into tensor<2x4x1x1xbf16>
    %13 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7, %expanded_4 : tensor<2x4x1x24xbf16>, tensor<2x4x1x1xbf16>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: bf16):
      %24 = arith.subf %in, %in_8 : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x24xbf16>
    %14 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<2x4x1x24xbf16>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %24 = math.exp %in : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x24xbf16>
    %15 = tensor.empty() : tensor<2x4x1x1xbf16>
    %16 = linalg.fill ins(%cst_1 : bf16) outs(%15 : tensor<2x4x1x1xbf16>) -> tensor<2x4x1x1xbf16>
    %17 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%14 : tensor<2x4x1x24xbf16>) outs(%16 : tensor<2x4x1x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %24 = arith.addf %in, %out : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x1xbf16>
    %18 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14, %17 : tensor<2x4x1x24xbf16>, tensor<2x4x1x1xbf16>) outs(%6 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: bf16):
      %24 = arith.divf %in, %in_8 : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x24xbf16>
    %collapsed_5 = tensor.collapse_shape %18 [[0, 1], [2], [3]] : tensor<2x4x1x24xbf16> into tensor<8x1x24xbf16>
    %collapsed_6 = tensor.collapse_shape %arg2 [[0, 1], [2], [3]] : tensor<2x4x24x16xbf16> into tensor<8x24x16xbf16>
    %19 = tensor.empty() : tensor<8x1x16xf32>
    %20 = linalg.fill ins(%cst : f32) outs(%19 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %21 = linalg.batch_matmul ins(%collapsed_5, %collapsed_6 : tensor<8x1x24xbf16>, tensor<8x24x16xbf16>) outs(%20 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %22 = tensor.empty() : tensor<8x1x16xbf16>
    %23 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21 : tensor<8x1x16xf32>) outs(%22 : tensor<8x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %24 = arith.truncf %in : f32 to bf16
      linalg.yield %24 : bf16
    } -> tensor<8x1x16xbf16>
    %expanded_7 = tensor.expand_shape %23 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xbf16> into tensor<2x4x1x16xbf16>
    return %expanded_7 : tensor<2x4x1x16xbf16>
  }
}
