#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arguments for sdpa_decode.mlir out of recorded queries, keys and values.

  make_arguments.py RECORDED.safetensors OUT.safetensors

The four heads of the function are the first query head and the kv head of four
recorded layers, at the last position: arg0 [1, 4, 1, D], arg1 and arg2
[1, 4, tokens, D]. Bytes are copied, nothing is computed."""

import json
import struct
import sys


def read(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    header.pop("__metadata__", None)
    return {name: (t["shape"], data[t["data_offsets"][0]:t["data_offsets"][1]]) for name, t in header.items()}


def write(path, tensors):
    header, blob = {}, b""
    for name, shape, data in tensors:
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + blob)


def main():
    recorded = read(sys.argv[1])
    layers = sorted({name.split(".")[0] for name in recorded}, key=int)
    queries, keys, values = [], [], []
    for layer in layers:
        (positions, heads, channels), q = recorded[f"{layer}.q"]
        row = channels * 2
        last = (positions - 1) * heads * row
        queries.append(q[last:last + row])
        for out, name in ((keys, "k"), (values, "v")):
            (_, tokens, _), data = recorded[f"{layer}.{name}"]
            out.append(data[:tokens * row])
    n = len(layers)
    write(sys.argv[2], [("arg0", [1, n, 1, channels], b"".join(queries)),
                        ("arg1", [1, n, tokens, channels], b"".join(keys)),
                        ("arg2", [1, n, tokens, channels], b"".join(values))])


if __name__ == "__main__":
    main()
