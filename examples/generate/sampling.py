# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The next token from its logits."""

import numpy as np


def softmax(values):
    values = np.exp(values - values.max())
    return values / values.sum()


def sample(logits, temperature, top_p, generator):
    """`temperature` 0: the likeliest token. `top_p`: only the likeliest tokens that together have that probability."""
    if temperature == 0:
        return int(np.argmax(logits))
    probability = softmax(logits.astype(np.float64) / temperature)
    order = np.argsort(-probability, kind="stable")
    kept = int(np.searchsorted(np.cumsum(probability[order]), top_p)) + 1
    order = order[:kept]
    return int(generator.choice(order, p=probability[order] / probability[order].sum()))
