// RUN: aligned-opt %s --aligned-raise-attention | FileCheck %s

// A cache of any length. Torch's broadcasts read `size == 1 ? 0 : i` there, of
// a K whose size is not known to be that of the mask: the attention broadcasts
// nothing, so the sizes are asserted to be the same.

// CHECK-LABEL: func @main
// CHECK-SAME: (%[[Q:.*]]: tensor<2x4x1x16xf16>, %[[K:.*]]: tensor<2x2x?x16xf16>, %[[V:.*]]: tensor<2x2x?x16xf16>, %[[M:.*]]: tensor<2x1x1x?xf16>)
// CHECK-NOT: linalg.batch_matmul
// CHECK: cf.assert %{{.*}}, "aligned.attention does not broadcast
// CHECK: cf.assert %{{.*}}, "aligned.attention does not broadcast
// CHECK: aligned.attention
// CHECK-SAME: ins(%{{.*}}, %[[K]], %[[V]] : tensor<2x2x2x1x16xf16>, tensor<2x2x?x16xf16>, tensor<2x2x?x16xf16>)

#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xf16>, %arg1: tensor<2x2x?x16xf16>, %arg2: tensor<2x2x?x16xf16>, %arg3: tensor<2x1x1x?xf16>) -> tensor<2x1x4x16xf16> {
    %true = arith.constant true
    %c0_i64 = arith.constant 0 : i64
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f16
    %dim = tensor.dim %arg3, %c3 : tensor<2x1x1x?xf16>
    %0 = arith.index_cast %dim : index to i64
    %dim_2 = tensor.dim %arg1, %c2 : tensor<2x2x?x16xf16>
    %expanded = tensor.expand_shape %arg1 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_2, 16] : tensor<2x2x?x16xf16> into tensor<2x2x1x?x16xf16>
    %1 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %2 = tensor.empty(%dim) : tensor<2x2x2x?x16xf16>
    %3 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x2x2x?x16xf16>) {
    ^bb0(%out: f16):
      %38 = linalg.index 0 : index
      %39 = linalg.index 1 : index
      %40 = linalg.index 3 : index
      %41 = linalg.index 4 : index
      %42 = arith.cmpi eq, %dim_2, %c1 : index
      %43 = arith.select %42, %c0, %40 : index
      %extracted = tensor.extract %expanded[%38, %39, %c0, %43, %41] : tensor<2x2x1x?x16xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x2x2x?x16xf16>
    %collapsed = tensor.collapse_shape %3 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xf16> into tensor<2x4x?x16xf16>
    %dim_3 = tensor.dim %arg2, %c2 : tensor<2x2x?x16xf16>
    %expanded_4 = tensor.expand_shape %arg2 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, %dim_3, 16] : tensor<2x2x?x16xf16> into tensor<2x2x1x?x16xf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x2x2x?x16xf16>) {
    ^bb0(%out: f16):
      %38 = linalg.index 0 : index
      %39 = linalg.index 1 : index
      %40 = linalg.index 3 : index
      %41 = linalg.index 4 : index
      %42 = arith.cmpi eq, %dim_3, %c1 : index
      %43 = arith.select %42, %c0, %40 : index
      %extracted = tensor.extract %expanded_4[%38, %39, %c0, %43, %41] : tensor<2x2x1x?x16xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x2x2x?x16xf16>
    %collapsed_5 = tensor.collapse_shape %4 [[0], [1, 2], [3], [4]] : tensor<2x2x2x?x16xf16> into tensor<2x4x?x16xf16>
    %5 = tensor.empty(%dim) : tensor<2x4x16x?xf16>
    %transposed = linalg.transpose ins(%collapsed : tensor<2x4x?x16xf16>) outs(%5 : tensor<2x4x16x?xf16>) permutation = [0, 1, 3, 2] 
    %collapsed_6 = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xf16> into tensor<8x1x16xf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %6 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%5 : tensor<2x4x16x?xf16>) {
    ^bb0(%out: f16):
      %38 = linalg.index 0 : index
      %39 = linalg.index 1 : index
      %40 = linalg.index 2 : index
      %41 = linalg.index 3 : index
      %42 = arith.cmpi eq, %dim, %c1 : index
      %43 = arith.select %42, %c0, %41 : index
      %extracted = tensor.extract %transposed[%38, %39, %40, %43] : tensor<2x4x16x?xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x16x?xf16>
    %collapsed_7 = tensor.collapse_shape %6 [[0, 1], [2], [3]] : tensor<2x4x16x?xf16> into tensor<8x16x?xf16>
    %7 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %8 = linalg.fill ins(%cst : f32) outs(%7 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %9 = linalg.batch_matmul ins(%collapsed_6, %collapsed_7 : tensor<8x1x16xf16>, tensor<8x16x?xf16>) outs(%8 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %10 = tensor.empty(%dim) : tensor<8x1x?xf16>
    %11 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9 : tensor<8x1x?xf32>) outs(%10 : tensor<8x1x?xf16>) {
    ^bb0(%in: f32, %out: f16):
      %38 = arith.truncf %in : f32 to f16
      linalg.yield %38 : f16
    } -> tensor<8x1x?xf16>
    %expanded_8 = tensor.expand_shape %11 [[0, 1], [2], [3]] output_shape [2, 4, 1, %dim] : tensor<8x1x?xf16> into tensor<2x4x1x?xf16>
    %12 = tensor.empty(%dim) : tensor<2x4x1x?xf16>
    %13 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<2x4x1x?xf16>) outs(%12 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %out: f16):
      %38 = arith.mulf %in, %cst_1 : f16
      linalg.yield %38 : f16
    } -> tensor<2x4x1x?xf16>
    cf.assert %true, "mismatched size for broadcast"
    %14 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13, %arg3 : tensor<2x4x1x?xf16>, tensor<2x1x1x?xf16>) outs(%12 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f16, %in_14: f16, %out: f16):
      %38 = arith.addf %in, %in_14 : f16
      linalg.yield %38 : f16
    } -> tensor<2x4x1x?xf16>
    %15 = tensor.empty(%dim) : tensor<2x4x1x?xf32>
    %16 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14 : tensor<2x4x1x?xf16>) outs(%15 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f16, %out: f32):
      %38 = arith.extf %in : f16 to f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x?xf32>
    %17 = tensor.empty() : tensor<2x4x1xi64>
    %18 = linalg.fill ins(%c0_i64 : i64) outs(%17 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %19 = tensor.empty() : tensor<2x4x1xf32>
    %20 = linalg.fill ins(%cst_0 : f32) outs(%19 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %21:2 = linalg.generic {indexing_maps = [#map1, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%16 : tensor<2x4x1x?xf32>) outs(%20, %18 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_14: i64):
      %38 = linalg.index 3 : index
      %39 = arith.index_cast %38 : index to i64
      %40 = arith.maximumf %in, %out : f32
      %41 = arith.cmpf ogt, %in, %out : f32
      %42 = arith.select %41, %39, %out_14 : i64
      linalg.yield %40, %42 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_9 = tensor.expand_shape %21#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %22 = linalg.generic {indexing_maps = [#map1, #map5, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16, %expanded_9 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%15 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %38 = arith.subf %in, %in_14 : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x?xf32>
    %23 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22 : tensor<2x4x1x?xf32>) outs(%15 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = math.exp %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x?xf32>
    %24 = tensor.empty() : tensor<2x4x1x1xf32>
    %25 = linalg.fill ins(%cst : f32) outs(%24 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %26 = linalg.generic {indexing_maps = [#map1, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%23 : tensor<2x4x1x?xf32>) outs(%25 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x1xf32>
    %27 = linalg.generic {indexing_maps = [#map1, #map5, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%23, %26 : tensor<2x4x1x?xf32>, tensor<2x4x1x1xf32>) outs(%15 : tensor<2x4x1x?xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %38 = arith.divf %in, %in_14 : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x?xf32>
    %28 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%27 : tensor<2x4x1x?xf32>) outs(%12 : tensor<2x4x1x?xf16>) {
    ^bb0(%in: f32, %out: f16):
      %38 = arith.truncf %in : f32 to f16
      linalg.yield %38 : f16
    } -> tensor<2x4x1x?xf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %29 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%12 : tensor<2x4x1x?xf16>) {
    ^bb0(%out: f16):
      %38 = linalg.index 0 : index
      %39 = linalg.index 1 : index
      %40 = linalg.index 3 : index
      %41 = arith.cmpi eq, %dim, %c1 : index
      %42 = arith.select %41, %c0, %40 : index
      %extracted = tensor.extract %28[%38, %39, %c0, %42] : tensor<2x4x1x?xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x1x?xf16>
    %collapsed_10 = tensor.collapse_shape %29 [[0, 1], [2], [3]] : tensor<2x4x1x?xf16> into tensor<8x1x?xf16>
    cf.assert %1, "unimplemented: dynamic negative broadcast sizes"
    %30 = tensor.empty(%dim) : tensor<2x4x?x16xf16>
    %31 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%30 : tensor<2x4x?x16xf16>) {
    ^bb0(%out: f16):
      %38 = linalg.index 0 : index
      %39 = linalg.index 1 : index
      %40 = linalg.index 2 : index
      %41 = linalg.index 3 : index
      %42 = arith.cmpi eq, %dim, %c1 : index
      %43 = arith.select %42, %c0, %40 : index
      %extracted = tensor.extract %collapsed_5[%38, %39, %43, %41] : tensor<2x4x?x16xf16>
      linalg.yield %extracted : f16
    } -> tensor<2x4x?x16xf16>
    %collapsed_11 = tensor.collapse_shape %31 [[0, 1], [2], [3]] : tensor<2x4x?x16xf16> into tensor<8x?x16xf16>
    %32 = tensor.empty() : tensor<8x1x16xf32>
    %33 = linalg.fill ins(%cst : f32) outs(%32 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %34 = linalg.batch_matmul ins(%collapsed_10, %collapsed_11 : tensor<8x1x?xf16>, tensor<8x?x16xf16>) outs(%33 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %35 = tensor.empty() : tensor<8x1x16xf16>
    %36 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%34 : tensor<8x1x16xf32>) outs(%35 : tensor<8x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %38 = arith.truncf %in : f32 to f16
      linalg.yield %38 : f16
    } -> tensor<8x1x16xf16>
    %expanded_12 = tensor.expand_shape %36 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xf16> into tensor<2x4x1x16xf16>
    %37 = tensor.empty() : tensor<2x1x4x16xf16>
    %transposed_13 = linalg.transpose ins(%expanded_12 : tensor<2x4x1x16xf16>) outs(%37 : tensor<2x1x4x16xf16>) permutation = [0, 2, 1, 3] 
    return %transposed_13 : tensor<2x1x4x16xf16>
  }
}
