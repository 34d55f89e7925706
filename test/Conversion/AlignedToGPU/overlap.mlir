// RUN: aligned-opt %s -aligned-to-gpu=overlap-launches | FileCheck %s
// RUN: aligned-opt %s -aligned-to-gpu | FileCheck %s --check-prefix=APART
// RUN: aligned-opt %s -aligned-nvptx-kernels='chip=sm_90a' | FileCheck %s
// RUN: aligned-opt %s -aligned-nvptx-kernels='chip=sm_80' | FileCheck %s --check-prefix=APART

// Launches apart need no instruction that only some architectures have.
// APART-NOT: griddepcontrol

// Whatever comes after `prepare` relies on all that was before it: it waits
// first. The others let the next one begin, and read of the cache what they
// can. A thread that ended without waiting would let the launch after next
// begin too early, so every path has its wait: those that have a chunk, and
// those that have none.
// CHECK-LABEL: llvm.func @decode_prepare
// CHECK-NOT: llvm.load
// CHECK: nvvm.griddepcontrol wait
// CHECK-NEXT: nvvm.griddepcontrol launch_dependents
// CHECK-NOT: griddepcontrol

// CHECK-LABEL: llvm.func @decode_score
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK: nvvm.griddepcontrol wait
// CHECK: nvvm.griddepcontrol wait
// CHECK-NOT: griddepcontrol

// CHECK-LABEL: llvm.func @decode_attend
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK: nvvm.griddepcontrol wait
// CHECK: nvvm.griddepcontrol wait
// CHECK-NOT: griddepcontrol

// CHECK-LABEL: llvm.func @decode_sweep
// CHECK-NOT: llvm.load
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK-NEXT: nvvm.griddepcontrol wait
// CHECK-NOT: griddepcontrol

// CHECK-LABEL: llvm.func @decode_merge
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK: nvvm.griddepcontrol wait
// CHECK-NOT: griddepcontrol

// Appends wait for nothing: they are launched one after the other.
// CHECK-LABEL: llvm.func @decode_extend
// CHECK-NOT: griddepcontrol
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 128, value_head_dim = 128, group = 4, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
