#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run_decoder.py BIN --llvm=DIR [--steps=N] [--cache=FORM] ..: a decoder whose step was rewritten as a whole writes the
tokens of the original.

The step has random weights: it is what decoder_step.py writes, or with --step=FILE a module that export_decoder.py made
of Hugging Face's code. As it is written it runs in one JIT, step after step, by upstream's passes alone. Rewritten
(--kv=retype) it is compiled once and run by aligned-run for each step, with the caches that the step before gave; every
attention must be a decode over planes that no call packs.

--explain gives both the original's tokens, and compares their logits with those of the step in f32, with the same
weights: which of the two rounds more, and how close the tokens were between which they choose differently.
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


def parse(kind):
    """Shape and element type of a tensor's type, with no tokens yet where their number is not static."""
    *sizes, dtype = re.fullmatch(r"tensor<(.*)>", kind).group(1).split("x")
    return [0 if size == "?" else int(size) for size in sizes], dtype


class Model:
    """The step's text, the types of its arguments and results, and its weights."""

    def __init__(self, options, widen=False):
        """With `widen` in f32, with the weights of the step that `options` ask for."""
        self.tensors, self.dtype = [], options.dtype
        if widen:
            options = argparse.Namespace(**{**vars(options), "dtype": "f32"})
        if options.step:
            with open(options.step) as file:
                self.text = file.read()
        else:
            step = decoder_step.decoder(options)
            self.text = step.text()
            caches = 2 if options.cache == "stacked" else 2 * options.layers
            generator = random.Random(options.seed)
            self.tensors = [self.draw(step.f, generator, weights) for weights in step.f.args[2:-caches]]
        self.read_types()

    def read_types(self):
        arguments, results = re.search(r"func\.func @step\((.*?)\) -> \((.*?)\)", self.text).groups()
        self.arguments, self.results = (re.findall(r"tensor<[^>]*>", types) for types in (arguments, results))
        self.caches = self.arguments[2 + len(self.tensors):]

    def draw(self, f, generator, value):
        shape = [f.size(dim) for dim in value.dims]
        count = math.prod(shape)
        if value.dims == decoder_step.dims("f"):
            values = [10000.0 ** (-i / count) for i in range(count)]
        elif len(shape) == 1:
            values = [1.0 + 0.1 * generator.gauss(0, 1) for _ in range(count)]
        else:
            # Rows of the embedding are also those of the logits: of norm one, that the largest one stands out.
            deviation = shape[1] ** -0.5 if "w" in value.axes() else 1.5 * shape[0] ** -0.5
            values = [deviation * generator.gauss(0, 1) for _ in range(count)]
        if value.dtype != "f32":
            return value.dtype, shape, make_safetensors.encode(values, value.dtype)[0]
        if len(shape) > 1 or value.dims == decoder_step.dims("c"):
            values = make_safetensors.encode(values, self.dtype)[1]
        return value.dtype, shape, make_safetensors.encode(values, "f32")[0]

    def empty_caches(self):
        for kind in self.caches:
            shape, dtype = parse(kind)
            yield dtype, shape, bytes(math.prod(shape) * SCALARS[dtype])


