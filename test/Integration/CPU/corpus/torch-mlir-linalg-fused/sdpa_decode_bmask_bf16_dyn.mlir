#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x?x16xbf16>, %arg2: tensor<2x4x?x16xbf16>, %arg3: tensor<2x1x1x?xi1>) -> tensor<2x4x1x16xbf16> {
    %cst = arith.constant 0xFF80 : bf16
    %cst_0 = arith.constant 0.000000e+00 : bf16
    %c0_i64 = arith.constant 0 : i64
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_3 = arith.constant 0xFFF0000000000000 : f64
    %cst_4 = arith.constant 5.000000e-01 : f32
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xi1>
    %0 = arith.index_cast %dim : index to i64
    %dim_5 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xbf16>
    %1 = tensor.empty(%dim_5) : tensor<2x4x?x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x?x16xbf16>) outs(%1 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %33 = arith.extf %in : bf16 to f32
      linalg.yield %33 : f32
    } -> tensor<2x4x?x16xf32>
    %dim_6 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xbf16>
    %3 = tensor.empty(%dim_6) : tensor<2x4x?x16xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x4x?x16xbf16>) outs(%3 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %33 = arith.extf %in : bf16 to f32
      linalg.yield %33 : f32
    } -> tensor<2x4x?x16xf32>
    %5 = tensor.empty(%dim_5) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%2 : tensor<2x4x?x16xf32>) outs(%5 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x16x?xf32>) outs(%5 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %33 = arith.mulf %in, %cst_4 : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x16x?xf32>
    %7 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %7, "unimplemented: dynamic negative broadcast sizes"
    %8 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %9 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%8 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %33 = linalg.index 0 : index
      %34 = linalg.index 1 : index
      %35 = linalg.index 2 : index
      %36 = linalg.index 3 : index
      %37 = arith.cmpi eq, %dim_5, %c1 : index
      %38 = arith.select %37, %c0, %36 : index
      %extracted = tensor.extract %6[%33, %34, %35, %38] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed = tensor.collapse_shape %9 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %10 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %dim_7 = tensor.dim %collapsed, %c2 : tensor<8x16x?xf32>
    %expanded = tensor.expand_shape %10 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim_7] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %11 = linalg.fill ins(%cst_1 : f32) outs(%expanded : tensor<2x4x1x?xf32>) -> tensor<2x4x1x?xf32>
    %12 = linalg.generic {indexing_maps = [#map1, #map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %9 : tensor<2x4x1x16xbf16>, tensor<2x4x16x?xf32>) outs(%11 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: bf16, %in_11: f32, %out: f32):
      %33 = arith.extf %in : bf16 to f32
      %34 = arith.mulf %33, %cst_4 : f32
      %35 = arith.mulf %34, %in_11 : f32
      %36 = arith.addf %out, %35 : f32
      linalg.yield %36 : f32
    } -> tensor<2x4x1x?xf32>
    %13 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12, %arg3 : tensor<2x4x1x?xf32>, tensor<2x1x1x?xi1>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_11: i1, %out: f32):
      %33 = arith.select %in_11, %cst_0, %cst : bf16
      %34 = arith.extf %33 : bf16 to f32
      %35 = arith.addf %in, %34 : f32
      linalg.yield %35 : f32
    } -> tensor<2x4x1x?xf32>
    %15 = tensor.empty() : tensor<2x4x1xf32>
    %expanded_8 = tensor.expand_shape %15 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %16 = linalg.fill ins(%cst_2 : f32) outs(%expanded_8 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %expanded_9 = tensor.expand_shape %14 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, %dim] : tensor<2x4x1x?xf32> into tensor<2x4x1x1x?xf32>
    %17 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_9 : tensor<2x4x1x1x?xf32>) outs(%16 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %33 = arith.maximumf %in, %out : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x1xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map6, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14, %17 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %33 = arith.subf %in, %in_11 : f32
      %34 = math.exp %33 : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x?xf32>
    %19 = tensor.empty() : tensor<2x4x1x1xf32>
    %20 = linalg.fill ins(%cst_1 : f32) outs(%19 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%18 : tensor<2x4x1x?xf32>) outs(%20 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %33 = arith.addf %in, %out : f32
      linalg.yield %33 : f32
    } -> tensor<2x4x1x1xf32>
    %22 = tensor.empty() : tensor<2x4x1x1xi1>
    %23 = linalg.fill ins(%true : i1) outs(%22 : tensor<2x4x1x1xi1>) -> tensor<2x4x1x1xi1>
    %24 = linalg.generic {indexing_maps = [#map, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%14 : tensor<2x4x1x?xf32>) outs(%23 : tensor<2x4x1x1xi1>) {
    ^bb0(%in: f32, %out: i1):
      %33 = arith.extf %in : f32 to f64
      %34 = arith.cmpf oeq, %33, %cst_3 : f64
      %35 = arith.andi %34, %out : i1
      linalg.yield %35 : i1
    } -> tensor<2x4x1x1xi1>
    cf.assert %7, "negative values not allowed in new dimensions"
    %25 = linalg.generic {indexing_maps = [#map6, #map, #map6, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24, %18, %21 : tensor<2x4x1x1xi1>, tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: i1, %in_11: f32, %in_12: f32, %out: f32):
      %33 = arith.divf %in_11, %in_12 : f32
      %34 = arith.select %in, %cst_1, %33 : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %7, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %7, "unimplemented: dynamic negative broadcast sizes"
    %26 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %27 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%26 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %33 = linalg.index 0 : index
      %34 = linalg.index 1 : index
      %35 = linalg.index 2 : index
      %36 = linalg.index 3 : index
      %37 = arith.cmpi eq, %dim_6, %c1 : index
      %38 = arith.select %37, %c0, %35 : index
      %extracted = tensor.extract %4[%33, %34, %38, %36] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %28 = tensor.empty() : tensor<8x1x16xf32>
    %expanded_10 = tensor.expand_shape %28 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %29 = linalg.fill ins(%cst_1 : f32) outs(%expanded_10 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
    %30 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%27 : tensor<2x4x?x16xf32>) outs(%29 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %33 = linalg.index 0 : index
      %34 = linalg.index 1 : index
      %35 = linalg.index 4 : index
      %36 = arith.cmpi eq, %dim, %c1 : index
      %37 = arith.select %36, %c0, %35 : index
      %extracted = tensor.extract %25[%33, %34, %c0, %37] : tensor<2x4x1x?xf32>
      %38 = arith.mulf %extracted, %in : f32
      %39 = arith.addf %out, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x16xf32>
    %31 = tensor.empty() : tensor<2x4x1x16xbf16>
    %32 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%30 : tensor<2x4x1x16xf32>) outs(%31 : tensor<2x4x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %33 = arith.truncf %in : f32 to bf16
      linalg.yield %33 : bf16
    } -> tensor<2x4x1x16xbf16>
    return %32 : tensor<2x4x1x16xbf16>
  }
}

