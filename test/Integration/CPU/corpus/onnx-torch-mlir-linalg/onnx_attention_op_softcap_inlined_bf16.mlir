#map = affine_map<() -> ()>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2, d3) -> (0)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map10 = affine_map<(d0, d1) -> (d0, d1)>
#map11 = affine_map<(d0, d1) -> (d0)>
#map12 = affine_map<(d0, d1) -> (d1)>
#map13 = affine_map<(d0, d1, d2, d3) -> (d2, 0)>
module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x4x24x16xbf16>, %arg2: tensor<2x4x24x16xbf16>) -> tensor<2x4x1x16xbf16> {
    %c0_i64 = arith.constant 0 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 0xFF80 : bf16
    %cst_2 = arith.constant dense<0.000000e+00> : tensor<1xbf16>
    %cst_3 = arith.constant dense<0xFF80> : tensor<1xbf16>
    %cst_4 = arith.constant dense<3.000000e+01> : tensor<1xbf16>
    %cst_5 = arith.constant dense<0.000000e+00> : tensor<1x24xbf16>
    %cst_6 = arith.constant dense<2.000000e-01> : tensor<f32>
    %0 = tensor.empty() : tensor<f32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = []} ins(%cst_6 : tensor<f32>) outs(%0 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %48 = math.sqrt %in : f32
      linalg.yield %48 : f32
    } -> tensor<f32>
    %2 = tensor.empty() : tensor<bf16>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = []} ins(%1 : tensor<f32>) outs(%2 : tensor<bf16>) {
    ^bb0(%in: f32, %out: bf16):
      %48 = arith.truncf %in : f32 to bf16
      linalg.yield %48 : bf16
    } -> tensor<bf16>
    %4 = tensor.empty() : tensor<2x4x1x24x16xbf16>
    %5 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x4x24x16xbf16>) outs(%4 : tensor<2x4x1x24x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x24x16xbf16>
    %6 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x4x24x16xbf16>) outs(%4 : tensor<2x4x1x24x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x24x16xbf16>
    %collapsed = tensor.collapse_shape %5 [[0], [1], [2, 3], [4]] : tensor<2x4x1x24x16xbf16> into tensor<2x4x24x16xbf16>
    %7 = tensor.empty() : tensor<2x4x16x24xbf16>
    %transposed = linalg.transpose ins(%collapsed : tensor<2x4x24x16xbf16>) outs(%7 : tensor<2x4x16x24xbf16>) permutation = [0, 1, 3, 2] 
    %8 = tensor.empty() : tensor<2x4x1x16xbf16>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %3 : tensor<2x4x1x16xbf16>, tensor<bf16>) outs(%8 : tensor<2x4x1x16xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %48 = arith.mulf %in, %in_14 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x16xbf16>
    %10 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed, %3 : tensor<2x4x16x24xbf16>, tensor<bf16>) outs(%7 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %48 = arith.mulf %in, %in_14 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed_7 = tensor.collapse_shape %9 [[0, 1], [2], [3]] : tensor<2x4x1x16xbf16> into tensor<8x1x16xbf16>
    %collapsed_8 = tensor.collapse_shape %10 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %11 = tensor.empty() : tensor<8x1x24xf32>
    %12 = linalg.fill ins(%cst : f32) outs(%11 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %13 = linalg.batch_matmul ins(%collapsed_7, %collapsed_8 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%12 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %14 = tensor.empty() : tensor<8x1x24xbf16>
    %15 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13 : tensor<8x1x24xf32>) outs(%14 : tensor<8x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %48 = arith.truncf %in : f32 to bf16
      linalg.yield %48 : bf16
    } -> tensor<8x1x24xbf16>
    %expanded = tensor.expand_shape %15 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xbf16> into tensor<2x4x1x24xbf16>
    %16 = tensor.empty() : tensor<2x4x1x24xbf16>
    %17 = linalg.generic {indexing_maps = [#map3, #map6, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %cst_4 : tensor<2x4x1x24xbf16>, tensor<1xbf16>) outs(%16 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %48 = arith.divf %in, %in_14 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x24xbf16>
    %18 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<2x4x1x24xbf16>) outs(%16 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %48 = math.tanh %in : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x24xbf16>
    %19 = linalg.generic {indexing_maps = [#map3, #map6, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %cst_4 : tensor<2x4x1x24xbf16>, tensor<1xbf16>) outs(%16 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %48 = arith.mulf %in, %in_14 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x24xbf16>
    %20 = linalg.generic {indexing_maps = [#map3, #map7, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19, %cst_5 : tensor<2x4x1x24xbf16>, tensor<1x24xbf16>) outs(%16 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %48 = arith.addf %in, %in_14 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x24xbf16>
    %21 = tensor.empty() : tensor<2x4x1x24xf32>
    %22 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20 : tensor<2x4x1x24xbf16>) outs(%21 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %48 = arith.extf %in : bf16 to f32
      linalg.yield %48 : f32
    } -> tensor<2x4x1x24xf32>
    %23 = tensor.empty() : tensor<2x4x1xi64>
    %24 = linalg.fill ins(%c0_i64 : i64) outs(%23 : tensor<2x4x1xi64>) -> tensor<2x4x1xi64>
    %25 = tensor.empty() : tensor<2x4x1xf32>
    %26 = linalg.fill ins(%cst_0 : f32) outs(%25 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %27:2 = linalg.generic {indexing_maps = [#map3, #map8, #map8], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%22 : tensor<2x4x1x24xf32>) outs(%26, %24 : tensor<2x4x1xf32>, tensor<2x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_14: i64):
      %48 = linalg.index 3 : index
      %49 = arith.index_cast %48 : index to i64
      %50 = arith.maximumf %in, %out : f32
      %51 = arith.cmpf ogt, %in, %out : f32
      %52 = arith.select %51, %49, %out_14 : i64
      linalg.yield %50, %52 : f32, i64
    } -> (tensor<2x4x1xf32>, tensor<2x4x1xi64>)
    %expanded_9 = tensor.expand_shape %27#0 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %28 = linalg.generic {indexing_maps = [#map3, #map9, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22, %expanded_9 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%21 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %48 = arith.subf %in, %in_14 : f32
      linalg.yield %48 : f32
    } -> tensor<2x4x1x24xf32>
    %29 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%28 : tensor<2x4x1x24xf32>) outs(%21 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %48 = math.exp %in : f32
      linalg.yield %48 : f32
    } -> tensor<2x4x1x24xf32>
    %30 = tensor.empty() : tensor<2x4x1x1xf32>
    %31 = linalg.fill ins(%cst : f32) outs(%30 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %32 = linalg.generic {indexing_maps = [#map3, #map9], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%29 : tensor<2x4x1x24xf32>) outs(%31 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %48 = arith.addf %in, %out : f32
      linalg.yield %48 : f32
    } -> tensor<2x4x1x1xf32>
    %33 = linalg.generic {indexing_maps = [#map3, #map9, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%29, %32 : tensor<2x4x1x24xf32>, tensor<2x4x1x1xf32>) outs(%21 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %48 = arith.divf %in, %in_14 : f32
      linalg.yield %48 : f32
    } -> tensor<2x4x1x24xf32>
    %34 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%33 : tensor<2x4x1x24xf32>) outs(%16 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %48 = arith.truncf %in : f32 to bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x24xbf16>
    %35 = tensor.empty() : tensor<1xi64>
    %36 = linalg.fill ins(%c0_i64 : i64) outs(%35 : tensor<1xi64>) -> tensor<1xi64>
    %37 = tensor.empty() : tensor<1xbf16>
    %38 = linalg.fill ins(%cst_1 : bf16) outs(%37 : tensor<1xbf16>) -> tensor<1xbf16>
    %39:2 = linalg.generic {indexing_maps = [#map10, #map11, #map11], iterator_types = ["parallel", "reduction"]} ins(%cst_5 : tensor<1x24xbf16>) outs(%38, %36 : tensor<1xbf16>, tensor<1xi64>) {
    ^bb0(%in: bf16, %out: bf16, %out_14: i64):
      %48 = linalg.index 1 : index
      %49 = arith.index_cast %48 : index to i64
      %50 = arith.maximumf %in, %out : bf16
      %51 = arith.cmpf ogt, %in, %out : bf16
      %52 = arith.select %51, %49, %out_14 : i64
      linalg.yield %50, %52 : bf16, i64
    } -> (tensor<1xbf16>, tensor<1xi64>)
    %expanded_10 = tensor.expand_shape %39#0 [[0, 1]] output_shape [1, 1] : tensor<1xbf16> into tensor<1x1xbf16>
    %40 = tensor.empty() : tensor<1x1xi1>
    %41 = linalg.generic {indexing_maps = [#map10, #map12, #map10], iterator_types = ["parallel", "parallel"]} ins(%expanded_10, %cst_3 : tensor<1x1xbf16>, tensor<1xbf16>) outs(%40 : tensor<1x1xi1>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: i1):
      %48 = arith.cmpf oeq, %in, %in_14 : bf16
      linalg.yield %48 : i1
    } -> tensor<1x1xi1>
    %42 = linalg.generic {indexing_maps = [#map13, #map6, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41, %cst_2, %34 : tensor<1x1xi1>, tensor<1xbf16>, tensor<2x4x1x24xbf16>) outs(%16 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: i1, %in_14: bf16, %in_15: bf16, %out: bf16):
      %48 = arith.select %in, %in_14, %in_15 : bf16
      linalg.yield %48 : bf16
    } -> tensor<2x4x1x24xbf16>
    %collapsed_11 = tensor.collapse_shape %42 [[0, 1], [2], [3]] : tensor<2x4x1x24xbf16> into tensor<8x1x24xbf16>
    %collapsed_12 = tensor.collapse_shape %6 [[0, 1], [2, 3], [4]] : tensor<2x4x1x24x16xbf16> into tensor<8x24x16xbf16>
    %43 = tensor.empty() : tensor<8x1x16xf32>
    %44 = linalg.fill ins(%cst : f32) outs(%43 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %45 = linalg.batch_matmul ins(%collapsed_11, %collapsed_12 : tensor<8x1x24xbf16>, tensor<8x24x16xbf16>) outs(%44 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %46 = tensor.empty() : tensor<8x1x16xbf16>
    %47 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45 : tensor<8x1x16xf32>) outs(%46 : tensor<8x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %48 = arith.truncf %in : f32 to bf16
      linalg.yield %48 : bf16
    } -> tensor<8x1x16xbf16>
    %expanded_13 = tensor.expand_shape %47 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xbf16> into tensor<2x4x1x16xbf16>
    return %expanded_13 : tensor<2x4x1x16xbf16>
  }
}

