// RUN: aligned-opt %s -aligned-to-loops | FileCheck %s

// The centre of a page is the mean of all that the page before says.
// CHECK-LABEL: func.func @keys(
// CHECK: scf.for
// CHECK: aligned.load_planes {{.*}}role = key{{.*}} planes 0 to 3
aligned.kernel @keys solves #aligned.append_problem<role = key, head_dim = 64, type = bf16>

// CHECK-LABEL: func.func @values(
// CHECK: aligned.load_planes {{.*}}role = value{{.*}}channels = 96>{{.*}} planes 0 to 2
aligned.kernel @values solves #aligned.append_problem<role = value, head_dim = 80, type = f16>

// Kernels for other sequences may set bits of the same word.
// CHECK-LABEL: func.func @advance(
// CHECK: llvm.atomicrmw _or
aligned.kernel @advance solves #aligned.advance_problem
// CHECK-NOT: aligned.kernel
