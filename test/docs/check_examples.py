# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Parses every ```mlir block of Markdown files with aligned-opt.

Blocks are fragments of one file each: aliases at the top, then operations.
"""

import pathlib
import re
import subprocess
import sys
import textwrap

BLOCK = re.compile(r"^([ \t]*)```mlir\n(.*?)^\1```", re.DOTALL | re.MULTILINE)


def main():
    opt, *paths = sys.argv[1:]
    blocks = failures = 0
    for path in map(pathlib.Path, paths):
        text = path.read_text()
        for match in BLOCK.finditer(text):
            blocks += 1
            line = text.count("\n", 0, match.start()) + 1
            run = subprocess.run(
                [opt, "-", "-o", "-"],
                input=textwrap.dedent(match.group(2)),
                capture_output=True,
                text=True,
            )
            if run.returncode != 0:
                failures += 1
                print(f"{path}:{line}: does not parse\n{run.stderr}")
    print(f"parsed {blocks - failures} of {blocks} examples")
    return failures != 0 or blocks == 0


if __name__ == "__main__":
    sys.exit(main())
