# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How far the next-token distributions of one run are from those of another."""

from dataclasses import dataclass

import numpy as np

import llama

CHUNK = 128  # positions at a time: a row of logits is as long as the vocabulary


def log_softmax(logits):
    logits = logits.astype(np.float64)
    logits -= logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


@dataclass
class Divergence:
    """One number for each position."""
    surprise: np.ndarray  # -log of the probability of the token that follows, nats
    kl: np.ndarray  # KL divergence from the reference's distribution, nats
    agree: np.ndarray  # whether the likeliest token is the reference's

    @property
    def perplexity(self):
        return float(np.exp(self.surprise.mean()))


def compare(model, hidden, reference, following):
    """Of final hidden rows and the reference's; `following` are the tokens that follow the positions."""
    parts = []
    for begin in range(0, len(following), CHUNK):
        rows = slice(begin, begin + CHUNK)
        tokens = following[rows]
        log_p, log_q = (log_softmax(llama.logits(model, h[rows])) for h in (reference, hidden))
        parts.append((-log_q[np.arange(len(tokens)), tokens],
                      (np.exp(log_p) * (log_p - log_q)).sum(axis=-1),
                      log_p.argmax(axis=-1) == log_q.argmax(axis=-1)))
    return Divergence(*(np.concatenate(column) for column in zip(*parts)))
