// RUN: aligned-opt %s -aligned-to-gpu | FileCheck %s

// Planes of f16 bits have phases of their own, and no `sweep`.
// CHECK-NOT: aligned.kernel
// CHECK: llvm.func @decode_prepare(
// CHECK-SAME: nvvm.maxntid = array<i32: 512>

// A channel of K is read for 128 positions, a word of the leading plane for each
// lane, and as far as its tier says: one plane, two, or three.
// CHECK: llvm.func @decode_score(
// CHECK-SAME: nvvm.maxntid = array<i32: 32>
// CHECK: aligned.load_planes #aligned.layout<ieee, role = key{{.*}} planes 0 to 1 {{.*}} -> vector<4xi8>
// CHECK: aligned.load_planes #aligned.layout<ieee, role = key{{.*}} planes 1 to 2 packed {{.*}} -> vector<4xi8>
// CHECK: aligned.load_planes #aligned.layout<ieee, role = key{{.*}} planes 2 to 3 packed {{.*}} -> vector<4xi8>
// What a chunk has found is released before it is counted.
// CHECK: llvm.inline_asm has_side_effects "atom.release.gpu.global.add.u32
// CHECK: llvm.func @decode_estimate(
// CHECK: llvm.func @decode_attend(
// CHECK: aligned.load_planes #aligned.layout<ieee, role = value{{.*}} planes 0 to 1
// CHECK: aligned.load_planes #aligned.layout<ieee, role = value{{.*}} planes 2 to 3 packed
// CHECK-NOT: llvm.func @decode_sweep
// CHECK: llvm.func @decode_merge(
// CHECK: llvm.func @decode_extend(
// CHECK: llvm.func @decode_pack(
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 128, value_head_dim = 128, group = 4, rows = 1, query = f16, cache = f16, output = f16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan, encoding = ieee>

// CHECK: llvm.func @append_value(
// CHECK: llvm.func @unpack_key(
aligned.kernel @append_value solves #aligned.append_problem<role = value, head_dim = 128, type = f16, encoding = ieee>
aligned.kernel @unpack_key solves #aligned.unpack_problem<role = key, head_dim = 128, type = f16, encoding = ieee>
