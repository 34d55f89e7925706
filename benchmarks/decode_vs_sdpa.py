#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Decode on a GPU beside torch's cuDNN attention, in one run.

  decode_vs_sdpa.py [--build build] [--shapes 0,1] [--skewed 8x32x8x128x1k+4k+16k+128k,..] [--dtype bf16] [--tsv FILE]

Times are medians of CUDA graph replays; a graph walks through as many distinct caches as exceed 4 x the L2.
Data: aligned-bench's (tools/aligned-bench/Workload.h), logits of a given spread (3.6 nats: peaked, as real heads are;
1: flat). Errors against float64, on f32 output. Bytes are those that
the kernels report. Skewed batches, whose sequences take several lengths in turn, stand beside as many tokens in equal
lengths; cuDNN's attention in torch takes one length a batch, so that it is called once for each. Needs torch with
CUDA, and aligned-compile and libaligned in the build folder."""

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
from workload import (TORCH, checked_heads, clone, count_copies, equalised, exact, lengths_of, make_data,
                      parse_shape, relative_errors, shape_name, turns_of)

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


def sdpa(q, k, v):
    """torch's cuDNN attention; q [B, Hkv, G, 1, D]."""
    b, hk, g, _, d = q.shape
    with sdpa_kernel(SDPBackend.CUDNN_ATTENTION):
        return F.scaled_dot_product_attention(q.view(b, hk * g, 1, d), k, v, enable_gqa=g > 1)


def make_copies(build, shape, spread, dtype):
    """q, k, v as often as exceeds the L2, of which the least that a budget of interest reads is about a seventh."""
    copies = count_copies(torch.cuda.get_device_properties(0).L2_cache_size, cache_bytes(shape) / 7)
    rows = make_data(build, shape, spread, 1, dtype, "cuda")
    return [rows] + [tuple(map(clone, rows)) for _ in range(1, copies)]


def cache_bytes(shape):
    _, _, hk, d, _ = shape
    return 2 * sum(lengths_of(shape)) * hk * d * 2


def fill_decoders(runtime, device, package, shape, data):
    """A cache for each copy of the rows, and the median of what appending them took."""
    decoders, append_us = [], []
    for _, key, value in data:
        decoder = Decoder(runtime, device, package, shape[0], shape[2], lengths_of(shape))
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        if isinstance(key, list):
            decoder.append_each(key, value, torch.cuda.synchronize)
        else:
            decoder.append(key, value, torch.cuda.current_stream().cuda_stream)
        end.record()
        end.synchronize()
        append_us.append(start.elapsed_time(end) * 1e3)
        decoders.append(decoder)
    return decoders, statistics.median(append_us)


def bench_ours(runtime, device, package, shape, data, reference, heads):
    """A line for each budget; without `ratio`, which is to something else."""
    b, hq, hk, d, _ = shape
    g = hq // hk
    q = data[0][0]
    decoders, append_us = fill_decoders(runtime, device, package, shape, data)
    outs = [torch.full((b, hk, g, 1, d), float("nan"), device="cuda") for _ in data]
    report = torch.zeros(b * hk * g * C.sizeof(HeadReport), dtype=torch.uint8, device="cuda")
    lines = []
    for name, budget in (("budget<12>", 12.0), ("budget<15>", 15.0), ("budget<16>", 16.0), ("full", FULL)):
        decoders[0].decode(q, outs[0], budget, report, torch.cuda.current_stream().cuda_stream)
        torch.cuda.synchronize()
        reports = read_reports(report)[::g]
        error = relative_error(outs[0], reference, heads)
        us = graph_time([lambda s, x=x: x[0].decode(x[1][0], x[2], budget, report, s)
                         for x in zip(decoders, data, outs)])
        lines.append(dict(kernel=name, us=us, mean=error[0], max=error[1],
                          fraction=sum(r.planeBytes for r in reports) / cache_bytes(shape),
                          tbs=sum(r.bytes for r in reports) / us / 1e6))
    for decoder in decoders:
        decoder.destroy()
    return lines, append_us


