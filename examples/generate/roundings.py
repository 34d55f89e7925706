# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What caches of other kinds keep of a number: functions of float32 rows [kv heads, positions, channels]."""

import functools
import re

import ml_dtypes
import numpy as np

LARGEST_E4M3 = 448


def keep_f16(rows):
    return rows.astype(np.float16).astype(np.float32)


def keep_bf16(rows):
    return rows.astype(ml_dtypes.bfloat16).astype(np.float32)


def keep_fp8(rows):
    """FP8 e4m3 with one scale for the whole tensor, calibrated on these very rows: the best a fixed scale can be."""
    scale = np.abs(rows).max() / LARGEST_E4M3
    return (rows / scale).astype(ml_dtypes.float8_e4m3fn).astype(np.float32) * scale


def keep_int8(rows):
    """Eight bits with a scale for each row."""
    scale = np.abs(rows).max(axis=-1, keepdims=True) / 127
    return np.rint(rows / np.where(scale == 0, 1, scale)) * scale


def truncate(rows, bits):
    """The leading bits of the f16 number, the others zero."""
    mask = np.uint16(0xFFFF << (16 - bits) & 0xFFFF)
    return (rows.astype(np.float16).view(np.uint16) & mask).view(np.float16).astype(np.float32)


def parse_rounding(name):
    """The function and the bits an element takes, of 'f16', 'bf16', 'fp8', 'int8' or 'truncate<N>'; None if `name` is
    none of these."""
    named = {"f16": (keep_f16, 16), "bf16": (keep_bf16, 16), "fp8": (keep_fp8, 8), "int8": (keep_int8, 8)}
    if name in named:
        return named[name]
    match = re.fullmatch(r"truncate<(\d+)>", name)
    if match and 2 <= int(match[1]) <= 16:
        return functools.partial(truncate, bits=int(match[1])), int(match[1])
    return None