def run_original(model, options, given=(), external=False):
    """Tokens and logits of all steps in one function, each with the caches of the one before, and with its token as
    far as tokens are not given. With `external` weights are symbols of a library."""
    lines, counter = [], iter(range(10 ** 6))

    def define(text):
        name = f"%v{next(counter)}"
        lines.append(f"{name} = {text}")
        return name
    values, globals_ = [], ""
    for i, (kind, (dtype, shape, raw)) in enumerate(zip(model.arguments[2:], [*model.tensors, *model.empty_caches()])):
        static = f"tensor<{''.join(f'{n}x' for n in shape)}{dtype}>"
        if external and i < len(model.tensors):
            memref = static.replace("tensor", "memref")
            globals_ += f'memref.global @weight_{i} : {memref}\n'
            weight = define(f"memref.get_global @weight_{i} : {memref}")
            values.append(define(f"bufferization.to_tensor {weight} restrict : {memref} to {static}"))
            continue
        empty = math.prod(shape) == 0
        name = define(f"tensor.empty() : {static}" if empty
                      else f'arith.constant dense<"0x{raw.hex().upper()}"> : {static}')
        values.append(name if kind == static else define(f"tensor.cast {name} : {static} to {kind}"))
    weights, caches = values[:len(model.tensors)], values[len(model.tensors):]
    words = parse(model.results[1])[0][1]
    token = define(f"arith.constant dense<{options.first}> : tensor<1xi64>")
    tables = [define(f"tensor.empty() : {kind}") for kind in (f"tensor<{options.steps}xi64>",
                                                              f"tensor<{options.steps}x{words}xf32>")]
    for step in range(options.steps):
        position = define(f"arith.constant dense<{step}> : tensor<1xi64>")
        call = f"%s{step}"
        lines.append(f"{call}:{len(model.results)} = func.call @step({', '.join([token, position, *weights, *caches])}) : "
                     f"({', '.join(model.arguments)}) -> ({', '.join(model.results)})")
        caches = [f"{call}#{i}" for i in range(2, len(model.results))]
        token = define(f"arith.constant dense<{given[step]}> : tensor<1xi64>") if step < len(given) else f"{call}#0"
        tables = [define(f"tensor.insert_slice {call}#0 into {tables[0]}[{step}] [1] [1] : tensor<1xi64> into "
                         f"tensor<{options.steps}xi64>"),
                  define(f"tensor.insert_slice {call}#1 into {tables[1]}[{step}, 0] [1, {words}] [1, 1] : "
                         f"tensor<1x{words}xf32> into tensor<{options.steps}x{words}xf32>")]
    for table, kind, print_ in zip(tables, (f"{options.steps}xi64", f"{options.steps}x{words}xf32"), ("I64", "F32")):
        unranked = define(f"tensor.cast {table} : tensor<{kind}> to tensor<*x{kind[-3:]}>")
        lines.append(f"func.call @printMemref{print_}({unranked}) : (tensor<*x{kind[-3:]}>) -> ()")
    body = "\n".join("  " + line for line in lines)
    main = ("func.func private @printMemrefI64(tensor<*xi64>) attributes {llvm.emit_c_interface}\n"
            "func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}\n"
            f"{globals_}func.func @main() {{\n{body}\n  return\n}}\n")
    printed = run_main(beside(model.text, main), os.path.join(options.bin, "aligned-opt"), options.llvm)
    _, tokens, logits = printed.split("data =")
    numbers = [float(x) for x in re.findall(r"[-+]?[0-9][-+.0-9e]*", logits)]
    return ([int(x) for x in re.findall(r"-?\d+", tokens.split("Unranked")[0])],
            [numbers[i:i + words] for i in range(0, len(numbers), words)])


def beside(text, main):
    """A module with the functions of both."""
    module = re.search(r"(?m)^module\b.*{$", text)
    return f"{text[:module.end()]}\n{main}{text[module.end():]}" if module else text + main


def compile_step(model, options, folder):
    """The package of the rewritten step, once it is as it should be."""
    module, package = os.path.join(folder, "step.mlir"), os.path.join(folder, "step.aligned")
    with open(module, "w") as file:
        file.write(model.text)
    command = [os.path.join(options.bin, "aligned-compile"), module, "--kv=retype", f"--precision={options.precision}"]
    command += ["--allow-narrowing"] if parse(model.caches[0])[1] == "f32" else []
    rewritten = run([*command, "--emit=mlir", "-o", "-"], "")
    found = {name: len(re.findall(rf"aligned\.{name} ", rewritten)) for name in ("append", "decode", "pack", "attention")}
    if found != {"append": 2 * options.layers, "decode": options.layers, "pack": 0, "attention": 0}:
        sys.exit(f"the step was not rewritten as a whole: {found}")
    run([*command, "-o", package], "")
    return package


