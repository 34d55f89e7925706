// RUN: aligned-opt %s -aligned-to-gpu | FileCheck %s

// Each phase is a kernel that takes its parameters by value and says how many
// threads a block has. No aligned.kernel is left.
// CHECK-NOT: aligned.kernel
// CHECK: gpu.module @aligned_kernels
// CHECK: llvm.func @decode_prepare(%{{.*}}: !llvm.ptr {llvm.align = 8 : i64, llvm.byval = !llvm.array<{{[0-9]+}} x i64>, nvvm.grid_constant})
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.maxntid = array<i32: 128>

// First-plane scores are integer products on tensor cores of rows that a partial
// load brings. Of up to four query rows, both bytes are columns of one product,
// signed.
// CHECK: llvm.func @decode_score
// CHECK: aligned.load_planes {{.*}} planes 0 to 1 packed {{.*}}: !llvm.ptr<1> -> vector<16xi8>
// CHECK: nvvm.mma.sync {{.*}}multiplicandBPtxType = #nvvm.mma_type<s8>
// CHECK-NOT: multiplicandBPtxType = #nvvm.mma_type<u8>

// The last chunk of a head adds up what decides what is read.
// CHECK: llvm.inline_asm has_side_effects "atom.release.gpu.global.add.u32
// CHECK: llvm.store {{.*}} atomic syncscope("device") monotonic

// Further planes of K, then V, the second plane first: both are products of
// digits in f16.
// CHECK: llvm.func @decode_attend
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 1 to 2
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 2 to 3
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 1 to 2
// CHECK: nvvm.mma.sync {{.*}}vector<2xf16>
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 0 to 1

// All of that in one launch of warps that wait for each other.
// CHECK: llvm.func @decode_sweep
// CHECK-SAME: nvvm.minctasm = 4
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 0 to 1
// CHECK: llvm.load {{.*}} atomic syncscope("device") monotonic
// CHECK: nvvm.nanosleep
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 0 to 1
// CHECK: llvm.func @decode_merge
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 128, value_head_dim = 128, group = 4, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// Scores of many rows do not fit a warp's shared memory: two launches.
// CHECK: llvm.func @many_attend
// CHECK-NOT: llvm.func @many_sweep
// CHECK: llvm.func @many_merge
aligned.kernel @many solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 16, rows = 4, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
