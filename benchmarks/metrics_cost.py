#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What counting costs: decodes on the CPU with metrics on and off, in turn, in
one process and on one thread; that thread's processor time, and the fastest of
many of each, since what is looked for is smaller than what other processes do to
a mean.

  benchmarks/metrics_cost.py --package=FILE.aligned --library=build/lib/libaligned.so

FILE: what aligned-compile makes of a decode for --target=cpu (--print-module of
aligned-eval prints one)."""

import argparse
import ctypes as C
import os
import random
import time

os.environ["OMP_NUM_THREADS"] = "1"  # before libaligned is loaded

from aligned_runtime import Decoder, DecodeArgs, HeadReport, Rows, Runtime  # noqa: E402

KV_HEADS = 8


def fill(decoder, tokens):
    """Appends rows of random bf16 numbers between 1/2 and 2 to the one sequence."""
    problem = decoder.problem
    both = []
    for channels in (problem.keyHeadDim, problem.valueHeadDim):
        count = KV_HEADS * tokens * channels
        data = (C.c_uint16 * count)(*(random.getrandbits(1) << 15 | 0x3F00 | random.getrandbits(7) for _ in range(count)))
        both.append((data, Rows(C.addressof(data), 0, tokens * channels, channels, 1)))
    decoder.rt.call("alignedAppend", decoder.batch, C.c_int64(0), C.byref(both[0][1]), C.byref(both[1][1]),
                    C.c_int64(tokens), None)


def prepare(decoder):
    problem = decoder.problem
    heads = KV_HEADS * problem.group
    query = (C.c_float * (heads * problem.keyHeadDim))(*(random.gauss(0, 1) for _ in range(heads * problem.keyHeadDim)))
    output = (C.c_float * (heads * problem.valueHeadDim))()
    reports = (HeadReport * heads)()
    args = DecodeArgs()
    args.query, args.qh, args.qg = C.addressof(query), problem.group * problem.keyHeadDim, problem.keyHeadDim
    args.output, args.oh, args.og = C.addressof(output), problem.group * problem.valueHeadDim, problem.valueHeadDim
    args.report = C.addressof(reports)
    return args, (query, output, reports)


def measure(runtime, device, decoder, args, repeat):
    decode = runtime.lib.alignedDecode
    decode.restype = C.c_void_p
    call = (decoder.batch, C.c_int64(0), C.byref(args), None)
    best = {0: float("inf"), 1: float("inf")}
    for i in range(2 * repeat):
        on = i % 2
        runtime.lib.alignedMetricsEnable(device, on)
        start = time.thread_time_ns()
        error = decode(*call)
        best[on] = min(best[on], time.thread_time_ns() - start)
        assert not error
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", required=True)
    parser.add_argument("--library", default="build/lib/libaligned.so")
    parser.add_argument("--tokens", default="128,1024")
    parser.add_argument("--repeat", type=int, default=3000)
    options = parser.parse_args()
    runtime = Runtime(options.library)
    runtime.lib.alignedMetricsEnable.argtypes = [C.c_void_p, C.c_int]
    device = runtime.make("alignedDeviceOpen", b"cpu")
    package = runtime.make("alignedPackageLoad", options.package.encode())
    print("  tokens  heads   off, us    on, us    cost, ns      share")
    for tokens in map(int, options.tokens.split(",")):
        decoder = Decoder(runtime, device, package, 1, KV_HEADS, tokens)
        fill(decoder, tokens)
        args, _keep = prepare(decoder)
        best = measure(runtime, device, decoder, args, options.repeat)
        cost = best[1] - best[0]
        print(f"{tokens:8d} {KV_HEADS * decoder.problem.group:6d} {best[0] / 1e3:9.2f} {best[1] / 1e3:9.2f} "
              f"{cost:11d} {cost / best[0]:10.2%}")


if __name__ == "__main__":
    main()
