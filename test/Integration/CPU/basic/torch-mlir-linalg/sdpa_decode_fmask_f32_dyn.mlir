#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x?x16xf32>, %arg2: tensor<2x4x?x16xf32>, %arg3: tensor<2x1x1x?xf32>) -> tensor<2x4x1x16xf32> {
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
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xf32>
    %0 = arith.index_cast %dim : index to i64
    %1 = tensor.empty() : tensor<2x4x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x1x16xf32>) outs(%1 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.mulf %in, %cst_3 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x16xf32>
    %dim_4 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf32>
    %3 = tensor.empty(%dim_4) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x?x16xf32>) outs(%3 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x16x?xf32>) outs(%3 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.mulf %in, %cst_3 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed = tensor.collapse_shape %2 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    %5 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %5, "unimplemented: dynamic negative broadcast sizes"
    %6 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %7 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%6 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %39 = linalg.index 0 : index
      %40 = linalg.index 1 : index
      %41 = linalg.index 2 : index
      %42 = linalg.index 3 : index
      %43 = arith.cmpi eq, %dim_4, %c1 : index
      %44 = arith.select %43, %c0, %42 : index
      %extracted = tensor.extract %4[%39, %40, %41, %44] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_5 = tensor.collapse_shape %7 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %8 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %9 = linalg.fill ins(%cst : f32) outs(%8 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %10 = linalg.batch_matmul ins(%collapsed, %collapsed_5 : tensor<8x1x16xf32>, tensor<8x16x?xf32>) outs(%9 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %expanded = tensor.expand_shape %10 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %11 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %arg3 : tensor<2x4x1x?xf32>, tensor<2x1x1x?xf32>) outs(%11 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %39 = arith.addf %in, %in_10 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x?xf32>
    %13 = tensor.empty() : tensor<2x4x1xi64>
    %14 = linalg.fill ins(%c0_i64 : i64) outs(%13 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %15 = tensor.empty() : tensor<2x4x1xf32>
    %16 = linalg.fill ins(%cst_0 : f32) outs(%15 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %17:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%12 : tensor<2x4x1x?xf32>) outs(%16, %14 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_10: i64):
      %39 = linalg.index 3 : index
      %40 = arith.index_cast %39 : index to i64
      %41 = arith.maximumf %in, %out : f32
      %42 = arith.cmpf ogt, %in, %out : f32
      %43 = arith.select %42, %40, %out_10 : i64
      linalg.yield %41, %43 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_6 = tensor.expand_shape %17#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12, %expanded_6 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%11 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %39 = arith.subf %in, %in_10 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x?xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<2x4x1x?xf32>) outs(%11 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = math.exp %in : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x?xf32>
    %20 = tensor.empty() : tensor<2x4x1x1xf32>
    %21 = linalg.fill ins(%cst : f32) outs(%20 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%19 : tensor<2x4x1x?xf32>) outs(%21 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.addf %in, %out : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x1xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19, %22 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%11 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %39 = arith.divf %in, %in_10 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x?xf32>
    %24 = tensor.empty(%dim) : tensor<2x4x1x?xi1>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12 : tensor<2x4x1x?xf32>) outs(%24 : tensor<2x4x1x?xi1>) {
    ^bb0(%in: f32, %out: i1):
      %39 = arith.extf %in : f32 to f64
      %40 = arith.cmpf oeq, %39, %cst_2 : f64
      linalg.yield %40 : i1
    } -> tensor<2x4x1x?xi1>
    %26 = tensor.empty() : tensor<2x4x1x1xi1>
    %27 = linalg.fill ins(%true : i1) outs(%26 : tensor<2x4x1x1xi1>) -> tensor<2x4x1x1xi1>
    %28 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%25 : tensor<2x4x1x?xi1>) outs(%27 : tensor<2x4x1x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %39 = arith.andi %in, %out : i1
      linalg.yield %39 : i1
    } -> tensor<2x4x1x1xi1>
    %29 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %29, "negative values not allowed in new dimensions"
    %30 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %31 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%30 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %32 = linalg.generic {indexing_maps = [#map3, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%28, %31, %23 : tensor<2x4x1x1xi1>, tensor<2x4x1x?xf32>, tensor<2x4x1x?xf32>) outs(%30 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: i1, %in_10: f32, %in_11: f32, %out: f32):
      %39 = arith.select %in, %in_10, %in_11 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %5, "unimplemented: dynamic negative broadcast sizes"
    %33 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%11 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      %39 = linalg.index 0 : index
      %40 = linalg.index 1 : index
      %41 = linalg.index 3 : index
      %42 = arith.cmpi eq, %dim, %c1 : index
      %43 = arith.select %42, %c0, %41 : index
      %extracted = tensor.extract %32[%39, %40, %c0, %43] : tensor<2x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x1x?xf32>
    %collapsed_7 = tensor.collapse_shape %33 [[0, 1], [2], [3]] : tensor<2x4x1x?xf32> into tensor<8x1x?xf32>
    cf.assert %5, "unimplemented: dynamic negative broadcast sizes"
    %34 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %35 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%34 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %39 = linalg.index 0 : index
      %40 = linalg.index 1 : index
      %41 = linalg.index 2 : index
      %42 = linalg.index 3 : index
      %dim_10 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf32>
      %43 = arith.cmpi eq, %dim_10, %c1 : index
      %44 = arith.select %43, %c0, %41 : index
      %extracted = tensor.extract %arg2[%39, %40, %44, %42] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_8 = tensor.collapse_shape %35 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %36 = tensor.empty() : tensor<8x1x16xf32>
    %37 = linalg.fill ins(%cst : f32) outs(%36 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %38 = linalg.batch_matmul ins(%collapsed_7, %collapsed_8 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%37 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_9 = tensor.expand_shape %38 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    return %expanded_9 : tensor<2x4x1x16xf32>
  }
}
