#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf32>, %arg1: tensor<2x4x?x16xf32>, %arg2: tensor<2x4x?x16xf32>) -> tensor<2x4x1x16xf32> {
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0xFF800000 : f32
    %cst_0 = arith.constant 0.000000e+00 : f32
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %cst_1 = arith.constant 2.500000e-01 : f32
    %cst_2 = arith.constant 2.000000e+00 : f32
    %dim = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf32>
    %0 = arith.index_cast %dim : index to i64
    %dim_3 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf32>
    %1 = tensor.empty(%dim_3) : tensor<2x4x16x?xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x?x16xf32>) outs(%1 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16x?xf32>
    %3 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %3, "unimplemented: dynamic negative broadcast sizes"
    %4 = tensor.empty(%dim) : tensor<2x4x16x?xf32>
    %5 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%4 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %24 = linalg.index 0 : index
      %25 = linalg.index 1 : index
      %26 = linalg.index 2 : index
      %27 = linalg.index 3 : index
      %28 = arith.cmpi eq, %dim_3, %c1 : index
      %29 = arith.select %28, %c0, %27 : index
      %extracted = tensor.extract %2[%24, %25, %26, %29] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed = tensor.collapse_shape %5 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %6 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %dim_4 = tensor.dim %collapsed, %c2 : tensor<8x16x?xf32>
    %expanded = tensor.expand_shape %6 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim_4] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %dim_5 = tensor.dim %expanded, %c3 : tensor<2x4x1x?xf32>
    %7 = tensor.empty(%dim_5) : tensor<2x4x1x?xf32>
    %8 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%7 : tensor<2x4x1x?xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<2x4x1x?xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %5 : tensor<2x4x1x16xf32>, tensor<2x4x16x?xf32>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %24 = arith.mulf %in, %in_7 : f32
      %25 = arith.addf %out, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<2x4x1x?xf32>
    %10 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9 : tensor<2x4x1x?xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = arith.mulf %in, %cst_1 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x?xf32>
    %12 = tensor.empty() : tensor<2x4x1x1xf32>
    %13 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%12 : tensor<2x4x1x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x4x1x1xf32>
    %expanded_6 = tensor.expand_shape %11 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, %dim] : tensor<2x4x1x?xf32> into tensor<2x4x1x1x?xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_6 : tensor<2x4x1x1x?xf32>) outs(%13 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = arith.maximumf %in, %out : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x1xf32>
    %15 = linalg.generic {indexing_maps = [#map1, #map6, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %14 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %24 = arith.subf %in, %in_7 : f32
      %25 = math.powf %cst_2, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<2x4x1x?xf32>
    %16 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%12 : tensor<2x4x1x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<2x4x1x1xf32>
    %17 = linalg.generic {indexing_maps = [#map1, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%15 : tensor<2x4x1x?xf32>) outs(%16 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = arith.addf %in, %out : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x1xf32>
    %18 = linalg.generic {indexing_maps = [#map1, #map6, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15, %17 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %24 = arith.divf %in, %in_7 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x1x?xf32>
    cf.assert %3, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %3, "unimplemented: dynamic negative broadcast sizes"
    %19 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %20 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%19 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %24 = linalg.index 0 : index
      %25 = linalg.index 1 : index
      %26 = linalg.index 2 : index
      %27 = linalg.index 3 : index
      %28 = arith.cmpi eq, %dim, %c1 : index
      %29 = arith.select %28, %c0, %26 : index
      %extracted = tensor.extract %arg2[%24, %25, %29, %27] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %21 = tensor.empty() : tensor<2x4x1x16xf32>
    %22 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%21 : tensor<2x4x1x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<2x4x1x16xf32>
    %23 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%20 : tensor<2x4x?x16xf32>) outs(%22 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = linalg.index 0 : index
      %25 = linalg.index 1 : index
      %26 = linalg.index 4 : index
      %27 = arith.cmpi eq, %dim, %c1 : index
      %28 = arith.select %27, %c0, %26 : index
      %extracted = tensor.extract %18[%24, %25, %c0, %28] : tensor<2x4x1x?xf32>
      %29 = arith.mulf %extracted, %in : f32
      %30 = arith.addf %out, %29 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x16xf32>
    return %23 : tensor<2x4x1x16xf32>
  }
}

