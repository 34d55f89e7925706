# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""SentencePiece BPE as a GGUF file carries it: pieces with scores, of which the best pair of neighbours is joined."""

import heapq

from gguf_model import ModelError

SPACE = "\u2581"


class PieceTokenizer:
    def __init__(self, file):
        kind = file.need("tokenizer.ggml.model")
        if kind != "llama":
            raise ModelError(f"{file.path}: tokenizer '{kind}': expected SentencePiece's ('llama')")
        self.numbers = {piece: i for i, piece in enumerate(file.need("tokenizer.ggml.tokens"))}
        self.scores = file.need("tokenizer.ggml.scores")
        self.begin = file.need("tokenizer.ggml.bos_token_id")

    def encode(self, text):
        """Tokens of a text, the first of which begins it."""
        return [self.begin] + [self.numbers[piece] for piece in self.join(self.split(text))]

    def split(self, text):
        """Characters; those that are no piece as their bytes."""
        for character in text.replace(" ", SPACE):
            if character in self.numbers:
                yield character
            else:
                yield from (f"<0x{byte:02X}>" for byte in character.encode())

    def join(self, pieces):
        pieces = list(pieces)
        following = [*range(1, len(pieces)), None]
        before = [None, *range(len(pieces) - 1)]
        pairs = []

        def offer(i):
            j = following[i]
            if j is not None and pieces[i] + pieces[j] in self.numbers:
                score = self.scores[self.numbers[pieces[i] + pieces[j]]]
                heapq.heappush(pairs, (-score, i, pieces[i], pieces[j]))

        for i in range(len(pieces)):
            offer(i)
        while pairs:
            _, i, first, second = heapq.heappop(pairs)
            j = following[i]
            if pieces[i] != first or j is None or pieces[j] != second:
                continue  # one of them has been joined to another since
            pieces[i], pieces[j] = first + second, None
            following[i] = following[j]
            if following[i] is not None:
                before[following[i]] = i
            if before[i] is not None:
                offer(before[i])
            offer(i)
        return [piece for piece in pieces if piece is not None]
