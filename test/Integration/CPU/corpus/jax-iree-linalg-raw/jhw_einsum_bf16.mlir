#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d2)>
#map6 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
module @jit_ein {
  func.func @main(%arg0: tensor<2x1x4x16xbf16>, %arg1: tensor<2x24x4x16xbf16>, %arg2: tensor<2x24x4x16xbf16>) -> tensor<2x1x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : bf16
    %cst_2 = arith.constant 0.000000e+00 : bf16
    %0 = tensor.empty() : tensor<2x4x1x24xbf16>
    %1 = linalg.fill ins(%cst_2 : bf16) outs(%0 : tensor<2x4x1x24xbf16>) -> tensor<2x4x1x24xbf16>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<2x1x4x16xbf16>, tensor<2x24x4x16xbf16>) outs(%1 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_3: bf16, %out: bf16):
      %20 = arith.mulf %in, %in_3 : bf16
      %21 = arith.addf %out, %20 : bf16
      linalg.yield %21 : bf16
    } -> tensor<2x4x1x24xbf16>
    %3 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x4x1x24xbf16>) outs(%0 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %20 = arith.mulf %in, %cst_1 : bf16
      linalg.yield %20 : bf16
    } -> tensor<2x4x1x24xbf16>
    %4 = tensor.empty() : tensor<2x4x1x24xf32>
    %5 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3 : tensor<2x4x1x24xbf16>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %20 = arith.extf %in : bf16 to f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x24xf32>
    %6 = tensor.empty() : tensor<2x4x1xf32>
    %7 = linalg.fill ins(%cst_0 : f32) outs(%6 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%5 : tensor<2x4x1x24xf32>) outs(%7 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %20 = arith.maximumf %out, %in : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1xf32>
    %9 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4x1xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %10 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%5, %9 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.subf %in, %in_3 : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x24xf32>
    %11 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%10 : tensor<2x4x1x24xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %20 = math.exp %in : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x24xf32>
    %12 = linalg.fill ins(%cst : f32) outs(%6 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %13 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x4x1x24xf32>) outs(%12 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %20 = arith.addf %out, %in : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1xf32>
    %14 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<2x4x1xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %15 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %14 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%4 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.divf %in, %in_3 : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x24xf32>
    %16 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<2x4x1x24xf32>) outs(%0 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %20 = arith.truncf %in : f32 to bf16
      linalg.yield %20 : bf16
    } -> tensor<2x4x1x24xbf16>
    %17 = tensor.empty() : tensor<2x4x16x1xbf16>
    %18 = linalg.fill ins(%cst_2 : bf16) outs(%17 : tensor<2x4x16x1xbf16>) -> tensor<2x4x16x1xbf16>
    %19 = linalg.generic {indexing_maps = [#map5, #map6, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg2, %16 : tensor<2x24x4x16xbf16>, tensor<2x4x1x24xbf16>) outs(%18 : tensor<2x4x16x1xbf16>) {
    ^bb0(%in: bf16, %in_3: bf16, %out: bf16):
      %20 = arith.mulf %in, %in_3 : bf16
      %21 = arith.addf %out, %20 : bf16
      linalg.yield %21 : bf16
    } -> tensor<2x4x16x1xbf16>
    %collapsed = tensor.collapse_shape %19 [[0, 1, 2, 3]] : tensor<2x4x16x1xbf16> into tensor<128xbf16>
    %expanded = tensor.expand_shape %collapsed [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xbf16> into tensor<2x1x4x16xbf16>
    return %expanded : tensor<2x1x4x16xbf16>
  }
}

