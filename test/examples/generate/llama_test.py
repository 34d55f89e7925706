# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forward pass against one that is written for clearness, in float64, token by token."""

import unittest

import numpy as np

import support
import gguf
import llama
from attention import MeasuredAttention, PlainAttention, compiled_attention
from gguf_model import ModelError, read_model

TOKENS = [5, 17, 40, 17, 99, 200, 3, 3, 5, 71, 30, 44]


def forward(file, tokens):
    """Logits of every position, from the tensors of the file by the formulas of the architecture."""
    def weights(name):
        tensor = file.tensors[name + ".weight"]
        return gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float64)

    def normalise(x, name):
        return x / np.sqrt((x ** 2).mean() + 1e-5) * weights(name)

    def rotate(x, position):
        y = np.empty_like(x)
        for pair in range(32):
            angle = position * 10000.0 ** (-2 * pair / 64)
            a, b = x[2 * pair], x[2 * pair + 1]
            y[2 * pair], y[2 * pair + 1] = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
        return y

    hidden = [weights("token_embd")[token] for token in tokens]
    for layer in range(2):
        block = f"blk.{layer}."
        keys, values, out = [], [], []
        for position, x in enumerate(hidden):
            n = normalise(x, block + "attn_norm")
            keys.append([rotate(k, position) for k in (weights(block + "attn_k") @ n).reshape(2, 64)])
            values.append((weights(block + "attn_v") @ n).reshape(2, 64))
            mixed = []
            for head, q in enumerate((weights(block + "attn_q") @ n).reshape(4, 64)):
                scores = [rotate(q, position) @ k[head // 2] / 8 for k in keys]
                w = np.exp(np.array(scores) - max(scores))
                mixed.append(sum(wt * v[head // 2] for wt, v in zip(w / w.sum(), values)))
            x = x + weights(block + "attn_output") @ np.concatenate(mixed)
            n = normalise(x, block + "ffn_norm")
            gate = weights(block + "ffn_gate") @ n
            out.append(x + weights(block + "ffn_down") @ (gate / (1 + np.exp(-gate)) * (weights(block + "ffn_up") @ n)))
        hidden = out
    return np.array([weights("token_embd") @ normalise(x, "output_norm") for x in hidden])


class ForwardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = support.tiny_file()
        cls.model = read_model(cls.file)
        cls.exact = forward(cls.file, TOKENS)

    def logits(self, attention, parts=(12,)):
        rows, first = [], 0
        for count in parts:
            rows.append(llama.run_layers(self.model, TOKENS[first:first + count], first, attention))
            first += count
        return llama.logits(self.model, np.concatenate(rows))

    def test_float32(self):
        logits = self.logits(PlainAttention(self.model.config, 12))
        np.testing.assert_allclose(logits, self.exact, atol=1e-4)
        # The exact logits differ from position to position by far more.
        self.assertGreater(np.abs(self.exact[1:] - self.exact[:-1]).max(axis=-1).min(), 0.1)

    def test_prompt_and_single_tokens(self):
        attention = PlainAttention(self.model.config, 12)
        np.testing.assert_allclose(self.logits(attention, (5, 4, 1, 1, 1)), self.exact, atol=1e-4)

    def test_full_through_planes(self):
        attention = compiled_attention(self.model.config, 12, "full")
        np.testing.assert_allclose(self.logits(attention, (9, 1, 1, 1)), self.exact, atol=1e-2)
        self.assertEqual(attention.reads.fraction, 1)
        self.assertEqual(attention.reads.heads, 12 * 4 * 2)  # tokens, heads, layers
        # 1 + .. + 12 rows of K and of V, 64 channels of 2 bytes, 2 kv heads, 2 layers.
        self.assertEqual(attention.reads.full_bytes, 78 * 2 * 64 * 2 * 2 * 2)

    def test_rows_at_once_are_as_rows_one_by_one(self):
        generator = np.random.default_rng(0)
        query, key, value = (generator.standard_normal((300, heads, 64), dtype=np.float32) for heads in (4, 2, 2))
        whole, single = (compiled_attention(self.model.config, 300, "budget<10>") for _ in range(2))
        np.testing.assert_array_equal(
            whole(0, query, key, value),
            np.concatenate([single(0, query[t:t + 1], key[t:t + 1], value[t:t + 1]) for t in range(300)]))
        self.assertEqual((whole.reads.plane_bytes, whole.reads.bytes), (single.reads.plane_bytes, single.reads.bytes))

    def test_budget_reads_less_and_errs_more(self):
        attention = MeasuredAttention(compiled_attention(self.model.config, 12, "budget<6>"), 12)
        full = MeasuredAttention(compiled_attention(self.model.config, 12, "full"), 12)
        self.logits(attention)
        self.logits(full)
        self.assertLess(attention.reads.fraction, 0.9)
        self.assertGreater(np.concatenate(attention.errors).mean(), 1e-3)
        self.assertLess(np.concatenate(full.errors).max(), 1e-3)

    def test_rows_are_dense(self):
        for cache_type in ("f16", "bf16"):
            attention = compiled_attention(self.model.config, 12, "full", cache_type)
            rows = attention.narrow(np.zeros((12, 2, 128), np.float32)[..., ::2])
            self.assertEqual(rows[3].shape, (1, 2, 1, 64))
            self.assertTrue(rows[3].flags.c_contiguous)

    def test_bf16(self):
        attention = MeasuredAttention(compiled_attention(self.model.config, 12, "full", "bf16"), 12)
        np.testing.assert_allclose(self.logits(attention), self.exact, atol=0.1)
        # Against the rows as bf16, not as float32.
        self.assertLess(np.concatenate(attention.errors).max(), 1e-3)


class FileTest(unittest.TestCase):
    def test_missing_tensor(self):
        with self.assertRaisesRegex(ModelError, "no tensor 'blk.1.attn_k.weight'"):
            read_model(support.tiny_file(skip=["blk.1.attn_k.weight"]))

    def test_other_architecture(self):
        with self.assertRaisesRegex(ModelError, "architecture 'mamba': this example runs 'llama'"):
            read_model(support.tiny_file(architecture="mamba"))


if __name__ == "__main__":
    unittest.main()
