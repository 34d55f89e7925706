# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention through compiled kernels over a cache of planes, and in plain numpy to compare with."""

from dataclasses import dataclass

import ml_dtypes
import numpy as np

import aligned


def attend(query, keys, values, scale, window=None):
    """Causal attention of one kv head in the type of its operands: query [group, tokens, channels], the last of
    [positions, channels] keys and values. Query row t is at position positions - tokens + t, and sees the last
    `window` positions up to its own, if not all."""
    tokens, positions = query.shape[1], len(keys)
    scores = (query * query.dtype.type(scale)) @ keys.T
    if window and positions > window:
        first = np.arange(positions - tokens, positions)[:, None] - window + 1
        scores += np.where(np.arange(positions) < first, -np.inf, 0).astype(scores.dtype)
    if tokens > 1:  # the first of these rows does not see the others
        scores[..., -tokens:] += np.triu(np.full((tokens, tokens), -np.inf, scores.dtype), k=1)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    return scores @ values / scores.sum(axis=-1, keepdims=True)


class RowStore:
    """K and V of every layer as rows of one type: [kv heads, positions, channels]."""

    def __init__(self, config, max_tokens, dtype=np.float32):
        shape = (2, config.layers, config.kv_heads, max_tokens, config.head_dim)
        self.rows = np.zeros(shape, dtype)
        self.lengths = [0] * config.layers

    def append(self, layer, key, value):
        """Rows [tokens, kv heads, channels]; returns all keys and all values of the layer."""
        first = self.lengths[layer]
        self.lengths[layer] = last = first + len(key)
        for role, rows in enumerate((key, value)):
            self.rows[role, layer, :, first:last] = rows.transpose(1, 0, 2)
        return self.rows[0, layer, :, :last], self.rows[1, layer, :, :last]


class PlainAttention:
    """Attention in float32 over K and V that `rounding` has been applied to: what a cache of another kind would give.
    `rounding`: a function of float32 rows [kv heads, positions, channels], None for none. `window_of`: how many
    positions a layer's rows see, None for all."""

    BLOCK = 256  # query rows at a time: scores of all would not fit

    def __init__(self, config, max_tokens, rounding=None, window_of=lambda layer: None):
        self.config, self.rounding, self.window_of = config, rounding, window_of
        self.store = RowStore(config, max_tokens)

    def __call__(self, layer, query, key, value):
        config, tokens = self.config, len(query)
        keys, values = self.store.append(layer, key, value)
        if self.rounding:
            keys, values = self.rounding(keys), self.rounding(values)
        first, window = keys.shape[1] - tokens, self.window_of(layer)
        grouped = query.reshape(tokens, config.kv_heads, config.group, -1).transpose(1, 2, 0, 3)
        output = np.empty((tokens, config.kv_heads, config.group, config.head_dim), np.float32)
        for begin in range(0, tokens, self.BLOCK):
            end = min(begin + self.BLOCK, tokens)
            seen = slice(max(0, first + begin - window + 1) if window else 0, first + end)
            for head in range(config.kv_heads):
                output[begin:end, head] = attend(
                    grouped[head, :, begin:end], keys[head, seen], values[head, seen],
                    config.head_dim ** -0.5, window).transpose(1, 0, 2)
        return output.reshape(tokens, config.heads, config.head_dim)


@dataclass
class Reads:
    """What decodes have read, over kv heads, layers and tokens."""
    plane_bytes: int = 0
    bytes: int = 0
    full_bytes: int = 0  # of a 16-bit cache
    estimate: float = 0  # sum over heads of estimated error / norm
    bound_exceeds_norm: int = 0
    heads: int = 0
    certified: int = 0  # kv heads whose bound certified<e> has met
    read_everything: int = 0  # the others, where it was asked for

    @property
    def fraction(self):
        return self.plane_bytes / self.full_bytes

    @property
    def mean_estimate(self):
        return self.estimate / self.heads

    @property
    def certified_share(self):
        """Of kv heads, those whose bound was met; None unless the precision is certified<e>."""
        asked = self.certified + self.read_everything
        return self.certified / asked if asked else None


def decode_ir(config, cache_type):
    return aligned.attention_ir(kv_heads=config.kv_heads, group=config.group, head_dim=config.head_dim,
                                cache_type=cache_type)


def compile_decode(config, targets, precision, cache_type, kernel_directory):
    return aligned.compile(decode_ir(config, cache_type), targets=targets, precision=precision,
                           cache_directory=kernel_directory)


