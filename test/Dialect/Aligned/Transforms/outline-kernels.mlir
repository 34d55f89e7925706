// RUN: aligned-opt %s --split-input-file --aligned-outline-kernels -verify-diagnostics | FileCheck %s

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
!q = tensor<2x3x3x1x64xbf16>
!k = !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
!v = !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>

// Two decodes that differ in nothing share a kernel; another budget is another
// entry of the package.
// CHECK-LABEL: func @layers
// CHECK: aligned.pack {{.*}} {kernel = @append_key_d64_bf16}
// CHECK: aligned.append {{.*}} {kernel = @append_value_d64_f32}
// CHECK: aligned.decode {{.*}}kernel = @decode_0
// CHECK: aligned.decode {{.*}}kernel = @decode_0
// CHECK: aligned.decode {{.*}}kernel = @decode_1
// CHECK: aligned.unpack {{.*}} {kernel = @unpack_key_d64_f32}
// CHECK-DAG: aligned.kernel @append_key_d64_bf16 solves #aligned.append_problem<role = key, head_dim = 64, type = bf16>
// CHECK-DAG: aligned.kernel @append_value_d64_f32 solves #aligned.append_problem<role = value, head_dim = 64, type = f32>
// CHECK-DAG: aligned.kernel @aligned_advance solves #aligned.advance_problem
// CHECK-DAG: aligned.kernel @decode_0 solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16,
// CHECK-DAG: aligned.kernel @decode_1 solves
// CHECK-DAG: aligned.kernel @append_value_d64_bf16
// CHECK-DAG: aligned.kernel @unpack_key_d64_bf16
// CHECK-DAG: aligned.kernel @unpack_value_d64_bf16
// CHECK-DAG: aligned.kernel @unpack_key_d64_f32
func.func @layers(%q: !q, %k: tensor<2x3x?x64xbf16>, %v: !v, %row: tensor<2x3x1x64xf32>,
                  %rows: tensor<2x3x8x64xf32>) -> (!q, tensor<2x3x8x64xf32>) {
  %p = aligned.pack %k : tensor<2x3x?x64xbf16> to !k
  %a = aligned.append %row to %v : tensor<2x3x1x64xf32>, !v -> !v
  %0 = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<budget<12>>}
      ins(%q, %p, %a : !q, !k, !v) outs(%q : !q) -> !q
  %1 = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<budget<12>>}
      ins(%0, %p, %a : !q, !k, !v) outs(%q : !q) -> !q
  %2 = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%1, %p, %a : !q, !k, !v) outs(%q : !q) -> !q
  %u = aligned.unpack %p outs(%rows : tensor<2x3x8x64xf32>) : !k -> tensor<2x3x8x64xf32>
  return %2, %u : !q, tensor<2x3x8x64xf32>
}

// -----

// A kernel is a symbol of the package, so it cannot have another's name.
// expected-note @+1 {{taken here}}
func.func private @append_key_d64_bf16()
func.func @taken(%k: tensor<2x3x?x64xbf16>) -> !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]> {
  // expected-error @+1 {{needs a kernel named @append_key_d64_bf16, and that symbol is taken}}
  %p = aligned.pack %k : tensor<2x3x?x64xbf16> to !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
  return %p : !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
}

// -----

// Planes of f16 bits have kernels of their own.
// CHECK-LABEL: func @lossless
// CHECK: aligned.pack {{.*}} {kernel = @append_key_d64_f16_ieee}
// CHECK: aligned.kernel @append_key_d64_f16_ieee solves #aligned.append_problem<role = key, head_dim = 64, type = f16, encoding = ieee>
func.func @lossless(%k: tensor<2x3x?x64xf16>) -> !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3], ieee> {
  %p = aligned.pack %k : tensor<2x3x?x64xf16> to !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3], ieee>
  return %p : !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3], ieee>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
!q = tensor<2x3x3x1x64xbf16>
!k = !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>
!v = !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>

// certified<E> has kernels that can raise a budget, and no other precision has.
// CHECK-LABEL: func @certified
// CHECK-DAG: aligned.kernel @decode_0 solves #aligned.decode_problem<certified = true, key_head_dim = 64,
// CHECK-DAG: aligned.kernel @decode_1 solves #aligned.decode_problem<key_head_dim = 64,
func.func @certified(%q: !q, %k: !k, %v: !v) -> !q {
  %0 = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<certified<1.0e-02>>}
      ins(%q, %k, %v : !q, !k, !v) outs(%q : !q) -> !q
  %1 = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<budget<12>>}
      ins(%0, %k, %v : !q, !k, !v) outs(%q : !q) -> !q
  return %1 : !q
}
