#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x?x16xbf16>, %arg2: tensor<2x4x?x16xbf16>, %arg3: tensor<2x1x1x?xbf16>) -> tensor<2x4x1x16xbf16> {
    %c0_i64 = arith.constant 0 : i64
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<f32>
    %cst_2 = arith.constant 0xFFF0000000000000 : f64
    %cst_3 = arith.constant 5.000000e-01 : f32
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xbf16>
    %0 = arith.index_cast %dim : index to i64
    %1 = tensor.empty() : tensor<2x4x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x1x16xbf16>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %46 = arith.extf %in : bf16 to f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x16xf32>
    %dim_4 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xbf16>
    %3 = tensor.empty(%dim_4) : tensor<2x4x?x16xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x?x16xbf16>) outs(%3 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %46 = arith.extf %in : bf16 to f32
      linalg.yield %46 : f32
    } -> tensor<2x4x?x16xf32>
    %dim_5 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xbf16>
    %5 = tensor.empty(%dim_5) : tensor<2x4x?x16xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x4x?x16xbf16>) outs(%5 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %46 = arith.extf %in : bf16 to f32
      linalg.yield %46 : f32
    } -> tensor<2x4x?x16xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x4x1x16xf32>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.mulf %in, %cst_3 : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x16xf32>
    %8 = tensor.empty(%dim_4) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%4 : tensor<2x4x?x16xf32>) outs(%8 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x16x?xf32>) outs(%8 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.mulf %in, %cst_3 : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed = tensor.collapse_shape %7 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    %10 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %10, "unimplemented: dynamic negative broadcast sizes"
    %11 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %12 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%11 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 2 : index
      %49 = linalg.index 3 : index
      %50 = arith.cmpi eq, %dim_4, %c1 : index
      %51 = arith.select %50, %c0, %49 : index
      %extracted = tensor.extract %9[%46, %47, %48, %51] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_6 = tensor.collapse_shape %12 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %13 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %14 = linalg.fill ins(%cst : f32) outs(%13 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %15 = linalg.batch_matmul ins(%collapsed, %collapsed_6 : tensor<8x1x16xf32>, tensor<8x16x?xf32>) outs(%14 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %expanded = tensor.expand_shape %15 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %16 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %arg3 : tensor<2x4x1x?xf32>, tensor<2x1x1x?xbf16>) outs(%16 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_11: bf16, %out: f32):
      %46 = arith.extf %in_11 : bf16 to f32
      %47 = arith.addf %in, %46 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    %18 = tensor.empty() : tensor<2x4x1xi64>
    %19 = linalg.fill ins(%c0_i64 : i64) outs(%18 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %20 = tensor.empty() : tensor<2x4x1xf32>
    %21 = linalg.fill ins(%cst_0 : f32) outs(%20 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %22:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%17 : tensor<2x4x1x?xf32>) outs(%21, %19 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_11: i64):
      %46 = linalg.index 3 : index
      %47 = arith.index_cast %46 : index to i64
      %48 = arith.maximumf %in, %out : f32
      %49 = arith.cmpf ogt, %in, %out : f32
      %50 = arith.select %49, %47, %out_11 : i64
      linalg.yield %48, %50 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_7 = tensor.expand_shape %22#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17, %expanded_7 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%16 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %46 = arith.subf %in, %in_11 : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x?xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%23 : tensor<2x4x1x?xf32>) outs(%16 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = math.exp %in : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x?xf32>
    %25 = tensor.empty() : tensor<2x4x1x1xf32>
    %26 = linalg.fill ins(%cst : f32) outs(%25 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%24 : tensor<2x4x1x?xf32>) outs(%26 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.addf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x1xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24, %27 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%16 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %46 = arith.divf %in, %in_11 : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x?xf32>
    %29 = tensor.empty(%dim) : tensor<2x4x1x?xi1>
    %30 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x4x1x?xf32>) outs(%29 : tensor<2x4x1x?xi1>) {
    ^bb0(%in: f32, %out: i1):
      %46 = arith.extf %in : f32 to f64
      %47 = arith.cmpf oeq, %46, %cst_2 : f64
      linalg.yield %47 : i1
    } -> tensor<2x4x1x?xi1>
    %31 = tensor.empty() : tensor<2x4x1x1xi1>
    %32 = linalg.fill ins(%true : i1) outs(%31 : tensor<2x4x1x1xi1>) -> tensor<2x4x1x1xi1>
    %33 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%30 : tensor<2x4x1x?xi1>) outs(%32 : tensor<2x4x1x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %46 = arith.andi %in, %out : i1
      linalg.yield %46 : i1
    } -> tensor<2x4x1x1xi1>
    %34 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %34, "negative values not allowed in new dimensions"
    %35 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %36 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%35 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %37 = linalg.generic {indexing_maps = [#map3, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%33, %36, %28 : tensor<2x4x1x1xi1>, tensor<2x4x1x?xf32>, tensor<2x4x1x?xf32>) outs(%35 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: i1, %in_11: f32, %in_12: f32, %out: f32):
      %46 = arith.select %in, %in_11, %in_12 : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %10, "unimplemented: dynamic negative broadcast sizes"
    %38 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%16 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 3 : index
      %49 = arith.cmpi eq, %dim, %c1 : index
      %50 = arith.select %49, %c0, %48 : index
      %extracted = tensor.extract %37[%46, %47, %c0, %50] : tensor<2x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x1x?xf32>
    %collapsed_8 = tensor.collapse_shape %38 [[0, 1], [2], [3]] : tensor<2x4x1x?xf32> into tensor<8x1x?xf32>
    cf.assert %10, "unimplemented: dynamic negative broadcast sizes"
    %39 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %40 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%39 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 2 : index
      %49 = linalg.index 3 : index
      %50 = arith.cmpi eq, %dim_5, %c1 : index
      %51 = arith.select %50, %c0, %48 : index
      %extracted = tensor.extract %6[%46, %47, %51, %49] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_9 = tensor.collapse_shape %40 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %41 = tensor.empty() : tensor<8x1x16xf32>
    %42 = linalg.fill ins(%cst : f32) outs(%41 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %43 = linalg.batch_matmul ins(%collapsed_8, %collapsed_9 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%42 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_10 = tensor.expand_shape %43 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %44 = tensor.empty() : tensor<2x4x1x16xbf16>
    %45 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_10 : tensor<2x4x1x16xf32>) outs(%44 : tensor<2x4x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %46 = arith.truncf %in : f32 to bf16
      linalg.yield %46 : bf16
    } -> tensor<2x4x1x16xbf16>
    return %45 : tensor<2x4x1x16xbf16>
  }
}
