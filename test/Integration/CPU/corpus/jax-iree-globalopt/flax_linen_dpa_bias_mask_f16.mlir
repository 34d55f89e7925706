#map = affine_map<() -> ()>
#map1 = affine_map<(d0, d1, d2) -> ()>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map7 = affine_map<(d0, d1) -> (d0, d1)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xf16>, %arg1: tensor<2x24x4x16xf16>, %arg2: tensor<2x24x4x16xf16>, %arg3: tensor<2x4x1x24xf16>, %arg4: tensor<2x1x1x24xi1>) -> tensor<2x1x4x16xf16> {
    %cst = arith.constant 0.000000e+00 : f16
    %cst_0 = arith.constant -6.550400e+04 : f16
    %cst_1 = arith.constant 0xFC00 : f16
    %cst_2 = arith.constant 0.000000e+00 : f32
    %cst_3 = arith.constant 4.000000e+00 : f32
    %2 = tensor.empty() : tensor<f32>
    %3 = linalg.fill ins(%cst_3 : f32) outs(%2 : tensor<f32>) -> tensor<f32>
    %4 = tensor.empty() : tensor<f16>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = []} ins(%3 : tensor<f32>) outs(%4 : tensor<f16>) {
    ^bb0(%in: f32, %out: f16):
      %41 = arith.truncf %in : f32 to f16
      linalg.yield %41 : f16
    } -> tensor<f16>
    %6 = tensor.empty() : tensor<2x4x16xf16>
    %7 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<f16>) outs(%6 : tensor<2x4x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x16xf16>
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x1x4x16xf16> into tensor<2x4x16xf16>
    %9 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed, %7 : tensor<2x4x16xf16>, tensor<2x4x16xf16>) outs(%6 : tensor<2x4x16xf16>) {
    ^bb0(%in: f16, %in_15: f16, %out: f16):
      %41 = arith.divf %in, %in_15 : f16
      linalg.yield %41 : f16
    } -> tensor<2x4x16xf16>
    %10 = tensor.empty() : tensor<2x4x16x24xf16>
    %11 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x4x16xf16>) outs(%10 : tensor<2x4x16x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x16x24xf16>
    %collapsed_4 = tensor.collapse_shape %9 [[0, 1, 2]] : tensor<2x4x16xf16> into tensor<128xf16>
    %expanded = tensor.expand_shape %collapsed_4 [[0, 1, 2]] output_shape [8, 1, 16] : tensor<128xf16> into tensor<8x1x16xf16>
    %collapsed_5 = tensor.collapse_shape %11 [[0, 1], [2], [3]] : tensor<2x4x16x24xf16> into tensor<8x16x24xf16>
    %12 = tensor.empty() : tensor<8x1x24xf16>
    %13 = linalg.fill ins(%cst : f16) outs(%12 : tensor<8x1x24xf16>) -> tensor<8x1x24xf16>
    %14 = linalg.batch_matmul ins(%expanded, %collapsed_5 : tensor<8x1x16xf16>, tensor<8x16x24xf16>) outs(%13 : tensor<8x1x24xf16>) -> tensor<8x1x24xf16>
    %expanded_6 = tensor.expand_shape %14 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xf16> into tensor<2x4x1x24xf16>
    %collapsed_7 = tensor.collapse_shape %expanded_6 [[0], [1, 2], [3]] : tensor<2x4x1x24xf16> into tensor<2x4x24xf16>
    %collapsed_8 = tensor.collapse_shape %arg3 [[0], [1, 2], [3]] : tensor<2x4x1x24xf16> into tensor<2x4x24xf16>
    %16 = tensor.empty() : tensor<2x4x24xf16>
    %17 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_7, %collapsed_8 : tensor<2x4x24xf16>, tensor<2x4x24xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: f16, %in_15: f16, %out: f16):
      %41 = arith.addf %in, %in_15 : f16
      linalg.yield %41 : f16
    } -> tensor<2x4x24xf16>
    %collapsed_9 = tensor.collapse_shape %arg4 [[0, 1, 2], [3]] : tensor<2x1x1x24xi1> into tensor<2x24xi1>
    %19 = tensor.empty() : tensor<2x4x24xi1>
    %20 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_9 : tensor<2x24xi1>) outs(%19 : tensor<2x4x24xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<2x4x24xi1>
    %21 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20, %17 : tensor<2x4x24xi1>, tensor<2x4x24xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: i1, %in_15: f16, %out: f16):
      %41 = arith.select %in, %in_15, %cst_0 : f16
      linalg.yield %41 : f16
    } -> tensor<2x4x24xf16>
    %22 = tensor.empty() : tensor<2x4xf16>
    %23 = linalg.fill ins(%cst_1 : f16) outs(%22 : tensor<2x4xf16>) -> tensor<2x4xf16>
    %24 = linalg.generic {indexing_maps = [#map2, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%21 : tensor<2x4x24xf16>) outs(%23 : tensor<2x4xf16>) {
    ^bb0(%in: f16, %out: f16):
      %41 = arith.maximumf %out, %in : f16
      linalg.yield %41 : f16
    } -> tensor<2x4xf16>
    %25 = linalg.generic {indexing_maps = [#map6, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%24 : tensor<2x4xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x24xf16>
    %26 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21, %25 : tensor<2x4x24xf16>, tensor<2x4x24xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: f16, %in_15: f16, %out: f16):
      %41 = arith.subf %in, %in_15 : f16
      linalg.yield %41 : f16
    } -> tensor<2x4x24xf16>
    %27 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26 : tensor<2x4x24xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      %41 = math.exp %in : f16
      linalg.yield %41 : f16
    } -> tensor<2x4x24xf16>
    %28 = tensor.empty() : tensor<2x4x24xf32>
    %29 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27 : tensor<2x4x24xf16>) outs(%28 : tensor<2x4x24xf32>) {
    ^bb0(%in: f16, %out: f32):
      %41 = arith.extf %in : f16 to f32
      linalg.yield %41 : f32
    } -> tensor<2x4x24xf32>
    %30 = tensor.empty() : tensor<2x4xf32>
    %31 = linalg.fill ins(%cst_2 : f32) outs(%30 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %32 = linalg.generic {indexing_maps = [#map2, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%29 : tensor<2x4x24xf32>) outs(%31 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %41 = arith.addf %out, %in : f32
      linalg.yield %41 : f32
    } -> tensor<2x4xf32>
    %33 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%32 : tensor<2x4xf32>) outs(%22 : tensor<2x4xf16>) {
    ^bb0(%in: f32, %out: f16):
      %41 = arith.truncf %in : f32 to f16
      linalg.yield %41 : f16
    } -> tensor<2x4xf16>
    %34 = linalg.generic {indexing_maps = [#map6, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%33 : tensor<2x4xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x24xf16>
    %35 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27, %34 : tensor<2x4x24xf16>, tensor<2x4x24xf16>) outs(%16 : tensor<2x4x24xf16>) {
    ^bb0(%in: f16, %in_15: f16, %out: f16):
      %41 = arith.divf %in, %in_15 : f16
      linalg.yield %41 : f16
    } -> tensor<2x4x24xf16>
    %36 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x4x16xf16>) outs(%10 : tensor<2x4x16x24xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<2x4x16x24xf16>
    %collapsed_10 = tensor.collapse_shape %36 [[0, 1], [2], [3]] : tensor<2x4x16x24xf16> into tensor<8x16x24xf16>
    %collapsed_11 = tensor.collapse_shape %35 [[0, 1, 2]] : tensor<2x4x24xf16> into tensor<192xf16>
    %expanded_12 = tensor.expand_shape %collapsed_11 [[0, 1, 2]] output_shape [8, 24, 1] : tensor<192xf16> into tensor<8x24x1xf16>
    %37 = tensor.empty() : tensor<8x16x1xf16>
    %38 = linalg.fill ins(%cst : f16) outs(%37 : tensor<8x16x1xf16>) -> tensor<8x16x1xf16>
    %39 = linalg.batch_matmul ins(%collapsed_10, %expanded_12 : tensor<8x16x24xf16>, tensor<8x24x1xf16>) outs(%38 : tensor<8x16x1xf16>) -> tensor<8x16x1xf16>
    %collapsed_13 = tensor.collapse_shape %39 [[0, 1, 2]] : tensor<8x16x1xf16> into tensor<128xf16>
    %expanded_14 = tensor.expand_shape %collapsed_13 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xf16> into tensor<2x1x4x16xf16>
    return %expanded_14 : tensor<2x1x4x16xf16>
  }
}

