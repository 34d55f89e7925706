# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention over KV caches that are read only as far as it matters.

The runtime's C interface as Python objects: a Device runs Kernels of a Package;
a Cache holds the planes of sequences; a Batch appends rows and decodes.

    device = aligned.Device("cpu")
    ir = aligned.attention_ir(kv_heads=3, group=3, head_dim=64)
    package = aligned.compile(ir, targets=device.targets, precision="budget<15>")
    kernel = aligned.Kernel(device, package)
    cache = aligned.Cache(kernel, layers=1, kv_heads=3, max_sequences=1, max_pages=8, max_tokens=1024)
    sequence = cache.create_sequence()
    cache.reserve(sequence, 1024)
    batch = aligned.Batch(cache, [sequence])
    batch.append(0, key, value)      # [1, 3, tokens, 64], float16
    batch.decode(0, query, output)   # [1, 3, 3, 1, 64], float32

What the library refuses raises ValueError; what fails raises AlignedError.
"""

import numpy as _numpy

from . import _aligned
from ._aligned import (CERTIFIED, NOT_ASKED, READ_EVERYTHING, AlignedError, Batch, Cache, Device, Kernel, Package,
                       __version__, compile)
from .ir import attention_ir

# What a decode says of one query head and row; see AlignedHeadReport in
# aligned-c/Aligned.h, which the offsets come from.
HEAD_REPORT = _numpy.dtype({
    "names": [name for name, _, _ in _aligned._report_fields],
    "formats": [kind for _, kind, _ in _aligned._report_fields],
    "offsets": [offset for _, _, offset in _aligned._report_fields],
    "itemsize": _aligned._report_size,
})

__all__ = ["AlignedError", "Batch", "CERTIFIED", "Cache", "Device", "HEAD_REPORT", "Kernel", "NOT_ASKED", "Package",
           "READ_EVERYTHING", "__version__", "attention_ir", "compile"]
