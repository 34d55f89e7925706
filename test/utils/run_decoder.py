#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run_decoder.py BIN --llvm=DIR [--steps=N] [--cache=FORM] ..: a decoder whose step was rewritten as a whole writes the
tokens of the original.

The step (decoder_step.py) has random weights. As it is written it runs in one JIT, step after step, by upstream's passes
alone. Rewritten (--kv=retype) it is compiled once and run by aligned-run for each step, with the caches that the step
before gave; every attention must be a decode over planes that no call packs.
"""
import argparse
import math
import os
import random
import re
import struct
import sys
import tempfile

import decoder_step
import make_safetensors
from original import run, run_main

SCALARS = {"bf16": 2, "f16": 2, "f32": 4, "i64": 8}


class Model:
    """The step's text and its arguments: token, position, weights, caches."""

    def __init__(self, options):
        self.decoder = decoder_step.decoder(options)
        self.text = self.decoder.text()
        self.function = self.decoder.f
        caches = 2 if options.cache == "stacked" else 2 * options.layers
        self.weights = self.function.args[2:-caches]
        self.caches = self.function.args[-caches:]
        generator = random.Random(options.seed)
        self.tensors = [self.draw(generator, w) for w in self.weights]

    def shape(self, value):
        """With no tokens yet where their number is not static."""
        return [self.function.size(dim) or 0 for dim in value.dims]

    def draw(self, generator, value):
        shape = self.shape(value)
        count = math.prod(shape)
        if value.dims == decoder_step.dims("f"):
            values = [10000.0 ** (-i / count) for i in range(count)]
        elif len(shape) == 1:
            values = [1.0 + 0.1 * generator.gauss(0, 1) for _ in range(count)]
        else:
            # Rows of the embedding are also those of the logits: of norm one, that the largest one stands out.
            deviation = shape[1] ** -0.5 if "w" in value.axes() else 1.5 * shape[0] ** -0.5
            values = [deviation * generator.gauss(0, 1) for _ in range(count)]
        return value.dtype, shape, make_safetensors.encode(values, value.dtype)[0]

    def zeros(self, value):
        shape = self.shape(value)
        return value.dtype, shape, bytes(math.prod(shape) * SCALARS[value.dtype])


def original_tokens(model, options):
    """All steps in one function, each with the caches of the one before."""
    f, lines, counter = model.function, [], iter(range(10 ** 6))

    def define(text):
        name = f"%v{next(counter)}"
        lines.append(f"{name} = {text}")
        return name
    values = []
    for value, (_, shape, raw) in zip([*model.weights, *model.caches],
                                      [*model.tensors, *map(model.zeros, model.caches)]):
        static = f"tensor<{''.join(f'{n}x' for n in shape)}{value.dtype}>"
        empty = math.prod(shape) == 0
        name = define(f"tensor.empty() : {static}" if empty
                      else f'arith.constant dense<"0x{raw.hex().upper()}"> : {static}')
        kind = f.type_of(value)
        values.append(name if kind == static else define(f"tensor.cast {name} : {static} to {kind}"))
    weights, caches = values[:len(model.weights)], values[len(model.weights):]
    kinds = ["tensor<1xi64>", "tensor<1xi64>", *map(f.type_of, [*model.weights, *model.caches])]
    logits = f"tensor<1x{f.sizes['w']}xf32>"
    results = ["tensor<1xi64>", logits, *map(f.type_of, model.caches)]
    token = define(f"arith.constant dense<{options.first}> : tensor<1xi64>")
    table = define(f"tensor.empty() : tensor<{options.steps}xi64>")
    zero = define("arith.constant 0 : index")
    for step in range(options.steps):
        position = define(f"arith.constant dense<{step}> : tensor<1xi64>")
        call = f"%s{step}"
        lines.append(f"{call}:{len(results)} = func.call @step({', '.join([token, position, *weights, *caches])}) : "
                     f"({', '.join(kinds)}) -> ({', '.join(results)})")
        token, caches = f"{call}#0", [f"{call}#{i}" for i in range(2, len(results))]
        number = define(f"tensor.extract {token}[{zero}] : tensor<1xi64>")
        at = define(f"arith.constant {step} : index")
        table = define(f"tensor.insert {number} into {table}[{at}] : tensor<{options.steps}xi64>")
    unranked = define(f"tensor.cast {table} : tensor<{options.steps}xi64> to tensor<*xi64>")
    lines.append(f"func.call @printMemrefI64({unranked}) : (tensor<*xi64>) -> ()")
    body = "\n".join("  " + line for line in lines)
    main = ("func.func private @printMemrefI64(tensor<*xi64>) attributes {llvm.emit_c_interface}\n"
            f"func.func @main() {{\n{body}\n  return\n}}\n")
    printed = run_main(model.text + main, os.path.join(options.bin, "aligned-opt"), options.llvm)
    return [int(x) for x in re.findall(r"-?\d+", printed.split("data =")[1])]


