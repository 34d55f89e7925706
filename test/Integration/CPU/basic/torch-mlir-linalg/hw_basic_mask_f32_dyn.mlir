#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x?x16xf32>, %arg2: tensor<2x4x?x16xf32>, %arg3: tensor<2x1x1x?xf32>) -> tensor<2x4x1x16xf32> {
    %true = arith.constant true
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f32
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xf32>
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
      %28 = linalg.index 0 : index
      %29 = linalg.index 1 : index
      %30 = linalg.index 2 : index
      %31 = linalg.index 3 : index
      %32 = arith.cmpi eq, %dim_2, %c1 : index
      %33 = arith.select %32, %c0, %31 : index
      %extracted = tensor.extract %transposed[%28, %29, %30, %33] : tensor<2x4x16x?xf32>
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
      %28 = arith.mulf %in, %cst_1 : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %10 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %arg3 : tensor<2x4x1x?xf32>, tensor<2x1x1x?xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %28 = arith.addf %in, %in_8 : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x1x?xf32>
    %11 = tensor.empty() : tensor<2x4x1xi64>
    %12 = linalg.fill ins(%c0_i64 : i64) outs(%11 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %13 = tensor.empty() : tensor<2x4x1xf32>
    %14 = linalg.fill ins(%cst_0 : f32) outs(%13 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %15:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%10 : tensor<2x4x1x?xf32>) outs(%14, %12 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_8: i64):
      %28 = linalg.index 3 : index
      %29 = arith.index_cast %28 : index to i64
      %30 = arith.maximumf %in, %out : f32
      %31 = arith.cmpf ogt, %in, %out : f32
      %32 = arith.select %31, %29, %out_8 : i64
      linalg.yield %30, %32 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_4 = tensor.expand_shape %15#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%10, %expanded_4 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %28 = arith.subf %in, %in_8 : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x1x?xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16 : tensor<2x4x1x?xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = math.exp %in : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x1x?xf32>
    %18 = tensor.empty() : tensor<2x4x1x1xf32>
    %19 = linalg.fill ins(%cst : f32) outs(%18 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%17 : tensor<2x4x1x?xf32>) outs(%19 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = arith.addf %in, %out : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x1x1xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17, %20 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %28 = arith.divf %in, %in_8 : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %22 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      %28 = linalg.index 0 : index
      %29 = linalg.index 1 : index
      %30 = linalg.index 3 : index
      %31 = arith.cmpi eq, %dim, %c1 : index
      %32 = arith.select %31, %c0, %30 : index
      %extracted = tensor.extract %21[%28, %29, %c0, %32] : tensor<2x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x1x?xf32>
    %collapsed_5 = tensor.collapse_shape %22 [[0, 1], [2], [3]] : tensor<2x4x1x?xf32> into tensor<8x1x?xf32>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %23 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %24 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%23 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %28 = linalg.index 0 : index
      %29 = linalg.index 1 : index
      %30 = linalg.index 2 : index
      %31 = linalg.index 3 : index
      %dim_8 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf32>
      %32 = arith.cmpi eq, %dim_8, %c1 : index
      %33 = arith.select %32, %c0, %30 : index
      %extracted = tensor.extract %arg2[%28, %29, %33, %31] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_6 = tensor.collapse_shape %24 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %25 = tensor.empty() : tensor<8x1x16xf32>
    %26 = linalg.fill ins(%cst : f32) outs(%25 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %27 = linalg.batch_matmul ins(%collapsed_5, %collapsed_6 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%26 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_7 = tensor.expand_shape %27 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    return %expanded_7 : tensor<2x4x1x16xf32>
  }
}
