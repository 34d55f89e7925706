// RUN: aligned-opt %s --aligned-raise-attention -split-input-file | FileCheck %s

// Forms that the generator (test/utils/variations) found not to be raised.

// Slices of everything, and one that drops a dimension of size 1, before
// canonicalization folds them.
// CHECK-LABEL: func @slices_of_everything(
// CHECK: aligned.attention
// CHECK-NOT: linalg.batch_matmul
func.func @slices_of_everything(%q: tensor<2x1x16xf32>, %k: tensor<1x2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %k1 = tensor.extract_slice %k[0, 0, 0, 0] [1, 2, 16, 24] [1, 1, 1, 1] : tensor<1x2x16x24xf32> to tensor<2x16x24xf32>
  %s = tensor.empty() : tensor<2x1x24xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%s : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %scores = linalg.batch_matmul ins(%q, %k1 : tensor<2x1x16xf32>, tensor<2x16x24xf32>)
      outs(%s0 : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %all = tensor.extract_slice %scores[0, 0, 0] [2, 1, 24] [1, 1, 1] : tensor<2x1x24xf32> to tensor<2x1x24xf32>
  %weights = linalg.softmax dimension(2) ins(%all : tensor<2x1x24xf32>) outs(%s : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %o = tensor.empty() : tensor<2x1x16xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  %r = linalg.batch_matmul ins(%weights, %v : tensor<2x1x24xf32>, tensor<2x24x16xf32>)
      outs(%o0 : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  return %r : tensor<2x1x16xf32>
}

// -----

// Weights exp2(s - (max + log2 sum)): the log-sum-exp to the base 2. The scale
// takes up ln 2.
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func @logsumexp_to_base_2(
// CHECK: %[[LN2:.+]] = arith.constant 0.693147{{.*}} : f32
// CHECK: aligned.attention {{.*}} scale(%[[LN2]] : f32)
func.func @logsumexp_to_base_2(%q: tensor<2x1x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %s = tensor.empty() : tensor<2x1x24xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%s : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %scores = linalg.batch_matmul ins(%q, %k : tensor<2x1x16xf32>, tensor<2x16x24xf32>)
      outs(%s0 : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %e = tensor.empty() : tensor<2x1xf32>
  %m0 = linalg.fill ins(%low : f32) outs(%e : tensor<2x1xf32>) -> tensor<2x1xf32>
  %max = linalg.reduce { arith.maximumf } ins(%scores : tensor<2x1x24xf32>) outs(%m0 : tensor<2x1xf32>) dimensions = [2]
  %powers = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%scores, %max : tensor<2x1x24xf32>, tensor<2x1xf32>) outs(%s : tensor<2x1x24xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %d = arith.subf %a, %b : f32
    %x = math.exp2 %d : f32
    linalg.yield %x : f32
  } -> tensor<2x1x24xf32>
  %l0 = linalg.fill ins(%zero : f32) outs(%e : tensor<2x1xf32>) -> tensor<2x1xf32>
  %sum = linalg.reduce { arith.addf } ins(%powers : tensor<2x1x24xf32>) outs(%l0 : tensor<2x1xf32>) dimensions = [2]
  %weights = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%scores, %max, %sum : tensor<2x1x24xf32>, tensor<2x1xf32>, tensor<2x1xf32>) outs(%s : tensor<2x1x24xf32>) {
  ^bb0(%a: f32, %b: f32, %l: f32, %c: f32):
    %log = math.log2 %l : f32
    %lse = arith.addf %b, %log : f32
    %d = arith.subf %a, %lse : f32
    %x = math.exp2 %d : f32
    linalg.yield %x : f32
  } -> tensor<2x1x24xf32>
  %o = tensor.empty() : tensor<2x1x16xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  %r = linalg.batch_matmul ins(%weights, %v : tensor<2x1x24xf32>, tensor<2x24x16xf32>)
      outs(%o0 : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  return %r : tensor<2x1x16xf32>
}

// -----

// The same with log in place of log2 is no log-sum-exp: the weights would not add
// up to one.
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func @logarithm_of_another_base(
// CHECK-NOT: aligned.attention
func.func @logarithm_of_another_base(%q: tensor<2x1x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %s = tensor.empty() : tensor<2x1x24xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%s : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %scores = linalg.batch_matmul ins(%q, %k : tensor<2x1x16xf32>, tensor<2x16x24xf32>)
      outs(%s0 : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %e = tensor.empty() : tensor<2x1xf32>
  %powers = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%scores : tensor<2x1x24xf32>) outs(%s : tensor<2x1x24xf32>) {
  ^bb0(%a: f32, %c: f32):
    %x = math.exp2 %a : f32
    linalg.yield %x : f32
  } -> tensor<2x1x24xf32>
  %l0 = linalg.fill ins(%zero : f32) outs(%e : tensor<2x1xf32>) -> tensor<2x1xf32>
  %sum = linalg.reduce { arith.addf } ins(%powers : tensor<2x1x24xf32>) outs(%l0 : tensor<2x1xf32>) dimensions = [2]
  %weights = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%scores, %sum : tensor<2x1x24xf32>, tensor<2x1xf32>) outs(%s : tensor<2x1x24xf32>) {
  ^bb0(%a: f32, %l: f32, %c: f32):
    %log = math.log %l : f32
    %d = arith.subf %a, %log : f32
    %x = math.exp2 %d : f32
    linalg.yield %x : f32
  } -> tensor<2x1x24xf32>
  %o = tensor.empty() : tensor<2x1x16xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  %r = linalg.batch_matmul ins(%weights, %v : tensor<2x1x24xf32>, tensor<2x24x16xf32>)
      outs(%o0 : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  return %r : tensor<2x1x16xf32>
}

// -----

// 30 tanh(s / 30) / 2 is a soft-cap at 15 of s / 2.
// CHECK-LABEL: func @scaled_cap(
// CHECK: %[[HALF:.+]] = arith.constant 5.000000e-01 : f32
// CHECK: aligned.attention {{.*}}softcap = 1.500000e+01 : f32} {{.*}} scale(%[[HALF]] : f32)
func.func @scaled_cap(%q: tensor<2x1x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x1x16xf32> {
  %cap = arith.constant dense<30.0> : tensor<2x1x24xf32>
  %two = arith.constant dense<2.0> : tensor<2x1x24xf32>
  %zs = arith.constant dense<0.0> : tensor<2x1x24xf32>
  %zo = arith.constant dense<0.0> : tensor<2x1x16xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x1x16xf32>, tensor<2x16x24xf32>) outs(%zs : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %share = arith.divf %s, %cap : tensor<2x1x24xf32>
  %squashed = math.tanh %share : tensor<2x1x24xf32>
  %capped = arith.mulf %squashed, %cap : tensor<2x1x24xf32>
  %half = arith.divf %capped, %two : tensor<2x1x24xf32>
  %p = linalg.softmax dimension(2) ins(%half : tensor<2x1x24xf32>) outs(%zs : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x1x24xf32>, tensor<2x24x16xf32>) outs(%zo : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  return %o : tensor<2x1x16xf32>
}

// -----

// The division behind the second contraction, with what changes nothing between.
// CHECK-LABEL: func @neutral_before_division(
// CHECK: aligned.attention
// CHECK-NOT: arith.divf
func.func @neutral_before_division(%q: tensor<2x1x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>) -> tensor<2x16xf32> {
  %zs = arith.constant dense<0.0> : tensor<2x1x24xf32>
  %zr = arith.constant dense<0.0> : tensor<2x1xf32>
  %zo = arith.constant dense<0.0> : tensor<2x1x16xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x1x16xf32>, tensor<2x16x24xf32>) outs(%zs : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %e = math.exp %s : tensor<2x1x24xf32>
  %l = linalg.reduce { arith.addf } ins(%e : tensor<2x1x24xf32>) outs(%zr : tensor<2x1xf32>) dimensions = [2]
  %o = linalg.batch_matmul ins(%e, %v : tensor<2x1x24xf32>, tensor<2x24x16xf32>) outs(%zo : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  %same = arith.addf %o, %zo : tensor<2x1x16xf32>
  %rows = tensor.collapse_shape %same [[0, 1], [2]] : tensor<2x1x16xf32> into tensor<2x16xf32>
  %lr = tensor.collapse_shape %l [[0, 1]] : tensor<2x1xf32> into tensor<2xf32>
  %empty = tensor.empty() : tensor<2x16xf32>
  %lb = linalg.broadcast ins(%lr : tensor<2xf32>) outs(%empty : tensor<2x16xf32>) dimensions = [1]
  %r = arith.divf %rows, %lb : tensor<2x16xf32>
  return %r : tensor<2x16xf32>
}

// -----

// Scores with seven dimensions after fusion, collapsed and put beside a column of
// sinks. How many tokens there are is the size of a collapsed dimension among
// others of size 1, in the last of five groups.
#map = affine_map<(d0, d1, d2, d3) -> (d2, d0, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3, d4, d5, d6)>
#map3 = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d2, d3, d7)>
#map4 = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d7, d4, d5, d6)>
#map5 = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d2, d3, d4, d5, d6)>
#map6 = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d5, d6)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3, 0)>
#map9 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map11 = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d4, d5, d7, d6)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3, d1, d4)>
// CHECK-LABEL: func @collapsed_among_ones(
// CHECK: aligned.attention {{.*}} sinks(
// CHECK-NOT: math.exp2
func.func @collapsed_among_ones(%arg0: tensor<1x1x16xbf16>, %arg1: tensor<1x16x1x?xbf16>, %arg2: tensor<1x1x?x16xbf16>, %arg3: tensor<1x?xf32>, %arg4: tensor<1x1xf32>) -> tensor<1x1x1x16xbf16> {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %cst = arith.constant 0.000000e+00 : f32
  %cst_0 = arith.constant 1.44269502 : f32
  %c1 = arith.constant 1 : index
  %cst_1 = arith.constant 2.500000e-01 : bf16
  %c3 = arith.constant 3 : index
  %dim = tensor.dim %arg1, %c3 : tensor<1x16x1x?xbf16>
  %0 = tensor.empty(%dim) : tensor<16x1x1x?xbf16>
  %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<1x16x1x?xbf16>) outs(%0 : tensor<16x1x1x?xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    %24 = arith.mulf %in, %cst_1 : bf16
    linalg.yield %24 : bf16
  } -> tensor<16x1x1x?xbf16>
  %2 = tensor.empty(%dim) : tensor<1x?xf32>
  %expanded = tensor.expand_shape %2 [[0, 1, 2, 3], [4]] output_shape [1, 1, 1, 1, %dim] : tensor<1x?xf32> into tensor<1x1x1x1x?xf32>
  %dim_2 = tensor.dim %expanded, %c4 : tensor<1x1x1x1x?xf32>
  %3 = tensor.empty(%dim_2) : tensor<1x1x1x1x?xf32>
  %expanded_3 = tensor.expand_shape %3 [[0], [1], [2], [3], [4, 5, 6]] output_shape [1, 1, 1, 1, 1, 1, %dim] : tensor<1x1x1x1x?xf32> into tensor<1x1x1x1x1x1x?xf32>
  %dim_4 = tensor.dim %expanded_3, %c6 : tensor<1x1x1x1x1x1x?xf32>
  %4 = tensor.empty(%dim_4) : tensor<1x1x1x1x1x1x?xf32>
  %5 = linalg.generic {indexing_maps = [#map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%4 : tensor<1x1x1x1x1x1x?xf32>) {
  ^bb0(%out: f32):
    linalg.yield %cst : f32
  } -> tensor<1x1x1x1x1x1x?xf32>
  %expanded_5 = tensor.expand_shape %arg0 [[0, 1], [2, 3], [4]] output_shape [1, 1, 1, 1, 16] : tensor<1x1x16xbf16> into tensor<1x1x1x1x16xbf16>
  %6 = linalg.generic {indexing_maps = [#map3, #map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_5, %1 : tensor<1x1x1x1x16xbf16>, tensor<16x1x1x?xbf16>) outs(%5 : tensor<1x1x1x1x1x1x?xf32>) {
  ^bb0(%in: bf16, %in_12: bf16, %out: f32):
    %24 = arith.extf %in : bf16 to f32
    %25 = arith.extf %in_12 : bf16 to f32
    %26 = arith.mulf %24, %25 : f32
    %27 = arith.addf %out, %26 : f32
    linalg.yield %27 : f32
  } -> tensor<1x1x1x1x1x1x?xf32>
  %7 = tensor.empty(%dim) : tensor<1x1x1x1x?xf32>
  %expanded_6 = tensor.expand_shape %arg3 [[0], [1, 2, 3]] output_shape [1, 1, 1, %dim_4] : tensor<1x?xf32> into tensor<1x1x1x?xf32>
  %expanded_7 = tensor.expand_shape %7 [[0], [1], [2], [3], [4, 5, 6]] output_shape [1, 1, 1, 1, 1, 1, %dim_4] : tensor<1x1x1x1x?xf32> into tensor<1x1x1x1x1x1x?xf32>
  %dim_8 = tensor.dim %expanded_7, %c6 : tensor<1x1x1x1x1x1x?xf32>
  %8 = tensor.empty(%dim_8) : tensor<1x1x1x1x1x1x?xf32>
  %9 = linalg.generic {indexing_maps = [#map2, #map6, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%6, %expanded_6 : tensor<1x1x1x1x1x1x?xf32>, tensor<1x1x1x?xf32>) outs(%8 : tensor<1x1x1x1x1x1x?xf32>) {
  ^bb0(%in: f32, %in_12: f32, %out: f32):
    %24 = arith.addf %in_12, %in : f32
    linalg.yield %24 : f32
  } -> tensor<1x1x1x1x1x1x?xf32>
  %collapsed = tensor.collapse_shape %9 [[0], [1], [2], [3], [4, 5, 6]] : tensor<1x1x1x1x1x1x?xf32> into tensor<1x1x1x1x?xf32>
  %10 = tensor.empty() : tensor<1x1x1x1x1xf32>
  %11 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg4 : tensor<1x1xf32>) outs(%10 : tensor<1x1x1x1x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<1x1x1x1x1xf32>
  %12 = arith.addi %dim, %c1 : index
  %concat = tensor.concat dim(4) %11, %collapsed : (tensor<1x1x1x1x1xf32>, tensor<1x1x1x1x?xf32>) -> tensor<1x1x1x1x?xf32>
  %13 = tensor.empty(%12) : tensor<1x1x1x1x?xf32>
  %14 = linalg.generic {indexing_maps = [#map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%concat : tensor<1x1x1x1x?xf32>) outs(%13 : tensor<1x1x1x1x?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %24 = arith.mulf %in, %cst_0 : f32
    %25 = math.exp2 %24 : f32
    linalg.yield %25 : f32
  } -> tensor<1x1x1x1x?xf32>
  %15 = tensor.empty() : tensor<1x1x1x1xf32>
  %16 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%15 : tensor<1x1x1x1xf32>) {
  ^bb0(%out: f32):
    linalg.yield %cst : f32
  } -> tensor<1x1x1x1xf32>
  %17 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%14 : tensor<1x1x1x1x?xf32>) outs(%16 : tensor<1x1x1x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %24 = arith.addf %out, %in : f32
    linalg.yield %24 : f32
  } -> tensor<1x1x1x1xf32>
  %18 = linalg.generic {indexing_maps = [#map9, #map10, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%14, %17 : tensor<1x1x1x1x?xf32>, tensor<1x1x1x1xf32>) outs(%13 : tensor<1x1x1x1x?xf32>) {
  ^bb0(%in: f32, %in_12: f32, %out: f32):
    %24 = arith.divf %in, %in_12 : f32
    linalg.yield %24 : f32
  } -> tensor<1x1x1x1x?xf32>
  %extracted_slice = tensor.extract_slice %18[0, 0, 0, 0, 1] [1, 1, 1, 1, %dim] [1, 1, 1, 1, 1] : tensor<1x1x1x1x?xf32> to tensor<1x1x1x1x?xf32>
  %19 = tensor.empty() : tensor<1x1x1x1x1x1x16xf32>
  %20 = linalg.generic {indexing_maps = [#map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%19 : tensor<1x1x1x1x1x1x16xf32>) {
  ^bb0(%out: f32):
    linalg.yield %cst : f32
  } -> tensor<1x1x1x1x1x1x16xf32>
  %21 = linalg.generic {indexing_maps = [#map3, #map11, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%extracted_slice, %arg2 : tensor<1x1x1x1x?xf32>, tensor<1x1x?x16xbf16>) outs(%20 : tensor<1x1x1x1x1x1x16xf32>) {
  ^bb0(%in: f32, %in_12: bf16, %out: f32):
    %24 = arith.extf %in_12 : bf16 to f32
    %25 = arith.mulf %in, %24 : f32
    %26 = arith.addf %out, %25 : f32
    linalg.yield %26 : f32
  } -> tensor<1x1x1x1x1x1x16xf32>
  %collapsed_9 = tensor.collapse_shape %21 [[0], [1, 2, 3], [4, 5, 6]] : tensor<1x1x1x1x1x1x16xf32> into tensor<1x1x16xf32>
  %expanded_10 = tensor.expand_shape %collapsed_9 [[0, 1], [2, 3], [4]] output_shape [1, 1, 1, 1, 16] : tensor<1x1x16xf32> into tensor<1x1x1x1x16xf32>
  %22 = tensor.empty() : tensor<1x1x1x1x16xbf16>
  %23 = linalg.generic {indexing_maps = [#map12, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_10 : tensor<1x1x1x1x16xf32>) outs(%22 : tensor<1x1x1x1x16xbf16>) {
  ^bb0(%in: f32, %out: bf16):
    %24 = arith.truncf %in : f32 to bf16
    linalg.yield %24 : bf16
  } -> tensor<1x1x1x1x16xbf16>
  %collapsed_11 = tensor.collapse_shape %23 [[0], [1], [2, 3], [4]] : tensor<1x1x1x1x16xbf16> into tensor<1x1x1x16xbf16>
  return %collapsed_11 : tensor<1x1x1x16xbf16>
}
