#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same caches and queries on a GPU and on the CPU: what is read, and how far the answers are apart.

  gpu_against_cpu.py [--build build] [--shapes 0,1] [--dtypes bf16,f16]

Sequences of a batch have different lengths, none a multiple of a page. Exits with 1 if the fractions differ by more
than 0.05 percentage points, or an output at `full` by more than 2e-5 of its norm. At a budget a token whose need lies
at a threshold may be read to another tier, so outputs are reported only. Needs torch with CUDA."""

import argparse
import ctypes as C
import os
import sys
import tempfile

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from aligned_runtime import FULL, Decoder, HeadReport, Runtime
from decode_vs_sdpa import compile_package, read_reports
from workload import make_data

# (sequences, query heads, kv heads, head size, tokens of the longest)
SHAPES = [(1, 32, 32, 128, 8192), (8, 32, 8, 128, 32768), (4, 9, 3, 64, 8192), (2, 8, 1, 256, 4096)]


def decode(decoder, on, query, budget):
    query = query.to(on)
    output = torch.full(query.shape, float("nan"), device=on)
    report = torch.zeros(query[..., 0].numel() * C.sizeof(HeadReport), dtype=torch.uint8, device=on)
    decoder.decode(query, output, budget, report)
    torch.cuda.synchronize()
    return output.cpu().double(), read_reports(report)


def compare(build, runtime, devices, package, shape, dtype):
    b, hq, hk, d, n = shape
    lengths = [n - 37 - 1001 * i % (n // 2) for i in range(b)]
    assert all(length % 128 for length in lengths)
    query, key, value = make_data(build, shape, 3.6, 1, dtype, "cuda")
    decoders = [(Decoder(runtime, device, package, b, hk, lengths), on) for device, on in devices]
    for decoder, on in decoders:
        decoder.append_each(*([one[:, :length].contiguous().to(on) for one, length in zip(rows, lengths)]
                              for rows in (key, value)), synchronize=torch.cuda.synchronize)
    fine = True
    for name, budget in (("budget<12>", 12.0), ("budget<15>", 15.0), ("full", FULL)):
        (gpu, gpu_reports), (cpu, cpu_reports) = (decode(decoder, on, query, budget) for decoder, on in decoders)
        difference = ((gpu - cpu).norm(dim=-1) / cpu.norm(dim=-1)).max().item()
        whole = sum(lengths) * hk * d * 4
        fractions = [sum(r.planeBytes for r in reports[::hq // hk]) / whole for reports in (gpu_reports, cpu_reports)]
        moved = sum(abs(x - y) for r, s in zip(gpu_reports[::hq // hk], cpu_reports[::hq // hk])
                    for x, y in zip((*r.keyRows, *r.valueRows), (*s.keyRows, *s.valueRows))) // 2
        good = abs(fractions[0] - fractions[1]) <= 5e-4 and (budget != FULL or difference <= 2e-5)
        fine &= good
        print(f"{shape!s:28} {dtype:5} {name:11} fraction {fractions[0]:8.4%} (CPU {fractions[1]:8.4%}) "
              f"rows in another tier {moved} of {2 * sum(lengths) * hk}  largest difference {difference:.1e}"
              f"{'' if good else '  TOO FAR'}", flush=True)
    for decoder, _ in decoders:
        decoder.destroy()
    return fine


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--shapes", default=",".join(str(i) for i in range(len(SHAPES))))
    parser.add_argument("--dtypes", default="bf16,f16")
    args = parser.parse_args()
    runtime = Runtime(os.path.join(args.build, "lib", "libaligned.so"))
    torch.zeros(1, device="cuda")
    devices = [(runtime.make("alignedDeviceOpen", name), on) for name, on in ((b"cuda", "cuda"), (b"cpu", "cpu"))]
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        for shape in (SHAPES[int(i)] for i in args.shapes.split(",")):
            for dtype in args.dtypes.split(","):
                path = compile_package(args.build, shape[1] // shape[2], shape[3], dtype, folder, "cpu,nvptx:sm_90a")
                package = runtime.make("alignedPackageLoad", path.encode())
                fine &= compare(args.build, runtime, devices, package, shape, dtype)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
