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
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f16
    %dim = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_2 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf16>
    %1 = tensor.empty(%dim_2) : tensor<2x4x16x?xf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x?x16xf16>) outs(%1 : tensor<2x4x16x?xf16>) permutation = [0, 1, 3, 2] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xf16> into tensor<8x1x16xf16>
    %2 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %3 = tensor.empty(%dim) : tensor<2x4x16x?xf16>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%3 : tensor<2x4x16x?xf16>) {
    ^bb0(%out: f16):
      %34 = linalg.index 0 : index
      %35 = linalg.index 1 : index
      %36 = linalg.index 2 : index
      %37 = linalg.index 3 : index
      %38 = arith.cmpi eq, %dim_2, %c1 : index
      %39 = arith.select %38, %c0, %37 : index
      %extracted = tensor.extract %transposed[%34, %35, %36, %39] : tensor<2x4x16x?xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x16x?xf16>
    %collapsed_3 = tensor.collapse_shape %4 [[0, 1], [2], [3]] : tensor<2x4x16x?xf16> into tensor<8x16x?xf16>
    %5 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %7 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<8x1x16xf16>, tensor<8x16x?xf16>) outs(%6 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %8 = tensor.empty(%dim) : tensor<8x1x?xf16>
    %9 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<8x1x?xf32>) outs(%8 : tensor<8x1x?xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<8x1x?xf16>
    %expanded = tensor.expand_shape %9 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf16> into tensor<2x4x1x?xf16>
    %10 = tensor.empty(%dim) : tensor<2x4x1x?xf16>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x?xf16>) outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %out: f16):
      %34 = arith.mulf %in, %cst_1 : f16
      linalg.yield %34 : f16
    } -> tensor<2x4x1x?xf16>
    %12 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11 : tensor<2x4x1x?xf16>) outs(%12 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f16, %out: f32):
      %34 = arith.extf %in : f16 to f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x?xf32>
    %14 = tensor.empty() : tensor<2x4x1xi64>
    %15 = linalg.fill ins(%c0_i64 : i64) outs(%14 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %16 = tensor.empty() : tensor<2x4x1xf32>
    %17 = linalg.fill ins(%cst_0 : f32) outs(%16 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %18:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%13 : tensor<2x4x1x?xf32>) outs(%17, %15 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_8: i64):
      %34 = linalg.index 3 : index
      %35 = arith.index_cast %34 : index to i64
      %36 = arith.maximumf %in, %out : f32
      %37 = arith.cmpf ogt, %in, %out : f32
      %38 = arith.select %37, %35, %out_8 : i64
      linalg.yield %36, %38 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_4 = tensor.expand_shape %18#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13, %expanded_4 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%12 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %34 = arith.subf %in, %in_8 : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x?xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19 : tensor<2x4x1x?xf32>) outs(%12 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = math.exp %in : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x?xf32>
    %21 = tensor.empty() : tensor<2x4x1x1xf32>
    %22 = linalg.fill ins(%cst : f32) outs(%21 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%20 : tensor<2x4x1x?xf32>) outs(%22 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x1xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20, %23 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%12 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %34 = arith.divf %in, %in_8 : f32
      linalg.yield %34 : f32
    } -> tensor<2x4x1x?xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24 : tensor<2x4x1x?xf32>) outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<2x4x1x?xf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %26 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%10 : tensor<2x4x1x?xf16>) {
    ^bb0(%out: f16):
      %34 = linalg.index 0 : index
      %35 = linalg.index 1 : index
      %36 = linalg.index 3 : index
      %37 = arith.cmpi eq, %dim, %c1 : index
      %38 = arith.select %37, %c0, %36 : index
      %extracted = tensor.extract %25[%34, %35, %c0, %38] : tensor<2x4x1x?xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x1x?xf16>
    %collapsed_5 = tensor.collapse_shape %26 [[0, 1], [2], [3]] : tensor<2x4x1x?xf16> into tensor<8x1x?xf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %27 = tensor.empty(%dim) : tensor<2x4x?x16xf16>
    %28 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%27 : tensor<2x4x?x16xf16>) {
    ^bb0(%out: f16):
      %34 = linalg.index 0 : index
      %35 = linalg.index 1 : index
      %36 = linalg.index 2 : index
      %37 = linalg.index 3 : index
      %38 = arith.cmpi eq, %dim, %c1 : index
      %39 = arith.select %38, %c0, %36 : index
      %extracted = tensor.extract %arg2[%34, %35, %39, %37] : tensor<2x4x?x16xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x?x16xf16>
    %collapsed_6 = tensor.collapse_shape %28 [[0, 1], [2], [3]] : tensor<2x4x?x16xf16> into tensor<8x?x16xf16>
    %29 = tensor.empty() : tensor<8x1x16xf32>
    %30 = linalg.fill ins(%cst : f32) outs(%29 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %31 = linalg.batch_matmul ins(%collapsed_5, %collapsed_6 : tensor<8x1x?xf16>, tensor<8x?x16xf16>) outs(%30 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %32 = tensor.empty() : tensor<8x1x16xf16>
    %33 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31 : tensor<8x1x16xf32>) outs(%32 : tensor<8x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %34 = arith.truncf %in : f32 to f16
      linalg.yield %34 : f16
    } -> tensor<8x1x16xf16>
    %expanded_7 = tensor.expand_shape %33 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf16> into tensor<2x4x1x16xf16>
    return %expanded_7 : tensor<2x4x1x16xf16>
  }
}
