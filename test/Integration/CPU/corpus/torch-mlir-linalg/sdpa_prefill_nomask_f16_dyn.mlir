#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map3 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<2x4x?x16xf16>, %arg1: tensor<2x4x?x16xf16>, %arg2: tensor<2x4x?x16xf16>) -> tensor<2x4x?x16xf16> {
    %c2_i64 = arith.constant 2 : i64
    %c4_i64 = arith.constant 4 : i64
    %c0_i64 = arith.constant 0 : i64
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c8_i64 = arith.constant 8 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %c1_i64 = arith.constant 1 : i64
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<f32>
    %cst_2 = arith.constant 0xFFF0000000000000 : f64
    %cst_3 = arith.constant 5.000000e-01 : f32
    %dim = tensor.dim %arg0, %c2 : tensor<2x4x?x16xf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_4 = tensor.dim %arg2, %c2 : tensor<2x4x?x16xf16>
    %1 = arith.index_cast %dim_4 : index to i64
    %2 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x?x16xf16>) outs(%2 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %73 = arith.extf %in : f16 to f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x16xf32>
    %dim_5 = tensor.dim %arg1, %c2 : tensor<2x4x?x16xf16>
    %4 = tensor.empty(%dim_5) : tensor<2x4x?x16xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x?x16xf16>) outs(%4 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %73 = arith.extf %in : f16 to f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x16xf32>
    %6 = tensor.empty(%dim_4) : tensor<2x4x?x16xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x4x?x16xf16>) outs(%6 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %73 = arith.extf %in : f16 to f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x16xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3 : tensor<2x4x?x16xf32>) outs(%2 : tensor<2x4x?x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %73 = arith.mulf %in, %cst_3 : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x16xf32>
    %9 = tensor.empty(%dim_5) : tensor<2x4x16x?xf32>
    %transposed = linalg.transpose ins(%5 : tensor<2x4x?x16xf32>) outs(%9 : tensor<2x4x16x?xf32>) permutation = [0, 1, 3, 2] 
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed : tensor<2x4x16x?xf32>) outs(%9 : tensor<2x4x16x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %73 = arith.mulf %in, %cst_3 : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x16x?xf32>
    %11 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %11, "unimplemented: dynamic negative broadcast sizes"
    %12 = tensor.empty(%dim) : tensor<2x4x?x16xf32>
    %13 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%12 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %73 = linalg.index 0 : index
      %74 = linalg.index 1 : index
      %75 = linalg.index 2 : index
      %76 = linalg.index 3 : index
      %77 = arith.cmpi eq, %dim, %c1 : index
      %78 = arith.select %77, %c0, %75 : index
      %extracted = tensor.extract %8[%73, %74, %78, %76] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed = tensor.collapse_shape %13 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %14 = arith.cmpi sge, %1, %c0_i64 : i64
    cf.assert %14, "unimplemented: dynamic negative broadcast sizes"
    %15 = tensor.empty(%dim_4) : tensor<2x4x16x?xf32>
    %16 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%15 : tensor<2x4x16x?xf32>) {
    ^bb0(%out: f32):
      %73 = linalg.index 0 : index
      %74 = linalg.index 1 : index
      %75 = linalg.index 2 : index
      %76 = linalg.index 3 : index
      %77 = arith.cmpi eq, %dim_5, %c1 : index
      %78 = arith.select %77, %c0, %76 : index
      %extracted = tensor.extract %10[%73, %74, %75, %78] : tensor<2x4x16x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x16x?xf32>
    %collapsed_6 = tensor.collapse_shape %16 [[0, 1], [2], [3]] : tensor<2x4x16x?xf32> into tensor<8x16x?xf32>
    %17 = tensor.empty(%dim, %dim_4) : tensor<8x?x?xf32>
    %18 = linalg.fill ins(%cst : f32) outs(%17 : tensor<8x?x?xf32>) -> tensor<8x?x?xf32>
    %19 = linalg.batch_matmul ins(%collapsed, %collapsed_6 : tensor<8x?x16xf32>, tensor<8x16x?xf32>) outs(%18 : tensor<8x?x?xf32>) -> tensor<8x?x?xf32>
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
    %35 = tensor.empty(%34) : tensor<2x4x?xi64>
    %36 = linalg.fill ins(%c0_i64 : i64) outs(%35 : tensor<2x4x?xi64>) -> tensor<2x4x?xi64>
    %37 = tensor.empty(%34) : tensor<2x4x?xf32>
    %38 = linalg.fill ins(%cst_0 : f32) outs(%37 : tensor<2x4x?xf32>) -> tensor<2x4x?xf32>
    %39:2 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%reshape : tensor<2x4x?x?xf32>) outs(%38, %36 : tensor<2x4x?xf32>, tensor<2x4x?xi64>) {
    ^bb0(%in: f32, %out: f32, %out_11: i64):
      %73 = linalg.index 3 : index
      %74 = arith.index_cast %73 : index to i64
      %75 = arith.maximumf %in, %out : f32
      %76 = arith.cmpf ogt, %in, %out : f32
      %77 = arith.select %76, %74, %out_11 : i64
      linalg.yield %75, %77 : f32, i64
    } -> (tensor<2x4x?xf32>, tensor<2x4x?xi64>)
    %expanded = tensor.expand_shape %39#0 [[0], [1], [2, 3]] output_shape [2, 4, %34, 1] : tensor<2x4x?xf32> into tensor<2x4x?x1xf32>
    %40 = arith.index_cast %33 : i64 to index
    %41 = tensor.empty(%34, %40) : tensor<2x4x?x?xf32>
    %42 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%reshape, %expanded : tensor<2x4x?x?xf32>, tensor<2x4x?x1xf32>) outs(%41 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %73 = arith.subf %in, %in_11 : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x?xf32>
    %43 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%42 : tensor<2x4x?x?xf32>) outs(%41 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %73 = math.exp %in : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x?xf32>
    %44 = tensor.empty(%34) : tensor<2x4x?x1xf32>
    %45 = linalg.fill ins(%cst : f32) outs(%44 : tensor<2x4x?x1xf32>) -> tensor<2x4x?x1xf32>
    %46 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%43 : tensor<2x4x?x?xf32>) outs(%45 : tensor<2x4x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %73 = arith.addf %in, %out : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x1xf32>
    %47 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%43, %46 : tensor<2x4x?x?xf32>, tensor<2x4x?x1xf32>) outs(%41 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %73 = arith.divf %in, %in_11 : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x?xf32>
    %48 = tensor.empty(%34, %40) : tensor<2x4x?x?xi1>
    %49 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%reshape : tensor<2x4x?x?xf32>) outs(%48 : tensor<2x4x?x?xi1>) {
    ^bb0(%in: f32, %out: i1):
      %73 = arith.extf %in : f32 to f64
      %74 = arith.cmpf oeq, %73, %cst_2 : f64
      linalg.yield %74 : i1
    } -> tensor<2x4x?x?xi1>
    %50 = tensor.empty(%34) : tensor<2x4x?x1xi1>
    %51 = linalg.fill ins(%true : i1) outs(%50 : tensor<2x4x?x1xi1>) -> tensor<2x4x?x1xi1>
    %52 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%49 : tensor<2x4x?x?xi1>) outs(%51 : tensor<2x4x?x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %73 = arith.andi %in, %out : i1
      linalg.yield %73 : i1
    } -> tensor<2x4x?x1xi1>
    %53 = arith.cmpi sge, %32, %c0_i64 : i64
    cf.assert %53, "negative values not allowed in new dimensions"
    %54 = arith.index_cast %32 : i64 to index
    %55 = arith.cmpi sge, %33, %c0_i64 : i64
    cf.assert %55, "negative values not allowed in new dimensions"
    %56 = arith.index_cast %33 : i64 to index
    %57 = tensor.empty(%54, %56) : tensor<2x4x?x?xf32>
    %58 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%57 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x?x?xf32>
    %59 = arith.cmpi eq, %34, %54 : index
    cf.assert %59, "mismatched size for broadcast"
    %60 = arith.cmpi eq, %56, %40 : index
    cf.assert %60, "mismatched size for broadcast"
    %61 = tensor.empty(%34, %56) : tensor<2x4x?x?xf32>
    %62 = linalg.generic {indexing_maps = [#map2, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%52, %58, %47 : tensor<2x4x?x1xi1>, tensor<2x4x?x?xf32>, tensor<2x4x?x?xf32>) outs(%61 : tensor<2x4x?x?xf32>) {
    ^bb0(%in: i1, %in_11: f32, %in_12: f32, %out: f32):
      %73 = arith.select %in, %in_11, %in_12 : f32
      linalg.yield %73 : f32
    } -> tensor<2x4x?x?xf32>
    cf.assert %11, "unimplemented: dynamic negative broadcast sizes"
    cf.assert %14, "unimplemented: dynamic negative broadcast sizes"
    %63 = tensor.empty(%dim, %dim_4) : tensor<2x4x?x?xf32>
    %64 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%63 : tensor<2x4x?x?xf32>) {
    ^bb0(%out: f32):
      %73 = linalg.index 0 : index
      %74 = linalg.index 1 : index
      %75 = linalg.index 2 : index
      %76 = linalg.index 3 : index
      %77 = arith.cmpi eq, %34, %c1 : index
      %78 = arith.select %77, %c0, %75 : index
      %79 = arith.cmpi eq, %56, %c1 : index
      %80 = arith.select %79, %c0, %76 : index
      %extracted = tensor.extract %62[%73, %74, %78, %80] : tensor<2x4x?x?xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x?xf32>
    cf.assert %29, "must have at most one inferred (negative) dimension"
    %from_elements_7 = tensor.from_elements %c8_i64, %32, %33 : tensor<3xi64>
    %reshape_8 = tensor.reshape %64(%from_elements_7) : (tensor<2x4x?x?xf32>, tensor<3xi64>) -> tensor<8x?x?xf32>
    cf.assert %14, "unimplemented: dynamic negative broadcast sizes"
    %65 = tensor.empty(%dim_4) : tensor<2x4x?x16xf32>
    %66 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%65 : tensor<2x4x?x16xf32>) {
    ^bb0(%out: f32):
      %73 = linalg.index 0 : index
      %74 = linalg.index 1 : index
      %75 = linalg.index 2 : index
      %76 = linalg.index 3 : index
      %77 = arith.cmpi eq, %dim_4, %c1 : index
      %78 = arith.select %77, %c0, %75 : index
      %extracted = tensor.extract %7[%73, %74, %78, %76] : tensor<2x4x?x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<2x4x?x16xf32>
    %collapsed_9 = tensor.collapse_shape %66 [[0, 1], [2], [3]] : tensor<2x4x?x16xf32> into tensor<8x?x16xf32>
    %67 = arith.cmpi eq, %33, %1 : i64
    cf.assert %67, "mismatching contracting dimension"
    %68 = tensor.empty(%34) : tensor<8x?x16xf32>
    %69 = linalg.fill ins(%cst : f32) outs(%68 : tensor<8x?x16xf32>) -> tensor<8x?x16xf32>
    %70 = linalg.batch_matmul ins(%reshape_8, %collapsed_9 : tensor<8x?x?xf32>, tensor<8x?x16xf32>) outs(%69 : tensor<8x?x16xf32>) -> tensor<8x?x16xf32>
    %expanded_10 = tensor.expand_shape %70 [[0, 1], [2], [3]] output_shape [2, 4, %34, 16] : tensor<8x?x16xf32> into tensor<2x4x?x16xf32>
    %71 = tensor.empty(%34) : tensor<2x4x?x16xf16>
    %72 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_10 : tensor<2x4x?x16xf32>) outs(%71 : tensor<2x4x?x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %73 = arith.truncf %in : f32 to f16
      linalg.yield %73 : f16
    } -> tensor<2x4x?x16xf16>
    return %72 : tensor<2x4x?x16xf16>
  }
}
