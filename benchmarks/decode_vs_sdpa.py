#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Decode on a GPU beside torch's cuDNN attention, in one run.

  decode_vs_sdpa.py [--build build] [--shapes 0,1] [--dtype bf16] [--tsv FILE]

Times are medians of CUDA graph replays; a graph walks through as many distinct caches as exceed 4 x the L2.
Data: aligned-bench's (tools/aligned-bench/Workload.h), logits of a given spread (3.6 nats: peaked, as real heads are;
1: flat). Errors against float64, on f32 output. Bytes are those that
the kernels report. Needs torch with CUDA, and aligned-compile and libaligned in the build folder."""

import argparse
import ctypes as C
import os
import statistics
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from aligned_runtime import FULL, Decoder, HeadReport, Runtime
from workload import TORCH, checked_heads, count_copies, exact, make_data, relative_errors

# (sequences, query heads, kv heads, head size, tokens)
SHAPES = [(8, 32, 8, 128, 32768), (16, 32, 8, 128, 32768), (8, 32, 32, 128, 8192), (64, 64, 8, 128, 4096),
          (1, 32, 8, 128, 131072), (1, 32, 8, 128, 8192), (1, 32, 8, 128, 2048), (32, 32, 8, 128, 2048),
          (1, 32, 32, 128, 8192), (4, 9, 3, 64, 8192), (2, 8, 1, 256, 4096)]

MODULE = """
#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
func.func @main(%q: tensor<?x?x{g}x1x{d}x{t}>, %k: tensor<?x?x?x{d}x{t}>, %v: tensor<?x?x?x{d}x{t}>,
                %o: tensor<?x?x{g}x1x{d}xf32>) -> tensor<?x?x{g}x1x{d}xf32> {{
  %scale = arith.constant {scale:.9e} : f32
  %r = aligned.attention {{indexing_maps = [#q, #k, #v, #o]}}
      ins(%q, %k, %v : tensor<?x?x{g}x1x{d}x{t}>, tensor<?x?x?x{d}x{t}>, tensor<?x?x?x{d}x{t}>)
      scale(%scale : f32) outs(%o : tensor<?x?x{g}x1x{d}xf32>) -> tensor<?x?x{g}x1x{d}xf32>
  return %r : tensor<?x?x{g}x1x{d}xf32>
}}
"""


def compile_package(build, group, d, dtype, folder, target):
    source = os.path.join(folder, f"decode_{group}_{d}_{dtype}.mlir")
    with open(source, "w") as f:
        f.write(MODULE.format(g=group, d=d, t=dtype, scale=d ** -0.5))
    package = source[:-5] + ".apk"
    subprocess.run([os.path.join(build, "bin", "aligned-compile"), source, "-o", package, f"--target={target}"],
                   check=True)
    return package


def graph_time(calls, repeats=25):
    """Median microseconds of one call, over replays of a graph of all."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for call in calls:
            call(stream.cuda_stream)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        for call in calls:
            call(stream.cuda_stream)
    for _ in range(3):
        graph.replay()
    times = []
    for _ in range(repeats):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) * 1e3 / len(calls))
    return statistics.median(times)


def read_reports(tensor):
    raw = tensor.cpu().numpy().tobytes()
    return [HeadReport.from_buffer_copy(raw, i) for i in range(0, len(raw), C.sizeof(HeadReport))]


def relative_error(o, reference, heads):
    errors = relative_errors(o, reference, heads)
    return errors.mean().item(), errors.max().item()


def bench(build, runtime, device, package, shape, spread, dtype, rows):
    b, hq, hk, d, n = shape
    g = hq // hk
    cache_bytes = 2 * b * hk * n * d * 2
    # The least that a budget of interest reads is about a seventh.
    copies = count_copies(torch.cuda.get_device_properties(0).L2_cache_size, cache_bytes / 7)
    q, k, v = make_data(build, shape, spread, 1, dtype, "cuda")
    data = [(q, k, v)] + [tuple(t.clone() for t in (q, k, v)) for _ in range(1, copies)]
    heads = checked_heads(shape)
    reference = exact(q, k, v, heads)

    def sdpa(q, k, v):
        with sdpa_kernel(SDPBackend.CUDNN_ATTENTION):
            return F.scaled_dot_product_attention(q.view(b, hq, 1, d), k, v, enable_gqa=g > 1)

    sdpa_error = relative_error(sdpa(q, k, v).view(b, hk, g, 1, d), reference, heads)
    sdpa_us = graph_time([lambda s, x=x: sdpa(*x) for x in data])
    line = dict(shape=shape, dtype=dtype, spread=spread, kernel="cudnn", us=sdpa_us, ratio=1.0,
                mean=sdpa_error[0], max=sdpa_error[1], fraction=1.0, tbs=cache_bytes / sdpa_us / 1e6)
    rows.append(line)
    show(line)

    decoders, append_us = [], []
    for _, key, value in data:
        decoder = Decoder(runtime, device, package, b, hk, n)
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        decoder.append(key, value, torch.cuda.current_stream().cuda_stream)
        end.record()
        end.synchronize()
        append_us.append(start.elapsed_time(end) * 1e3)
        decoders.append(decoder)
    outs = [torch.full((b, hk, g, 1, d), float("nan"), device="cuda") for _ in data]
    report = torch.zeros(b * hk * g * C.sizeof(HeadReport), dtype=torch.uint8, device="cuda")
    for name, budget in (("budget<12>", 12.0), ("budget<15>", 15.0), ("budget<16>", 16.0), ("full", FULL)):
        decoders[0].decode(q, outs[0], budget, report, torch.cuda.current_stream().cuda_stream)
        torch.cuda.synchronize()
        reports = read_reports(report)[::g]
        fraction = sum(r.planeBytes for r in reports) / cache_bytes
        fetched = sum(r.bytes for r in reports)
        error = relative_error(outs[0], reference, heads)
        us = graph_time([lambda s, x=x: x[0].decode(x[1][0], x[2], budget, report, s)
                         for x in zip(decoders, data, outs)])
        line = dict(shape=shape, dtype=dtype, spread=spread, kernel=name, us=us, ratio=sdpa_us / us, mean=error[0],
                    max=error[1], fraction=fraction, tbs=fetched / us / 1e6)
        rows.append(line)
        show(line)
    print(f"    append of all rows: {statistics.median(append_us):.0f} us", flush=True)
    for decoder in decoders:
        decoder.destroy()


def show(line):
    print("{shape!s:28} {dtype:5} spread {spread:3.1f} {kernel:11} {us:9.1f} us  x{ratio:4.2f}  {tbs:5.2f} TB/s  "
          "bytes {fraction:6.1%}  error mean {mean:.2e} max {max:.2e}".format(**line), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--shapes", default=",".join(str(i) for i in range(len(SHAPES))))
    parser.add_argument("--dtype", default="bf16")
    parser.add_argument("--spreads", default="3.6,1.0")
    parser.add_argument("--target", default="nvptx:sm_90a")
    parser.add_argument("--tsv")
    args = parser.parse_args()
    runtime = Runtime(os.path.join(args.build, "lib", "libaligned.so"))
    torch.cuda.init()
    torch.zeros(1, device="cuda")
    device = runtime.make("alignedDeviceOpen", b"cuda")
    print(torch.cuda.get_device_name(), "torch", torch.__version__, "cuDNN", torch.backends.cudnn.version())
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for index in map(int, args.shapes.split(",")):
            shape = SHAPES[index]
            path = compile_package(args.build, shape[1] // shape[2], shape[3], args.dtype, folder, args.target)
            package = runtime.make("alignedPackageLoad", path.encode())
            for spread in map(float, args.spreads.split(",")):
                bench(args.build, runtime, device, package, shape, spread, args.dtype, rows)
                torch.cuda.empty_cache()
    if args.tsv:
        with open(args.tsv, "w") as f:
            f.write("\t".join(rows[0]) + "\n")
            for row in rows:
                f.write("\t".join(str(x) for x in row.values()) + "\n")


if __name__ == "__main__":
    main()
