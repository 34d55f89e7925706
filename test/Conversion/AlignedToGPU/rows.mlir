// RUN: aligned-opt %s -aligned-to-gpu | FileCheck %s

// Kernels with one phase have the name alone.
// CHECK: llvm.func @append_key_d80_f16(
// CHECK: llvm.func @unpack_value_d64_bf16(
// CHECK: llvm.func @aligned_advance(
aligned.kernel @append_key_d80_f16 solves #aligned.append_problem<role = key, head_dim = 80, type = f16>
aligned.kernel @unpack_value_d64_bf16 solves #aligned.unpack_problem<role = value, head_dim = 64, type = bf16>
aligned.kernel @aligned_advance solves #aligned.advance_problem
