# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forward pass of Gemma 3 in float32, with the attention left open as in llama.py.

Five layers of six see a window alone; their rotary embeddings have another base. Queries and keys are normalised,
and every block before and behind."""

from dataclasses import dataclass

import numpy as np

from gguf_model import ModelError
from llama import Config, normalise, project, rotary_turns

LOCAL_ROPE_BASE = 10000.0  # not in the file
GLOBAL_EVERY = 6


@dataclass(frozen=True)
class Gemma3:
    config: Config
    window: int  # positions that a row of a local layer sees
    file: object  # weights are read layer by layer

    def window_of(self, layer):
        """None for a layer that sees all."""
        return None if layer % GLOBAL_EVERY == GLOBAL_EVERY - 1 else self.window


def read_gemma3(file):
    def need(name):
        return file.need("gemma3." + name)

    config = Config(
        layers=need("block_count"), width=need("embedding_length"), heads=need("attention.head_count"),
        kv_heads=need("attention.head_count_kv"), head_dim=need("attention.key_length"),
        context=need("context_length"), rope_base=need("rope.freq_base"),
        epsilon=need("attention.layer_norm_rms_epsilon"))
    if need("attention.value_length") != config.head_dim:
        raise ModelError(f"{file.path}: keys and values of different sizes are not supported")
    return Gemma3(config, need("attention.sliding_window"), file)


def rotate_halves(rows, base):
    """Rotary embedding of [tokens, heads, channels] from position 0 on; channels i and i + channels / 2 are a pair."""
    cos, sin = rotary_turns(rows, 0, base)
    x, y = np.split(rows, 2, axis=-1)
    return np.concatenate([x * cos - y * sin, y * cos + x * sin], axis=-1)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * (x + np.float32(0.044715) * x ** 3)))


def run_layer(model, index, hidden, attention):
    """Hidden rows behind layer `index`, of all tokens at once."""
    config, tokens = model.config, len(hidden)
    rows, kv_rows = config.heads * config.head_dim, config.kv_heads * config.head_dim
    base = LOCAL_ROPE_BASE if model.window_of(index) else config.rope_base

    def weights(name, *shape):
        return model.file.weights(f"blk.{index}.{name}.weight", *shape)

    def norm(x, name, size=config.width):
        return normalise(x, weights(name, size), config.epsilon)

    def heads_of(name, size, norm_name=None):
        x = project(before, weights(name, size, config.width)).reshape(tokens, -1, config.head_dim)
        return rotate_halves(norm(x, norm_name, config.head_dim), base) if norm_name else x

    before = norm(hidden, "attn_norm")
    mixed = attention(index, heads_of("attn_q", rows, "attn_q_norm"), heads_of("attn_k", kv_rows, "attn_k_norm"),
                      heads_of("attn_v", kv_rows))
    mixed = project(mixed.reshape(tokens, -1), weights("attn_output", config.width, rows))
    hidden = hidden + norm(mixed, "post_attention_norm")
    before, feed = norm(hidden, "ffn_norm"), model.file.need("gemma3.feed_forward_length")
    gate, up = (project(before, weights(name, feed, config.width)) for name in ("ffn_gate", "ffn_up"))
    return hidden + norm(project(gelu(gate) * up, weights("ffn_down", config.width, feed)), "post_ffw_norm")


def run(model, tokens, attention):
    """Hidden rows of `tokens` behind all layers, and what they are multiplied with for logits."""
    config = model.config
    vocabulary = len(model.file.need("tokenizer.ggml.tokens"))
    embedding = model.file.weights("token_embd.weight", vocabulary, config.width)
    hidden = embedding[np.asarray(tokens)] * np.float32(np.sqrt(config.width))
    for index in range(config.layers):
        hidden = run_layer(model, index, hidden, attention)
    return normalise(hidden, model.file.weights("output_norm.weight", config.width), config.epsilon), embedding
