# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gemma 3 against a forward pass that is written for clearness, in float64, token by token; its pieces of text."""

import unittest

import numpy as np

import support  # noqa: F401: finds the example
from attention import PlainAttention
from gemma3 import read_gemma3, run
from gguf_model import ModelError
from pieces import PieceTokenizer
from record import Recorder, perplexity

LAYERS, WIDTH, HEADS, SIZE, FEED, WINDOW, VOCABULARY = 7, 16, 2, 8, 24, 4, 50
TOKENS = [5, 17, 40, 17, 9, 20, 3, 3, 5, 31, 30, 44]


class TinyFile:
    """What a File has, of a model with random weights."""

    path = "tiny.gguf"

    def __init__(self):
        self.fields = {"gemma3." + name: value for name, value in {
            "block_count": LAYERS, "embedding_length": WIDTH, "attention.head_count": HEADS,
            "attention.head_count_kv": 1, "attention.key_length": SIZE, "attention.value_length": SIZE,
            "context_length": 64, "rope.freq_base": 1e6, "attention.layer_norm_rms_epsilon": 1e-6,
            "attention.sliding_window": WINDOW, "feed_forward_length": FEED}.items()}
        self.fields["tokenizer.ggml.tokens"] = [str(i) for i in range(VOCABULARY)]
        self.random, self.tensors = np.random.default_rng(1), {}

    def need(self, name):
        return self.fields[name]

    def weights(self, name, *shape):
        if name not in self.tensors:
            self.tensors[name] = (self.random.normal(0, 0.4, shape) + (len(shape) == 1)).astype(np.float32)
        assert self.tensors[name].shape == shape, name
        return self.tensors[name]


def forward(file, tokens):
    """Hidden rows of every position, by the formulas of the architecture."""
    def weights(name):
        return file.tensors[name + ".weight"].astype(np.float64)

    def normalise(x, name):
        return x / np.sqrt((x ** 2).mean() + 1e-6) * weights(name)

    def rotate(x, position, base):
        y = np.empty_like(x)
        for i in range(SIZE // 2):
            angle, a, b = position * base ** (-2 * i / SIZE), x[i], x[i + SIZE // 2]
            y[i], y[i + SIZE // 2] = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
        return y

    hidden = [weights("token_embd")[token] * np.sqrt(WIDTH) for token in tokens]
    for layer in range(LAYERS):
        block, sees_all = f"blk.{layer}.", layer == 5
        base = 1e6 if sees_all else 1e4
        keys, values, out = [], [], []
        for position, x in enumerate(hidden):
            n = normalise(x, block + "attn_norm")
            keys.append(rotate(normalise(weights(block + "attn_k") @ n, block + "attn_k_norm"), position, base))
            values.append(weights(block + "attn_v") @ n)
            first, mixed = 0 if sees_all else max(0, position - WINDOW + 1), []
            for q in (weights(block + "attn_q") @ n).reshape(HEADS, SIZE):
                q = rotate(normalise(q, block + "attn_q_norm"), position, base)
                w = np.exp([q @ k / np.sqrt(SIZE) for k in keys[first:]])
                mixed.append(w / w.sum() @ np.array(values[first:]))
            x = x + normalise(weights(block + "attn_output") @ np.concatenate(mixed), block + "post_attention_norm")
            n = normalise(x, block + "ffn_norm")
            gate = weights(block + "ffn_gate") @ n
            gate = 0.5 * gate * (1 + np.tanh(np.sqrt(2 / np.pi) * (gate + 0.044715 * gate ** 3)))
            down = weights(block + "ffn_down") @ (gate * (weights(block + "ffn_up") @ n))
            out.append(x + normalise(down, block + "post_ffw_norm"))
        hidden = out
    return np.array([normalise(x, "output_norm") for x in hidden])


class Gemma3Test(unittest.TestCase):
    def setUp(self):
        self.model = read_gemma3(TinyFile())

    def attention(self):
        return PlainAttention(self.model.config, len(TOKENS), window_of=self.model.window_of)

    def test_forward(self):
        hidden, _ = run(self.model, TOKENS, self.attention())
        np.testing.assert_allclose(hidden, forward(self.model.file, TOKENS), atol=2e-4)

    def test_windows_in_blocks(self):
        attention = self.attention()
        attention.BLOCK = 3
        hidden, _ = run(self.model, TOKENS, attention)
        np.testing.assert_allclose(hidden, forward(self.model.file, TOKENS), atol=2e-4)

    def test_only_layers_that_see_all_are_recorded(self):
        recorder = Recorder(self.model, len(TOKENS), positions=3)
        hidden, embedding = run(self.model, TOKENS, recorder)
        self.assertEqual({name: rows.shape for name, rows in recorder.tensors.items()},
                         {"5.q": (3, HEADS, SIZE), "5.k": (1, len(TOKENS), SIZE), "5.v": (1, len(TOKENS), SIZE)})
        logits = hidden[:-1].astype(np.float64) @ embedding.T
        probabilities = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
        own = probabilities[np.arange(len(TOKENS) - 1), TOKENS[1:]]
        self.assertAlmostEqual(perplexity(hidden, embedding, np.asarray(TOKENS), block=5) * np.exp(np.log(own).mean()),
                               1, places=4)


class PiecesTest(unittest.TestCase):
    NAMES = ["<s>", "a", "b", "c", "ab", "bc", "abc", "\u2581", "\u2581a", "<0xC3>", "<0xA9>"]
    SCORES = [0, 0, 0, 0, -2, -1, -3, 0, -4, 0, 0]

    def setUp(self):
        self.file = TinyFile()
        self.file.fields |= {"tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": self.NAMES,
                             "tokenizer.ggml.scores": self.SCORES, "tokenizer.ggml.bos_token_id": 0}

    def pieces(self, text):
        return [self.NAMES[token] for token in PieceTokenizer(self.file).encode(text)]

    def test_the_best_pair_is_joined_first(self):
        self.assertEqual(self.pieces("abcb"), ["<s>", "abc", "b"])
        self.assertEqual(self.pieces("ab bc"), ["<s>", "ab", "\u2581", "bc"])

    def test_spaces_and_unknown_characters(self):
        self.assertEqual(self.pieces("a a\u00e9"), ["<s>", "a", "\u2581a", "<0xC3>", "<0xA9>"])

    def test_other_tokenizers_are_refused(self):
        self.file.fields["tokenizer.ggml.model"] = "gpt2"
        with self.assertRaisesRegex(ModelError, "tokenizer 'gpt2': expected SentencePiece's"):
            PieceTokenizer(self.file)


if __name__ == "__main__":
    unittest.main()
