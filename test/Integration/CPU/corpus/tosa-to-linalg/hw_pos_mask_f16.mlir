#map = affine_map<(d0) -> (0)>
#map1 = affine_map<(d0) -> (d0)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d1, d3, d5, d7, d9)>
#map3 = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d0, d1, d2, d3, d4, d5, d6, d7, d8, d9)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (0, 0, d2, 0)>
#map7 = affine_map<(d0, d1, d2, d3) -> (0, 0, d2, d3)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x2x24x16xf16>, %arg2: tensor<2x2x24x16xf16>, %arg3: tensor<1xi64>) -> tensor<2x1x4x16xf16> {
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant -3.40282347E+38 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]> : tensor<24xi64>
    %cst_3 = arith.constant dense<0.000000e+00> : tensor<1xf32>
    %cst_4 = arith.constant dense<-6.550400e+04> : tensor<1xf32>
    %cst_5 = arith.constant dense<2.500000e-01> : tensor<1x1x1x1xf16>
    %0 = tensor.empty() : tensor<24xi1>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel"]} ins(%arg3, %cst_2 : tensor<1xi64>, tensor<24xi64>) outs(%0 : tensor<24xi1>) {
    ^bb0(%in: i64, %in_18: i64, %out: i1):
      %34 = arith.cmpi sge, %in, %in_18 : i64
      linalg.yield %34 : i1
    } -> tensor<24xi1>
    %2 = tensor.empty() : tensor<24xf32>
    %3 = linalg.generic {indexing_maps = [#map1, #map, #map, #map1], iterator_types = ["parallel"]} ins(%1, %cst_3, %cst_4 : tensor<24xi1>, tensor<1xf32>, tensor<1xf32>) outs(%2 : tensor<24xf32>) {
    ^bb0(%in: i1, %in_18: f32, %in_19: f32, %out: f32):
      %34 = arith.select %in, %in_18, %in_19 : f32
      linalg.yield %34 : f32
    } -> tensor<24xf32>
    %4 = tensor.empty() : tensor<24xf16>
    %5 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel"]} ins(%3 : tensor<24xf32>) outs(%4 : tensor<24xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<24xf16>
    %expanded = tensor.expand_shape %5 [[0, 1, 2, 3]] output_shape [1, 1, 1, 24] : tensor<24xf16> into tensor<1x1x1x24xf16>
    %expanded_6 = tensor.expand_shape %arg1 [[0], [1, 2], [3], [4]] output_shape [2, 2, 1, 24, 16] : tensor<2x2x24x16xf16> into tensor<2x2x1x24x16xf16>
    %6 = tensor.empty() : tensor<1x2x1x2x2x1x1x24x1x16xf16>
    %7 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<2x2x1x24x16xf16>) outs(%6 : tensor<1x2x1x2x2x1x1x24x1x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<1x2x1x2x2x1x1x24x1x16xf16>
    %collapsed = tensor.collapse_shape %7 [[0, 1, 2], [3, 4, 5, 6], [7, 8], [9]] : tensor<1x2x1x2x2x1x1x24x1x16xf16> into tensor<2x4x24x16xf16>
    %expanded_7 = tensor.expand_shape %arg2 [[0], [1, 2], [3], [4]] output_shape [2, 2, 1, 24, 16] : tensor<2x2x24x16xf16> into tensor<2x2x1x24x16xf16>
    %8 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_7 : tensor<2x2x1x24x16xf16>) outs(%6 : tensor<1x2x1x2x2x1x1x24x1x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<1x2x1x2x2x1x1x24x1x16xf16>
    %9 = tensor.empty() : tensor<2x4x16x24xf16>
    %transposed = linalg.transpose ins(%collapsed : tensor<2x4x24x16xf16>) outs(%9 : tensor<2x4x16x24xf16>) permutation = [0, 1, 3, 2] 
    %collapsed_8 = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xf16> into tensor<8x1x16xf16>
    %collapsed_9 = tensor.collapse_shape %transposed [[0, 1], [2], [3]] : tensor<2x4x16x24xf16> into tensor<8x16x24xf16>
    %10 = tensor.empty() : tensor<8x1x24xf32>
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %12 = linalg.batch_matmul ins(%collapsed_8, %collapsed_9 : tensor<8x1x16xf16>, tensor<8x16x24xf16>) outs(%11 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %13 = tensor.empty() : tensor<8x1x24xf16>
    %14 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12 : tensor<8x1x24xf32>) outs(%13 : tensor<8x1x24xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<8x1x24xf16>
    %expanded_10 = tensor.expand_shape %14 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xf16> into tensor<2x4x1x24xf16>
    %15 = tensor.empty() : tensor<2x4x1x24xf16>
    %16 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_10, %cst_5 : tensor<2x4x1x24xf16>, tensor<1x1x1x1xf16>) outs(%15 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %in_18: f16, %out: f16):
      %34 = arith.mulf %in, %in_18 : f16
      linalg.yield %34 : f16
    } -> tensor<2x4x1x24xf16>
    %17 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16, %expanded : tensor<2x4x1x24xf16>, tensor<1x1x1x24xf16>) outs(%15 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f16, %in_18: f16, %out: f16):
      %34 = arith.addf %in, %in_18 : f16
      linalg.yield %34 : f16
    } -> tensor<2x4x1x24xf16>
    %18 = tensor.empty() : tensor<2x4x1x24xf32>
    %19 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x4x1x24xf16>) outs(%18 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f16, %out: f32):
      %34 = arith.extf %in : f16 to f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x24xf32>
    %20 = tensor.empty() : tensor<2x4x1xf32>
    %21 = linalg.fill ins(%cst_0 : f32) outs(%20 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %reduced = linalg.reduce ins(%19 : tensor<2x4x1x24xf32>) outs(%21 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %34 = arith.maximumf %in, %init : f32
        linalg.yield %34 : f32
      }
    %expanded_11 = tensor.expand_shape %reduced [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %22 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19, %expanded_11 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%18 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_18: f32, %out: f32):
      %34 = arith.subf %in, %in_18 : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x24xf32>
    %23 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22 : tensor<2x4x1x24xf32>) outs(%18 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = math.exp %in : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x24xf32>
    %24 = linalg.fill ins(%cst_1 : f32) outs(%20 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %reduced_12 = linalg.reduce ins(%23 : tensor<2x4x1x24xf32>) outs(%24 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %34 = arith.addf %in, %init : f32
        linalg.yield %34 : f32
      }
    %expanded_13 = tensor.expand_shape %reduced_12 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %25 = tensor.empty() : tensor<2x4x1x1xf32>
    %26 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_13 : tensor<2x4x1x1xf32>) outs(%25 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.divf %cst, %in : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x1xf32>
    %27 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%23, %26 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%18 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_18: f32, %out: f32):
      %34 = arith.mulf %in, %in_18 : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x24xf32>
    %28 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%27 : tensor<2x4x1x24xf32>) outs(%15 : tensor<2x4x1x24xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<2x4x1x24xf16>
    %collapsed_14 = tensor.collapse_shape %28 [[0, 1], [2], [3]] : tensor<2x4x1x24xf16> into tensor<8x1x24xf16>
    %collapsed_15 = tensor.collapse_shape %8 [[0, 1, 2, 3, 4, 5, 6], [7, 8], [9]] : tensor<1x2x1x2x2x1x1x24x1x16xf16> into tensor<8x24x16xf16>
    %29 = tensor.empty() : tensor<8x1x16xf32>
    %30 = linalg.fill ins(%cst_1 : f32) outs(%29 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %31 = linalg.batch_matmul ins(%collapsed_14, %collapsed_15 : tensor<8x1x24xf16>, tensor<8x24x16xf16>) outs(%30 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %32 = tensor.empty() : tensor<8x1x16xf16>
    %33 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31 : tensor<8x1x16xf32>) outs(%32 : tensor<8x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<8x1x16xf16>
    %collapsed_16 = tensor.collapse_shape %33 [[0, 1], [2]] : tensor<8x1x16xf16> into tensor<8x16xf16>
    %expanded_17 = tensor.expand_shape %collapsed_16 [[0, 1, 2], [3]] output_shape [2, 1, 4, 16] : tensor<8x16xf16> into tensor<2x1x4x16xf16>
    return %expanded_17 : tensor<2x1x4x16xf16>
  }
}

