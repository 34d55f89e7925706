module {
  func.func @main(%arg0: tensor<2x4x16xbf16>, %arg1: tensor<2x24x16xbf16>, %arg2: tensor<2x24x16xbf16>) -> tensor<2x4x16xbf16> {
    %cst = arith.constant 2.500000e-01 : bf16
    %cst_0 = arith.constant 0.000000e+00 : f32
    %cst_1 = arith.constant 0xFF800000 : f32
    %cst_2 = arith.constant 0.000000e+00 : bf16
    %expanded = tensor.expand_shape %arg1 [[0], [1, 2], [3]] output_shape [2, 1, 24, 16] : tensor<2x24x16xbf16> into tensor<2x1x24x16xbf16>
    %0 = tensor.empty() : tensor<2x16x24x1xbf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d2, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x1x24x16xbf16>) outs(%0 : tensor<2x16x24x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x16x24x1xbf16>
    %collapsed = tensor.collapse_shape %1 [[0], [1], [2, 3]] : tensor<2x16x24x1xbf16> into tensor<2x16x24xbf16>
    %2 = tensor.empty() : tensor<2x4x24xbf16>
    %3 = linalg.fill ins(%cst_2 : bf16) outs(%2 : tensor<2x4x24xbf16>) -> tensor<2x4x24xbf16>
    %4 = linalg.batch_matmul ins(%arg0, %collapsed : tensor<2x4x16xbf16>, tensor<2x16x24xbf16>) outs(%3 : tensor<2x4x24xbf16>) -> tensor<2x4x24xbf16>
    %5 = tensor.empty() : tensor<1xbf16>
    %6 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%5 : tensor<1xbf16>) {
    ^bb0(%out: bf16):
      linalg.yield %cst : bf16
    } -> tensor<1xbf16>
    %collapsed_3 = tensor.collapse_shape %6 [] : tensor<1xbf16> into tensor<bf16>
    %7 = tensor.empty() : tensor<2x4x24xbf16>
    %8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> ()>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_3 : tensor<bf16>) outs(%7 : tensor<2x4x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x24xbf16>
    %9 = tensor.empty() : tensor<2x4x24xbf16>
    %10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %8 : tensor<2x4x24xbf16>, tensor<2x4x24xbf16>) outs(%9 : tensor<2x4x24xbf16>) {
    ^bb0(%in: bf16, %in_8: bf16, %out: bf16):
      %38 = arith.mulf %in, %in_8 : bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x24xbf16>
    %11 = tensor.empty() : tensor<2x4x24xf32>
    %12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10 : tensor<2x4x24xbf16>) outs(%11 : tensor<2x4x24xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %38 = arith.extf %in : bf16 to f32
      linalg.yield %38 : f32
    } -> tensor<2x4x24xf32>
    %13 = tensor.empty() : tensor<2x4xf32>
    %14 = linalg.fill ins(%cst_1 : f32) outs(%13 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%12 : tensor<2x4x24xf32>) outs(%14 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.maximumf %out, %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4xf32>
    %expanded_4 = tensor.expand_shape %15 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %16 = tensor.empty() : tensor<2x4x24xf32>
    %17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_4 : tensor<2x4x1xf32>) outs(%16 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x24xf32>
    %18 = tensor.empty() : tensor<2x4x24xf32>
    %19 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12, %17 : tensor<2x4x24xf32>, tensor<2x4x24xf32>) outs(%18 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %38 = arith.subf %in, %in_8 : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x24xf32>
    %20 = tensor.empty() : tensor<2x4x24xf32>
    %21 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19 : tensor<2x4x24xf32>) outs(%20 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = math.exp %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x24xf32>
    %22 = tensor.empty() : tensor<2x4xf32>
    %23 = linalg.fill ins(%cst_0 : f32) outs(%22 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%21 : tensor<2x4x24xf32>) outs(%23 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %out, %in : f32
      linalg.yield %38 : f32
    } -> tensor<2x4xf32>
    %expanded_5 = tensor.expand_shape %24 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %25 = tensor.empty() : tensor<2x4x24xf32>
    %26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_5 : tensor<2x4x1xf32>) outs(%25 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x24xf32>
    %27 = tensor.empty() : tensor<2x4x24xf32>
    %28 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21, %26 : tensor<2x4x24xf32>, tensor<2x4x24xf32>) outs(%27 : tensor<2x4x24xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %38 = arith.divf %in, %in_8 : f32
      linalg.yield %38 : f32
    } -> tensor<2x4x24xf32>
    %29 = tensor.empty() : tensor<2x4x24xbf16>
    %30 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%28 : tensor<2x4x24xf32>) outs(%29 : tensor<2x4x24xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %38 = arith.truncf %in : f32 to bf16
      linalg.yield %38 : bf16
    } -> tensor<2x4x24xbf16>
    %expanded_6 = tensor.expand_shape %arg2 [[0], [1], [2, 3]] output_shape [2, 24, 16, 1] : tensor<2x24x16xbf16> into tensor<2x24x16x1xbf16>
    %31 = tensor.empty() : tensor<2x1x16x24xbf16>
    %32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d2, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<2x24x16x1xbf16>) outs(%31 : tensor<2x1x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x1x16x24xbf16>
    %33 = tensor.empty() : tensor<2x24x16x1xbf16>
    %34 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d2, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%32 : tensor<2x1x16x24xbf16>) outs(%33 : tensor<2x24x16x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x24x16x1xbf16>
    %collapsed_7 = tensor.collapse_shape %34 [[0], [1], [2, 3]] : tensor<2x24x16x1xbf16> into tensor<2x24x16xbf16>
    %35 = tensor.empty() : tensor<2x4x16xbf16>
    %36 = linalg.fill ins(%cst_2 : bf16) outs(%35 : tensor<2x4x16xbf16>) -> tensor<2x4x16xbf16>
    %37 = linalg.batch_matmul ins(%30, %collapsed_7 : tensor<2x4x24xbf16>, tensor<2x24x16xbf16>) outs(%36 : tensor<2x4x16xbf16>) -> tensor<2x4x16xbf16>
    return %37 : tensor<2x4x16xbf16>
  }
}