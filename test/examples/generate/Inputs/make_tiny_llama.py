# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A Llama-shaped model with random weights, as a GGUF file of a few hundred kilobytes: make_tiny_llama.py OUT.gguf"""

import sys

import gguf
import numpy as np
from tokenizers import pre_tokenizers

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD_DIM, HIDDEN, CONTEXT = 2, 128, 4, 2, 64, 160, 1024
CONTROL = ["<|end|>", "<|begin|>"]
MERGES = ["t h", "th e", "Ġ the", "1 2"]
TEMPLATE = ("{% for message in messages %}<|begin|>{{ message['role'] }}: {{ message['content'] }}<|end|>{% endfor %}"
            "{% if add_generation_prompt %}<|begin|>{% endif %}")


def vocabulary():
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    return CONTROL + letters + [merge.replace(" ", "") for merge in MERGES]


def write(path, skip=(), architecture="llama"):
    generator = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD_DIM)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    tokens = vocabulary()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in CONTROL else 1 for token in tokens])
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(0)
    writer.add_chat_template(TEMPLATE)

    def add(name, rows, columns):
        """Weights as files of real models have them: Q8_0, or F32 for a row."""
        if name in skip:
            return
        if rows == 1:
            writer.add_tensor(name, 1 + 0.1 * generator.standard_normal(columns, dtype=np.float32))
            return
        # Queries and keys somewhat larger: attention that is neither flat nor on one token.
        gain = 1.5 if name.endswith(("attn_q.weight", "attn_k.weight")) else 1
        values = gain * generator.standard_normal((rows, columns), dtype=np.float32) / np.float32(columns) ** 0.5
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    add("token_embd.weight", len(tokens), WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        add(block + "attn_norm.weight", 1, WIDTH)
        add(block + "attn_q.weight", HEADS * HEAD_DIM, WIDTH)
        add(block + "attn_k.weight", KV_HEADS * HEAD_DIM, WIDTH)
        add(block + "attn_v.weight", KV_HEADS * HEAD_DIM, WIDTH)
        add(block + "attn_output.weight", WIDTH, HEADS * HEAD_DIM)
        add(block + "ffn_norm.weight", 1, WIDTH)
        add(block + "ffn_gate.weight", HIDDEN, WIDTH)
        add(block + "ffn_up.weight", HIDDEN, WIDTH)
        add(block + "ffn_down.weight", WIDTH, HIDDEN)
    add("output_norm.weight", 1, WIDTH)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    write(sys.argv[1])