def compile_step(model, options, folder):
    """The package of the rewritten step, once it is as it should be."""
    module, package = os.path.join(folder, "step.mlir"), os.path.join(folder, "step.aligned")
    with open(module, "w") as file:
        file.write(model.text)
    command = [os.path.join(options.bin, "aligned-compile"), module, "--kv=retype", f"--precision={options.precision}"]
    command += ["--allow-narrowing"] if options.dtype == "f32" else []
    rewritten = run([*command, "--emit=mlir", "-o", "-"], "")
    found = {name: len(re.findall(rf"aligned\.{name} ", rewritten)) for name in ("append", "decode", "pack", "attention")}
    if found != {"append": 2 * options.layers, "decode": options.layers, "pack": 0, "attention": 0}:
        sys.exit(f"the step was not rewritten as a whole: {found}")
    run([*command, "-o", package], "")
    return package


def rewritten_tokens(model, options, folder):
    package = compile_step(model, options, folder)
    inputs, outputs = os.path.join(folder, "in.safetensors"), os.path.join(folder, "out.safetensors")
    caches = [model.zeros(value) for value in model.caches]
    if options.cache == "stacked":  # an argument for each layer
        caches = [(dtype, shape[1:], raw[:len(raw) // shape[0]]) for dtype, shape, raw in caches
                  for _ in range(options.layers)]
    token, tokens = options.first, []
    for step in range(options.steps):
        numbers = [("i64", [1], struct.pack("<q", n)) for n in (token, step)]
        arguments = [*numbers, *model.tensors, *caches]
        make_safetensors.write(inputs, {f"arg{i}": tensor for i, tensor in enumerate(arguments)})
        run([os.path.join(options.bin, "aligned-run"), package, f"--inputs={inputs}", f"--outputs={outputs}"], "")
        results = make_safetensors.read(outputs)
        token = struct.unpack("<q", results["out0"][2])[0]
        caches = [results[f"out{i}"] for i in range(2, len(results))]
        for dtype, shape, _ in caches:
            if shape[2] != step + 1:
                sys.exit(f"after {step + 1} steps a cache is {shape}")
        tokens.append(token)
    return tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="folder of the Aligned tools")
    parser.add_argument("--llvm", required=True, help="folder of mlir-runner")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the first token")
    parser.add_argument("--precision", default="full")
    decoder_step.add_arguments(parser)
    options = parser.parse_args()
    model = Model(options)
    want = original_tokens(model, options)
    with tempfile.TemporaryDirectory() as folder:
        have = rewritten_tokens(model, options, folder)
    print(f"original:  {' '.join(map(str, want))}\nrewritten: {' '.join(map(str, have))}")
    same = sum(a == b for a, b in zip(want, have))
    print(f"{options.cache} {options.dtype} {options.precision}: {options.layers} layers, {same} of {options.steps} tokens "
          f"agree, {len(set(want))} different ones")
    sys.exit(want != have)


if __name__ == "__main__":
    main()
