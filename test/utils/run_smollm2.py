#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run_smollm2.py BIN --llvm=DIR --model=FILE.gguf [--layers=N] [--steps=N] ..: run_decoder.py with the sizes and the
weights of a Llama-shaped model, such as SmolLM2-135M (examples/generate/setup fetches it, and makes an environment with
numpy and gguf to run this in).

The first layers of the model read a prompt, token by token, and go on greedily. The original takes its weights from a
shared library, which needs a C compiler: as text they would be gigabytes.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "examples" / "generate"))
import decoder_step  # noqa: E402
import gguf_model  # noqa: E402
import original  # noqa: E402
import run_decoder  # noqa: E402


def halves(rows, heads):
    """A projection whose channels are pairs (2i, 2i + 1), as GGUF has them, with halves instead."""
    outputs, inputs = rows.shape
    pairs = rows.reshape(heads, outputs // heads // 2, 2, inputs)
    return pairs.swapaxes(1, 2).reshape(outputs, inputs)


def read_weights(path, options):
    """The arguments of decoder_step's function between the position and the caches, in order; sizes go to `options`."""
    file = gguf_model.File(path)
    config, model = gguf_model.read_config(file), gguf_model.read_model(file)
    options.layers = min(options.layers, config.layers)
    options.kv_heads, options.group, options.head_dim = config.kv_heads, config.group, config.head_dim
    options.model, options.inner = config.width, model.layers[0].down.shape[1]
    options.words = len(model.embedding)
    if abs(config.epsilon - 1e-5) > 1e-9 or model.head is not model.embedding:
        sys.exit(f"{path}: decoder_step.py writes models with an epsilon of 1e-5 and one embedding for both ends")
    half = config.head_dim // 2
    yield model.embedding
    yield (config.rope_base ** (-np.arange(half) / half)).astype(np.float32)
    for layer in model.layers[:options.layers]:
        query, key, value = np.split(layer.qkv, np.cumsum([config.heads, config.kv_heads]) * config.head_dim)
        gate, up = np.split(layer.gate_up, 2)
        # [inputs, outputs]
        yield layer.attention_norm
        yield from (w.T for w in (halves(query, config.heads), halves(key, config.kv_heads), value, layer.output))
        yield layer.feed_norm
        yield from (w.T for w in (gate, up, layer.down))
    yield model.norm


class Model(run_decoder.Model):
    def __init__(self, options, weights):
        step = decoder_step.decoder(options)
        self.text, self.dtype = step.text(), options.dtype
        values = step.f.args[2:len(weights) + 2]
        self.tensors = []
        for value, weight in zip(values, weights):
            shape = [step.f.size(dim) for dim in value.dims]
            assert weight.size == np.prod(shape), (value, weight.shape)
            self.tensors.append((value.dtype, shape, np.ascontiguousarray(weight, np.float32).tobytes()))
        self.read_types()


def library_of(model, folder):
    """A shared library with each weight under a symbol."""
    lines = [".data"]
    for i, (_, _, raw) in enumerate(model.tensors):
        path = os.path.join(folder, f"weight_{i}")
        with open(path, "wb") as file:
            file.write(raw)
        lines += [".balign 64", f".globl weight_{i}", f"weight_{i}:", f'.incbin "{path}"']
    source, library = os.path.join(folder, "weights.s"), os.path.join(folder, "weights.so")
    with open(source, "w") as file:
        file.write("\n".join(lines) + "\n")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-nostdlib", "-o", library, source], check=True)
    return library


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="folder of the Aligned tools")
    parser.add_argument("--llvm", required=True, help="folder of mlir-runner")
    parser.add_argument("--model", required=True)
    parser.add_argument("--layers", type=int, default=10 ** 6, help="only the first of them")
    parser.add_argument("--steps", type=int, default=32, help="behind the prompt")
    parser.add_argument("--prompt", default="1,504,3575,282,4649,314", help="ids of tokens")
    parser.add_argument("--precision", default="full")
    parser.add_argument("--cache", choices=decoder_step.FORMS, default="where")
    options = parser.parse_args()
    prompt = [int(token) for token in options.prompt.split(",")]
    options.dtype, options.step, options.first = "f32", None, prompt[0]
    weights = list(read_weights(options.model, options))
    options.steps += len(prompt) - 1
    options.tokens = options.steps
    model = Model(options, weights)
    with tempfile.TemporaryDirectory() as folder:
        original.LIBRARIES.append(library_of(model, folder))
        want = run_decoder.run_original(model, options, prompt[1:], external=True)[0]
        have = run_decoder.run_rewritten(model, options, folder, prompt[1:])[0]
    want, have = want[len(prompt) - 1:], have[len(prompt) - 1:]
    print(f"original:  {' '.join(map(str, want))}\nrewritten: {' '.join(map(str, have))}")
    same = sum(a == b for a, b in zip(want, have))
    print(f"{options.cache} {options.precision}: {options.layers} layers, {same} of {len(want)} tokens agree, "
          f"{len(set(want))} different ones")
    sys.exit(want != have)


if __name__ == "__main__":
    main()
