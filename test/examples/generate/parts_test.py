# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tokenizer, sampling, roundings and metrics."""

import unittest

import numpy as np

import support
import metrics
from roundings import parse_rounding
from sampling import sample
from tokenizer import Tokenizer


class TokenizerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = Tokenizer(support.tiny_file())
        cls.names = support.make_tiny_llama.vocabulary()

    def tokens(self, text, **options):
        return [self.names[token] for token in self.tokenizer.encode(text, **options)]

    def test_merges(self):
        self.assertEqual(self.tokens("in the"), ["i", "n", "Ġthe"])

    def test_digits_are_apart(self):
        self.assertEqual(self.tokens("12"), ["1", "2"])  # though there is a merge

    def test_plain_text_makes_no_control_token(self):
        self.assertNotIn("<|end|>", self.tokens("a<|end|>"))
        self.assertEqual(self.tokens("a<|end|>", control=True), ["a", "<|end|>"])

    def test_chat(self):
        tokens = [self.names[token] for token in self.tokenizer.encode_chat("hi", system="be")]
        self.assertEqual(tokens, ["<|begin|>", *"system:Ġbe", "<|end|>", "<|begin|>", *"user:Ġhi", "<|end|>",
                                  "<|begin|>"])

    def test_text_comes_back(self):
        text = "naïve, 3 × the 木"
        tokens = self.tokenizer.encode(text)
        self.assertEqual(self.tokenizer.decode(tokens), text)
        write = self.tokenizer.stream()
        pieces = [write(token) for token in tokens]
        self.assertEqual("".join(piece or "" for piece in pieces), text)
        self.assertIn(None, pieces)  # a character of several tokens waits for its last one


class SamplingTest(unittest.TestCase):
    LOGITS = np.log(np.array([0.1, 0.6, 0.3], np.float32))

    def share(self, count=4000, **options):
        generator = np.random.default_rng(0)
        drawn = [sample(self.LOGITS, generator=generator, **options) for _ in range(count)]
        return np.bincount(drawn, minlength=3) / count

    def test_greedy(self):
        self.assertEqual(sample(self.LOGITS, 0, 1, None), 1)

    def test_distribution(self):
        np.testing.assert_allclose(self.share(temperature=1, top_p=1), [0.1, 0.6, 0.3], atol=0.03)

    def test_temperature(self):
        sharp = np.array([0.1, 0.6, 0.3]) ** 2
        np.testing.assert_allclose(self.share(temperature=0.5, top_p=1), sharp / sharp.sum(), atol=0.03)

    def test_top_p(self):
        np.testing.assert_allclose(self.share(temperature=1, top_p=0.7), [0, 2 / 3, 1 / 3], atol=0.03)
        np.testing.assert_allclose(self.share(temperature=1, top_p=0.5), [0, 1, 0])
        np.testing.assert_allclose(self.share(temperature=1, top_p=0), [0, 1, 0])


class RoundingTest(unittest.TestCase):
    def rounded(self, name, *numbers):
        return parse_rounding(name)[0](np.array([[numbers]], np.float32)).ravel().tolist()

    def test_truncation_keeps_leading_bits_of_f16(self):
        # 12 bits: sign, 5 of exponent, 6 of mantissa.
        self.assertEqual(self.rounded("truncate<12>", 1 + 2 ** -6 + 2 ** -7, -(1 + 2 ** -7)), [1 + 2 ** -6, -1])
        self.assertEqual(self.rounded("truncate<16>", 1 + 2 ** -10), [1 + 2 ** -10])

    def test_fp8_has_three_bits_of_mantissa_and_one_scale(self):
        self.assertEqual(self.rounded("fp8", 448, 17, 19), [448, 16, 20])
        self.assertEqual(self.rounded("fp8", 4480, 170), [4480, 160])

    def test_int8_has_a_scale_for_each_row(self):
        rows = parse_rounding("int8")[0](np.array([[[127, 1.4]], [[1.27, 1]]], np.float32))
        np.testing.assert_allclose(rows, [[[127, 1]], [[1.27, 1]]], rtol=1e-6)

    def test_names(self):
        for name in ("budget<8>", "truncate<1>", "truncate<17>", "f32"):
            self.assertIsNone(parse_rounding(name))


class MetricsTest(unittest.TestCase):
    def test_log_softmax(self):
        np.testing.assert_allclose(np.exp(metrics.log_softmax(np.log([[1.0, 3.0]]) + 1000)), [[0.25, 0.75]])

    def test_perplexity(self):
        divergence = metrics.Divergence(np.log(np.array([2.0, 8.0])), np.zeros(2), np.ones(2))
        self.assertAlmostEqual(divergence.perplexity, 4)


if __name__ == "__main__":
    unittest.main()
