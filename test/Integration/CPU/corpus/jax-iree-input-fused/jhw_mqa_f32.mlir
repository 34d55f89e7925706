#map = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
module @jit__lambda {
  func.func @main(%arg0: tensor<2x4x16xf32>, %arg1: tensor<2x24x16xf32>, %arg2: tensor<2x24x16xf32>) -> tensor<2x4x16xf32> {
    %cst = arith.constant 0xFF800000 : f32
    %cst_0 = arith.constant 2.500000e-01 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x16x24xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x16xf32>) outs(%0 : tensor<2x16x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x16x24xf32>
    %2 = tensor.empty() : tensor<2x4x24xf32>
    %3 = linalg.fill ins(%cst_1 : f32) outs(%2 : tensor<2x4x24xf32>) -> tensor<2x4x24xf32>
    %4 = linalg.batch_matmul ins(%arg0, %1 : tensor<2x4x16xf32>, tensor<2x16x24xf32>) outs(%3 : tensor<2x4x24xf32>) -> tensor<2x4x24xf32>
    %5 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4 : tensor<2x4x24xf32>) outs(%2 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.mulf %in, %cst_0 : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x24xf32>
    %6 = tensor.empty() : tensor<2x4xf32>
    %7 = linalg.fill ins(%cst : f32) outs(%6 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%5 : tensor<2x4x24xf32>) outs(%7 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.maximumf %out, %in : f32
      linalg.yield %16 : f32
    } -> tensor<2x4xf32>
    %9 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5, %8 : tensor<2x4x24xf32>, tensor<2x4xf32>) outs(%2 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %16 = arith.subf %in, %in_2 : f32
      %17 = math.exp %16 : f32
      linalg.yield %17 : f32
    } -> tensor<2x4x24xf32>
    %10 = linalg.fill ins(%cst_1 : f32) outs(%6 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%9 : tensor<2x4x24xf32>) outs(%10 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.addf %out, %in : f32
      linalg.yield %16 : f32
    } -> tensor<2x4xf32>
    %12 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %11 : tensor<2x4x24xf32>, tensor<2x4xf32>) outs(%2 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %16 = arith.divf %in, %in_2 : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x24xf32>
    %13 = tensor.empty() : tensor<2x4x16xf32>
    %14 = linalg.fill ins(%cst_1 : f32) outs(%13 : tensor<2x4x16xf32>) -> tensor<2x4x16xf32>
    %15 = linalg.batch_matmul ins(%12, %arg2 : tensor<2x4x24xf32>, tensor<2x24x16xf32>) outs(%14 : tensor<2x4x16xf32>) -> tensor<2x4x16xf32>
    return %15 : tensor<2x4x16xf32>
  }
}

