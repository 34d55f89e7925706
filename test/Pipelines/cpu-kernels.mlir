// RUN: aligned-opt %s -aligned-cpu-kernels | FileCheck %s

// Everything arrives in the LLVM dialect, under the names that the runtime
// looks for.
// CHECK-NOT: aligned.
// CHECK-NOT: builtin.unrealized_conversion_cast
// CHECK-DAG: llvm.func @append_value_d80_f16(
// CHECK-DAG: llvm.func @d_prepare(%{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32)
// CHECK-DAG: llvm.func @d_score(
// CHECK-DAG: llvm.func @d_attend(
// CHECK-DAG: llvm.func @d_merge(
aligned.kernel @append_value_d80_f16 solves #aligned.append_problem<role = value, head_dim = 80, type = f16>
aligned.kernel @d solves #aligned.decode_problem<key_head_dim = 80, value_head_dim = 80, group = 2, rows = 2, query = f16, cache = f16, output = f16, mask = i1, sinks = f32, softcap = 3.000000e+01 : f32, window = 64, causal = true, masked_rows = zero>
