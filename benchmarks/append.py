#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows to planes on a GPU: packing a prefill, and the rows of one decode step beside its decode.

  append.py [--build build] [--shapes 0,1] [--dtype bf16]

Packing is held against two plain passes over as much memory in the same run: a copy, which reads and writes as many
bytes, and a sum, which only reads. Times of a prefill are medians of single launches between events, of caches that
are cut back in between; those of a step are of CUDA graphs, since a launch of a few microseconds would hide behind
its events. Needs torch with CUDA, and aligned-compile and libaligned in the build folder."""

import argparse
import ctypes as C
import os
import statistics
import sys
import tempfile

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from aligned_runtime import Decoder, Runtime
from decode_vs_sdpa import TORCH, compile_package, graph_time

# (sequences, query heads, kv heads, head size, tokens)
SHAPES = [(8, 32, 8, 128, 32768), (1, 32, 8, 128, 32768), (16, 32, 8, 64, 16384), (8, 16, 4, 256, 16384),
          (32, 32, 8, 128, 2048)]


def median_us(call, repeats=15, before=lambda: None):
    """Median microseconds of `call`, alone on the GPU."""
    times = []
    for _ in range(repeats + 2):
        before()
        torch.cuda.synchronize()
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        call()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) * 1e3)
    return statistics.median(times[2:])


def truncate(runtime, decoder, length):
    for one in decoder.ids:
        runtime.call("alignedSequenceTruncate", decoder.cache, C.c_int64(one), C.c_int64(length), None)
        # Whole pages went back to the pool.
        runtime.call("alignedSequenceReserve", decoder.cache, C.c_int64(one), C.c_int64(decoder.tokens), None)


def peaks():
    """Bytes a microsecond that a copy moves (reads and writes) and that a sum reads, of 1 GB."""
    source = torch.randn(2 ** 28, device="cuda")
    target = torch.empty_like(source)
    size = source.numel() * 4
    copy = 2 * size / median_us(lambda: target.copy_(source))
    read = size / median_us(lambda: source.sum())
    return copy, read


def bench(runtime, device, package, shape, dtype, copy_peak):
    b, hq, hk, d, n = shape
    step, steps = 1, 20
    decoder = Decoder(runtime, device, package, b, hk, n + 2048)
    decoder.tokens = n + 2048
    key, value = (torch.randn(b, hk, n, d, device="cuda").to(TORCH[dtype]) for _ in range(2))
    stream = torch.cuda.current_stream().cuda_stream
    us = median_us(lambda: decoder.append(key, value, stream), before=lambda: truncate(runtime, decoder, 0))
    pages = b * hk * -(-n // 128)
    read = 2 * key.numel() * 2
    written = pages * 2 * (d * 2 + 128 * (2 * d + 2))
    achieved = (read + written) / us
    print(f"{shape!s:28} {dtype:5} pack   {us:9.1f} us  {achieved / 1e6:5.2f} TB/s read and written, "
          f"{achieved / copy_peak:5.1%} of a copy", flush=True)

    rows = torch.randn(2, b, hk, step, d, device="cuda").to(TORCH[dtype])
    append_us = graph_time([lambda s: decoder.append(rows[0], rows[1], s)] * steps)
    query = torch.randn(b, hk, hq // hk, 1, d, device="cuda").to(TORCH[dtype])
    output = torch.empty(query.shape, device="cuda")
    decode_us = graph_time([lambda s: decoder.decode(query, output, 12.0, None, s)] * steps)
    print(f"{'':28} {dtype:5} extend {append_us:9.1f} us of a decode of {decode_us:.1f} us: "
          f"{append_us / decode_us:.1%}", flush=True)
    decoder.destroy()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--shapes", default=",".join(str(i) for i in range(len(SHAPES))))
    parser.add_argument("--dtype", default="bf16")
    parser.add_argument("--target", default="nvptx:sm_90a")
    args = parser.parse_args()
    runtime = Runtime(os.path.join(args.build, "lib", "libaligned.so"))
    torch.zeros(1, device="cuda")
    device = runtime.make("alignedDeviceOpen", b"cuda")
    copy_peak, read_peak = peaks()
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}: a copy of 1 GB reads and writes "
          f"{copy_peak / 1e6:.2f} TB/s, a sum reads {read_peak / 1e6:.2f} TB/s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for shape in (SHAPES[int(i)] for i in args.shapes.split(",")):
            path = compile_package(args.build, shape[1] // shape[2], shape[3], args.dtype, folder, args.target)
            package = runtime.make("alignedPackageLoad", path.encode())
            bench(runtime, device, package, shape, args.dtype, copy_peak)
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
