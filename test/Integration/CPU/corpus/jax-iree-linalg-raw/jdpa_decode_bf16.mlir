#map = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d1, d3, d5)>
#map1 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d4, d1, d5)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d5, d1, d2)>
#map6 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d0, d1, d4, d5)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xbf16>, %arg1: tensor<2x24x4x16xbf16>, %arg2: tensor<2x24x4x16xbf16>) -> tensor<2x1x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : bf16
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f32
    %cst_2 = arith.constant 0.000000e+00 : f32
    %expanded = tensor.expand_shape %arg0 [[0], [1], [2], [3, 4]] output_shape [2, 1, 4, 1, 16] : tensor<2x1x4x16xbf16> into tensor<2x1x4x1x16xbf16>
    %0 = tensor.empty() : tensor<2x4x1x1x24xf32>
    %1 = linalg.fill ins(%cst_2 : f32) outs(%0 : tensor<2x4x1x1x24xf32>) -> tensor<2x4x1x1x24xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded, %arg1 : tensor<2x1x4x1x16xbf16>, tensor<2x24x4x16xbf16>) outs(%1 : tensor<2x4x1x1x24xf32>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: f32):
      %21 = arith.extf %in : bf16 to f32
      %22 = arith.extf %in_8 : bf16 to f32
      %23 = arith.mulf %21, %22 : f32
      %24 = arith.addf %out, %23 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x1x24xf32>
    %3 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x4x1x1x24xf32>) outs(%0 : tensor<2x4x1x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.mulf %in, %cst_1 : f32
      linalg.yield %21 : f32
    } -> tensor<2x4x1x1x24xf32>
    %4 = tensor.empty() : tensor<2x4x1x1xf32>
    %5 = linalg.fill ins(%cst_0 : f32) outs(%4 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %6 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%3 : tensor<2x4x1x1x24xf32>) outs(%5 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.maximumf %out, %in : f32
      linalg.yield %21 : f32
    } -> tensor<2x4x1x1xf32>
    %collapsed = tensor.collapse_shape %6 [[0, 1, 2, 3]] : tensor<2x4x1x1xf32> into tensor<8xf32>
    %expanded_3 = tensor.expand_shape %collapsed [[0, 1, 2, 3]] output_shape [1, 2, 4, 1] : tensor<8xf32> into tensor<1x2x4x1xf32>
    %collapsed_4 = tensor.collapse_shape %3 [[0, 1, 2, 3, 4]] : tensor<2x4x1x1x24xf32> into tensor<192xf32>
    %expanded_5 = tensor.expand_shape %collapsed_4 [[0, 1, 2, 3, 4]] output_shape [1, 2, 4, 1, 24] : tensor<192xf32> into tensor<1x2x4x1x24xf32>
    %7 = tensor.empty() : tensor<1x2x4x1x24xf32>
    %8 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_3 : tensor<1x2x4x1xf32>) outs(%7 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x2x4x1x24xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_5, %8 : tensor<1x2x4x1x24xf32>, tensor<1x2x4x1x24xf32>) outs(%7 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %21 = arith.subf %in, %in_8 : f32
      linalg.yield %21 : f32
    } -> tensor<1x2x4x1x24xf32>
    %10 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%9 : tensor<1x2x4x1x24xf32>) outs(%7 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = math.exp %in : f32
      linalg.yield %21 : f32
    } -> tensor<1x2x4x1x24xf32>
    %11 = tensor.empty() : tensor<1x2x4x1xf32>
    %12 = linalg.fill ins(%cst_2 : f32) outs(%11 : tensor<1x2x4x1xf32>) -> tensor<1x2x4x1xf32>
    %13 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%10 : tensor<1x2x4x1x24xf32>) outs(%12 : tensor<1x2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.addf %out, %in : f32
      linalg.yield %21 : f32
    } -> tensor<1x2x4x1xf32>
    %14 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<1x2x4x1xf32>) outs(%7 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x2x4x1x24xf32>
    %15 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%10, %14 : tensor<1x2x4x1x24xf32>, tensor<1x2x4x1x24xf32>) outs(%7 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %21 = arith.divf %in, %in_8 : f32
      linalg.yield %21 : f32
    } -> tensor<1x2x4x1x24xf32>
    %16 = tensor.empty() : tensor<1x2x4x1x24xbf16>
    %17 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<1x2x4x1x24xf32>) outs(%16 : tensor<1x2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %21 = arith.truncf %in : f32 to bf16
      linalg.yield %21 : bf16
    } -> tensor<1x2x4x1x24xbf16>
    %18 = tensor.empty() : tensor<2x4x16x1x1xbf16>
    %19 = linalg.fill ins(%cst : bf16) outs(%18 : tensor<2x4x16x1x1xbf16>) -> tensor<2x4x16x1x1xbf16>
    %20 = linalg.generic {indexing_maps = [#map5, #map6, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg2, %17 : tensor<2x24x4x16xbf16>, tensor<1x2x4x1x24xbf16>) outs(%19 : tensor<2x4x16x1x1xbf16>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: bf16):
      %21 = arith.mulf %in, %in_8 : bf16
      %22 = arith.addf %out, %21 : bf16
      linalg.yield %22 : bf16
    } -> tensor<2x4x16x1x1xbf16>
    %collapsed_6 = tensor.collapse_shape %20 [[0, 1, 2, 3, 4]] : tensor<2x4x16x1x1xbf16> into tensor<128xbf16>
    %expanded_7 = tensor.expand_shape %collapsed_6 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xbf16> into tensor<2x1x4x16xbf16>
    return %expanded_7 : tensor<2x1x4x16xbf16>
  }
}

