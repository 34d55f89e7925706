// RUN: aligned-opt %s -aligned-to-gpu | FileCheck %s

// Each phase is a kernel that takes its parameters by value and says how many
// threads a block has. No aligned.kernel is left.
// CHECK-NOT: aligned.kernel
// CHECK: gpu.module @aligned_kernels
// CHECK: llvm.func @decode_prepare(%{{.*}}: !llvm.ptr {llvm.align = 8 : i64, llvm.byval = !llvm.array<{{[0-9]+}} x i64>, nvvm.grid_constant})
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.maxntid = array<i32: 128>

// First-plane scores are integer products on tensor cores, signed by signed
// for the high and signed by unsigned for the low halves of queries, of rows
// that a partial load brings.
// CHECK: llvm.func @decode_score
// CHECK: aligned.load_planes {{.*}} planes 0 to 1 {{.*}}: !llvm.ptr<1> -> vector<32xi8>
// CHECK: nvvm.mma.sync {{.*}}multiplicandBPtxType = #nvvm.mma_type<s8>
// CHECK: nvvm.mma.sync {{.*}}multiplicandBPtxType = #nvvm.mma_type<u8>

// Further planes of K, then V to 16 and to 8 bits.
// CHECK: llvm.func @decode_attend
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 1 to 2
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 2 to 3
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 0 to 2
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 0 to 1
// CHECK: llvm.func @decode_merge
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 128, value_head_dim = 128, group = 4, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
