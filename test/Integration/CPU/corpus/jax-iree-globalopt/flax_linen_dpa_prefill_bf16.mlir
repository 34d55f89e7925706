#map = affine_map<() -> ()>
#map1 = affine_map<(d0, d1, d2, d3) -> ()>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x6x4x16xbf16>, %arg1: tensor<2x24x4x16xbf16>, %arg2: tensor<2x24x4x16xbf16>) -> tensor<2x6x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : bf16
    %cst_0 = arith.constant 0xFF80 : bf16
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant 4.000000e+00 : f32
    %3 = tensor.empty() : tensor<f32>
    %4 = linalg.fill ins(%cst_2 : f32) outs(%3 : tensor<f32>) -> tensor<f32>
    %5 = tensor.empty() : tensor<bf16>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = []} ins(%4 : tensor<f32>) outs(%5 : tensor<bf16>) {
    ^bb0(%in: f32, %out: bf16):
      %38 = arith.truncf %in : f32 to bf16
      linalg.yield %38 : bf16
    } -> tensor<bf16>
    %7 = tensor.empty() : tensor<2x6x4x16xbf16>
    %8 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<bf16>) outs(%7 : tensor<2x6x4x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x6x4x16xbf16>
    %9 = tensor.empty() : tensor<2x4x6x16xbf16>
    %10 = linalg.generic {indexing_maps = [#map3, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %8 : tensor<2x6x4x16xbf16>, tensor<2x6x4x16xbf16>) outs(%9 : tensor<2x4x6x16xbf16>) {
    ^bb0(%in: bf16, %in_7: bf16, %out: bf16):
      %38 = arith.divf %in, %in_7 : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x6x16xbf16>
    %11 = tensor.empty() : tensor<2x4x16x24xbf16>
    %12 = linalg.generic {indexing_maps = [#map4, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x4x16xbf16>) outs(%11 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed = tensor.collapse_shape %10 [[0, 1], [2], [3]] : tensor<2x4x6x16xbf16> into tensor<8x6x16xbf16>
    %collapsed_3 = tensor.collapse_shape %12 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %13 = tensor.empty() : tensor<8x6x24xbf16>
    %14 = linalg.fill ins(%cst : bf16) outs(%13 : tensor<8x6x24xbf16>) -> tensor<8x6x24xbf16>
    %15 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<8x6x16xbf16>, tensor<8x16x24xbf16>) outs(%14 : tensor<8x6x24xbf16>) -> tensor<8x6x24xbf16>
    %expanded = tensor.expand_shape %15 [[0, 1], [2], [3]] output_shape [2, 4, 6, 24] : tensor<8x6x24xbf16> into tensor<2x4x6x24xbf16>
    %16 = tensor.empty() : tensor<2x4x6xbf16>
    %17 = linalg.fill ins(%cst_0 : bf16) outs(%16 : tensor<2x4x6xbf16>) -> tensor<2x4x6xbf16>
    %18 = linalg.generic {indexing_maps = [#map2, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded : tensor<2x4x6x24xbf16>) outs(%17 : tensor<2x4x6xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %38 = arith.maximumf %out, %in : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x6xbf16>
    %19 = tensor.empty() : tensor<2x4x6x24xbf16>
    %20 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<2x4x6xbf16>) outs(%19 : tensor<2x4x6x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x6x24xbf16>
    %21 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %20 : tensor<2x4x6x24xbf16>, tensor<2x4x6x24xbf16>) outs(%19 : tensor<2x4x6x24xbf16>) {
    ^bb0(%in: bf16, %in_7: bf16, %out: bf16):
      %38 = arith.subf %in, %in_7 : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x6x24xbf16>
    %22 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%21 : tensor<2x4x6x24xbf16>) outs(%19 : tensor<2x4x6x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %38 = math.exp %in : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x6x24xbf16>
    %23 = tensor.empty() : tensor<2x4x6x24xf32>
    %24 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22 : tensor<2x4x6x24xbf16>) outs(%23 : tensor<2x4x6x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %38 = arith.extf %in : bf16 to f32
      linalg.yield %38 : f32
    } -> tensor<2x4x6x24xf32>
    %25 = tensor.empty() : tensor<2x4x6xf32>
    %26 = linalg.fill ins(%cst_1 : f32) outs(%25 : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %27 = linalg.generic {indexing_maps = [#map2, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%24 : tensor<2x4x6x24xf32>) outs(%26 : tensor<2x4x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %out, %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x6xf32>
    %28 = linalg.generic {indexing_maps = [#map6, #map6], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27 : tensor<2x4x6xf32>) outs(%16 : tensor<2x4x6xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %38 = arith.truncf %in : f32 to bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x6xbf16>
    %29 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%28 : tensor<2x4x6xbf16>) outs(%19 : tensor<2x4x6x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x6x24xbf16>
    %30 = linalg.generic {indexing_maps = [#map4, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x4x16xbf16>) outs(%11 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %31 = tensor.empty() : tensor<2x4x24x6xbf16>
    %32 = linalg.generic {indexing_maps = [#map7, #map7, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22, %29 : tensor<2x4x6x24xbf16>, tensor<2x4x6x24xbf16>) outs(%31 : tensor<2x4x24x6xbf16>) {
    ^bb0(%in: bf16, %in_7: bf16, %out: bf16):
      %38 = arith.divf %in, %in_7 : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x24x6xbf16>
    %collapsed_4 = tensor.collapse_shape %30 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %collapsed_5 = tensor.collapse_shape %32 [[0, 1], [2], [3]] : tensor<2x4x24x6xbf16> into tensor<8x24x6xbf16>
    %33 = tensor.empty() : tensor<8x16x6xbf16>
    %34 = linalg.fill ins(%cst : bf16) outs(%33 : tensor<8x16x6xbf16>) -> tensor<8x16x6xbf16>
    %35 = linalg.batch_matmul ins(%collapsed_4, %collapsed_5 : tensor<8x16x24xbf16>, tensor<8x24x6xbf16>) outs(%34 : tensor<8x16x6xbf16>) -> tensor<8x16x6xbf16>
    %expanded_6 = tensor.expand_shape %35 [[0, 1], [2], [3]] output_shape [2, 4, 16, 6] : tensor<8x16x6xbf16> into tensor<2x4x16x6xbf16>
    %36 = linalg.generic {indexing_maps = [#map8, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<2x4x16x6xbf16>) outs(%7 : tensor<2x6x4x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x6x4x16xbf16>
    return %36 : tensor<2x6x4x16xbf16>
  }
}

