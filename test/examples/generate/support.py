# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the example is, and a tiny model of its format."""

import os
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "..", "..", "examples", "generate"), os.path.join(here, "Inputs")]

import make_tiny_llama
from gguf_model import File


def tiny_file(**changes):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tiny.gguf")
        make_tiny_llama.write(path, **changes)
        return File(path)
