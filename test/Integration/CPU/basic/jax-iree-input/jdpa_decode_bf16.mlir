module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xbf16>, %arg1: tensor<2x24x4x16xbf16>, %arg2: tensor<2x24x4x16xbf16>) -> tensor<2x1x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : bf16
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : f32
    %cst_2 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x4x16x24xbf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x4x16xbf16>) outs(%0 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed = tensor.collapse_shape %arg0 [[0, 1, 2, 3]] : tensor<2x1x4x16xbf16> into tensor<128xbf16>
    %expanded = tensor.expand_shape %collapsed [[0, 1, 2]] output_shape [8, 1, 16] : tensor<128xbf16> into tensor<8x1x16xbf16>
    %collapsed_3 = tensor.collapse_shape %1 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %2 = tensor.empty() : tensor<8x1x24xf32>
    %3 = linalg.fill ins(%cst_2 : f32) outs(%2 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %4 = linalg.batch_matmul ins(%expanded, %collapsed_3 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%3 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %expanded_4 = tensor.expand_shape %4 [[0, 1], [2], [3, 4]] output_shape [2, 4, 1, 1, 24] : tensor<8x1x24xf32> into tensor<2x4x1x1x24xf32>
    %5 = tensor.empty() : tensor<2x4x1x1x24xf32>
    %6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_4 : tensor<2x4x1x1x24xf32>) outs(%5 : tensor<2x4x1x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = arith.mulf %in, %cst_1 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x1x24xf32>
    %7 = tensor.empty() : tensor<2x4x1x1xf32>
    %8 = linalg.fill ins(%cst_0 : f32) outs(%7 : tensor<2x4x1x1xf32>) -> tensor<2x4x1x1xf32>
    %9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%6 : tensor<2x4x1x1x24xf32>) outs(%8 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = arith.maximumf %out, %in : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x1xf32>
    %collapsed_5 = tensor.collapse_shape %9 [[0, 1, 2, 3]] : tensor<2x4x1x1xf32> into tensor<8xf32>
    %expanded_6 = tensor.expand_shape %collapsed_5 [[0, 1, 2, 3]] output_shape [1, 2, 4, 1] : tensor<8xf32> into tensor<1x2x4x1xf32>
    %collapsed_7 = tensor.collapse_shape %6 [[0, 1, 2, 3, 4]] : tensor<2x4x1x1x24xf32> into tensor<192xf32>
    %expanded_8 = tensor.expand_shape %collapsed_7 [[0, 1, 2, 3, 4]] output_shape [1, 2, 4, 1, 24] : tensor<192xf32> into tensor<1x2x4x1x24xf32>
    %10 = tensor.empty() : tensor<1x2x4x1x24xf32>
    %11 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<1x2x4x1xf32>) outs(%10 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x2x4x1x24xf32>
    %12 = tensor.empty() : tensor<1x2x4x1x24xf32>
    %13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8, %11 : tensor<1x2x4x1x24xf32>, tensor<1x2x4x1x24xf32>) outs(%12 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %30 = arith.subf %in, %in_14 : f32
      linalg.yield %30 : f32
    } -> tensor<1x2x4x1x24xf32>
    %14 = tensor.empty() : tensor<1x2x4x1x24xf32>
    %15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<1x2x4x1x24xf32>) outs(%14 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = math.exp %in : f32
      linalg.yield %30 : f32
    } -> tensor<1x2x4x1x24xf32>
    %16 = tensor.empty() : tensor<1x2x4x1xf32>
    %17 = linalg.fill ins(%cst_2 : f32) outs(%16 : tensor<1x2x4x1xf32>) -> tensor<1x2x4x1xf32>
    %18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%15 : tensor<1x2x4x1x24xf32>) outs(%17 : tensor<1x2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %30 = arith.addf %out, %in : f32
      linalg.yield %30 : f32
    } -> tensor<1x2x4x1xf32>
    %19 = tensor.empty() : tensor<1x2x4x1x24xf32>
    %20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<1x2x4x1xf32>) outs(%19 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x2x4x1x24xf32>
    %21 = tensor.empty() : tensor<1x2x4x1x24xf32>
    %22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%15, %20 : tensor<1x2x4x1x24xf32>, tensor<1x2x4x1x24xf32>) outs(%21 : tensor<1x2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %30 = arith.divf %in, %in_14 : f32
      linalg.yield %30 : f32
    } -> tensor<1x2x4x1x24xf32>
    %23 = tensor.empty() : tensor<1x2x4x1x24xbf16>
    %24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%22 : tensor<1x2x4x1x24xf32>) outs(%23 : tensor<1x2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %30 = arith.truncf %in : f32 to bf16
      linalg.yield %30 : bf16
    } -> tensor<1x2x4x1x24xbf16>
    %25 = tensor.empty() : tensor<2x4x16x24xbf16>
    %26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x4x16xbf16>) outs(%25 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed_9 = tensor.collapse_shape %26 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %collapsed_10 = tensor.collapse_shape %24 [[0, 1, 2, 3, 4]] : tensor<1x2x4x1x24xbf16> into tensor<192xbf16>
    %expanded_11 = tensor.expand_shape %collapsed_10 [[0, 1, 2]] output_shape [8, 24, 1] : tensor<192xbf16> into tensor<8x24x1xbf16>
    %27 = tensor.empty() : tensor<8x16x1xbf16>
    %28 = linalg.fill ins(%cst : bf16) outs(%27 : tensor<8x16x1xbf16>) -> tensor<8x16x1xbf16>
    %29 = linalg.batch_matmul ins(%collapsed_9, %expanded_11 : tensor<8x16x24xbf16>, tensor<8x24x1xbf16>) outs(%28 : tensor<8x16x1xbf16>) -> tensor<8x16x1xbf16>
    %collapsed_12 = tensor.collapse_shape %29 [[0, 1, 2]] : tensor<8x16x1xbf16> into tensor<128xbf16>
    %expanded_13 = tensor.expand_shape %collapsed_12 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xbf16> into tensor<2x1x4x16xbf16>
    return %expanded_13 : tensor<2x1x4x16xbf16>
  }
}