// RUN: aligned-opt %s -aligned-nvptx-kernels='chip=sm_90a' -gpu-module-to-binary=format=isa | sed 's/\\0A/\n/g;s/\\09/\t/g' | FileCheck %s

// No kernel needs a library, none keeps a copy of its parameters, and rows of
// K arrive 16 bytes at a time.
// CHECK-NOT: .extern
// CHECK-NOT: .local
// CHECK: .visible .entry decode_score(
// CHECK: .param .align 8 .b8 decode_score_param_0[{{[0-9]+}}]
// CHECK: ld.global{{(.nc)?}}.v4.b32
// CHECK: mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32
// CHECK: ex2.approx.ftz.f32
// What a chunk has found is released before it is counted.
// CHECK: atom.release.gpu.global.add.u32
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 128, value_head_dim = 128, group = 4, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// What becomes planes is rounded as IEEE says, and never contracted: every
// operation says how it rounds, and is fused only where it was asked for. The
// one approximation is that of a scale's reciprocal, which the quotients behind
// it do not depend on.
// CHECK: .visible .entry append_key(
// CHECK-NOT: {{(mul|add|sub|fma)\.f32}}
// CHECK-NOT: {{(div|sqrt|ex2|lg2)\.(approx|full)}}
// CHECK-NOT: .ftz
// CHECK: div.rn.f32
// CHECK: rcp.approx.f32
// CHECK-NOT: {{(mul|add|sub|fma)\.f32}}
// CHECK-NOT: {{(div|sqrt|ex2|lg2)\.(approx|full)}}
// CHECK-NOT: .ftz
aligned.kernel @append_key solves #aligned.append_problem<role = key, head_dim = 128, type = bf16>
