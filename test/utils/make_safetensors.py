#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes small safetensors files for tests, with nothing but the standard library.

  make_safetensors.py OUT NAME:DTYPE:SHAPE[:FILL] ...

DTYPE is f16, bf16, f32, f64, i1, i32 or i64; SHAPE is as in 2x4x64, or empty for a scalar. FILL is

  random     standard normal numbers, the same for the same name (default)
  NUMBER     that number everywhere
  attention  softmax(arg0 arg1^T / sqrt(D)) arg2, in float64: arg0 is [heads, group, D] after dimensions of one
             are dropped, arg1 and arg2 [heads, tokens, D]
  sum        arg0 + arg1, elementwise
"""
import json
import math
import random
import struct
import sys

DTYPES = {"f16": ("F16", "e"), "bf16": ("BF16", "H"), "f32": ("F32", "f"), "f64": ("F64", "d"), "i1": ("BOOL", "B"),
          "i32": ("I32", "i"), "i64": ("I64", "q")}


def bf16_bits(x):
    bits = struct.unpack("<I", struct.pack("<f", x))[0]
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16


def encode(values, dtype):
    """Bytes of the values, and the values that they then are."""
    code = DTYPES[dtype][1]
    if dtype == "bf16":
        bits = [bf16_bits(v) for v in values]
        return struct.pack(f"<{len(bits)}H", *bits), [struct.unpack("<f", struct.pack("<I", b << 16))[0] for b in bits]
    values = [int(v) for v in values] if code in "Biq" else values
    raw = struct.pack(f"<{len(values)}{code}", *values)
    return raw, list(struct.unpack(f"<{len(values)}{code}", raw))


def attention(tensors):
    """Of the tensors so far; each is (shape, values)."""
    (qs, q), (ks, k), (_, v) = (tensors[f"arg{i}"] for i in range(3))
    heads, group, d = [n for n in qs if n != 1]
    tokens = ks[-2]
    out = []
    for h in range(heads):
        rows = [slice((h * tokens + t) * d, (h * tokens + t + 1) * d) for t in range(tokens)]
        for g in range(group):
            query = q[(h * group + g) * d:(h * group + g + 1) * d]
            scores = [sum(a * b for a, b in zip(query, k[r])) / math.sqrt(d) for r in rows]
            weights = [math.exp(s - max(scores)) for s in scores]
            out += [sum(w * v[r][c] for w, r in zip(weights, rows)) / sum(weights) for c in range(d)]
    return out


def fill(kind, name, count, tensors):
    if kind == "attention":
        return attention(tensors)
    if kind == "sum":
        return [a + b for a, b in zip(tensors["arg0"][1], tensors["arg1"][1])]
    if kind == "random":
        generator = random.Random(name)
        return [generator.gauss(0, 1) for _ in range(count)]
    return [float(kind)] * count


def write(path, tensors):
    """A file of tensors, each name with (dtype, shape, bytes)."""
    header, offset = {}, 0
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {"dtype": DTYPES[dtype][0], "shape": shape, "data_offsets": [offset, offset + len(raw)]}
        offset += len(raw)
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(raw for _, _, raw in tensors.values()))


def read(path):
    """What `write` wrote."""
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    header.pop("__metadata__", None)
    names = {stored: name for name, (stored, _) in DTYPES.items()}
    return {name: (names[t["dtype"]], t["shape"], data[slice(*t["data_offsets"])]) for name, t in header.items()}


def main():
    files, tensors = {}, {}
    for spec in sys.argv[2:]:
        name, dtype, shape, kind = (spec.split(":") + ["random"])[:4]
        shape = [int(n) for n in shape.split("x") if n]
        raw, values = encode(fill(kind, name, math.prod(shape), tensors), dtype)
        tensors[name] = (shape, values)
        files[name] = (dtype, shape, raw)
    write(sys.argv[1], files)


if __name__ == "__main__":
    main()
