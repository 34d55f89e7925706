// RUN: aligned-opt %s -aligned-to-loops | FileCheck %s

// One function for each phase; how far the cache is read can be seen in each.
aligned.kernel @d solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 128, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// CHECK-LABEL: func.func @d_prepare(
// CHECK-SAME: !llvm.ptr, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32)
// CHECK-NOT: aligned.load_planes

// First scores take the leading plane of K alone.
// CHECK-LABEL: func.func @d_score(
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 0 to 1
// CHECK-NOT: aligned.load_planes

// The other planes of K are added one by one, where they are asked for; V is
// read with one plane or with both.
// CHECK-LABEL: func.func @d_attend(
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 1 to 2
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 2 to 3
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 0 to 1
// CHECK: aligned.load_planes {{.*}}role = value{{.*}} planes 0 to 2
// CHECK-NOT: aligned.load_planes

// CHECK-LABEL: func.func @d_merge(
// CHECK-NOT: aligned.

// One item a group: whether its bounds are as small as they were to be.
// CHECK-LABEL: func.func @d_certify(
