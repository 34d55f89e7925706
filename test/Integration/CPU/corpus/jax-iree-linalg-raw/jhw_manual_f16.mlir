#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map7 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xf16>, %arg1: tensor<2x24x4x16xf16>, %arg2: tensor<2x24x4x16xf16>) -> tensor<2x1x4x16xf16> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFC00 : f16
    %cst_1 = arith.constant 2.500000e-01 : f16
    %cst_2 = arith.constant 0.000000e+00 : f16
    %0 = tensor.empty() : tensor<2x4x1x24xf16>
    %1 = linalg.fill ins(%cst_2 : f16) outs(%0 : tensor<2x4x1x24xf16>) -> tensor<2x4x1x24xf16>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<2x1x4x16xf16>, tensor<2x24x4x16xf16>) outs(%1 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %in_4: f16, %out: f16):
      %21 = arith.mulf %in, %in_4 : f16
      %22 = arith.addf %out, %21 : f16
      linalg.yield %22 : f16
    } -> tensor<2x4x1x24xf16>
    %3 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x4x1x24xf16>) outs(%0 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      %21 = arith.mulf %in, %cst_1 : f16
      linalg.yield %21 : f16
    } -> tensor<2x4x1x24xf16>
    %4 = tensor.empty() : tensor<2x4x1xf16>
    %5 = linalg.fill ins(%cst_0 : f16) outs(%4 : tensor<2x4x1xf16>) -> tensor<2x4x1xf16>
    %6 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%3 : tensor<2x4x1x24xf16>) outs(%5 : tensor<2x4x1xf16>) {
    ^bb0(%in: f16, %out: f16):
      %21 = arith.maximumf %out, %in : f16
      linalg.yield %21 : f16
    } -> tensor<2x4x1xf16>
    %7 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<2x4x1xf16>) outs(%0 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x1x24xf16>
    %8 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3, %7 : tensor<2x4x1x24xf16>, tensor<2x4x1x24xf16>) outs(%0 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %in_4: f16, %out: f16):
      %21 = arith.subf %in, %in_4 : f16
      linalg.yield %21 : f16
    } -> tensor<2x4x1x24xf16>
    %9 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4x1x24xf16>) outs(%0 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      %21 = math.exp %in : f16
      linalg.yield %21 : f16
    } -> tensor<2x4x1x24xf16>
    %10 = tensor.empty() : tensor<2x4x1x24xf32>
    %11 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9 : tensor<2x4x1x24xf16>) outs(%10 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f16, %out: f32):
      %21 = arith.extf %in : f16 to f32
      linalg.yield %21 : f32
    } -> tensor<2x4x1x24xf32>
    %12 = tensor.empty() : tensor<2x4x1xf32>
    %13 = linalg.fill ins(%cst : f32) outs(%12 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %14 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x4x1x24xf32>) outs(%13 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.addf %out, %in : f32
      linalg.yield %21 : f32
    } -> tensor<2x4x1xf32>
    %15 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<2x4x1xf32>) outs(%4 : tensor<2x4x1xf16>) {
    ^bb0(%in: f32, %out: f16):
      %21 = arith.truncf %in : f32 to f16
      linalg.yield %21 : f16
    } -> tensor<2x4x1xf16>
    %expanded = tensor.expand_shape %15 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf16> into tensor<2x4x1x1xf16>
    %16 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x1xf16>) outs(%0 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x1x24xf16>
    %17 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %16 : tensor<2x4x1x24xf16>, tensor<2x4x1x24xf16>) outs(%0 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %in_4: f16, %out: f16):
      %21 = arith.divf %in, %in_4 : f16
      linalg.yield %21 : f16
    } -> tensor<2x4x1x24xf16>
    %18 = tensor.empty() : tensor<2x4x16x1xf16>
    %19 = linalg.fill ins(%cst_2 : f16) outs(%18 : tensor<2x4x16x1xf16>) -> tensor<2x4x16x1xf16>
    %20 = linalg.generic {indexing_maps = [#map7, #map8, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg2, %17 : tensor<2x24x4x16xf16>, tensor<2x4x1x24xf16>) outs(%19 : tensor<2x4x16x1xf16>) {
    ^bb0(%in: f16, %in_4: f16, %out: f16):
      %21 = arith.mulf %in, %in_4 : f16
      %22 = arith.addf %out, %21 : f16
      linalg.yield %22 : f16
    } -> tensor<2x4x16x1xf16>
    %collapsed = tensor.collapse_shape %20 [[0, 1, 2, 3]] : tensor<2x4x16x1xf16> into tensor<128xf16>
    %expanded_3 = tensor.expand_shape %collapsed [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xf16> into tensor<2x1x4x16xf16>
    return %expanded_3 : tensor<2x1x4x16xf16>
  }
}

