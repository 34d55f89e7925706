#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, 0, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x?x16xf32>, %arg2: tensor<2x4x?x16xf32>) -> tensor<2x4x1x16xf32> {
    %cst = arith.constant 0xFF800000 : f32
    %cst_0 = arith.constant 0.000000e+00 : f32
    %c2_i64 = arith.constant 2 : i64
    %c0_i64 = arith.constant 0 : i64
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf32>
    %0 = arith.index_cast %dim : index to i64
    %expanded = tensor.expand_shape %arg0 [[0], [1], [2], [3, 4]] output_shape [2, 4, 1, 1, 16] : tensor<2x4x1x16xf32> into tensor<2x4x1x1x16xf32>
    %dim_1 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf32>
    %expanded_2 = tensor.expand_shape %arg1 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, %dim_1, 16] : tensor<2x4x?x16xf32> into tensor<2x4x1x?x16xf32>
    %1 = tensor.empty(%dim_1) : tensor<2x4x1x?xf32>
    %2 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%1 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<2x4x1x?xf32>
    %3 = linalg.generic {indexing_maps = [#map1, #map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded, %expanded_2 : tensor<2x4x1x1x16xf32>, tensor<2x4x1x?x16xf32>) outs(%2 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %18 = arith.subf %in, %in_4 : f32
      %19 = math.fpowi %18, %c2_i64 : f32, i64
      %20 = arith.addf %19, %out : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x?xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3 : tensor<2x4x1x?xf32>) outs(%1 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.negf %in : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x1x?xf32>
    %5 = tensor.empty() : tensor<2x4x1x1xf32>
    %6 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%5 : tensor<2x4x1x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x4x1x1xf32>
    %expanded_3 = tensor.expand_shape %4 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, %dim_1] : tensor<2x4x1x?xf32> into tensor<2x4x1x1x?xf32>
    %7 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_3 : tensor<2x4x1x1x?xf32>) outs(%6 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x1x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%1 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %18 = arith.subf %in, %in_4 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<2x4x1x?xf32>
    %9 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%5 : tensor<2x4x1x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<2x4x1x1xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%8 : tensor<2x4x1x?xf32>) outs(%9 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x1x1xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8, %10 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%1 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %18 = arith.divf %in, %in_4 : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x1x?xf32>
    %12 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %12, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %12, "unimplemented: dynamic negative broadcast sizes"
    %13 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %14 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%13 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %18 = linalg.index 0 : index
      %19 = linalg.index 1 : index
      %20 = linalg.index 2 : index
      %21 = linalg.index 3 : index
      %22 = arith.cmpi eq, %dim, %c1 : index
      %23 = arith.select %22, %c0, %20 : index
      %extracted = tensor.extract %arg2[%18, %19, %23, %21] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %15 = tensor.empty() : tensor<2x4x1x16xf32>
    %16 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%15 : tensor<2x4x1x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<2x4x1x16xf32>
    %17 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%14 : tensor<2x4x?x16xf32>) outs(%16 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = linalg.index 0 : index
      %19 = linalg.index 1 : index
      %20 = linalg.index 4 : index
      %21 = arith.cmpi eq, %dim_1, %c1 : index
      %22 = arith.select %21, %c0, %20 : index
      %extracted = tensor.extract %11[%18, %19, %c0, %22] : tensor<2x4x1x?xf32>
      %23 = arith.mulf %extracted, %in : f32
      %24 = arith.addf %out, %23 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x16xf32>
    return %17 : tensor<2x4x1x16xf32>
  }
}

