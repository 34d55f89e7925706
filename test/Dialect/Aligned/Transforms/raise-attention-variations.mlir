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
