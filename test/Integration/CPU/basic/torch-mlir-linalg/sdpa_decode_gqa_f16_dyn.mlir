#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x2x?x16xf16>, %arg2: tensor<2x2x?x16xf16>) -> tensor<2x4x1x16xf16> {
    %c0_i64 = arith.constant 0 : i64
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<f32>
    %cst_2 = arith.constant 0xFFF0000000000000 : f64
    %cst_3 = arith.constant 5.000000e-01 : f32
    %dim = tensor.dim %arg2, %c2 : tensor<2x2x?x16xf16>
    %0 = arith.index_cast %dim : index to i64
    %1 = tensor.empty() : tensor<2x4x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x1x16xf16>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %47 = arith.extf %in : f16 to f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x16xf32>
    %dim_4 = tensor.dim %arg1, %c2 : tensor<2x2x?x16xf16>
    %3 = tensor.empty(%dim_4) : tensor<2x2x?x16xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x2x?x16xf16>) outs(%3 : tensor<2x2x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %47 = arith.extf %in : f16 to f32
      linalg.yield %47 : f32
    } -> tensor<2x2x?x16xf32>
    %5 = tensor.empty(%dim) : tensor<2x2x?x16xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x2x?x16xf16>) outs(%5 : tensor<2x2x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %47 = arith.extf %in : f16 to f32
      linalg.yield %47 : f32
    } -> tensor<2x2x?x16xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x4x1x16xf32>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %47 = arith.mulf %in, %cst_3 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x16xf32>
    %expanded = tensor.expand_shape %4 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_4, 16] : tensor<2x2x?x16xf32> into tensor<2x2x1x?x16xf32>
    %8 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %8, "unimplemented: dynamic negative broadcast sizes"
    %9 = tensor.empty(%dim) : tensor<2x2x2x?x16xf32>
    %10 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%9 : tensor<2x2x2x?x16xf32>) {
    ^bb0(%out: f32):
      %47 = linalg.index 0 : index
      %48 = linalg.index 1 : index
      %49 = linalg.index 3 : index
      %50 = linalg.index 4 : index
      %51 = arith.cmpi eq, %dim_4, %c1 : index
      %52 = arith.select %51, %c0, %49 : index
      %extracted = tensor.extract %expanded[%47, %48, %c0, %52, %50] : tensor<2x2x1x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x2x2x?x16xf32>
    %collapsed = tensor.collapse_shape %10 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xf32> into tensor<2x4x?x16xf32>
    %expanded_5 = tensor.expand_shape %6 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim, 16] : tensor<2x2x?x16xf32> into tensor<2x2x1x?x16xf32>
    cf.assert %8, "unimplemented: dynamic negative broadcast sizes"
    %11 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%9 : tensor<2x2x2x?x16xf32>) {
    ^bb0(%out: f32):
      %47 = linalg.index 0 : index
      %48 = linalg.index 1 : index
      %49 = linalg.index 3 : index
      %50 = linalg.index 4 : index
      %51 = arith.cmpi eq, %dim, %c1 : index
      %52 = arith.select %51, %c0, %49 : index
      %extracted = tensor.extract %expanded_5[%47, %48, %c0, %52, %50] : tensor<2x2x1x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x2x2x?x16xf32>
    %collapsed_6 = tensor.collapse_shape %11 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xf32> into tensor<2x4x?x16xf32>
    %12 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%collapsed : tensor<2x4x?x16xf32>) outs(%12 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %13 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x16x?xf32>) outs(%12 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %47 = arith.mulf %in, %cst_3 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_7 = tensor.collapse_shape %7 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    cf.assert %8, "unimplemented: dynamic negative broadcast sizes"
    %14 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%12 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %47 = linalg.index 0 : index
      %48 = linalg.index 1 : index
      %49 = linalg.index 2 : index
      %50 = linalg.index 3 : index
      %51 = arith.cmpi eq, %dim, %c1 : index
      %52 = arith.select %51, %c0, %50 : index
      %extracted = tensor.extract %13[%47, %48, %49, %52] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_8 = tensor.collapse_shape %14 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %15 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %16 = linalg.fill ins(%cst : f32) outs(%15 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %17 = linalg.batch_matmul ins(%collapsed_7, %collapsed_8 : tensor<8x1x16xf32>, tensor<8x16x?xf32>) outs(%16 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %expanded_9 = tensor.expand_shape %17 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %18 = tensor.empty() : tensor<2x4x1xi64>
    %19 = linalg.fill ins(%c0_i64 : i64) outs(%18 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %20 = tensor.empty() : tensor<2x4x1xf32>
    %21 = linalg.fill ins(%cst_0 : f32) outs(%20 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %22:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_9 : tensor<2x4x1x?xf32>) outs(%21, %19 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_14: i64):
      %47 = linalg.index 3 : index
      %48 = arith.index_cast %47 : index to i64
      %49 = arith.maximumf %in, %out : f32
      %50 = arith.cmpf ogt, %in, %out : f32
      %51 = arith.select %50, %48, %out_14 : i64
      linalg.yield %49, %51 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_10 = tensor.expand_shape %22#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %23 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_9, %expanded_10 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%23 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %47 = arith.subf %in, %in_14 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24 : tensor<2x4x1x?xf32>) outs(%23 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %47 = math.exp %in : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    %26 = tensor.empty() : tensor<2x4x1x1xf32>
    %27 = linalg.fill ins(%cst : f32) outs(%26 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%25 : tensor<2x4x1x?xf32>) outs(%27 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %47 = arith.addf %in, %out : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x1xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%25, %28 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%23 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %47 = arith.divf %in, %in_14 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    %30 = tensor.empty(%dim) : tensor<2x4x1x?xi1>
    %31 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_9 : tensor<2x4x1x?xf32>) outs(%30 : tensor<2x4x1x?xi1>) {
    ^bb0(%in: f32, %out: i1):
      %47 = arith.extf %in : f32 to f64
      %48 = arith.cmpf oeq, %47, %cst_2 : f64
      linalg.yield %48 : i1
    } -> tensor<2x4x1x?xi1>
    %32 = tensor.empty() : tensor<2x4x1x1xi1>
    %33 = linalg.fill ins(%true : i1) outs(%32 : tensor<2x4x1x1xi1>) -> tensor<2x4x1x1xi1>
    %34 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%31 : tensor<2x4x1x?xi1>) outs(%33 : tensor<2x4x1x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %47 = arith.andi %in, %out : i1
      linalg.yield %47 : i1
    } -> tensor<2x4x1x1xi1>
    %35 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %35, "negative values not allowed in new dimensions"
    %36 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %37 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%36 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %38 = linalg.generic {indexing_maps = [#map3, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%34, %37, %29 : tensor<2x4x1x1xi1>, tensor<2x4x1x?xf32>, tensor<2x4x1x?xf32>) outs(%36 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: i1, %in_14: f32, %in_15: f32, %out: f32):
      %47 = arith.select %in, %in_14, %in_15 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %8, "unimplemented: dynamic negative broadcast sizes"
    %39 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%23 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      %47 = linalg.index 0 : index
      %48 = linalg.index 1 : index
      %49 = linalg.index 3 : index
      %50 = arith.cmpi eq, %dim, %c1 : index
      %51 = arith.select %50, %c0, %49 : index
      %extracted = tensor.extract %38[%47, %48, %c0, %51] : tensor<2x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x1x?xf32>
    %collapsed_11 = tensor.collapse_shape %39 [[0, 1], [2], [3]] : tensor<2x4x1x?xf32> into tensor<8x1x?xf32>
    cf.assert %8, "unimplemented: dynamic negative broadcast sizes"
    %40 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %41 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%40 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %47 = linalg.index 0 : index
      %48 = linalg.index 1 : index
      %49 = linalg.index 2 : index
      %50 = linalg.index 3 : index
      %51 = arith.cmpi eq, %dim, %c1 : index
      %52 = arith.select %51, %c0, %49 : index
      %extracted = tensor.extract %collapsed_6[%47, %48, %52, %50] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_12 = tensor.collapse_shape %41 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %42 = tensor.empty() : tensor<8x1x16xf32>
    %43 = linalg.fill ins(%cst : f32) outs(%42 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %44 = linalg.batch_matmul ins(%collapsed_11, %collapsed_12 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%43 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_13 = tensor.expand_shape %44 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %45 = tensor.empty() : tensor<2x4x1x16xf16>
    %46 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_13 : tensor<2x4x1x16xf32>) outs(%45 : tensor<2x4x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %47 = arith.truncf %in : f32 to f16
      linalg.yield %47 : f16
    } -> tensor<2x4x1x16xf16>
    return %46 : tensor<2x4x1x16xf16>
  }
}
