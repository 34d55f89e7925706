// RUN: aligned-opt %s -aligned-to-loops | FileCheck %s

// CHECK-LABEL: func.func @unpack(
// CHECK: aligned.load_planes {{.*}} planes 0 to 2
// CHECK-NOT: aligned.
aligned.kernel @unpack solves #aligned.unpack_problem<role = value, head_dim = 64, type = f32>