def run_rewritten(model, options, folder, given=()):
    """The same of the rewritten step."""
    package = compile_step(model, options, folder)
    inputs, outputs = os.path.join(folder, "in.safetensors"), os.path.join(folder, "out.safetensors")
    caches = list(model.empty_caches())
    if options.cache == "stacked":  # an argument for each layer
        caches = [(dtype, shape[1:], raw[:len(raw) // shape[0]]) for dtype, shape, raw in caches
                  for _ in range(options.layers)]
    token, tokens, logits = options.first, [], []
    for step in range(options.steps):
        numbers = [("i64", [1], struct.pack("<q", n)) for n in (token, step)]
        arguments = [*numbers, *model.tensors, *caches]
        make_safetensors.write(inputs, {f"arg{i}": tensor for i, tensor in enumerate(arguments)})
        run([os.path.join(options.bin, "aligned-run"), package, f"--inputs={inputs}", f"--outputs={outputs}"], "")
        results = make_safetensors.read(outputs)
        token = struct.unpack("<q", results["out0"][2])[0]
        raw = results["out1"][2]
        logits.append(struct.unpack(f"<{len(raw) // 4}f", raw))
        caches = [results[f"out{i}"] for i in range(2, len(results))]
        for dtype, shape, _ in caches:
            if shape[2] != step + 1:
                sys.exit(f"after {step + 1} steps a cache is {shape}")
        tokens.append(token)
        token = given[step] if step < len(given) else token
    return tokens, logits


def explain(model, options, folder):
    """How far the logits of both are from those in f32, and what was between the tokens where they choose differently."""
    tokens, original = run_original(model, options)
    _, exact = run_original(Model(options, widen=True), options, tokens)
    chosen, rewritten = run_rewritten(model, options, folder, tokens)

    def error(logits):
        return [max(map(abs, (a - b for a, b in zip(row, best)))) for row, best in zip(logits, exact)]
    original_error, rewritten_error = error(original), error(rewritten)
    print(f"largest error of a logit, mean over {options.steps} steps: original {sum(original_error) / options.steps:.2e}, "
          f"rewritten {sum(rewritten_error) / options.steps:.2e}")
    apart = [step for step in range(options.steps) if tokens[step] != chosen[step]]
    for step in apart:
        row = exact[step]
        best = max(range(len(row)), key=row.__getitem__)
        print(f"step {step}: original {tokens[step]}, rewritten {chosen[step]}, f32 {best}; in f32 their logits differ by "
              f"{row[chosen[step]] - row[tokens[step]]:+.2e}, where the original is off by {original_error[step]:.2e}")
    print(f"{options.cache} {options.dtype} {options.precision}: given the original's tokens, {len(apart)} of "
          f"{options.steps} differ")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="folder of the Aligned tools")
    parser.add_argument("--llvm", required=True, help="folder of mlir-runner")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the first token")
    parser.add_argument("--precision", default="full")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--step", help="a module to take instead of writing one")
    decoder_step.add_arguments(parser)
    options = parser.parse_args()
    model = Model(options)
    with tempfile.TemporaryDirectory() as folder:
        if options.explain:
            return explain(model, options, folder)
        want, have = run_original(model, options)[0], run_rewritten(model, options, folder)[0]
    print(f"original:  {' '.join(map(str, want))}\nrewritten: {' '.join(map(str, have))}")
    same = sum(a == b for a, b in zip(want, have))
    what = os.path.basename(options.step) if options.step else f"{options.cache} {options.dtype}"
    print(f"{what} {options.precision}: {options.layers} layers, {same} of {options.steps} tokens "
          f"agree, {len(set(want))} different ones")
    sys.exit(want != have)


if __name__ == "__main__":
    main()
