# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Text from a language model whose attention runs through Aligned's kernels and cache."""

import argparse
import sys
import time

import numpy as np

import aligned
import llama
from assets import default_model, kernel_directory
from attention import (AlignedAttention, MeasuredAttention, PlainAttention, compiled_attention, decode_ir,
                       load_kernel)
from gguf_model import File, ModelError, read_model
from sampling import sample
from tokenizer import Tokenizer

DEFAULT_PRECISION = "budget<15>"


def fail(message):
    raise SystemExit(f"generate: {message}")


def number(least, most, kind=float):
    def parse(text):
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not within {least} and {most}")
        return value
    parse.__name__ = "integer" if kind is int else "number"  # as argparse calls it: "invalid integer value"
    return parse


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(prog="examples/generate/run", description=__doc__)
    parser.add_argument("--prompt", help="what to answer; '-' reads it from standard input")
    parser.add_argument("--system", help="system message (default: the model's)")
    parser.add_argument("--raw", action="store_true", help="continue the prompt as it is, without the chat template")
    parser.add_argument("--max-tokens", type=number(1, 1 << 20, int), default=256)
    parser.add_argument("--temperature", type=number(0, 100), default=0.0, help="0 (default): the likeliest token")
    parser.add_argument("--top-p", type=number(0, 1), default=1.0,
                        help="sample from the likeliest tokens with this probability together (default 1: all)")
    parser.add_argument("--seed", type=number(0, 2 ** 63, int), default=0)
    parser.add_argument("--precision",
                        help=f"'budget<B>' (default: {DEFAULT_PRECISION}), 'full', 'certified<E>' or, over an f16 "
                        "cache, 'paper', through planes; 'float32': plain attention in numpy")
    parser.add_argument("--cache-type", choices=sorted(AlignedAttention.CACHE_TYPES), help="f16 (default) or bf16")
    parser.add_argument("--package", metavar="FILE", help="the kernel, compiled before: what aligned-compile has made, "
                        "with a precision, of what --print-module writes; LLVM is not needed then")
    parser.add_argument("--print-module", metavar="FILE", help="write the attention that --package takes as MLIR, for "
                        "--cache-type, and stop")
    parser.add_argument("--device", default="cpu", help="where attention runs: cpu (default), cuda, cuda:N")
    parser.add_argument("--error", action="store_true", help="measure each head's error against float64 (slower)")
    parser.add_argument("--model", help="a GGUF file (default: SmolLM2-135M-Instruct)")
    options = parser.parse_args(arguments)
    if options.prompt is None and not options.print_module:
        parser.error("the following arguments are required: --prompt")
    if options.package and (options.precision or options.cache_type):
        parser.error("--package has its precision and cache type compiled in: leave out --precision and --cache-type")
    options.precision = options.precision or DEFAULT_PRECISION
    options.cache_type = options.cache_type or "f16"
    return options


def make_attention(options, config, max_tokens):
    if options.precision == "float32":
        if options.error:
            fail("--error compares with float64 what goes through planes: it says nothing of --precision=float32")
        return PlainAttention(config, max_tokens)
    try:
        device = aligned.Device(options.device)
        if options.package:
            attention = AlignedAttention(config, max_tokens, load_kernel(device, options.package, config))
        else:
            attention = compiled_attention(config, max_tokens, options.precision, options.cache_type, device,
                                           kernel_directory())
    except (ValueError, aligned.AlignedError) as error:
        fail(error)
    return MeasuredAttention(attention, max_tokens) if options.error else attention


def print_module(options, config):
    try:
        with open(options.print_module, "w", encoding="utf-8") as stream:
            stream.write(decode_ir(config, options.cache_type))
    except OSError as error:
        fail(error)


def encode_prompt(options, tokenizer):
    prompt = sys.stdin.read() if options.prompt == "-" else options.prompt
    tokens = tokenizer.encode(prompt) if options.raw else tokenizer.encode_chat(prompt, options.system)
    if not tokens:
        fail("--prompt is empty")
    return tokens


def generate(model, attention, tokens, max_tokens, choose, end):
    """Yields tokens behind the prompt until `end`, and fills the cache with all but the last."""
    first, rows = 0, tokens
    for _ in range(max_tokens):
        hidden = llama.run_layers(model, rows, first, attention)
        token = choose(llama.logits(model, hidden[-1:])[0])
        if token == end:
            return
        yield token
        first, rows = first + len(rows), [token]


def report(options, attention, prompt_tokens, times):
    """What the run took and read, on stderr: the text alone goes to stdout."""
    start, begun, stop, count = times
    print(f"prompt: {prompt_tokens} tokens, {prompt_tokens / (begun - start):.1f} a second; "
          f"generated: {count} tokens, {max(count - 1, 0) / max(stop - begun, 1e-9):.1f} a second", file=sys.stderr)
    if options.precision == "float32":
        return
    reads = attention.reads
    print(f"cache: {reads.plane_bytes / 1e6:.1f} MB of planes read where 16 bits are {reads.full_bytes / 1e6:.1f} MB "
          f"({reads.fraction * 100:.1f} %), {reads.bytes / 1e6:.1f} MB in all; estimated error of a head "
          f"{reads.mean_estimate:.1e} of its norm, mean", file=sys.stderr)
    if reads.certified_share is not None:
        print(f"certified: the bound is met for {reads.certified_share * 100:.1f} % of kv heads and tokens, the others "
              "have read everything", file=sys.stderr)
    if options.error:
        errors = np.concatenate(attention.errors)
        print(f"error against float64: mean {errors.mean():.2e}, p99 {np.quantile(errors, .99):.2e}, "
              f"max {errors.max():.2e} of a head's norm, {len(errors)} heads", file=sys.stderr)


def main():
    options = parse_arguments()
    try:
        file = File(options.model or default_model())
        model, tokenizer = read_model(file), Tokenizer(file)
    except (ModelError, FileNotFoundError) as error:
        fail(error)
    if options.print_module:
        print_module(options, model.config)
        return
    tokens = encode_prompt(options, tokenizer)
    longest = len(tokens) + options.max_tokens
    if longest > model.config.context:
        fail(f"{len(tokens)} tokens of prompt and --max-tokens={options.max_tokens} are more than the model's context, "
             f"{model.config.context}")
    attention = make_attention(options, model.config, longest)
    generator, write = np.random.default_rng(options.seed), tokenizer.stream()
    start, begun, count = time.perf_counter(), None, 0
    for token in generate(model, attention, tokens, options.max_tokens,
                          lambda logits: sample(logits, options.temperature, options.top_p, generator), tokenizer.end):
        begun = begun or time.perf_counter()
        count += 1
        print(write(token) or "", end="", flush=True)
    print()
    stop = time.perf_counter()
    report(options, attention, len(tokens), (start, begun or stop, stop, count))


if __name__ == "__main__":
    main()
