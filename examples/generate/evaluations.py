# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the precision of a KV cache does to a model: three experiments. Each is a function from a model to plain data."""

import dataclasses

import numpy as np

import llama
from methods import Method
from metrics import compare


def evaluate_text(model, tokens, reference, method):
    """One pass over a text, every position predicting the next through the method's cache. `reference`: final hidden
    rows in float32."""
    attention = method.attention(model.config, len(tokens))
    hidden = llama.run_layers(model, tokens, 0, attention)
    divergence = compare(model, hidden[:-1], reference[:-1], np.asarray(tokens[1:]))
    result = {"fraction": method.fraction(attention), "perplexity": divergence.perplexity,
              "kl_mean": float(divergence.kl.mean()), "kl_p99": float(np.quantile(divergence.kl, .99)),
              "kl_max": float(divergence.kl.max()), "agreement": float(divergence.agree.mean())}
    result["kl_by_position"] = [
        {"from": begin, "kl_mean": float(divergence.kl[begin:begin + 1024].mean())}
        for begin in range(0, len(divergence.kl), 1024)]
    if method.through_kernels:
        reads = attention.reads
        result.update(bytes_per_token=reads.bytes / len(tokens), estimate_mean=reads.mean_estimate,
                      bound_exceeds_norm=reads.bound_exceeds_norm / reads.heads)
        if reads.certified_share is not None:
            result["certified_share"] = reads.certified_share
    return result


def generate_greedily(model, prompts, count, end, method, prompt):
    """The method's continuation of a prompt, and the logits that each of its tokens was chosen from. `end` never wins:
    all go on for `count` tokens."""
    rows, first = prompts[prompt], 0
    attention = method.attention(model.config, len(rows) + count)
    chosen, logits = [], []
    for _ in range(count):
        hidden = llama.run_layers(model, rows, first, attention)
        next_logits = llama.logits(model, hidden[-1:])[0]
        next_logits[end] = -np.inf
        logits.append(next_logits)
        chosen.append(int(np.argmax(next_logits)))
        first, rows = first + len(rows), chosen[-1:]
    return {"chosen": chosen, "logits": np.stack(logits)}


def evaluate_greedy(model, prompts, written, end, method, prompt):
    """Where the method's likeliest token is not the float32 one, fed float32's tokens: up to the first such place it
    is what greedy decoding writes. `written`: for each prompt, what generate_greedily gave in float32."""
    chosen, expected = written[prompt]["chosen"], written[prompt]["logits"]
    rows = prompts[prompt] + chosen[:-1]
    attention = method.attention(model.config, len(rows))
    got = llama.logits(model, llama.run_layers(model, rows, 0, attention)[-len(chosen):])
    got[:, end] = -np.inf
    differences = []
    for step, token in enumerate(np.argmax(got, axis=-1)):
        if token != chosen[step]:
            best, second = np.sort(expected[step])[-1:-3:-1]
            differences.append({"step": step, "expected": chosen[step], "got": int(token), "best": float(best),
                                "second": float(second), "gap": float(best - second)})
    others = np.arange(got.shape[1]) != end
    return {"differences": differences,
            "furthest_logit": float(np.abs(got[:, others] - expected[:, others]).max())}


def layer_inputs(model, tokens):
    """Hidden rows that enter each layer in float32, and those behind the last."""
    attention = Method("float32").attention(model.config, len(tokens))
    rows = [model.embedding[np.asarray(tokens)]]
    for index in range(model.config.layers):
        rows.append(llama.run_layer(model, index, rows[-1], 0, attention))
    return rows


def evaluate_layer(model, tokens, inputs, stride, method, layer):
    """KL divergence when one layer's cache is kept by the method and all others in float32; every `stride`th position
    counts."""
    alone = dataclasses.replace(model.config, layers=1)
    attention = method.attention(alone, len(tokens))
    hidden = llama.run_layer(model, layer, inputs[layer], 0, lambda _, *rows: attention(0, *rows))
    plain = Method("float32").attention(model.config, len(tokens))
    for index in range(layer + 1, model.config.layers):
        hidden = llama.run_layer(model, index, hidden, 0, plain)
    counted = slice(stride - 1, len(tokens) - 1, stride)
    divergence = compare(model, hidden[counted], inputs[-1][counted], np.asarray(tokens[1:])[counted])
    return {"fraction": method.fraction(attention), "kl_mean": float(divergence.kl.mean()),
            "agreement": float(divergence.agree.mean())}
