#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map5 = affine_map<(d0) -> (d0)>
#map6 = affine_map<(d0, d1, d2, d3) -> ()>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, 0)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#map9 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
module {
  func.func @main(%arg0: tensor<1x1x64xf16>, %arg1: tensor<1x1x16xf16>, %arg2: tensor<1x1x16xf16>, %arg3: tensor<1x1x1x16xf16>, %arg4: tensor<1x2x16x16xf16>, %arg5: tensor<1x2x16x16xf16>, %arg6: tensor<i64>) -> (tensor<1x1x64xf16>, tensor<1x2x16x16xf16>, tensor<1x2x16x16xf16>) {
    %c2_i64 = arith.constant 2 : i64
    %c0_i64 = arith.constant 0 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<1x4x1x16xf32>
    %cst_2 = arith.constant dense_resource<torch_tensor_64_64_torch.float16_1> : tensor<64x64xf16>
    %cst_3 = arith.constant 0xFFF0000000000000 : f64
    %cst_4 = arith.constant dense_resource<torch_tensor_32_64_torch.float16_1> : tensor<32x64xf16>
    %cst_5 = arith.constant dense_resource<torch_tensor_16_torch.float16_1> : tensor<16xf16>
    %cst_6 = arith.constant dense_resource<torch_tensor_32_64_torch.float16> : tensor<32x64xf16>
    %cst_7 = arith.constant dense_resource<torch_tensor_16_torch.float16> : tensor<16xf16>
    %cst_8 = arith.constant 9.9999999999999995E-7 : f64
    %cst_9 = arith.constant dense_resource<torch_tensor_64_64_torch.float16> : tensor<64x64xf16>
    %cst_10 = arith.constant 1.600000e+01 : f32
    %cst_11 = arith.constant 5.000000e-01 : f32
    %0 = tensor.empty() : tensor<64x64xf16>
    %transposed = linalg.transpose ins(%cst_9 : tensor<64x64xf16>) outs(%0 : tensor<64x64xf16>) permutation = [1, 0] 
    %collapsed = tensor.collapse_shape %arg0 [[0], [1, 2]] : tensor<1x1x64xf16> into tensor<1x64xf16>
    %1 = tensor.empty() : tensor<1x64xf32>
    %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<1x64xf32>) -> tensor<1x64xf32>
    %3 = linalg.matmul ins(%collapsed, %transposed : tensor<1x64xf16>, tensor<64x64xf16>) outs(%2 : tensor<1x64xf32>) -> tensor<1x64xf32>
    %4 = tensor.empty() : tensor<1x64xf16>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1x64xf32>) outs(%4 : tensor<1x64xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x64xf16>
    %expanded = tensor.expand_shape %5 [[0], [1, 2, 3]] output_shape [1, 1, 4, 16] : tensor<1x64xf16> into tensor<1x1x4x16xf16>
    %6 = tensor.empty() : tensor<1x1x4x16xf32>
    %7 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<1x1x4x16xf16>) outs(%6 : tensor<1x1x4x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %94 = arith.extf %in : f16 to f32
      linalg.yield %94 : f32
    } -> tensor<1x1x4x16xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7 : tensor<1x1x4x16xf32>) outs(%6 : tensor<1x1x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %94 : f32
    } -> tensor<1x1x4x16xf32>
    %9 = tensor.empty() : tensor<1x1x4x1xf32>
    %10 = linalg.fill ins(%cst : f32) outs(%9 : tensor<1x1x4x1xf32>) -> tensor<1x1x4x1xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%8 : tensor<1x1x4x16xf32>) outs(%10 : tensor<1x1x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.addf %in, %out : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x4x1xf32>
    %12 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11 : tensor<1x1x4x1xf32>) outs(%9 : tensor<1x1x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.divf %in, %cst_10 : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x4x1xf32>
    %13 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12 : tensor<1x1x4x1xf32>) outs(%9 : tensor<1x1x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.truncf %cst_8 : f64 to f32
      %95 = arith.addf %in, %94 : f32
      linalg.yield %95 : f32
    } -> tensor<1x1x4x1xf32>
    %14 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<1x1x4x1xf32>) outs(%9 : tensor<1x1x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = math.rsqrt %in : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x4x1xf32>
    %15 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7, %14 : tensor<1x1x4x16xf32>, tensor<1x1x4x1xf32>) outs(%6 : tensor<1x1x4x16xf32>) {
    ^bb0(%in: f32, %in_40: f32, %out: f32):
      %94 = arith.mulf %in, %in_40 : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x4x16xf32>
    %16 = tensor.empty() : tensor<1x1x4x16xf16>
    %17 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<1x1x4x16xf32>) outs(%16 : tensor<1x1x4x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x1x4x16xf16>
    %18 = linalg.generic {indexing_maps = [#map3, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_7, %17 : tensor<16xf16>, tensor<1x1x4x16xf16>) outs(%16 : tensor<1x1x4x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.mulf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x1x4x16xf16>
    %19 = tensor.empty() : tensor<1x4x1x16xf16>
    %transposed_12 = linalg.transpose ins(%18 : tensor<1x1x4x16xf16>) outs(%19 : tensor<1x4x1x16xf16>) permutation = [0, 2, 1, 3] 
    %20 = tensor.empty() : tensor<64x32xf16>
    %transposed_13 = linalg.transpose ins(%cst_6 : tensor<32x64xf16>) outs(%20 : tensor<64x32xf16>) permutation = [1, 0] 
    %21 = tensor.empty() : tensor<1x32xf32>
    %22 = linalg.fill ins(%cst : f32) outs(%21 : tensor<1x32xf32>) -> tensor<1x32xf32>
    %23 = linalg.matmul ins(%collapsed, %transposed_13 : tensor<1x64xf16>, tensor<64x32xf16>) outs(%22 : tensor<1x32xf32>) -> tensor<1x32xf32>
    %24 = tensor.empty() : tensor<1x32xf16>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<1x32xf32>) outs(%24 : tensor<1x32xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x32xf16>
    %expanded_14 = tensor.expand_shape %25 [[0], [1, 2, 3]] output_shape [1, 1, 2, 16] : tensor<1x32xf16> into tensor<1x1x2x16xf16>
    %26 = tensor.empty() : tensor<1x1x2x16xf32>
    %27 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_14 : tensor<1x1x2x16xf16>) outs(%26 : tensor<1x1x2x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %94 = arith.extf %in : f16 to f32
      linalg.yield %94 : f32
    } -> tensor<1x1x2x16xf32>
    %28 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%27 : tensor<1x1x2x16xf32>) outs(%26 : tensor<1x1x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %94 : f32
    } -> tensor<1x1x2x16xf32>
    %29 = tensor.empty() : tensor<1x1x2x1xf32>
    %30 = linalg.fill ins(%cst : f32) outs(%29 : tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xf32>
    %31 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%28 : tensor<1x1x2x16xf32>) outs(%30 : tensor<1x1x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.addf %in, %out : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x2x1xf32>
    %32 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%31 : tensor<1x1x2x1xf32>) outs(%29 : tensor<1x1x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.divf %in, %cst_10 : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x2x1xf32>
    %33 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%32 : tensor<1x1x2x1xf32>) outs(%29 : tensor<1x1x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.truncf %cst_8 : f64 to f32
      %95 = arith.addf %in, %94 : f32
      linalg.yield %95 : f32
    } -> tensor<1x1x2x1xf32>
    %34 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%33 : tensor<1x1x2x1xf32>) outs(%29 : tensor<1x1x2x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = math.rsqrt %in : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x2x1xf32>
    %35 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%27, %34 : tensor<1x1x2x16xf32>, tensor<1x1x2x1xf32>) outs(%26 : tensor<1x1x2x16xf32>) {
    ^bb0(%in: f32, %in_40: f32, %out: f32):
      %94 = arith.mulf %in, %in_40 : f32
      linalg.yield %94 : f32
    } -> tensor<1x1x2x16xf32>
    %36 = tensor.empty() : tensor<1x1x2x16xf16>
    %37 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%35 : tensor<1x1x2x16xf32>) outs(%36 : tensor<1x1x2x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x1x2x16xf16>
    %38 = linalg.generic {indexing_maps = [#map3, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_5, %37 : tensor<16xf16>, tensor<1x1x2x16xf16>) outs(%36 : tensor<1x1x2x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.mulf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x1x2x16xf16>
    %39 = tensor.empty() : tensor<1x2x1x16xf16>
    %transposed_15 = linalg.transpose ins(%38 : tensor<1x1x2x16xf16>) outs(%39 : tensor<1x2x1x16xf16>) permutation = [0, 2, 1, 3] 
    %transposed_16 = linalg.transpose ins(%cst_4 : tensor<32x64xf16>) outs(%20 : tensor<64x32xf16>) permutation = [1, 0] 
    %40 = linalg.matmul ins(%collapsed, %transposed_16 : tensor<1x64xf16>, tensor<64x32xf16>) outs(%22 : tensor<1x32xf32>) -> tensor<1x32xf32>
    %41 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%40 : tensor<1x32xf32>) outs(%24 : tensor<1x32xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x32xf16>
    %expanded_17 = tensor.expand_shape %41 [[0], [1, 2, 3]] output_shape [1, 1, 2, 16] : tensor<1x32xf16> into tensor<1x1x2x16xf16>
    %transposed_18 = linalg.transpose ins(%expanded_17 : tensor<1x1x2x16xf16>) outs(%39 : tensor<1x2x1x16xf16>) permutation = [0, 2, 1, 3] 
    %expanded_19 = tensor.expand_shape %arg1 [[0], [1, 2], [3]] output_shape [1, 1, 1, 16] : tensor<1x1x16xf16> into tensor<1x1x1x16xf16>
    %expanded_20 = tensor.expand_shape %arg2 [[0], [1, 2], [3]] output_shape [1, 1, 1, 16] : tensor<1x1x16xf16> into tensor<1x1x1x16xf16>
    %42 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed_12, %expanded_19 : tensor<1x4x1x16xf16>, tensor<1x1x1x16xf16>) outs(%19 : tensor<1x4x1x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.mulf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x4x1x16xf16>
    %extracted_slice = tensor.extract_slice %transposed_12[0, 0, 0, 0] [1, 4, 1, 8] [1, 1, 1, 1] : tensor<1x4x1x16xf16> to tensor<1x4x1x8xf16>
    %extracted_slice_21 = tensor.extract_slice %transposed_12[0, 0, 0, 8] [1, 4, 1, 8] [1, 1, 1, 1] : tensor<1x4x1x16xf16> to tensor<1x4x1x8xf16>
    %43 = tensor.empty() : tensor<1x4x1x8xf16>
    %44 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice_21 : tensor<1x4x1x8xf16>) outs(%43 : tensor<1x4x1x8xf16>) {
    ^bb0(%in: f16, %out: f16):
      %94 = arith.negf %in : f16
      linalg.yield %94 : f16
    } -> tensor<1x4x1x8xf16>
    %concat = tensor.concat dim(3) %44, %extracted_slice : (tensor<1x4x1x8xf16>, tensor<1x4x1x8xf16>) -> tensor<1x4x1x16xf16>
    %45 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%concat, %expanded_20 : tensor<1x4x1x16xf16>, tensor<1x1x1x16xf16>) outs(%19 : tensor<1x4x1x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.mulf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x4x1x16xf16>
    %46 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%42, %45 : tensor<1x4x1x16xf16>, tensor<1x4x1x16xf16>) outs(%19 : tensor<1x4x1x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.addf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x4x1x16xf16>
    %47 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed_15, %expanded_19 : tensor<1x2x1x16xf16>, tensor<1x1x1x16xf16>) outs(%39 : tensor<1x2x1x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.mulf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x2x1x16xf16>
    %extracted_slice_22 = tensor.extract_slice %transposed_15[0, 0, 0, 0] [1, 2, 1, 8] [1, 1, 1, 1] : tensor<1x2x1x16xf16> to tensor<1x2x1x8xf16>
    %extracted_slice_23 = tensor.extract_slice %transposed_15[0, 0, 0, 8] [1, 2, 1, 8] [1, 1, 1, 1] : tensor<1x2x1x16xf16> to tensor<1x2x1x8xf16>
    %48 = tensor.empty() : tensor<1x2x1x8xf16>
    %49 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice_23 : tensor<1x2x1x8xf16>) outs(%48 : tensor<1x2x1x8xf16>) {
    ^bb0(%in: f16, %out: f16):
      %94 = arith.negf %in : f16
      linalg.yield %94 : f16
    } -> tensor<1x2x1x8xf16>
    %concat_24 = tensor.concat dim(3) %49, %extracted_slice_22 : (tensor<1x2x1x8xf16>, tensor<1x2x1x8xf16>) -> tensor<1x2x1x16xf16>
    %50 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%concat_24, %expanded_20 : tensor<1x2x1x16xf16>, tensor<1x1x1x16xf16>) outs(%39 : tensor<1x2x1x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.mulf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x2x1x16xf16>
    %51 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%47, %50 : tensor<1x2x1x16xf16>, tensor<1x2x1x16xf16>) outs(%39 : tensor<1x2x1x16xf16>) {
    ^bb0(%in: f16, %in_40: f16, %out: f16):
      %94 = arith.addf %in, %in_40 : f16
      linalg.yield %94 : f16
    } -> tensor<1x2x1x16xf16>
    %52 = tensor.empty() : tensor<16xi64>
    %53 = linalg.generic {indexing_maps = [#map5], iterator_types = ["parallel"]} outs(%52 : tensor<16xi64>) {
    ^bb0(%out: i64):
      %94 = linalg.index 0 : index
      %95 = arith.index_cast %94 : index to i64
      linalg.yield %95 : i64
    } -> tensor<16xi64>
    %expanded_25 = tensor.expand_shape %53 [[0, 1, 2, 3]] output_shape [1, 1, 16, 1] : tensor<16xi64> into tensor<1x1x16x1xi64>
    %54 = tensor.empty() : tensor<1x1x16x1xi1>
    %55 = linalg.generic {indexing_maps = [#map1, #map6, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_25, %arg6 : tensor<1x1x16x1xi64>, tensor<i64>) outs(%54 : tensor<1x1x16x1xi1>) {
    ^bb0(%in: i64, %in_40: i64, %out: i1):
      %94 = arith.cmpi eq, %in, %in_40 : i64
      linalg.yield %94 : i1
    } -> tensor<1x1x16x1xi1>
    %56 = tensor.empty() : tensor<1x2x16x16xf16>
    %57 = linalg.generic {indexing_maps = [#map7, #map8, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%55, %51, %arg4 : tensor<1x1x16x1xi1>, tensor<1x2x1x16xf16>, tensor<1x2x16x16xf16>) outs(%56 : tensor<1x2x16x16xf16>) {
    ^bb0(%in: i1, %in_40: f16, %in_41: f16, %out: f16):
      %94 = arith.select %in, %in_40, %in_41 : f16
      linalg.yield %94 : f16
    } -> tensor<1x2x16x16xf16>
    %58 = linalg.generic {indexing_maps = [#map7, #map8, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%55, %transposed_18, %arg5 : tensor<1x1x16x1xi1>, tensor<1x2x1x16xf16>, tensor<1x2x16x16xf16>) outs(%56 : tensor<1x2x16x16xf16>) {
    ^bb0(%in: i1, %in_40: f16, %in_41: f16, %out: f16):
      %94 = arith.select %in, %in_40, %in_41 : f16
      linalg.yield %94 : f16
    } -> tensor<1x2x16x16xf16>
    %59 = tensor.empty() : tensor<1x2x2x16x16xf16>
    %60 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%57 : tensor<1x2x16x16xf16>) outs(%59 : tensor<1x2x2x16x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<1x2x2x16x16xf16>
    %collapsed_26 = tensor.collapse_shape %60 [[0], [1, 2], [3], [4]] : tensor<1x2x2x16x16xf16> into tensor<1x4x16x16xf16>
    %61 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%58 : tensor<1x2x16x16xf16>) outs(%59 : tensor<1x2x2x16x16xf16>) {
    ^bb0(%in: f16, %out: f16):
      linalg.yield %in : f16
    } -> tensor<1x2x2x16x16xf16>
    %collapsed_27 = tensor.collapse_shape %61 [[0], [1, 2], [3], [4]] : tensor<1x2x2x16x16xf16> into tensor<1x4x16x16xf16>
    %62 = tensor.empty() : tensor<1x4x1x16xf32>
    %63 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%46 : tensor<1x4x1x16xf16>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %94 = arith.extf %in : f16 to f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x16xf32>
    %64 = tensor.empty() : tensor<1x4x16x16xf32>
    %65 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_26 : tensor<1x4x16x16xf16>) outs(%64 : tensor<1x4x16x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %94 = arith.extf %in : f16 to f32
      linalg.yield %94 : f32
    } -> tensor<1x4x16x16xf32>
    %66 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_27 : tensor<1x4x16x16xf16>) outs(%64 : tensor<1x4x16x16xf32>) {
    ^bb0(%in: f16, %out: f32):
      %94 = arith.extf %in : f16 to f32
      linalg.yield %94 : f32
    } -> tensor<1x4x16x16xf32>
    %67 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%63 : tensor<1x4x1x16xf32>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.mulf %in, %cst_11 : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x16xf32>
    %transposed_28 = linalg.transpose ins(%65 : tensor<1x4x16x16xf32>) outs(%64 : tensor<1x4x16x16xf32>) permutation = [0, 1, 3, 2] 
    %68 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed_28 : tensor<1x4x16x16xf32>) outs(%64 : tensor<1x4x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.mulf %in, %cst_11 : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x16x16xf32>
    %collapsed_29 = tensor.collapse_shape %67 [[0, 1], [2], [3]] : tensor<1x4x1x16xf32> into tensor<4x1x16xf32>
    %collapsed_30 = tensor.collapse_shape %68 [[0, 1], [2], [3]] : tensor<1x4x16x16xf32> into tensor<4x16x16xf32>
    %69 = tensor.empty() : tensor<4x1x16xf32>
    %70 = linalg.fill ins(%cst : f32) outs(%69 : tensor<4x1x16xf32>) -> tensor<4x1x16xf32>
    %71 = linalg.batch_matmul ins(%collapsed_29, %collapsed_30 : tensor<4x1x16xf32>, tensor<4x16x16xf32>) outs(%70 : tensor<4x1x16xf32>) -> tensor<4x1x16xf32>
    %expanded_31 = tensor.expand_shape %71 [[0, 1], [2], [3]] output_shape [1, 4, 1, 16] : tensor<4x1x16xf32> into tensor<1x4x1x16xf32>
    %72 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_31, %arg3 : tensor<1x4x1x16xf32>, tensor<1x1x1x16xf16>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: f32, %in_40: f16, %out: f32):
      %94 = arith.extf %in_40 : f16 to f32
      %95 = arith.addf %in, %94 : f32
      linalg.yield %95 : f32
    } -> tensor<1x4x1x16xf32>
    %73 = tensor.empty() : tensor<1x4x1xi64>
    %74 = linalg.fill ins(%c0_i64 : i64) outs(%73 : tensor<1x4x1xi64>) -> tensor<1x4x1xi64>
    %75 = tensor.empty() : tensor<1x4x1xf32>
    %76 = linalg.fill ins(%cst_0 : f32) outs(%75 : tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
    %77:2 = linalg.generic {indexing_maps = [#map1, #map11, #map11], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%72 : tensor<1x4x1x16xf32>) outs(%76, %74 : tensor<1x4x1xf32>, tensor<1x4x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_40: i64):
      %94 = linalg.index 3 : index
      %95 = arith.index_cast %94 : index to i64
      %96 = arith.maximumf %in, %out : f32
      %97 = arith.cmpf ogt, %in, %out : f32
      %98 = arith.select %97, %95, %out_40 : i64
      linalg.yield %96, %98 : f32, i64
    } -> (tensor<1x4x1xf32>, tensor<1x4x1xi64>)
    %expanded_32 = tensor.expand_shape %77#0 [[0], [1], [2, 3]] output_shape [1, 4, 1, 1] : tensor<1x4x1xf32> into tensor<1x4x1x1xf32>
    %78 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%72, %expanded_32 : tensor<1x4x1x16xf32>, tensor<1x4x1x1xf32>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: f32, %in_40: f32, %out: f32):
      %94 = arith.subf %in, %in_40 : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x16xf32>
    %79 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%78 : tensor<1x4x1x16xf32>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = math.exp %in : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x16xf32>
    %80 = tensor.empty() : tensor<1x4x1x1xf32>
    %81 = linalg.fill ins(%cst : f32) outs(%80 : tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xf32>
    %82 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%79 : tensor<1x4x1x16xf32>) outs(%81 : tensor<1x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.addf %in, %out : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x1xf32>
    %83 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%79, %82 : tensor<1x4x1x16xf32>, tensor<1x4x1x1xf32>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: f32, %in_40: f32, %out: f32):
      %94 = arith.divf %in, %in_40 : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x16xf32>
    %84 = tensor.empty() : tensor<1x4x1x16xi1>
    %85 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%72 : tensor<1x4x1x16xf32>) outs(%84 : tensor<1x4x1x16xi1>) {
    ^bb0(%in: f32, %out: i1):
      %94 = arith.extf %in : f32 to f64
      %95 = arith.cmpf oeq, %94, %cst_3 : f64
      linalg.yield %95 : i1
    } -> tensor<1x4x1x16xi1>
    %86 = tensor.empty() : tensor<1x4x1x1xi1>
    %87 = linalg.fill ins(%true : i1) outs(%86 : tensor<1x4x1x1xi1>) -> tensor<1x4x1x1xi1>
    %88 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%85 : tensor<1x4x1x16xi1>) outs(%87 : tensor<1x4x1x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %94 = arith.andi %in, %out : i1
      linalg.yield %94 : i1
    } -> tensor<1x4x1x1xi1>
    %89 = linalg.generic {indexing_maps = [#map2, #map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%88, %cst_1, %83 : tensor<1x4x1x1xi1>, tensor<1x4x1x16xf32>, tensor<1x4x1x16xf32>) outs(%62 : tensor<1x4x1x16xf32>) {
    ^bb0(%in: i1, %in_40: f32, %in_41: f32, %out: f32):
      %94 = arith.select %in, %in_40, %in_41 : f32
      linalg.yield %94 : f32
    } -> tensor<1x4x1x16xf32>
    %collapsed_33 = tensor.collapse_shape %89 [[0, 1], [2], [3]] : tensor<1x4x1x16xf32> into tensor<4x1x16xf32>
    %collapsed_34 = tensor.collapse_shape %66 [[0, 1], [2], [3]] : tensor<1x4x16x16xf32> into tensor<4x16x16xf32>
    %90 = linalg.batch_matmul ins(%collapsed_33, %collapsed_34 : tensor<4x1x16xf32>, tensor<4x16x16xf32>) outs(%70 : tensor<4x1x16xf32>) -> tensor<4x1x16xf32>
    %expanded_35 = tensor.expand_shape %90 [[0, 1], [2], [3]] output_shape [1, 4, 1, 16] : tensor<4x1x16xf32> into tensor<1x4x1x16xf32>
    %91 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_35 : tensor<1x4x1x16xf32>) outs(%19 : tensor<1x4x1x16xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x4x1x16xf16>
    %transposed_36 = linalg.transpose ins(%91 : tensor<1x4x1x16xf16>) outs(%16 : tensor<1x1x4x16xf16>) permutation = [0, 2, 1, 3] 
    %transposed_37 = linalg.transpose ins(%cst_2 : tensor<64x64xf16>) outs(%0 : tensor<64x64xf16>) permutation = [1, 0] 
    %collapsed_38 = tensor.collapse_shape %transposed_36 [[0], [1, 2, 3]] : tensor<1x1x4x16xf16> into tensor<1x64xf16>
    %92 = linalg.matmul ins(%collapsed_38, %transposed_37 : tensor<1x64xf16>, tensor<64x64xf16>) outs(%2 : tensor<1x64xf32>) -> tensor<1x64xf32>
    %93 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%92 : tensor<1x64xf32>) outs(%4 : tensor<1x64xf16>) {
    ^bb0(%in: f32, %out: f16):
      %94 = arith.truncf %in : f32 to f16
      linalg.yield %94 : f16
    } -> tensor<1x64xf16>
    %expanded_39 = tensor.expand_shape %93 [[0], [1, 2]] output_shape [1, 1, 64] : tensor<1x64xf16> into tensor<1x1x64xf16>
    return %expanded_39, %57, %58 : tensor<1x1x64xf16>, tensor<1x2x16x16xf16>, tensor<1x2x16x16xf16>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_64_64_torch.float16_1: "0x020000003C24D32A8B2809287BA67C2FBFAE313414A3F4A98C3103B21D300BAA9717BF2C0AA7EC2C9AA6432D59AF3E2FCB9AA03507B4AC308B2AE82A222FD8A48B2A31B29EB006B12DB2EF33503207B3203173AEECAB2AADDCB6E9B09D30FB2AED2C88AD3BB155AC1FA336323B2DFA31DDB3362E0FA3A72C8E25AFAD349541A4212F722EFD9D052FE231383362AF2324EA335BB01732A73131ACFDA5722769AFD32D243168A64926ADAFB12B0CA7ABAC6A2DFAAB83290329EDAE8B35E7303AA49C311BB0F829A732A69B023261B3B3AE0C30BDB0292B7E28BFB329341EA96EB456A805B146AAA32CA62CB6A55DA9DE2C7910B8B3C7AC6F31841EC6AD7C2F17B45E2C85B4AD2C2D2FE3A2452D552F88AC5A343F285FAD39A96DAFEF305FAD8E2FEBA401AF2AB29F1D1AAD2FA68324EB32EDB486293AB202B1443467368AB28936122DB8303CB4253282B4BBAA1B3138B00EA0902C38314933A4AAD4AF9BB1512CF7307C9DBAB276B133B1A9ACD729DD19FDB034AEDE31A4B028B4C3B101ADFF2AB3AE622C4D2C8DA55123A5A1E2B03123522CA5B40FAF7BB4E8342E2B543051AD07357334BFB1F6B1FEAD772BE1AD1CB030AC57A5AA1C58B0D0AE780FD2B413AF68A7AC2E192B8435DCB1D933AA2F402D18ADBE9601A1892C2E323CB4CA2D8DB2642F50B0662FD8B1DCB176AE15B274B4602DB9AC72265DAD0C2B78310C295D29FA28EDAFF2B2ED32552D0FB48AB008A85C26A1B0683764AE012CBCA46B28D0B0023367ACF6A8962AF0A82FB3D1ACF02F80ABB02C86A958AC512C472FC9B430AB7229F230B5A7DCADB7AEC62EF72CE52F7EABF32B47B5E02FB134C2B36832F89F82AEEBA91A2DF9B1469CBD2D82B1E021462BD027E5B0272D691F94AF64AD41317328A831A629E1298A2A5FB30CB099AAD535D52DDAB354A7E030F1AA3DAE61B28814D23157AE9616D9B031B579A67331AAB0A82DB3AF07AC189B5C28442CA21A56348930BF249F2960B2CCB220AE542798ADEE335D338AADB12B2332672DCB300FB68C2E5A2F7725ADA8621E4FB4C7305F333BB40F2D92A7EFB38430CDB13D2B87317C2CD82C7BAF20B73C3025AB453536AE19293DB43EA54C332CABC5AF4A336231E724102CED2E7B31E826673226B12B32441557B04DB2933269309DB35B34AF3073302C2919AD2930EBA7AB2E19327DA53DAE4C3179AE8C9D5EAC342E4DAFF3B524AC5FAEFB23052DB52FFD316928E2AC90B1822A84B0CBABB6AC4B311CB315AF072E6EB1B0A55F343AAF482E1EB094304DA99F322E32C02CDD3155355D343F312E359EAE1235DAAC7A2C8CA0F9B13F2C2C3036AB8032D93368AA342FAF2EE82E39340BB48F30CD30339F37B23D252AB3AEAF29335AB3D92A132922AE89AC7022192AB0A2CE275D2CA83378ACF92BB2350BACCC2DC4B307280DB42DB41A2878B532278C34BE2EE7AE802840B4AF2831100BB23BAFF6AC561EF2A2612F81ADB12C6129442C5D30D934C32DED2D5BACEAAF1F3672AA221EFFA46229342EA43012A4C0A22A35F3337DAEB8302928602AB92162347DB297300C2B44A5CE336DB56C2A082914B45C24DDB588AB2630F83484B411335CB4DAAC0EB366B0E9ADC7A60BB43FB052AF0E346EAA349F12276C2CEEA0B6AE832A2030DE8FBEB2F0A35B3248305A2F93B05B319F27BAA466AD3FACC93145B1522AFC2C5329EB30F035F0330C30E1B1582ACCA1EEB38AAC2FAC09B2282E153438B40331CA2E02304830452B832C73B2672D6CB41CB4DB310D3228343533DBB2FFAE6530A6B0B6AFA4B0052E77B0C6AFE8ADA92D61B071B4E0AF9E3150ADC7967833F92C43317133BBAB572ADAA8D42727A132AE9220BB3135AB762C1BB2A6A677329C2B57A7111EB4B262AD17B5C1AABD3234B3D634C9B5EBA4C42EADAE762CE730542E48B2633592A430185D27F31B6C3427B1FEA8BBB0C6AD5E2E2EB2DB2120304332D2256CAFB4AECF2D41A692B24E3315AEA22D21AB962D8226D7AF7AAF5D327C2D09A2A8A62F2DFC25E8B1282C9EAD432CF4333A2B78324CAC722973311AAC51B48F31262F70A52CAE4FB1552034B0782AB9B27818C629A432C0A60A2C93B2B92E83ADE3B299253CB1B9330B2D1EB4BBB33BA8A3B0552A763405A3BF21E62AE2A80FAC6030C32F6C22C52C7D32C925CA2B102F0D3161AD892FF8B29AA66526FFA7B72B30323BB00AB1C02EEB27F3AFEE330C338C2961A202357A2CBE312432D03548309AB28E340CB2A1A945B67EB596B343AE772C11B167AF7FB0382B11ABFFAD6BAFBEB10831B12DCD2BDC28EC31A8B11035A22517312E2F4729A132B7B5042D97A2762A4927BA321F30B3B2E1B183286C890E35D628DFA53F34EC2E842678A315A9AC32D930EBA01A230529D0324F2BFFB4FD2E942D7DADDFAF14AEC034143390311B310C3164308DA8E22E48B23FACECB323340BB00534A2316C267531E33315B2C7302134912033A9CEA070AC35322F2843310B0E25B402B2DA32032C1B3099348C2F30AED92E30AB24AEB72D2C256A3456B2DFB20037EDA1FC3111AEF7AFDF3314AEAF301A36A9AE17B509B090A14BA91C23FE31AA33FC2ED9300A2991B0D7B21CA1E7B02A24E52A79B01CB170B52AB1A63359A0102508B488326E31702C84B34A9FF22C6BB0D02E362D412849A2DB24CB30172E8BA6D22ED5AF7434B02DEE2836B435A85B32A4B05EAC982C8F35CB305FB4EF30D331842C002EE533622CA53204B44525AA283D2DCD30C3A2FC2CA5A4C7319F2137B1EB2B282B3CAE6AB3812B0F21EEA1CC2BD5AE25A75CAC3E9BBE30482C69B54F321BAC89AB05AC96B067AD5D333CB2222C9F9F23B557AD9FAEEC25D4AF6BAC552E703260B1D3329BAE8531B4B541AD849FABB30C29201A2D99953348A586318F29DE2B97B1432E08AFB2AE33AE6CB366AD282D1AB3A32D0135B7AA2EB39EB000A1DBACB73053B22DB067A43BB4A0B069B4B2AA39A35DA0402C3CB25AA7C3B228B253B0B32D92B2B5ACAD2FCC25FF2DEC312B3415282AB66CACBD33253029A1F6AC16B23F317FB34CB4862C9930AF2FEA2F5DAE19A9B02EA43058302CAE73AEB22CF60EF1346032462C26AC4B2F7B30F430772E8B30A5320C33852FA9AC94342B29EC35BEB14725A329B72A87A6442CABAC05AF1CB09036842CB52C05B0D32E4AA4E9ABB7257CB1F4A6CA2C6BAD072D8DADB62F179BCDB4ACB13E2C37ADCFAA8BAF1435C5280633C030E7AA4E2701AD4B2E5833F12DC93139B0CEB1E92D152A2E2ABC344A2957AEB7A77CA4E62EB5AC40B43A2F74AAA2B47AB0982EF42A0030352681AD5BB3BA312A2B5BB2692C78A6B7B4C5A1D8261730332E1EAC7699F8333EAD9EAA2DACBE8FABB4DDA5B6B502B293B54DACD8A4D4B4EEAD2122FFB05C27C9A21027341F302A21312AB426268BB4A1AF34B3933107A0CD1C5D34462240A1D7ADAFA7D8AC0231CDABFD2CEAA3EEB1FBA4F62B42337430962CF92F632B0EA99D22AAA97CA00BB2BBB03F33B8ADFFABB0B3AE1DDEB02AB0F9AC4FAF792E9BA84C2D43B06B283C3453A996AF0C28DA2A5727F5A8EF3081AC592D662DA0AC53B34EAAC93246AC293653AA6EB11C2FE5B054350132D29F7A3482273EAA7AADB9AA30B3582C362800319BAF28ADABAC203035326B22CBA688AA0122B52C3EAE1C324DAC922CD1A31DAA852D11B403AD47324024D1AD79B261B0D9AD96B1A4B16EB029AE53B35AAE462D273047242428793053AEF0AB92A4ECB155AE712951B11EA89C30E22C123060309CB134B325B28B30E1B1932BA2A894276226CF2C1AB4CEB62BAB472E55AD212D871ED0B06D326228A32B8F2E7E34612FA2AF383293B394B203346EAC5B3285B37DAC4C31D7319A2CDA33A2272C2FD2A48CB4E9A895AA46AF28AC5732E630D52DF5B06D30B6AC73A9822DCA2924AB889C1D2D623068AE47AF6D27AB279431722D5234082C60319E9814305D324097ACB3DEA92CA8BFB3092D30A32CAF4B2D2622ED30D9344DB04CB0762D0B25642EDB30CA25083097346BADA1B11633193250B1152C91235DB3002833B0FA259CAC4E2E562B21B0092D22334F2EDDAE87AF39B08D2CA72C6D2CE2AC4CB01CB1BCA4173212AA7CB0E432A8AD5EAE0FAC61335E286B35E22953B455B0A0A9E929FA2FF82D7F34C3AD52ABB9A8AB2E742EDC3451AB65B121B460B0FA3086325EACFA2F24ADDEACE0B343B1DC97A7A6C9B0562780AD5C30BAA5C2B291A42CB03D27C1A9F930EE1FAFAAE62A3BAD2932C7B1CAAFE43341B14DA7382B75AAB9B4902CC0249E281E34122F72320CB55EA6372B8E319A9E2D31C2AE48A533B625241E31ABAFC69FC93460B29DB3F1B23F2D33AE09A6402F4AB084304C32C9B457AD0A292A34DC27D7346032363174B17CAC9DAA3C33ED9ED4ACEEB1DBB00A3361ADE128301DFE35762DF0A0CD21EA2E4CAD7AB04CAAF3308FA4F73234A9BBA6AB2C1B32BAA6402EEFACC331CCA9F62FDC3444314B234C36DE33D32335ABB22FDDAC78AFFF241FB2A2AD20309F32DCAC252E7F2A02AD39364C2E54B0293137B5A5A60232E1AE4D2FDFABDE993C30B4133FA67430FA224424D0A9C3302A2F71310B3528B190A777A5982EECB1193318AFD7A623321BB2932831A6002B6132A129032E7523522C46B144A62A240EACDB3163324C2CE034552C7198DF28AB239AB11C282226C7301333BEAD072F56325A2B1FB42B2D5A2B5BB47E34BB9F60B0A525BC1F3824472CAC2D4EADD3AAE2B4F932681C4630EBAC61AB3DB0B3AF8825142CD3ABD4A96C2D1BAFEBB19B2C93A88B2DAE2EBCAA2B99B72F072B8CAE2C8FDC3445B284318E3239AA2EAEF6AC922EDB289FB0E626FA326034E92C1C2F5FAA0E35F0B2D0320CAD74A812AC36AD8CB3D9B051B079A4F72B902E0135583284B052B119B12E2DEAAD02B3B1301B3104B59C342C2DFFB177B6733144A978AEC7B4E72098AE0D2D13B40CAF4CB20DB1812858B404B579A5BF11CFA808B406AB75284327A2B366AF8F213DA47A2E2D30163182ADCAAF3023092E842EFE27E8AB3DA6F22AFC3394A88BA43331AA333D2473166B2B65AC343258ACF22A8EA9D93238331B3525AE1A2F052B2CAC97AEAF33B93433AE4FAF6C2392AE551911241F2CD632C2B034A64634D1AC97B05BB14FADF71E5230D5306BB103AB5B2C4B2B8D24E53259B2212C05B09A3384B0F32DA0AFCAA62F2D85B11CB21FB1A730BA30E5AC15303320B0AC9AA75B3234B1C12D39B335AC92313D2398AF35B066B068B0582E2833B330E8283A2CEFAB1BAE5B3483B22D31C1AF502E36A9DE2C5FB2A8B0DBB414A35D2EBA3127307AB1A92D36AB48305A335CAD9D2A73B0A6AEFE33692B7BA57AAED82F5D3468AD4A32C729EE2E3932682CE129E3B05AA92FA872B32EA761AEF0ADC62C8DAFB3A6273097204D3310B532B1F5A94929B62A20AD022A2637AAA9FAAE68B68934402AABB11C316E2F132F163075AC55A70A2B582A8732C631F1AD6A30CD3040A27B310432519D36B0083313B4CD2C2BAA36B01B349A33CBAE7AB4252C63A18635A32C5731D6252434E5941AA1BBB0612DB42D163511AE29AA0D2F0B30FA18C9B27AB4E8900731D22C1F2898305334C4A9FB30A1251A3096B406AAF1AB2FB171A640B0A22B79B03824E6AA6031DF3308B0E4314E2DFE2A6CAE60A1ADAACFB3EA2703A7F03182300CA10AB2B5B1922600A143B2B2B08FA73E3302302AB313A8D826DDAFE32F6FAD763034271BB181ADDEAC5AB1A1B1793260ADB1A9FE356E2D592363A631347B2336B17E3203A6D0AC0AA61A2F58327A97F0B26032D4AE4BA48130C9308AA5F3A9C92D3D3391B4BB34F42DE8A53A340CAD3CAEF534492F7A283CAC51AD9CB34BB7BF2320340F30B62C062A7A32292C4A2469ACF1B6682F47AAE7AAB8318C2EE72EADAF3DAC08A82BA18EA6D22F732A172521A92E32CF34D7276B3057B2AF19F3AF820E9A2FDEADE9A7FFAD0D30F92B25A75331251F82B477B1243371AD08ADB0B49F2041A8DEB1A0A5C0304D2E552C6EAC21A2DAB4072F0A26D1AB56A94CB43F35292D2EB664A925AF9B2A512F603482B07EA9DBAA54B0A1AC3730E3ACB52C023075A8C02BCBAB01351CAA19305FB2A8B4C62948AD6DB19D2FA5B288AC28AEA8AA1AB5172987B38229AFA60E2EE4A5EB316AAF22200AB18935EAAFDFA9E5A5CDAEE1B05330532BCE34882C242C5C2C15AB4823C83108B16A30112DEBB0323028A6259A892B832A03373F36072D442118A45CB4CAB1EAAD8BB1F035D4AB9FB02834361D0FB39B32C1A945943FB10BAA7E2EC12A68B366B567A4D9AD85B2269C552D04A66D313630C73320B3242A39AB22A98C3194B096AF96B2BFB034B250B3CDA9A3330D2EACA824A26C35B12DBDB45D34DF3473338BB1ADB02CAE35B09F2FFFA016B5423173ADD02F0CB3272D5A311331972E81B7EC2DF9262C328DB5E9321E2D7B30552CBFB29B3136B0239C132FC633380B1DA3D5AF2B363EAD97AE1531D4240F23A1AD80A7D0A908A6251D6BB0AC314DA40B2EBDAD4DB0CEB076362132E42952315D2995A5C72AD22D71AC78B073B1ED2B83A44E2DBEA87024D1A531A921B43B34212F2F2CD532EA2D252854B16FB0D52DA8AE972A7EAFF12C82ACBE294230272A13B06BACD2B1C2AC8C30A83218B19DAA50220AA9CE2B87B2471C432C4BADF5AAA7B0DFB6A7A9F023A4368CA976B080B0E2AE242D60A644348CA9FC295FA7A33306A058B06F29F52AA73227B23EA15CA66CB09781E62D56322917EEB193ACABB4D3364C32DDB474B0ADAD0734981EA8218AB0E5A317AF882FEB25DAAF3B21C3AB29B3F5A93B3405321CAEFDB77EB03D2ED22A37B092346B2599301D2B3A248AB1952A1C327130F52242238F2C8D3114309923F525DD31FEAD9835712AB6B27B2EF223772FE82EC8B0AAAEE3AE8028652D24B10B3695328328F4AF763246AE4D3070339C316BAE2EA1552B5D29113210B42FAAFBAB942B6333D9AB15AAA42982235929E12A43AA749DE9AB093534A8D02CCC2B5E2CC0B1C72FCEB18431B82B46B38B304C2011ADF22AC2B0E32EA6A877B1D524F8AA532E75B3D72E90B023B558333BAFBFB22AB0D2B0C1AE86A1EC2FFCA8E194C71C0434DAABEEA9DDA7C0A590AEE5345C32942DB7A5E7B02AA45B35C4B44E2E76A4F5A716A294B2D2B2B32189B11FB030B1E42ACF3085ACBB2E1A2F9EAE9D30E6B20121583277B14AB3E8AB79A5F2AA20360BAA592A113082AA692FD82EB4B3C7AD97B04729CA252A267DB0D5B14F2F6829672C2D3022AEA42E0FB7DD2D6633E42716AB6DB1D72F3D2B862D172DA02F76AF65B23BA2862CC2AF76AE5734E3AA22214B2AB628C7AD7C2D27AF1C26FEA573AC902D8BADE61B22AC992CF2B329ACC526852E3EB3B5A9B8B378AFF5AD311DD3AE953159306F249BAD8FA71A2F6F310131723314A35932ECAE36B2D5B3AD23B4AE022FF62D001C8B2B2BA102B2EC3527AEACAB21969EA6FF2B1E3408B032B111316EB1722BFB31A72A9131FA16BEA6AD2D212A0B262CA7D1AB0927B930EBAB992BE9AB86A10FAFAF233B32991FEF244730962E40B43FB481294E33EE2EBE32152DB8221FABEFB1962CB031A82D02312320FA25FB2D9AAD5D259230139D3125BB33F32D4C321732FBB136B24B32FCB05CB1709FAF285AABAAA19FA9F2AC46B2762884AE143451A12E3416A5F8A92A2254B57E3183B461298022E223BB2AB82B022D1031DE34C8B20BAF8025C1B2C6AEB1306FA73DB0A42CDB3104B4E3A5E8A20BAC14B43FAE622E9CA59E32C530C219623222ADC1284BA9FA26012F42B4D72FB02EAF3121375023AE31EAB0A12EC3B107AB2FA81FAC21306D32C1289E34922A792F0A3002ADE5284A34BDB3EB2A44B116B4E1ABB935DA2E4836F41EAF2D2D2E93AE1625FEACE3AB0C29A831043191B1CCB044ADCA213EB184A45C2CCC28B6B1631FC62DA4252016C3AD6135B8A6E32DDF32D230B4280D200BA86631D132AE267AAE582D86B0952EA0B1F62FE3ABDF2C6BA68EB230B3F4AC3BA92A2631B0D3280F3324B358B2A7B00EB0FBAE1EA98034E1B28C2FFDAE512FD32D6223E4B5F0AD8F97A62565AE20AE9FB3AC21B62E0F2C8FA72AAC802B81ADE7260DAF49ADDC321030F032E530F4ACA4A47233D3AA39B80DAA2EB15D24E534B32CE6283B2BFDAB9DA8C531C4B1742E25B59C992B26BEAC83AF3AB12330CD29632BD33341A5E833B930C4B5C7AEBDB04EB1E62DD61FB2B0B4A3A6B03EAC9D2C9AACF6AC122FCEA59AB036B36E2E3E32DD2DA6AF6BACF72CB8B0142D60B2D9AE902E90AE8EA2291D8AAEF5AC3928D72E28B363AC042B4E34BAA53F28A82C772FE72B3530532B0D32BEACF7A9A429ED2CDA326AA05928693210B550B426347B9F17A8902D49AAF9AD7C319C16762941A3D1319E26FDB029252D2F7FABA9AC47A97E23C73419304B32ABAD6D29203000B14F354C3248272C8CC83135ADFC32692EF3A51A336D35822A19324D3337A934AA45B48EB4BAA3C4313B2DDCA7FDAE452C7B2C4DAC9A2A4123BA2D4C3000A95831C6AACBAAEBA8D6304AA51130D3B078B01729FB128AA5EF2E7CAF0628983478AC82AD852E7033E233ED2FD6AEDB2F4F950E2002B034AFE430663211B0A9B0E32ED02F5AB3173395A92CAE87ACA330D0AEEEB1B9B3572DE8B0B4AF062EDCB08D1CF5290AB1793622AC98207D2BDFAFEBA10794BCAE61B1C99E0EB0BFACE72EFF3114308B2D0FB4302CE633432CC3A325A83D3181A6DA2FC2309823F42F8135531C66355A305E30F6AD69316C30CA32C088B0AED4B09A34282A012675AC162C343249AE92321533E8AAF82A2BB5182D54B4992C9EB1B32C2533A4A42230F22F1E2B332A19A651B22F1838351CAD5629EFADFDB167301530A3B25628772DC0AAAB28B22F1830EB2696A71CAC2AA64EAEEDB13D3347AB9FADC92473B403AFA4AE192D4718AA32B03237B20AAAE19C462C15363BA6DA2CA1ABB3B4562C03AE68B03C30B0B40EB48BB06C3284B153ADB12FE32BB3B106B1A83100299AAC5D35A4AFBF339C2134AA061841B2FDA67A292D2DEB2E4633ABAC8034E2B142AD72354BB1C91FD2319A990DA920B5D4325BB55D3281AE72309128C4B059B335AFC9B263AB47343C30E7A848AACDA4533290246DAD52B1D4B1BDB3F4AE36B6EE322DAA952F6E2637B4DBAA12313FAEEDAD46325D9DCDB3DAB01CB1CDB311AD8BB1059CCEA8D1A63135D6B133AEE3AAE3334A2A47A92F290D2CD3B38BADCDB112AD7C3289B1ADB3CC2343B2B7A16134BDAFFEB440ACBE269F309EB245320637EB2FBD2D142E462CB0AAE1B0862FC1ACFAAD99B1732314AE93B32D2BC82F6BA2AF2D8F9983B491B25FA5A221842B3A34C0319FB100339A053A1F372F22B312ADEC340C2D82AC34B0783255A2DCA3B1B4ED31CAAC1EA8F0B52EB27AADF1B03F33A6267AACCB2404B09E2503A758B04A2FB4B4282238B155B099B23330BBA572A1C9A6232B22B184B07A20A32E25347FB1562E0B28BEAF7EAF7F31E0B53234902401B37CAC43282FB36B2B32AF6BB36334F0AC1CA8822EFE2F16B2A6B060A9722F3CB0B631F42E5E28042A7BABA632E1AD3B2C142F8D275B2EAEA91730803019ABD52CD331AEB194B0B4B634ADF429E1B141B501B26D32AF2F222BB0AE3DAFECA503B4AC36CFB461B0D0A94334C1A867A157A6EC3210AA0BAC20A9CFB44F36832B5AA032316D2E47AFBBABFCB4B3AE5428CEA6ED2F681BBE352B30CC306CAB8EAAB3AB4634B832FD32322F3CB598B130A542AC2C337A209BAA64B5D033E0B1A12ECF317434C4A2CAB2B4AEE5B450ADCF2CC4A6C9B25F35D631EA29B8A7BD33C92899B066314FA85D215A35D3B22EB419ACF82C8AA2A3316CAEAC33E53109B0E736C2B5A8AC4AADCAB054B006321F3391B17AAA9AABB53077B56AACA220062C8C244330442FB8AC52A29F34B920783555B2DF30D72CB92E773198B04D316FB1FE2B2430F0AE9CA1F721112F67AB0618A4B2AA26E333E7B6BAADFA271730172F87AAAF2B68AB05ADA828822C83B1FEAB3CAFDFAD629FC624B0B189317CB0C429DEAFA82E27AC3EACA3AE5EA94B2CD39C1E2207ADEFAE7AB15A2F8032CB30B7B01233342ED1AF30AC2C338D29982DF3AF4527E8309AAC83B2383190ACF92FC2301E3100298DA9211F0332F3B0E3A4A7B415ACC3AB18B0DCA7B8AF4AABD3B140ADD631132033B34B2D0FA93DAF33B10422DEB08D30FCA88EAF7BB0822121AD882851AD6BB3CEADFE28432F6E30632CFD2BE3AC062BF7B16BAE1E2EFE2499291C28D735CCABE6AD7429803281B17E27AE3224305431D03104B29FB1962CC12BA5B3253267B0D2304B30C834CF153A2CB830D2AEEBB35EB15DA691AFE52D122D122D022F652FEDA784B070329C2A1B31BCA8802940B073225F29292F4F2AF0A9FFB31AB08E2D9F3432B17C283EB21EABBCACB53302314333FE3084ADC7ACF028882A09AFBEB050269E25E8B2662D2C2B2D323B2CA3AE023272230B2F17B4FE2DE631B1338AB463B54DB490AD5B34291E3F32C630242C7B2AB3300527D8AD39AE942CC8332533583103B1EBB16BB1DAAF6D28F2A883B1FA3196AA75B0D2B10A23FD2B863327B073B5AFAEBC22C0B4E3B598B2D5337CA52FB25D341C24D3B3282CB434A4AA3FA8502E4EAD5AAE96A71A31473425B135A762A491B5E7B3B0B3E92BB2AABA27842D26AAD4A7C0A555AE14AD842C05B1A7303AADAD31C332709F9631CFA47B2A5BB21C33B92E303084B026B084AEF728A928752F332AC02628B09B2F08B24DAAFA302B317C29B8A8EC2CD4B3A73151B12EAE332C95B45DAE5EA926AEB5A4E9A103317B2FF2A5AD28CB35F82A04A52BB4C8B104A907B0082E733015B1E2310AAEADB0553322AD2934EAAAE024B02B9DAD42ADDE32782E54B1C0A994B4AAAC8330B128E7A401ACDB2C9FADFA3467B0D4A5C43084A5F62C0CB188A96EA47A28FFAB1EA670B265ACF6A8922CC131A7B5E32F923220B43E3336AEF7B29498D3A301AA272888AF08AED72D26ADFC29E728FA24EBAE772CBCB161ADFC3010A418B56D2E72AC76A8BDAD592577A310B4402B3E3290AC0EAAC631DE3027B0AAA82F345BB3D82403AD9F27E2AD193379309F26FDA6122CD3AADD2DFEAF252C23B29FAE622CE79F96B0B7B352AF902683AC2FADC52CF130322B663268B097B0E22E423375B2C0255CB22DB2FE2DA2329431BAAB52308F26EC21A2A9D9A84F361DB0FBA7C4AAC632D2B166B261AC45B1D0B4CA9131B29235B7A64C30E92CC4ACA4AE43300031692D783374B379AE6B30D8AE4A326F2CD6AE4D24B0B2DBA54595A22FC0246335CF30C9B5B4B06FADA2342FAC2F2EC99E7E31E23144ABCFB4D1B325AC3235572F9F2484B1D034C8A8032F9FA4F633FEB01CB5FF2A253207A9BAB4639B602E61B06DB39EA7C720CC2CC62F65AA9E31F8B62DB02B33D8B5BAAFFF2837354C32473200A502B1AC3044ABF7343CA46B2B8D2D97B38FB3B7AF3E3067AC29A86CAE95B1DCACC49CAD2777B55BAC96B1A7337F2EA72A63B302A86328912B",
      torch_tensor_32_64_torch.float16_1: "0x0200000025A4E232F9AB6001DEAE25B2502C79259A2FED9298322598A52D70255EAEB125C4AF45AB102FF933B1AA3B31BB234B3185ADB6A246A84D2E17284FB285B1E9ACBDA1612E89AF9FB3D6A0B1B037B10CB0D02D2FA5DC2C3E3584ACE81CC9AB532D61A750B0B8AA612B6C31B4B652AD97A42AB206A8B999D9B672B3A1A92A80502FBDAB7230F3ACE0A8FCACA932FEAD06272DA6D5307AB12CB309AA042F98B3C8A40C1F24B12029831D32A5263047213334E9311C9FDCA0E325C890E5B34BB2CEAF28B136B25AAF22B21A2C0131382F5F9D992CD41F0EA9B52C25A94D2DC4315030F3AA3A2D502992350E313DB11031B2AF7E32E3ABD0AE5425DEB11D2EEAB0322C193256B35435CDB062B5D825FD18482A08A8582983A326A2E3277B19C59E6A32172FB59F9C2F152DFD3322B0822BCEACF4343B2FDD2EC7275DA35F2FA1AC6C995E347AB0E929AD310AB1ECB0A028CE340734F52631A420AA2A3081B1E0B0569ABDA9CAB34F2C342D79251030B6B3F8ACB3B1592F3BA94AADB431D0AC23AAFFB0AA284A29A82E38AACDB16AB0142D7031F7B303240DB46BAA122EB82FDF3063341A320D313B32123004B159314034462B642DD4AF062A022DE52CA9B149AB442EDE30F1AAF3A840B0DAAFD63439296DA628300EA92BB4BC311BA70930B5B348AF6D2C4A302FB24126ED2E84B3D0ACEF2965322D301130B4ADEB26BB317BAECA2C8AB45CAA9EB3E22F77AE4FA6B190DFA703369335212FB7B391B3B02C8636AB2DEDB4AD9FB126B32973AFC398E6343AB0912AF8B42BB37C315BAE0E3372AB4B3198A7CFADA52B212FDD3054A9BFB112A5A1B1AFAB2824F6AB52B509B55A2ED426FC2FDFAE6E2FED2EED3189AE37299BB523B05A3127B028AE53A9A02B622B12AC492FDA2B34AE872BAD2496288A3477298CA93B32372A08AA84B2272D59B2BB9DCD2EB0AF73A99DB0162F0D31752BD82B76B48BAF33ABE62E4D2D312FDBAF42315F35C335BFAE0DB232ACABACE8A58BAC5CAC2233433263AD99ADA02AEC31C830412AC325283470B24AA67FAD1BAA1DA5C7B0BBADAEB3533499B1ACB1A230482F2F2D32AEA92CEA2C8C34F01ED3B32BB1C6B33E312028ED25E02C79AF46B44B305B3278A9132833284C2F91B052324E308034152A8A2A242525B03D289A2E55AED5B454A834313230CAB42BA0F5B2F0ABE426F4B42EAEED32F523212B0E2C501E4B1F34AEDE9BE5B393AB6FAB9B2A3F1AB42D78A650B1AA365027312CE034B6AC59B00C37699A24A88731DCA81B2C162087AD3AAEB6A8172ECD32DA25C33451B11DB1A430422D09AAB9294FAAF7ADB3A3D62987ADF61DCEB1ACA9362D26B26731A1305AADEE257FB2F421CB1827B07CADAC3189297229FC30CCB04730FC2CA8B32B2A58ADF626DBB20D245A30CA31ED2911312EADC631C92F73321934D9303C29722CBBA60AB3A7B0AEAFD0AAE132F225873065A0EF2F3BADC52D6234A3B0382A43A8B4AB9FAB38ACC6B25FB065B64FA202B21FA6A4AB8EAF5D2E8FB1B430122460A48AB2E5B025B11632962D21B4FAA269B36DB7EA83093135271EB06EB7A13019A71B218F17D8A391B1DFACA62CD428D52B422DDDA6943327AC68A1F3A7FA27A6A85B20E1AA1AACD9A2662EE22FBA2075AC273532326F2947AB0D2D9FA557345E2D402BAAAE612F0B25FD322FAE87301B2E51A4B7AA9434E820571FAC2493AE35217114A3301DB158AD5DB31E2D13AD9FA782B071B296A87CB5CC2C929C18839B0DF5B1E430A63156AA433122AC8BB0F42E65353FAB392EC6290DB0BCB1C729C8B1A5AC2EB0AA30AA28F6A87A2C532E59A93D275727E82F9A354DB680AA0BADB82B5E2DBD2DDEB00A333CB0DD2C7434382DADB290B55926D325EC2D0B325F24E2B4A7A519AF142D0C252830A22C9226B7B42A2D9C1EE12CF92A58AEDBAB73A81A23332D36335223C1B23F9DF42BCF315F2BB6AB8C29D22412B020A9FC2DC41D0CB2D82898B1CE1EF2AE0B316731DEA8DFB0CB2EDDA7CC319F2E2E2975AB85B11CAD9A30A6B1902DAAAE99313DB158293A31EC2C0FB008AF34B4392F4B8A142ED8B23EB43D1D26A9FDB04D31A8A645282834569D47A1812780AB74AD3896472C572F56ACAAB1DE22FA9B8CACEA305BACCC181E304EB253ADAE34BB20F82F8EA75EB0FD3240285031731859AA8B31243233ACB52DD9AD15316D3053A81BB21C2C502EB92FB8AC852C782D5DA1C0AFBC2E8CA43A3394A6EC2888B0EF320BA29CB1A8256CABE7A8A531C6A906127B33A73265B027301DB1E52E143564ABE426FB2CAFB19AB03FABF9B21E32A0348933DD25D03581A4FA306BB2DBB1CB31853132B11634BCB144A609B24C36F12D7D245A2FD0AE67328E2FB8AEC927E6ABDCB12DB1462FC8341CAD22B3EF25AAB1BD1C462D61AC83304AACEAB0B428471421AF7E312133B8A8EF2C5BA8302744B48FB09AA8742CA92C793118AE9E29581C3C2A67AE882CCFA9AD34F7218FA45315422D0D3113A717AE5AACB028DFADC12CA432B034973031B5DB95D02E4C22E434771D6730B931B32CE1349D2E8FAC372625AF64B49FAA1820F5AD9E24FF2E1AA978357F208BA9E5AC07AEE731C81B0BAE6E2C793030B2392DEB22B0AB2B34B22DDCAE1AA2A7B2B1A83BAC2F311830C52A52B565B00EAF1CB3A8B2AAB18AB2E5B17532ECB244324D31A3B40EAF49B2D9AEB0ACA73006B37B1994AC6425F6AF8EB07027D3A41A2C14B0F7AC3432D126072FA3A4049C1E2F17AE9B31B4317EAD07A1FAB00A30AAB43225E7A748B4F5322CA9083587B0BC333231AAB1D7A0F62FAAA486B3023248AC9832E3A815B196AA44B01CB060AF0E2CF5B2AA2B962C61B5F3B427B094A966A959B4D2155F318BACCB2C71ABB6B156283029291FCC2A50B1FFA3C234C8B09A29A4300CAE952D4D20942CA7B1DCB0632CB029472F3F311520DBA247B2DFB0B4A07BB0D7301C285034BA2D2424412900B27C2619A109B2DD2806A4331B4D34BBA354B398B430B10A364B9965337B29BD2CFEAEA1AF8E2DC02B46AE1330812D7BACFC3084B0CA270623CDAC1130D0234D93A02600B4D8337F30612627AE6E313BA2EDB2982B9933A81CA4A151ACE41BCA9CE930122D7E2758A62EB1A0AD52ACA83215B2B935BFB4DDB185AD2D30DCB1BFB0A12B6B2B7BA81F2ADBB0602844A7E4AFBD2E602C652EBAB04FA98AAD5328A2A96AB29C35A027A11B6E2A32A825AFB02F17ACE9B4DCAE822DA22C16AB5E3077353D2BDA2975328897F1ACFEAC03B395AED39A45ADE7B047292B26AAB4B3AAF6B59133DB2A25B0FAACA3B6D2B2A032AC2C7018E0334DB44A30B6A41F2B2A2D982E33343BAD11AC12B4F8A956ACDF343F28DFA144305EA1AA2605B149B4FEA55BA473A5173173AD1AAE1D2E4B354CB0B4224A3020B1FC358D28A62F9B1ECA33A032F125C9355533DC9D6729092E91ACEEB4382B58B0313143B22B2D52AD013308B1512C1F32A1B099319C2F2B263CB0AAB57930E7A1F0AC25AB4BA01F2F3AB1B3A976B38DA111B4242519265432962F16B1171CBC3390A95DAD1FB4392E9BB015B115301DAD73AAAD31C8B09A24C4B1402873A84E2A2DAF7E8C3E3300A8C8B1FBAA25A9B830DB313033AF2FAF2C31AB0CA88F2F0D310D354E2FF9286D2E0531812E45ACE52A74B0B72351AF90A1D1A6032BBDA7662BF0A80B244DAB94B46F315C373232D128B42ECDA97D227522BCB13132A3302C2E62B525B213AE822118194EB65AB13EA14D37652967AD90ADD2313FAFBA3079AB783179B358A5E721352F10B4DDACB61F38A4D1332A3075AA7524392D6031E4AFF3339A30292C7FB00F32052C11B0A03566ACC52ABE2F5BB33EB54AA64E33D2A957311F2CB92F6021BAB23524B02C76B223344435FAB321B0ACB3D1B1C829E92DD0B2601BF4ACA8B1D32080A1153426AAB7345EB00E37B8B7D422BA320F31342D9D2C91B0C2B3B3ACE6305928FDB176B1552DC6A4B632459E5A2E0C270928CBA223A7D72E2E132BB50C1D05B2EDB1C6ADA73329B45FB406B1BD29271BDE2D8030662BD5AC23AC193157B102B34C2A8E2B35A175AAF4AB85A058B0B62ECFA8D5A8233124B4CE2C432D1CB49A2E402B77ACB232CC2CA829ED2CFFB185A69E2198A9F52ECB3306325BAFBFAF3E2F8230F7AD053279AB88AEB1AFD00D0A32732F7D9BA2163130E4B1FB29D733F22A82A02E297FA1312F322C59AF51176E241038E9A3A12992B3242A6F2F3BADE3AB84AC81A8D22DFFACD22AA9AE51AC6BB4F7B374B1789F67B22E2F4B2C6F9CE2A819B361AE4BB1A42E01B1652865B0F229D63473343AB0BBABD3B4011D15AF672F492FDD9F7F2E5130743078AD60A9B531452EA9A9DEA7C2330D314BA09CACFD285B291321F6313FB1F7AABDA970AC35ACDFAB61316C2816B46A1F7E34F6A638B5DB1C6534F8A0FE1C57B57EB284A8F9B2E72E0A3125AD632F44B35BB475B08C1FD7315DA4D7ABA735C6B0E0AD6C31F000892CBD2043A8D1312CAAE213CC232526CA311B33E9A528AC7C2C13AF8B2D78A7D6B137AABCAD91A2FB2C7923FF2E8CB439A602AF27B1D4AA5EAA74AAA830302B86A98DAF69145BB459AE6B29DAA294AC942010AE68B460A808AFCFAC41AAD62A93B37DB2E631082EED2E1B2AED24463054B194B111B5B7B3562999A73531F43371349CADBB2BDF2AE6AF9D2A49211EAD7327AD9D6130E6AD051BCE3088A863B37BB214B29E31E634881968B5302E26A348AD11B00E3158A8F7AC85AA851E572C15B10EB0F22BB1A51FB4372DBAAC4AB301930330E1B08BAEBC308A26A81CE324673179B00E2C2B2D1DB170AA7E2F77B3043070B50D8951993B2ABD2AC932D7ABE2276434279E35AD743010B13B24EBA66C3038A86BB168320C3223A235ACCE2C352BD5B12AAE33990CB152A48C99F43183B043322C357A2D9FAB3728EF2E593394B3A431DA2E72A7F82E532EFBB04328179F37A96BB3EC3034B49B9D01B51934B328E4AEB52A9A2746B14DAE6EAD1CB350B775B0252C4429042784A47A35EC31E02826A8F72DE02B4BB65931332ECA2FD433D831C033E2B0F7B152ABA61C49263AAE9432892B40AE70AE0CB0F02B73A709AAE3AE09B5DE2C7DACE3B18AA511A8B52FD532C0A09629B59CE2B186ADA1AF4C1947ABEEB4AFAD0FB027A482ADA9AB88290E2E50255E301E34B2A0CFA2D3B32E2FB6AA79AE572F68AF45AA82AFD5329BB526AE65318BAF88310AAC1A2954B02430DC322B2CDB335CAD5AA4D92A832ED3AFC4AF432B66A6EC2CB9AE3424309FF232E9B4B3A6E92DC22FF9AB6B31FFB11F34252D0DB56E32F92AEFA890A683A7913134B4442ECC331F995D274F2F1733A2AD8F241CA5CDB01E2B61A92CAFCD2227B0992F232C71AD00B864A0FC25ABA8A8B0AC2F22211DB25625B531E835DB35C5B0A830D631E8AA2D2B7C3274B157B27F296923EEAFD230613591ADCFB50C30BAB2C72A152B6034E1253029ADA9352E283167B31AAC3432A0AB63AD8531E6369D27BE2B4731983131317AA9E12BBF24B5303333E6ADBC30FC30C8AADD319BA600A631B555A18FAA17B0712E2230449C23AFB022549767B308B40BB450B1792F55201B3034B095306F2AB3AF333123322CA6222C54AD65A950B00E9F0330613696AF44ACBC314B2687A8D4ADC2AFFA3167ACB92F8D2E783168B535A335317433102F139F08ADA9ACCB9DEBA4332D1BA95A2CB7350C34E5B20C9F2621772D7AAF33A58330C2290630FF2A6CB650ABD8B04B2806AA682DBD30592640243531",
      torch_tensor_16_torch.float16_1: "0x02000000333419B4BB398F36413666324C23CF3633305F2C12BCA63179B35C3A91BC79AC",
      torch_tensor_32_64_torch.float16: "0x0200000005AF5A2A5FA820B217AF34948FAA34ACB3ADCF2E52293F1DC9B099ADD132B0B0E0A538AD3CAAC0B12328C12B6430CF9F28B0322C1DB63AB4FBB4BDB0E1A21D3251A589323531B932D92CBBACAF33FA2BAB2EA02E722898AA11B0D29D38ADB7270F13D5B0C0AA74AE1730041BA0A401AD6CAE9127452E322D92A77AAFB6A92729D43449B741B03AB18EB417AD6C3293A9622CBBADE8253F8F4DAC80AEDE35BE25FCAAF9A926A821B0AB32EF30AC35972CD7AFDEAAF930503145B5B629BB2E77B0C5A83FB43F3205A93B3208240FAEB52845A863A953A2BAB4C02F1D2E453531AFDE29BFAADFA4D12C8F279D31A12D1EB072B216205AB31AB0EBA93CB4C7B28EAC7DAF7AB444288EB202955AADBBA42034023188B4DAB0142D7DB0B1A9DAB0EDB08B3353AEE4AEBEAC5AABAD30C32973AE33A8AB308A3299319D307A30EB20172E3C2D43AC503287349CABA2325DB15B2D19B3C3ACD52F2BB330B10AB0E331C130A9B1ECB4F5B28BAAB8B643AA3F314230B9B186B6D1AADBA163AD9A2FC12E0EB18EAFEEAC0827CFB16FAB59AA04B54D2E96B0BF2573B1F22F0934E3340D8E6D3352230BB38CAFD9B17A2E45AEC7B3B9B1F0ADDD35A331623333B06AB0D2ADC4B4DE24DE2772A82E2AD72979ACFE3165B1FE1CC52D0CB0ACA9A9AD142CA198932CB62562B0BAAC19B08B25DA185031F41B78AC4315E0AD5B34A3348F3037B062329E338423EB24F935D82D42AAE7AD9AB047317A2C08B1E0AC2328D3AE3D9F763241AD6C3436B05831DCB1A52D772D6132E62CDAB4432C3535BDB1B7AC1F23072EF620BB2F7F31273635201FB10BA3A22C482EC6B3852DED206BACCF270CB131B3F733D0A33A2290AFA1A0DF312E3552B08B2441A814A99DA21D35D234CCB0EB2FC3309033E016F533ECA840B1C82AF3AEBEB5412E4332183362A6803084ADDF25C1340D2C9926F0B21A2F9C2F1134743665A88FADABB015B131B590A2B931BCAF35A6FEAAD32B742D663253B115B1C22DC8B1B12C4E263A3496B0E4AE05315A30652F9332FD303BA3BA2EC136639AD0201D3037A41FB49F3015B0931D20306D2DCD297BA50BB4292684AE572D50B6E9B1152D2C2BFCA6A0ACEA2919298A3101B26C305BAF85B1A5B1CA2B78AE19A6EDB3622E27AB6AB2AFAB21A7DD32E7285FAFFB30CEB2DC2817B27F3093B61C2E3CAF23ADBBB094ACD6B4C5B33FB2CC2D5B1F34239A301F2A71B250919525E62E4635C5303030EC2759254C2D08310EAB70232FA90FB51F24672C012D123514A89D2ABAACD4A4333038B048AD62304D2DDA30F5A44033F037D62C84AE18B0A02ECF2DB33048B385B3A32ACFAD6C2C7436452D7E2D812E27B238A902B40235E5AC0AA4B5B04E2FEBAF2F3123AFBFB120B0073399A219A95434489C0C32F5ACCC2AE334CCADCB36002EACA837268CAD1AB2B8AD0D29F83154ABD222A4AEC33123B135AE613799A735AEB018B1B011B109997B278530AAA4192A9C1C8CB1B0B3EF2F16B607A32E32F42F3DB29BAB53A0AC2C20AA4EA831321BAE07B4F7AA73A46BAF5B290DB1762E1035C023CD2F49303D29BD30A7AF5EAB40357D321D2E54B3AA2C8EADF0301E32442E84AA562C02B5363055B3F9339BB036B15F3275AECA2DE9ACBC315A2ED92F96A080B5052D85ACD7B084A10DA8BE320E286E2A43AED42BEFB038A5492B952B201A3B28E0B0332CC62C1EA91A34AF34EC33B3A9CD2DB3AD9E30D7B04EB0D9B26A2E3233D929132DB72AC32C56AD5EB2873242B0783087B4F8B17D1734AFF90838B4342D70A439AD8130E43223ACA2A871B020A7A5AE3E3475AFE1B1AFB3CEAD8B2C202A7EA82AAC4CB00B2E4234989D0DAE1AA73EB67FADC3A5632747A93AADD09D272FFEAFFFB0E22C4634B2262131F12C7D2FE12C8930C1AE433123B298320C2F1D30CD2748B04B29DCB40DB44423A4B4DF31302B002F75B30235C52DB0B0AC9C852C5CB56531452698AF002FAFA9BF3417325A3516B4EAA3112D042E0CA4B92C4AAF8CA988AA552593B358308CAB8A1D582D25ACFCAF69ACFB2C76B5EAB055B44B313EAD62B59DACD628E5302132E9ADB4A990A492B58BB1C42C56B1F72F7DABDA2F161F57AC9B2B72AD9534DE32B7B0D02EA42118A898A925286C18A52DDD2448ADF8AF9031DBB218B53E2C43B4F5B69EA93B2E5B2BDCB05B2D02B27B9D95B093B3B693EFB2A3AE87B515AC64B4B8AA1FB34D3171B460A62FB23D34362F13B1DFAA2B1A92B0AA2F3FA65AAD32AEA53205A9552C47AA27A996B4923264B05930A624D0311BB5B2B18F310CA7AAAE7C334EB08BA40EB21A325AB464AEC229DA2F31261D1B45B35926962C49AC8EAD3AA8C034F331762B252CCE2A821D6B2C3F249D2BB93479AEC62E0CB4642FA52B38AE8CAF4DA498AFCDA39431742A1D2C2E2CE333932770B2D7B270B004A8DBAEACAEBF2F28B0B5B2939FC0B2002F6F1FEF35172F192B06B10F2D60AE989EEEAC7BB17A346033DD2D0CB4D72C5AABF3A923317830D92EF31D31300CABE831F13084261B332FAEEB334A2C16A53CB094B44C2AB731992FD8A248A96F2DE2A82434DF2419AB6134942E7FB32C351AB24B19752C7D30AE30E6B23EA697B0C19DD632DC181B317A31382D0F3050303A31CB23B0B05CB57933CCAFF72F932CE5B03832FAACC1B07EAC992DAAB136264F304822FD2E44ABE8313E2B4234302EBC346937AEAFBF2FEEB1E1308B1496B2C4B415AF0030BA280632892523B588317FB2DE2B04AD842441B462ADD43140AEED318BAAA332CFB27FB3529C8EAE30AACD2CFD358732BE2F9534F23075AB49B18929EBA998B29B291C2611A4B0B28C2D5EAA78B32231F6A13BAE452818A86330EEAFFB32503334205F2DF92E04A8112DFFB24CB04C2FA12E5CB3A4322FAB183080276AAD70ACD732A9308D2B16B516B5DCB41FB16F25C9ADB124EA30C8311AAE9DAEBCAF1E2D07A8232A9DA8112EED240532BF2DAD34B22F272D5A3085A93926072DD72C44AC1FB1982EDAAE31358B31F7AEC2AC23B109A5622DB1ACD2296E2FB0302E35EBB1182646AFBCB391B4BAB2F3A702B130B189AE78AB69AFD1AF86AD80B1F4B4CF351BAF14ADF8AE8130B2AD992DF72B0F989BA01C2A30B0FCA32BAB4730AC2A542D5FACF62CA52FE4B27CAE8530EDB008270125C3AD3B327D322E2C8730F630C32FCEB10834B0B18627F6ADCCB7E0AF61A94A2B0734F02C263214A9BCB466B036B30CAF0A186A3529116932B3278C25FAA4972669ACD4337CAAE9B3C32D2DA66DB43AB14EA8D132042DB0B01930962FCC22BCAA93B3923144254B2FA7A4EC302BB193B5363340A9BEB1F020392E09ADBD2E94AF3F2C68935C2DD12D742956B47831982E3CB7E7B237AB62280E336332FCB346B3EAB65AB5D33155A819B5712FB91CA9ACE5A94B305B1CAAABC83138A0C8B2212E321F83B09EB0B82F78A01FB09A1E7F2F8B319E341B2C7E2D68B2C9301832532B2DACFA2BD12C922657985B2E61B07AAA502911A56FAC90AA2F2B173124B245B1D13037310FB1C82A47AAE6B2B5A623A862B04E30FDAD803595B5A2AF95A5A1AF3A35272178AE322F72A891311C300A332F31822E831DD532952D6D30FCA3E52C182CBD29C32C1035C2AE87B409B01AB1062DC02C67A589AAE5A1579552B028B2DDA46FB068A072A5A4354C319CB49B2C5F3061B230AD14A0B9287FAFEBB18F2E413139A840B336AD4334DAA220AC0620FD28B03564AD4FB2A9AB6FAF23B3D92E98A95B2D802EEF303CA8339A5AA81B2AAFB2363308AD70356130E9A901ACAFB16A2647A52530819B95AC29AD0CB0002E0DACBBB2AB2DD331BFAC12B094AF5CA5B1B26AA5CA2EF3B1082733A86AB45CAE25B2962DBEB170B4C1B4DB30FAA2DC229CAC1F30DC2C8DAE7434BCB06CAEDD300EB350B2BE304832CCAD50AF803593A472B46EA75BB501AF7BB204B45D288F328830FEB031B474B0D03194B3CD304FB4352C382CCFA0182977B20E2DBE22E6288D2FDB2FA721AEB34EB48F296FAD74AC96B32DAC9CAF1C30CDA81E280CAB98ADB1A7DDB021AF7F307130B733F9B4D027043470B0CAAAEB323A36402D3DB1D6B102AE112BB331E1308AB178AECD2E2F1DE3AF37B1CDB0DA24E8B4EB2FD3ABF12D012C39B49C3211286F2FBB37DAA53BB45BB465B402B20FAB692F4CA94C9B9D9E22AF3732D227A5B00FA90032E7A34C2C4CB0A8AECDAC699D9A349D311193B6AFC7AD5632A41FEE30F73502AE3227350FD62AA4AD6431FB29502FBE32292D0D2024AD2A2AEB2EFD2DDBA97B3006A55BB1D4B2BAB455B08030FD35E42D4DAF539E0D9A19AA5DA952AA8D29A3B2C5A110AA71AF0DB3EFAE6AB06CB2A830C831E1B2E228D83180A9ADB0D6AE11A86DB1C827E02B9CABAAAA0830ED33BF2FE7226D364235CB2D87AC3A3063328832262E4A30621E7AAB39B29D325EB564B480B280250233271F86B061B1ECA4FF2D4EB2CD252228FF32ABB5292FCBA5C12A472EC233473293B07BB1E83576B1752BF6AC9B312AAEEEAA83AFB0ADDA323AB0582D7DA8ADAA7A2EFD24412AADB0A6356530752786B271B2D29CF3A464B12A218C3099A42126EB2D58AD77AD05B1C5B08033172EB5AFF1AF21B46AA97E2576B032B2C33590A8D7AC8E30AA3413B17F2901AC49AD57B0D8AC0B325D231A2B832851AA572C7AAA092CAF2EC3A4769B08300F38DFAEB8B5F42D35AF24A10D2EFF31A5A9C6B45DB50A96A0348F30C7A66A2E40212031D7AA28AF60AA68B3083066ACED3282B05C319AB21CA0D52DDD34D52F6A2C41328EAD1533BCAD13341123A8B27031E92915AC4FA4972E4BA67234CC2EC4295F29803202AF2BAC37AF13A5BCAE562C4A2DBE3368B26231A82C42AD322D3DAC3F1579AB73B1CBAB20A05BAA6DA67D311A2B0BB07C2E6A3341ABF0AA2A2A0525B4AD66323BB6182006B51C22B5AADAB3ABB32A2CAAACF22B092A4F349E312AAE50A9F32E99260FA72A31E633C4A85A2D22B0B62E96B379B21CB012B150A33C30A73341B102B119B4F525DDB2ACA4E9A891ACFD318C9C072DB2B5F2B64927112945ABD8B0DD2F2B2FA4AD1C33B33125B2F930E52B7225192D082CF9B16EAB692EF5AC3733E6AE70330DB2103115B179307634C92D0C33D429E9B1612FDF2F58357CB2B5B06B2F162D24AD5523B12E13AE499FA4A62F29EDAC5030D132AEB0B9B08DB1BEB0C6B06231342AB019ADAC0FAE96A6919E5B281933BB20E931BDAE90AEA2ADBEAF3033BF2D0B23282F61B382A975AA71B477ACF5ABC033DFB48E28802820305E2FC0B8E42E2DB297ADE92F8EB42E3055AF3237F9B2DC2EDB2DF5AB24A87E28602B87359C1C1CA0BE2DDD3013AD092E662A1F3563B2AE30082F8333DD3292AAF12AFDB1082BD1A791B12AB1022AFDA2B6AF0B2B67A892AFCEB517303D37A53156B4E730A92E87A90428AEAD822E12A85CB42D20EEAC58225FA95F32CBA9032C18A9F12CA7AF92353336D59A442626AD181D1DA60DB214B14DAF303280B17CB02328E2B286AD572FDC2A9A2468B15F30B92CA12C56308F2CB6A3762430318826D72E47B3D7323BB5F42A50A95A32542F40ADDB2F06AF4BA2442C9AA1B0AAC83138A88432D0AA47B136B0122DC21F2BB41F2BDE3193334DAD5A2B442C212903B1622A7DB219AA829FE3ACA3ACF61A6321C8AE9CADE52F99283938CF30F92F78AEDCAD71B203B3203205B03D2C50A71032D8B48F36182BC12882ADAC2D0BA64AAA2CA6E934ED2852B042B0E3A81C30522CC5B38F340E2EB9B3",
      torch_tensor_16_torch.float16: "0x02000000E43345B90CB8F23305B055B639AC61BB4134FBB628330C2985B59F32D9B4D2B8",
      torch_tensor_64_64_torch.float16: "0x0200000065AA4A301930C8A9A32E86B2B031E6316F3172AC55B292B4E4310A2CBBB448AC6A2D512F9B3363275CAF1534322FDDAE6D3564311F33D6B2F435562DE92FEC1B452B30AC55B21DA6322F752ED3322831EF30052E3B2E3FA914B26D30F731782E0F34993111B35A31D1AE672FF03203B180AE7330EBAC4EB2CAB0E33431A6F21A2E31A52EA9ABCEAE54306CB0E4A9F52C4B1C0CAE81A8B4B055AE183133AE26B186AA43B0142F30AE6FAB9AB0A62640A704AE05A59D2CBE2CF23436B466B1F01E17A42CAF57AE26B4842FE5B1F8A3CE17F99E2134EBAEDB2C1830112D9429C0ABAC2826304C342A2C63B75DB17BB250B34CB3D82C44AAE3B09CB1B7B18D2EF3A936A41FAF1326DF340AA8752EE7A5E0B24A3195AC76B1D6A6C5ACFA34B129D6B4E432D02BFBB2EFB29D30302A9E2586B0D9ACA09EDD30DE2ED42EA1AB14255BA48B35729DE52EF1B0132BB333A5B17B2745B42FB543A0CEAACBAEF634CF342B2F1122A8B462344F258FB50F2D9E3208347AA770B3E9B08FAD972C53AC2AB1AD313C2EDA30E0A66231FDB3EE2DFEADDF27542E59AD2B303F9FDF244B982C2CCF3177B014B47CAAD030D2B0CF2C6A338031E832C430BCA5C02821B00BAC60B60DB18B2FE4AEB9B016A8D627172B2E29B0B00EA582B112B0D3ADA2B373B07FB00E35AE2E1DB2AB2418B058A84B3302B0572E36B5452DA8B2EC32F934E7AD7A34402D56AB6B31692E5C3326B46832632B06AC6A2EDB25A8B4E32F5DACAFAF3D315428EF2E7EB49BB03EB102B178AE053123B0182D0F2E14B4AFAAD4A0A431939F19A820AD902FF6AF80B25C2F7DAE4B286BA055B1AEB1012D05B104B214B034A7BFAF802D62B0EAAAC2B5092E1E347F3117ACD6A848286231EC29CBAE749CB2A729B2611A94B1A42746AF22B0F5301B2E1A1FDEB22D2FABAF0FB64DB01E2D1A27EBAEA1AED2348D344CB02BB036AB0F2C272A6AAC51B3A1212F2D7EA367A8B63301AAC92E2FB0192F543091AF3B35E62F8E328DADC12D01ADB1AF72B1E9AC3B30DE32CEAE7735612D7833DB20B8B0D9244BACD9B52EB4B0316E2D14B040309131DE220C2FCC32263159AE11B1DB2C5A2DC2B08A3638B6A2AC2B2FDFAB1DA83EB1812D43B08A14FD343B21392CA52EBAA77A9D303307A94A2E2D3205AADEB1D6A90EB0912FD235F7319CAB3D311FB1AD3238A8711E86B4FF328B30DAACD630C3AED3298E300A21C1B375B54A2C06A9E0AA89B1AD2C42AF71B0E12761AA1BB04930B031F6B12AACE831BFA8D6AE21A8A92A4C2757A605B3472A5A288D2FA33014AF10A91AB10BAC1431FCB2F0AB2C2CA5A8F7259698C5307FB2382B25B1B32DB8AB47AC52AE5C36E1AF46222433B0352BADAAA8602D8D34F6304324822EB2AF503076AD7DABA82B2E33912F34B4BAA2AB1CF8A9C72867ADB334202E7B2EECA650A8EF29ED2F08A490AE9E2571A79030FA244BB0942D32B483AFF5A905B29BACE4A87FAA0F24ECA3C53045B152B4A432F1AE1FADEAB3162B5FB27BB10EB4D0A4172DEC2C499E49B23CAE27286A2965B06F3362A809B5A2AA982E67317B130EB6F7A75928CFA73B29FD26082539A262B3C811B9B2CAADD9AC9AB46CB10EB697B4142E09297AACE1302C1FAB30EA2928B0422ECF18F93558B3B530DAAA57A83FB42625BAB142B081AC402410AEE832E1ADD9B615280D9A7CAF3BAF3BB48D266DB2E2AD10AEE0B2CB35F9300B304FA8B9B4E21F30341FA88AB4AB2E36AF83313DB2142E14A9C1B43C1DCFA8ED2F992D8E24B2AA8D22472E722A57A6CBA3D9ADCCAAF0B14F31A4B4402DA0A4372968AD9B2986AA18B217A09333F92658B4D02FCA9E83ABB1AB80300333783253308C306C31AD3102AE2E32F533F6ABFC2BE534E4ADE3AA4F2CE1AE1EAF4A26452CC29E5BACEDA90EB0612DA6336A2935B4B82E7933652C61B241AD8531E9A0DC1F1A31AD2F8DA96F180FB49C3374AC9133E5A5F421E5A49C1841AA65AB18AD2F34F930362AED30D2B28A25463098260C339129D79B41B40B24B1B4092F91AD09AD8AAD9C310CB17526DEB5A8AD72AC2E34712E0FA712B3F4A070B2B029B4A8B3324E3071B18535FDACFD31F4AC40B15CAC3A3462AE243024AFAC2CD0B13EB0DBAD82AC862AA72EC732922CEA24552E1DA5B2AFD233E4B19DB4D9AB43AA142EC82B63B1D11F10A645AB779EAFAE00B0A6AD7AA094ACE1AAA8B2C72CFAB4C5B22C35272D202F42A1271AD9AA143115AEF61CA23288290E2DB435FD2F6BB2F13282AF01337D2C92ADCBA4F728872CF32812A993B0FFA704B1AD3376348DA22BAC0F2F9532CEAFDF2573B46DB0211E41341FA890B06B302A2CD8285DB1BFAC24A79FB0FC250B2E892D3BB23A34E1A96C2D47B352AAE73313AACDA620AD8AADDF2C4F3151B5BFAC52B04E3101AF28B3DD2DB3A9D521022986B5F9347BAE6C2C78A50E2D85AFE42A0021AC9A8C2AEEA9F0B0CEADAAB28296582F442873ACFFABD824BA2FD5ACF4B17BB283AC370D71B5852034B0B82D0131D6AFD133CBACF9301530243409A8592D96312BA20C2E43AB28AEE7B201B48F29F9340F2F56A30335AE336DAFDF2B2734A6318DACD932D731742D28311E2C6B2F42A0BCB2FCB05324532D49A1FB2E132DFD2C64B2AE283AAAE3A165282A2E8CB47AB086AA0C27C4AE02B2EB3269AF27B263B1C4A5802F8EAEDBB132A5392C2AAE7FB073B0ACAD572DC2B46D2CEA24FCA419B548344A33492559B117B2813892AC7BB164B015375C33412CD7A863324E2CB32C012A1C1CC7AC79B025B0E3B272ADE3AED12DE4AB63AE45B62034E72AB0AD3EB52A22613450B0C5B0DA33603200AC44334820E1306AB1AE2E1FB16531A73298ABF432F0B2023411B030B25D2F01B15A317A238230BD9C5EAA792E452C46B090A8A53372A8CC2338B0B6AE30AAC7B45AB4CDACB2B2462C41B4DB2BD3ADF020C326D9343134C9A43DB2292F3BB49E25C9358BB0903127AD77A712311932E7B0CC314135352A9BACA721F12B5924BE255825D0A1B1A77CAE873164AD75B4A2AECE280FB552AA7D303324732B6D34AD2FE3AFD92C643190B2572B20308C33F02C9B2E8AAD32B017B46B310F36FD1E6A214A33C4ADA7A815B2FAA206312EAFC1A037A765325B3069AC452B15AD65A8C4B23B2D9AB0D02F6EB4CFB460299B313B2B9CB1FA30E5A94C1EA5B4BDAE042F41B25FA4C5319C30112DB9A646307A306B31A1AFB9B0EC31B32DD4AC8DA647B07FB2DCA5D5349DAB832C842539B1EB2F00AA7BAD77A5952AB7A9F832F628272EA730EFB065AE33287FB131AA43A156A66F2E0B20C128F4AA1C3476B2DDB3662E5634B6A91AAC162D4BB21EB2F5B22935BDB1962E6FAF0431D92238B011A90CB3352439A99D2883B0B5B07B326E979BB02A1CA922DCA23C28973383AC512D63302822D02D0EAD46B06AAB052AB4316BB3B72D0B31C3B3783356AA1FB6492ABAA88A304A293D32AB1E82AC41A8F12E213596A6CEA96DAF72B1C92E92B0AC28252C062D17B1EA30ABAED23114A74A344A2DFF2867A77C2B07B66D28C735B92532B338B3B42C77305AA5102C063298B357ACB5AF0A3314AC332C9AB0B92E4931F020F0AE0DA2DA2AD6B0C4AC7EB4D0B33734AA25B3B4B2231A28372E25B0D132ED32C02E58265A2A1DB0952EC7A4F5B46E9F7B33D126422C9CABBAABB12CAA319CA953A453AC842ABF3494AE7DB03DB2449CAE2D55B02731DAB0CDB12CB039AC6F92CAB0F133D0B1771CC6B025321A21EA2BB5AB5C29933424A6012DD6AB0A28BA2249B48D2D5BB611AD35AC733061AB9DB07A2FF02BFDAECA32F4AF76B197283BA5409839A97F314C2D0CB10330C431B3B4952DD6267B2BA4AF2BA5182CC132A12F853174AED02C6FAFCFB09DB15426C8B392AD2A857731F9ABBF3003304BADE1B08131E6AB5AB51D278E34322A0DA00BB06B2123B20DB236AE3EB7811E4A292E2B0094B32DC82D5A2CD132D73017ADCC3377B01CB057AF283493AA2A2C602DDE289628B3AD96B1F1AF38B2ACB0F5B0BE2640B07DB066AF99AE82A4A32C55B170349E290C2D73B049B188221DB427306594BF2F8CA866B4E0AC2EA8CA2A8DA47933702F3531A8A8503266AA1EADDBB126B228B0A7AF913175238DACC62AF09D2DA0C529022B4FAC69B400B2D6B194B33B30F72DEFB155204EB020AC26AFE0A988196634F12E00366D2B71B232AFA5AFA9AD9EB1082C2B2EBD3040AC8D3029AD77A36F2C36A5B3B25236CA29AB2586AA5DAAEFAFF12CCCAE78AAEBAE6B2843A663B359B1BBA88AB116AB40A9FF2DEBAD6BB45CAD50B33BAFAFACDEA63534C3B0542FC2AA022C212C9FA99E3142B37EB2189DED2F5A32A12DAFAAD422B8ABEF280834342711B0ACAC5E343CB16227DC33D2AC61304A2B17AAF7B0482A30B4F72DF721B630C5A26A2F2BB0EA2B252D7AA8A8B45AADAA295A942931D82F79B071B10F320AB5C5AFC5B17A29842F9CA6732D65B31A3456B049AA299C8C2910AD05A1BEA6F32D0C3064B31EB1D2A990B1A8AA521BFFA942A996B428245B2F04ADF3307532242C14AF4FA48C3241B48EA51CB226A8B52FC02DEB2E02B23D3494ACC5A810322EA936AEB2A886301F2F022CEF31F3AF9633DE23323112A4FB24162721AB2E2CF3B31B33CA2DBB29242F98AB58B32F33B92A9A26B2AB402DE1AC572EDB2CD4AD65A1A2AC6CADA0B138ACA82470B50E3055B046B11B374F2385AC6AABB92D442D57A967A7A729E4A776B18EB0F63481B0802FAF2FEE33FF32442CF9A9E22B6BB090AFA12F8931D732452F22B21112B92CA1A5DA30252D0A2AEBAFE1300E2F62259E32DC305D3286ACE2A994AC8E30CE9FEEAD7A3181AB1DAFEB2488B4533003B476A952AD3B34822459A9E4310FA2BCB4C8AB3EB389AFF0B00AB0691797AE902D3835812DB42F29B4EB356EAC262DA530403487AC1AB287A95E22ABB0F8ACF531522D70A3102DA6A693B146A922ACEEB37B26012E23A5D3B1E02CAC2D6BB4B8ACC3A66B26652BA8A38731F52479ACB7A2242C51A5292784A8F5B159324630893319B4C1AABE2CCBB2992C72AE98A9D631A43141B3B6A9DEB026292D2E0DB15AABE1B1782CE9ADEBB3172CC03065302420B72A8CB5CEB4E12B81263CB2B7B1173573A996290A2926B17CB2BEA9A6B169B3B5A70A2FAB2EF3AD5C2957291EB102AEDDA1CAB2482698B0C9B2972E5E2EF2223D2B77AEA2A8E434A1AABFAED1AD69B0662C59308DA23735B9AE02A7F43527B24B3105B0A52CF4A920AEBC2762B1872D1A2B672F24B115A84B2CA0B26626FFAB4CAB26A85F357BB2E92932304BA171225A2AC430CB2D49300A3539B45730FDA354B4F5AF0F30BF31B7AD3FB5FA323AB357B13E30C52B592C73A8893134B0DCADD93149B4F92C6E2F3EA826AE4DB074A759AC6521AAA2CC2653AEF53043B269A600A8C59D45A8BFAC729D1E309BB02FA6FBB02535B5306AB3323412B487A8E8A8133283A60A30F3AE33AA4530E3AC6FAFC3AFD9B1E3A8232FB9316122893121AEF431F42977B42AB24E3548B11C2C6330A4306EA81C3491ADA72EB1A80CAF0EB16CAB58A4A0A8E4271430E6B477307B25C53283B4B12B2C2D03302FAE0D307F256327B92E4BB457B028B0472738340DAE903097A97FAC502F34AAE8B3A0218B2B70B2D0AA7030DD2175303E15783418AAFA2B91B46BB2722ACFB2CF34A12A99A925B045AE91305BACD529FBB41A2FA032C6AC0C346D2E1CA890282A32D92F7B2112300E34F22D3135B4B0EB31352E53AF281F30B06CAB48B1902D59AFB82C1F9CD5AED1B565ACD02BA9AA642F542EF6358533F7A8182BE929BDB3E02FF9B44CB345B33A36909895B0DD2A36349EB28A1631AFA3B191A899B459A6F72F0D341D9B3FAA49B4702B623425305BB2BBB01EB07E2720AC112A4BAAB134B02789B1F3320EB12DB25320C7B0352DC834C12C8D30E62B1FA6FBA40EAB3DAB32289531A02E34316EAC80A9E0171FA90AA54333C4AF103002279A2CF2AB9230C5AF4B32BB1D68B3D736301A8F31A62CD5AA3B31CC28972878B48BB309ABCFA3D0A5BBA4A6A78530BF334AAFEDAED622D1AD332F98B47D1F8DAF672D752C2FA044A447B334A312ACB51CA1AB7BAC7A33172F6DB11EB0A2AACE30882F72B5B8305730D4ADC8AF7F32CB2EA5B43D3169A716B3E42F972CAD2EBFADF62A002D79B4E92E42B4C5309B3407B672B2C125402400B0A4996CAFADB1E7A0C4207AADCB3253B53F2CA5ADFD30A52EBDA8A9211AA7DAA7DCB569316A346334E63417AA0B2D51AD65331FA3229E462D0C28F2253CB0BB2D9F32701737B127B34B24C8ACEE2C5CA7A3AB9F2BACB26F2EC5230BABAFB6D6ADCD9378B35E320C2B94B15BABFB2C93306822FAAF2E302DABFB30B29856B041341534D82FEC2E7EA3AF29BCB1B028B1B233226AACABA61430242E0FAE81B380B2D199E9348B2CE9A58DA2733230AC41301A354EAB552FAFB14EA430318127FAA8E8AD1C333D2B9629DCB2A22EA128D92F5B318DAD1A190E32B193372EEC1E11B512B0DEAD8A2F7A2626226531A6A557351C255EB667AFFE2D72A9BA279230CC30B027CFAFB533CFA9D42CDC3293B443292E2D32AD26280A2F7925342FC430D1ACBA3166317BAEF3980A32AA2B1BB10C3081B299348AB2D9AA1932B1ADDF2A551DCCAEE5B1452D02AF06308DB3002E52297AB1FA2BB2A988A177157324A9AABC29732D68AA462C55340FABB030492CE32F2DAC0533FC9D1AB07FB1F4B15EB4B22CD2B06935B034813279ADC1AE12AEC8AF85ABB9B0F1ABB4AFFBAC6633BFB0F5B56AAC87B59DA89D2C122477275128CEAEB9AD70B32C2C2DB076B2942342B42DAEC22EFB2E2131ED33642FDEAA132FE22EBB31ADB44930102E09B4252E1F3006B49827C2253F304B2E53A95028E132B432FA2FAC31B32DAF33FB31A4AD3E2C952FBEAA2A318F28A2315DA5DC32FFA1F9286D34F1AD7FB34330282F6833263064AF81A8172901ACDA2D572D0431F02EBEB0E830B5ACF62C8D315CAC70AECE36D82BDAB3A22772323AB4E4262231AF2901B1043001349C2E29AC1E25F6A354AF4831E3ABD313D0256BAAD9B4F52DC1B0CFA67133072E732B6CB03BA81A2F15AF743361317EA457B1F2306A250029E8ABA2A5362C10347FB44B24102DCB9AB3285EAF29AC671C78AF8F3400328D31A6B4C3B110343924B8AEB430BB2D2A2CD6A811A865AF29340AB167A51A325D2F3AA7032FEDA7363117AF8E2912AF1C2F6D3569291B2E56B32634A52C622D04A8812C313132AC9B313130FB339CA07F9D86AE002C52ADB5A96730762685AE0FB46727D6B0723413AEE8A8502F07B06AAEEA2D642FF2AD8E26E3B2E3AE952874297DA84DA4FDAF83B3DE30DDAD63ACC919312067B1913243AE20B12DABB49449ABCAB392B017B479ACA1A9E22FB3B378B22EB3721210B00D332FAD4CB496A9962C7B2C232ECEADA524AAA80031E22984A8552C8DB5F4A9749D8FB503290D30C5B5B82B762A089C6E27D128862983B08FAC06B4D72B70B0C9AC43B64A30B4B099AAF334BD2F7AA4EDB06BB640AE5A26FCAD4432012B74AC2CA764A7AE32F1B5F8AA84332134FC31B3A86C356133FF3113B1BDA847B1F32E9CAD7BB5DFB555280CAA12235330683181AC96987E328F285B321031E931F4B1DD234AB12DB077AC9B9B302E22AF4CACBDAF842D8631BFAD6FAA2C23272A9CAF21A63FB45BAB39AC51314B21F2ADF2B112B0E12AC42F43ADE29107B4E9AE193355B38597DE2B0DB581B03F26A32CC3B17D266A34A13356B29131922FA2A9E89B24B070A9972BCE320AB17331DFAED52CD72AC534B51FED2AAAAE3F20A5299831B6ADFBABB4B0B4302825BF332D314AB2FDAD312CEF30F62D729F2C301E315BAE8E29E530FCB12D33DB31D3ADAA289CACC6AACD2743A059324B30C42C8E2B9D30BE207332102DB0AC7A30CEABCAB392A89A3142AC8E3084AD3EB50DA4E22AEE1DFA1B82296BAE3C26FC302532C9B0F5AE4BAA2DB04D300B3166B0B3AA87B22FB1C8AE0032B23171B248AE73A7483385B2722A03B215B370A325301BA8E4A005B2FF23A1AC0B32E1344133B728862DF4B335310A2C6B2DD622B82AAA2262AF1CA90BB1E1AF46B0EFAECF310A2CA02C43B66D2E07378A99872B1E33F63547B14E2CE49CF8A2E5AC9AA91DA9562D2D3300B4D02F5D31BB336EA9BCAE05B5932B8DA18E3540AB2BB16FB289B323AFE5AE0F25972C6E277E247720043480B1B5AE14B128352A31E6A863A97D3332A2542CFAB03633EC1EAF324E3254AF032BA03034AB5E3035350733C0AEDEAC75AD8B317133E2B386B07B1EC131E62DBE2F27B05035FEB1FF220CAE8D22862D702A5CB16226EEA764A7B1ADCFB12EA70B33262616B13CA2D929F8B0D7282BA3C6B378A898328130D0ACF52D39B712A58A21ECAD503581342FB1953423B6E1B5D6A8CE2CB2B16DA8402FEBB09DA04D20A131BDB0BCB417B470AD84359CB0432A9528872867B53CA33C27C7314FB09F26FCB1BE2B6F30CCA9FD2E6DA46F2AAAB1CEB0952FF6B138B4D4AFCB2767A9EBB446B13895B831F4A8092BCF2FF8B1CF223134A520081CF3A3A33506B1B4B3CF270AB2292E1824473400AECC32FC2B93A5AC30692FE8AAE4AA7126B1B48129B7AB13304A2853296BB19427F33470AF6F3619AC14A0102F0AB4A6214E2D912E7728CDA264AF972E6998CDAF1BA874AE68AD72B4DAB2752834ADFDB10327B23061B0A332AF202EB0C32CFF3058362F304AB6D62D1A3187AD06ACE4AAC230C0A6DF2E71AC073202B06127B5A9A8AB7431EE324BAE85A83930D42D66A6DF2E2FAE90AD492F7DB357AE04B152AA4AB1352C413462B24A3152A9ADADFAAB71261DA236AA113076AF2DB021B3C430BFA5BF2C833442B079AF3128A42A2E32062EE3A313AD9928FFB57EAB6E2DE9365AAA05B04A3047240FB41FB29AA61CACA3304832A33172AB20A96AA916B317AC8EB510B152B045AE212F89ADDFB4E7334633102EFBA6BA28F63061B0F126F2323BAE9F2C46AC613016318D28C8315F297CB1E3304CAABCAD441758340622CBAD71ADF3322DA8F7335429E5B11327A5B471B393B4F6AAD7300F2D0A31D82A942DDEAB0DAC7A32D73223AEA421C1B4F12B69AC8C2A68A9052C493168ACD0A9351B3C318AAF122BB8314CB0BBB1BEA172ADB6AB7F2982347BAD2F262E25E626CC2D40AFB733AF2727AC75B413B4B6A47C2FA9AE7220B7B4BE23B4A73EB06527CAB47333E6B2A02B25A7142CDE2CF12D6EA823A91DAE1DB32430E931F62E122E0FAE1EA426B08DA9DB26F6AD632C2EAEE4ADE3AE89ACDAACB5AD81322CB111B5D0AED9AF8128C22D70AFCC25112E4E9E072E29311C2F852CD22826AFE79DE230139F35B396B2DAA868A905B4FC293D32B8206D2F513512AA8A2CD8A082AF2CB4B4297924EAA93632D3B072A5B72BD92C09B281349CAF5B2CAEAC57B505B016B0F7AF9BA65184AA35B328B42ED6AD80B2E03186A8743231B38DB3A5AFDCB0D925AF2BB62DA734762E6030D5AB532D0EB29130B928A32C80312FB141AE04B2D630AFAE03AC0323782C7B2E0135542C73ADBBAEB5B503343B30B0219CB48CAC68ADA5ACA7327BB253ADAA2EF624FFB2EBAEF62C293013B40FB10EAD61B075283FB06A23DF260DB27D292A31A132F6B276B424345EB06329B4B2A52F48AC483593AC77A91A30232DCC2E13A8EE304D34DB2DEFB2631D57A90C9C492FADB2F8A1B624C0A58EACF8AAB030D6A89B2B6EA4FD32CF1767AD03B0CB2699327A31D6B08EA667B633299634F430090C3FB166A573275CB365B32DB43AA7AB2CA9279D2F66356A23102E6A31959FC52CC53232A3AD1A3428D5A8522B2EB04B2D8BB2E1AFDEA77B3067B1932BDE3543A8CE26EEB0C9A6B1ADF9302AA545A639B2C82F36AD53AC58356E2F7F337C311C2787A42434062EABB4A2B4733218AF1232C22050AA47AE2EB3B09840B2A4A958B14BA9341B9CAC5BA80FB18BB0D029AAB1BC23D0B36D20AAB42EADA0B373B14CB0A2B388B40534282495B1A7B276AB56347DA838B009AEBDB206B4972888AE8E342E28913026B015AFD53203B06BB2FC2847AA542BFCAA8C1D27223F3227ACBD2462B0DBAF77B1FC2998337DA9EA2A27B0BF2E3EA934305832FF262CA601AC342C442A2BB1D5B2631EC6AD69B1E2B1303423B182B44929112D5A24FD2D7532D4ADE2B4A7B16DAC4DAE9F35B3AC1EAD3325C5A179AAA833012E3D34D930383483254E3340B25D31E92C8AAE232A1A1B22A09C285FAD35A90BB0CB2E9C305FAFA52EAFB575299CA80F1E9330F4AC55AD562704266129332BB436BA2EED1BA4ACB32C013037B31DAC0FABAB2A7224A6AE292E6631C6AE5E34070B70B07CA91DA46C2DD5AA0F2F5D2C64AFE3A4E1B1422DE9AD9FB02733BB22BCA99DB1072FA9A675AC2AA2FA3051300AAE02AA36306FAF672A72AA15A81A337E2C8734F2AD722E1B2D752DB4280FAB0BAC59A1AEAE3FAE90301DACC02824B22E2C7CA95AAF1AA109B54FB02DA78BACC53482AF0AAF663482B2D02E8DA965301BB218B58EB2782DF3A8B0B01020C02F4EAE2031A3313D333BB415AEC7B1A9B0B3B083274F309A3069B101AF0929D4A8FD2C0F2CB730D0341127B4B112AED6ABB7A6A5303F91B632A02FF426722BA03259313BA6BCB1E52A2C9FA2B256AFAEAF92AF16B161ADF3AE6C279F3459308A97FD3779306A2DB7263A34AF3513AF79AEE2305FAF1830B5AB51B4C8287926B0B3CBA6E82F67B1FC2FFC291EAF20A7D5AC09AC48B11434BAAE282869AC07A7572DE79D31A848B20FB47AAE2BB0B0AC1BAB011A452672AD932EC0AC3A2D51AEADACCBA4852A4934422329AA1433613518B296ABF4AFC5ABB5AEBCB28D33ACAFB22E5832192A2BA81C300CAF6B33D120EA3345B0FCAA34AE10311AA6CB345BB0A2302A357E2E0134F2A5EEA60634BAAE9CACA928DA1B2B2E2532B81EAAADC2ABC0A642341CB1A12D9823D53069B0082FED2EFF2962B0F726542E443069B1E8AC5AA99F2DA7B335A4DFAB9F342CAE92B066AEC5A8A1B01834472ADAB143AD25B408AF0B2E70A8F129333498A911AC392DF7336BAD96AFAC303DB671B027B06CA68F33B1B12D32D4329035A0B4D2317A2FE91DB3B1972A9DB2E73027AF1D1F6AB34EB3823094AD982D42B19A2E40AD49ADE22C4E30AE2CE629782A332BFCAA99A0463073265FB4402750285A2EE231E025FB29632CEF2DBBB2782220B1952DF330AAB1FAAF4CB03FB311A7D0A7D2A55628D224192F1FAEB7B0B19FFB319CB12A30E9B0D4A8582E99B072AADA34563018B005B377AE8C310D32F1ADD1ADF62D702E00ACCF2C1EAC0AB40CADDE2E8FB166B4D6B4D7A3CAA6B6A0AFB287ABA823DF1F21291C2C80B25E31DF2BF332942E2D3110AFFE32362BD12DC01C2128AD3172A6CCADA4245334162D86B0213068A9A22D10AE3AAC44B6C0B422ADBBAFA71D19B15BB189303B308B33FBB051293320012FD6307D27BEA8342582330CB00DB08E29D5B413321BB0A9324F28C4264D2EBCB0D9A4ED2B302D4F34"
    }
  }
#-}
