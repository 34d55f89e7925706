#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fake_gpu_package.py IN OUT: a package for the CPU, of one decode, with its code once more for a GPU, as the tests' own
driver understands it (unittests/Runtime/FakeCudaDriver.cpp): the path of a shared object, OUT.so."""

import json
import struct
import sys


def make_gpu_package(source, target):
    with open(source, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    manifest = json.loads(header.pop("__metadata__")["aligned.manifest"])
    code = manifest["targets"]["cpu"]["code"]
    begin, end = header[code]["data_offsets"]
    library = target + ".so"
    with open(library, "wb") as file:
        file.write(data[begin:end])
    decode = manifest["decodes"][0]
    kernels = [decode["name"] + phase for phase in ("_prepare", "_score", "_attend", "_merge")]
    kernels += [*decode["append"].values(), *decode["unpack"].values(), "aligned_advance"]
    manifest["targets"]["nvptx:sm_80"] = {
        "code": "gpu", "kernels": {kernel: {"threads": 64, "sharedBytes": 1000} for kernel in kernels}}
    header["gpu"] = {"dtype": "U8", "shape": [len(library)], "data_offsets": [len(data), len(data) + len(library)]}
    header["__metadata__"] = {"aligned.manifest": json.dumps(manifest)}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data + library.encode())


if __name__ == "__main__":
    make_gpu_package(*sys.argv[1:])
