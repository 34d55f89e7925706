# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shapes and rows of benchmarks: those of aligned-bench, whose library makes them (tools/aligned-bench/Workload.h).

A shape is (sequences, query heads, kv heads, channels, tokens); of a skewed one, tokens is a tuple of lengths that the
sequences take in turn."""

import ctypes as C
import math
import os

import torch

TORCH = {"bf16": torch.bfloat16, "f16": torch.float16}


def parse_shape(text):
    """The shape "8x32x8x128x32k", or a skewed one, "8x32x8x128x1k+64k"."""
    *sizes, lengths = ([int(size[:-1]) * 1024 if size.endswith("k") else int(size) for size in part.split("+")]
                       for part in text.split("x"))
    if (len(sizes) != 4 or any(len(size) != 1 for size in sizes) or min(min(size) for size in (*sizes, lengths)) < 1
            or sizes[1][0] % sizes[2][0] or sizes[0][0] % len(lengths)):
        raise ValueError(f"shape '{text}': expected SEQUENCESxQUERY_HEADSxKV_HEADSxCHANNELSxTOKENS, as in "
                         "8x32x8x128x32k, or with several lengths that go into the sequences, as in 8x32x8x128x1k+64k")
    return (*(size[0] for size in sizes), lengths[0] if len(lengths) == 1 else tuple(lengths))


def shape_name(shape):
    """As aligned-bench writes it."""
    return "x".join(map(str, shape[:4])) + "x" + "+".join(map(str, turns_of(shape)))


def turns_of(shape):
    """The lengths that sequences take in turn: one, if the shape is not skewed."""
    return shape[4] if isinstance(shape[4], tuple) else (shape[4],)


def lengths_of(shape):
    """Tokens of every sequence."""
    turns = turns_of(shape)
    return list(turns) * (shape[0] // len(turns))


def equalised(shape):
    """As many tokens in sequences of one length, which is rounded up."""
    return (*shape[:4], -(-sum(lengths_of(shape)) // shape[0]))


def make_data(build, shape, spread, seed, dtype, device):
    """q [B, Hkv, G, 1, D], k and v [B, Hkv, N, D], on `device`; of a skewed shape k and v are lists of B tensors
    [Hkv, N, D]."""
    b, hq, hk, d, n = shape
    lengths = lengths_of(shape)
    library = C.CDLL(os.path.join(build, "lib", "libaligned-bench-data.so"))
    query, key, value = (torch.empty(sizes, dtype=TORCH[dtype])
                         for sizes in ((b, hk, hq // hk, 1, d), (hk * sum(lengths), d), (hk * sum(lengths), d)))
    turns = turns_of(shape)
    library.alignedBenchMakeSynthetic.restype = None
    library.alignedBenchMakeSynthetic((C.c_int64 * (4 + len(turns)))(*shape[:4], *turns), C.c_int64(len(turns)),
                                      C.c_int(dtype == "bf16"), C.c_double(spread), C.c_uint64(seed),
                                      C.c_int64(os.cpu_count()),
                                      *(C.c_void_p(t.data_ptr()) for t in (query, key, value)))
    query, key, value = (t.to(device) for t in (query, key, value))
    if len(turns) == 1:
        return query, key.view(b, hk, n, d), value.view(b, hk, n, d)
    return query, *([part.view(hk, -1, d) for part in t.split([hk * length for length in lengths])]
                    for t in (key, value))


def checked_heads(shape, count=8):
    """The (sequence, kv head) pairs whose errors are measured, as aligned-bench picks them."""
    b, hk = shape[0], shape[2]
    return [(i % b, (i // b) % hk) for i in range(min(count, b * hk))]


def exact(q, k, v, heads):
    """float64 output of some (sequence, kv head) pairs: [heads, G, D]."""
    out = []
    for b, h in heads:
        s = q[b, h, :, 0].double() @ k[b][h].double().T * q.shape[-1] ** -0.5
        out.append(torch.softmax(s, -1) @ v[b][h].double())
    return torch.stack(out)


def relative_errors(o, reference, heads):
    """|o - o64| / |o64| of every checked query head; o [B, Hkv, G, 1, D]."""
    got = torch.stack([o[b, h, :, 0].double() for b, h in heads])
    return ((got - reference).norm(dim=-1) / reference.norm(dim=-1)).flatten()


def clone(rows):
    return [clone(one) for one in rows] if isinstance(rows, list) else rows.clone()


def count_copies(cache_bytes, read_bytes):
    """Copies of what a call reads that together exceed four times the device's last-level cache."""
    return max(2, min(128, math.ceil(4 * cache_bytes / read_bytes)))
