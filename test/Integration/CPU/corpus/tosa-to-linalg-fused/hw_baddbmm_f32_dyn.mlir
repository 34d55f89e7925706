#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
module {
  func.func @main(%arg0: tensor<8x1x16xf32>, %arg1: tensor<8x?x16xf32>, %arg2: tensor<8x?x16xf32>, %arg3: tensor<8x1x?xf32>) -> tensor<8x1x16xf32> {
    %cst = arith.constant 2.500000e-01 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant -3.40282347E+38 : f32
    %cst_2 = arith.constant 0.000000e+00 : f32
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %dim = tensor.dim %arg1, %c1 : tensor<8x?x16xf32>
    %0 = tensor.empty(%dim) : tensor<8x16x?xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<8x?x16xf32>) outs(%0 : tensor<8x16x?xf32>) permutation = [0, 2, 1] 
    %1 = tensor.empty(%dim) : tensor<8x1x?xf32>
    %2 = linalg.fill ins(%cst_2 : f32) outs(%1 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %3 = linalg.batch_matmul ins(%arg0, %transposed : tensor<8x1x16xf32>, tensor<8x16x?xf32>) outs(%2 : tensor<8x1x?xf32>) -> tensor<8x1x?xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3 : tensor<8x1x?xf32>) outs(%1 : tensor<8x1x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.mulf %in, %cst : f32
      linalg.yield %22 : f32
    } -> tensor<8x1x?xf32>
    %dim_3 = tensor.dim %arg3, %c2 : tensor<8x1x?xf32>
    %5 = arith.maxui %dim_3, %dim : index
    %6 = arith.cmpi eq, %dim_3, %c1 : index
    %7 = scf.if %6 -> (tensor<8x1x?xf32>) {
      %22 = tensor.empty(%5) : tensor<8x1x?xf32>
      %23 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg3 : tensor<8x1x?xf32>) outs(%22 : tensor<8x1x?xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<8x1x?xf32>
      scf.yield %23 : tensor<8x1x?xf32>
    } else {
      scf.yield %arg3 : tensor<8x1x?xf32>
    }
    %8 = arith.cmpi eq, %dim, %c1 : index
    %9 = scf.if %8 -> (tensor<8x1x?xf32>) {
      %22 = tensor.empty(%5) : tensor<8x1x?xf32>
      %23 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4 : tensor<8x1x?xf32>) outs(%22 : tensor<8x1x?xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<8x1x?xf32>
      scf.yield %23 : tensor<8x1x?xf32>
    } else {
      scf.yield %4 : tensor<8x1x?xf32>
    }
    %10 = tensor.empty(%5) : tensor<8x1x?xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %9 : tensor<8x1x?xf32>, tensor<8x1x?xf32>) outs(%10 : tensor<8x1x?xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %22 = arith.addf %in, %in_6 : f32
      linalg.yield %22 : f32
    } -> tensor<8x1x?xf32>
    %12 = tensor.empty() : tensor<8x1xf32>
    %expanded = tensor.expand_shape %12 [[0], [1, 2]] output_shape [8, 1, 1] : tensor<8x1xf32> into tensor<8x1x1xf32>
    %13 = linalg.fill ins(%cst_1 : f32) outs(%expanded : tensor<8x1x1xf32>) -> tensor<8x1x1xf32>
    %expanded_4 = tensor.expand_shape %11 [[0], [1, 2], [3]] output_shape [8, 1, 1, %5] : tensor<8x1x?xf32> into tensor<8x1x1x?xf32>
    %14 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_4 : tensor<8x1x1x?xf32>) outs(%13 : tensor<8x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.maximumf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<8x1x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11, %14 : tensor<8x1x?xf32>, tensor<8x1x1xf32>) outs(%10 : tensor<8x1x?xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %22 = arith.subf %in, %in_6 : f32
      %23 = math.exp %22 : f32
      linalg.yield %23 : f32
    } -> tensor<8x1x?xf32>
    %16 = linalg.fill ins(%cst_2 : f32) outs(%expanded : tensor<8x1x1xf32>) -> tensor<8x1x1xf32>
    %expanded_5 = tensor.expand_shape %15 [[0], [1, 2], [3]] output_shape [8, 1, 1, %5] : tensor<8x1x?xf32> into tensor<8x1x1x?xf32>
    %17 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_5 : tensor<8x1x1x?xf32>) outs(%16 : tensor<8x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<8x1x1xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15, %17 : tensor<8x1x?xf32>, tensor<8x1x1xf32>) outs(%10 : tensor<8x1x?xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %22 = arith.divf %cst_0, %in_6 : f32
      %23 = arith.mulf %in, %22 : f32
      linalg.yield %23 : f32
    } -> tensor<8x1x?xf32>
    %19 = tensor.empty() : tensor<8x1x16xf32>
    %20 = linalg.fill ins(%cst_2 : f32) outs(%19 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %21 = linalg.batch_matmul ins(%18, %arg2 : tensor<8x1x?xf32>, tensor<8x?x16xf32>) outs(%20 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    return %21 : tensor<8x1x16xf32>
  }
}

