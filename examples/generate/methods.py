# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ways to keep a cache, by name: precisions of Aligned, and what it is compared with."""

import aligned
from attention import PlainAttention, compile_decode, compiled_attention
from roundings import parse_rounding


class MethodError(Exception):
    pass


class Method:
    """`name`: 'float32'; a rounding ('f16', 'bf16', 'fp8', 'int8', 'truncate<N>'), in numpy; or a precision of
    Aligned ('budget<12>', 'full', 'paper', 'certified<0.1>'), through its kernels."""

    def __init__(self, name, cache_type="f16", kernel_directory=None):
        self.name, self.cache_type, self.kernel_directory = name, cache_type, kernel_directory
        self.rounding = parse_rounding(name)

    def __str__(self):
        return self.name

    @property
    def through_kernels(self):
        return self.name != "float32" and not self.rounding

    def check(self, config):
        """Raises a MethodError if there is no such method: before anything long runs."""
        if not self.through_kernels:
            return
        try:
            compile_decode(config, "cpu", self.name, self.cache_type, self.kernel_directory)
        except (ValueError, aligned.AlignedError) as error:
            raise MethodError(f"'{self.name}' is no rounding (f16, bf16, fp8, int8, truncate<N>), and as a precision over "
                              f"{self.cache_type} it is refused: {error}") from error

    def attention(self, config, max_tokens, device=None):
        if self.through_kernels:
            return compiled_attention(config, max_tokens, self.name, self.cache_type, device, self.kernel_directory)
        return PlainAttention(config, max_tokens, self.rounding and self.rounding[0])

    def fraction(self, attention):
        """Bits read of a 16-bit cache's."""
        if self.through_kernels:
            return attention.reads.fraction
        return self.rounding[1] / 16 if self.rounding else 2.0
