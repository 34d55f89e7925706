#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x?x16xbf16>, %arg2: tensor<2x4x?x16xbf16>, %arg3: tensor<2x1x1x?xbf16>) -> tensor<2x4x1x16xbf16> {
    %true = arith.constant true
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : bf16
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xbf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_2 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xbf16>
    %1 = tensor.empty(%dim_2) : tensor<2x4x16x?xbf16>
    %transposed = linalg.transpose ins(%arg1 : tensor<2x4x?x16xbf16>) outs(%1 : tensor<2x4x16x?xbf16>) permutation = [0, 1, 3, 2] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xbf16> into tensor<8x1x16xbf16>
    %2 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %3 = tensor.empty(%dim) : tensor<2x4x16x?xbf16>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%3 : tensor<2x4x16x?xbf16>) {
    ^bb0(%out: bf16):
      %35 = linalg.index 0 : index
      %36 = linalg.index 1 : index
      %37 = linalg.index 2 : index
      %38 = linalg.index 3 : index
      %39 = arith.cmpi eq, %dim_2, %c1 : index
      %40 = arith.select %39, %c0, %38 : index
      %extracted = tensor.extract %transposed[%35, %36, %37, %40] : tensor<2x4x16x?xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x16x?xbf16>
    %collapsed_3 = tensor.collapse_shape %4 [[0, 1], [2], [3]] : tensor<2x4x16x?xbf16> into tensor<8x16x?xbf16>
    %5 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %7 = linalg.batch_matmul ins(%collapsed, %collapsed_3 : tensor<8x1x16xbf16>, tensor<8x16x?xbf16>) outs(%6 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %8 = tensor.empty(%dim) : tensor<8x1x?xbf16>
    %9 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<8x1x?xf32>) outs(%8 : tensor<8x1x?xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %35 = arith.truncf %in : f32 to bf16
      linalg.yield %35 : bf16
    } -> tensor<8x1x?xbf16>
    %expanded = tensor.expand_shape %9 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xbf16> into tensor<2x4x1x?xbf16>
    %10 = tensor.empty(%dim) : tensor<2x4x1x?xbf16>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1x?xbf16>) outs(%10 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %35 = arith.mulf %in, %cst_1 : bf16
      linalg.yield %35 : bf16
    } -> tensor<2x4x1x?xbf16>
    cf.assert %true, "mismatched size for broadcast"
    %12 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %arg3 : tensor<2x4x1x?xbf16>, tensor<2x1x1x?xbf16>) outs(%10 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: bf16):
      %35 = arith.addf %in, %in_8 : bf16
      linalg.yield %35 : bf16
    } -> tensor<2x4x1x?xbf16>
    %13 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12 : tensor<2x4x1x?xbf16>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %35 = arith.extf %in : bf16 to f32
      linalg.yield %35 : f32
    } -> tensor<2x4x1x?xf32>
    %15 = tensor.empty() : tensor<2x4x1xi64>
    %16 = linalg.fill ins(%c0_i64 : i64) outs(%15 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %17 = tensor.empty() : tensor<2x4x1xf32>
    %18 = linalg.fill ins(%cst_0 : f32) outs(%17 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %19:2 = linalg.generic {indexing_maps = [#map, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%14 : tensor<2x4x1x?xf32>) outs(%18, %16 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_8: i64):
      %35 = linalg.index 3 : index
      %36 = arith.index_cast %35 : index to i64
      %37 = arith.maximumf %in, %out : f32
      %38 = arith.cmpf ogt, %in, %out : f32
      %39 = arith.select %38, %36, %out_8 : i64
      linalg.yield %37, %39 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_4 = tensor.expand_shape %19#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14, %expanded_4 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %35 = arith.subf %in, %in_8 : f32
      linalg.yield %35 : f32
    } -> tensor<2x4x1x?xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20 : tensor<2x4x1x?xf32>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = math.exp %in : f32
      linalg.yield %35 : f32
    } -> tensor<2x4x1x?xf32>
    %22 = tensor.empty() : tensor<2x4x1x1xf32>
    %23 = linalg.fill ins(%cst : f32) outs(%22 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%21 : tensor<2x4x1x?xf32>) outs(%23 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %in, %out : f32
      linalg.yield %35 : f32
    } -> tensor<2x4x1x1xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%21, %24 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%13 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %35 = arith.divf %in, %in_8 : f32
      linalg.yield %35 : f32
    } -> tensor<2x4x1x?xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%25 : tensor<2x4x1x?xf32>) outs(%10 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %35 = arith.truncf %in : f32 to bf16
      linalg.yield %35 : bf16
    } -> tensor<2x4x1x?xbf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %27 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%10 : tensor<2x4x1x?xbf16>) {
    ^bb0(%out: bf16):
      %35 = linalg.index 0 : index
      %36 = linalg.index 1 : index
      %37 = linalg.index 3 : index
      %38 = arith.cmpi eq, %dim, %c1 : index
      %39 = arith.select %38, %c0, %37 : index
      %extracted = tensor.extract %26[%35, %36, %c0, %39] : tensor<2x4x1x?xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x1x?xbf16>
    %collapsed_5 = tensor.collapse_shape %27 [[0, 1], [2], [3]] : tensor<2x4x1x?xbf16> into tensor<8x1x?xbf16>
    cf.assert %2, "unimplemented: dynamic negative broadcast sizes"
    %28 = tensor.empty(%dim) : tensor<2x4x?x16xbf16>
    %29 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%28 : tensor<2x4x?x16xbf16>) {
    ^bb0(%out: bf16):
      %35 = linalg.index 0 : index
      %36 = linalg.index 1 : index
      %37 = linalg.index 2 : index
      %38 = linalg.index 3 : index
      %dim_8 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xbf16>
      %39 = arith.cmpi eq, %dim_8, %c1 : index
      %40 = arith.select %39, %c0, %37 : index
      %extracted = tensor.extract %arg2[%35, %36, %40, %38] : tensor<2x4x?x16xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x?x16xbf16>
    %collapsed_6 = tensor.collapse_shape %29 [[0, 1], [2], [3]] : tensor<2x4x?x16xbf16> into tensor<8x?x16xbf16>
    %30 = tensor.empty() : tensor<8x1x16xf32>
    %31 = linalg.fill ins(%cst : f32) outs(%30 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %32 = linalg.batch_matmul ins(%collapsed_5, %collapsed_6 : tensor<8x1x?xbf16>, tensor<8x?x16xbf16>) outs(%31 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %33 = tensor.empty() : tensor<8x1x16xbf16>
    %34 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%32 : tensor<8x1x16xf32>) outs(%33 : tensor<8x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %35 = arith.truncf %in : f32 to bf16
      linalg.yield %35 : bf16
    } -> tensor<8x1x16xbf16>
    %expanded_7 = tensor.expand_shape %34 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xbf16> into tensor<2x4x1x16xbf16>
    return %expanded_7 : tensor<2x4x1x16xbf16>
  }
}
