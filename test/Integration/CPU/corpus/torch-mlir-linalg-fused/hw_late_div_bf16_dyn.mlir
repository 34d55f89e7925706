#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x?x16xbf16>, %arg2: tensor<2x4x?x16xbf16>) -> tensor<2x4x1x16xbf16> {
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF80 : bf16
    %cst_1 = arith.constant 0.000000e+00 : bf16
    %cst_2 = arith.constant 2.500000e-01 : bf16
    %dim = tensor.dim %arg2, %c2 : tensor<2x4x?x16xbf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_3 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xbf16>
    %1 = tensor.empty(%dim_3) : tensor<2x4x16x?xbf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x?x16xbf16>) outs(%1 : tensor<2x4x16x?xbf16>) permutation = [0, 1, 3, 2] 
    %2 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %3 = tensor.empty(%dim) : tensor<2x4x16x?xbf16>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%3 : tensor<2x4x16x?xbf16>) {
    ^bb0(%out: bf16):
      %24 = linalg.index 0 : index
      %25 = linalg.index 1 : index
      %26 = linalg.index 2 : index
      %27 = linalg.index 3 : index
      %28 = arith.cmpi eq, %dim_3, %c1 : index
      %29 = arith.select %28, %c0, %27 : index
      %extracted = tensor.extract %transposed[%24, %25, %26, %29] : tensor<2x4x16x?xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x16x?xbf16>
    %collapsed = tensor.collapse_shape %4 [[0, 1], [2], [3]] : tensor<2x4x16x?xbf16> into tensor<8x16x?xbf16>
    %5 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %dim_4 = tensor.dim %collapsed, %c2 : tensor<8x16x?xbf16>
    %expanded = tensor.expand_shape %5 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim_4] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%expanded : tensor<2x4x1x?xf32>) -> tensor<2x4x1x?xf32>
    %7 = linalg.generic {indexing_maps = [#map1, #map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %4 : tensor<2x4x1x16xbf16>, tensor<2x4x16x?xbf16>) outs(%6 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: f32):
      %24 = arith.extf %in : bf16 to f32
      %25 = arith.extf %in_8 : bf16 to f32
      %26 = arith.mulf %24, %25 : f32
      %27 = arith.addf %out, %26 : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x?xf32>
    %8 = tensor.empty(%dim) : tensor<2x4x1x?xbf16>
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7 : tensor<2x4x1x?xf32>) outs(%8 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %24 = arith.truncf %in : f32 to bf16
      %25 = arith.mulf %24, %cst_2 : bf16
      linalg.yield %25 : bf16
    } -> tensor<2x4x1x?xbf16>
    %10 = tensor.empty() : tensor<2x4x1xbf16>
    %expanded_5 = tensor.expand_shape %10 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xbf16> into tensor<2x4x1x1xbf16>
    %11 = linalg.fill ins(%cst_0 : bf16) outs(%expanded_5 : tensor<2x4x1x1xbf16>) -> tensor<2x4x1x1xbf16>
    %expanded_6 = tensor.expand_shape %9 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, %dim] : tensor<2x4x1x?xbf16> into tensor<2x4x1x1x?xbf16>
    %12 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_6 : tensor<2x4x1x1x?xbf16>) outs(%11 : tensor<2x4x1x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %24 = arith.maximumf %in, %out : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x1xbf16>
    %13 = linalg.generic {indexing_maps = [#map, #map5, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %12 : tensor<2x4x1x?xbf16>, tensor<2x4x1x1xbf16>) outs(%8 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: bf16):
      %24 = arith.subf %in, %in_8 : bf16
      %25 = math.exp %24 : bf16
      linalg.yield %25 : bf16
    } -> tensor<2x4x1x?xbf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %14 = tensor.empty(%dim) : tensor<2x4x?x16xbf16>
    %15 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%14 : tensor<2x4x?x16xbf16>) {
    ^bb0(%out: bf16):
      %24 = linalg.index 0 : index
      %25 = linalg.index 1 : index
      %26 = linalg.index 2 : index
      %27 = linalg.index 3 : index
      %28 = arith.cmpi eq, %dim, %c1 : index
      %29 = arith.select %28, %c0, %26 : index
      %extracted = tensor.extract %arg2[%24, %25, %29, %27] : tensor<2x4x?x16xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x?x16xbf16>
    %16 = tensor.empty() : tensor<8x1x16xf32>
    %expanded_7 = tensor.expand_shape %16 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %17 = linalg.fill ins(%cst : f32) outs(%expanded_7 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
    %18 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%15 : tensor<2x4x?x16xbf16>) outs(%17 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %24 = linalg.index 0 : index
      %25 = linalg.index 1 : index
      %26 = linalg.index 4 : index
      %27 = arith.cmpi eq, %dim, %c1 : index
      %28 = arith.select %27, %c0, %26 : index
      %extracted = tensor.extract %13[%24, %25, %c0, %28] : tensor<2x4x1x?xbf16>
      %29 = arith.extf %extracted : bf16 to f32
      %30 = arith.extf %in : bf16 to f32
      %31 = arith.mulf %29, %30 : f32
      %32 = arith.addf %out, %31 : f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1x16xf32>
    %19 = tensor.empty() : tensor<2x4x1x1xbf16>
    %20 = linalg.fill ins(%cst_1 : bf16) outs(%19 : tensor<2x4x1x1xbf16>) -> tensor<2x4x1x1xbf16>
    %21 = linalg.generic {indexing_maps = [#map, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%13 : tensor<2x4x1x?xbf16>) outs(%20 : tensor<2x4x1x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %24 = arith.addf %in, %out : bf16
      linalg.yield %24 : bf16
    } -> tensor<2x4x1x1xbf16>
    %22 = tensor.empty() : tensor<2x4x1x16xbf16>
    %23 = linalg.generic {indexing_maps = [#map, #map5, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %21 : tensor<2x4x1x16xf32>, tensor<2x4x1x1xbf16>) outs(%22 : tensor<2x4x1x16xbf16>) {
    ^bb0(%in: f32, %in_8: bf16, %out: bf16):
      %24 = arith.truncf %in : f32 to bf16
      %25 = arith.divf %24, %in_8 : bf16
      linalg.yield %25 : bf16
    } -> tensor<2x4x1x16xbf16>
    return %23 : tensor<2x4x1x16xbf16>
  }
}