def bench(build, runtime, device, package, shape, spread, dtype, rows):
    b, hq, hk, d, _ = shape
    data = make_copies(build, shape, spread, dtype)
    heads = checked_heads(shape)
    reference = exact(*data[0], heads)
    error = relative_error(sdpa(*data[0]).view(b, hk, hq // hk, 1, d), reference, heads)
    sdpa_us = graph_time([lambda s, x=x: sdpa(*x) for x in data])
    cudnn = dict(kernel="cudnn", us=sdpa_us, mean=error[0], max=error[1], fraction=1.0,
                 tbs=cache_bytes(shape) / sdpa_us / 1e6)
    ours, append_us = bench_ours(runtime, device, package, shape, data, reference, heads)
    for line in (cudnn, *ours):
        rows.append(dict(shape=shape_name(shape), dtype=dtype, spread=spread, ratio=sdpa_us / line["us"], **line))
        show(rows[-1])
    print(f"    append of all rows: {append_us:.0f} us", flush=True)


def sdpa_by_length(turns, q, k, v):
    """Calls for sequences of different lengths: SDPA takes those of one length, and no others without padding."""
    calls = [(q[i::turns].contiguous(), torch.stack(k[i::turns]), torch.stack(v[i::turns])) for i in range(turns)]
    return lambda stream: [sdpa(*call) for call in calls]


def bench_skewed(build, runtime, device, package, shape, spread, dtype, rows):
    """Sequences of different lengths beside as many tokens in equal ones; `ratio` is to the latter."""
    lines = {}
    for one in (shape, equalised(shape)):
        data = make_copies(build, one, spread, dtype)
        heads = checked_heads(one)
        lines[one], _ = bench_ours(runtime, device, package, one, data, exact(*data[0], heads), heads)
        if one == shape:
            calls = [sdpa_by_length(len(turns_of(shape)), *x) for x in data]
        else:
            calls = [lambda s, x=x: sdpa(*x) for x in data]
        us = graph_time(calls)
        nan = float("nan")
        lines[one].append(dict(kernel="cudnn", us=us, mean=nan, max=nan, fraction=1.0, tbs=cache_bytes(one) / us / 1e6))
        del data, calls
        torch.cuda.empty_cache()
    for skewed, equal in zip(*lines.values()):
        for one, line in ((shape, skewed), (equalised(shape), equal)):
            rows.append(dict(shape=shape_name(one), dtype=dtype, spread=spread, ratio=equal["us"] / line["us"], **line))
            show(rows[-1])
        print(f"    {skewed['kernel']}: of the time of equal lengths {skewed['us'] / equal['us']:.2f}, "
              f"of their bytes a second {skewed['tbs'] / equal['tbs']:.2f}", flush=True)


def show(line):
    print("{shape:28} {dtype:5} spread {spread:3.1f} {kernel:11} {us:9.1f} us  x{ratio:4.2f}  {tbs:5.2f} TB/s  "
          "bytes {fraction:6.1%}  error mean {mean:.2e} max {max:.2e}".format(**line), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--shapes", default=",".join(str(i) for i in range(len(SHAPES))),
                        help="numbers in the script's list; empty: none")
    parser.add_argument("--skewed", default="", help="batches of different lengths, as for aligned-bench --shapes")
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
        work = [(bench, SHAPES[int(index)]) for index in args.shapes.split(",") if index]
        work += [(bench_skewed, parse_shape(text)) for text in args.skewed.split(",") if text]
        for measure, shape in work:
            path = compile_package(args.build, shape[1] // shape[2], shape[3], args.dtype, folder, args.target)
            package = runtime.make("alignedPackageLoad", path.encode())
            for spread in map(float, args.spreads.split(",")):
                measure(args.build, runtime, device, package, shape, spread, args.dtype, rows)
                torch.cuda.empty_cache()
    if args.tsv:
        with open(args.tsv, "w") as f:
            f.write("\t".join(rows[0]) + "\n")
            for row in rows:
                f.write("\t".join(str(x) for x in row.values()) + "\n")


if __name__ == "__main__":
    main()