def load_kernel(device, path, config):
    """The kernel of a package that aligned-compile has made of decode_ir's text. Raises a ValueError if it is one for
    another model."""
    kernel = aligned.Kernel(device, aligned.Package.load(path))
    for name, needed in (("key_head_dim", config.head_dim), ("value_head_dim", config.head_dim),
                         ("group", config.group), ("rows", 1), ("query_type", "f32"), ("output_type", "f32"),
                         ("scale", float(np.float32(config.head_dim ** -0.5)))):
        if getattr(kernel, name) != needed:
            raise ValueError(f"{path}: the kernel's {name} is {getattr(kernel, name)}, and the model needs {needed}: "
                             "compile what --print-module writes")
    return kernel


class AlignedAttention:
    """Attention over planes. Rows are appended and decoded one by one: the answer for a token is the same whether it
    is part of a prompt or generated."""

    CACHE_TYPES = {"f16": np.float16, "bf16": ml_dtypes.bfloat16}

    def __init__(self, config, max_tokens, kernel):
        self.config, self.kernel, self.cache_type = config, kernel, kernel.cache_type
        pages = -(-max_tokens // 128)
        self.cache = aligned.Cache(self.kernel, layers=config.layers, kv_heads=config.kv_heads, max_sequences=1,
                                   max_pages=pages, max_tokens=max_tokens)
        sequence = self.cache.create_sequence()
        self.cache.reserve(sequence, max_tokens)
        self.batch = aligned.Batch(self.cache, [sequence])
        self.reads = Reads()

    def narrow(self, rows):
        """For each token, its rows as the cache takes them: [1 sequence, kv heads, 1 token, channels], dense, as host
        arrays for a GPU must be."""
        rows = rows.astype(self.CACHE_TYPES[self.cache_type], order="C")[:, None, :, None]
        return rows.view(np.uint16) if self.cache_type == "bf16" else rows

    def __call__(self, layer, query, key, value):
        config, tokens = self.config, len(query)
        keys, values = self.narrow(key), self.narrow(value)
        shape = (tokens, 1, config.kv_heads, self.kernel.group, self.kernel.rows)
        queries = np.ascontiguousarray(query).reshape(*shape, config.head_dim)
        output = np.empty_like(queries)
        report = np.empty(shape, aligned.HEAD_REPORT)
        for t in range(tokens):
            self.batch.append(layer, keys[t], values[t])
            self.batch.decode(layer, queries[t], output[t], report[t])
        self.count(report)
        return output.reshape(tokens, config.heads, config.head_dim)

    def count(self, report):
        # Heads of a group share K and V, and report the same reads.
        groups = report[:, 0, :, 0, 0]
        reads = self.reads
        reads.plane_bytes += int(groups["plane_bytes"].sum())
        reads.bytes += int(groups["bytes"].sum())
        reads.full_bytes += int(groups["visible"].sum()) * 2 * self.config.head_dim * 2
        reads.estimate += float((report["estimate"] / report["norm"]).sum(dtype=np.float64))
        reads.bound_exceeds_norm += int((report["bound"] > report["norm"]).sum())
        reads.heads += report.size
        reads.certified += int((groups["certificate"] == aligned.CERTIFIED).sum())
        reads.read_everything += int((groups["certificate"] == aligned.READ_EVERYTHING).sum())


def compiled_attention(config, max_tokens, precision, cache_type="f16", device=None, kernel_directory=None):
    """Attention over planes through a kernel that is compiled now, or taken from `kernel_directory`."""
    device = device or aligned.Device("cpu")
    package = compile_decode(config, device.targets, precision, cache_type, kernel_directory)
    return AlignedAttention(config, max_tokens, aligned.Kernel(device, package))


class MeasuredAttention:
    """Another attention, with the errors of every head against float64 over the same rows in 16 bits."""

    def __init__(self, inner, max_tokens):
        self.inner = inner
        self.store = RowStore(inner.config, max_tokens, np.float64)
        self.errors = []  # |o - exact| / |exact| of every head

    @property
    def reads(self):
        return self.inner.reads

    def __call__(self, layer, query, key, value):
        config, tokens = self.inner.config, len(query)
        output = self.inner(layer, query, key, value)
        narrow = AlignedAttention.CACHE_TYPES[self.inner.cache_type]
        keys, values = self.store.append(layer, key.astype(narrow), value.astype(narrow))
        grouped = query.reshape(tokens, config.kv_heads, config.group, -1).transpose(1, 2, 0, 3).astype(np.float64)
        exact = np.stack([attend(grouped[head], keys[head], values[head], config.head_dim ** -0.5)
                          for head in range(config.kv_heads)])
        exact = exact.transpose(2, 0, 1, 3).reshape(output.shape)
        error = np.linalg.norm(output - exact, axis=-1) / np.linalg.norm(exact, axis=-1)
        self.errors.append(error.ravel())
        return output
