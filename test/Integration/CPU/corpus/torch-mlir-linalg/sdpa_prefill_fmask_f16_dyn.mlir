#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<2x4x?x16xf16>, %arg1: tensor<2x4x?x16xf16>, %arg2: tensor<2x4x?x16xf16>, %arg3: tensor<2x1x?x?xf16>) -> tensor<2x4x?x16xf16> {
    %c1_i64 = arith.constant 1 : i64
    %c2_i64 = arith.constant 2 : i64
    %c4_i64 = arith.constant 4 : i64
    %c0_i64 = arith.constant 0 : i64
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %c8_i64 = arith.constant 8 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<f32>
    %cst_2 = arith.constant 0xFFF0000000000000 : f64
    %cst_3 = arith.constant 5.000000e-01 : f32
    %dim = tensor.dim %arg0, %c2 : tensor<2x4x?x16xf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_4 = tensor.dim %arg3, %c3 : tensor<2x1x?x?xf16>
    %1 = arith.index_cast %dim_4 : index to i64
    %2 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x?x16xf16>) outs(%2 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %76 = arith.extf %in : f16 to f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x16xf32>
    %dim_5 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf16>
    %4 = tensor.empty(%dim_5) : tensor<2x4x?x16xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x?x16xf16>) outs(%4 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %76 = arith.extf %in : f16 to f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x16xf32>
    %dim_6 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf16>
    %6 = tensor.empty(%dim_6) : tensor<2x4x?x16xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x4x?x16xf16>) outs(%6 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %76 = arith.extf %in : f16 to f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x16xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3 : tensor<2x4x?x16xf32>) outs(%2 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %76 = arith.mulf %in, %cst_3 : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x16xf32>
    %9 = tensor.empty(%dim_5) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%5 : tensor<2x4x?x16xf32>) outs(%9 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x16x?xf32>) outs(%9 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %76 = arith.mulf %in, %cst_3 : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x16x?xf32>
    %11 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %11, "unimplemented: dynamic negative broadcast sizes"
    %12 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %13 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%12 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %76 = linalg.index 0 : index
      %77 = linalg.index 1 : index
      %78 = linalg.index 2 : index
      %79 = linalg.index 3 : index
      %80 = arith.cmpi eq, %dim, %c1 : index
      %81 = arith.select %80, %c0, %78 : index
      %extracted = tensor.extract %8[%76, %77, %81, %79] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed = tensor.collapse_shape %13 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %14 = arith.cmpi sge, %1, %c0_i64 : i64
    cf.assert %14, "unimplemented: dynamic negative broadcast sizes"
    %15 = tensor.empty(%dim_4) : tensor<2x4x16x?xf32>
    %16 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%15 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %76 = linalg.index 0 : index
      %77 = linalg.index 1 : index
      %78 = linalg.index 2 : index
      %79 = linalg.index 3 : index
      %80 = arith.cmpi eq, %dim_5, %c1 : index
      %81 = arith.select %80, %c0, %79 : index
      %extracted = tensor.extract %10[%76, %77, %78, %81] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_7 = tensor.collapse_shape %16 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %17 = tensor.empty(%dim, %dim_4) : tensor<8x?x?xf32>
    %18 = linalg.fill ins(%cst : f32) outs(%17 : tensor<8x?x?xf32>) -> tensor<8x?x?xf32>
    %19 = linalg.batch_matmul ins(%collapsed, %collapsed_7 : tensor<8x?x16xf32>, tensor<8x16x?xf32>) outs(%18 : tensor<8x?x?xf32>) -> tensor<8x?x?xf32>
    %20 = arith.muli %0, %c8_i64 : i64
    %21 = arith.cmpi slt, %0, %c0_i64 : i64
    %22 = arith.select %21, %c8_i64, %20 : i64
    %23 = arith.extui %21 : i1 to i64
    %24 = arith.muli %22, %1 : i64
    %25 = arith.addi %23, %c1_i64 : i64
    %26 = arith.cmpi slt, %1, %c0_i64 : i64
    %27 = arith.select %26, %22, %24 : i64
    %28 = arith.select %26, %25, %23 : i64
    %29 = arith.cmpi sle, %28, %c1_i64 : i64
    cf.assert %29, "must have at most one inferred (negative) dimension"
    %30 = arith.muli %20, %1 : i64
    %31 = arith.divsi %30, %27 : i64
    %32 = arith.select %21, %31, %0 : i64
    %33 = arith.select %26, %31, %1 : i64
    %from_elements = tensor.from_elements %c2_i64, %c4_i64, %32, %33 : tensor<4xi64>
    %reshape = tensor.reshape %19(%from_elements) : (tensor<8x?x?xf32>, tensor<4xi64>) -> tensor<2x4x?x?xf32>
    %34 = arith.index_cast %32 : i64 to index
    %35 = arith.index_cast %33 : i64 to index
    %dim_8 = tensor.dim %arg3, %c2 : tensor<2x1x?x?xf16>
    %36 = arith.cmpi eq, %34, %dim_8 : index
    cf.assert %36, "mismatched size for broadcast"
    %37 = arith.cmpi eq, %35, %dim_4 : index
    cf.assert %37, "mismatched size for broadcast"
    %38 = tensor.empty(%34, %35) : tensor<2x4x?x?xf32>
    %39 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%reshape, %arg3 : tensor<2x4x?x?xf32>, tensor<2x1x?x?xf16>) outs(%38 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %in_13: f16, %out: f32):
      %76 = arith.extf %in_13 : f16 to f32
      %77 = arith.addf %in, %76 : f32
      linalg.yield %77 : f32
    } -> tensor<2x4x?x?xf32>
    %40 = tensor.empty(%34) : tensor<2x4x?xi64>
    %41 = linalg.fill ins(%c0_i64 : i64) outs(%40 : tensor<2x4x?xi64>) -> tensor<2x4x?xi64>
    %42 = tensor.empty(%34) : tensor<2x4x?xf32>
    %43 = linalg.fill ins(%cst_0 : f32) outs(%42 : tensor<2x4x?xf32>) -> tensor<2x4x?xf32>
    %44:2 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%39 : tensor<2x4x?x?xf32>) outs(%43, %41 : tensor<2x4x?xf32>, tensor<2x4x?xi64>) {
    ^bb0(%in: f32, %out: f32, %out_13: i64):
      %76 = linalg.index 3 : index
      %77 = arith.index_cast %76 : index to i64
      %78 = arith.maximumf %in, %out : f32
      %79 = arith.cmpf ogt, %in, %out : f32
      %80 = arith.select %79, %77, %out_13 : i64
      linalg.yield %78, %80 : f32, i64
    } -> (tensor<2x4x?xf32>, tensor<2x4x?xi64>)
    %expanded = tensor.expand_shape %44#0 [[0], [1], [2, 3]] output_shape [2, 4, %34, 1] : tensor<2x4x?xf32> into tensor<2x4x?x1xf32>
    %45 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%39, %expanded : tensor<2x4x?x?xf32>, tensor<2x4x?x1xf32>) outs(%38 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %in_13: f32, %out: f32):
      %76 = arith.subf %in, %in_13 : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x?xf32>
    %46 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%45 : tensor<2x4x?x?xf32>) outs(%38 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %76 = math.exp %in : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x?xf32>
    %47 = tensor.empty(%34) : tensor<2x4x?x1xf32>
    %48 = linalg.fill ins(%cst : f32) outs(%47 : tensor<2x4x?x1xf32>) -> tensor<2x4x?x1xf32>
    %49 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%46 : tensor<2x4x?x?xf32>) outs(%48 : tensor<2x4x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %76 = arith.addf %in, %out : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x1xf32>
    %50 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%46, %49 : tensor<2x4x?x?xf32>, tensor<2x4x?x1xf32>) outs(%38 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %in_13: f32, %out: f32):
      %76 = arith.divf %in, %in_13 : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x?xf32>
    %51 = tensor.empty(%34, %35) : tensor<2x4x?x?xi1>
    %52 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%39 : tensor<2x4x?x?xf32>) outs(%51 : tensor<2x4x?x?xi1>) {
    ^bb0(%in: f32, %out: i1):
      %76 = arith.extf %in : f32 to f64
      %77 = arith.cmpf oeq, %76, %cst_2 : f64
      linalg.yield %77 : i1
    } -> tensor<2x4x?x?xi1>
    %53 = tensor.empty(%34) : tensor<2x4x?x1xi1>
    %54 = linalg.fill ins(%true : i1) outs(%53 : tensor<2x4x?x1xi1>) -> tensor<2x4x?x1xi1>
    %55 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%52 : tensor<2x4x?x?xi1>) outs(%54 : tensor<2x4x?x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %76 = arith.andi %in, %out : i1
      linalg.yield %76 : i1
    } -> tensor<2x4x?x1xi1>
    %56 = arith.cmpi sge, %32, %c0_i64 : i64
    cf.assert %56, "negative values not allowed in new dimensions"
    %57 = arith.index_cast %32 : i64 to index
    %58 = arith.cmpi sge, %33, %c0_i64 : i64
    cf.assert %58, "negative values not allowed in new dimensions"
    %59 = arith.index_cast %33 : i64 to index
    %60 = tensor.empty(%57, %59) : tensor<2x4x?x?xf32>
    %61 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%60 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x?x?xf32>
    %62 = arith.cmpi eq, %34, %57 : index
    cf.assert %62, "mismatched size for broadcast"
    %63 = arith.cmpi eq, %59, %35 : index
    cf.assert %63, "mismatched size for broadcast"
    %64 = tensor.empty(%34, %59) : tensor<2x4x?x?xf32>
    %65 = linalg.generic {indexing_maps = [#map3, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%55, %61, %50 : tensor<2x4x?x1xi1>, tensor<2x4x?x?xf32>, tensor<2x4x?x?xf32>) outs(%64 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: i1, %in_13: f32, %in_14: f32, %out: f32):
      %76 = arith.select %in, %in_13, %in_14 : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x?x?xf32>
    cf.assert %11, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %14, "unimplemented: dynamic negative broadcast sizes"
    %66 = tensor.empty(%dim, %dim_4) : tensor<2x4x?x?xf32>
    %67 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%66 : tensor<2x4x?x?xf32>) {
    ^bb0(%out: f32):
      %76 = linalg.index 0 : index
      %77 = linalg.index 1 : index
      %78 = linalg.index 2 : index
      %79 = linalg.index 3 : index
      %80 = arith.cmpi eq, %34, %c1 : index
      %81 = arith.select %80, %c0, %78 : index
      %82 = arith.cmpi eq, %59, %c1 : index
      %83 = arith.select %82, %c0, %79 : index
      %extracted = tensor.extract %65[%76, %77, %81, %83] : tensor<2x4x?x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x?xf32>
    cf.assert %29, "must have at most one inferred (negative) dimension"
    %from_elements_9 = tensor.from_elements %c8_i64, %32, %33 : tensor<3xi64>
    %reshape_10 = tensor.reshape %67(%from_elements_9) : (tensor<2x4x?x?xf32>, tensor<3xi64>) -> tensor<8x?x?xf32>
    cf.assert %14, "unimplemented: dynamic negative broadcast sizes"
    %68 = tensor.empty(%dim_4) : tensor<2x4x?x16xf32>
    %69 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%68 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %76 = linalg.index 0 : index
      %77 = linalg.index 1 : index
      %78 = linalg.index 2 : index
      %79 = linalg.index 3 : index
      %80 = arith.cmpi eq, %dim_6, %c1 : index
      %81 = arith.select %80, %c0, %78 : index
      %extracted = tensor.extract %7[%76, %77, %81, %79] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_11 = tensor.collapse_shape %69 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %70 = arith.cmpi eq, %33, %1 : i64
    cf.assert %70, "mismatching contracting dimension"
    %71 = tensor.empty(%34) : tensor<8x?x16xf32>
    %72 = linalg.fill ins(%cst : f32) outs(%71 : tensor<8x?x16xf32>) -> tensor<8x?x16xf32>
    %73 = linalg.batch_matmul ins(%reshape_10, %collapsed_11 : tensor<8x?x?xf32>, tensor<8x?x16xf32>) outs(%72 : tensor<8x?x16xf32>) -> tensor<8x?x16xf32>
    %expanded_12 = tensor.expand_shape %73 [[0, 1], [2], [3]] output_shape [2, 4, %34, 16] : tensor<8x?x16xf32> into tensor<2x4x?x16xf32>
    %74 = tensor.empty(%34) : tensor<2x4x?x16xf16>
    %75 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<2x4x?x16xf32>) outs(%74 : tensor<2x4x?x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %76 = arith.truncf %in : f32 to f16
      linalg.yield %76 : f16
    } -> tensor<2x4x?x16xf16>
    return %75 : tensor<2x4x?x16xf16>
  }
}
