module {
  func.func @main(%arg0: tensor<2x4x1x16xbf16>, %arg1: tensor<2x1x24x16xbf16>, %arg2: tensor<2x1x24x16xbf16>) -> tensor<2x4x1x16xbf16> {
    %cst = arith.constant 5.000000e-01 : f32
    %true = arith.constant true
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x4x1x16xf32>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x1x16xbf16>) outs(%0 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %59 = arith.extf %in : bf16 to f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1x16xf32>
    %2 = tensor.empty() : tensor<2x1x24x16xf32>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x1x24x16xbf16>) outs(%2 : tensor<2x1x24x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %59 = arith.extf %in : bf16 to f32
      linalg.yield %59 : f32
    } -> tensor<2x1x24x16xf32>
    %4 = tensor.empty() : tensor<2x4x24x16xf32>
    %5 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3 : tensor<2x1x24x16xf32>) outs(%4 : tensor<2x4x24x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x24x16xf32>
    %6 = tensor.empty() : tensor<2x1x24x16xf32>
    %7 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x1x24x16xbf16>) outs(%6 : tensor<2x1x24x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %59 = arith.extf %in : bf16 to f32
      linalg.yield %59 : f32
    } -> tensor<2x1x24x16xf32>
    %8 = tensor.empty() : tensor<2x4x24x16xf32>
    %9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7 : tensor<2x1x24x16xf32>) outs(%8 : tensor<2x4x24x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x24x16xf32>
    %10 = tensor.empty() : tensor<1xf32>
    %11 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%10 : tensor<1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<1xf32>
    %collapsed = tensor.collapse_shape %11 [] : tensor<1xf32> into tensor<f32>
    %12 = tensor.empty() : tensor<2x4x1x16xf32>
    %13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> ()>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<f32>) outs(%12 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x16xf32>
    %14 = tensor.empty() : tensor<2x4x1x16xf32>
    %15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %13 : tensor<2x4x1x16xf32>, tensor<2x4x1x16xf32>) outs(%14 : tensor<2x4x1x16xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %59 = arith.mulf %in, %in_11 : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1x16xf32>
    %16 = tensor.empty() : tensor<2x4x16x24xf32>
    %17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%5 : tensor<2x4x24x16xf32>) outs(%16 : tensor<2x4x16x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16x24xf32>
    %18 = tensor.empty() : tensor<2x4x16x24xf32>
    %19 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> ()>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<f32>) outs(%18 : tensor<2x4x16x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16x24xf32>
    %20 = tensor.empty() : tensor<2x4x16x24xf32>
    %21 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17, %19 : tensor<2x4x16x24xf32>, tensor<2x4x16x24xf32>) outs(%20 : tensor<2x4x16x24xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %59 = arith.mulf %in, %in_11 : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x16x24xf32>
    %collapsed_2 = tensor.collapse_shape %15 [[0, 1], [2], [3]] : tensor<2x4x1x16xf32> into tensor<8x1x16xf32>
    %collapsed_3 = tensor.collapse_shape %21 [[0, 1], [2], [3]] : tensor<2x4x16x24xf32> into tensor<8x16x24xf32>
    %22 = tensor.empty() : tensor<8x1x24xf32>
    %23 = linalg.fill ins(%cst_1 : f32) outs(%22 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %24 = linalg.batch_matmul ins(%collapsed_2, %collapsed_3 : tensor<8x1x16xf32>, tensor<8x16x24xf32>) outs(%23 : tensor<8x1x24xf32>) -> tensor<8x1x24xf32>
    %expanded = tensor.expand_shape %24 [[0, 1], [2], [3]] output_shape [2, 4, 1, 24] : tensor<8x1x24xf32> into tensor<2x4x1x24xf32>
    %25 = tensor.empty() : tensor<2x4x1xf32>
    %26 = linalg.fill ins(%cst_0 : f32) outs(%25 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %27 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded : tensor<2x4x1x24xf32>) outs(%26 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %59 = arith.maximumf %out, %in : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1xf32>
    %expanded_4 = tensor.expand_shape %27 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %28 = tensor.empty() : tensor<2x4x1x24xf32>
    %29 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_4 : tensor<2x4x1x1xf32>) outs(%28 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %30 = tensor.empty() : tensor<2x4x1x24xf32>
    %31 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %29 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%30 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %59 = arith.subf %in, %in_11 : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1x24xf32>
    %32 = tensor.empty() : tensor<2x4x1x24xf32>
    %33 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%31 : tensor<2x4x1x24xf32>) outs(%32 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      %59 = math.exp %in : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1x24xf32>
    %34 = tensor.empty() : tensor<2x4x1xf32>
    %35 = linalg.fill ins(%cst_1 : f32) outs(%34 : tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
    %36 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%33 : tensor<2x4x1x24xf32>) outs(%35 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %59 = arith.addf %out, %in : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1xf32>
    %expanded_5 = tensor.expand_shape %36 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x1x1xf32>
    %37 = tensor.empty() : tensor<2x4x1x24xf32>
    %38 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_5 : tensor<2x4x1x1xf32>) outs(%37 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %39 = tensor.empty() : tensor<2x4x1x24xf32>
    %40 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%33, %38 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%39 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %59 = arith.divf %in, %in_11 : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1x24xf32>
    %41 = tensor.empty() : tensor<1xf32>
    %42 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%41 : tensor<1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_0 : f32
    } -> tensor<1xf32>
    %collapsed_6 = tensor.collapse_shape %42 [] : tensor<1xf32> into tensor<f32>
    %43 = tensor.empty() : tensor<2x4x1x24xf32>
    %44 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> ()>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_6 : tensor<f32>) outs(%43 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x24xf32>
    %45 = tensor.empty() : tensor<2x4x1x24xi1>
    %46 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %44 : tensor<2x4x1x24xf32>, tensor<2x4x1x24xf32>) outs(%45 : tensor<2x4x1x24xi1>) {
    ^bb0(%in: f32, %in_11: f32, %out: i1):
      %59 = arith.cmpf oeq, %in, %in_11 : f32
      linalg.yield %59 : i1
    } -> tensor<2x4x1x24xi1>
    %47 = tensor.empty() : tensor<2x4x1xi1>
    %48 = linalg.fill ins(%true : i1) outs(%47 : tensor<2x4x1xi1>) -> tensor<2x4x1xi1>
    %49 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%46 : tensor<2x4x1x24xi1>) outs(%48 : tensor<2x4x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %59 = arith.andi %out, %in : i1
      linalg.yield %59 : i1
    } -> tensor<2x4x1xi1>
    %expanded_7 = tensor.expand_shape %49 [[0], [1], [2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4x1xi1> into tensor<2x4x1x1xi1>
    %50 = tensor.empty() : tensor<2x4x1x24xi1>
    %51 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_7 : tensor<2x4x1x1xi1>) outs(%50 : tensor<2x4x1x24xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<2x4x1x24xi1>
    %52 = tensor.empty() : tensor<2x4x1x24xf32>
    %53 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%51, %40 : tensor<2x4x1x24xi1>, tensor<2x4x1x24xf32>) outs(%52 : tensor<2x4x1x24xf32>) {
    ^bb0(%in: i1, %in_11: f32, %out: f32):
      %59 = arith.select %in, %cst_1, %in_11 : f32
      linalg.yield %59 : f32
    } -> tensor<2x4x1x24xf32>
    %collapsed_8 = tensor.collapse_shape %53 [[0, 1], [2], [3]] : tensor<2x4x1x24xf32> into tensor<8x1x24xf32>
    %collapsed_9 = tensor.collapse_shape %9 [[0, 1], [2], [3]] : tensor<2x4x24x16xf32> into tensor<8x24x16xf32>
    %54 = tensor.empty() : tensor<8x1x16xf32>
    %55 = linalg.fill ins(%cst_1 : f32) outs(%54 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %56 = linalg.batch_matmul ins(%collapsed_8, %collapsed_9 : tensor<8x1x24xf32>, tensor<8x24x16xf32>) outs(%55 : tensor<8x1x16xf32>) -> tensor<8x1x16xf32>
    %57 = tensor.empty() : tensor<8x1x16xbf16>
    %58 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%56 : tensor<8x1x16xf32>) outs(%57 : tensor<8x1x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %59 = arith.truncf %in : f32 to bf16
      linalg.yield %59 : bf16
    } -> tensor<8x1x16xbf16>
    %expanded_10 = tensor.expand_shape %58 [[0, 1], [2], [3]] output_shape [2, 4, 1, 16] : tensor<8x1x16xbf16> into tensor<2x4x1x16xbf16>
    return %expanded_10 : tensor<2x4x1x16xbf16>
  }
}