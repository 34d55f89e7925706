module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x2x24x16xbf16>, %arg2: tensor<2x2x24x16xbf16>) -> tensor<2x1x4x16xbf16> {
    %cst = arith.constant 2.500000e-01 : bf16
    %cst_0 = arith.constant 0.000000e+00 : f32
    %cst_1 = arith.constant 0xFF800000 : f32
    %cst_2 = arith.constant 0.000000e+00 : bf16
    %expanded = tensor.expand_shape %arg1 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, 24, 16] : tensor<2x2x24x16xbf16> into tensor<2x2x1x24x16xbf16>
    %0 = tensor.empty() : tensor<2x2x2x24x16xbf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, 0, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x2x1x24x16xbf16>) outs(%0 : tensor<2x2x2x24x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x2x2x24x16xbf16>
    %collapsed = tensor.collapse_shape %1 [[0], [1, 2], [3], [4]] : tensor<2x2x2x24x16xbf16> into tensor<2x4x24x16xbf16>
    %expanded_3 = tensor.expand_shape %arg2 [[0], [1], [2, 3], [4]] output_shape [2, 2, 1, 24, 16] : tensor<2x2x24x16xbf16> into tensor<2x2x1x24x16xbf16>
    %2 = tensor.empty() : tensor<2x2x2x24x16xbf16>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, 0, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_3 : tensor<2x2x1x24x16xbf16>) outs(%2 : tensor<2x2x2x24x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x2x2x24x16xbf16>
    %4 = tensor.empty() : tensor<2x4x16x24xbf16>
    %5 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<2x4x24x16xbf16>) outs(%4 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed_4 = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x1x16xbf16> into tensor<8x1x16xbf16>
    %collapsed_5 = tensor.collapse_shape %5 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %6 = tensor.empty() : tensor<8x1x24xbf16>
    %7 = linalg.fill ins(%cst_2 : bf16) outs(%6 : tensor<8x1x24xbf16>) -> tensor<8x1x24xbf16>
    %8 = linalg.batch_matmul ins(%collapsed_4, %collapsed_5 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%7 : tensor<8x1x24xbf16>) -> tensor<8x1x24xbf16>
    %expanded_6 = tensor.expand_shape %8 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xbf16> into tensor<2x4x1x24xbf16>
    %9 = tensor.empty() : tensor<1xbf16>
    %10 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%9 : tensor<1xbf16>) {
    ^bb0(%out: bf16):
      linalg.yield %cst : bf16
    } -> tensor<1xbf16>
    %collapsed_7 = tensor.collapse_shape %10 [] : tensor<1xbf16> into tensor<bf16>
    %11 = tensor.empty() : tensor<2x4x1x24xbf16>
    %12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> ()>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_7 : tensor<bf16>) outs(%11 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x24xbf16>
    %13 = tensor.empty() : tensor<2x4x1x24xbf16>
    %14 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6, %12 : tensor<2x4x1x24xbf16>, tensor<2x4x1x24xbf16>) outs(%13 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %38 = arith.mulf %in, %in_14 : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x1x24xbf16>
    %15 = tensor.empty() : tensor<2x4x1x24xf32>
    %16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14 : tensor<2x4x1x24xbf16>) outs(%15 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %38 = arith.extf %in : bf16 to f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x24xf32>
    %17 = tensor.empty() : tensor<2x4x1xf32>
    %18 = linalg.fill ins(%cst_1 : f32) outs(%17 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %19 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%16 : tensor<2x4x1x24xf32>) outs(%18 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.maximumf %out, %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1xf32>
    %expanded_8 = tensor.expand_shape %19 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %20 = tensor.empty() : tensor<2x4x1x24xf32>
    %21 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<2x4x1x1xf32>) outs(%20 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %22 = tensor.empty() : tensor<2x4x1x24xf32>
    %23 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16, %21 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%22 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %38 = arith.subf %in, %in_14 : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x24xf32>
    %24 = tensor.empty() : tensor<2x4x1x24xf32>
    %25 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%23 : tensor<2x4x1x24xf32>) outs(%24 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = math.exp %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x24xf32>
    %26 = tensor.empty() : tensor<2x4x1xf32>
    %27 = linalg.fill ins(%cst_0 : f32) outs(%26 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %28 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%25 : tensor<2x4x1x24xf32>) outs(%27 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %out, %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1xf32>
    %expanded_9 = tensor.expand_shape %28 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %29 = tensor.empty() : tensor<2x4x1x24xf32>
    %30 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_9 : tensor<2x4x1x1xf32>) outs(%29 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %31 = tensor.empty() : tensor<2x4x1x24xf32>
    %32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%25, %30 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%31 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %38 = arith.divf %in, %in_14 : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x1x24xf32>
    %33 = tensor.empty() : tensor<2x4x1x24xbf16>
    %34 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%32 : tensor<2x4x1x24xf32>) outs(%33 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %38 = arith.truncf %in : f32 to bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x1x24xbf16>
    %collapsed_10 = tensor.collapse_shape %34 [[0, 1], [2], [3]] : tensor<2x4x1x24xbf16> into tensor<8x1x24xbf16>
    %collapsed_11 = tensor.collapse_shape %3 [[0, 1, 2], [3], [4]] : tensor<2x2x2x24x16xbf16> into tensor<8x24x16xbf16>
    %35 = tensor.empty() : tensor<8x1x16xbf16>
    %36 = linalg.fill ins(%cst_2 : bf16) outs(%35 : tensor<8x1x16xbf16>) -> tensor<8x1x16xbf16>
    %37 = linalg.batch_matmul ins(%collapsed_10, %collapsed_11 : tensor<8x1x24xbf16>, tensor<8x24x16xbf16>) outs(%36 : tensor<8x1x16xbf16>) -> tensor<8x1x16xbf16>
    %collapsed_12 = tensor.collapse_shape %37 [[0, 1, 2]] : tensor<8x1x16xbf16> into tensor<128xbf16>
    %expanded_13 = tensor.expand_shape %collapsed_12 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xbf16> into tensor<2x1x4x16xbf16>
    return %expanded_13 : tensor<2x1x4x16xbf16>
  }
}