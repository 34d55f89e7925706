#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""raise_scaling.py [--aligned-opt=build/bin/aligned-opt]: how the time and memory of --aligned-raise-attention grow with
a module.

Modules are decode steps of 25, 50, .. layers in one function (test/utils/decoder_step.py); each layer has one attention.
Time is the pass's own as --mlir-timing has it, memory the peak of the whole process beside that of the same process
that only parses. `--limit=200:2` makes it exit with 1 if the pass takes more than 2 s at 200 layers, or if time a layer
more than doubles from the smallest module to the largest.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPORTER = ROOT / "test" / "utils" / "decoder_step.py"


def run(command):
    """Standard output and error of a process, and its peak memory in MiB."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read()
        if status:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{text[-2000:]}")
        return text, usage.ru_maxrss / 1024


def measure(tool, module, layers, repeat):
    """Operations, seconds of the pass, and peak memory with and without it."""
    raised = module.with_suffix(".out")
    base = [tool, module, "-o"]
    _, parsed = run([*base, "/dev/null", "--verify-each=false"])
    seconds, peak = [], 0
    for _ in range(repeat):
        text, memory = run([*base, raised, "--pass-pipeline=builtin.module(func.func(aligned-raise-attention))",
                            "--mlir-timing", "--mlir-timing-display=list"])
        found = re.search(r"([0-9.]+) \([ 0-9.]+%\)\s+\S*RaiseAttention", text)
        seconds.append(float(found.group(1)))
        peak = max(peak, memory)
    attentions = raised.read_text().count("aligned.attention {")
    if attentions != layers:
        sys.exit(f"{layers} layers, but {attentions} attentions were raised")
    operations = sum(" = " in line for line in module.read_text().splitlines())
    return operations, min(seconds), peak, parsed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aligned-opt", default=ROOT / "build" / "bin" / "aligned-opt")
    parser.add_argument("--layers", default="25,50,100,200,400,800")
    parser.add_argument("--cache", default="where")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", help="LAYERS:SECONDS")
    options = parser.parse_args()
    print(f"{'layers':>6} {'operations':>10} {'pass, s':>8} {'ms a layer':>10} {'peak, MiB':>9} {'parsing, MiB':>12}")
    per_layer = []
    limit = tuple(map(float, options.limit.split(":"))) if options.limit else None
    beyond = ""
    with tempfile.TemporaryDirectory() as folder:
        for layers in map(int, options.layers.split(",")):
            module = pathlib.Path(folder) / f"{layers}.mlir"
            with open(module, "w") as file:
                subprocess.run([sys.executable, EXPORTER, f"--layers={layers}", f"--cache={options.cache}"], stdout=file,
                               check=True)
            operations, seconds, peak, parsed = measure(options.aligned_opt, module, layers, options.repeat)
            per_layer.append(seconds / layers)
            print(f"{layers:6} {operations:10} {seconds:8.3f} {seconds / layers * 1e3:10.2f} {peak:9.0f} {parsed:12.0f}",
                  flush=True)
            if limit and layers == limit[0] and seconds > limit[1]:
                beyond = f"{layers} layers took {seconds:.2f} s, more than {limit[1]:g} s"
    if limit and per_layer[-1] > 2 * per_layer[0]:
        beyond = beyond or f"time a layer grew from {per_layer[0] * 1e3:.2f} to {per_layer[-1] * 1e3:.2f} ms"
    if beyond:
        sys.exit(beyond)


if __name__ == "__main__":
    main()
