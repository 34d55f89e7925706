#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x?x16xf32>, %arg2: tensor<2x4x?x16xf32>) -> tensor<2x4x1x16xf32> {
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f32
    %dim = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf32>
    %0 = arith.index_cast %dim : index to i64
    %dim_2 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf32>
    %1 = tensor.empty(%dim_2) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x?x16xf32>) outs(%1 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    %2 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %3 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%3 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %27 = linalg.index 0 : index
      %28 = linalg.index 1 : index
      %29 = linalg.index 2 : index
      %30 = linalg.index 3 : index
      %31 = arith.cmpi eq, %dim_2, %c1 : index
      %32 = arith.select %31, %c0, %30 : index
      %extracted = tensor.extract %transposed[%27, %28, %29, %32] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_3 = tensor.collapse_shape %4 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %5 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %7 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<8x1x16xf32>, tensor<8x16x?xf32>) outs(%6 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %expanded = tensor.expand_shape %7 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %8 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x?xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %27 = arith.mulf %in, %cst_1 : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x?xf32>
    %10 = tensor.empty() : tensor<2x4x1xi64>
    %11 = linalg.fill ins(%c0_i64 : i64) outs(%10 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %12 = tensor.empty() : tensor<2x4x1xf32>
    %13 = linalg.fill ins(%cst_0 : f32) outs(%12 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %14:2 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%9 : tensor<2x4x1x?xf32>) outs(%13, %11 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_8: i64):
      %27 = linalg.index 3 : index
      %28 = arith.index_cast %27 : index to i64
      %29 = arith.maximumf %in, %out : f32
      %30 = arith.cmpf ogt, %in, %out : f32
      %31 = arith.select %30, %28, %out_8 : i64
      linalg.yield %29, %31 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_4 = tensor.expand_shape %14#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %expanded_4 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %27 = arith.subf %in, %in_8 : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x?xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<2x4x1x?xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %27 = math.exp %in : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x?xf32>
    %17 = tensor.empty() : tensor<2x4x1x1xf32>
    %18 = linalg.fill ins(%cst : f32) outs(%17 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%16 : tensor<2x4x1x?xf32>) outs(%18 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %27 = arith.addf %in, %out : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16, %19 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %27 = arith.divf %in, %in_8 : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %21 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      %27 = linalg.index 0 : index
      %28 = linalg.index 1 : index
      %29 = linalg.index 3 : index
      %30 = arith.cmpi eq, %dim, %c1 : index
      %31 = arith.select %30, %c0, %29 : index
      %extracted = tensor.extract %20[%27, %28, %c0, %31] : tensor<2x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x1x?xf32>
    %collapsed_5 = tensor.collapse_shape %21 [[0, 1], [2], [3]] : tensor<2x4x1x?xf32> into tensor<8x1x?xf32>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %22 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %23 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%22 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %27 = linalg.index 0 : index
      %28 = linalg.index 1 : index
      %29 = linalg.index 2 : index
      %30 = linalg.index 3 : index
      %31 = arith.cmpi eq, %dim, %c1 : index
      %32 = arith.select %31, %c0, %29 : index
      %extracted = tensor.extract %arg2[%27, %28, %32, %30] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_6 = tensor.collapse_shape %23 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %24 = tensor.empty() : tensor<8x1x16xf32>
    %25 = linalg.fill ins(%cst : f32) outs(%24 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %26 = linalg.batch_matmul ins(%collapsed_5, %collapsed_6 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%25 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_7 = tensor.expand_shape %26 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    return %expanded_7 : tensor<2x4x1x16xf32>
  }
}
