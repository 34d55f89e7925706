#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x4x?x16xf16>, %arg2: tensor<2x4x?x16xf16>) -> tensor<2x4x1x16xf16> {
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFC00 : f16
    %cst_1 = arith.constant 0.000000e+00 : f16
    %cst_2 = arith.constant 1.000000e+00 : f16
    %cst_3 = arith.constant 2.500000e-01 : f16
    %dim = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_4 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf16>
    %1 = tensor.empty(%dim_4) : tensor<2x4x16x?xf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x?x16xf16>) outs(%1 : tensor<2x4x16x?xf16>) permutation = [0, 1, 3, 2] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xf16> into tensor<8x1x16xf16>
    %2 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %3 = tensor.empty(%dim) : tensor<2x4x16x?xf16>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%3 : tensor<2x4x16x?xf16>) {
    ^bb0(%out: f16):
      %32 = linalg.index 0 : index
      %33 = linalg.index 1 : index
      %34 = linalg.index 2 : index
      %35 = linalg.index 3 : index
      %36 = arith.cmpi eq, %dim_4, %c1 : index
      %37 = arith.select %36, %c0, %35 : index
      %extracted = tensor.extract %transposed[%32, %33, %34, %37] : tensor<2x4x16x?xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x16x?xf16>
    %collapsed_5 = tensor.collapse_shape %4 [[0, 1], [2], [3]] : tensor<2x4x16x?xf16> into tensor<8x16x?xf16>
    %5 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %7 = linalg.batch_matmul ins(%collapsed, %collapsed_5 : tensor<8x1x16xf16>, tensor<8x16x?xf16>) outs(%6 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %8 = tensor.empty(%dim) : tensor<8x1x?xf16>
    %9 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<8x1x?xf32>) outs(%8 : tensor<8x1x?xf16>) {
    ^bb0(%in: f32, %out: f16):
      %32 = arith.truncf %in : f32 to f16
      linalg.yield %32 : f16
    } -> tensor<8x1x?xf16>
    %expanded = tensor.expand_shape %9 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf16> into tensor<2x4x1x?xf16>
    %10 = tensor.empty(%dim) : tensor<2x4x1x?xf16>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x?xf16>) outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = arith.mulf %in, %cst_3 : f16
      linalg.yield %32 : f16
    } -> tensor<2x4x1x?xf16>
    %12 = tensor.empty() : tensor<2x4x1xi64>
    %13 = linalg.fill ins(%c0_i64 : i64) outs(%12 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %14 = tensor.empty() : tensor<2x4x1xf16>
    %15 = linalg.fill ins(%cst_0 : f16) outs(%14 : tensor<2x4x1xf16>) -> tensor<2x4x1xf16>
    %16:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x4x1x?xf16>) outs(%15, %13 : tensor<2x4x1xf16>, tensor<2x4x1xi64>) {
    ^bb0(%in: f16, %out: f16, %out_10: i64):
      %32 = linalg.index 3 : index
      %33 = arith.index_cast %32 : index to i64
      %34 = arith.maximumf %in, %out : f16
      %35 = arith.cmpf ogt, %in, %out : f16
      %36 = arith.select %35, %33, %out_10 : i64
      linalg.yield %34, %36 : f16, i64
    } -> (tensor<2x4x1xf16>, tensor<2x4x1xi64>)
    %expanded_6 = tensor.expand_shape %16#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf16> into tensor<2x4x1x1xf16>
    %17 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %expanded_6 : tensor<2x4x1x?xf16>, tensor<2x4x1x1xf16>) outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %in_10: f16, %out: f16):
      %32 = arith.subf %in, %in_10 : f16
      linalg.yield %32 : f16
    } -> tensor<2x4x1x?xf16>
    %18 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x4x1x?xf16>) outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = math.exp %in : f16
      linalg.yield %32 : f16
    } -> tensor<2x4x1x?xf16>
    %19 = tensor.empty() : tensor<2x4x1x1xf16>
    %20 = linalg.fill ins(%cst_1 : f16) outs(%19 : tensor<2x4x1x1xf16>) -> tensor<2x4x1x1xf16>
    %21 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%18 : tensor<2x4x1x?xf16>) outs(%20 : tensor<2x4x1x1xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = arith.addf %in, %out : f16
      linalg.yield %32 : f16
    } -> tensor<2x4x1x1xf16>
    %22 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%21 : tensor<2x4x1x1xf16>) outs(%19 : tensor<2x4x1x1xf16>) {
    ^bb0(%in: f16, %out: f16):
      %32 = arith.cmpf one, %in, %cst_1 : f16
      cf.assert %32, "unimplemented: tensor with zero element"
      %33 = arith.divf %cst_2, %in : f16
      linalg.yield %33 : f16
    } -> tensor<2x4x1x1xf16>
    %23 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %22 : tensor<2x4x1x?xf16>, tensor<2x4x1x1xf16>) outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %in_10: f16, %out: f16):
      %32 = arith.mulf %in, %in_10 : f16
      linalg.yield %32 : f16
    } -> tensor<2x4x1x?xf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %24 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%out: f16):
      %32 = linalg.index 0 : index
      %33 = linalg.index 1 : index
      %34 = linalg.index 3 : index
      %35 = arith.cmpi eq, %dim, %c1 : index
      %36 = arith.select %35, %c0, %34 : index
      %extracted = tensor.extract %23[%32, %33, %c0, %36] : tensor<2x4x1x?xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x1x?xf16>
    %collapsed_7 = tensor.collapse_shape %24 [[0, 1], [2], [3]] : tensor<2x4x1x?xf16> into tensor<8x1x?xf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %25 = tensor.empty(%dim) : tensor<2x4x?x16xf16>
    %26 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%25 : tensor<2x4x?x16xf16>) {
    ^bb0(%out: f16):
      %32 = linalg.index 0 : index
      %33 = linalg.index 1 : index
      %34 = linalg.index 2 : index
      %35 = linalg.index 3 : index
      %36 = arith.cmpi eq, %dim, %c1 : index
      %37 = arith.select %36, %c0, %34 : index
      %extracted = tensor.extract %arg2[%32, %33, %37, %35] : tensor<2x4x?x16xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x?x16xf16>
    %collapsed_8 = tensor.collapse_shape %26 [[0, 1], [2], [3]] : tensor<2x4x?x16xf16> into tensor<8x?x16xf16>
    %27 = tensor.empty() : tensor<8x1x16xf32>
    %28 = linalg.fill ins(%cst : f32) outs(%27 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %29 = linalg.batch_matmul ins(%collapsed_7, %collapsed_8 : tensor<8x1x?xf16>, tensor<8x?x16xf16>) outs(%28 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %30 = tensor.empty() : tensor<8x1x16xf16>
    %31 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29 : tensor<8x1x16xf32>) outs(%30 : tensor<8x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %32 = arith.truncf %in : f32 to f16
      linalg.yield %32 : f16
    } -> tensor<8x1x16xf16>
    %expanded_9 = tensor.expand_shape %31 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf16> into tensor<2x4x1x16xf16>
    return %expanded_9 : tensor<2x4x1x16xf16>
  }
}
