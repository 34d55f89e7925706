// RUN: aligned-opt %s -aligned-to-gpu | FileCheck %s

// A certified problem asks, wherever there is work, whether its group has any
// left (GroupRounds.done), and its budget is the group's. The last row that is
// merged ends the round: rows count themselves.
// CHECK-LABEL: llvm.func @certified_prepare
// CHECK-LABEL: llvm.func @certified_score
// CHECK: scf.if
// CHECK-LABEL: llvm.func @certified_attend
// CHECK-LABEL: llvm.func @certified_sweep
// CHECK-LABEL: llvm.func @certified_merge
// CHECK: nvvm.barrier
// CHECK: llvm.inline_asm has_side_effects "atom.release.gpu.global.add.u32
// CHECK: llvm.fence syncscope("device") acq_rel
aligned.kernel @certified solves #aligned.decode_problem<certified = true, key_head_dim = 64, value_head_dim = 64, group = 4, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// Others do not pay for it.
// CHECK-LABEL: llvm.func @plain_merge
// CHECK-NOT: atom.release
// CHECK-NOT: llvm.fence
// CHECK-LABEL: llvm.func @plain_extend
aligned.kernel @plain solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 4, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
