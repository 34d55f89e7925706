module @jit__lambda {
  func.func @main(%arg0: tensor<2x1x4x16xbf16>, %arg1: tensor<2x24x2x16xbf16>, %arg2: tensor<2x24x2x16xbf16>, %arg3: tensor<4xbf16>) -> tensor<2x1x4x16xbf16> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF80 : bf16
    %cst_1 = arith.constant 2.500000e-01 : bf16
    %cst_2 = arith.constant 0.000000e+00 : bf16
    %0 = tensor.empty() : tensor<2x24x2x2x16xbf16>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x24x2x16xbf16>) outs(%0 : tensor<2x24x2x2x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x24x2x2x16xbf16>
    %collapsed = tensor.collapse_shape %1 [[0], [1], [2, 3], [4]] : tensor<2x24x2x2x16xbf16> into tensor<2x24x4x16xbf16>
    %2 = tensor.empty() : tensor<2x24x2x2x16xbf16>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x24x2x16xbf16>) outs(%2 : tensor<2x24x2x2x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x24x2x2x16xbf16>
    %collapsed_3 = tensor.collapse_shape %3 [[0], [1], [2, 3], [4]] : tensor<2x24x2x2x16xbf16> into tensor<2x24x4x16xbf16>
    %4 = tensor.empty() : tensor<2x4x16x24xbf16>
    %5 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<2x24x4x16xbf16>) outs(%4 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed_4 = tensor.collapse_shape %arg0 [[0, 1, 2, 3]] : tensor<2x1x4x16xbf16> into tensor<128xbf16>
    %expanded = tensor.expand_shape %collapsed_4 [[0, 1, 2]] output_shape [8, 1, 16] : tensor<128xbf16> into tensor<8x1x16xbf16>
    %collapsed_5 = tensor.collapse_shape %5 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %6 = tensor.empty() : tensor<8x1x24xbf16>
    %7 = linalg.fill ins(%cst_2 : bf16) outs(%6 : tensor<8x1x24xbf16>) -> tensor<8x1x24xbf16>
    %8 = linalg.batch_matmul ins(%expanded, %collapsed_5 : tensor<8x1x16xbf16>, tensor<8x16x24xbf16>) outs(%7 : tensor<8x1x24xbf16>) -> tensor<8x1x24xbf16>
    %expanded_6 = tensor.expand_shape %8 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xbf16> into tensor<2x4x1x24xbf16>
    %9 = tensor.empty() : tensor<2x4x1x24xbf16>
    %10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<2x4x1x24xbf16>) outs(%9 : tensor<2x4x1x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %39 = arith.mulf %in, %cst_1 : bf16
      linalg.yield %39 : bf16
    } -> tensor<2x4x1x24xbf16>
    %11 = tensor.empty() : tensor<2x4x1x1xbf16>
    %12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg3 : tensor<4xbf16>) outs(%11 : tensor<2x4x1x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x1xbf16>
    %13 = tensor.empty() : tensor<2x4x1x25xbf16>
    %inserted_slice = tensor.insert_slice %10 into %13[0, 0, 0, 0] [2, 4, 1, 24] [1, 1, 1, 1] : tensor<2x4x1x24xbf16> into tensor<2x4x1x25xbf16>
    %inserted_slice_7 = tensor.insert_slice %12 into %inserted_slice[0, 0, 0, 24] [2, 4, 1, 1] [1, 1, 1, 1] : tensor<2x4x1x1xbf16> into tensor<2x4x1x25xbf16>
    %14 = tensor.empty() : tensor<2x4x1xbf16>
    %15 = linalg.fill ins(%cst_0 : bf16) outs(%14 : tensor<2x4x1xbf16>) -> tensor<2x4x1xbf16>
    %16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%inserted_slice_7 : tensor<2x4x1x25xbf16>) outs(%15 : tensor<2x4x1xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %39 = arith.maximumf %out, %in : bf16
      linalg.yield %39 : bf16
    } -> tensor<2x4x1xbf16>
    %17 = tensor.empty() : tensor<2x4x1x25xbf16>
    %18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16 : tensor<2x4x1xbf16>) outs(%17 : tensor<2x4x1x25xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x25xbf16>
    %19 = tensor.empty() : tensor<2x4x1x25xbf16>
    %20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%inserted_slice_7, %18 : tensor<2x4x1x25xbf16>, tensor<2x4x1x25xbf16>) outs(%19 : tensor<2x4x1x25xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %39 = arith.subf %in, %in_14 : bf16
      linalg.yield %39 : bf16
    } -> tensor<2x4x1x25xbf16>
    %21 = tensor.empty() : tensor<2x4x1x25xbf16>
    %22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20 : tensor<2x4x1x25xbf16>) outs(%21 : tensor<2x4x1x25xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %39 = math.exp %in : bf16
      linalg.yield %39 : bf16
    } -> tensor<2x4x1x25xbf16>
    %23 = tensor.empty() : tensor<2x4x1x25xf32>
    %24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22 : tensor<2x4x1x25xbf16>) outs(%23 : tensor<2x4x1x25xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %39 = arith.extf %in : bf16 to f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1x25xf32>
    %25 = tensor.empty() : tensor<2x4x1xf32>
    %26 = linalg.fill ins(%cst : f32) outs(%25 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %27 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%24 : tensor<2x4x1x25xf32>) outs(%26 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.addf %out, %in : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x1xf32>
    %28 = tensor.empty() : tensor<2x4x1xbf16>
    %29 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27 : tensor<2x4x1xf32>) outs(%28 : tensor<2x4x1xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %39 = arith.truncf %in : f32 to bf16
      linalg.yield %39 : bf16
    } -> tensor<2x4x1xbf16>
    %expanded_8 = tensor.expand_shape %29 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xbf16> into tensor<2x4x1x1xbf16>
    %30 = tensor.empty() : tensor<2x4x1x25xbf16>
    %31 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<2x4x1x1xbf16>) outs(%30 : tensor<2x4x1x25xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x1x25xbf16>
    %32 = tensor.empty() : tensor<2x4x1x25xbf16>
    %33 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22, %31 : tensor<2x4x1x25xbf16>, tensor<2x4x1x25xbf16>) outs(%32 : tensor<2x4x1x25xbf16>) {
    ^bb0(%in: bf16, %in_14: bf16, %out: bf16):
      %39 = arith.divf %in, %in_14 : bf16
      linalg.yield %39 : bf16
    } -> tensor<2x4x1x25xbf16>
    %extracted_slice = tensor.extract_slice %33[0, 0, 0, 0] [2, 4, 1, 24] [1, 1, 1, 1] : tensor<2x4x1x25xbf16> to tensor<2x4x1x24xbf16>
    %34 = tensor.empty() : tensor<2x4x16x24xbf16>
    %35 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_3 : tensor<2x24x4x16xbf16>) outs(%34 : tensor<2x4x16x24xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x4x16x24xbf16>
    %collapsed_9 = tensor.collapse_shape %35 [[0, 1], [2], [3]] : tensor<2x4x16x24xbf16> into tensor<8x16x24xbf16>
    %collapsed_10 = tensor.collapse_shape %extracted_slice [[0, 1, 2, 3]] : tensor<2x4x1x24xbf16> into tensor<192xbf16>
    %expanded_11 = tensor.expand_shape %collapsed_10 [[0, 1, 2]] output_shape [8, 24, 1] : tensor<192xbf16> into tensor<8x24x1xbf16>
    %36 = tensor.empty() : tensor<8x16x1xbf16>
    %37 = linalg.fill ins(%cst_2 : bf16) outs(%36 : tensor<8x16x1xbf16>) -> tensor<8x16x1xbf16>
    %38 = linalg.batch_matmul ins(%collapsed_9, %expanded_11 : tensor<8x16x24xbf16>, tensor<8x24x1xbf16>) outs(%37 : tensor<8x16x1xbf16>) -> tensor<8x16x1xbf16>
    %collapsed_12 = tensor.collapse_shape %38 [[0, 1, 2]] : tensor<8x16x1xbf16> into tensor<128xbf16>
    %expanded_13 = tensor.expand_shape %collapsed_12 [[0, 1, 2, 3]] output_shape [2, 1, 4, 16] : tensor<128xbf16> into tensor<2x1x4x16xbf16>
    return %expanded_13 : tensor<2x1x4x16xbf16>
  }
}