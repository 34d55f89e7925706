#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run_corpus.py ALIGNED_RUN FOLDER [--device=DEVICE] [--only=TEXT]: runs every module under FOLDER in three ways.

Through planes the error is what planes add, relative to the row's norm, on top of the module's own rounding.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ELEMENTWISE = {"f32": "1e-6", "f16": "4e-3", "bf16": "4e-2"}
WAYS = {
    "decompose": ["--decompose"],
    "full": ["--precision=full", "--allow-narrowing", "--row-tolerance=5e-4", "--report"],
    "budget<16>": ["--precision=budget<16>", "--allow-narrowing", "--row-tolerance=2e-3", "--report"],
}


def run(tool, module, way, device):
    """None, or what went wrong."""
    dtype = re.search(r"_(f32|f16|bf16)(_dyn)?\.mlir$", module.name).group(1)
    tensors = str(module).replace("_dyn.mlir", ".mlir")[:-len(".mlir")] + ".safetensors"
    command = [tool, str(module), f"--inputs={tensors}", f"--compare={tensors}", f"--device={device}",
               f"--tolerance={ELEMENTWISE[dtype]}", *WAYS[way]]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        return done.stdout
    # Agreement is worth nothing if the attention was not recognised.
    if way != "decompose" and "\ndecode 0" not in "\n" + done.stdout:
        return "no decode over planes\n" + done.stdout
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--only", default="", help="modules whose path contains this")
    options = parser.parse_args()
    modules = sorted(m for m in options.folder.rglob("*.mlir") if options.only in str(m))
    jobs = [(m, way) for m in modules for way in WAYS]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda job: run(options.tool, *job, options.device), jobs)
        for (module, way), problem in zip(jobs, results):
            if problem is not None:
                failed += 1
                print(f"FAIL {module.relative_to(options.folder)} {way}\n{problem.strip()}\n")
    result = "all within tolerance" if not failed else f"{failed} failed"
    print(f"{len(modules)} modules, {len(jobs)} runs: {result}")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
