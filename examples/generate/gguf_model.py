# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models from GGUF files: every tensor is dequantised to float32."""

import gguf
import numpy as np

from llama import Config, Layer, Model


class ModelError(Exception):
    pass


class File:
    """Fields and tensors of a GGUF file by name."""

    def __init__(self, path):
        self.path = path
        try:
            reader = gguf.GGUFReader(path)
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: not a GGUF file that can be read: {error}") from error
        self.fields = reader.fields
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}

    def get(self, name, default=None):
        return self.fields[name].contents() if name in self.fields else default

    def need(self, name):
        if name not in self.fields:
            raise ModelError(f"{self.path}: the file has no '{name}'")
        return self.fields[name].contents()

    def weights(self, name, *shape):
        if name not in self.tensors:
            raise ModelError(f"{self.path}: the file has no tensor '{name}'")
        tensor = self.tensors[name]
        values = np.ascontiguousarray(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        if values.shape != shape:
            raise ModelError(f"{self.path}: tensor '{name}' has shape {list(values.shape)}, expected {list(shape)}")
        return values


def read_config(file):
    architecture = file.need("general.architecture")
    if architecture != "llama":
        raise ModelError(f"{file.path}: architecture '{architecture}': this example runs 'llama'")
    if file.get("llama.rope.scaling.type", "none") != "none":
        raise ModelError(f"{file.path}: scaled rotary embeddings are not supported")
    width, heads = file.need("llama.embedding_length"), file.need("llama.attention.head_count")
    config = Config(
        layers=file.need("llama.block_count"), width=width, heads=heads,
        kv_heads=file.get("llama.attention.head_count_kv", heads),
        head_dim=file.get("llama.attention.key_length", width // heads),
        context=file.need("llama.context_length"), rope_base=file.get("llama.rope.freq_base", 10000.0),
        epsilon=file.need("llama.attention.layer_norm_rms_epsilon"))
    if file.get("llama.rope.dimension_count", config.head_dim) != config.head_dim:
        raise ModelError(f"{file.path}: rotary embeddings of a part of the channels are not supported")
    if any(name.endswith(".bias") for name in file.tensors):
        raise ModelError(f"{file.path}: layers with biases are not supported")
    return config


def read_layer(file, index, config, hidden):
    def weights(name, *shape):
        return file.weights(f"blk.{index}.{name}.weight", *shape)

    width, rows, kv_rows = config.width, config.heads * config.head_dim, config.kv_heads * config.head_dim
    return Layer(
        attention_norm=weights("attn_norm", width),
        qkv=np.concatenate([weights("attn_q", rows, width), weights("attn_k", kv_rows, width),
                            weights("attn_v", kv_rows, width)]),
        output=weights("attn_output", width, rows),
        feed_norm=weights("ffn_norm", width),
        gate_up=np.concatenate([weights("ffn_gate", hidden, width), weights("ffn_up", hidden, width)]),
        down=weights("ffn_down", width, hidden))


def read_model(file):
    config = read_config(file)
    hidden, vocabulary = file.need("llama.feed_forward_length"), len(file.need("tokenizer.ggml.tokens"))
    embedding = file.weights("token_embd.weight", vocabulary, config.width)
    tied = "output.weight" not in file.tensors
    return Model(config=config, embedding=embedding,
                 layers=[read_layer(file, index, config, hidden) for index in range(config.layers)],
                 norm=file.weights("output_norm.weight", config.width),
                 head=embedding if tied else file.weights("output.weight", vocabulary, config.width))
