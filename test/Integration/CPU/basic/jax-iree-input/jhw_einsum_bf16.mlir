module @jit_ein {
  func.func @main(%arg0: tensor<2x1x4x16xbf16>, %arg1: tensor<2x24x4x16xbf16>, %arg2: tensor<2x24x4x16xbf16>) -> tensor<2x1x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 2.500000e-01 : bf16
    %cst_2 = arith.constant 0.000000e+00 : bf16
    %0 = tensor.empty() : tensor<2x4x16x24xbf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x4x16xbf16>) outs(%0 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed = tensor.collapse_shape %arg0 [[0, 1, 2, 3]] : tensor<2x1x4x16xbf16> into tensor<128xbf16>
    %expanded = tensor.expand_shape %collapsed [[0, 1, 2]] output_shape [8, 1, 16] : tensor<128xbf16> into tensor<8x1x16xbf16>
    %collapsed_3 = tensor.collapse_shape %1 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %2 = tensor.empty() : tensor<8x1x24xbf16>
    %3 = linalg.fill ins(%cst_2 : bf16) outs(%2 : tensor<8x1x24xbf16>) -> tensor<8x1x24xbf16>
    %4 = linalg.batch_matmul ins(%expanded, %collapsed_3 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%3 : tensor<8x1x24xbf16>) -> tensor<8x1x24xbf16>
    %expanded_4 = tensor.expand_shape %4 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xbf16> into tensor<2x4x1x24xbf16>
    %5 = tensor.empty() : tensor<2x4x1x24xbf16>
    %6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_4 : tensor<2x4x1x24xbf16>) outs(%5 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %32 = arith.mulf %in, %cst_1 : bf16
      linalg.yield %32 : bf16
    } -> tensor<2x4x1x24xbf16>
    %7 = tensor.empty() : tensor<2x4x1x24xf32>
    %8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<2x4x1x24xbf16>) outs(%7 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %32 = arith.extf %in : bf16 to f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1x24xf32>
    %9 = tensor.empty() : tensor<2x4x1xf32>
    %10 = linalg.fill ins(%cst_0 : f32) outs(%9 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %11 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%8 : tensor<2x4x1x24xf32>) outs(%10 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %32 = arith.maximumf %out, %in : f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1xf32>
    %12 = tensor.empty() : tensor<2x4x1x24xf32>
    %13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11 : tensor<2x4x1xf32>) outs(%12 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %14 = tensor.empty() : tensor<2x4x1x24xf32>
    %15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8, %13 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%14 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %32 = arith.subf %in, %in_10 : f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1x24xf32>
    %16 = tensor.empty() : tensor<2x4x1x24xf32>
    %17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<2x4x1x24xf32>) outs(%16 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %32 = math.exp %in : f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1x24xf32>
    %18 = tensor.empty() : tensor<2x4x1xf32>
    %19 = linalg.fill ins(%cst : f32) outs(%18 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%17 : tensor<2x4x1x24xf32>) outs(%19 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %32 = arith.addf %out, %in : f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1xf32>
    %21 = tensor.empty() : tensor<2x4x1x24xf32>
    %22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20 : tensor<2x4x1xf32>) outs(%21 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %23 = tensor.empty() : tensor<2x4x1x24xf32>
    %24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17, %22 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%23 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %32 = arith.divf %in, %in_10 : f32
      linalg.yield %32 : f32
    } -> tensor<2x4x1x24xf32>
    %25 = tensor.empty() : tensor<2x4x1x24xbf16>
    %26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24 : tensor<2x4x1x24xf32>) outs(%25 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %32 = arith.truncf %in : f32 to bf16
      linalg.yield %32 : bf16
    } -> tensor<2x4x1x24xbf16>
    %27 = tensor.empty() : tensor<2x4x16x24xbf16>
    %28 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x4x16xbf16>) outs(%27 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed_5 = tensor.collapse_shape %28 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %collapsed_6 = tensor.collapse_shape %26 [[0, 1, 2, 3]] : tensor<2x4x1x24xbf16> into tensor<192xbf16>
    %expanded_7 = tensor.expand_shape %collapsed_6 [[0, 1, 2]] output_shape [8, 24, 1] : tensor<192xbf16> into tensor<8x24x1xbf16>
    %29 = tensor.empty() : tensor<8x16x1xbf16>
    %30 = linalg.fill ins(%cst_2 : bf16) outs(%29 : tensor<8x16x1xbf16>) -> tensor<8x16x1xbf16>
    %31 = linalg.batch_matmul ins(%collapsed_5, %expanded_7 : tensor<8x16x24xbf16>, tensor<8x24x1xbf16>) outs(%30 : tensor<8x16x1xbf16>) -> tensor<8x16x1xbf16>
    %collapsed_8 = tensor.collapse_shape %31 [[0, 1, 2]] : tensor<8x16x1xbf16> into tensor<128xbf16>
    %expanded_9 = tensor.expand_shape %collapsed_8 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xbf16> into tensor<2x1x4x16xbf16>
    return %expanded_9 : tensor<2x1x4x16xbf16>
  }
}