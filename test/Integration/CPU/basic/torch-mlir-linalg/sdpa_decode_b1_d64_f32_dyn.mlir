#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map3 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<1x4x1x64xf32>, %arg1: tensor<1x4x?x64xf32>, %arg2: tensor<1x4x?x64xf32>) -> tensor<1x4x1x64xf32> {
    %c0_i64 = arith.constant 0 : i64
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<f32>
    %cst_2 = arith.constant 0xFFF0000000000000 : f64
    %cst_3 = arith.constant 0.35355339059327379 : f64
    %dim = tensor.dim %arg2, %c2 : tensor<1x4x?x64xf32>
    %0 = arith.index_cast %dim : index to i64
    %1 = tensor.empty() : tensor<1x4x1x64xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<1x4x1x64xf32>) outs(%1 : tensor<1x4x1x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.truncf %cst_3 : f64 to f32
      %39 = arith.mulf %in, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<1x4x1x64xf32>
    %dim_4 = tensor.dim %arg1, %c2 : tensor<1x4x?x64xf32>
    %3 = tensor.empty(%dim_4) : tensor<1x4x64x?xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<1x4x?x64xf32>) outs(%3 : tensor<1x4x64x?xf32>) permutation = [0, 1, 3, 2] 
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<1x4x64x?xf32>) outs(%3 : tensor<1x4x64x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.truncf %cst_3 : f64 to f32
      %39 = arith.mulf %in, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<1x4x64x?xf32>
    %collapsed = tensor.collapse_shape %2 [[0, 1], [2], [3]] : tensor<1x4x1x64xf32> into tensor<4x1x64xf32>
    %5 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %5, "unimplemented: dynamic negative broadcast sizes"
    %6 = tensor.empty(%dim) : tensor<1x4x64x?xf32>
    %7 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%6 : tensor<1x4x64x?xf32>) {
    ^bb0(%out: f32):
      %38 = linalg.index 1 : index
      %39 = linalg.index 2 : index
      %40 = linalg.index 3 : index
      %41 = arith.cmpi eq, %dim_4, %c1 : index
      %42 = arith.select %41, %c0, %40 : index
      %extracted = tensor.extract %4[%c0, %38, %39, %42] : tensor<1x4x64x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<1x4x64x?xf32>
    %collapsed_5 = tensor.collapse_shape %7 [[0, 1], [2], [3]] : tensor<1x4x64x?xf32> into tensor<4x64x?xf32>
    %8 = tensor.empty(%dim) : tensor<4x1x?xf32>
    %9 = linalg.fill ins(%cst : f32) outs(%8 : tensor<4x1x?xf32>) -> tensor<4x1x?xf32>
    %10 = linalg.batch_matmul ins(%collapsed, %collapsed_5 : tensor<4x1x64xf32>, tensor<4x64x?xf32>) outs(%9 : tensor<4x1x?xf32>) -> tensor<4x1x?xf32>
    %expanded = tensor.expand_shape %10 [[0, 1], [2], [3]] output_shape [1, 4, 1, %dim] : tensor<4x1x?xf32> into tensor<1x4x1x?xf32>
    %11 = tensor.empty() : tensor<1x4x1xi64>
    %12 = linalg.fill ins(%c0_i64 : i64) outs(%11 : tensor<1x4x1xi64>) -> tensor<1x4x1xi64>
    %13 = tensor.empty() : tensor<1x4x1xf32>
    %14 = linalg.fill ins(%cst_0 : f32) outs(%13 : tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
    %15:2 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded : tensor<1x4x1x?xf32>) outs(%14, %12 : tensor<1x4x1xf32>, tensor<1x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_10: i64):
      %38 = linalg.index 3 : index
      %39 = arith.index_cast %38 : index to i64
      %40 = arith.maximumf %in, %out : f32
      %41 = arith.cmpf ogt, %in, %out : f32
      %42 = arith.select %41, %39, %out_10 : i64
      linalg.yield %40, %42 : f32, i64
    } -> (tensor<1x4x1xf32>, tensor<1x4x1xi64>)
    %expanded_6 = tensor.expand_shape %15#0 [[0], [1], [2, 3]] output_shape [1, 4, 1, 1] : tensor<1x4x1xf32> into tensor<1x4x1x1xf32>
    %16 = tensor.empty(%dim) : tensor<1x4x1x?xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %expanded_6 : tensor<1x4x1x?xf32>, tensor<1x4x1x1xf32>) outs(%16 : tensor<1x4x1x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %38 = arith.subf %in, %in_10 : f32
      linalg.yield %38 : f32
    } -> tensor<1x4x1x?xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<1x4x1x?xf32>) outs(%16 : tensor<1x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = math.exp %in : f32
      linalg.yield %38 : f32
    } -> tensor<1x4x1x?xf32>
    %19 = tensor.empty() : tensor<1x4x1x1xf32>
    %20 = linalg.fill ins(%cst : f32) outs(%19 : tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%18 : tensor<1x4x1x?xf32>) outs(%20 : tensor<1x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<1x4x1x1xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %21 : tensor<1x4x1x?xf32>, tensor<1x4x1x1xf32>) outs(%16 : tensor<1x4x1x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %38 = arith.divf %in, %in_10 : f32
      linalg.yield %38 : f32
    } -> tensor<1x4x1x?xf32>
    %23 = tensor.empty(%dim) : tensor<1x4x1x?xi1>
    %24 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<1x4x1x?xf32>) outs(%23 : tensor<1x4x1x?xi1>) {
    ^bb0(%in: f32, %out: i1):
      %38 = arith.extf %in : f32 to f64
      %39 = arith.cmpf oeq, %38, %cst_2 : f64
      linalg.yield %39 : i1
    } -> tensor<1x4x1x?xi1>
    %25 = tensor.empty() : tensor<1x4x1x1xi1>
    %26 = linalg.fill ins(%true : i1) outs(%25 : tensor<1x4x1x1xi1>) -> tensor<1x4x1x1xi1>
    %27 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%24 : tensor<1x4x1x?xi1>) outs(%26 : tensor<1x4x1x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %38 = arith.andi %in, %out : i1
      linalg.yield %38 : i1
    } -> tensor<1x4x1x1xi1>
    %28 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %28, "negative values not allowed in new dimensions"
    %29 = tensor.empty(%dim) : tensor<1x4x1x?xf32>
    %30 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%29 : tensor<1x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %31 = linalg.generic {indexing_maps = [#map2, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%27, %30, %22 : tensor<1x4x1x1xi1>, tensor<1x4x1x?xf32>, tensor<1x4x1x?xf32>) outs(%29 : tensor<1x4x1x?xf32>) {
    ^bb0(%in: i1, %in_10: f32, %in_11: f32, %out: f32):
      %38 = arith.select %in, %in_10, %in_11 : f32
      linalg.yield %38 : f32
    } -> tensor<1x4x1x?xf32>
    cf.assert %5, "unimplemented: dynamic negative broadcast sizes"
    %32 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%16 : tensor<1x4x1x?xf32>) {
    ^bb0(%out: f32):
      %38 = linalg.index 1 : index
      %39 = linalg.index 3 : index
      %40 = arith.cmpi eq, %dim, %c1 : index
      %41 = arith.select %40, %c0, %39 : index
      %extracted = tensor.extract %31[%c0, %38, %c0, %41] : tensor<1x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<1x4x1x?xf32>
    %collapsed_7 = tensor.collapse_shape %32 [[0, 1], [2], [3]] : tensor<1x4x1x?xf32> into tensor<4x1x?xf32>
    cf.assert %5, "unimplemented: dynamic negative broadcast sizes"
    %33 = tensor.empty(%dim) : tensor<1x4x?x64xf32>
    %34 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%33 : tensor<1x4x?x64xf32>) {
    ^bb0(%out: f32):
      %38 = linalg.index 1 : index
      %39 = linalg.index 2 : index
      %40 = linalg.index 3 : index
      %41 = arith.cmpi eq, %dim, %c1 : index
      %42 = arith.select %41, %c0, %39 : index
      %extracted = tensor.extract %arg2[%c0, %38, %42, %40] : tensor<1x4x?x64xf32>
      linalg.yield %extracted : f32
    } -> tensor<1x4x?x64xf32>
    %collapsed_8 = tensor.collapse_shape %34 [[0, 1], [2], [3]] : tensor<1x4x?x64xf32> into tensor<4x?x64xf32>
    %35 = tensor.empty() : tensor<4x1x64xf32>
    %36 = linalg.fill ins(%cst : f32) outs(%35 : tensor<4x1x64xf32>) -> tensor<4x1x64xf32>
    %37 = linalg.batch_matmul ins(%collapsed_7, %collapsed_8 : tensor<4x1x?xf32>, tensor<4x?x64xf32>) outs(%36 : tensor<4x1x64xf32>) -> tensor<4x1x64xf32>
    %expanded_9 = tensor.expand_shape %37 [[0, 1], [2], [3]] output_shape [1, 4, 1, 64] : tensor<4x1x64xf32> into tensor<1x4x1x64xf32>
    return %expanded_9 : tensor<1x4x1x64xf32>
  }
}
