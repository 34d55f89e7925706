// RUN: aligned-opt %s -aligned-to-loops | FileCheck %s

// Channels of K are read to three depths, rows of V too; the output's exponents
// come from the leading planes of a few rows. There is no other round, and so no
// phase that asks for one.
aligned.kernel @d solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 128, group = 3, rows = 1, query = f16, cache = f16, output = f16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan, encoding = ieee>

// CHECK-LABEL: func.func @d_prepare(
// CHECK-NOT: aligned.load_planes

// CHECK-LABEL: func.func @d_score(
// CHECK: aligned.load_planes {{.*}}ieee, role = key{{.*}} planes 0 to 1
// CHECK: aligned.load_planes {{.*}}ieee, role = key{{.*}} planes 0 to 2
// CHECK: aligned.load_planes {{.*}}ieee, role = key{{.*}} planes 0 to 3
// CHECK-NOT: aligned.load_planes

// CHECK-LABEL: func.func @d_estimate(
// CHECK: aligned.load_planes {{.*}}ieee, role = value{{.*}} planes 0 to 1
// CHECK-NOT: aligned.load_planes

// CHECK-LABEL: func.func @d_attend(
// CHECK: aligned.load_planes {{.*}}ieee, role = value{{.*}} planes 0 to 1
// CHECK: aligned.load_planes {{.*}}ieee, role = value{{.*}} planes 0 to 2
// CHECK: aligned.load_planes {{.*}}ieee, role = value{{.*}} planes 0 to 3
// CHECK-NOT: aligned.load_planes

// CHECK-LABEL: func.func @d_merge(
// CHECK-NOT: func.func @d_certify(
