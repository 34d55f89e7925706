#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d1, d2, d3)>
#map7 = affine_map<()[s0] -> (s0 + 1)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x2x?x16xbf16>, %arg2: tensor<2x2x?x16xbf16>, %arg3: tensor<2x1x1x?xbf16>, %arg4: tensor<4xbf16>) -> tensor<2x1x4x16xbf16> {
    %c0_i64 = arith.constant 0 : i64
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF80 : bf16
    %cst_1 = arith.constant 0xFF800000 : f32
    %c-1 = arith.constant -1 : index
    %cst_2 = arith.constant 2.500000e-01 : bf16
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xbf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_3 = tensor.dim %arg1, %c2 : tensor<2x2x?x16xbf16>
    %expanded = tensor.expand_shape %arg1 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_3, 16] : tensor<2x2x?x16xbf16> into tensor<2x2x1x?x16xbf16>
    %1 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %2 = tensor.empty(%dim) : tensor<2x2x2x?x16xbf16>
    %3 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x2x2x?x16xbf16>) {
    ^bb0(%out: bf16):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 3 : index
      %49 = linalg.index 4 : index
      %50 = arith.cmpi eq, %dim_3, %c1 : index
      %51 = arith.select %50, %c0, %48 : index
      %extracted = tensor.extract %expanded[%46, %47, %c0, %51, %49] : tensor<2x2x1x?x16xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x2x2x?x16xbf16>
    %dim_4 = tensor.dim %arg2, %c2 : tensor<2x2x?x16xbf16>
    %expanded_5 = tensor.expand_shape %arg2 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_4, 16] : tensor<2x2x?x16xbf16> into tensor<2x2x1x?x16xbf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x2x2x?x16xbf16>) {
    ^bb0(%out: bf16):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 3 : index
      %49 = linalg.index 4 : index
      %50 = arith.cmpi eq, %dim_4, %c1 : index
      %51 = arith.select %50, %c0, %48 : index
      %extracted = tensor.extract %expanded_5[%46, %47, %c0, %51, %49] : tensor<2x2x1x?x16xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x2x2x?x16xbf16>
    %collapsed = tensor.collapse_shape %4 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xbf16> into tensor<2x4x?x16xbf16>
    %5 = tensor.empty(%dim) : tensor<2x4x16x?xbf16>
    %expanded_6 = tensor.expand_shape %5 [[0], [1, 2], [3], [4]] output_shape [2, 2, 2, 16, %dim] : tensor<2x4x16x?xbf16> into tensor<2x2x2x16x?xbf16>
    %transposed = linalg.transpose ins(%3 : tensor<2x2x2x?x16xbf16>) outs(%expanded_6 : tensor<2x2x2x16x?xbf16>) permutation = [0, 1, 2, 4, 3] 
    %collapsed_7 = tensor.collapse_shape %transposed [[0], [1, 2], [3], [4]] : tensor<2x2x2x16x?xbf16> into tensor<2x4x16x?xbf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %6 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%5 : tensor<2x4x16x?xbf16>) {
    ^bb0(%out: bf16):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 2 : index
      %49 = linalg.index 3 : index
      %50 = arith.cmpi eq, %dim, %c1 : index
      %51 = arith.select %50, %c0, %49 : index
      %extracted = tensor.extract %collapsed_7[%46, %47, %48, %51] : tensor<2x4x16x?xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x16x?xbf16>
    %collapsed_8 = tensor.collapse_shape %6 [[0, 1], [2], [3]] : tensor<2x4x16x?xbf16> into tensor<8x16x?xbf16>
    %7 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %dim_9 = tensor.dim %collapsed_8, %c2 : tensor<8x16x?xbf16>
    %expanded_10 = tensor.expand_shape %7 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim_9] : tensor<8x1x?xf32> into tensor<2x4x1x?xf32>
    %8 = linalg.fill ins(%cst : f32) outs(%expanded_10 : tensor<2x4x1x?xf32>) -> tensor<2x4x1x?xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %6 : tensor<2x4x1x16xbf16>, tensor<2x4x16x?xbf16>) outs(%8 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: bf16, %in_19: bf16, %out: f32):
      %46 = arith.extf %in : bf16 to f32
      %47 = arith.extf %in_19 : bf16 to f32
      %48 = arith.mulf %46, %47 : f32
      %49 = arith.addf %out, %48 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x1x?xf32>
    %10 = tensor.empty(%dim) : tensor<2x4x1x?xbf16>
    %11 = linalg.generic {indexing_maps = [#map1, #map5, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %arg3 : tensor<2x4x1x?xf32>, tensor<2x1x1x?xbf16>) outs(%10 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: f32, %in_19: bf16, %out: bf16):
      %46 = arith.truncf %in : f32 to bf16
      %47 = arith.mulf %46, %cst_2 : bf16
      %48 = arith.addf %47, %in_19 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x?xbf16>
    %12 = tensor.empty() : tensor<2x4x1x1xbf16>
    %expanded_11 = tensor.expand_shape %arg4 [[0, 1, 2]] output_shape [4, 1, 1] : tensor<4xbf16> into tensor<4x1x1xbf16>
    %13 = linalg.generic {indexing_maps = [#map6, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_11 : tensor<4x1x1xbf16>) outs(%12 : tensor<2x4x1x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x1xbf16>
    %concat = tensor.concat dim(3) %11, %13 : (tensor<2x4x1x?xbf16>, tensor<2x4x1x1xbf16>) -> tensor<2x4x1x?xbf16>
    %14 = tensor.empty() : tensor<2x4x1xbf16>
    %expanded_12 = tensor.expand_shape %14 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xbf16> into tensor<2x4x1x1xbf16>
    %15 = linalg.fill ins(%cst_0 : bf16) outs(%expanded_12 : tensor<2x4x1x1xbf16>) -> tensor<2x4x1x1xbf16>
    %dim_13 = tensor.dim %concat, %c3 : tensor<2x4x1x?xbf16>
    %expanded_14 = tensor.expand_shape %concat [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, %dim_13] : tensor<2x4x1x?xbf16> into tensor<2x4x1x1x?xbf16>
    %16 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_14 : tensor<2x4x1x1x?xbf16>) outs(%15 : tensor<2x4x1x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %46 = arith.maximumf %in, %out : bf16
      linalg.yield %46 : bf16
    } -> tensor<2x4x1x1xbf16>
    %17 = affine.apply #map7()[%dim]
    %18 = tensor.empty(%17) : tensor<2x4x1x?xbf16>
    %19 = tensor.empty(%17) : tensor<2x4x1x?xf32>
    %20 = linalg.generic {indexing_maps = [#map1, #map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%concat, %16 : tensor<2x4x1x?xbf16>, tensor<2x4x1x1xbf16>) outs(%19 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: bf16, %in_19: bf16, %out: f32):
      %46 = arith.subf %in, %in_19 : bf16
      %47 = arith.extf %46 : bf16 to f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    %21 = tensor.empty() : tensor<2x4x1xf32>
    %expanded_15 = tensor.expand_shape %21 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %22 = linalg.fill ins(%cst_1 : f32) outs(%expanded_15 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %expanded_16 = tensor.expand_shape %20 [[0], [1], [2, 3], [4]] output_shape [2, 4, 1, 1, %17] : tensor<2x4x1x?xf32> into tensor<2x4x1x1x?xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_16 : tensor<2x4x1x1x?xf32>) outs(%22 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.maximumf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x1xf32>
    %24 = linalg.generic {indexing_maps = [#map1, #map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20, %23 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%19 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_19: f32, %out: f32):
      %46 = arith.subf %in, %in_19 : f32
      %47 = math.exp %46 : f32
      linalg.yield %47 : f32
    } -> tensor<2x4x1x?xf32>
    %25 = tensor.empty() : tensor<2x4x1x1xf32>
    %26 = linalg.fill ins(%cst : f32) outs(%25 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %27 = linalg.generic {indexing_maps = [#map1, #map8], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%24 : tensor<2x4x1x?xf32>) outs(%26 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.addf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<2x4x1x1xf32>
    %28 = linalg.generic {indexing_maps = [#map1, #map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24, %27 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%18 : tensor<2x4x1x?xbf16>) {
    ^bb0(%in: f32, %in_19: f32, %out: bf16):
      %46 = arith.divf %in, %in_19 : f32
      %47 = arith.truncf %46 : f32 to bf16
      linalg.yield %47 : bf16
    } -> tensor<2x4x1x?xbf16>
    %29 = arith.index_cast %17 : index to i64
    %30 = arith.minsi %29, %c0_i64 : i64
    %31 = arith.index_cast %30 : i64 to index
    %32 = arith.addi %17, %c-1 : index
    %33 = arith.cmpi slt, %32, %c0 : index
    %34 = arith.select %33, %c-1, %32 : index
    %35 = arith.minsi %34, %17 : index
    %36 = arith.subi %35, %31 : index
    %37 = arith.maxsi %36, %c0 : index
    %extracted_slice = tensor.extract_slice %28[0, 0, 0, %31] [2, 4, 1, %37] [1, 1, 1, 1] : tensor<2x4x1x?xbf16> to tensor<2x4x1x?xbf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %38 = tensor.empty(%dim) : tensor<2x4x?x16xbf16>
    %39 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%38 : tensor<2x4x?x16xbf16>) {
    ^bb0(%out: bf16):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 2 : index
      %49 = linalg.index 3 : index
      %50 = arith.cmpi eq, %dim, %c1 : index
      %51 = arith.select %50, %c0, %48 : index
      %extracted = tensor.extract %collapsed[%46, %47, %51, %49] : tensor<2x4x?x16xbf16>
      linalg.yield %extracted : bf16
    } -> tensor<2x4x?x16xbf16>
    %40 = tensor.empty() : tensor<8x1x16xf32>
    %expanded_17 = tensor.expand_shape %40 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf32> into tensor<2x4x1x16xf32>
    %41 = linalg.fill ins(%cst : f32) outs(%expanded_17 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
    %42 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%39 : tensor<2x4x?x16xbf16>) outs(%41 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %46 = linalg.index 0 : index
      %47 = linalg.index 1 : index
      %48 = linalg.index 4 : index
      %49 = arith.cmpi eq, %37, %c1 : index
      %50 = arith.select %49, %c0, %48 : index
      %extracted = tensor.extract %extracted_slice[%46, %47, %c0, %50] : tensor<2x4x1x?xbf16>
      %51 = arith.extf %extracted : bf16 to f32
      %52 = arith.extf %in : bf16 to f32
      %53 = arith.mulf %51, %52 : f32
      %54 = arith.addf %out, %53 : f32
      linalg.yield %54 : f32
    } -> tensor<2x4x1x16xf32>
    %43 = tensor.empty() : tensor<2x4x1x16xbf16>
    %44 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%42 : tensor<2x4x1x16xf32>) outs(%43 : tensor<2x4x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %46 = arith.truncf %in : f32 to bf16
      linalg.yield %46 : bf16
    } -> tensor<2x4x1x16xbf16>
    %45 = tensor.empty() : tensor<2x1x4x16xbf16>
    %transposed_18 = linalg.transpose ins(%44 : tensor<2x4x1x16xbf16>) outs(%45 : tensor<2x1x4x16xbf16>) permutation = [0, 2, 1, 3] 
    return %transposed_18 : tensor<2x1x4x16xbf16>
  }
}

