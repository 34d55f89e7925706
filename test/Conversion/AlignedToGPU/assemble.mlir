// REQUIRES: ptxas
// RUN: aligned-opt %s -aligned-nvptx-kernels='chip=sm_80' -gpu-module-to-binary=format=bin | FileCheck %s --check-prefix=SM80
// RUN: aligned-opt %s -aligned-nvptx-kernels='chip=sm_90a' -gpu-module-to-binary=format=bin | FileCheck %s --check-prefix=SM90A

// SM80: gpu.binary @aligned_kernels [#gpu.object<#nvvm.target<{{.*}}chip = "sm_80"{{.*}}, bin =
// SM90A: gpu.binary @aligned_kernels [#gpu.object<#nvvm.target<{{.*}}chip = "sm_90a"
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 80, value_head_dim = 80, group = 3, rows = 2, query = bf16, cache = bf16, output = bf16, mask = bf16, sinks = f32, softcap = 3.000000e+01 : f32, window = 1024, causal = true, masked_rows = zero>
aligned.kernel @append_value solves #aligned.append_problem<role = value, head_dim = 80, type = bf16>
aligned.kernel @unpack_key solves #aligned.unpack_problem<role = key, head_dim = 80, type = bf16>
aligned.kernel @aligned_advance solves #aligned.advance_problem
aligned.kernel @of_bits solves #aligned.decode_problem<key_head_dim = 80, value_head_dim = 48, group = 3, rows = 2, query = f32, cache = f16, output = f16, mask = i1, sinks = f32, softcap = 3.000000e+01 : f32, window = 1024, causal = true, masked_rows = zero, encoding = ieee>
aligned.kernel @append_bits solves #aligned.append_problem<role = value, head_dim = 48, type = f16, encoding = ieee>
aligned.kernel @unpack_bits solves #aligned.unpack_problem<role = key, head_dim = 80, type = f16, encoding = ieee>
