#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (0, d1)>
#map2 = affine_map<(d0) -> (d0)>
#map3 = affine_map<(d0) -> (0)>
#map4 = affine_map<(d0, d1) -> (d0, 0)>
module {
  func.func @main(%arg0: tensor<16xf32>, %arg1: tensor<?x16xf32>, %arg2: tensor<?x16xf32>) -> tensor<16xf32> {
    %cst = arith.constant 2.500000e-01 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant -3.40282347E+38 : f32
    %c1 = arith.constant 1 : index
    %cst_2 = arith.constant 0.000000e+00 : f32
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg2, %c0 : tensor<?x16xf32>
    %0 = tensor.empty(%dim) : tensor<16x?xf32>
    %transposed = linalg.transpose ins(%arg2 : tensor<?x16xf32>) outs(%0 : tensor<16x?xf32>) permutation = [1, 0] 
    %expanded = tensor.expand_shape %arg0 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %dim_3 = tensor.dim %arg1, %c0 : tensor<?x16xf32>
    %1 = tensor.empty(%dim_3) : tensor<?x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1, %expanded : tensor<?x16xf32>, tensor<1x16xf32>) outs(%1 : tensor<?x16xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %20 = arith.mulf %in, %in_11 : f32
      linalg.yield %20 : f32
    } -> tensor<?x16xf32>
    %3 = tensor.empty(%dim_3) : tensor<?xf32>
    %4 = linalg.fill ins(%cst_2 : f32) outs(%3 : tensor<?xf32>) -> tensor<?xf32>
    %reduced = linalg.reduce ins(%2 : tensor<?x16xf32>) outs(%4 : tensor<?xf32>) dimensions = [1] 
      (%in: f32, %init: f32) {
        %20 = arith.addf %in, %init : f32
        linalg.yield %20 : f32
      }
    %5 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%reduced : tensor<?xf32>) outs(%3 : tensor<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %20 = arith.mulf %in, %cst : f32
      linalg.yield %20 : f32
    } -> tensor<?xf32>
    %6 = tensor.empty() : tensor<f32>
    %7 = linalg.fill ins(%cst_1 : f32) outs(%6 : tensor<f32>) -> tensor<f32>
    %reduced_4 = linalg.reduce ins(%5 : tensor<?xf32>) outs(%7 : tensor<f32>) dimensions = [0] 
      (%in: f32, %init: f32) {
        %20 = arith.maximumf %in, %init : f32
        linalg.yield %20 : f32
      }
    %expanded_5 = tensor.expand_shape %reduced_4 [] output_shape [1] : tensor<f32> into tensor<1xf32>
    %8 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel"]} ins(%5, %expanded_5 : tensor<?xf32>, tensor<1xf32>) outs(%3 : tensor<?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %20 = arith.subf %in, %in_11 : f32
      %21 = math.exp %20 : f32
      linalg.yield %21 : f32
    } -> tensor<?xf32>
    %9 = linalg.fill ins(%cst_2 : f32) outs(%6 : tensor<f32>) -> tensor<f32>
    %reduced_6 = linalg.reduce ins(%8 : tensor<?xf32>) outs(%9 : tensor<f32>) dimensions = [0] 
      (%in: f32, %init: f32) {
        %20 = arith.addf %in, %init : f32
        linalg.yield %20 : f32
      }
    %expanded_7 = tensor.expand_shape %reduced_6 [] output_shape [1] : tensor<f32> into tensor<1xf32>
    %10 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel"]} ins(%8, %expanded_7 : tensor<?xf32>, tensor<1xf32>) outs(%3 : tensor<?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %20 = arith.divf %cst_0, %in_11 : f32
      %21 = arith.mulf %in, %20 : f32
      linalg.yield %21 : f32
    } -> tensor<?xf32>
    %expanded_8 = tensor.expand_shape %10 [[0, 1]] output_shape [1, %dim_3] : tensor<?xf32> into tensor<1x?xf32>
    %dim_9 = tensor.dim %expanded_8, %c1 : tensor<1x?xf32>
    %11 = arith.maxui %dim, %dim_9 : index
    %12 = arith.cmpi eq, %dim, %c1 : index
    %13 = scf.if %12 -> (tensor<16x?xf32>) {
      %20 = tensor.empty(%11) : tensor<16x?xf32>
      %21 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel"]} ins(%transposed : tensor<16x?xf32>) outs(%20 : tensor<16x?xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<16x?xf32>
      scf.yield %21 : tensor<16x?xf32>
    } else {
      scf.yield %transposed : tensor<16x?xf32>
    }
    %14 = arith.cmpi eq, %dim_9, %c1 : index
    %15 = scf.if %14 -> (tensor<1x?xf32>) {
      %20 = tensor.empty(%11) : tensor<1x?xf32>
      %21 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_8 : tensor<1x?xf32>) outs(%20 : tensor<1x?xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x?xf32>
      scf.yield %21 : tensor<1x?xf32>
    } else {
      scf.yield %expanded_8 : tensor<1x?xf32>
    }
    %16 = tensor.empty(%11) : tensor<16x?xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%13, %15 : tensor<16x?xf32>, tensor<1x?xf32>) outs(%16 : tensor<16x?xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %20 = arith.mulf %in, %in_11 : f32
      linalg.yield %20 : f32
    } -> tensor<16x?xf32>
    %18 = tensor.empty() : tensor<16xf32>
    %19 = linalg.fill ins(%cst_2 : f32) outs(%18 : tensor<16xf32>) -> tensor<16xf32>
    %reduced_10 = linalg.reduce ins(%17 : tensor<16x?xf32>) outs(%19 : tensor<16xf32>) dimensions = [1] 
      (%in: f32, %init: f32) {
        %20 = arith.addf %in, %init : f32
        linalg.yield %20 : f32
      }
    return %reduced_10 : tensor<16xf32>
  }
}

