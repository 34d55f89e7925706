# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shapes and rows of benchmarks: those of aligned-bench, whose library makes them (tools/aligned-bench/Workload.h)."""

import ctypes as C
import math
import os

import torch

TORCH = {"bf16": torch.bfloat16, "f16": torch.float16}


def parse_shape(text):
    """(sequences, query heads, kv heads, channels, tokens) of "8x32x8x128x32k"."""
    sizes = [int(size[:-1]) * 1024 if size.endswith("k") else int(size) for size in text.split("x")]
    if len(sizes) != 5 or min(sizes) < 1 or sizes[1] % sizes[2]:
        raise ValueError(f"shape '{text}': expected SEQUENCESxQUERY_HEADSxKV_HEADSxCHANNELSxTOKENS, as in 8x32x8x128x32k")
    return tuple(sizes)


def make_data(build, shape, spread, seed, dtype, device):
    """q [B, Hkv, G, 1, D], k and v [B, Hkv, N, D], on `device`."""
    b, hq, hk, d, n = shape
    library = C.CDLL(os.path.join(build, "lib", "libaligned-bench-data.so"))
    query, key, value = (torch.empty(sizes, dtype=TORCH[dtype])
                         for sizes in ((b, hk, hq // hk, 1, d), (b, hk, n, d), (b, hk, n, d)))
    library.alignedBenchMakeSynthetic.restype = None
    library.alignedBenchMakeSynthetic((C.c_int64 * 5)(*shape), C.c_int(dtype == "bf16"), C.c_double(spread),
                                      C.c_uint64(seed), C.c_int64(os.cpu_count()),
                                      *(C.c_void_p(t.data_ptr()) for t in (query, key, value)))
    return query.to(device), key.to(device), value.to(device)


def checked_heads(shape, count=8):
    """The (sequence, kv head) pairs whose errors are measured, as aligned-bench picks them."""
    b, hk = shape[0], shape[2]
    return [(i % b, (i // b) % hk) for i in range(min(count, b * hk))]


def exact(q, k, v, heads):
    """float64 output of some (sequence, kv head) pairs: [heads, G, D]."""
    out = []
    for b, h in heads:
        s = q[b, h, :, 0].double() @ k[b, h].double().T * q.shape[-1] ** -0.5
        out.append(torch.softmax(s, -1) @ v[b, h].double())
    return torch.stack(out)


def relative_errors(o, reference, heads):
    """|o - o64| / |o64| of every checked query head; o [B, Hkv, G, 1, D]."""
    got = torch.stack([o[b, h, :, 0].double() for b, h in heads])
    return ((got - reference).norm(dim=-1) / reference.norm(dim=-1)).flatten()


def count_copies(cache_bytes, read_bytes):
    """Copies of what a call reads that together exceed four times the device's last-level cache."""
    return max(2, min(128, math.ceil(4 * cache_bytes / read_bytes)))
