#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x2x?x16xf32>, %arg2: tensor<2x2x?x16xf32>, %arg3: tensor<2x1x1x?xf32>) -> tensor<2x1x4x16xf32> {
    %true = arith.constant true
    %c0_i64 = arith.constant 0 : i64
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f32
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xf32>
    %0 = arith.index_cast %dim : index to i64
    %dim_2 = tensor.dim %arg1, %c2 : tensor<2x2x?x16xf32>
    %expanded = tensor.expand_shape %arg1 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_2, 16] : tensor<2x2x?x16xf32> into tensor<2x2x1x?x16xf32>
    %1 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %2 = tensor.empty(%dim) : tensor<2x2x2x?x16xf32>
    %3 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x2x2x?x16xf32>) {
    ^bb0(%out: f32):
      %31 = linalg.index 0 : index
      %32 = linalg.index 1 : index
      %33 = linalg.index 3 : index
      %34 = linalg.index 4 : index
      %35 = arith.cmpi eq, %dim_2, %c1 : index
      %36 = arith.select %35, %c0, %33 : index
      %extracted = tensor.extract %expanded[%31, %32, %c0, %36, %34] : tensor<2x2x1x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x2x2x?x16xf32>
    %collapsed = tensor.collapse_shape %3 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xf32> into tensor<2x4x?x16xf32>
    %dim_3 = tensor.dim %arg2, %c2 : tensor<2x2x?x16xf32>
    %expanded_4 = tensor.expand_shape %arg2 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_3, 16] : tensor<2x2x?x16xf32> into tensor<2x2x1x?x16xf32>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x2x2x?x16xf32>) {
    ^bb0(%out: f32):
      %31 = linalg.index 0 : index
      %32 = linalg.index 1 : index
      %33 = linalg.index 3 : index
      %34 = linalg.index 4 : index
      %35 = arith.cmpi eq, %dim_3, %c1 : index
      %36 = arith.select %35, %c0, %33 : index
      %extracted = tensor.extract %expanded_4[%31, %32, %c0, %36, %34] : tensor<2x2x1x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x2x2x?x16xf32>
    %collapsed_5 = tensor.collapse_shape %4 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xf32> into tensor<2x4x?x16xf32>
    %5 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%collapsed : tensor<2x4x?x16xf32>) outs(%5 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %collapsed_6 = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %6 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%5 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %31 = linalg.index 0 : index
      %32 = linalg.index 1 : index
      %33 = linalg.index 2 : index
      %34 = linalg.index 3 : index
      %35 = arith.cmpi eq, %dim, %c1 : index
      %36 = arith.select %35, %c0, %34 : index
      %extracted = tensor.extract %transposed[%31, %32, %33, %36] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_7 = tensor.collapse_shape %6 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %7 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %8 = linalg.fill ins(%cst : f32) outs(%7 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %9 = linalg.batch_matmul ins(%collapsed_6, %collapsed_7 : tensor<8x1x16xf32>, tensor<8x16x?xf32>) outs(%8 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %expanded_8 = tensor.expand_shape %9 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %10 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<2x4x1x?xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.mulf %in, %cst_1 : f32
      linalg.yield %31 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %true, "mismatched size for broadcast"
    %12 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %arg3 : tensor<2x4x1x?xf32>, tensor<2x1x1x?xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %31 = arith.addf %in, %in_14 : f32
      linalg.yield %31 : f32
    } -> tensor<2x4x1x?xf32>
    %13 = tensor.empty() : tensor<2x4x1xi64>
    %14 = linalg.fill ins(%c0_i64 : i64) outs(%13 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %15 = tensor.empty() : tensor<2x4x1xf32>
    %16 = linalg.fill ins(%cst_0 : f32) outs(%15 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %17:2 = linalg.generic {indexing_maps = [#map1, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%12 : tensor<2x4x1x?xf32>) outs(%16, %14 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_14: i64):
      %31 = linalg.index 3 : index
      %32 = arith.index_cast %31 : index to i64
      %33 = arith.maximumf %in, %out : f32
      %34 = arith.cmpf ogt, %in, %out : f32
      %35 = arith.select %34, %32, %out_14 : i64
      linalg.yield %33, %35 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_9 = tensor.expand_shape %17#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %18 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12, %expanded_9 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %31 = arith.subf %in, %in_14 : f32
      linalg.yield %31 : f32
    } -> tensor<2x4x1x?xf32>
    %19 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<2x4x1x?xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = math.exp %in : f32
      linalg.yield %31 : f32
    } -> tensor<2x4x1x?xf32>
    %20 = tensor.empty() : tensor<2x4x1x1xf32>
    %21 = linalg.fill ins(%cst : f32) outs(%20 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %22 = linalg.generic {indexing_maps = [#map1, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%19 : tensor<2x4x1x?xf32>) outs(%21 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.addf %in, %out : f32
      linalg.yield %31 : f32
    } -> tensor<2x4x1x1xf32>
    %23 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19, %22 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %31 = arith.divf %in, %in_14 : f32
      linalg.yield %31 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %24 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      %31 = linalg.index 0 : index
      %32 = linalg.index 1 : index
      %33 = linalg.index 3 : index
      %34 = arith.cmpi eq, %dim, %c1 : index
      %35 = arith.select %34, %c0, %33 : index
      %extracted = tensor.extract %23[%31, %32, %c0, %35] : tensor<2x4x1x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x1x?xf32>
    %collapsed_10 = tensor.collapse_shape %24 [[0, 1], [2], [3]] : tensor<2x4x1x?xf32> into tensor<8x1x?xf32>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %25 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %26 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%25 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %31 = linalg.index 0 : index
      %32 = linalg.index 1 : index
      %33 = linalg.index 2 : index
      %34 = linalg.index 3 : index
      %35 = arith.cmpi eq, %dim, %c1 : index
      %36 = arith.select %35, %c0, %33 : index
      %extracted = tensor.extract %collapsed_5[%31, %32, %36, %34] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_11 = tensor.collapse_shape %26 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %27 = tensor.empty() : tensor<8x1x16xf32>
    %28 = linalg.fill ins(%cst : f32) outs(%27 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %29 = linalg.batch_matmul ins(%collapsed_10, %collapsed_11 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%28 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %expanded_12 = tensor.expand_shape %29 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %30 = tensor.empty() : tensor<2x1x4x16xf32>
    %transposed_13 = linalg.transpose ins(%expanded_12 : tensor<2x4x1x16xf32>) outs(%30 : tensor<2x1x4x16xf32>) permutation = [0, 2, 1, 3] 
    return %transposed_13 : tensor<2x1x4x16xf32>
  }
}
