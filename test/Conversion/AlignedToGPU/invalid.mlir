// RUN: aligned-opt %s -aligned-to-gpu -split-input-file -verify-diagnostics

// expected-error @below {{has no GPU kernel for keys of 72 channels: head sizes are multiples of 16 up to 256}}
aligned.kernel @odd solves #aligned.decode_problem<key_head_dim = 72, value_head_dim = 64, group = 1, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// -----

// expected-error @below {{has no GPU kernel for values of 512 channels}}
aligned.kernel @large solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 512, group = 1, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// -----

// expected-error @below {{has no GPU kernel for 256 query rows of a group (heads times rows): there are at most 128}}
aligned.kernel @many solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 32, rows = 8, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>

// -----

// expected-error @below {{has no GPU kernel for rows of 300 channels}}
aligned.kernel @rows solves #aligned.append_problem<role = key, head_dim = 300, type = bf16>
