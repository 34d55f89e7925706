#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (0, 0, d2, 0)>
#map2 = affine_map<(d0, d1, d2, d3) -> (0, 0, 0, 0)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x1x4x16xf16>, %arg1: tensor<2x24x4x16xf16>, %arg2: tensor<2x24x4x16xf16>) -> tensor<2x1x4x16xf16> {
    %true = arith.constant true
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant -3.40282347E+38 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant dense<0.000000e+00> : tensor<2x4x1x24xf32>
    %cst_3 = arith.constant dense<5.000000e-01> : tensor<1x1x1x1xf32>
    %cst_4 = arith.constant dense<0xFFF0000000000000> : tensor<1x1x1x1xf64>
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x1x4x16xf16> into tensor<2x4x16xf16>
    %expanded = tensor.expand_shape %collapsed [[0], [1, 2], [3]] output_shape [2, 4, 1, 16] : tensor<2x4x16xf16> into tensor<2x4x1x16xf16>
    %0 = tensor.empty() : tensor<2x4x24x16xf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x24x4x16xf16>) outs(%0 : tensor<2x4x24x16xf16>) permutation = [0, 2, 1, 3] 
    %transposed_5 = linalg.transpose ins(%arg2 : tensor<2x24x4x16xf16>) outs(%0 : tensor<2x4x24x16xf16>) permutation = [0, 2, 1, 3] 
    %1 = tensor.empty() : tensor<2x4x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x16xf16>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %33 = arith.extf %in : f16 to f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x16xf32>
    %3 = tensor.empty() : tensor<2x4x24x16xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x24x16xf16>) outs(%3 : tensor<2x4x24x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %33 = arith.extf %in : f16 to f32
      linalg.yield %33 : f32
    } -> tensor<2x4x24x16xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed_5 : tensor<2x4x24x16xf16>) outs(%3 : tensor<2x4x24x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %33 = arith.extf %in : f16 to f32
      linalg.yield %33 : f32
    } -> tensor<2x4x24x16xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %cst_3 : tensor<2x4x1x16xf32>, tensor<1x1x1x1xf32>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %33 = arith.mulf %in, %in_20 : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x16xf32>
    %7 = tensor.empty() : tensor<2x4x16x24xf32>
    %transposed_6 = linalg.transpose ins(%4 : tensor<2x4x24x16xf32>) outs(%7 : tensor<2x4x16x24xf32>) permutation = [0, 1, 3, 2] 
    %8 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed_6, %cst_3 : tensor<2x4x16x24xf32>, tensor<1x1x1x1xf32>) outs(%7 : tensor<2x4x16x24xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %33 = arith.mulf %in, %in_20 : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x16x24xf32>
    %collapsed_7 = tensor.collapse_shape %6 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    %collapsed_8 = tensor.collapse_shape %8 [[0, 1], [2], [3]] : tensor<2x4x16x24xf32> into tensor<8x16x24xf32>
    %9 = tensor.empty() : tensor<8x1x24xf32>
    %10 = linalg.fill ins(%cst_1 : f32) outs(%9 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %11 = linalg.batch_matmul ins(%collapsed_7, %collapsed_8 : tensor<8x1x16xf32>, tensor<8x16x24xf32>) outs(%10 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %expanded_9 = tensor.expand_shape %11 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xf32> into tensor<2x4x1x24xf32>
    %12 = tensor.empty() : tensor<2x4x1xf32>
    %13 = linalg.fill ins(%cst_0 : f32) outs(%12 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %reduced = linalg.reduce ins(%expanded_9 : tensor<2x4x1x24xf32>) outs(%13 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %33 = arith.maximumf %in, %init : f32
        linalg.yield %33 : f32
      }
    %expanded_10 = tensor.expand_shape %reduced [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %14 = tensor.empty() : tensor<2x4x1x24xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_9, %expanded_10 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%14 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %33 = arith.subf %in, %in_20 : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x24xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<2x4x1x24xf32>) outs(%14 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %33 = math.exp %in : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x24xf32>
    %17 = linalg.fill ins(%cst_1 : f32) outs(%12 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %reduced_11 = linalg.reduce ins(%16 : tensor<2x4x1x24xf32>) outs(%17 : tensor<2x4x1xf32>) dimensions = [3] 
      (%in: f32, %init: f32) {
        %33 = arith.addf %in, %init : f32
        linalg.yield %33 : f32
      }
    %expanded_12 = tensor.expand_shape %reduced_11 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %18 = tensor.empty() : tensor<2x4x1x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<2x4x1x1xf32>) outs(%18 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %33 = arith.divf %cst, %in : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16, %19 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%14 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %33 = arith.mulf %in, %in_20 : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x24xf32>
    %21 = tensor.empty() : tensor<2x4x1x24xf64>
    %22 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_9 : tensor<2x4x1x24xf32>) outs(%21 : tensor<2x4x1x24xf64>) {
    ^bb0(%in: f32, %out: f64):
      %33 = arith.extf %in : f32 to f64
      linalg.yield %33 : f64
    } -> tensor<2x4x1x24xf64>
    %23 = tensor.empty() : tensor<2x4x1x24xi1>
    %24 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22, %cst_4 : tensor<2x4x1x24xf64>, tensor<1x1x1x1xf64>) outs(%23 : tensor<2x4x1x24xi1>) {
    ^bb0(%in: f64, %in_20: f64, %out: i1):
      %33 = arith.cmpf oeq, %in, %in_20 : f64
      linalg.yield %33 : i1
    } -> tensor<2x4x1x24xi1>
    %25 = tensor.empty() : tensor<2x4x1xi1>
    %26 = linalg.fill ins(%true : i1) outs(%25 : tensor<2x4x1xi1>) -> tensor<2x4x1xi1>
    %reduced_13 = linalg.reduce ins(%24 : tensor<2x4x1x24xi1>) outs(%26 : tensor<2x4x1xi1>) dimensions = [3] 
      (%in: i1, %init: i1) {
        %33 = arith.andi %in, %init : i1
        linalg.yield %33 : i1
      }
    %expanded_14 = tensor.expand_shape %reduced_13 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xi1> into tensor<2x4x1x1xi1>
    %27 = linalg.generic {indexing_maps = [#map3, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_14, %cst_2, %20 : tensor<2x4x1x1xi1>, tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%14 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: i1, %in_20: f32, %in_21: f32, %out: f32):
      %33 = arith.select %in, %in_20, %in_21 : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x24xf32>
    %collapsed_15 = tensor.collapse_shape %27 [[0, 1], [2], [3]] : tensor<2x4x1x24xf32> into tensor<8x1x24xf32>
    %collapsed_16 = tensor.collapse_shape %5 [[0, 1], [2], [3]] : tensor<2x4x24x16xf32> into tensor<8x24x16xf32>
    %28 = tensor.empty() : tensor<8x1x16xf32>
    %29 = linalg.fill ins(%cst_1 : f32) outs(%28 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %30 = linalg.batch_matmul ins(%collapsed_15, %collapsed_16 : tensor<8x1x24xf32>, tensor<8x24x16xf32>) outs(%29 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_17 = tensor.expand_shape %30 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %31 = tensor.empty() : tensor<2x4x1x16xf16>
    %32 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_17 : tensor<2x4x1x16xf32>) outs(%31 : tensor<2x4x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %33 = arith.truncf %in : f32 to f16
      linalg.yield %33 : f16
    } -> tensor<2x4x1x16xf16>
    %collapsed_18 = tensor.collapse_shape %32 [[0], [1, 2], [3]] : tensor<2x4x1x16xf16> into tensor<2x4x16xf16>
    %expanded_19 = tensor.expand_shape %collapsed_18 [[0, 1], [2], [3]] output_shape [2, 1, 4, 16] : tensor<2x4x16xf16> into tensor<2x1x4x16xf16>
    return %expanded_19 : tensor<2x1x4x16xf16>
  }
}

