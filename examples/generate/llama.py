# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forward pass of a Llama-shaped model in float32, with the attention left open.

An attention is called as `attention(layer, query, key, value)` for rows that follow those it has seen in that
layer: query [tokens, heads, channels], key and value [tokens, kv heads, channels], rotated by position. It keeps
the cache, and returns [tokens, heads, channels]. Row t sees the rows up to and including t."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Config:
    layers: int
    width: int
    heads: int
    kv_heads: int
    head_dim: int
    context: int
    rope_base: float
    epsilon: float

    @property
    def group(self):
        return self.heads // self.kv_heads


@dataclass(frozen=True)
class Layer:
    """Weights as [outputs, inputs], float32."""
    attention_norm: np.ndarray
    qkv: np.ndarray  # rows of q, then of k, then of v
    output: np.ndarray
    feed_norm: np.ndarray
    gate_up: np.ndarray  # rows of gate, then of up
    down: np.ndarray


@dataclass(frozen=True)
class Model:
    config: Config
    embedding: np.ndarray
    layers: list
    norm: np.ndarray
    head: np.ndarray


def project(rows, weights):
    # A product with one row is faster as matrix times vector.
    return (weights @ rows[0])[None] if len(rows) == 1 else rows @ weights.T


def normalise(rows, weights, epsilon):
    return rows / np.sqrt(np.mean(rows * rows, axis=-1, keepdims=True) + epsilon) * weights


def rotary_turns(rows, first, base):
    """Cosine and sine of what the pairs of channels of [tokens, heads, channels] at positions from `first` on turn."""
    channels = rows.shape[-1]
    frequency = base ** (-np.arange(0, channels, 2, dtype=np.float64) / channels)
    angle = np.arange(first, first + len(rows))[:, None, None] * frequency
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def rotate(rows, first, base):
    """Rotary embedding of [tokens, heads, channels] at positions from `first` on; channels 2i and 2i+1 are a pair."""
    cos, sin = rotary_turns(rows, first, base)
    turned = np.empty_like(rows)
    even, odd = rows[..., 0::2], rows[..., 1::2]
    turned[..., 0::2] = even * cos - odd * sin
    turned[..., 1::2] = even * sin + odd * cos
    return turned


def run_layer(model, index, hidden, first, attention):
    """Hidden rows behind layer `index`; `hidden` [tokens, width] are at positions from `first` on."""
    config, layer = model.config, model.layers[index]
    tokens = len(hidden)
    rows = project(normalise(hidden, layer.attention_norm, config.epsilon), layer.qkv)
    rows = rows.reshape(tokens, config.heads + 2 * config.kv_heads, config.head_dim)
    query, key, value = np.split(rows, [config.heads, config.heads + config.kv_heads], axis=1)
    mixed = attention(index, rotate(query, first, config.rope_base), rotate(key, first, config.rope_base), value)
    hidden = hidden + project(mixed.reshape(tokens, -1), layer.output)
    gate, up = np.split(project(normalise(hidden, layer.feed_norm, config.epsilon), layer.gate_up), 2, axis=-1)
    # x * sigmoid(x), without overflow for large negative x.
    return hidden + project(gate * (0.5 + 0.5 * np.tanh(0.5 * gate)) * up, layer.down)


def run_layers(model, tokens, first, attention):
    """Hidden rows of `tokens` behind all layers."""
    hidden = model.embedding[np.asarray(tokens)]
    for index in range(model.config.layers):
        hidden = run_layer(model, index, hidden, first, attention)
    return hidden


def logits(model, hidden):
    return project(normalise(hidden, model.norm, model.config.epsilon), model.head)
