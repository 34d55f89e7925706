# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tokenizer and the chat template that a GGUF file carries."""

import jinja2
import tokenizers
from tokenizers import decoders, pre_tokenizers

from gguf_model import ModelError

CONTROL = 3  # token type of GGUF: never made from plain text

# What llama.cpp calls the way text is split before merges apply.
SPLITS = {
    "gpt-2": lambda: pre_tokenizers.ByteLevel(add_prefix_space=False),
    "smollm": lambda: pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                               pre_tokenizers.ByteLevel(add_prefix_space=False)]),
}


class Tokenizer:
    def __init__(self, file):
        kind, split = file.need("tokenizer.ggml.model"), file.get("tokenizer.ggml.pre", "gpt-2")
        if kind != "gpt2" or split not in SPLITS:
            raise ModelError(f"{file.path}: tokenizer '{kind}', split '{split}': this example knows byte-level BPE "
                             f"('gpt2') split as {', '.join(SPLITS)}")
        tokens = file.need("tokenizer.ggml.tokens")
        merges = [tuple(merge.split(" ", 1)) for merge in file.need("tokenizer.ggml.merges")]
        self.bpe = tokenizers.Tokenizer(tokenizers.models.BPE({token: i for i, token in enumerate(tokens)}, merges))
        self.bpe.pre_tokenizer = SPLITS[split]()
        self.bpe.decoder = decoders.ByteLevel()
        types = file.need("tokenizer.ggml.token_type")
        self.bpe.add_special_tokens([tokenizers.AddedToken(token, special=True, normalized=False)
                                     for token, kind in zip(tokens, types) if kind == CONTROL])
        self.end = file.get("tokenizer.ggml.eos_token_id")
        self.template = file.get("tokenizer.chat_template")

    def encode(self, text, control=False):
        """Tokens of a text; `control`: names of control tokens in it stand for them."""
        self.bpe.encode_special_tokens = not control
        return self.bpe.encode(text, add_special_tokens=False).ids

    def encode_chat(self, prompt, system=None):
        """Tokens of a conversation that waits for the answer to `prompt`; the plain prompt without a template."""
        if not self.template:
            return self.encode(prompt)
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt})
        environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
        text = environment.from_string(self.template).render(messages=messages, add_generation_prompt=True)
        return self.encode(text, control=True)

    def decode(self, tokens):
        return self.bpe.decode(tokens, skip_special_tokens=True)

    def stream(self):
        """A function from each next token to the text that is complete with it, None where a character is not."""
        stream = decoders.DecodeStream(skip_special_tokens=True)
        return lambda token: stream.step(self.bpe, token)
