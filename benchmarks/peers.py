#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Decode attention of other libraries, on the shapes and rows of aligned-bench: what it merges with --peers=FILE.

  peers.py --json peers.json [--build build] [--shapes 8x32x8x128x32k,..] [--cache bf16] [--device cuda]
  peers.py --list                                                      which of them can be imported here

A shape of several lengths, 8x32x8x128x1k+64k, is measured beside as many tokens in equal ones. FlashInfer takes it as
it is; torch would have to pad, and is left out.

On a GPU: torch's cuDNN and FlashAttention kernels; FlashInfer's with and without tensor cores and XQA, on pages of 64,
over 16-bit and FP8 e4m3 caches, where flashinfer can be imported. On the CPU: torch's.

Times are of CUDA graph replays (on the CPU: of calls); a graph walks through as many distinct caches as exceed four
times the L2. FP8 caches have one scale a tensor; queries and scales are ready before the clock starts. Errors are of
16-bit outputs against float64 over the 16-bit rows. What a library refuses is said on stderr and left out."""

import argparse
import functools
import importlib.util
import itertools
import json
import os
import sys
import time

DEFAULT_SHAPES = ("8x32x8x128x32k,16x32x8x128x32k,8x32x32x128x8k,64x64x8x128x4k,1x32x8x128x128k,"
                  "1x32x8x128x8k,1x32x8x128x2k,32x32x8x128x2k")
PAGE = 64
FP8_LARGEST = 448


class Peer:
    """A kernel for one shape and one type of rows. prepare() is given the rows once, call() is what is timed."""

    name = ""
    cache = None  # "e4m3" where the cache is not of the rows' own type
    gpu_only = True
    module = "torch"

    def __init__(self, shape, lengths, dtype):
        """`lengths`: of every sequence."""
        self.shape, self.lengths, self.dtype = shape, lengths, dtype
        self.scale = shape[3] ** -0.5

    def prepare(self, q, k, v):
        """What call() takes for these rows."""
        raise NotImplementedError

    def call(self, prepared):
        """Output, viewable as [B, Hkv, G, 1, D]."""
        raise NotImplementedError


class TorchAttention(Peer):
    backend = None

    def prepare(self, q, k, v):
        b, hq, _, d, _ = self.shape
        if isinstance(k, list):
            raise ValueError("torch's attention takes sequences of one length, to which these would have to be padded")
        return q.view(b, hq, 1, d), k, v

    def call(self, prepared):
        import torch.nn.functional as F
        from torch.nn.attention import SDPBackend, sdpa_kernel
        with sdpa_kernel(getattr(SDPBackend, self.backend)):
            return F.scaled_dot_product_attention(*prepared, enable_gqa=prepared[0].shape[1] != self.shape[2])


class TorchCudnn(TorchAttention):
    name, backend = "cudnn", "CUDNN_ATTENTION"


class TorchFlash(TorchAttention):
    """The heads of a group as rows of one: no kernel of this kind takes fewer kv heads on the CPU."""

    name, backend, gpu_only = "torch-flash", "FLASH_ATTENTION", False

    def prepare(self, q, k, v):
        b, hq, hk, d, _ = self.shape
        q, k, v = super().prepare(q, k, v)
        return q.view(b, hk, hq // hk, d), k, v


@functools.lru_cache(maxsize=None)
def workspace(owner):
    """Scratch memory, zeroed, that calls one after the other share, but not with kernels that are not the owner's: XQA
    counts in it, from zero."""
    import torch
    return torch.zeros(256 << 20, dtype=torch.uint8, device="cuda")


def to_pages(rows):
    """[H, N, D] of every sequence as pages [pages of all, H, PAGE, D]."""
    import torch
    return torch.cat([one.reshape(one.shape[0], -1, PAGE, one.shape[2]).transpose(0, 1) for one in rows])


class FlashInfer(Peer):
    module = "flashinfer"

    def pack(self, k, v):
        """Pages of K and V in the cache's type, with their scales."""
        import torch
        for length in self.lengths:
            if length % PAGE:
                raise ValueError(f"its pages hold {PAGE} tokens, which {length} is no multiple of")
        if self.cache is None:
            return to_pages(k), to_pages(v), 1.0, 1.0
        scales = [max(one.abs().max().float().item() for one in t) / FP8_LARGEST for t in (k, v)]
        pages = [to_pages([(one.float() / s).clamp(-FP8_LARGEST, FP8_LARGEST).to(torch.float8_e4m3fn) for one in t])
                 for t, s in zip((k, v), scales)]
        return *pages, *scales

    def first_pages(self):
        """Of every sequence; behind them the number of all."""
        return list(itertools.accumulate((length // PAGE for length in self.lengths), initial=0))

    def cache_type(self):
        import torch
        return torch.float8_e4m3fn if self.cache else self.dtype


class FlashInferBatch(FlashInfer):
    tensor_cores = False

    def prepare(self, q, k, v):
        import torch
        from flashinfer.decode import BatchDecodeWithPagedKVCacheWrapper
        b, hq, hk, d, _ = self.shape
        keys, values, k_scale, v_scale = self.pack(k, v)
        first = self.first_pages()
        wrapper = BatchDecodeWithPagedKVCacheWrapper(workspace("batch"), "HND", use_tensor_cores=self.tensor_cores)
        wrapper.plan(torch.tensor(first, dtype=torch.int32),
                     torch.arange(first[-1], dtype=torch.int32, device="cuda"),
                     torch.full((b,), PAGE, dtype=torch.int32), hq, hk, d, PAGE, q_data_type=self.dtype,
                     kv_data_type=self.cache_type(), sm_scale=self.scale * k_scale)
        return wrapper, q.view(b, hq, d), (keys, values), v_scale, torch.empty_like(q.view(b, hq, d))

    def call(self, prepared):
        wrapper, q, pages, v_scale, out = prepared
        wrapper.run(q, pages, out=out)
        # A server folds this factor into what follows: it is not timed.
        self.output_factor = v_scale
        return out


class FlashInferFa2(FlashInferBatch):
    name = "flashinfer-fa2"


class FlashInferFa2Tc(FlashInferBatch):
    name, tensor_cores = "flashinfer-fa2tc", True


class FlashInferFa2TcFp8(FlashInferFa2Tc):
    cache = "e4m3"


class FlashInferXqa(FlashInfer):
    name = "flashinfer-xqa"

    def prepare(self, q, k, v):
        import torch
        b, hq, _, d, _ = self.shape
        keys, values, k_scale, v_scale = self.pack(k, v)
        table = torch.zeros(b, max(self.lengths) // PAGE, dtype=torch.int32)
        for row, (begin, end) in zip(table, itertools.pairwise(self.first_pages())):
            row[:end - begin] = torch.arange(begin, end)
        table = table.cuda()
        lengths = torch.tensor(self.lengths, dtype=torch.int32, device="cuda").view(torch.uint32)
        return (q.view(b, hq, d), (keys, values), table, lengths, k_scale, v_scale, torch.empty_like(q.view(b, hq, d)))

    def call(self, prepared):
        import flashinfer.decode
        q, pages, table, lengths, k_scale, v_scale, out = prepared
        return flashinfer.decode.trtllm_batch_decode_with_kv_cache(
            q, pages, workspace("xqa"), table, lengths, max(self.lengths), bmm1_scale=self.scale * k_scale,
            bmm2_scale=v_scale, out=out, kv_layout="HND", backend="auto")


class FlashInferXqaFp8(FlashInferXqa):
    cache = "e4m3"


PEERS = [TorchCudnn, TorchFlash, FlashInferFa2, FlashInferFa2Tc, FlashInferXqa, FlashInferFa2TcFp8,
         FlashInferXqaFp8]


def can_import(module):
    return importlib.util.find_spec(module) is not None


def time_graphs(call, prepared, samples):
    """Seconds of one call, over replays of a CUDA graph of all copies."""
    import torch
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        call(prepared[0])
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        for one in prepared:
            call(one)
    times = []
    for i in range(-3, samples):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        if i >= 0:
            times.append(start.elapsed_time(end) * 1e-3 / len(prepared))
    return times


def time_calls(call, prepared, samples, clock):
    times = []
    for i in range(-1, samples):
        start = clock()
        call(prepared[i % len(prepared)])
        if i >= 0:
            times.append(clock() - start)
    return times


def quantile(numbers, share):
    numbers = sorted(numbers)
    place = share * (len(numbers) - 1)
    below = int(place)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (place - below) * (numbers[above] - numbers[below])


def last_level_cache(device):
    import torch
    if device == "cuda":
        return torch.cuda.get_device_properties(0).L2_cache_size
    return max(os.sysconf("SC_LEVEL3_CACHE_SIZE") if "SC_LEVEL3_CACHE_SIZE" in os.sysconf_names else 32 << 20, 1 << 20)


def measure(peer, rows, reference, heads, args):
    """One result, in the form that aligned-bench writes."""
    from workload import clone, count_copies, relative_errors, shape_name
    b, hq, hk, d, _ = peer.shape
    bytes_read = 2 * hk * sum(peer.lengths) * d * (1 if peer.cache else 2)
    prepared = [peer.prepare(*rows)]
    peer.output_factor = 1.0
    output = peer.call(prepared[0]).reshape(b, hk, hq // hk, 1, d).double() * peer.output_factor
    errors = relative_errors(output, reference, heads).tolist()
    for _ in range(1, args.copies or count_copies(last_level_cache(args.device), bytes_read)):
        prepared.append(peer.prepare(*map(clone, rows)))
    if args.device == "cuda":
        times = time_graphs(peer.call, prepared, args.samples)
    else:
        clock = time.process_time if args.processor_time else time.perf_counter
        times = time_calls(peer.call, prepared, args.samples, clock)
    median = quantile(times, 0.5)
    return {"kernel": peer.name, "shape": shape_name(peer.shape), "cache": peer.cache or args.cache,
            "data": f"spread {args.spread:g}", "tokens": sum(peer.lengths) / b,
            "time_us": {"median": median * 1e6, "p10": quantile(times, 0.1) * 1e6, "p90": quantile(times, 0.9) * 1e6},
            "bytes": {"total": bytes_read}, "bandwidth_gbs": bytes_read / median * 1e-9,
            "error": {"mean": sum(errors) / len(errors), "p99": quantile(errors, 0.99), "max": max(errors)}}


def run(args):
    import torch
    from workload import TORCH, checked_heads, equalised, exact, lengths_of, make_data, parse_shape
    if args.threads:
        torch.set_num_threads(args.threads)
    results, shapes = [], []
    for shape in map(parse_shape, args.shapes.split(",")):
        shapes += [shape, equalised(shape)] if isinstance(shape[4], tuple) else [shape]
    for shape in shapes:
        for args.spread in map(float, args.spreads.split(",")):
            rows = make_data(args.build, shape, args.spread, args.seed, args.cache, args.device)
            heads = checked_heads(shape)
            reference = exact(*rows, heads)
            for kind in PEERS:
                if not can_import(kind.module) or (kind.gpu_only and args.device != "cuda"):
                    continue
                try:
                    result = measure(kind(shape, lengths_of(shape), TORCH[args.cache]), rows, reference, heads, args)
                except Exception as error:  # what a library raises is its own affair
                    print(f"{kind.__name__} {shape}: {str(error).strip()[-300:]}", file=sys.stderr)
                    continue
                results.append(result)
                print("{shape:28} {cache:5} {data:11} {kernel:18} {time_us[median]:10.1f} us {bandwidth_gbs:8.1f} "
                      "GB/s  error {error[mean]:.2e}".format(**result), flush=True)
            del rows, reference
            if args.device == "cuda":
                torch.cuda.empty_cache()
    device = torch.cuda.get_device_name() if args.device == "cuda" else f"cpu, {torch.get_num_threads()} threads"
    versions = {"torch": torch.__version__}
    if can_import("flashinfer"):
        import flashinfer
        # A build with parts left out may not say.
        versions["flashinfer"] = getattr(flashinfer, "__version__", "of unknown version")
    if args.device == "cuda":
        versions["cudnn"] = torch.backends.cudnn.version()
    if not results:
        sys.exit("no kernel could be measured")
    with open(args.json, "w") as file:
        json.dump({"device": device, "versions": versions, "results": results}, file, indent=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--build", default="build")
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    parser.add_argument("--shapes", default=DEFAULT_SHAPES)
    parser.add_argument("--cache", default="bf16", choices=("bf16", "f16"))
    parser.add_argument("--spreads", default="3.6")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=25)
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0, help="of torch, on the CPU")
    parser.add_argument("--processor-time", action="store_true", help="on the CPU: time that processors spend")
    parser.add_argument("--json", default="peers.json")
    args = parser.parse_args()
    if args.list:
        for kind in PEERS:
            print(f"{kind.name:18} {kind.cache or '16-bit':7} {'GPU' if kind.gpu_only else 'GPU, CPU':9}"
                  f"{'' if can_import(kind.module) else ' ' + kind.module + ' cannot be imported'}")
        return
    run(args)


if __name__ == "__main__":
    main()
